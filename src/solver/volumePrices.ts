import { AMOUNT_PRICE_UNIT, CHARGES_SHARE_UNIT, LARGEST_WORTH } from "../model/certificate.js";
import { type Channel, VOLUME_SCALE } from "../model/contract.js";
import type { CostUnits, MinorUnits } from "../model/money.js";
import { type Classes, sharedFloat64 } from "./classes.js";
import type { Problem } from "./problem.js";
import { curveAt, type VolumeCurve, type Volumes, volumeCurves } from "./volume.js";

/**
 * The cost of volume taken by its prices: each order pays for the volume that it brings, so that it can choose by
 * itself, and each channel makes up the difference to what its volume costs (docs/certificate.md, steps 2 and 6).
 */
export interface VolumePrices {
  /** `[channel]` whole price units for an order, or for {@link AMOUNT_PRICE_UNIT} minor units; below 0 for discounts. */
  readonly unit: Float64Array;
  /** `[channel]` which share of a charge is owed anyway, in {@link CHARGES_SHARE_UNIT}ths. */
  readonly minimumFee: Float64Array;
}

/** Prices of volume with the price units in a cost unit: what a set of prices of a certificate says about volume. */
export interface ScaledVolumePrices {
  readonly scale: number;
  readonly volume: VolumePrices;
}

export function noVolumePrices(channels: number): VolumePrices {
  return { unit: new Float64Array(channels), minimumFee: new Float64Array(channels) };
}

/** @param price of a unit of what the curve counts, in cost units; rounded to what a certificate can state */
export function setVolumePrice(
  { scale, volume: { unit, minimumFee } }: ScaledVolumePrices,
  channel: number,
  { measure }: VolumeCurve,
  price: number,
): void {
  const whole = (value: number) => Math.round(Math.max(-LARGEST_WORTH, Math.min(LARGEST_WORTH, value)));
  if (measure === "charges")
    minimumFee[channel] = Math.min(CHARGES_SHARE_UNIT, Math.max(0, whole(-price * CHARGES_SHARE_UNIT)));
  else unit[channel] = whole(scale * (measure === "orders" ? price : price * AMOUNT_PRICE_UNIT));
}

/** The volumes of a channel that are looked at, ends included; in the unit of its terms. */
export interface VolumeRange {
  readonly from: number;
  readonly to: number;
}

export const ANY_VOLUME: VolumeRange = { from: 0, to: Infinity };

/** An order's charge at the prices of volume of channel c, in price units. Exact; beyond 2^53 about right. */
export function chargeAtVolume(
  channel: Channel,
  { scale, volume: { unit, minimumFee } }: ScaledVolumePrices,
  c: number,
  charge: CostUnits,
  amount: MinorUnits,
): number {
  const price = unit[c]!;
  const share = minimumFee[c]!;
  let priced = scale * charge;
  if (share !== 0) priced += partOf(-share, priced, CHARGES_SHARE_UNIT);
  if (price !== 0)
    priced += channel.volume?.unit === "amount" ? partOf(price, amount, AMOUNT_PRICE_UNIT) : price;
  return priced;
}

/** ⌊price · value / unit⌋ */
function partOf(price: number, value: number, unit: number): number {
  const product = price * value;
  if (!Number.isSafeInteger(product)) return Number(downDivide(BigInt(price) * BigInt(value), BigInt(unit)));
  const rest = product % unit;
  return (product - (rest < 0 ? rest + unit : rest)) / unit;
}

function downDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor < 0n ? quotient - 1n : quotient;
}

