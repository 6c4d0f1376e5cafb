import type { ChannelLoad, Plan } from "../model/plan.js";
import { holdTime, Lanes, singleLeaveTime } from "../model/queue.js";
import { isFeasible } from "./feasible.js";
import { bestOtherPlace, putOn } from "./greedy/moves.js";
import { openPackages } from "./greedy/opening.js";
import { Packing } from "./greedy/packing.js";
import { Trials } from "./greedy/trials.js";
import { Usage } from "./limits.js";
import type { Problem } from "./problem.js";

/**
 * The plan of old as far as it still holds: what breaks a rule is taken out, and what is on no channel is put where it
 * costs least without anybody moving for it, in further packages too where that costs less than its other places.
 *
 * @param old its orders may be on channels that cannot take them any more; each of them once
 * @param shouldStop asked between further packages, each of which takes a look at all orders that are left over
 * @returns a plan that keeps every rule
 */
export function repaired(problem: Problem, old: Plan, shouldStop: () => boolean = () => false): Plan {
  const kept = keptPart(problem, old);
  const packing = new Packing(problem);
  packing.load(kept);
  const { classOf } = problem.classes;
  const leftOver = Int32Array.from(classOf.keys()).filter(
    (order) => classOf[order]! >= 0 && packing.channelOf[order]! < 0,
  );
  joinOthers(packing, leftOver);
  if (packing.refreshAll()) {
    openPackages(new Trials(packing, new Packing(problem, packing.options), shouldStop), leftOver);
    joinOthers(packing, leftOver);
    packing.refreshAll();
  }
  const plan = packing.toPlan();
  return isFeasible(problem, plan) ? plan : kept;
}

/** Puts orders that are on no channel where they cost least, if that is less than to defer them. */
function joinOthers(packing: Packing, leftOver: Int32Array): void {
  for (const order of leftOver) {
    if (packing.channelOf[order]! >= 0) continue;
    const { channel } = bestOtherPlace(packing, order);
    if (channel >= 0) putOn(packing, order, channel, false);
  }
}

/** The plan of old without what breaks a rule, packages in their old sequence. */
export function keptPart(problem: Problem, old: Plan): Plan {
  const usage = new Usage(problem.limits);
  return {
    loads: problem.contract.channels.map(({ mode }, c) =>
      mode === "single"
        ? keptSingles(problem, usage, c, old.loads[c]!)
        : keptPackages(problem, usage, c, old.loads[c]!),
    ),
  };
}

function keptSingles(
  { contract, classes, orders }: Problem,
  usage: Usage,
  c: number,
  load: ChannelLoad,
): ChannelLoad {
  const { queue } = contract.channels[c]!;
  const kept: number[] = [];
  for (const order of load.orders) {
    const k = classes.classOf[order]!;
    const cell = k * classes.channels + c;
    const leave = singleLeaveTime(queue, kept.length);
    if (k < 0 || classes.charge[cell]! < 0 || leave > queue.cutOff) continue;
    const amount = orders.amount[order]!;
    if (leave + queue.result > classes.due[k]! || !usage.hasRoom(c, classes.rule[cell]!, amount)) continue;
    usage.count(c, classes.rule[cell]!, amount, 1);
    kept.push(order);
  }
  return { orders: Int32Array.from(kept), packageSizes: new Int32Array(0) };
}

function keptPackages(problem: Problem, usage: Usage, c: number, load: ChannelLoad): ChannelLoad {
  const { queue, package: terms } = problem.contract.channels[c]!;
  const { classes, orders: table } = problem;
  const lanes = new Lanes(queue, load.packageSizes.length);
  const orders: number[] = [];
  const sizes: number[] = [];
  const count = (order: number, sign: 1 | -1) => {
    const rule = classes.rule[classes.classOf[order]! * classes.channels + c]!;
    usage.count(c, rule, table.amount[order]!, sign);
  };
  let next = 0;
  for (const size of load.packageSizes) {
    let inside = fitting(problem, usage, c, load.orders.subarray(next, next + size));
    next += size;
    for (const order of inside) count(order, 1);
    let leave = Infinity;
    // Whoever is late leaves, which makes the package shorter.
    while (inside.length > 0) {
      leave = lanes.nextFree + holdTime(queue, inside.length);
      const inTime =
        leave > queue.cutOff
          ? inside.slice(0, -1)
          : inside.filter((order) => leave + queue.result <= classes.due[classes.classOf[order]!]!);
      if (inTime.length === inside.length) break;
      const stays = new Set(inTime);
      for (const order of inside) if (!stays.has(order)) count(order, -1);
      inside = inTime;
    }
    if (inside.length < terms.minOrders || !usage.hasPackageRoom(c)) {
      for (const order of inside) count(order, -1);
      continue;
    }
    lanes.hold(leave);
    usage.countPackages(c, 1);
    for (const order of inside) orders.push(order);
    sizes.push(inside.length);
  }
  return { orders: Int32Array.from(orders), packageSizes: Int32Array.from(sizes) };
}

/** Orders of a package that its channel could still take together, times aside. */
function fitting(
  { contract, classes, orders }: Problem,
  usage: Usage,
  c: number,
  inside: Int32Array,
): number[] {
  const { maxOrders, maxAmount } = contract.channels[c]!.package;
  const kept: number[] = [];
  const counted: (readonly [rule: number, amount: number])[] = [];
  const twins = classes.twins[c]!;
  const met = new Set<number>();
  let key = -1;
  let total = 0;
  for (const order of inside) {
    const k = classes.classOf[order]!;
    if (k < 0) continue;
    const cell = k * classes.channels + c;
    const amount = orders.amount[order]!;
    if (classes.charge[cell]! < 0 || (key >= 0 && classes.key[cell] !== key)) continue;
    if (kept.length >= maxOrders || total + amount > maxAmount) continue;
    const twin = twins?.of[order] ?? -1;
    if (met.has(twin) || !usage.hasRoom(c, classes.rule[cell]!, amount)) continue;
    if (twin >= 0) met.add(twin);
    usage.count(c, classes.rule[cell]!, amount, 1);
    counted.push([classes.rule[cell]!, amount]);
    key = classes.key[cell]!;
    total += amount;
    kept.push(order);
  }
  // Looked at only: who takes them counts them.
  for (const [rule, amount] of counted) usage.count(c, rule, amount, -1);
  return kept;
}
