import type { CostTotal } from "../../model/money.js";
import type { Problem } from "../problem.js";
import { alone } from "../proof/crew.js";
import { commonStep, evaluate } from "../proof/evaluate.js";
import { asksOf, eachOrder, worthOfEveryOrder } from "../proof/everyOrder.js";
import { pricesOf } from "../proof/fromRelaxation.js";
import { openedIn } from "../proof/nodes.js";
import type { ProofPrices } from "../proof/prices.js";
import type { RelaxationAnswer } from "../relaxation/answer.js";
import { solveRelaxation } from "../relaxation/interiorPoint.js";
import { loadsOf } from "../relaxation/loads.js";
import type { WholeLots } from "../relaxation/lots.js";
import { type QueueTerms, queueTerms } from "../relaxation/queueTerms.js";
import { type PackageCounts, relax } from "../relaxation/relax.js";

/** Keys that fill at most so many packages have their cells bound by openings. */
export const SHARED_UP_TO = 8;
/** How exactly a node is answered: orders get worths of their own in any case, which makes up for a looser answer. */
const TOLERANCE = 1e-3;

/** What all nodes of a problem have in common; plain data. */
export interface Ground {
  readonly lots: WholeLots;
  /** `[lot * channels + channel]` 1 where the cell could matter. */
  readonly keep: Uint8Array;
}

/** What is known of all plans whose package counts lie in some ranges; plain data. */
export interface Node {
  readonly counts: PackageCounts;
  /** What the prices prove of them, in cost units; null where there is no such plan. */
  readonly bound: CostTotal | null;
  readonly prices: ProofPrices;
  /** `[channel]` packages, fractions included. */
  readonly opened: Float64Array;
  /** Waiting in queues that carry what the answer sends there. */
  readonly queue: QueueTerms;
}

/**
 * The relaxation's answer at some counts of packages.
 *
 * @param queue as it is expected
 */
export function answerAt(
  problem: Problem,
  { lots, keep }: Ground,
  counts: PackageCounts,
  queue: QueueTerms,
  shouldStop: () => boolean,
): RelaxationAnswer {
  const relaxed = relax(problem, lots, { sharedUpTo: SHARED_UP_TO, counts, queue, fixed: null, keep });
  const found = solveRelaxation(relaxed.relaxation, { tolerance: TOLERANCE, maxIterations: 100, shouldStop });
  return { lots, relaxed, found, queue };
}

/** What an answer proves, exactly; null where it was stopped. */
export function nodeAt(
  problem: Problem,
  answer: RelaxationAnswer,
  counts: PackageCounts,
  shouldStop: () => boolean,
): Node | null {
  if (shouldStop()) return null;
  const step = commonStep(problem);
  const posted = pricesOf(problem, answer);
  const { asked, loads } = asksOf(problem, answer, posted);
  const ofEvery = worthOfEveryOrder(problem, asked, loads, alone, shouldStop);
  if (shouldStop()) return null;
  const proven = [ofEvery, lotsOneByOne(problem, posted)]
    .filter((prices) => prices !== null)
    .map((prices): Priced => ({ prices, bound: evaluate(problem, prices, counts, step) }))
    .reduce(betterOf);
  return {
    counts,
    ...proven,
    opened: openedIn(answer, problem.classes.channels),
    queue: queueTerms(problem, loadsOf(problem, answer)),
  };
}

type Priced = Pick<Node, "bound" | "prices">;

/** Where there is no plan at such counts, any prices that say so do. */
function betterOf(one: Priced, other: Priced): Priced {
  if (one.bound === null) return one;
  return other.bound === null || other.bound > one.bound ? other : one;
}

/**
 * The lots' own worths, stated for every order, as all parts of a proof need the same groups; null where lots hold orders of
 * several classes, whose mean worth proves little.
 */
function lotsOneByOne(problem: Problem, posted: ProofPrices): ProofPrices | null {
  if (posted.worth === null) return null;
  const { lots, price } = posted.worth;
  const groups = eachOrder(problem);
  const own = Float64Array.from(problem.classes.members, (order) => price[lots.lotOf[order]!]!);
  return { ...posted, worth: { lots: groups, price: own } };
}
