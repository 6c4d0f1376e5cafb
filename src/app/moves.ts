import type { Plan } from "../model/plan.js";
import type { OrderPlace } from "../model/whatIfFile.js";
import type { Problem } from "../solver/problem.js";

/** A plan with the problem that it solves. */
export interface PlannedProblem {
  readonly problem: Problem;
  readonly plan: Plan;
}

/** Orders that are elsewhere in another plan. */
export interface Move {
  readonly from: OrderPlace;
  readonly to: OrderPlace;
  readonly orders: number;
  /** Minor units. */
  readonly amount: bigint;
}

/** Orders that two plans of the same orders have in different places, most first; channels are matched by id. */
export function movesBetween(before: PlannedProblem, after: PlannedProblem): Move[] {
  const ids = [
    ...new Set([before, after].flatMap(({ problem }) => problem.contract.channels.map(({ id }) => id))),
  ];
  const places: OrderPlace[] = [
    ...ids.map((channel) => ({ channel })),
    { unrouted: "deferred" },
    { unrouted: "rejected" },
  ];
  const from = placesOf(before, ids);
  const to = placesOf(after, ids);
  const size = places.length;
  const orders = new Float64Array(size * size);
  const amounts = new Map<number, bigint>();
  const { count, amount } = before.problem.orders;
  for (let order = 0; order < count; order++) {
    if (from[order] === to[order]) continue;
    const cell = from[order]! * size + to[order]!;
    orders[cell]! += 1;
    amounts.set(cell, (amounts.get(cell) ?? 0n) + BigInt(amount[order]!));
  }
  return [...amounts]
    .map(([cell, sum]) => ({
      from: places[Math.floor(cell / size)]!,
      to: places[cell % size]!,
      orders: orders[cell]!,
      amount: sum,
    }))
    .sort((a, b) => b.orders - a.orders);
}

/** `[order]` index of its channel's id; behind them deferred, then rejected. */
function placesOf({ problem, plan }: PlannedProblem, ids: readonly string[]): Int32Array {
  const places = Int32Array.from(problem.classes.classOf, (k) => ids.length + (k < 0 ? 1 : 0));
  plan.loads.forEach(({ orders }, c) => {
    const place = ids.indexOf(problem.contract.channels[c]!.id);
    for (const order of orders) places[order] = place;
  });
  return places;
}
