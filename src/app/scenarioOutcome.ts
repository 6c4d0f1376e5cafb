import { Fault } from "../model/issue.js";
import { type CostTotal, formatAmount, formatCost, parseCost } from "../model/money.js";
import type { PlanFile } from "../model/planFile.js";
import type { Difference, Outcome, ScenarioOutcome } from "../model/whatIfFile.js";
import { movesBetween, type PlannedProblem } from "./moves.js";

/** What is said of a plan. */
interface Described {
  readonly contents: { readonly planFile: PlanFile };
}

/** What a plan costs and how far from the optimum it can be. */
export function outcomeOf({ contents: { planFile }, ms }: Described & { readonly ms: number }): Outcome {
  const { cost, proof, gap, status, stoppedBy, counts, finishAt, channels } = planFile;
  return {
    cost,
    bound: boundOf(planFile),
    proof,
    gap,
    status,
    stoppedBy,
    counts,
    finishAt,
    channels: channels.map(({ mode: _mode, prices: _prices, ...channel }) => channel),
    ms,
  };
}

/** @throws Fault where it states none, as our own plans all do */
export function boundOf({ bound }: PlanFile): string {
  if (bound === null) throw new Fault("PLAN_FAILED_CHECK", "A plan states no bound.");
  return bound;
}

/**
 * What is different in another plan.
 *
 * @param sameOrders whether every row is the same order in both
 */
export function againstBase(
  base: Described & PlannedProblem,
  other: Described & PlannedProblem,
  sameOrders: boolean,
): Pick<ScenarioOutcome, "difference" | "moved" | "newlyRejected"> {
  return {
    difference: differenceOf(base, other),
    moved: sameOrders ? movedOf(base, other) : null,
    newlyRejected: sameOrders ? newlyRejected(base, other) : null,
  };
}

function differenceOf(base: Described & PlannedProblem, other: Described): Difference {
  const { exponent } = base.problem.contract;
  const figures = ({ contents: { planFile } }: Described) => ({
    objective: parseCost(planFile.cost.objective, exponent)!,
    bound: parseCost(boundOf(planFile), exponent)!,
  });
  return differenceBetween(figures(base), figures(other), exponent);
}

/** What a plan costs and what no plan in its place could cost less than, in cost units. */
export interface Figures {
  readonly objective: CostTotal;
  readonly bound: CostTotal;
}

export function differenceBetween(before: Figures, after: Figures, exponent: number): Difference {
  const money = (value: bigint) => formatCost(value, exponent);
  const difference = after.objective - before.objective;
  const least = after.bound - before.objective;
  const most = after.objective - before.bound;
  return {
    money: money(difference),
    percent: before.objective === 0n ? null : (100 * Number(difference)) / Math.abs(Number(before.objective)),
    least: money(least),
    most: money(most),
    proven: least > 0n || most < 0n,
  };
}

function movedOf(base: PlannedProblem, other: PlannedProblem): ScenarioOutcome["moved"] {
  const amountText = (minor: bigint) => formatAmount(minor, base.problem.contract.exponent);
  const moves = movesBetween(base, other);
  return {
    orders: moves.reduce((sum, { orders }) => sum + orders, 0),
    amount: amountText(moves.reduce((sum, { amount }) => sum + amount, 0n)),
    moves: moves.map(({ amount, ...move }) => ({ ...move, amount: amountText(amount) })),
  };
}

function newlyRejected(base: PlannedProblem, other: PlannedProblem): number {
  const before = base.problem.classes.classOf;
  const after = other.problem.classes.classOf;
  let orders = 0;
  for (let order = 0; order < before.length; order++) if (before[order]! >= 0 && after[order]! < 0) orders++;
  return orders;
}
