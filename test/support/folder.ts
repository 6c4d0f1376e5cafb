import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { certificateOf } from "../../src/app/certificateOf.js";
import { type PlanContents, planContents } from "../../src/app/planContents.js";
import { planFolderOf } from "../../src/app/planFolderOf.js";
import { planTables } from "../../src/app/planTables.js";
import { type CheckReport, checkPlan, examine, pricesOf } from "../../src/check/index.js";
import type { Plan } from "../../src/model/plan.js";
import { baselinePlans } from "../../src/solver/baselines.js";
import { zeroPriceBound } from "../../src/solver/bound.js";
import { pricePlan } from "../../src/solver/cost.js";
import type { Problem } from "../../src/solver/problem.js";
import { zeroPrices } from "../../src/solver/proof/prices.js";
// The third checker is plain JavaScript, kept as it came.
import { check as checkByThird } from "../conformance/check.mjs";
import { instantAt } from "./arbitraries.js";
import type { BruteForce } from "./bruteForce.js";
import { type Instance, ordersCsv } from "./instance.js";

/** Plans of `src` as `src/check` and the third checker see them. */

const NAMES = { channels: { file: null, sha256: null }, orders: { file: null, sha256: null } };

/** The files' content of any plan, with what a solve would know of it. */
export function contentsOf(problem: Problem, plan: Plan): PlanContents {
  const { contract, orders, classes } = problem;
  const price = (each: Plan) => pricePlan(contract, orders, classes, each);
  const proven = { tree: { prices: zeroPrices(problem) }, bound: zeroPriceBound(problem) };
  const certificate = certificateOf(problem, proven, NAMES);
  const packages = plan.loads.map(({ packageSizes }) => packageSizes.length);
  return planContents(
    {
      problem,
      best: { plan, cost: price(plan) },
      baselines: baselinePlans(contract, orders, classes).map((each) => ({
        ...each,
        cost: price(each.plan),
      })),
      proven,
      engineBound: undefined,
      engineOptimal: false,
      used: "test",
      why: "A test.",
      stoppedBy: "noGain",
    },
    {
      engineAsked: "auto",
      seed: 1,
      inputs: NAMES,
      timings: {},
      tables: planTables(problem, plan, (channel, sequence) => `${channel}-${sequence}`),
      certificate,
      prices: pricesOf(examine(contract, orders), certificate, packages),
    },
  );
}

/** What `src/check` says of a plan; baselines, bound and every figure included. */
export function checked(problem: Problem, plan: Plan): CheckReport {
  const { contract, orders } = problem;
  const folder = planFolderOf(contract, orders, plan, contentsOf(problem, plan));
  return checkPlan({ contract, orders, folder, inputs: NAMES });
}

interface Tables {
  readonly plan: object;
  readonly packages: readonly Readonly<Record<string, string>>[];
  readonly assignments: readonly Readonly<Record<string, string>>[];
  readonly unrouted: readonly Readonly<Record<string, string>>[];
}

export interface ThirdOpinion {
  readonly bad: readonly string[];
  readonly packages: number;
  readonly deferred: number;
  readonly rejected: number;
}

