import { type Channel, VOLUME_SCALE, type VolumeTerms } from "../model/contract.js";
import { type CostTotal, ExactSum } from "../model/money.js";
import type { OrderTable } from "../model/order.js";
import type { ChannelLoad } from "../model/plan.js";

/**
 * What a plan's volume on a channel costs beyond its charges (formulation.md, volume): the month's discounts, fees and
 * shortfalls with the plan, less those without. Piecewise linear, with steps where a tier is for all units; exact.
 */
export interface VolumeCurve {
  /** What it counts: orders, their minor units, or cost units of their charges. */
  readonly measure: "orders" | "amount" | "charges";
  /** Ascending, the first from 0; of whole volumes up to the next piece's `from`, the last without end. */
  readonly pieces: readonly VolumePiece[];
}

/** From a volume of the plan on; both in {@link VOLUME_SCALE}ths of a cost unit. */
export interface VolumePiece {
  readonly from: number;
  /** Cost at `from`. */
  readonly base: bigint;
  /** Cost of each unit beyond. */
  readonly slope: bigint;
}

/** A plan's volume on a channel. */
export interface Volumes {
  readonly orders: bigint;
  /** Minor units. */
  readonly amount: bigint;
  /** Cost units. */
  readonly charges: bigint;
}

/** @param charges that the channel bills for the load, in cost units */
export function volumesOf({ amount }: OrderTable, { orders }: ChannelLoad, charges: CostTotal): Volumes {
  const sum = new ExactSum();
  for (const order of orders) sum.add(amount[order]!);
  return { orders: BigInt(orders.length), amount: sum.total, charges };
}

/** The curves of a channel; none where its volume costs nothing. */
export function volumeCurves({ volume, minimumFee }: Channel): VolumeCurve[] {
  const curves: VolumeCurve[] = [];
  if (volume !== null) curves.push(termsCurve(volume));
  if (minimumFee !== null && minimumFee.fee > minimumFee.toDate)
    curves.push(minimumFeeCurve(minimumFee.fee - minimumFee.toDate));
  return curves;
}

/** Whether some channel has a price of volume. */
export function pricesVolume(channels: readonly Channel[]): boolean {
  return channels.some((channel) => volumeCurves(channel).length > 0);
}

/** Whether some channel has a price of amount in all: then orders of unlike amounts are not alike. */
export function pricesAmountInAll(channels: readonly Channel[]): boolean {
  return channels.some(({ volume }) => volume?.unit === "amount");
}

/** Charges that are owed anyway cost nothing. */
function minimumFeeCurve(owed: number): VolumeCurve {
  const scale = BigInt(VOLUME_SCALE);
  return {
    measure: "charges",
    pieces: [
      { from: 0, base: 0n, slope: -scale },
      { from: owed, base: -scale * BigInt(owed), slope: 0n },
    ],
  };
}

function termsCurve(terms: VolumeTerms): VolumeCurve {
  const { unit, toDate, tiers, minimum } = terms;
  const from = [...tiers.map((tier) => tier.from), minimum?.volume ?? 0]
    .map((volume) => volume - toDate)
    .filter((volume) => volume > 0);
  const start = monthTotal(terms, toDate);
  const pieces = [...new Set([0, ...from])]
    .sort((a, b) => a - b)
    .map((volume) => ({
      from: volume,
      base: monthTotal(terms, toDate + volume) - start,
      slope: slopeAt(terms, toDate + volume),
    }));
  return { measure: unit, pieces };
}

/** What a month of that volume costs beyond its charges. */
function monthTotal({ kind, tiers, minimum }: VolumeTerms, volume: number): bigint {
  let total = 0n;
  tiers.forEach(({ from, price }, t) => {
    const next = tiers[t + 1]?.from ?? Infinity;
    if (volume < from) return;
    if (kind === "graduated") total += price * BigInt(Math.min(volume, next) - from);
    else if (volume < next) total += price * BigInt(volume);
  });
  if (minimum !== null && volume < minimum.volume)
    total += minimum.shortfall * BigInt(minimum.volume - volume);
  return total;
}

/** What the unit after that volume costs, steps aside. */
function slopeAt({ tiers, minimum }: VolumeTerms, volume: number): bigint {
  const price = tiers.findLast(({ from }) => volume >= from)?.price ?? 0n;
  return minimum !== null && volume < minimum.volume ? price - minimum.shortfall : price;
}

/** Cost of a volume, in {@link VOLUME_SCALE}ths of a cost unit. */
export function curveAt({ pieces }: VolumeCurve, volume: bigint): bigint {
  const { from, base, slope } = pieces.findLast((piece) => volume >= BigInt(piece.from))!;
  return base + slope * (volume - BigInt(from));
}

/** The same in cost units, as a double to steer by. */
export function costAt(curve: VolumeCurve, volume: bigint): number {
  return Number(curveAt(curve, volume)) / VOLUME_SCALE;
}

/** What the unit after a volume costs, steps aside, in cost units. */
export function slopeAfter({ pieces }: VolumeCurve, volume: number): number {
  return Number(pieces.findLast(({ from }) => volume >= from)!.slope) / VOLUME_SCALE;
}

/** What a channel's volume costs, each curve rounded up once to a cost unit. */
export function volumeCost(curves: readonly VolumeCurve[], volumes: Volumes): CostTotal {
  return curves.reduce((total, curve) => total + upToUnits(curveAt(curve, volumes[curve.measure])), 0n);
}

/** {@link VOLUME_SCALE}ths of a cost unit, rounded up to cost units. */
export function upToUnits(parts: bigint): CostTotal {
  const scale = BigInt(VOLUME_SCALE);
  const quotient = parts / scale;
  return parts % scale > 0n ? quotient + 1n : quotient;
}
