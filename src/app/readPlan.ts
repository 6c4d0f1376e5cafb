import { join } from "node:path";
import type { OrderStore } from "../io/orderStore.js";
import { readPlanFolder } from "../io/planReader.js";
import { InputError, type Issue } from "../model/issue.js";
import { parseCost } from "../model/money.js";
import type { PlanFile } from "../model/planFile.js";
import type { PlanFolder } from "../model/planFolder.js";
import { isFeasible } from "../solver/feasible.js";
import { SingleMoves } from "../solver/moving/moves.js";
import { type Problem, problemOf } from "../solver/problem.js";
import { namesBehind, namesInSequence } from "./packageNames.js";
import { planOf } from "./planOf.js";
import type { PlanPaths } from "./planOptions.js";
import type { PackageName } from "./planTables.js";
import { type Inputs, readInputs } from "./readInputs.js";

/** A plan folder that belongs to its inputs, read and worked out again. */
export interface ReadPlan {
  readonly problem: Problem;
  readonly moves: SingleMoves;
  /** What its packages are called, and what a further one would be. */
  readonly packageName: PackageName;
  readonly folder: PlanFolder;
  /** The orders; whoever asked for them closes them. */
  readonly store: OrderStore;
}

/**
 * Reads a plan folder with the inputs that it was made from.
 *
 * @throws InputError where something cannot be read, the plan was made from other inputs, or is none of them
 */
export async function readPlan({ folder, channels, orders, onRead }: PlanPaths): Promise<ReadPlan> {
  const inputs = await readInputs({ channels, orders });
  try {
    onRead?.();
    return await planIn(folder, inputs);
  } catch (error) {
    await inputs.store.close();
    throw error;
  }
}

/**
 * Reads a plan folder of inputs that have been read.
 *
 * @throws InputError as {@link readPlan}
 */
export async function planIn(dir: string, { contract, store, files }: Inputs): Promise<ReadPlan> {
  const folder = await readPlanFolder(dir, store);
  mustBelong(dir, folder, files);
  const plan = planOf(contract, folder);
  const problem = problemOf(contract, store.table);
  if (plan === null || !isFeasible(problem, plan)) throw holdsNot(dir, "its tables are no valid plan");
  const moves = new SingleMoves(problem, plan);
  if (parseCost(folder.plan.cost.objective, contract.exponent) !== moves.cost.objective)
    throw holdsNot(dir, "its tables cost something else than plan.json states");
  const packageName = namesBehind(contract, namesInSequence(contract, folder.packages));
  return { problem, moves, packageName, folder, store };
}

/** Both hashes, in the plan and in its certificate, must be those of the files at hand. */
function mustBelong(dir: string, { plan, certificate }: PlanFolder, files: PlanFile["inputs"]): void {
  const issues: Issue[] = [];
  for (const input of ["channels", "orders"] as const) {
    const { file, sha256 } = files[input];
    for (const [name, path, stated] of [
      ["plan.json", `inputs.${input}.sha256`, plan.inputs[input].sha256],
      ["certificate.json", `inputs.${input}`, certificate.inputs[input]],
    ] as const)
      if (stated !== sha256)
        issues.push({
          code: "OTHER_INPUT",
          file: join(dir, name),
          path,
          value: String(stated),
          message: `was made from other ${input} than ${file}: ${stated ?? "data in memory"}, not ${sha256}`,
          hint: "Name the files that were planned with.",
        });
  }
  if (issues.length > 0) throw new InputError(issues);
}

function holdsNot(dir: string, why: string): InputError {
  return new InputError([
    {
      code: "PLAN_DOES_NOT_HOLD",
      file: dir,
      message: `the plan does not hold: ${why}`,
      hint: "`packwright verify` says what is wrong.",
    },
  ]);
}