/** The problem with charges at prices of volume, which may be fractions: what costs least there is steered by, plans cost what they cost. */
export function atVolumePrices(problem: Problem, prices: ScaledVolumePrices): Problem {
  const own = problem.classes.atVolume?.own ?? problem.classes;
  const { contract, orders } = problem;
  const C = own.channels;
  const charge = sharedFloat64(own.charge.length);
  const penalty = sharedFloat64(own.count);
  const raised = sharedFloat64(own.count);
  for (let k = 0; k < own.count; k++) {
    const amount = orders.amount[own.members[own.memberStart[k]!]!]!;
    let least = 0;
    for (let c = 0; c < C; c++) {
      const units = own.charge[k * C + c]!;
      charge[k * C + c] = units;
      if (units < 0) continue;
      charge[k * C + c] = chargeAtVolume(contract.channels[c]!, prices, c, units, amount) / prices.scale;
      least = Math.min(least, charge[k * C + c]!);
    }
    raised[k] = -least;
    penalty[k] = own.penalty[k]! - least;
    for (let c = 0; c < C; c++) if (own.charge[k * C + c]! >= 0) charge[k * C + c]! -= least;
  }
  const classes: Classes = { ...own, charge, penalty, atVolume: { own, prices, raised } };
  return { ...problem, classes };
}

/** The problem with the contract's own charges. */
export function atOwnCharges(problem: Problem): Problem {
  const { atVolume } = problem.classes;
  return atVolume === undefined ? problem : { ...problem, classes: atVolume.own };
}

/** The most volume that a channel could have: of all orders that it could take, within its own limits. */
export function mostVolumes({ contract, classes }: Problem, c: number): Volumes {
  const { limits } = contract.channels[c]!;
  const { orders, amountOf } = classes.reach[c]!;
  const { charge, size, channels: C, count } = classes.atVolume?.own ?? classes;
  let charges = 0n;
  if (contract.channels[c]!.minimumFee !== null)
    for (let k = 0; k < count; k++)
      if (charge[k * C + c]! > 0) charges += BigInt(charge[k * C + c]!) * BigInt(size[k]!);
  const amount = amountOf.reduce((sum, part) => sum + part, 0n);
  return {
    orders: BigInt(Math.min(orders, limits.maxOrders)),
    amount: limits.maxAmount < Number(amount) ? BigInt(limits.maxAmount) : amount,
    charges,
  };
}

/** Parts of a price unit in which all prices of volume are whole. */
const PARTS = 1_000_000n;

/**
 * The least that a channel's volume could cost beyond what orders pay for it, in price units rounded down; null where it
 * cannot have such a volume. Exact.
 */
export function leastVolumeCost(
  problem: Problem,
  { scale, volume: { unit, minimumFee } }: ScaledVolumePrices,
  c: number,
  range: VolumeRange,
): bigint | null {
  const curves = volumeCurves(problem.contract.channels[c]!);
  if (curves.length === 0) return 0n;
  const most = mostVolumes(problem, c);
  let least = 0n;
  for (const curve of curves) {
    const { measure } = curve;
    // Of the volume that terms count there may be a range; charges follow from the orders.
    const [from, limit] = measure === "charges" ? [0n, Infinity] : [BigInt(range.from), range.to];
    const to = limit < Number(most[measure]) ? BigInt(limit) : most[measure];
    if (from > to) return null;
    const price = {
      orders: BigInt(unit[c]!) * PARTS,
      amount: (BigInt(unit[c]!) * PARTS) / BigInt(AMOUNT_PRICE_UNIT),
      charges: (-BigInt(scale) * BigInt(minimumFee[c]!) * PARTS) / BigInt(CHARGES_SHARE_UNIT),
    }[measure];
    let lowest: bigint | null = null;
    for (const volume of turns(curve, from, to)) {
      const value =
        ((BigInt(scale) * PARTS) / BigInt(VOLUME_SCALE)) * curveAt(curve, volume) - price * volume;
      if (lowest === null || value < lowest) lowest = value;
    }
    least += lowest!;
  }
  return downDivide(least, PARTS);
}

/** The ends of a curve's pieces from one volume to another, ascending: it is linear between the ends of a piece. */
export function turns({ pieces }: VolumeCurve, from: bigint, to: bigint): bigint[] {
  const found: bigint[] = [];
  pieces.forEach((piece, p) => {
    const begin = BigInt(piece.from);
    const next = pieces[p + 1];
    const end = next === undefined || BigInt(next.from) > to ? to : BigInt(next.from) - 1n;
    if (end < from || begin > to) return;
    found.push(begin < from ? from : begin, end);
  });
  return found;
}
