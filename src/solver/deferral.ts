import type { DeferReason, Plan } from "../model/plan.js";
import { holdTime, Lanes, leaveTimes, singlesBy } from "../model/queue.js";
import { type Usage, usageOf } from "./limits.js";
import type { Problem } from "./problem.js";

/**
 * Why each deferred order is on no channel, from the finished plan; docs/deferral.md fixes the rule.
 *
 * @param deferred rows of the order table
 * @returns the reason of each
 */
export function deferReasons(problem: Problem, plan: Plan, deferred: Int32Array): DeferReason[] {
  if (deferred.length === 0) return [];
  const usage = usageOf(problem.limits, problem.orders, problem.classes, plan);
  const rooms = problem.contract.channels.map((channel, c) =>
    channel.mode === "single" ? singleRoom(problem, plan, c) : batchRoom(problem, plan, c, usage),
  );
  return Array.from(deferred, (order) => reasonOf(problem, usage, rooms, order));
}

/** Where a channel's plan could take one more order. */
interface Room {
  /** Existing packages that may grow by an order without making one late. */
  readonly packages: readonly {
    readonly key: number;
    readonly amountLeft: number;
    readonly finish: number;
  }[];
  /** Finish of an order in a new package, or Infinity where none may be opened. */
  readonly newFinish: number;
  /** Single channels: whether an order of that `dueBy` can join the end of the queue in time. */
  readonly joins: (due: number) => boolean;
}

function singleRoom(problem: Problem, plan: Plan, c: number): Room {
  const { queue } = problem.contract.channels[c]!;
  const waiting = plan.loads[c]!.orders.length;
  return { packages: [], newFinish: Infinity, joins: (due) => waiting + 1 <= singlesBy(queue, due) };
}

function batchRoom(problem: Problem, plan: Plan, c: number, usage: Usage): Room {
  const { classes, contract, orders } = problem;
  const { queue, package: terms } = contract.channels[c]!;
  const load = plan.loads[c]!;
  const sizes = Array.from(load.packageSizes);
  const dues: number[] = [];
  const keys: number[] = [];
  const amounts: number[] = [];
  let next = 0;
  for (const size of sizes) {
    let due = Infinity;
    let amount = 0;
    keys.push(classes.key[classes.classOf[load.orders[next]!]! * classes.channels + c]!);
    for (const end = next + size; next < end; next++) {
      const order = load.orders[next]!;
      due = Math.min(due, classes.due[classes.classOf[order]!]!);
      amount += orders.amount[order]!;
    }
    dues.push(due);
    amounts.push(amount);
  }
  const packages: { key: number; amountLeft: number; finish: number }[] = [];
  const leaveNow = leaveTimes(queue, sizes);
  for (let p = 0; p < sizes.length; p++) {
    if (sizes[p]! + 1 > terms.maxOrders) continue;
    let leave = leaveNow;
    if (queue.perOrder > 0) {
      const grown = sizes.slice();
      grown[p]! += 1;
      leave = leaveTimes(queue, grown);
      if (!leave.every((time, q) => time <= queue.cutOff && time + queue.result <= dues[q]!)) continue;
    }
    packages.push({
      key: keys[p]!,
      amountLeft: terms.maxAmount - amounts[p]!,
      finish: leave[p]! + queue.result,
    });
  }
  const lanes = new Lanes(queue, sizes.length + 1);
  for (const size of sizes) lanes.free[lanes.next()]! += holdTime(queue, size);
  const leave = lanes.free[lanes.next()]! + holdTime(queue, 1);
  const mayOpen = usage.hasPackageRoom(c) && leave <= queue.cutOff;
  return { packages, newFinish: mayOpen ? leave + queue.result : Infinity, joins: () => false };
}

function reasonOf(problem: Problem, usage: Usage, rooms: readonly Room[], order: number): DeferReason {
  const { classes, orders, contract } = problem;
  const C = classes.channels;
  const k = classes.classOf[order]!;
  const amount = orders.amount[order]!;
  const due = classes.due[k]!;
  let butForMinimum = false;
  for (let c = 0; c < C; c++) {
    const cell = k * C + c;
    if (classes.charge[cell]! < 0 || !usage.hasRoom(c, classes.rule[cell]!, amount)) continue;
    const room = rooms[c]!;
    if (room.joins(due)) return "DEARER_THAN_PENALTY";
    const fits = room.packages.some(
      (inside) => inside.key === classes.key[cell] && amount <= inside.amountLeft && inside.finish <= due,
    );
    if (fits) return "DEARER_THAN_PENALTY";
    if (room.newFinish === Infinity || room.newFinish > due) continue;
    if (contract.channels[c]!.package.minOrders <= 1) return "DEARER_THAN_PENALTY";
    butForMinimum = true;
  }
  return butForMinimum ? "PACKAGE_MINIMUM" : "CAPACITY_EXHAUSTED";
}
