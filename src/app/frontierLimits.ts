import type { Mark } from "./pareto.js";

/** A plan that was searched within a limit on its value. */
export interface Searched extends Mark {
  /** At least its value; Infinity where there was none. */
  readonly limit: number;
}

/** Limits that are searched at a time: a number of its own, so that threads do not matter. */
const MOST_AT_A_TIME = 4;

/**
 * The limits to search next: after the plan without a limit the least one, then between two neighbours in the middle, the
 * widest gaps in the picture of value and cost first.
 *
 * @param searched the first without a limit
 * @param least limit that there may be
 * @param most limits to name
 * @returns none where all that is left between neighbours is known: a plan of value v within limit l is the best of every
 * limit from v to l
 */
export function nextLimits(searched: readonly Searched[], least: number, most: number): number[] {
  if (searched.length === 1) return searched[0]!.value > least ? [least] : [];
  const byLimit = [...searched].sort((a, b) => a.limit - b.limit);
  const values = searched.map(({ value }) => value);
  const costs = searched.map(({ cost }) => Number(cost));
  const [width, height] = [span(values), span(costs)];
  const gaps = byLimit.slice(1).flatMap((above, i) => {
    const below = byLimit[i]!;
    const open = above.value - below.limit;
    // Where less costs no more, nobody wants what lies between.
    if (open < 2 || below.cost <= above.cost) return [];
    const middle = below.limit + Math.floor(open / 2);
    return [{ middle, size: Math.hypot(open / width, Number(below.cost - above.cost) / height) }];
  });
  return gaps
    .sort((a, b) => b.size - a.size || a.middle - b.middle)
    .slice(0, Math.min(most, MOST_AT_A_TIME))
    .map(({ middle }) => middle);
}

function span(values: readonly number[]): number {
  const [least, most] = values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [
    Infinity,
    -Infinity,
  ] as readonly [number, number]);
  return most - least;
}
