import type { Contract } from "../model/contract.js";
import { ExactSum, formatAmount, formatCost } from "../model/money.js";
import { type Plan, REJECT_REASONS, type UnroutedReason } from "../model/plan.js";
import type { PackageRow } from "../model/planFolder.js";
import { holdTime, leaveTimes } from "../model/queue.js";
import { formatInstant } from "../model/time.js";
import { deferReasons } from "../solver/deferral.js";
import { packageFee } from "../solver/packageFee.js";
import type { Problem } from "../solver/problem.js";

/** What a plan says of its packages and orders, in the form of its tables. */
export interface PlanTables {
  readonly packages: readonly PackageRow[];
  /** `[position]` charge in cost units, by position in the loads' orders put one after the other. */
  readonly charges: Float64Array;
  readonly unrouted: { readonly order: Int32Array; readonly reason: readonly UnroutedReason[] };
}

/** Name of a channel's package. */
export type PackageName = (channel: string, sequence: number) => string;

export function planTables(problem: Problem, plan: Plan, packageName: PackageName): PlanTables {
  return {
    packages: packageRows(problem, plan, packageName),
    charges: chargesOf(problem, plan),
    unrouted: unroutedOrders(problem, plan),
  };
}

/** An instant since time zero as text; null where there is none, or no time zero. */
export function instantText(contract: Contract, time: number | null): string | null {
  return contract.planAt === null || time === null
    ? null
    : formatInstant(contract.planAt + time, contract.offsetMinutes);
}

/** Sum of the amounts of orders, in minor units. */
export function amountOf({ orders: table }: Problem, orders: Int32Array): bigint {
  const sum = new ExactSum();
  for (const order of orders) sum.add(table.amount[order]!);
  return sum.total;
}

function chargesOf(problem: Problem, plan: Plan): Float64Array {
  const { classes } = problem;
  const charges = new Float64Array(plan.loads.reduce((sum, load) => sum + load.orders.length, 0));
  let next = 0;
  plan.loads.forEach((load, c) => {
    for (const order of load.orders)
      charges[next++] = classes.charge[classes.classOf[order]! * classes.channels + c]!;
  });
  return charges;
}

function packageRows(problem: Problem, plan: Plan, packageName: PackageName): PackageRow[] {
  const { contract, classes } = problem;
  return plan.loads.flatMap((load, c) => {
    const { id, queue, package: terms } = contract.channels[c]!;
    const leave = leaveTimes(queue, load.packageSizes);
    let next = 0;
    return Array.from(load.packageSizes, (size, p): PackageRow => {
      const inside = load.orders.subarray(next, next + size);
      next += size;
      const charges = new ExactSum();
      for (const order of inside)
        charges.add(classes.charge[classes.classOf[order]! * classes.channels + c]!);
      return {
        package: packageName(id, p + 1),
        channel: id,
        sequence: String(p + 1),
        orders: String(size),
        amount: formatAmount(amountOf(problem, inside), contract.exponent),
        charges: formatCost(charges.total, contract.exponent),
        fee: formatCost(packageFee(terms, size), contract.exponent),
        startsAt: instantText(contract, leave[p]! - holdTime(queue, size)) ?? "",
        finishesAt: instantText(contract, leave[p]! + queue.result) ?? "",
      };
    });
  });
}

/** Every order on no channel, in file order, with its reason. */
function unroutedOrders(problem: Problem, plan: Plan): PlanTables["unrouted"] {
  const { classes, orders } = problem;
  const routed = new Uint8Array(orders.count);
  for (const load of plan.loads) for (const order of load.orders) routed[order] = 1;
  const rows: number[] = [];
  const deferred: number[] = [];
  for (let i = 0; i < orders.count; i++) {
    if (routed[i] === 1) continue;
    rows.push(i);
    if (classes.classOf[i]! >= 0) deferred.push(i);
  }
  const reasons = deferReasons(problem, plan, Int32Array.from(deferred));
  let next = 0;
  return {
    order: Int32Array.from(rows),
    reason: rows.map((i) =>
      classes.classOf[i]! >= 0 ? reasons[next++]! : REJECT_REASONS[classes.stage[i]!]!,
    ),
  };
}
