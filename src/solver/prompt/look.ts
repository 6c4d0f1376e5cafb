import type { Plan } from "../../model/plan.js";
import type { Problem } from "../problem.js";
import { postedPrices } from "../proof/fromRelaxation.js";
import { openedIn } from "../proof/nodes.js";
import type { ProofPrices } from "../proof/prices.js";
import { askedOf } from "../relaxation/asked.js";
import { solveRelaxation } from "../relaxation/interiorPoint.js";
import { loadsOf, loadsOfPlan } from "../relaxation/loads.js";
import { lotsOf } from "../relaxation/lots.js";
import { type QueueTerms, queueTerms } from "../relaxation/queueTerms.js";
import { anyCounts, relax } from "../relaxation/relax.js";
import { sieve } from "../relaxation/sieve.js";
import { answerAt, type Ground, type Node, nodeAt, SHARED_UP_TO } from "./node.js";

/**
 * Lots of the first look, about, and how exactly it is answered: it only has to tell which counts of packages are open, which
 * offers could matter and how long queues are.
 */
const FIRST_LOTS = 2_200;
const FIRST_TOLERANCE = 1e-2;
/** Lots of everything after it, about. Fewer prove less, more hardly any more. */
const LOTS = 3_500;

/** What a first look at a problem brings. */
export interface Look {
  readonly ground: Ground;
  /** `[channel]` packages, fractions included. */
  readonly opened: Float64Array;
  /** Waiting in queues that carry what the answer sends there. */
  readonly queue: QueueTerms;
  /** What the look proves by itself: less than what comes after it; worked out when it is asked for, null where it was stopped. */
  readonly root: () => Node | null;
}

/**
 * Prices that the channels of a problem post: what proves something of like problems at once.
 *
 * @param plan of this problem
 */
export function pricesPosted(problem: Problem, plan: Plan): ProofPrices {
  const shouldStop = () => false;
  const { ground, queue } = lookAt(problem, plan, shouldStop);
  const counts = anyCounts(problem.classes.channels);
  return postedPrices(problem, answerAt(problem, ground, counts, queue, shouldStop));
}

/**
 * Answers the relaxation of few lots, with queues that are as long as those of a plan at hand.
 *
 * @param plan of this problem
 */
export function lookAt(problem: Problem, plan: Plan, shouldStop: () => boolean): Look {
  const counts = anyCounts(problem.classes.channels);
  const few = lotsOf(problem, FIRST_LOTS);
  const queue = queueTerms(problem, loadsOfPlan(problem, plan));
  const relaxed = relax(problem, few, { sharedUpTo: SHARED_UP_TO, counts, queue, fixed: null, keep: null });
  const found = solveRelaxation(relaxed.relaxation, {
    tolerance: FIRST_TOLERANCE,
    maxIterations: 100,
    shouldStop,
  });
  const answer = { lots: few, relaxed, found, queue };
  const lots = lotsOf(problem, LOTS);
  return {
    ground: { lots, keep: sieve(problem, lots, askedOf(problem, lots, relaxed, found), relaxed.costUnit) },
    opened: openedIn(answer, problem.classes.channels),
    queue: queueTerms(problem, loadsOf(problem, answer)),
    root: () => nodeAt(problem, answer, counts, shouldStop),
  };
}
