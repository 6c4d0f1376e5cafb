import type { Contract } from "../model/contract.js";
import type { Plan } from "../model/plan.js";
import { isBetter, pricePlan } from "../solver/cost.js";
import { isFeasible } from "../solver/feasible.js";
import { NO_LOAD } from "../solver/nothing.js";
import type { Problem } from "../solver/problem.js";
import type { Outcome } from "./planContents.js";

type Known = Pick<Outcome, "best" | "used" | "proven" | "engineOptimal" | "engineBound" | "stoppedBy">;

/**
 * The outcome of a search with the best of its own plan and others that keep all rules.
 *
 * @param others plans of the same orders; they may break rules, and have other numbers of channels
 */
export function withBest<Result extends Known>(
  problem: Problem,
  known: Result,
  others: readonly Plan[],
): Result {
  const { contract, orders, classes } = problem;
  let { best } = known;
  for (const other of others) {
    const plan = fitted(contract, other);
    // What breaks a rule may have no charge.
    if (plan === null || !isFeasible(problem, plan)) continue;
    const cost = pricePlan(contract, orders, classes, plan);
    if (isBetter(cost, best.cost)) best = { plan, cost };
  }
  if (best === known.best) return known;
  const { objective } = best.cost;
  const claim = known.engineOptimal ? known.best.cost.objective : known.engineBound;
  const isOptimal = objective === known.proven.bound || objective === claim;
  return {
    ...known,
    best,
    used: "plan of another scenario",
    // An engine that claimed more than this plan costs was wrong.
    engineBound: claim !== undefined && claim <= objective ? claim : undefined,
    engineOptimal: objective === claim,
    stoppedBy: isOptimal ? "optimal" : known.stoppedBy === "optimal" ? "noGain" : known.stoppedBy,
  };
}

/** A plan with a load for each channel; null where it uses more than there are. */
function fitted({ channels }: Contract, { loads }: Plan): Plan | null {
  if (loads.slice(channels.length).some(({ orders }) => orders.length > 0)) return null;
  return { loads: channels.map((_, c) => loads[c] ?? NO_LOAD) };
}
