import { RATE_ONE } from "../model/contract.js";
import { COST_UNITS_PER_MINOR, type CostTotal, ExactSum } from "../model/money.js";
import { roundDivide } from "./exact.js";
import type { Instance } from "./instance.js";
import type { Survey } from "./survey.js";

const HOURS = 24n;

/** The penalty of a deferred order without one of its own, rate aside: the objective's or the contract's default. */
export function basePenalty({ contract }: Instance, { highestCharge, highestWeight }: Survey): CostTotal {
  const { unroutedPenalty, delayCostPerOrderHour } = contract.objective;
  if (unroutedPenalty !== null) return BigInt(unroutedPenalty);
  const packageFee = contract.channels
    .flatMap((channel) => channel.package.feeTiers)
    .reduce((highest, { fee, perOrder }) => Math.max(highest, fee + perOrder), 0);
  const waiting = roundDivide(
    2n * BigInt(delayCostPerOrderHour) * BigInt(highestWeight) * HOURS,
    1_000_000n,
    "halfUp",
  );
  return 2n * (BigInt(highestCharge) + BigInt(packageFee)) + waiting;
}

/** Penalties of single orders. */
export class Penalties {
  readonly #instance: Instance;
  readonly #base: CostTotal;
  readonly #rate: number;
  /** The base as a double, where that is exact. */
  readonly #safeBase: number;

  constructor(instance: Instance, base: CostTotal) {
    this.#instance = instance;
    this.#base = base;
    this.#rate = instance.contract.objective.unroutedPenaltyRate;
    this.#safeBase = base <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(base) : Number.NaN;
  }

  /** The penalty as a safe integer, or NaN where it is none and {@link exactly} must be asked. */
  fast(order: number): number {
    const { profiles, profile, amount } = this.#instance.orders;
    const fixed = profiles[profile[order]!]!.unroutedPenalty ?? this.#safeBase;
    const penalty = this.#rate === 0 ? fixed : fixed + shareOf(this.#rate, amount[order]!);
    return penalty <= Number.MAX_SAFE_INTEGER ? penalty : Number.NaN;
  }

  exactly(order: number): CostTotal {
    const { profiles, profile, amount } = this.#instance.orders;
    const own = profiles[profile[order]!]!.unroutedPenalty;
    const share = BigInt(this.#rate) * BigInt(amount[order]!) * BigInt(COST_UNITS_PER_MINOR);
    return (own === null ? this.#base : BigInt(own)) + roundDivide(share, BigInt(RATE_ONE), "halfUp");
  }
}

/** Exact sum of the penalties of orders. */
export class PenaltySum {
  readonly #penalties: Penalties;
  readonly #sum = new ExactSum();

  constructor(penalties: Penalties) {
    this.#penalties = penalties;
  }

  add(order: number): void {
    const penalty = this.#penalties.fast(order);
    if (Number.isNaN(penalty)) this.#sum.addBig(this.#penalties.exactly(order));
    else this.#sum.add(penalty);
  }

  get total(): CostTotal {
    return this.#sum.total;
  }
}

/** Rate × amount in whole cost units, half-up; beyond the safe integers it is out by no more than a double rounds. */
function shareOf(rate: number, amount: number): number {
  const product = rate * amount;
  const divisor = RATE_ONE / COST_UNITS_PER_MINOR;
  if (!(product <= Number.MAX_SAFE_INTEGER))
    return Number(roundDivide(BigInt(rate) * BigInt(amount), BigInt(divisor), "halfUp"));
  const rest = product % divisor;
  return (product - rest) / divisor + (rest * 2 >= divisor ? 1 : 0);
}
