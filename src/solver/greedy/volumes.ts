import { VOLUME_SCALE } from "../../model/contract.js";
import { billedCharges } from "../classes.js";
import type { Problem } from "../problem.js";
import { type VolumeCurve, volumeCurves } from "../volume.js";
import { noVolumePrices, volumePriceOf } from "../volumePrices.js";

/** What a curve counts. */
export type VolumeMeasure = VolumeCurve["measure"];

/** A curve in doubles: cost units beyond what the charges that steer take of it. */
interface Excess {
  readonly measure: VolumeMeasure;
  /** `[piece]` */
  readonly from: Float64Array;
  readonly base: Float64Array;
  readonly slope: Float64Array;
  /** Cost units a unit that the charges say already. */
  readonly price: number;
}

/**
 * The volumes of a packing, and what they cost beyond what its charges say: all of it, or where charges are those at
 * prices of volume, the difference. Kept up in doubles to steer a search.
 */
export class PackingVolumes {
  /** Whether volume has a price anywhere. */
  readonly any: boolean;
  /** `[channel]` */
  readonly #excess: readonly (readonly Excess[])[];
  readonly #problem: Problem;
  readonly #volume: Readonly<Record<VolumeMeasure, Float64Array>>;

  constructor(problem: Problem) {
    const { contract, classes } = problem;
    this.#problem = problem;
    const C = contract.channels.length;
    const prices = classes.atVolume?.prices ?? { scale: 1, volume: noVolumePrices(C) };
    this.#excess = contract.channels.map((channel, c) =>
      volumeCurves(channel).map((curve) => ({
        measure: curve.measure,
        from: Float64Array.from(curve.pieces, (piece) => piece.from),
        base: Float64Array.from(curve.pieces, (piece) => Number(piece.base) / VOLUME_SCALE),
        slope: Float64Array.from(curve.pieces, (piece) => Number(piece.slope) / VOLUME_SCALE),
        price: volumePriceOf(prices, c, curve),
      })),
    );
    this.any = this.#excess.some((curves) => curves.length > 0);
    this.#volume = {
      orders: new Float64Array(C),
      amount: new Float64Array(C),
      charges: new Float64Array(C),
    };
  }

  /** @param sign 1 where an order of class k comes to channel c, -1 where it leaves */
  count(c: number, k: number, amount: number, sign: 1 | -1): void {
    if (!this.any) return;
    this.#volume.orders[c]! += sign;
    this.#volume.amount[c]! += sign * amount;
    this.#volume.charges[c]! += sign * this.#charge(c, k);
  }

  #charge(c: number, k: number): number {
    const { classes } = this.#problem;
    return billedCharges(classes)[k * classes.channels + c]!;
  }

  /** Units of a measure that an order of class k brings. */
  unitsOf(measure: VolumeMeasure, c: number, k: number, amount: number): number {
    return measure === "orders" ? 1 : measure === "amount" ? amount : this.#charge(c, k);
  }

  /** What all volumes cost beyond the charges. */
  get excess(): number {
    if (!this.any) return 0;
    return this.#excess.reduce(
      (sum, curves, c) =>
        curves.reduce((part, curve) => part + excessAt(curve, this.#volume[curve.measure][c]!), sum),
      0,
    );
  }

  /** What that would change by if an order of class k came to channel c, or left it. */
  change(c: number, k: number, amount: number, sign: 1 | -1): number {
    let change = 0;
    for (const curve of this.#excess[c]!) {
      const volume = this.#volume[curve.measure][c]!;
      const units = this.unitsOf(curve.measure, c, k, amount);
      change += excessAt(curve, volume + sign * units) - excessAt(curve, volume);
    }
    return change;
  }

  /** The volumes at which channel c's prices turn, with what it has now. */
  thresholds(c: number): { measure: VolumeMeasure; volume: number; turns: number[] }[] {
    return this.#excess[c]!.map(({ measure, from }) => ({
      measure,
      volume: this.#volume[measure][c]!,
      turns: Array.from(from.subarray(1)),
    }));
  }

  volume(c: number, measure: VolumeMeasure): number {
    return this.#volume[measure][c]!;
  }

  copyFrom(other: PackingVolumes): void {
    for (const measure of ["orders", "amount", "charges"] as const)
      this.#volume[measure].set(other.#volume[measure]);
  }
}

function excessAt({ from, base, slope, price }: Excess, volume: number): number {
  let piece = from.length - 1;
  while (piece > 0 && volume < from[piece]!) piece--;
  return base[piece]! + slope[piece]! * (volume - from[piece]!) - price * volume;
}
