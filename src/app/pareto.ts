import type { CostTotal } from "../model/money.js";

/** A plan in the picture of cost against something else: of both, less is better. */
export interface Mark {
  /** A safe integer of at least 0. */
  readonly value: number;
  readonly cost: CostTotal;
}

/**
 * Those than which no other one is at least as good in both and better in one, from the cheapest to the least value; of
 * equal ones the first.
 */
export function undominated<Point extends Mark>(points: readonly Point[]): Point[] {
  const byCost = [...points].sort((a, b) =>
    a.cost !== b.cost ? (a.cost < b.cost ? -1 : 1) : a.value - b.value,
  );
  let least = Infinity;
  return byCost.filter(({ value }) => {
    if (value >= least) return false;
    least = value;
    return true;
  });
}

/**
 * The point of best compromise: with both axes scaled to the span of the points, the one that lies farthest below the
 * straight line between the first and the last (Das 1999, doi:10.1007/BF01195985). Exact; of equally far ones the
 * cheapest.
 *
 * @param points as {@link undominated} gives them
 * @returns its index; null where none lies below the line, as where there are fewer than three
 */
export function kneeOf(points: readonly Mark[]): number | null {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return null;
  const [width, height] = [BigInt(first.value - last.value), last.cost - first.cost];
  let knee: number | null = null;
  let farthest = 0n;
  points.forEach(({ value, cost }, index) => {
    // Times width, height and the length of the line, which are the same for all.
    const distance = BigInt(first.value - value) * height - (cost - first.cost) * width;
    if (distance <= farthest) return;
    farthest = distance;
    knee = index;
  });
  return knee;
}
