import { type CostTotal, formatCost, parseCost } from "../model/money.js";
import type { PlanFolder } from "../model/planFolder.js";
import type { ViolationList } from "./violations.js";

/** An input file as the checker has it at hand. */
export interface InputFile {
  readonly file: string | null;
  /** In hex; null where there was no file. */
  readonly sha256: string | null;
}

/** By how much the stated gap, a rounded double, may differ. */
const GAP_TOLERANCE = 1e-12;

/** Checks what a plan claims about itself: bound, gap, status and where its proof comes from. */
export function checkProof(
  { plan, certificate }: PlanFolder,
  objective: CostTotal,
  certified: CostTotal,
  exponent: number,
  violations: ViolationList,
): void {
  const wrong = (rule: string, message: string) => violations.add("PROOF", rule, {}, () => message);
  const money = (units: CostTotal) => formatCost(units, exponent);
  /** Cost units of a text in canonical form. */
  const read = (text: string) => {
    const units = parseCost(text, exponent);
    return units !== null && money(units) === text ? units : null;
  };

  if (certificate.bound !== money(certified))
    wrong(
      "certificate.bound",
      `The certificate states ${certificate.bound}, but it proves ${money(certified)}.`,
    );
  if (certified > objective)
    wrong("certificate.bound", `The certificate proves ${money(certified)}, more than the objective.`);

  const bound = plan.bound === null ? null : read(plan.bound);
  if (plan.bound !== null && bound === null)
    wrong("plan.bound", `The bound ${plan.bound} is no amount of money in its usual form.`);
  if (bound !== null && bound > objective)
    wrong("plan.bound", `The bound ${plan.bound} is above the objective.`);
  const optimal = bound === objective;
  if ((plan.status === "optimal") !== optimal)
    wrong(
      "plan.status",
      `The plan calls itself ${plan.status}; its bound ${optimal ? "is" : "is not"} its objective.`,
    );

  const engine = plan.engineBound === undefined ? null : read(plan.engineBound);
  if (plan.engineBound !== undefined && engine === null)
    wrong(
      "plan.engineBound",
      `The engine's bound ${plan.engineBound} is no amount of money in its usual form.`,
    );
  if (engine !== null && engine > objective)
    wrong("plan.engineBound", `The engine claims ${plan.engineBound}, more than the objective.`);
  switch (plan.proof) {
    case "certificate":
      if (bound !== certified)
        wrong(
          "plan.bound",
          `The plan states the bound ${plan.bound}; its certificate proves ${money(certified)}.`,
        );
      if (engine !== null && engine <= certified)
        wrong(
          "plan.engineBound",
          `The engine claims ${plan.engineBound}, no more than the certificate proves.`,
        );
      break;
    case "engine":
      if (plan.status !== "optimal")
        wrong("plan.proof", "An engine's word may stand for the bound of an optimal plan only.");
      if (engine === null || engine !== bound)
        wrong(
          "plan.engineBound",
          `The bound ${plan.bound} is the engine's, but engineBound is ${plan.engineBound}.`,
        );
      break;
    case "none":
      if (bound !== null) wrong("plan.proof", `The plan states the bound ${plan.bound} and no proof of it.`);
      if (engine !== null) wrong("plan.engineBound", "An engine's bound beside no bound at all.");
      break;
  }
  checkGap(plan.gap, bound, objective, wrong);
}

function checkGap(
  stated: number | null,
  bound: CostTotal | null,
  objective: CostTotal,
  wrong: (rule: string, message: string) => void,
): void {
  const gap = bound === null ? null : gapOf(objective, bound);
  const right =
    gap === null || stated === null
      ? gap === stated
      : Math.abs(stated - gap) <= GAP_TOLERANCE && (gap > 0 || stated === 0);
  if (!right) wrong("plan.gap", `The plan states a gap of ${stated}, but it is ${gap}.`);
}

/** Null where it would be a share of nothing. */
function gapOf(objective: CostTotal, bound: CostTotal): number | null {
  if (bound === objective) return 0;
  return objective === 0n ? null : Number(objective - bound) / Math.abs(Number(objective));
}

/** Checks that plan and certificate were made from the inputs at hand. */
export function checkInputs(
  { plan, certificate }: PlanFolder,
  inputs: { readonly channels: InputFile; readonly orders: InputFile },
  violations: ViolationList,
): void {
  for (const input of ["channels", "orders"] as const) {
    const { sha256 } = inputs[input];
    for (const [whose, stated, rule] of [
      ["plan", plan.inputs[input].sha256, `plan.inputs.${input}.sha256`],
      ["certificate", certificate.inputs[input], `certificate.inputs.${input}`],
    ] as const)
      if (stated !== sha256)
        violations.add(
          "OTHER_INPUT",
          rule,
          {},
          () => `The ${whose} was made from ${input} with ${stated}; those at hand have ${sha256}.`,
        );
  }
}
