import type { CostTotal } from "../model/money.js";
import type { Plan } from "../model/plan.js";
import { zeroPriceBound } from "./bound.js";
import { isBetter, pricePlan } from "./cost.js";
import type { MipEngine } from "./engines/engine.js";
import { type ExactOutcome, solveExact } from "./exact.js";
import { isFeasible } from "./feasible.js";
import { relativeGap } from "./gap.js";
import { type PricedPlan, solveGreedy } from "./greedy/greedy.js";
import { NO_LOAD, routeNothing } from "./nothing.js";
import type { Problem } from "./problem.js";
import type { Guidance } from "./proof/guidance.js";
import { zeroPrices } from "./proof/prices.js";
import { type Proven, prove } from "./proof/prove.js";
import { repaired } from "./repair.js";

/** What is known of a like problem that has been solved: the same orders under a like contract. */
export interface Solution {
  readonly plan: Plan;
  /** Null where its prices are as soon found again. */
  readonly guidance: Guidance | null;
  /** Another plan to begin with: what of it breaks a rule is mended. Default none. */
  readonly mended?: Plan;
}

export interface AgainOptions {
  /** Stop when (objective − bound) / objective is at most this. */
  readonly gap: number;
  /** Likewise, but only when the best plan has been improved as far as moves go: plans are to answer to what has changed. */
  readonly closeGap: number;
  /** Asked often; true ends with the best so far. */
  readonly shouldStop: () => boolean;
  /** Asked where prices leave a gap and the integer program is small enough; null for none. */
  readonly mip: MipEngine | null;
  readonly seed: number;
  /** Milliseconds. */
  readonly timeLeft: () => number;
  /** Told of every better plan and proof. */
  readonly onBetter?: (better: PricedPlan | Proven) => void;
}

export interface SolvedAgain {
  readonly best: PricedPlan;
  readonly proven: Proven;
  /** A MIP engine's claim beyond what is proven, where it has one. */
  readonly engineBound: CostTotal | undefined;
  readonly stoppedBy: "optimal" | "gap" | "noGain" | "time";
}

/** Questions that branching may ask of a like problem: where it takes more, the gap says so. */
const MOST_QUESTIONS = 400;

/**
 * Solves a problem that is like one that has been solved, in one thread and at a part of the cost: that plan is a start where
 * it is still valid, those prices say which offers could matter and how long queues are. What comes out does not depend
 * on time, unless it is stopped.
 */
export async function solveAgain(
  problem: Problem,
  { plan, guidance, mended }: Solution,
  options: AgainOptions,
): Promise<SolvedAgain> {
  const { gap, closeGap, shouldStop, onBetter } = options;
  let best = startFrom(problem, plan, mended);
  let proven: Proven = { tree: { prices: zeroPrices(problem) }, bound: zeroPriceBound(problem) };
  let improved: CostTotal | null = null;
  const offer = ({ plan: loads, cost }: PricedPlan) => {
    if (!isBetter(cost, best.cost)) return;
    best = { plan: loads, cost };
    onBetter?.(best);
  };
  const raise = (better: Proven) => {
    if (better.bound <= proven.bound) return;
    proven = better;
    onBetter?.(proven);
  };
  const isWithin = (most: number) => relativeGap(best.cost.objective, proven.bound) <= most;
  const isClose = () => isWithin(Math.max(gap, closeGap));
  const improve = () => {
    if (shouldStop() || isWithin(gap) || improved === best.cost.objective) return;
    offer(solveGreedy(problem, [best], { shouldStop }));
    improved = best.cost.objective;
  };
  onBetter?.(best);
  const end = prove(problem, {
    shouldStop: () => shouldStop() || isClose(),
    enough: isClose,
    incumbent: () => Number(best.cost.objective),
    onProof: raise,
    onPlan: offer,
    // All plans that prices give are there: only the best of them is worth the work.
    onGuided: improve,
    ...(guidance === null ? {} : { start: guidance }),
    mostQuestions: MOST_QUESTIONS,
  });
  raise(end);
  improve();
  let engineBound: CostTotal | undefined;
  if (options.mip !== null && !isClose() && !shouldStop()) {
    const { mip: engine, seed, timeLeft } = options;
    const outcome = await solveExact(problem, { engine, seed, timeLeft, onIncumbent: offer });
    if (outcome.status !== "unsupported" && outcome.found !== undefined) offer(outcome.found);
    engineBound = claimOf(outcome, best.cost.objective);
    improve();
  }
  const { objective } = best.cost;
  const isOptimal = objective === proven.bound || objective === engineBound;
  const stoppedBy = isOptimal ? "optimal" : isClose() ? "gap" : shouldStop() ? "time" : "noGain";
  return { best, proven, engineBound, stoppedBy };
}

/** What an engine claims that no plan goes below, unless a plan does. */
function claimOf(outcome: ExactOutcome, objective: CostTotal): CostTotal | undefined {
  const claim =
    outcome.status === "optimal"
      ? outcome.found.cost.objective
      : outcome.status === "stopped"
        ? outcome.engineBound
        : undefined;
  return claim !== undefined && claim <= objective ? claim : undefined;
}

/** The better of the plan of before, where it is still valid, and the one to mend; else that of routing nothing. */
function startFrom(problem: Problem, before: Plan, toMend: Plan | undefined): PricedPlan {
  const { contract, orders, classes } = problem;
  const complete = ({ loads }: Plan) => ({ loads: contract.channels.map((_, c) => loads[c] ?? NO_LOAD) });
  const priced = (plan: Plan) => ({ plan, cost: pricePlan(contract, orders, classes, plan) });
  const kept = complete(before);
  const start = isFeasible(problem, kept) ? priced(kept) : routeNothing(problem);
  if (toMend === undefined) return start;
  const mended = priced(repaired(problem, complete(toMend)));
  return isBetter(mended.cost, start.cost) ? mended : start;
}
