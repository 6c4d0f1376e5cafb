import { ExactSum } from "../../model/money.js";
import { Contents, type Likely } from "./contents.js";
import { MarginList } from "./margins.js";
import type { Work } from "./work.js";

/** What orders of one separation key offer a channel. */
export class Offers {
  /** Orders that the channel could take, margin or none. */
  orders = 0;
  /** All their amounts together, where amount has a price. */
  readonly amount = new ExactSum();
  /** Of each order, those not above 0 left out where no minimum asks for them. */
  readonly margins = new MarginList();
  /** Margins with the steps of package amount that an order takes, where contents are counted. */
  readonly likely: Likely = { value: [], count: [], steps: [] };
  /** Orders of each value of which a package holds one at most. */
  readonly #equals = new Map<number, number>();
  /** Their numbers, the greatest first; sorted when all are there. */
  #mostEqual: Float64Array | undefined;
  #contents: bigint | undefined;

  /** Counts orders of a value, of which a package holds one at most. */
  addEqual(value: number, count: number): void {
    this.#equals.set(value, (this.#equals.get(value) ?? 0) + count);
  }

  /** How many of the orders so many packages could hold, places and amounts aside. */
  heldBy(packages: number): number {
    this.#mostEqual ??= Float64Array.from(this.#equals.values()).sort().reverse();
    let held = this.orders;
    for (const count of this.#mostEqual) {
      if (count <= packages) break;
      held -= count - packages;
    }
    return held;
  }

  /** The most that one package's orders can bring in together; worked out once. */
  contents(room: number, maxOrders: number, work: Work): bigint {
    this.#contents ??= new Contents(this.likely, { room, maxOrders }).greatest(work);
    return this.#contents;
  }
}
