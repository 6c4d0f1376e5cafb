import { type CostTotal, type CostUnits, ExactSum } from "../model/money.js";
import { MICROS_PER_HOUR, type Micros } from "../model/time.js";
import { roundDivide } from "./exact.js";

const WEIGHT_ONE = 1_000_000;

/** Sum of weight × delay over the orders of a channel, in millionths of a microsecond. */
export class DelaySum {
  /** Most orders have weight 1: their delays alone are small enough to add without a product. */
  readonly #ofWeightOne = new ExactSum();
  readonly #others = new ExactSum();

  /** @param weight in millionths, @param delay a safe integer */
  add(weight: number, delay: Micros): void {
    if (weight === WEIGHT_ONE) {
      this.#ofWeightOne.add(delay);
      return;
    }
    const product = weight * delay;
    if (product <= Number.MAX_SAFE_INTEGER) this.#others.add(product);
    else this.#others.addBig(BigInt(weight) * BigInt(delay));
  }

  /** @param weights of all orders of a package together */
  addAll(weights: bigint, delay: Micros): void {
    this.#others.addBig(weights * BigInt(delay));
  }

  /** What the waiting costs, rounded up once. */
  cost(perOrderHour: CostUnits): CostTotal {
    const total = this.#ofWeightOne.total * BigInt(WEIGHT_ONE) + this.#others.total;
    return roundDivide(BigInt(perOrderHour) * total, BigInt(WEIGHT_ONE) * BigInt(MICROS_PER_HOUR), "up");
  }
}
