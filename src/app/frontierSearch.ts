import { Fault } from "../model/issue.js";
import { parseCost } from "../model/money.js";
import type { Plan } from "../model/plan.js";
import type { PlanFile } from "../model/planFile.js";
import type { Outcome } from "../model/whatIfFile.js";
import { statedGap } from "../solver/gap.js";
import { nextLimits, type Searched } from "./frontierLimits.js";
import type { Measure } from "./frontierMeasure.js";
import { inTurn } from "./inTurn.js";
import { boundOf } from "./scenarioOutcome.js";
import type { StudiedPlan } from "./studiedPlan.js";
import type { Study } from "./study.js";

/** A plan that was searched, and what is known of all plans within its limit. */
export interface Found extends Searched {
  readonly plan: Plan;
  /** In cost units: no plan within the limit costs less. */
  readonly bound: bigint;
  readonly proof: PlanFile["proof"];
  readonly engine: PlanFile["engine"];
  readonly stoppedBy: PlanFile["stoppedBy"];
  readonly ms: number;
}

export interface FrontierSearch {
  readonly measure: Measure;
  readonly least: number;
  /** Plans to search, that without a limit among them. */
  readonly most: number;
  /** Ends the search with the plans that there are. */
  readonly signal?: AbortSignal | undefined;
  /** Told when a plan is there, of how many there are. */
  readonly onFound: (done: number) => void;
}

/**
 * Searches plans within limits, level by level (epsilon-constraint: Haimes, Lasdon and Wismer 1971). A search begins with
 * plans of the levels before, so that what comes out does not depend on threads: the cheapest that keeps its limit, and the
 * nearest that does not, mended.
 *
 * @returns all that were searched, the study's base first
 */
export async function searchFrontier(study: Study, search: FrontierSearch): Promise<Found[]> {
  const { measure, least, most, signal, onFound } = search;
  const { contract } = study.base.problem;
  const found = [foundIn(study, measure, study.base, Infinity)];
  let done = 1;
  onFound(done);
  while (!signal?.aborted) {
    const limits = nextLimits(found, least, most - found.length);
    if (limits.length === 0) break;
    const level = await inTurn(limits, study.threads, async (limit) => {
      const start = cheapestWithin(found, limit)?.plan;
      const planned = await study.plan({
        contract: measure.within(contract, limit),
        ...(start === undefined ? {} : { start }),
        mended: nearestBeyond(found, limit).plan,
      });
      onFound(++done);
      return foundIn(study, measure, planned, limit);
    });
    found.push(...level);
  }
  return found;
}

function cheapestWithin(found: readonly Found[], limit: number): Found | undefined {
  const within = found.filter(({ value }) => value <= limit);
  return within.reduce<Found | undefined>(
    (best, each) => (best === undefined || each.cost < best.cost ? each : best),
    undefined,
  );
}

/** The one with the least of those values that break a limit: it has the least to mend. */
function nearestBeyond(found: readonly Found[], limit: number): Found {
  return found.reduce((nearest, each) => (each.value > limit && each.value < nearest.value ? each : nearest));
}

/** @throws Fault where it breaks its limit or costs something else without, which must not happen */
function foundIn(study: Study, measure: Measure, { plan, contents, ms }: StudiedPlan, limit: number): Found {
  const { planFile } = contents;
  const { exponent } = study.base.problem.contract;
  const priced = study.price(plan);
  const value = measure.of(priced);
  if (value > limit || priced.objective !== parseCost(planFile.cost.objective, exponent))
    throw new Fault(
      "PLAN_FAILED_CHECK",
      `A plan within a limit of ${limit} has ${value} and costs ${priced.objective} cost units by the contract, ${planFile.cost.objective} within the limit.`,
    );
  const { proof, engine, stoppedBy } = planFile;
  const bound = parseCost(boundOf(planFile), exponent)!;
  return { limit, value, cost: priced.objective, plan, bound, proof, engine, stoppedBy, ms };
}

/**
 * What is known of a plan within its limit. What is proven of all plans within a limit holds within any lower one, so
 * that the best bound of all that are not lower is its own. An engine's word above what the plan costs was wrong.
 *
 * @param found all that were searched
 */
export function provenWithin(
  found: readonly Found[],
  point: Found,
): Pick<Found, "bound"> & Pick<Outcome, "proof" | "gap" | "status" | "stoppedBy"> {
  const { bound, proof } = found.reduce(
    (best, each) =>
      each.limit >= point.limit && each.bound > best.bound && each.bound <= point.cost ? each : best,
    point,
  );
  const isOptimal = bound === point.cost;
  return {
    bound,
    proof,
    gap: statedGap(point.cost, bound),
    status: isOptimal ? "optimal" : "feasible",
    stoppedBy: isOptimal ? "optimal" : point.stoppedBy,
  };
}
