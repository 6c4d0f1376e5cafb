import type { Plan } from "../../model/plan.js";
import type { PlanCost } from "../cost.js";

/** A plan with what it costs. */
export interface PricedPlan {
  readonly plan: Plan;
  readonly cost: PlanCost;
}

export interface GreedyOptions {
  /** Asked often; true ends the search with the best plan so far. */
  readonly shouldStop: () => boolean;
  /** Whether to ruin plans in part, which takes most of the time and gains least; default true. */
  readonly ruins?: boolean;
  /** Told of every better plan. */
  readonly onIncumbent?: (found: PricedPlan) => void;
}
