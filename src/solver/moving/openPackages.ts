import type { ChannelLoad } from "../../model/plan.js";
import type { Micros } from "../../model/time.js";
import { mayGrow } from "../growth.js";
import type { Problem } from "../problem.js";
import type { PackageWaits } from "./waits.js";

/** A package that may be one order longer. */
export interface OpenPackage {
  /** Place in the channel's sequence. */
  readonly package: number;
  readonly amountLeft: number;
}

/** What decides which package is best for an order, its amount aside. */
export interface Patience {
  readonly key: number;
  /** In millionths. */
  readonly weight: number;
  /** By when it must have finished; Infinity where that is not asked. */
  readonly due: Micros;
}

/**
 * The packages of a batch channel that one more order may join: a place is left, every package still leaves by the
 * cut-off, and every order in them still finishes by its `dueBy` (docs/deferral.md).
 */
export class OpenPackages {
  /** `[key]` */
  readonly #byKey = new Map<number, (OpenPackage & { readonly finish: Micros })[]>();
  readonly #amounts: Float64Array;
  /** By key, weight and due time. */
  readonly #best = new Map<number, Map<number, Map<number, readonly OpenPackage[]>>>();

  /** @param without whether the cut-off, and the limits of the packages, do not count */
  constructor(
    problem: Problem,
    c: number,
    { orders: members, packageSizes: sizes }: ChannelLoad,
    readonly waits: PackageWaits,
    without: { readonly cutOff: boolean; readonly places: boolean },
  ) {
    const { classes, contract, orders } = problem;
    const { queue, package: terms } = contract.channels[c]!;
    const count = sizes.length;
    const dues = new Float64Array(count).fill(Infinity);
    const amounts = new Float64Array(count);
    this.#amounts = amounts;
    const keys = new Int32Array(count);
    let next = 0;
    for (let p = 0; p < count; p++) {
      keys[p] = classes.key[classes.classOf[members[next]!]! * classes.channels + c]!;
      for (const end = next + sizes[p]!; next < end; next++) {
        amounts[p]! += orders.amount[members[next]!]!;
        dues[p] = Math.min(dues[p]!, classes.due[classes.classOf[members[next]!]!]!);
      }
    }
    const asked = Uint8Array.from(sizes, (size) => (without.places || size < terms.maxOrders ? 1 : 0));
    const cutOff = without.cutOff ? Infinity : queue.cutOff;
    const grows = mayGrow({ ...queue, cutOff }, { dues, leave: waits.leave, asked });
    for (let p = 0; p < count; p++) {
      if (asked[p] === 0 || grows[p] === 0) continue;
      const list = this.#byKey.get(keys[p]!) ?? [];
      if (list.length === 0) this.#byKey.set(keys[p]!, list);
      const amountLeft = without.places ? Infinity : terms.maxAmount - amounts[p]!;
      list.push({ package: p, amountLeft, finish: waits.longerFinish(p) });
    }
  }

  /** Minor units in a package. */
  amountOf(p: number): number {
    return this.#amounts[p]!;
  }

  /**
   * The package where an order waits cheapest, itself and those it holds up; -1 where none has room for it.
   *
   * @param costly whether waiting costs anything; else the least waiting counts
   */
  best(patience: Patience, amount: number, costly: boolean): number {
    const list = this.#ranked(patience, costly);
    // What is left grows along the list: the first with enough is the best.
    let from = 0;
    let to = list.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (list[middle]!.amountLeft < amount) from = middle + 1;
      else to = middle;
    }
    return list[from]?.package ?? -1;
  }

  /** Best first, and only those that have more amount left than all before them. */
  #ranked({ key, weight, due }: Patience, costly: boolean): readonly OpenPackage[] {
    const open = this.#byKey.get(key);
    if (open === undefined) return [];
    const byWeight = foundOrMade(this.#best, key, () => new Map());
    const byDue = foundOrMade(byWeight, weight, () => new Map());
    return foundOrMade(byDue, due, () => this.#rank(open, weight, due, costly));
  }

  #rank(
    open: readonly (OpenPackage & { readonly finish: Micros })[],
    weight: number,
    due: Micros,
    costly: boolean,
  ): readonly OpenPackage[] {
    const inTime = open
      .filter(({ finish }) => finish <= due)
      .map((each) => ({ ...each, ...this.waits.join(each.package, weight) }))
      .sort((a, b) => (costly ? compare(a.weighted, b.weighted) : 0) || compare(a.waiting, b.waiting));
    let most = -Infinity;
    return inTime.filter(({ amountLeft }) => {
      const more = amountLeft > most;
      if (more) most = amountLeft;
      return more;
    });
  }
}

function foundOrMade<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