/** Writes both input files and a plan folder, asks the third checker, and takes them away again. */
export function thirdOpinion(instance: Instance, tables: Tables): ThirdOpinion {
  const dir = mkdtempSync(join(tmpdir(), "packwright-"));
  const path = (name: string) => join(dir, name);
  const csv = (columns: readonly string[], rows: readonly Readonly<Record<string, string>>[]) =>
    `${[columns.join(","), ...rows.map((row) => columns.map((column) => row[column] ?? "").join(","))].join("\n")}\n`;
  try {
    writeFileSync(path("channels.json"), JSON.stringify(instance.channels));
    writeFileSync(path("orders.csv"), ordersCsv(instance.orders));
    writeFileSync(path("plan.json"), JSON.stringify(tables.plan));
    const packageColumns = "package,channel,sequence,orders,amount,charges,fee,startsAt,finishesAt".split(
      ",",
    );
    writeFileSync(path("packages.csv"), csv(packageColumns, tables.packages));
    writeFileSync(
      path("assignments.csv"),
      csv(["order", "channel", "package", "charge"], tables.assignments),
    );
    writeFileSync(path("unrouted.csv"), csv(["order", "reason"], tables.unrouted));
    return checkByThird(path("channels.json"), path("orders.csv"), dir) as ThirdOpinion;
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** Whether the third checker, which stays as it came, knows all that a channels file asks for. */
export function thirdKnows({ channels }: Instance["channels"]): boolean {
  const fees = channels.flatMap(({ fee, coverage }) => [fee, ...coverage.map((rule) => rule.fee)]);
  return (
    fees.every((fee) => fee?.apply !== "marginal") &&
    channels.every(({ package: terms }) => terms?.feeTiers === undefined && terms?.uniqueBy === undefined)
  );
}

/** What the third checker says of a plan of `src`. */
export function thirdOpinionOn(instance: Instance, problem: Problem, plan: Plan): ThirdOpinion {
  const contents = contentsOf(problem, plan);
  const units = 10 ** (problem.contract.exponent + 4);
  let position = 0;
  let inPackage = 0;
  const assignments = plan.loads.flatMap((load, c) => {
    const names: string[] = [];
    for (const size of load.packageSizes) {
      const name = contents.packages[inPackage++]!.package;
      for (let i = 0; i < size; i++) names.push(name);
    }
    return Array.from(load.orders, (order, i) => ({
      order: instance.orders[order]!.id,
      channel: problem.contract.channels[c]!.id,
      package: names[i] ?? "",
      charge: (contents.charges[position++]! / units).toFixed(problem.contract.exponent + 4),
    }));
  });
  return thirdOpinion(instance, {
    plan: contents.planFile,
    packages: contents.packages.map((row) => ({ ...row })),
    assignments,
    unrouted: Array.from(contents.unrouted.order, (order, i) => ({
      order: instance.orders[order]!.id,
      reason: contents.unrouted.reason[i]!,
    })),
  });
}

/** What the third checker says of the plan that brute force found: only its own figures go in. */
export function thirdOpinionOnBruteForce(instance: Instance, found: BruteForce): ThirdOpinion {
  const { channels: file, orders } = instance;
  const decimals = { CNY: 6, JPY: 4, KWD: 7 }[file.currency]!;
  const money = (units: bigint) => {
    const text = units.toString().padStart(decimals + 1, "0");
    return `${text.slice(0, -decimals)}.${text.slice(-decimals)}`;
  };
  const packages: Record<string, string>[] = [];
  const assignments: Record<string, string>[] = [];
  found.submissions.forEach((sequence, c) => {
    const channel = file.channels[c]!;
    sequence.forEach((inside, p) => {
      const name = channel.mode === "batch" ? `${channel.id}-${p + 1}` : "";
      const charges = inside.map((i) => found.charge[i]![c]!);
      inside.forEach((i, at) => {
        assignments.push({
          order: orders[i]!.id,
          channel: channel.id,
          package: name,
          charge: money(charges[at]!),
        });
      });
      if (name === "") return;
      const amount = inside.reduce((total, i) => total + Math.round(Number(orders[i]!.amount) * 100), 0);
      packages.push({
        package: name,
        channel: channel.id,
        sequence: String(p + 1),
        orders: String(inside.length),
        amount: (amount / 100).toFixed(2),
        charges: money(charges.reduce((a, b) => a + b, 0n)),
        fee: channel.package?.fee ?? "0",
        startsAt: instantAt(Number(found.times[c]![p]![0]) / 1e6),
        finishesAt: instantAt(Number(found.times[c]![p]![1]) / 1e6),
      });
    });
  });
  const { objective, charges, packageFees, delay, penalties } = found;
  return thirdOpinion(instance, {
    plan: {
      status: "optimal",
      bound: money(objective),
      gap: 0,
      cost: {
        objective: money(objective),
        charges: money(charges),
        packageFees: money(packageFees),
        delay: money(delay),
        penalties: money(penalties),
      },
      counts: {
        orders: orders.length,
        routed: assignments.length,
        deferred: found.deferred.length,
        rejected: found.rejected.size,
        packages: packages.length,
      },
    },
    packages,
    assignments,
    unrouted: [
      ...[...found.rejected].map(([i, reason]) => ({ order: orders[i]!.id, reason })),
      ...found.deferred.map((i) => ({ order: orders[i]!.id, reason: "CAPACITY_EXHAUSTED" })),
    ],
  });
}
