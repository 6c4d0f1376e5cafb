import type { CostTotal } from "../model/money.js";
import { inTurn } from "./inTurn.js";

export interface SweepTask<Found> {
  readonly values: readonly bigint[];
  /** What is known of a value without a search; null where nothing is. */
  readonly known: (value: bigint) => Found | null;
  /** Searches at a time. */
  readonly atATime: number;
  /** @param start a plan that is cheaper there than the one found there; null the first time */
  readonly search: (value: bigint, start: Found | null) => Promise<Found>;
  /** What plans cost at a value; null of one that is not valid there. */
  readonly pricesAt: (value: bigint) => (found: Found) => CostTotal | null;
  /** Whether to end with what is found; every value has a plan all the same. */
  readonly isStopped: () => boolean;
}

export interface FoundSweep<Found> {
  /** One for each value. */
  readonly plans: readonly Found[];
  readonly searches: number;
  readonly stoppedBy: "done" | "interrupt";
}

/**
 * Searches at every value. Where a plan found at another value is cheaper than the one found there, it searches once more from that:
 * no limit that is raised seems to cost more.
 */
export async function findSweep<Found>(task: SweepTask<Found>): Promise<FoundSweep<Found>> {
  const { values, known, atATime, isStopped } = task;
  let searches = 0;
  const search = (value: bigint, start: Found | null) => {
    searches++;
    return task.search(value, start);
  };
  const plans = await inTurn(values, atATime, async (value) => known(value) ?? search(value, null));
  if (isStopped()) return { plans, searches, stoppedBy: "interrupt" };
  const places = values.map((value, i) => {
    const own = plans[i]!;
    return { value, own, start: cheapest(own, plans, task.pricesAt(value)) };
  });
  const better = await inTurn(places, atATime, async ({ value, own, start }) =>
    start === own || isStopped() ? own : search(value, start),
  );
  return { plans: better, searches, stoppedBy: isStopped() ? "interrupt" : "done" };
}

/** A plan, or the cheapest of those that cost less. */
function cheapest<Found>(
  own: Found,
  plans: readonly Found[],
  priceOf: (found: Found) => CostTotal | null,
): Found {
  let best = own;
  let least = priceOf(own);
  for (const plan of plans) {
    if (plan === own) continue;
    const cost = priceOf(plan);
    if (cost === null || (least !== null && cost >= least)) continue;
    best = plan;
    least = cost;
  }
  return best;
}
