import { ExactSum } from "../model/money.js";
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
  const { places, from, to } = placesIn(before, after);
  const size = places.length;
  const amounts = new Map<number, ExactSum>();
  const { count, amount } = before.problem.orders;
  for (let order = 0; order < count; order++) {
    if (from[order] === to[order]) continue;
    const cell = from[order]! * size + to[order]!;
    const sum = amounts.get(cell) ?? new ExactSum();
    sum.add(amount[order]!);
    amounts.set(cell, sum);
  }
  return ordersByPlaces(from, to, size)
    .filter((pair) => pair.from !== pair.to)
    .map((pair) => ({
      from: places[pair.from]!,
      to: places[pair.to]!,
      orders: pair.orders,
      amount: amounts.get(pair.from * size + pair.to)!.total,
    }))
    .sort((a, b) => b.orders - a.orders);
}

/** An order that is elsewhere in another plan. */
export interface MovedOrder {
  /** Row of the order table. */
  readonly order: number;
  readonly from: OrderPlace;
  readonly to: OrderPlace;
}

/** The first orders, at most so many, that two plans of the same orders have in different places. */
export function firstMoved(before: PlannedProblem, after: PlannedProblem, most: number): MovedOrder[] {
  const { places, from, to } = placesIn(before, after);
  const moved: MovedOrder[] = [];
  for (let order = 0; order < from.length && moved.length < most; order++)
    if (from[order] !== to[order])
      moved.push({ order, from: places[from[order]!]!, to: places[to[order]!]! });
  return moved;
}

/** All places of both plans, and `[order]` which of them it has in each. */
function placesIn(before: PlannedProblem, after: PlannedProblem) {
  const ids = [
    ...new Set([before, after].flatMap(({ problem }) => problem.contract.channels.map(({ id }) => id))),
  ];
  const places: OrderPlace[] = [
    ...ids.map((channel) => ({ channel })),
    { unrouted: "deferred" },
    { unrouted: "rejected" },
  ];
  return { places, from: placesOf(before, ids), to: placesOf(after, ids) };
}

/** Orders that are in one place in a plan and in one, the same or another, in another plan. */
export interface PlacePair {
  readonly from: number;
  readonly to: number;
  readonly orders: number;
}

/**
 * Counts orders by their places in two plans.
 *
 * @param from `[order]` place in the one plan, below `places`
 * @param to `[order]` place in the other
 * @returns pairs of places that have orders, ascending
 */
export function ordersByPlaces(from: Int32Array, to: Int32Array, places: number): PlacePair[] {
  const orders = new Float64Array(places * places);
  for (let order = 0; order < from.length; order++) orders[from[order]! * places + to[order]!]! += 1;
  return [...orders].flatMap((count, cell) =>
    count === 0 ? [] : [{ from: Math.floor(cell / places), to: cell % places, orders: count }],
  );
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
