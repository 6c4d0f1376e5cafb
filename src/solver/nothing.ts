import type { ChannelLoad } from "../model/plan.js";
import { pricePlan } from "./cost.js";
import type { PricedPlan } from "./greedy/greedy.js";
import type { Problem } from "./problem.js";

/** A channel without orders. */
export const NO_LOAD: ChannelLoad = { orders: new Int32Array(0), packageSizes: new Int32Array(0) };

/** The plan that routes nothing, which is always one. */
export function routeNothing({ contract, orders, classes }: Problem): PricedPlan {
  const plan = { loads: contract.channels.map(() => NO_LOAD) };
  return { plan, cost: pricePlan(contract, orders, classes, plan) };
}
