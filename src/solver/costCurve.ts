import { concaveHull, hullAt, type Point } from "./concaveHull.js";
import { type Line, lowerEnvelope, type Piece, valueAt } from "./envelope.js";
import { relativeGap } from "./gap.js";

/**
 * What is known of the least cost over a parameter by which every plan costs a straight line: the least of such lines is concave. No
 * plan costs more than the lowest line known, none less than the chords between proven bounds.
 */
export interface CostCurve {
  /** Whole values of the parameter, from 0 to this. */
  readonly last: bigint;
  /** Of the plans that are known. */
  readonly lines: readonly Line[];
  /** Left to right; of the lowest lines. */
  readonly pieces: readonly Piece[];
  /** Values that were asked for, ascending; 0 and the last are among them. */
  readonly asked: readonly bigint[];
  readonly hull: readonly Point[];
}

/** What a search at a value brought: a proven bound of the least cost there. */
export type Answer = Point;

/** @param answers one for each value, 0 and `last` among them */
export function costCurve(lines: readonly Line[], answers: readonly Answer[], last: bigint): CostCurve {
  const ascending = [...answers].sort((a, b) => (a.at < b.at ? -1 : 1));
  return {
    last,
    lines,
    pieces: lowerEnvelope(lines, 0n, last),
    asked: ascending.map(({ at }) => at),
    hull: concaveHull(ascending),
  };
}

/** The lowest line at a value: its index. */
export function lowestLine({ pieces }: CostCurve, at: bigint): number {
  return pieces.find(({ to }) => to >= at)!.line;
}

/** The cost of the cheapest plan known at a value. */
export function objectiveAt(curve: CostCurve, at: bigint): bigint {
  return valueAt(curve.lines[lowestLine(curve, at)]!, at);
}

/** What no plan goes below at a value. */
export function boundAt({ hull }: CostCurve, at: bigint): bigint {
  return hullAt(hull, at);
}

/** (objective − bound) / |objective| at a value. */
export function gapAt(curve: CostCurve, at: bigint): number {
  return relativeGap(objectiveAt(curve, at), boundAt(curve, at));
}

/** Whether the plan of every value of a piece is proven to be optimal: the curve is concave, so that both ends say it. */
export function isProven(curve: CostCurve, { from, to }: Piece): boolean {
  return [from, to].every((at) => objectiveAt(curve, at) === boundAt(curve, at));
}

/** Times the gap that searches beside a value have left, from which on the band there is wide enough for one more. */
const WORTH_ASKING = 1.5;

/**
 * The values to ask for next, ascending: where neighbouring lines meet, a line below both of them shows, if there is one (Eisner
 * and Severance, doi:10.1145/321978.321982). None where no search could say more: the bound is the cost there, or the band is
 * hardly wider than what a search leaves.
 *
 * @param endGap at which a search ends
 */
export function valuesToAsk(curve: CostCurve, endGap: number): readonly bigint[] {
  const asked = new Set(curve.asked);
  const isClosed = (at: bigint) => objectiveAt(curve, at) === boundAt(curve, at);
  const values: bigint[] = [];
  curve.pieces.slice(0, -1).forEach((piece, i) => {
    const [before, next] = [piece.to, piece.to + 1n];
    // Lines that meet in a whole value are both known there; else there is a corner on either side.
    const meet =
      valueAt(curve.lines[piece.line]!, next) === valueAt(curve.lines[curve.pieces[i + 1]!.line]!, next);
    const corner = meet ? next : before;
    if (!isClosed(corner)) {
      if (!asked.has(corner) && isWide(curve, corner, endGap)) values.push(corner);
    } else if (!isClosed(next) && !asked.has(next)) values.push(next);
  });
  return values;
}

/** @param at a value that was not asked for */
function isWide(curve: CostCurve, at: bigint, endGap: number): boolean {
  const behind = curve.asked.find((value) => value > at)!;
  const before = curve.asked.findLast((value) => value < at)!;
  const share = Number(at - before) / Number(behind - before);
  const left = (1 - share) * gapAt(curve, before) + share * gapAt(curve, behind);
  return gapAt(curve, at) > Math.max(endGap, WORTH_ASKING * left);
}
