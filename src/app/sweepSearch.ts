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
  const ahead = handOn(values, plans, task.pricesAt);
  const starts = handOn([...values].reverse(), [...ahead].reverse(), task.pricesAt).reverse();
  const places = values.map((value, i) => ({ value, own: plans[i]!, start: starts[i]! }));
  const better = await inTurn(places, atATime, async ({ value, own, start }) =>
    start === own || isStopped() ? own : search(value, start),
  );
  return { plans: better, searches, stoppedBy: isStopped() ? "interrupt" : "done" };
}

/** `[value]` its plan, or the one handed on from the value before where that is cheaper. */
function handOn<Found>(
  values: readonly bigint[],
  plans: readonly Found[],
  pricesAt: SweepTask<Found>["pricesAt"],
): Found[] {
  const best: Found[] = [];
  values.forEach((value, i) => {
    const own = plans[i]!;
    const before = best.at(-1);
    const priceOf = pricesAt(value);
    const cost = before === undefined ? null : priceOf(before);
    best.push(cost !== null && cost < priceOf(own)! ? before! : own);
  });
  return best;
}
