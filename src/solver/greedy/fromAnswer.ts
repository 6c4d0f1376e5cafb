import { pricePlan } from "../cost.js";
import type { Problem } from "../problem.js";
import type { RelaxationAnswer } from "../relaxation/answer.js";
import { construct } from "./construct.js";
import type { PricedPlan } from "./greedy.js";
import { guideOf } from "./guide.js";
import { optionsOf } from "./options.js";

/** The plan that comes closest to a relaxation's answer, not improved yet. */
export function planFromAnswer(problem: Problem, answer: RelaxationAnswer): PricedPlan {
  const { contract, orders, classes } = problem;
  const plan = construct(problem, guideOf(problem, answer), optionsOf(classes)).toPlan();
  return { plan, cost: pricePlan(contract, orders, classes, plan) };
}
