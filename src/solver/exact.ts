import { delayCost, pricePlan } from "./cost.js";
import type { MipEngine } from "./engines/engine.js";
import { isFeasible } from "./feasible.js";
import { type Formulation, type FormulationLimits, formulate } from "./formulate.js";
import type { PricedPlan } from "./greedy/greedy.js";
import { interpret } from "./interpret.js";
import { delayRate, type Problem } from "./problem.js";

/** What came of the integer program. */
export type ExactOutcome =
  /** The engine says so, and the plan rebuilt from its answer costs what it said. */
  | { readonly status: "optimal"; readonly found: PricedPlan }
  | {
      readonly status: "stopped";
      readonly found: PricedPlan | undefined;
      /** What the engine claims no plan goes below, in cost units; absent where it claims nothing. */
      readonly engineBound?: bigint;
      readonly detail: string;
    }
  | { readonly status: "unsupported"; readonly detail: string };

/** Largest program by default: larger ones cost more than they bring. */
export const DEFAULT_LIMITS: FormulationLimits = { maxColumns: 20_000, maxEntries: 400_000 };

export interface ExactOptions {
  readonly engine: MipEngine;
  readonly seed: number;
  /** Milliseconds left, asked before every call of the engine. */
  readonly timeLeft: () => number;
  readonly limits?: FormulationLimits;
  readonly onIncumbent?: (found: PricedPlan) => void;
}

/**
 * Solves the integer program over classes with a MIP engine. Nothing the engine says is believed: its answer is
 * rebuilt into a plan and priced exactly, and only a plan that costs what the engine claimed is called optimal.
 * Delay terms are tightened where the answer undercuts them, and the program is solved again (outer approximation;
 * Kelley 1960, doi:10.1137/0108053).
 */
export async function solveExact(problem: Problem, options: ExactOptions): Promise<ExactOutcome> {
  const limits = options.limits ?? DEFAULT_LIMITS;
  const formulation = formulate(problem, limits);
  if ("tooLarge" in formulation) {
    return { status: "unsupported", detail: `the integer program would have ${formulation.tooLarge}` };
  }
  const outcome = await solveFormulation(problem, formulation, options);
  if (!missedByRounding(formulation, outcome)) return outcome;
  // Only the rounding of delay costs stands between the plan and its proof: with it in the program, once more.
  const rounded = formulate(problem, limits, true);
  if ("tooLarge" in rounded) return outcome;
  const settled = await solveFormulation(problem, rounded, options);
  return settled.status === "optimal" && settled.found.cost.objective <= outcome.found!.cost.objective
    ? settled
    : outcome;
}

type Stopped = Extract<ExactOutcome, { status: "stopped" }>;

/** Whether a plan was not proven optimal for no more than a cost unit for each channel. */
function missedByRounding(formulation: Formulation, outcome: ExactOutcome): outcome is Stopped {
  if (outcome.status !== "stopped" || !formulation.hasDelay) return false;
  const { found, engineBound } = outcome;
  if (found === undefined || engineBound === undefined) return false;
  const delayed = found.cost.loads.filter((load) => load.delay > 0n).length;
  return found.cost.objective - engineBound <= BigInt(delayed + 1);
}

