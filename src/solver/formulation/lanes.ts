import type { Channel } from "../../model/contract.js";
import type { Draft, FlowColumn } from "./draft.js";
import { amountBinds, byKey, mostPackages, ordersOf } from "./packages.js";

/** Orders up to which every number of packages that could be of use is written. */
const ALL_PACKAGES_ORDERS = 12;

/** Each package told apart, by lane and position: y(c,a,j,v). Hold times depend on size. */
export function writeLanes(draft: Draft, c: number, channel: Channel, eligible: readonly number[]): void {
  const { queue } = channel;
  const kindsByKey = byKey(draft, c, eligible);
  const orders = ordersOf(draft, eligible);
  const ceiling = Math.min(
    orders,
    channel.limits.maxPackages,
    Math.floor(orders / channel.package.minOrders),
  );
  // More packages than this never were of use where it was tried, but no proof says so.
  const likely =
    [...kindsByKey.values()].reduce(
      (sum, kinds) => sum + mostPackages(draft, c, kinds, amountBinds(draft, channel, kinds)),
      0,
    ) + queue.lanes;
  const most = orders <= ALL_PACKAGES_ORDERS ? ceiling : Math.min(ceiling, likely);
  if (most < ceiling) draft.weaken("none");
  const lanes = Math.min(queue.lanes, most);
  // Spread evenly, this many suffice where nothing but the orders limits the packages; else one lane may need all.
  const spread = most === Math.floor(orders / channel.package.minOrders) || lanes === 1;
  const positions = spread ? Math.ceil(most / lanes) : most;
  for (let lane = 0; lane < lanes; lane++) {
    const inLane: FlowColumn[][] = [];
    const used: number[] = [];
    for (let position = 0; position < positions; position++) {
      if (draft.isTooLarge) return;
      const slot = writeSlot(draft, c, channel, kindsByKey, lane, position);
      const before = used.at(-1);
      // Positions are used from the first on.
      if (before !== undefined)
        draft.row(0, Infinity, [
          [before, 1],
          [slot.used, -1],
        ]);
      inLane.push(slot.flows);
      used.push(slot.used);
      writeDues(draft, channel, position, inLane, used, eligible);
    }
    if (queue.cutOff < Infinity) {
      const room = queue.cutOff - queue.start;
      draft.row(-Infinity, 1, [
        ...used.map((column) => [column, queue.perPackage / room] as const),
        ...inLane.flat().map(({ column }) => [column, queue.perOrder / room] as const),
      ]);
    }
    if (draft.rate > 0) writeDelay(draft, c, channel, inLane);
  }
}

/** One slot: at most one package, of one of the keys. `used` is 1 where there is one. */
function writeSlot(
  draft: Draft,
  c: number,
  channel: Channel,
  byKey: Map<number, number[]>,
  lane: number,
  position: number,
) {
  const { queue } = channel;
  const finish = queue.start + (position + 1) * queue.perPackage + queue.result;
  const flows: FlowColumn[] = [];
  const packages: number[] = [];
  for (const [key, kinds] of byKey) {
    const inside = kinds.map((kind) => ({
      kind,
      column: draft.flow(kind, c, draft.slots.length, finish, channel.package.maxOrders),
    }));
    const y = draft.packages(c, channel, 1, inside, amountBinds(draft, channel, kinds));
    draft.slots.push({ channel: c, key, lane, position, column: y, single: true });
    for (const flow of inside) flows.push(flow);
    packages.push(y);
  }
  if (packages.length === 1) return { flows, used: packages[0]! };
  const used = draft.column(0, 0, 1, true);
  draft.row(0, 0, [[used, 1] as const, ...packages.map((y) => [y, -1] as const)]);
  return { flows, used };
}

/** (C5) due times of a slot: u = 1 where it holds an order due by d, and then it must have finished by d. */
function writeDues(
  draft: Draft,
  channel: Channel,
  position: number,
  inLane: readonly FlowColumn[][],
  used: readonly number[],
  eligible: readonly number[],
): void {
  const { classes } = draft.problem;
  const { queue, package: terms } = channel;
  const dueOf = (kind: number) => classes.due[draft.kinds[kind]!.class]!;
  const dues = [...new Set(eligible.map(dueOf))].filter((due) => due < Infinity);
  const flows = inLane[position]!;
  const orders = ordersOf(draft, eligible);
  const longest = (position + 1) * queue.perPackage + queue.perOrder * orders;
  for (const due of dues) {
    const within = flows.filter(({ kind }) => dueOf(kind) <= due);
    const room = due - queue.result - queue.start;
    if (longest <= room || within.length === 0) continue;
    const u = draft.column(0, 0, 1, true);
    draft.row(-Infinity, 0, [
      ...within.map(({ column }) => [column, 1] as const),
      [u, -Math.min(orders, terms.maxOrders)] as const,
    ]);
    // hold times so far + (longest − room) · u ≤ longest
    draft.row(-Infinity, 1, [
      ...used.map((column) => [column, queue.perPackage / longest] as const),
      ...inLane.flat().map(({ column }) => [column, queue.perOrder / longest] as const),
      [u, (longest - room) / longest] as const,
    ]);
  }
}

/**
 * (D2) Within a lane every order waits for the orders before it and those of its package:
 * Σj nj · Σi≤j ni = (N² + Σj nj²) / 2, convex. Of mixed weights, each step of weight counts its own orders alone,
 * which leaves out the lighter ones and so bounds from below.
 */
function writeDelay(draft: Draft, c: number, channel: Channel, inLane: readonly FlowColumn[][]): void {
  const { classes } = draft.problem;
  const square = (n: number) => ({
    slope: ((2 * n + 1) * channel.queue.perOrder) / 2,
    intercept: (-n * (n + 1) * channel.queue.perOrder) / 2,
  });
  draft.nestedDelay(c, inLane.flat(), square);
  for (const flows of inLane) draft.nestedDelay(c, flows, square);
  const weights = new Set(inLane.flat().map(({ kind }) => classes.weight[draft.kinds[kind]!.class]));
  if (weights.size > 1) draft.weaken("bound");
}
