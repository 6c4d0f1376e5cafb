import type { CostTotal } from "../../model/money.js";
import { atOwnCharges } from "../atVolumePrices.js";
import { zeroPriceBound } from "../bound.js";
import { columnSearch } from "../columns/search.js";
import { planFromAnswer } from "../greedy/fromAnswer.js";
import { type PricedPlan, solveGreedy } from "../greedy/greedy.js";
import type { Problem } from "../problem.js";
import type { RelaxationAnswer } from "../relaxation/answer.js";
import { askedOf } from "../relaxation/asked.js";
import { type InteriorPointResult, solveRelaxation } from "../relaxation/interiorPoint.js";
import { loadsOf } from "../relaxation/loads.js";
import { type Lots, lotsOf, sampleOf, type WholeLots } from "../relaxation/lots.js";
import { type QueueTerms, queueTerms } from "../relaxation/queueTerms.js";
import {
  anyCounts,
  type PackageCounts,
  type RelaxedProblem,
  type RelaxOptions,
  relax,
} from "../relaxation/relax.js";
import { leastSure, roundPackages } from "../relaxation/rounding.js";
import { overlooked, type Sifted, sieve } from "../relaxation/sieve.js";
import { pricesVolume } from "../volume.js";
import { branch, type Root } from "./branch.js";
import { alone, type Crew } from "./crew.js";
import { commonStep, evaluate, PROVES_NOTHING } from "./evaluate.js";
import { asksOf, worthOfEveryOrder } from "./everyOrder.js";
import { pricesOf } from "./fromRelaxation.js";
import { guidanceOf, lookBack } from "./guidance.js";
import { InteriorNodes, type NodeSolver, openedIn, SimplexNodes } from "./nodes.js";
import type { ProofPart, ProveOptions } from "./options.js";
import { type ProofPrices, zeroPrices } from "./prices.js";
import { BRANCH_CELLS, branchesFast, SIMPLEX_ROWS } from "./reach.js";
import { Rounding } from "./rounding.js";
import type { Proven } from "./tree.js";
import { proveByVolume } from "./volumeTree.js";

export type { ProveOptions } from "./options.js";
export type { Proven } from "./tree.js";

/** Lots that the relaxation is solved with at most, about. */
const LOTS = 24_000;
/** Lots where there are more classes than that, and orders in each at about: orders have their own worth then. */
const COARSE_LOTS = { fewest: 10_000, most: 20_000, orders: 50 };
/** The same where a like problem has been solved: what that has cost need not be spent again. */
const LOTS_AGAIN = 7_000;
const COARSE_AGAIN = { fewest: 7_000, most: 10_000, orders: 50 };
/** How many times as many lots there are from one round to the next, and in the last one at most. */
const FINER = 3;
const FINEST_LOTS = 80_000;
/** Lots of the first look, where there are more than twice as many. */
const FIRST_LOOK = 1_500;
/** Keys that fill at most so many packages have their cells bound by openings. */
const SHARED_UP_TO = 8;
/** How long packing by columns goes before the relaxation, where it may settle all in a moment. */
const COLUMNS_FIRST_MS = 8_000;
/** How long it goes on after everything else: what it has not found by then it hardly will. */
const COLUMNS_LAST_MS = 8_000;
/** Rounds of looking for cells that a sample has overlooked, or prices of a like problem, and how exactly they are answered. */
const MOST_SIFTS = 3;
const MOST_SIFTS_AGAIN = 1;
const COARSE = 1e-3;
/**
 * How exactly the relaxation is answered where it is large, and where it is small. Bounds would not need it, but plans that are
 * made of a looser answer lose a tenth of a percent: flows that are to be 0 in the end still run everywhere.
 */
const EXACT = { large: 1e-6, small: 1e-7 };
/** How exactly large nodes of branching are answered, of which there are many. */
const FOR_BRANCHING = 1e-5;
/** How exactly answers need be that plans alone are made of. */
const FOR_PLANS = 1e-4;
/** Rounds of fixing package counts for a plan. */
const MOST_DIVES = 3;

/** Proves a bound by prices, and where the problem is small by branching on package counts. */
export function prove(problem: Problem, options: ProveOptions): Proven {
  const first = { tree: { prices: zeroPrices(problem) }, bound: zeroPriceBound(problem) };
  options.onProof?.(first);
  if (pricesVolume(problem.contract.channels))
    return proveByVolume(problem, options, {
      first,
      // Where classes are too many for lots of their own, nobody asks how many packages there are.
      asks: problem.classes.count <= (options.start === undefined ? LOTS : LOTS_AGAIN),
      proveAt: (part, how) => new Prover(part, how).run(),
    });
  return new Prover(
    { problem, counts: anyCounts(problem.classes.channels), first, asks: true },
    options,
  ).run();
}

