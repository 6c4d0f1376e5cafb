import { type Examined, examine, pricesOf } from "../check/index.js";
import type { Certificate } from "../model/certificate.js";
import type { Contract } from "../model/contract.js";
import { ExactSum, formatAmount, formatCost } from "../model/money.js";
import { type Plan, REJECT_REASONS, type UnroutedReason } from "../model/plan.js";
import { PLAN_SCHEMA_VERSION, type PlanFile } from "../model/planFile.js";
import type { PackageRow } from "../model/planFolder.js";
import { holdTime, leaveTimes } from "../model/queue.js";
import { formatInstant } from "../model/time.js";
import type { PlanCost } from "../solver/cost.js";
import { deferReasons } from "../solver/deferral.js";
import type { Problem } from "../solver/problem.js";
import { VERSION } from "../version.js";
import { relativeGap, type Solved } from "../workers/solvePlan.js";
import { certificateOf } from "./certificateOf.js";

/** A solved plan in the form of its files: every figure as text, every unrouted order with its reason. */
export interface PlanContents {
  readonly planFile: PlanFile;
  readonly certificate: Certificate;
  readonly packages: readonly PackageRow[];
  /** `[position]` charge in cost units, by position in the loads' orders put one after the other. */
  readonly charges: Float64Array;
  readonly unrouted: { readonly order: Int32Array; readonly reason: readonly UnroutedReason[] };
}

/** An input as the plan names it. */
export interface InputName {
  readonly file: string | null;
  readonly sha256: string | null;
}

export interface ContentsOptions {
  readonly engineAsked: string;
  readonly seed: number;
  readonly inputs: { readonly channels: InputName; readonly orders: InputName };
  /** Milliseconds by phase; those of phases to come may be added to it later. */
  readonly timings: Record<string, number>;
  /** Name of a channel's package. */
  readonly packageName: (channel: string, sequence: number) => string;
  /** The inputs as the checker sees them, where that is known. */
  readonly examined?: Examined;
}

export function planContents(solved: Solved, options: ContentsOptions): PlanContents {
  const { problem, best } = solved;
  const unrouted = unroutedOrders(problem, best.plan);
  const optimal = best.cost.objective === solved.proven.bound || solved.engineOptimal;
  const byEngine = optimal && best.cost.objective !== solved.proven.bound;
  const bound = byEngine ? best.cost.objective : solved.proven.bound;
  const { exponent } = problem.contract;
  const money = (units: bigint | number) => formatCost(units, exponent);
  const instant = (time: number | null) => instantText(problem.contract, time);
  const counts = new Map<UnroutedReason, number>();
  for (const reason of unrouted.reason) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const engineBound = byEngine ? best.cost.objective : solved.engineBound;
  const hashes = { channels: options.inputs.channels.sha256, orders: options.inputs.orders.sha256 };
  const certificate: Certificate = {
    schemaVersion: 2,
    inputs: hashes,
    bound: money(solved.proven.bound),
    ...certificateOf(problem, solved.proven.tree),
  };
  const prices = pricesOf(
    options.examined ?? examine(problem.contract, problem.orders),
    certificate,
    best.plan.loads.map(({ packageSizes }) => packageSizes.length),
  );
  const planFile: PlanFile = {
    schemaVersion: PLAN_SCHEMA_VERSION,
    version: VERSION,
    currency: problem.contract.currency,
    status: optimal ? "optimal" : "feasible",
    proof: byEngine ? "engine" : "certificate",
    engine: { asked: options.engineAsked, used: solved.used, why: solved.why },
    stoppedBy: solved.stoppedBy,
    seed: options.seed,
    cost: costOf(best.cost, exponent),
    bound: money(bound),
    ...(engineBound !== undefined && (byEngine || engineBound > bound)
      ? { engineBound: money(engineBound) }
      : {}),
    gap: relativeGap(best.cost.objective, bound),
    unroutedPenalty: money(problem.classes.basePenalty),
    counts: {
      orders: problem.orders.count,
      routed: best.cost.routed,
      rejected: problem.orders.count - best.cost.routed - best.cost.deferred,
      deferred: best.cost.deferred,
      packages: best.cost.packages,
    },
    channels: problem.contract.channels.map((channel, c) => {
      const load = best.plan.loads[c]!;
      const cost = best.cost.loads[c]!;
      return {
        id: channel.id,
        mode: channel.mode,
        orders: load.orders.length,
        amount: formatAmount(amountOf(problem, load.orders), exponent),
        packages: load.packageSizes.length,
        charges: money(cost.charges),
        packageFees: money(cost.packageFees),
        delay: money(cost.delay),
        finishAt: instant(cost.finishAt),
        prices: prices.channels[c]!,
      };
    }),
    quotas: [...prices.quotas],
    baselines: solved.baselines.map(({ id, cost }) => {
      const saving = cost.objective - best.cost.objective;
      return {
        id,
        cost: costOf(cost, exponent),
        routed: cost.routed,
        deferred: cost.deferred,
        packages: cost.packages,
        finishAt: instant(cost.finishAt),
        saving: {
          money: money(saving),
          percent: cost.objective === 0n ? 0 : (100 * Number(saving)) / Number(cost.objective),
        },
      };
    }),
    unrouted: [...counts].map(([reason, orders]) => ({ reason, orders })).sort((a, b) => b.orders - a.orders),
    finishAt: instant(best.cost.finishAt),
    inputs: options.inputs,
    timings: options.timings,
  };
  return {
    planFile,
    certificate,
    packages: packageRows(problem, best.plan, options.packageName),
    charges: chargesOf(problem, best.plan),
    unrouted,
  };
}

function costOf(cost: PlanCost, exponent: number): PlanFile["cost"] {
  return {
    objective: formatCost(cost.objective, exponent),
    charges: formatCost(cost.charges, exponent),
    packageFees: formatCost(cost.packageFees, exponent),
    delay: formatCost(cost.delay, exponent),
    penalties: formatCost(cost.penalties, exponent),
  };
}

function instantText(contract: Contract, time: number | null): string | null {
  return contract.planAt === null || time === null
    ? null
    : formatInstant(contract.planAt + time, contract.offsetMinutes);
}

function amountOf(problem: Problem, orders: Int32Array): bigint {
  const sum = new ExactSum();
  for (const order of orders) sum.add(problem.orders.amount[order]!);
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

function packageRows(
  problem: Problem,
  plan: Plan,
  packageName: ContentsOptions["packageName"],
): PackageRow[] {
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
        fee: formatCost(terms.fee, contract.exponent),
        startsAt: instantText(contract, leave[p]! - holdTime(queue, size)) ?? "",
        finishesAt: instantText(contract, leave[p]! + queue.result) ?? "",
      };
    });
  });
}

/** Every order on no channel, in file order, with its reason. */
function unroutedOrders(problem: Problem, plan: Plan): PlanContents["unrouted"] {
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
