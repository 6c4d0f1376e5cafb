import type { DeferReason, Plan } from "../model/plan.js";
import { holdTime, Lanes, leaveTimes, singlesBy } from "../model/queue.js";
import type { Micros } from "../model/time.js";
import { mayGrow } from "./growth.js";
import { type Usage, usageOf } from "./limits.js";
import type { Problem } from "./problem.js";
import { packagesWith } from "./twins.js";

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
  /** Worked out when first asked for. */
  readonly packages: () => OpenPackages;
  /** Finish of an order in a new package, or Infinity where none may be opened. */
  readonly newFinish: Micros;
  /** Single channels: whether an order of that `dueBy` can join the end of the queue in time. */
  readonly joins: (due: Micros) => boolean;
}

function singleRoom(problem: Problem, plan: Plan, c: number): Room {
  const { queue } = problem.contract.channels[c]!;
  const waiting = plan.loads[c]!.orders.length;
  return {
    packages: () => new OpenPackages([], new Map()),
    newFinish: Infinity,
    joins: (due) => waiting + 1 <= singlesBy(queue, due),
  };
}

function batchRoom(problem: Problem, plan: Plan, c: number, usage: Usage): Room {
  const { queue } = problem.contract.channels[c]!;
  const sizes = plan.loads[c]!.packageSizes;
  const lanes = new Lanes(queue, sizes.length + 1);
  for (const size of sizes) lanes.hold(lanes.nextFree + holdTime(queue, size));
  const leave = lanes.nextFree + holdTime(queue, 1);
  const mayOpen = usage.hasPackageRoom(c) && leave <= queue.cutOff;
  let open: OpenPackages | undefined;
  return {
    packages: () => {
      open ??= openPackages(problem, plan, c);
      return open;
    },
    newFinish: mayOpen ? leave + queue.result : Infinity,
    joins: () => false,
  };
}

function openPackages(problem: Problem, plan: Plan, c: number): OpenPackages {
  const { classes, contract, orders } = problem;
  const { queue, package: terms } = contract.channels[c]!;
  const { orders: members, packageSizes: sizes } = plan.loads[c]!;
  const dues = new Float64Array(sizes.length).fill(Infinity);
  const keys = new Int32Array(sizes.length);
  const amounts = new Float64Array(sizes.length);
  let next = 0;
  for (let p = 0; p < sizes.length; p++) {
    keys[p] = classes.key[classes.classOf[members[next]!]! * classes.channels + c]!;
    for (const end = next + sizes[p]!; next < end; next++) {
      const order = members[next]!;
      dues[p] = Math.min(dues[p]!, classes.due[classes.classOf[order]!]!);
      amounts[p]! += orders.amount[order]!;
    }
  }
  const leave = leaveTimes(queue, sizes);
  const asked = Uint8Array.from(sizes, (size) => (size + 1 <= terms.maxOrders ? 1 : 0));
  const grows = mayGrow(queue, { dues, leave, asked });
  const open: OpenPackage[] = [];
  for (let p = 0; p < sizes.length; p++) {
    if (asked[p] === 0 || grows[p] === 0) continue;
    const finish = leave[p]! + queue.perOrder + queue.result;
    open.push({ package: p, key: keys[p]!, amountLeft: terms.maxAmount - amounts[p]!, finish });
  }
  const twins = classes.twins[c]!;
  return new OpenPackages(open, twins === null ? new Map() : packagesWith(twins, members, sizes));
}

/** A package that may grow by an order without making one late. */
interface OpenPackage {
  readonly package: number;
  /** Of its `separateBy` values. */
  readonly key: number;
  readonly amountLeft: number;
  /** When it finishes with one order more. */
  readonly finish: Micros;
}

/** Open packages by key; of each key those alone that finish before all others with as much amount left. */
class OpenPackages {
  readonly #byKey = new Map<number, OpenPackage[]>();

  readonly #all: readonly OpenPackage[];
  readonly #with: ReadonlyMap<number, ReadonlySet<number>>;

  /** @param holding `[twins]` packages that hold one of them */
  constructor(open: OpenPackage[], holding: ReadonlyMap<number, ReadonlySet<number>>) {
    this.#all = open;
    this.#with = holding;
    open.sort((a, b) => a.finish - b.finish);
    for (const each of open) {
      const best = this.#byKey.get(each.key);
      if (best === undefined) this.#byKey.set(each.key, [each]);
      else if (each.amountLeft > best.at(-1)!.amountLeft) best.push(each);
    }
  }

  /** Whether one has the key, that amount left, finishes in time, and holds no twin of the order. */
  fits(key: number, amount: number, due: Micros, twin: number): boolean {
    const taken = this.#with.get(twin);
    if (taken !== undefined)
      return this.#all.some(
        (each) =>
          each.key === key && each.amountLeft >= amount && each.finish <= due && !taken.has(each.package),
      );
    const best = this.#byKey.get(key) ?? [];
    // Both grow along the list: the first with enough left is the soonest.
    let from = 0;
    let to = best.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (best[middle]!.amountLeft < amount) from = middle + 1;
      else to = middle;
    }
    return from < best.length && best[from]!.finish <= due;
  }
}

function reasonOf(problem: Problem, usage: Usage, rooms: readonly Room[], order: number): DeferReason {
  const { classes, orders, contract } = problem;
  const C = classes.channels;
  const k = classes.classOf[order]!;
  const amount = orders.amount[order]!;
  const due = classes.due[k]!;
  let butForMinimum = false;
  const others: number[] = [];
  for (let c = 0; c < C; c++) {
    const cell = k * C + c;
    if (classes.charge[cell]! < 0 || !usage.hasRoom(c, classes.rule[cell]!, amount)) continue;
    const room = rooms[c]!;
    if (room.joins(due)) return "DEARER_THAN_PENALTY";
    others.push(c);
    if (room.newFinish === Infinity || room.newFinish > due) continue;
    if (contract.channels[c]!.package.minOrders <= 1) return "DEARER_THAN_PENALTY";
    butForMinimum = true;
  }
  // Existing packages last: to know which of them may grow takes longest.
  if (
    others.some((c) =>
      rooms[c]!.packages().fits(classes.key[k * C + c]!, amount, due, classes.twins[c]?.of[order] ?? -1),
    )
  )
    return "DEARER_THAN_PENALTY";
  return butForMinimum ? "PACKAGE_MINIMUM" : "CAPACITY_EXHAUSTED";
}
