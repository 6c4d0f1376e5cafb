import type { Channel } from "../../model/contract.js";
import { holdTime, singleLeaveTime, singlesBy } from "../../model/queue.js";
import type { Draft } from "./draft.js";

/** Single channels: (C5) due times and cut-off as nested counts, (D1) delay as a convex function of counts. */
export function writeSingle(draft: Draft, c: number, channel: Channel, eligible: readonly number[]): void {
  const { classes } = draft.problem;
  const { queue } = channel;
  const constant = queue.perOrder === 0;
  const base = constant ? queue.start + queue.result : 0;
  const flows = eligible.map((kind) => ({ kind, column: draft.flow(kind, c, -1, base, Infinity) }));
  if (constant) return;
  const dueOf = (kind: number) => classes.due[draft.kinds[kind]!.class]!;
  for (const due of [...new Set(eligible.map(dueOf))].sort((a, b) => a - b)) {
    const within = flows.filter(({ kind }) => dueOf(kind) <= due);
    const room = singlesBy(queue, due);
    if (room < within.reduce((sum, { kind }) => sum + draft.kinds[kind]!.orders.length, 0)) {
      draft.row(
        -Infinity,
        room,
        within.map(({ column }) => [column, 1] as const),
      );
    }
  }
  if (draft.rate === 0) return;
  const finishSum = finishSums(channel);
  draft.nestedDelay(c, flows, (n) => {
    const slope = singleLeaveTime(queue, n) + queue.result;
    return { slope, intercept: finishSum(n) - n * slope };
  });
  // Where due times forbid the order of weights, the true delay is above the sum of these terms.
  const mixedWeights = new Set(eligible.map((kind) => classes.weight[draft.kinds[kind]!.class])).size > 1;
  if (mixedWeights && eligible.some((kind) => dueOf(kind) < Infinity)) draft.weaken("bound");
}

/** `F(n)`: sum of the finishes of the first n orders of a single channel. */
function finishSums(channel: Channel): (n: number) => number {
  const { queue } = channel;
  return (n) => {
    const rounds = Math.floor(n / queue.lanes);
    const rest = n - rounds * queue.lanes;
    const turns = (rounds * (rounds + 1) * queue.lanes) / 2 + rest * (rounds + 1);
    return n * (queue.start + queue.result) + turns * holdTime(queue, 1);
  };
}