/** What a set of prices proves, and the relaxation's answer that they come from. */
interface Node {
  readonly bound: CostTotal;
  readonly prices: ProofPrices;
  /** `[channel]` packages in the answer. */
  readonly opened: Float64Array;
  /** As the answer would have it. */
  readonly queue: QueueTerms;
  readonly answer: RelaxationAnswer;
}

class Prover {
  /** With charges at prices of volume, where that has any. */
  readonly #problem: Problem;
  /** With the contract's charges: what is proven is proven for these. */
  readonly #own: Problem;
  /** What the proof is about. */
  readonly #counts: PackageCounts;
  readonly #asks: boolean;
  readonly #options: ProveOptions;
  readonly #step: bigint;
  /** Times as many lots that are worth another answer: where there is a gap to reach, any more are. */
  readonly #muchFiner: number;
  readonly #crew: Crew;
  #best: Proven;

  constructor({ problem, counts, first, asks }: ProofPart, options: ProveOptions) {
    this.#problem = problem;
    this.#own = atOwnCharges(problem);
    this.#counts = counts;
    this.#asks = asks;
    this.#options = options;
    this.#step = commonStep(problem);
    this.#muchFiner = options.start === undefined ? FINER / 2 : 1.2;
    this.#crew = options.crew ?? alone;
    this.#best = first;
  }