async function solveFormulation(
  problem: Problem,
  formulation: Formulation,
  options: ExactOptions,
): Promise<ExactOutcome> {
  let best: PricedPlan | undefined;
  let engineBound: bigint | undefined;
  let integerFlows = formulation.usesAmounts;
  for (;;) {
    const timeLimitMs = options.timeLeft();
    if (timeLimitMs <= 0) return stopped(best, engineBound, "it was stopped before it had ended");
    const result = await options.engine.solve(formulation.program(integerFlows), {
      timeLimitMs,
      seed: options.seed,
    });
    if (result.status === "failed" || result.status === "infeasible") {
      const detail =
        result.status === "failed" ? result.detail : "it calls the program infeasible, which it never is";
      return stopped(best, engineBound, `${options.engine.name} failed: ${detail}`);
    }
    if (result.bound !== undefined && formulation.claims !== "none") {
      const claim = claimedUnits(formulation, result.bound);
      if (engineBound === undefined || claim > engineBound) engineBound = claim;
    }
    if (result.status === "noSolutionFound") {
      return stopped(best, engineBound, "it was stopped before it found a plan");
    }
    if (!integerFlows && formulation.flows.some(({ column }) => !isWhole(result.values[column]!))) {
      integerFlows = true;
      continue;
    }
    const plan = interpret(problem, formulation, result.values);
    if (isFeasible(problem, plan)) {
      const cost = pricePlan(problem.contract, problem.orders, problem.classes, plan);
      if (best === undefined || cost.objective < best.cost.objective) {
        best = { plan, cost };
        options.onIncumbent?.(best);
      }
    }
    if (result.status === "feasible") return stopped(best, engineBound, "it was stopped before it had ended");
    if (formulation.refine(result.values)) continue;
    if (
      formulation.claims !== "none" &&
      best !== undefined &&
      costsAsClaimed(problem, formulation, best, result.values)
    ) {
      return { status: "optimal", found: best };
    }
    return stopped(best, engineBound, reasonNotOptimal(formulation));
  }
}

function isWhole(value: number): boolean {
  return Math.abs(value - Math.round(value)) < 1e-6;
}

function stopped(
  found: PricedPlan | undefined,
  engineBound: bigint | undefined,
  detail: string,
): ExactOutcome {
  return { status: "stopped", found, detail, ...(engineBound === undefined ? {} : { engineBound }) };
}

function reasonNotOptimal(formulation: Formulation): string {
  switch (formulation.claims) {
    case "exact":
      return "the plan rebuilt from its answer costs more than it said, by the rounding of delay costs or more";
    case "bound":
      return "the program leaves out how amounts fill packages or how weights mix, and the plan costs more than it says";
    case "none":
      return "the program leaves out plans with more packages";
  }
}

/** How far an engine's doubles may be off, in cost units. */
function tolerance(formulation: Formulation, objective: number): number {
  return formulation.unit * 1e-6 + Math.abs(objective) * formulation.unit * 1e-9;
}

/**
 * An engine's bound in cost units, deferral constant included; rounded down by what doubles may be off, then up to the
 * next value that any plan's objective can have.
 */
function claimedUnits(formulation: Formulation, bound: number): bigint {
  const units = BigInt(Math.ceil(bound * formulation.unit - tolerance(formulation, bound)));
  const step = BigInt(formulation.hasDelay ? 1 : formulation.unit);
  const rounded = (units / step) * step;
  return formulation.constant + (rounded < units ? rounded + step : rounded);
}

/**
 * Whether a plan is optimal if the engine's answer is: whether it costs what the program says at that answer, delay
 * unrounded, and no plan that costs as much could cost less by rounding. The least that any plan can cost then is that
 * sum with the delay of all channels rounded up at once.
 */
function costsAsClaimed(
  problem: Problem,
  formulation: Formulation,
  found: PricedPlan,
  values: Float64Array,
): boolean {
  const { cost } = found;
  const claim = formulation.valueAt(values);
  const undelayed = cost.objective - cost.delay;
  if (formulation.roundsDelay || !formulation.hasDelay) {
    return cost.objective - formulation.constant <= claim.undelayed;
  }
  const perHour = problem.contract.objective.delayCostPerOrderHour;
  const weightedWait = cost.loads.reduce((sum, load) => sum + load.weightedWait, 0n);
  const excess =
    Number(undelayed - formulation.constant - claim.undelayed) +
    Number(weightedWait) * delayRate(problem.contract) -
    claim.delay;
  // Tangents meet the delay's curve to a part in 10^7 of a term only.
  return (
    excess <= 1e-3 + claim.delay * 1e-7 && cost.objective <= undelayed + delayCost(perHour, weightedWait)
  );
}
