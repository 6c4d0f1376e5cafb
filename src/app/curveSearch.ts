import { type CostCurve, costCurve, gapAt, lowestLine, valuesToAsk } from "../solver/costCurve.js";
import type { Line } from "../solver/envelope.js";
import { inTurn } from "./inTurn.js";

/** A plan that a search at a value of the parameter brought. */
export interface PlanAt<Plan> {
  /** Steps of the parameter from the first value on. */
  readonly at: bigint;
  readonly plan: Plan;
  /** What it costs at any value. */
  readonly line: Line;
  /** What no plan goes below at this value. */
  readonly bound: bigint;
}

export interface CurveTask<Plan> {
  /** Values are 0 to this. */
  readonly last: bigint;
  /** Gap at which a search ends. */
  readonly endGap: number;
  /** Searches at a time. */
  readonly atATime: number;
  /** What is known without a search. */
  readonly known: readonly PlanAt<Plan>[];
  /** @param start the cheapest plan known there; null where none is */
  readonly search: (at: bigint, start: Plan | null) => Promise<PlanAt<Plan>>;
  /** Whether to end with what is known, the two ends apart. */
  readonly isStopped: () => boolean;
}

export interface FoundCurve<Plan> {
  readonly curve: CostCurve;
  /** `[line]` */
  readonly plans: readonly PlanAt<Plan>[];
  readonly searches: number;
  /** `done`: no search would say more; `limit`: {@link MOST_SEARCHES} were made. */
  readonly stoppedBy: "done" | "limit" | "interrupt";
}

/** Searches for one curve at most. */
export const MOST_SEARCHES = 200;

/**
 * Finds the least cost over a parameter in which every plan costs a straight line: searches at both ends, then wherever the lowest
 * lines known meet, until no search would say more. Questions come level by level, so that what comes out depends neither
 * on how many are searched at a time nor on which ends first.
 */
export async function findCurve<Plan>(task: CurveTask<Plan>): Promise<FoundCurve<Plan>> {
  const { last, endGap, known } = task;
  const plans = [...known];
  let searches = 0;
  const search = async (
    values: readonly bigint[],
    startAt: (at: bigint) => Plan | null,
    isStopped: () => boolean,
  ) => {
    const found = await inTurn(values, task.atATime, async (at) => {
      if (isStopped()) return null;
      searches++;
      return task.search(at, startAt(at));
    });
    plans.push(...found.filter((plan) => plan !== null));
  };
  const isKnown = (value: bigint) => known.some(({ at }) => at === value);
  await search(
    [...new Set([0n, last])].filter((end) => !isKnown(end)),
    () => null,
    () => false,
  );
  for (;;) {
    const curve = costCurve(
      plans.map(({ line }) => line),
      plans.map(({ at, bound }) => ({ at, value: bound })),
      last,
    );
    const values = valuesToAsk(curve, endGap);
    const end = (stoppedBy: FoundCurve<Plan>["stoppedBy"]) => ({ curve, plans, searches, stoppedBy });
    if (values.length === 0) return end("done");
    if (task.isStopped()) return end("interrupt");
    const room = MOST_SEARCHES - searches;
    if (room <= 0) return end("limit");
    await search(widest(curve, values, room), (at) => plans[lowestLine(curve, at)]!.plan, task.isStopped);
  }
}

/** So many of the values, those where least is known; ascending. */
function widest(curve: CostCurve, values: readonly bigint[], most: number): readonly bigint[] {
  if (values.length <= most) return values;
  const chosen = [...values].sort((a, b) => gapAt(curve, b) - gapAt(curve, a)).slice(0, most);
  return values.filter((value) => chosen.includes(value));
}
