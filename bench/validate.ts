import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { certificateOf } from "../src/app/certificateOf.js";
import { planContents } from "../src/app/planContents.js";
import { planFolderOf } from "../src/app/planFolderOf.js";
import { planTables } from "../src/app/planTables.js";
import { checkPlan, examine, pricesOf } from "../src/check/index.js";
import { formatCost } from "../src/model/money.js";
import {
  ASSIGNMENT_COLUMNS,
  PACKAGE_COLUMNS,
  type PlanFile,
  UNROUTED_COLUMNS,
} from "../src/model/planFile.js";
import { baselinePlans } from "../src/solver/baselines.js";
import { zeroPriceBound } from "../src/solver/bound.js";
import { pricePlan } from "../src/solver/cost.js";
import type { PricedPlan } from "../src/solver/greedy/greedy.js";
import type { Problem } from "../src/solver/problem.js";
import { zeroPrices } from "../src/solver/proof/prices.js";
import type { Solved } from "../src/workers/solvePlan.js";
import { type InstanceFiles, mustHold } from "../test/real/planned.js";

/** A plan in memory and the input it is for. */
export interface Answer {
  readonly problem: Problem;
  /** Ids of all orders. */
  readonly ids: readonly string[];
  readonly files: InstanceFiles;
}

const NO_FILES = { channels: { file: null, sha256: null }, orders: { file: null, sha256: null } };

/** A plan of the program alone, with what a whole solve would know of it. */
export function solvedBy(problem: Problem, best: PricedPlan, engineOptimal: boolean): Solved {
  const { contract, orders, classes } = problem;
  return {
    problem,
    best,
    baselines: baselinePlans(contract, orders, classes).map(({ id, plan }) => ({
      id,
      plan,
      cost: pricePlan(contract, orders, classes, plan),
    })),
    proven: { tree: { prices: zeroPrices(problem) }, bound: zeroPriceBound(problem) },
    guidance: null,
    engineBound: undefined,
    engineOptimal,
    used: "exact",
    why: "A benchmark.",
    stoppedBy: engineOptimal ? "optimal" : "time",
    timings: { class: 0, price: 0, solve: 0 },
  };
}

/**
 * Has both checkers look at a plan.
 *
 * @param dir a folder to write it into
 * @throws Error where one of them finds a violation
 */
export function mustBeValid({ problem, ids, files }: Answer, solved: Solved, dir: string): PlanFile {
  const { contract, orders } = problem;
  const { plan } = solved.best;
  const examined = examine(contract, orders);
  const certificate = certificateOf(problem, solved.proven, NO_FILES);
  const packages = plan.loads.map(({ packageSizes }) => packageSizes.length);
  const contents = planContents(solved, {
    engineAsked: "auto",
    seed: 1,
    inputs: NO_FILES,
    timings: {},
    tables: planTables(problem, plan, (channel, sequence) => `${channel}-${sequence}`),
    certificate,
    prices: pricesOf(examined, certificate, packages),
  });
  const folder = planFolderOf(contract, orders, plan, contents);
  const { violations, total } = checkPlan({ contract, orders, folder, inputs: NO_FILES, examined });
  if (total > 0) throw new Error(violations.map(({ rule, message }) => `${rule}: ${message}`).join("; "));

  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, "plan.json"), JSON.stringify(contents.planFile));
  writeRows(
    join(dir, "packages.csv"),
    PACKAGE_COLUMNS,
    contents.packages.map((row) => PACKAGE_COLUMNS.map((column) => row[column])),
  );
  const { assignments } = folder;
  const charges = new Map<number, string>();
  const chargeText = (units: number) => {
    let text = charges.get(units);
    if (text === undefined) {
      text = formatCost(units, contract.exponent);
      charges.set(units, text);
    }
    return text;
  };
  writeRows(
    join(dir, "assignments.csv"),
    ASSIGNMENT_COLUMNS,
    Array.from(assignments.order, (order, i) => [
      ids[order]!,
      assignments.channelNames[assignments.channel[i]!]!,
      assignments.packageNames[assignments.package[i]!]!,
      chargeText(assignments.charge[i]!),
    ]),
  );
  writeRows(
    join(dir, "unrouted.csv"),
    UNROUTED_COLUMNS,
    Array.from(contents.unrouted.order, (order, i) => [ids[order]!, contents.unrouted.reason[i]!, ""]),
  );
  mustHold(dir, files);
  return contents.planFile;
}

function writeRows(file: string, columns: readonly string[], rows: readonly (readonly string[])[]): void {
  writeFileSync(file, [columns, ...rows].map((row) => `${row.join(",")}\n`).join(""));
}
