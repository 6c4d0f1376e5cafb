import type { Plan } from "../../model/plan.js";
import { zeroPriceBound } from "../bound.js";
import { isBetter, pricePlan } from "../cost.js";
import { isFeasible } from "../feasible.js";
import type { PricedPlan } from "../greedy/greedy.js";
import { NO_LOAD, routeNothing } from "../nothing.js";
import type { Problem } from "../problem.js";
import { commonStep, evaluate } from "../proof/evaluate.js";
import { pricesFor } from "../proof/guidance.js";
import { type ProofPrices, zeroPrices } from "../proof/prices.js";
import type { Proven } from "../proof/tree.js";
import { anyCounts } from "../relaxation/relax.js";
import { repaired } from "../repair.js";

/**
 * The best of some plans of like problems, priced by this one, or the one that routes nothing.
 *
 * @param plans the first is mended where it breaks a rule; of the others those count that break none
 */
export function startFrom(problem: Problem, [first, ...others]: readonly [Plan, ...Plan[]]): PricedPlan {
  const { contract, orders, classes } = problem;
  const complete = ({ loads }: Plan) => ({ loads: contract.channels.map((_, c) => loads[c] ?? NO_LOAD) });
  const own = complete(first);
  const valid = [
    isFeasible(problem, own) ? own : repaired(problem, own),
    ...others.map(complete).filter((plan) => isFeasible(problem, plan)),
  ];
  return valid
    .map((plan) => ({ plan, cost: pricePlan(contract, orders, classes, plan) }))
    .reduce((best, plan) => (isBetter(plan.cost, best.cost) ? plan : best), routeNothing(problem));
}

/**
 * What is proven before any search: by no prices, or by those of a like problem, which prove something of this one, too.
 *
 * @param posted by the channels of the like problem, which are the first ones here; null for none
 */
export function proofFrom(problem: Problem, posted: ProofPrices | null): Proven {
  const none: Proven = { tree: { prices: zeroPrices(problem) }, bound: zeroPriceBound(problem) };
  if (posted === null) return none;
  const prices = allowed(problem, pricesFor(problem, posted));
  const bound = evaluate(problem, prices, anyCounts(problem.classes.channels), commonStep(problem));
  return bound !== null && bound > none.bound ? { tree: { prices }, bound } : none;
}

/** Prices without those for what a contract does not limit, which its certificates must not have. */
function allowed({ contract: { channels }, limits }: Problem, prices: ProofPrices): ProofPrices {
  const ofLimits = (values: Float64Array, most: Float64Array) =>
    values.map((price, limit) => (most[limit]! < Infinity ? price : 0));
  const hasAmount = channels.map(
    ({ mode, package: { maxAmount } }) => mode === "batch" && maxAmount < Infinity,
  );
  return {
    ...prices,
    amount: prices.amount.map((values, c) => (hasAmount[c] ? values : values.map(() => 0))),
    limitOrders: ofLimits(prices.limitOrders, limits.maxOrders),
    limitAmount: ofLimits(prices.limitAmount, limits.maxAmount),
    limitPackages: ofLimits(prices.limitPackages, limits.maxPackages),
    slots: prices.slots.map((slots, c) => {
      if (slots === null) return null;
      const { mode, package: terms } = channels[c]!;
      const isSingle = mode === "single";
      const asks = slots.prices.some(({ amount = 0 }) => amount > 0);
      const hasPlaces = slots.per === "package" ? !isSingle : isSingle || terms.maxOrders < Infinity;
      return hasPlaces && (hasAmount[c] || !asks) ? slots : null;
    }),
  };
}
