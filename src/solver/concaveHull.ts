import { ceilDivide } from "./proof/exact.js";

/** A value that is not exceeded at a point. */
export interface Point {
  readonly at: bigint;
  readonly value: bigint;
}

/**
 * The least that a concave function with whole values can be, of which lower limits are known at some points: between two of them it is not
 * below their chord. Points that lie below a chord of others are left out.
 *
 * @param points ascending, at least one
 * @returns the corners, ascending
 */
export function concaveHull(points: readonly Point[]): readonly Point[] {
  const corners: Point[] = [];
  for (const point of points) {
    while (corners.length > 1 && isBelowChord(corners.at(-1)!, corners.at(-2)!, point)) corners.pop();
    corners.push(point);
  }
  return corners;
}

/** Whether a point is not above the chord of one before and one behind it. */
function isBelowChord(point: Point, before: Point, behind: Point): boolean {
  const rise = (behind.value - before.value) * (point.at - before.at);
  return (point.value - before.value) * (behind.at - before.at) <= rise;
}

/** The lower limit at a point between the first and the last corner: a whole value, so that the chord is rounded up. */
export function hullAt(corners: readonly Point[], at: bigint): bigint {
  const next = corners.findIndex((corner) => corner.at >= at);
  const behind = corners[next]!;
  if (behind.at === at) return behind.value;
  const before = corners[next - 1]!;
  const width = behind.at - before.at;
  const rise = (behind.value - before.value) * (at - before.at);
  return before.value + ceilDivide(rise, width);
}
