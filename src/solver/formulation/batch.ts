import type { Channel } from "../../model/contract.js";
import type { Draft, FlowColumn } from "./draft.js";
import { writeLanes } from "./lanes.js";
import { amountBinds, byKey, mostPackages, ordersOf } from "./packages.js";

/** Orders per channel and key, and packages, up to which packages with an amount limit are told apart. */
const SINGLE_PACKAGE_ORDERS = 40;
const SINGLE_PACKAGE_SLOTS = 12;

/** Batch channels, by how much their packages' times matter. */
export function writeBatch(draft: Draft, c: number, channel: Channel, eligible: readonly number[]): void {
  const { classes } = draft.problem;
  const { queue } = channel;
  const instant = queue.perPackage === 0 && queue.perOrder === 0;
  const hasDue = eligible.some((kind) => classes.due[draft.kinds[kind]!.class]! < Infinity);
  const timed =
    !instant &&
    (draft.rate > 0 || hasDue || (queue.cutOff < Infinity && queue.lanes > 1 && queue.perOrder > 0));
  if (!timed) writeCounted(draft, c, channel, eligible);
  else if (queue.perOrder === 0) writeLevels(draft, c, channel, eligible);
  else writeLanes(draft, c, channel, eligible);
}

/** Packages counted, their times left out: y(c,v). */
function writeCounted(draft: Draft, c: number, channel: Channel, eligible: readonly number[]): void {
  const { queue } = channel;
  const finish = queue.perPackage === 0 && queue.perOrder === 0 ? queue.start + queue.result : 0;
  const packages: number[] = [];
  const flows: FlowColumn[] = [];
  for (const [key, kinds] of byKey(draft, c, eligible)) {
    const binds = amountBinds(draft, channel, kinds);
    const most = mostPackages(draft, c, kinds, binds);
    if (binds && ordersOf(draft, kinds) <= SINGLE_PACKAGE_ORDERS && most <= SINGLE_PACKAGE_SLOTS) {
      // Told apart, packages fill exactly; counted together, the amount limit is only a relaxation.
      let previous = -1;
      for (let position = 0; position < most; position++) {
        const inside = kinds.map((kind) => ({
          kind,
          column: draft.flow(kind, c, draft.slots.length, finish, Infinity),
        }));
        const y = draft.packages(c, channel, 1, inside, true);
        draft.slots.push({ channel: c, key, lane: 0, position, column: y, single: true });
        if (previous >= 0)
          draft.row(0, Infinity, [
            [previous, 1],
            [y, -1],
          ]);
        previous = y;
        packages.push(y);
        for (const flow of inside) flows.push(flow);
      }
      continue;
    }
    if (binds) draft.weaken("bound");
    const inside = kinds.map((kind) => ({ kind, column: draft.flow(kind, c, -1, finish, Infinity) }));
    packages.push(draft.packages(c, channel, most, inside, binds));
    for (const flow of inside) flows.push(flow);
  }
  writeCutOff(draft, channel, packages, flows);
}

/** (C5) the cut-off, where one lane works off everything or a package takes the same time whatever its size. */
function writeCutOff(
  draft: Draft,
  channel: Channel,
  packages: readonly number[],
  flows: readonly FlowColumn[],
): void {
  const { queue } = channel;
  if (queue.cutOff === Infinity || (queue.perPackage === 0 && queue.perOrder === 0)) return;
  const room = queue.cutOff - queue.start;
  if (queue.perOrder === 0) {
    const most = Math.floor(room / queue.perPackage) * queue.lanes;
    draft.row(
      -Infinity,
      most,
      packages.map((column) => [column, 1] as const),
    );
    return;
  }
  draft.row(-Infinity, 1, [
    ...packages.map((column) => [column, queue.perPackage / room] as const),
    ...flows.map(({ column }) => [column, queue.perOrder / room] as const),
  ]);
}

/** Packages by level of the queue, each of them as many as lanes: y(c,l,v). Hold times do not depend on size. */
function writeLevels(draft: Draft, c: number, channel: Channel, eligible: readonly number[]): void {
  const { classes } = draft.problem;
  const { queue } = channel;
  const kindsByKey = byKey(draft, c, eligible);
  const apart = new Map<number, boolean>();
  let most = 0;
  for (const [key, kinds] of kindsByKey) {
    const binds = amountBinds(draft, channel, kinds);
    const packages = mostPackages(draft, c, kinds, binds);
    apart.set(
      key,
      binds && ordersOf(draft, kinds) <= SINGLE_PACKAGE_ORDERS && packages <= SINGLE_PACKAGE_SLOTS,
    );
    most += packages;
  }
  most = Math.min(most, channel.limits.maxPackages);
  for (let level = 0; level * queue.lanes < most; level++) {
    const leave = queue.start + (level + 1) * queue.perPackage;
    if (leave > queue.cutOff) break;
    const finish = leave + queue.result;
    const columns: number[] = [];
    for (const [key, kinds] of kindsByKey) {
      const timely = kinds.filter((kind) => finish <= classes.due[draft.kinds[kind]!.class]!);
      if (timely.length === 0) continue;
      const binds = amountBinds(draft, channel, timely);
      const lanes = apart.get(key)! ? queue.lanes : 1;
      if (binds && !apart.get(key)!) draft.weaken("bound");
      for (let lane = 0; lane < lanes; lane++) {
        const inside = timely.map((kind) => ({
          kind,
          column: draft.flow(kind, c, draft.slots.length, finish, Infinity),
        }));
        const y = draft.packages(c, channel, apart.get(key)! ? 1 : queue.lanes, inside, binds);
        draft.slots.push({
          channel: c,
          key,
          lane,
          position: level,
          column: y,
          single: apart.get(key)! || queue.lanes === 1,
        });
        columns.push(y);
      }
    }
    if (columns.length > 1)
      draft.row(
        -Infinity,
        queue.lanes,
        columns.map((column) => [column, 1] as const),
      );
    if (draft.isTooLarge) return;
  }
}
