import { AMOUNT_PRICE_UNIT, CHARGES_SHARE_UNIT } from "../model/certificate.js";
import { VOLUME_SCALE } from "../model/contract.js";
import { amountReached, billedCharges, type Classes, sharedFloat64 } from "./classes.js";
import type { Problem } from "./problem.js";
import { curveAt, type VolumeCurve, type Volumes, volumeCurves } from "./volume.js";
import { chargeAtVolume, downDivide, type ScaledVolumePrices, type VolumeRange } from "./volumePrices.js";

/** The problem with charges at prices of volume, which may be fractions: what costs least there is steered by, plans cost what they cost. */
export function atVolumePrices(problem: Problem, prices: ScaledVolumePrices): Problem {
  const own = problem.classes.atVolume?.own ?? problem.classes;
  const { contract, orders } = problem;
  const C = own.channels;
  const billed = billedCharges(own);
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
      const order = { charge: units, billed: billed[k * C + c]!, amount };
      charge[k * C + c] = chargeAtVolume(contract.channels[c]!, prices, c, order) / prices.scale;
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
export function mostVolumes({ contract, classes, orders }: Problem, c: number): Volumes {
  const { limits } = contract.channels[c]!;
  const { ordersOf } = classes.reach[c]!;
  const { size, channels: C, count } = classes;
  const billed = billedCharges(classes);
  let charges = 0n;
  if (contract.channels[c]!.minimumFee !== null)
    for (let k = 0; k < count; k++)
      if (billed[k * C + c]! > 0) charges += BigInt(billed[k * C + c]!) * BigInt(size[k]!);
  let amount = 0n;
  for (let key = 0; key < ordersOf.length; key++) amount += amountReached(classes, orders, c, key);
  const reached = ordersOf.reduce((sum, of) => sum + of, 0);
  return {
    orders: BigInt(Math.min(reached, limits.maxOrders)),
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
