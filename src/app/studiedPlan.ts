import type { Certificate } from "../model/certificate.js";
import type { Contract } from "../model/contract.js";
import type { OrderTable } from "../model/order.js";
import type { Plan } from "../model/plan.js";
import type { PlanFile } from "../model/planFile.js";
import type { Problem } from "../solver/problem.js";
import type { Checker } from "../workers/checker.js";
import { openChecker } from "../workers/checkThread.js";
import type { Solved } from "../workers/solvePlan.js";
import { certificateOf } from "./certificateOf.js";
import { type DescribedPlan, describePlan } from "./describePlan.js";
import { movedChannels, ordersMoved, planMoved } from "./movedChannels.js";
import type { Outcome, PlanContents } from "./planContents.js";
import { planFolderOf } from "./planFolderOf.js";
import { passOwnCheck } from "./planning.js";
import type { SearchOptions } from "./planOptions.js";

/** What is studied: orders, and the contract that others are compared with. */
export interface StudyInputs {
  readonly contract: Contract;
  readonly orders: OrderTable;
  /** Names and hashes of what was read. */
  readonly files: PlanFile["inputs"];
}

/** A plan that has passed its check. */
export interface StudiedPlan {
  readonly problem: Problem;
  readonly plan: Plan;
  readonly contents: PlanContents;
  /** From classing to the end of the check. */
  readonly ms: number;
}

/** A contract and orders as they are planned beside a base, whose plan is put where its channels are now. */
export interface BesideBase {
  readonly contract: Contract;
  readonly orders: OrderTable;
  readonly basePlan: Plan;
  /** Whether every channel is where it is in the base. */
  readonly inPlace: boolean;
}

/**
 * Where a contract states no penalty it is the base's: a default would follow the dearest charge, and then routing an order less
 * could look like a saving.
 *
 * @param asked orders, with the base's channels
 */
export function besideBase(
  { problem, plan }: Pick<StudiedPlan, "problem" | "plan">,
  other: Contract,
  asked: OrderTable,
): BesideBase {
  const contract = withPenalty(other, problem.classes.basePenalty);
  const moved = movedChannels(problem.contract, contract);
  return moved === null
    ? { contract, orders: asked, basePlan: plan, inPlace: true }
    : {
        contract,
        orders: ordersMoved(asked, moved),
        basePlan: planMoved(plan, moved, contract),
        inPlace: false,
      };
}

/** A contract with a penalty of its own. */
export function withPenalty(contract: Contract, basePenalty: number): Contract {
  const { objective } = contract;
  return {
    ...contract,
    objective: { ...objective, unroutedPenalty: objective.unroutedPenalty ?? basePenalty },
  };
}

/** Puts a plan into the form of its files and checks it as a stranger would. */
export async function describeChecked(
  { contract, orders, files }: StudyInputs,
  checker: Checker,
  outcome: Outcome,
  certificate: Certificate,
  options: Pick<SearchOptions, "engine" | "seed">,
): Promise<DescribedPlan & { readonly checked: PlanContents }> {
  const described = describePlan(outcome, certificate, checker, {
    engine: options.engine ?? "auto",
    seed: options.seed ?? 1,
    inputs: files,
    timings: () => ({}),
  });
  const checked = await described.contents;
  passOwnCheck(await checker.check(planFolderOf(contract, orders, outcome.best.plan, checked), files));
  return { ...described, checked };
}

/** A plan that a search brought, checked by somebody who comes for it alone. */
export async function checkedPlan(
  inputs: StudyInputs,
  options: Pick<SearchOptions, "engine" | "seed">,
  threads: number,
  solved: Outcome & Pick<Solved, "proven">,
  started: number,
): Promise<StudiedPlan> {
  const checker = openChecker(inputs.contract, inputs.orders, threads);
  try {
    const certificate = certificateOf(solved.problem, solved.proven, inputs.files);
    const { checked } = await describeChecked(inputs, checker, solved, certificate, options);
    const { plan } = solved.best;
    return { problem: solved.problem, plan, contents: checked, ms: Math.round(performance.now() - started) };
  } finally {
    await checker.close();
  }
}