  run(): Proven {
    const { shouldStop } = this.#options;
    if (this.#done() || shouldStop()) return this.#best;
    const columns = columnSearch(this.#problem, {
      ...this.#options,
      onProof: (proven) => this.#offer(proven),
    });
    if (columns?.isQuick) columns.run(COLUMNS_FIRST_MS);
    if (!this.#done() && !shouldStop()) this.#byRelaxation();
    if (!this.#done() && !shouldStop()) columns?.run(COLUMNS_LAST_MS);
    return this.#best;
  }

  #byRelaxation(): void {
    const { shouldStop } = this.#options;
    const { start } = this.#options;
    const lots =
      start === undefined
        ? lotsOf(this.#problem, LOTS, coarseLots(this.#problem, COARSE_LOTS))
        : lotsOf(this.#problem, LOTS_AGAIN, coarseLots(this.#problem, COARSE_AGAIN));
    const counts = this.#counts;
    if (lots.ofOneClass && this.#bySimplex(lots, counts)) return;
    const first = start === undefined ? this.#firstLook(lots) : lookBack(this.#problem, lots, start);
    const { keep, queue } = this.#sift(lots, counts, first);
    if (!lots.ofOneClass) {
      this.#coarsely(lots, counts, keep, queue);
      return;
    }
    const root = this.#node(lots, counts, keep, queue);
    if (root === null) return;
    this.#offer({ tree: { prices: root.prices }, bound: root.bound });
    const small = root.answer.relaxed.cellChannel.length <= BRANCH_CELLS;
    // At prices of volume the plans that fixed counts bring leave its thresholds.
    if (!small && this.#problem === this.#own) {
      this.#dive(lots, root, keep, -1);
      const turned = leastSure(this.#problem, root.answer);
      if (turned >= 0) this.#dive(lots, root, keep, turned);
    }
    this.#options.onGuided?.(guidanceOf(this.#problem, root.answer));
    // Cheap enough to try again with the queues as the first answer would have them.
    const again =
      small && this.#problem.contract.objective.delayCostPerOrderHour > 0
        ? this.#node(lots, counts, keep, root.queue)
        : null;
    const better = again !== null && again.bound > root.bound ? again : root;
    this.#offer({ tree: { prices: better.prices }, bound: better.bound });
    if (!this.#asks) return;
    const { prices, opened, bound } = better;
    const solver = new InteriorNodes(this.#problem, lots, better.answer.relaxed, {
      sharedUpTo: SHARED_UP_TO,
      keep: small ? null : keep,
      tolerance: small ? EXACT.small : FOR_BRANCHING,
      asksWhole: small,
      planOf: small ? null : (found) => this.#improved(found),
      shouldStop,
    });
    const answer = { prices, value: Number(bound), opened, flow: null, plan: null, start: better.queue };
    this.#branch(solver, lots, { answer, bound, counts });
  }

  /**
   * Many orders in few lots, then in more: finer ones prove more, and give other plans. Fixing counts would round away
   * more than it gains.
   */
  #coarsely(lots: WholeLots, counts: PackageCounts, keep: Uint8Array | null, queue: QueueTerms): void {
    const { shouldStop, enough, onPlan, onGuided } = this.#options;
    let root = this.#node(lots, counts, keep, queue);
    if (root !== null) this.#offer({ tree: { prices: root.prices }, bound: root.bound });
    onGuided?.(root === null ? null : guidanceOf(this.#problem, root.answer));
    while (root !== null && !shouldStop() && !enough()) {
      const { answer, queue: expected } = root;
      const finer = lotsOf(this.#problem, LOTS, FINER * answer.lots.count);
      if (finer.count < this.#muchFiner * answer.lots.count || finer.count > FINEST_LOTS) return;
      const kept = sifted(this.#problem, finer, answer.relaxed, answer.found);
      root = this.#node(finer, counts, kept, expected);
      if (root === null || shouldStop() || enough()) return;
      this.#offer({ tree: { prices: root.prices }, bound: root.bound });
      onPlan?.(this.#improved(root.answer));
    }
  }

  /** Where waiting costs nothing and the program is small: every node by a few pivots. */
  #bySimplex(lots: WholeLots, counts: PackageCounts): boolean {
    const problem = this.#problem;
    if (!branchesFast(problem)) return false;
    const queue = queueTerms(problem, null);
    const relaxed = relax(problem, lots, { sharedUpTo: 0, counts, queue, fixed: null, keep: null });
    const { cost, room } = relaxed.relaxation;
    if (lots.count + room.length > SIMPLEX_ROWS || cost.length > BRANCH_CELLS) return false;
    const solver = new SimplexNodes(problem, lots, relaxed, queue);
    const answer = solver.solve(counts, solver.root, Infinity);
    if (answer === null) return false;
    const bound = evaluate(this.#own, answer.prices, counts, this.#step);
    if (bound === null || bound === PROVES_NOTHING) return false;
    this.#offer({ tree: { prices: answer.prices }, bound });
    this.#options.onGuided?.(null);
    this.#branch(solver, lots, { answer, bound, counts });
    return true;
  }

  #branch<Start>(solver: NodeSolver<Start>, lots: WholeLots, root: Root<Start>): void {
    const { shouldStop, enough, incumbent, onPlan } = this.#options;
    const rounding = new Rounding(this.#problem, lots, solver.relaxed);
    const proven = branch(this.#own, solver, root, {
      step: this.#step,
      shouldStop: () => shouldStop() || enough(),
      incumbent,
      planOf: (flow, best) => rounding.planOf(flow, best),
      onPlan: (found) => onPlan?.(found),
      onProof: (better) => this.#offer(better),
      mostQuestions: this.#options.mostQuestions ?? Infinity,
    });
    this.#offer(proven);
  }

  #done(): boolean {
    return Number(this.#best.bound) >= this.#options.incumbent();
  }

  #offer(proven: Proven): void {
    if (proven.bound <= this.#best.bound) return;
    this.#best = proven;
    this.#options.onProof?.(proven);
  }

  /** A small sample tells which cells the relaxation can do without, and how long the queues will be. */
  #firstLook(lots: Lots): Sifted {
    const problem = this.#problem;
    const none = queueTerms(problem, null);
    const many = lots.count > 2 * FIRST_LOOK;
    if (!many && problem.contract.objective.delayCostPerOrderHour === 0) return { keep: null, queue: none };
    const few = many ? sampleOf(problem, FIRST_LOOK) : lots;
    const relaxed = relax(problem, few, {
      sharedUpTo: 0,
      counts: anyCounts(problem.classes.channels),
      queue: none,
      fixed: null,
      keep: null,
    });
    const found = solveRelaxation(relaxed.relaxation, {
      tolerance: 1e-3,
      maxIterations: 60,
      shouldStop: this.#options.shouldStop,
    });
    return {
      keep: many ? sifted(problem, lots, relaxed, found) : null,
      queue: queueTerms(problem, loadsOf(problem, { lots: few, relaxed, found })),
    };
  }

  /**
   * Answers without haste what the sample could only guess: which cells matter at the prices of all lots, and how long
   * the queues will be.
   */
  #sift(lots: WholeLots, counts: PackageCounts, first: Sifted): Sifted {
    const problem = this.#problem;
    let { keep, queue } = first;
    const { start, shouldStop } = this.#options;
    const most = start === undefined ? MOST_SIFTS : MOST_SIFTS_AGAIN;
    for (let round = 0; keep !== null && round < most && !shouldStop(); round++) {
      const answer = this.#answer(lots, { counts, keep, fixed: null, queue }, COARSE);
      queue = queueTerms(problem, loadsOf(problem, answer));
      const more = overlooked(problem, answer, keep);
      keep = more.keep;
      if (!more.matters) break;
    }
    return { keep, queue };
  }

  #node(lots: WholeLots, counts: PackageCounts, keep: Uint8Array | null, queue: QueueTerms): Node | null {
    const answer = this.#answer(lots, { counts, keep, fixed: null, queue });
    this.#plan(answer);
    const { shouldStop } = this.#options;
    let prices = pricesOf(this.#problem, answer);
    let bound = evaluate(this.#own, prices, counts, this.#step, this.#crew);
    if (!lots.ofOneClass && !shouldStop()) {
      const { asked, loads } = asksOf(this.#own, answer, prices);
      const each = worthOfEveryOrder(this.#own, asked, loads, this.#crew, shouldStop);
      const proves = evaluate(this.#own, each, counts, this.#step, this.#crew);
      if (proves !== null && (bound === null || proves > bound)) [prices, bound] = [each, proves];
    }
    if (bound === null || bound === PROVES_NOTHING) return null;
    const opened = openedIn(answer, this.#problem.classes.channels);
    return {
      bound,
      prices,
      opened,
      queue: queueTerms(this.#problem, loadsOf(this.#problem, answer)),
      answer,
    };
  }

  #answer(
    lots: WholeLots,
    options: Omit<RelaxOptions, "sharedUpTo">,
    tolerance: number | null = null,
  ): RelaxationAnswer {
    const relaxed = relax(this.#problem, lots, { sharedUpTo: SHARED_UP_TO, ...options });
    const found = solveRelaxation(relaxed.relaxation, {
      tolerance: tolerance ?? (relaxed.cellChannel.length > BRANCH_CELLS ? EXACT.large : EXACT.small),
      maxIterations: 150,
      shouldStop: this.#options.shouldStop,
    });
    return { lots, relaxed, found, queue: options.queue };
  }

  /** Others improve only the best plan: one for other counts must show what is in it before it is compared. */
  #improved(answer: RelaxationAnswer): PricedPlan {
    const { shouldStop, enough } = this.#options;
    const start = planFromAnswer(this.#problem, answer);
    return solveGreedy(this.#problem, [start], { shouldStop: () => shouldStop() || enough() });
  }

  #plan(answer: RelaxationAnswer): void {
    this.#options.onPlan?.(planFromAnswer(this.#problem, answer));
  }

  /**
   * Fixes what the answer is least sure of, round by round, for a plan: what was fixed is no proof.
   *
   * @param turned a channel that is rounded the other way first, or -1
   */
  #dive(lots: WholeLots, root: Node, sifted: Uint8Array | null, turned: number): void {
    const { shouldStop } = this.#options;
    let fixed: Float64Array[] | null = null;
    let keep = sifted;
    let { answer } = root;
    for (let round = 0; round < MOST_DIVES; round++) {
      fixed = roundPackages(this.#problem, answer, fixed, round === 0 ? turned : -1);
      if (fixed === null || shouldStop()) return;
      const counts = this.#counts;
      answer = this.#answer(lots, { counts, keep, fixed, queue: root.queue }, FOR_PLANS);
      if (keep !== null) {
        // Orders whose packages are closed now may want a channel that the sieve thought too dear.
        const more = overlooked(this.#problem, answer, keep);
        keep = more.keep;
        if (more.matters) answer = this.#answer(lots, { counts, keep, fixed, queue: root.queue }, FOR_PLANS);
      }
      this.#plan(answer);
    }
  }
}

/** Cells that could matter at the prices of another answer. */
function sifted(
  problem: Problem,
  lots: Lots,
  relaxed: RelaxedProblem,
  found: InteriorPointResult,
): Uint8Array {
  return sieve(problem, lots, askedOf(problem, lots, relaxed, found), relaxed.costUnit);
}

function coarseLots({ classes }: Problem, { fewest, most, orders }: typeof COARSE_LOTS): number {
  return Math.min(most, Math.max(fewest, Math.round(classes.members.length / orders)));
}
