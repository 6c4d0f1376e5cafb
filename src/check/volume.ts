import { type Channel, VOLUME_SCALE, type VolumeTerms } from "../model/contract.js";
import { type CostTotal, ExactSum } from "../model/money.js";
import { roundDivide } from "./exact.js";

/** What a plan brings a channel. */
export interface Volume {
  readonly orders: number;
  /** Minor units. */
  readonly amount: bigint;
  /** Cost units. */
  readonly charges: CostTotal;
}

/** What the volume of a plan costs on a channel: the month with it, less the month without; below 0 where it saves. */
export function volumeCost({ volume: terms, minimumFee }: Channel, plan: Volume): CostTotal {
  let cost = 0n;
  if (terms !== null) {
    const before = BigInt(terms.toDate);
    const more = terms.unit === "orders" ? BigInt(plan.orders) : plan.amount;
    cost += roundUp(monthCosts(terms, before + more) - monthCosts(terms, before));
  }
  if (minimumFee !== null) {
    const before = BigInt(minimumFee.toDate);
    const least = BigInt(minimumFee.fee);
    cost += positive(least - before - plan.charges) - positive(least - before);
  }
  return cost;
}

/** {@link VOLUME_SCALE}ths of a cost unit, as whole cost units. */
function roundUp(parts: bigint): CostTotal {
  // Rounding is of numbers that are not negative: down there is up here.
  return parts < 0n
    ? -roundDivide(-parts, BigInt(VOLUME_SCALE), "down")
    : roundDivide(parts, BigInt(VOLUME_SCALE), "up");
}

/** What a month of that volume costs beyond its charges, in {@link VOLUME_SCALE}ths of a cost unit. */
export function monthCosts({ tiers, kind, minimum }: VolumeTerms, volume: bigint): bigint {
  const shortfall = minimum === null ? 0n : minimum.shortfall * positive(BigInt(minimum.volume) - volume);
  let last = 0n;
  let parts = 0n;
  for (const { from, price } of tiers) {
    if (volume < BigInt(from)) break;
    // What is beyond this tier's beginning has the price of the tier before up to here.
    parts += (price - last) * (volume - BigInt(from));
    last = price;
  }
  return shortfall + (kind === "allUnits" ? last * volume : parts);
}

function positive(value: bigint): bigint {
  return value > 0n ? value : 0n;
}

/** Gathers the volume of a channel order by order. */
export class VolumeSum {
  #orders = 0;
  readonly #amount = new ExactSum();
  readonly #charges = new ExactSum();

  add(amount: number, charge: number): void {
    this.#orders++;
    this.#amount.add(amount);
    this.#charges.add(charge);
  }

  get total(): Volume {
    return { orders: this.#orders, amount: this.#amount.total, charges: this.#charges.total };
  }
}
