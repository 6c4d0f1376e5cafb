import type { Plan } from "../../model/plan.js";
import { isBetter, type PlanCost, pricePlan } from "../cost.js";
import type { Problem } from "../problem.js";
import { closePackages } from "./closing.js";
import { construct } from "./construct.js";
import { openPackages } from "./opening.js";
import { Packing } from "./packing.js";
import { polish, WORTHWHILE } from "./polishing.js";
import { postPrices } from "./prices.js";
import { splitPackages } from "./splitting.js";
import { Trials } from "./trials.js";

/** A plan with what it costs. */
export interface PricedPlan {
  readonly plan: Plan;
  readonly cost: PlanCost;
}

export interface GreedyOptions {
  /** Asked often; true ends the search with the best plan so far. */
  readonly shouldStop: () => boolean;
  /** Told of every better plan. */
  readonly onIncumbent?: (found: PricedPlan) => void;
}

/**
 * The price-guided greedy engine: construction by prices, repair, then packages closed and opened, orders moved and
 * exchanged until the time or no gain.
 *
 * @param starts plans to improve instead of one constructed from prices; the result is never worse than any of them
 * @returns the best plan found and what ended the search
 */
export function solveGreedy(
  problem: Problem,
  starts: readonly PricedPlan[],
  options: GreedyOptions,
): PricedPlan & { readonly stoppedBy: "noGain" | "time" } {
  let best: PricedPlan | undefined;
  const offer = (plan: Plan) => {
    const cost = pricePlan(problem.contract, problem.orders, problem.classes, plan);
    if (best !== undefined && !isBetter(cost, best.cost)) return;
    best = { plan, cost };
    options.onIncumbent?.(best);
  };
  if (starts.length === 0) {
    const own = construct(problem, postPrices(problem));
    offer(own.toPlan());
    improve(own, options, offer);
  }
  for (const start of starts) {
    offer(start.plan);
    improve(packingOf(problem, start.plan), options, offer);
  }
  return { ...best!, stoppedBy: options.shouldStop() ? "time" : "noGain" };
}

function packingOf(problem: Problem, plan: Plan): Packing {
  const packing = new Packing(problem);
  packing.load(plan);
  return packing;
}

/** Rounds of improvement; far beyond what is reached before nothing gains. */
const ROUNDS = 50;

function improve(packing: Packing, options: GreedyOptions, offer: (plan: Plan) => void): void {
  const trials = new Trials(packing, new Packing(packing.problem), options.shouldStop);
  for (let round = 0; round < ROUNDS && !options.shouldStop(); round++) {
    const before = packing.objective;
    polish(trials);
    closePackages(trials);
    openPackages(trials);
    splitPackages(trials);
    offer(packing.toPlan());
    if (before - packing.objective < Math.max(0.5, before * WORTHWHILE)) break;
  }
}
