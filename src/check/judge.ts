import type { GivenPlan } from "../model/planFolder.js";
import { followRules, planFigures } from "./derive.js";
import type { Examined } from "./examined.js";
import type { PlanFigures } from "./figures.js";
import { leftOut } from "./unrouted.js";
import { type Violation, ViolationList } from "./violations.js";

/** What is to be said of a plan that somebody else made. */
export interface Judgement {
  readonly figures: PlanFigures;
  /** Assigned orders that have no price: on a channel that is unknown, does not cover them or is not permitted. */
  readonly unpriced: number;
  /** The first {@link VIOLATION_LIMIT}. */
  readonly violations: readonly Violation[];
  readonly total: number;
  /** All of them, by code. */
  readonly byCode: ReadonlyMap<string, number>;
}

/**
 * Prices a plan by the contract and notes every rule that it breaks: the rules of {@link checkPlan}, without the figures
 * that only a plan folder states. Orders in no row are rejected or deferred. What breaks a rule is priced all the same,
 * as far as it has a price.
 *
 * @param orderId id of a row of the order table, for messages
 */
export function judgePlan(examined: Examined, given: GivenPlan, orderId: (row: number) => string): Judgement {
  const violations = new ViolationList();
  const routed = followRules(examined, given, orderId, violations);
  const { instance, survey, penalties } = examined;
  const figures = planFigures(examined, routed, leftOut(instance, survey, penalties, routed));
  const { orders, routed: priced, rejected, deferred } = figures.counts;
  return {
    figures,
    unpriced: orders - priced - rejected - deferred,
    violations: violations.first,
    total: violations.total,
    byCode: violations.byCode,
  };
}
