import type { PricedPlan } from "../greedy/greedy.js";
import type { Problem } from "../problem.js";
import type { RelaxationAnswer } from "../relaxation/answer.js";
import { type CountBasis, CountProgram } from "../relaxation/countProgram.js";
import type { SavedState } from "../relaxation/dualSimplex.js";
import { solveRelaxation } from "../relaxation/interiorPoint.js";
import { loadsOf } from "../relaxation/loads.js";
import type { WholeLots } from "../relaxation/lots.js";
import { type QueueTerms, queueTerms } from "../relaxation/queueTerms.js";
import { type PackageCounts, type RelaxedProblem, relax } from "../relaxation/relax.js";
import { overlooked } from "../relaxation/sieve.js";
import { pricesOf } from "./fromRelaxation.js";
import type { ProofPrices } from "./prices.js";

/** What the relaxation says where each channel's number of packages lies in a range. */
export interface NodeAnswer<Start> {
  readonly prices: ProofPrices;
  /** What no plan goes below at these counts, in cost units, as a double for steering; null where only the prices tell. */
  readonly value: number | null;
  /** `[channel]` packages, fractions included. */
  readonly opened: Float64Array;
  /** `[cell]` orders, fractions included, while the solver is there; null where no plan is to be had from it. */
  readonly flow: (() => Float64Array) | null;
  /** Searches for a plan where all counts are whole; null where they are not, or flows say it. */
  readonly plan: (() => PricedPlan) | null;
  /** Where a solve nearby may start. */
  readonly start: Start;
}

/** A question about a channel's number of packages: up to so many, or more? */
export interface Question {
  readonly channel: number;
  readonly packages: number;
}

/** Solves the relaxation again and again, as branching on package counts asks for it. */
export interface NodeSolver<Start> {
  /** Of the flows that it answers with. */
  readonly relaxed: RelaxedProblem;
  /** Whether it can be asked about channels that keep keys apart. */
  readonly asksKeyed: boolean;
  /** Whether nodes are so cheap that a question about a whole number of packages is worth a try. */
  readonly asksWhole: boolean;
  /** Goes back to an answer that {@link probe}, {@link dive} and {@link solve} of its children are to start from. */
  stand(counts: PackageCounts, start: Start): void;
  /**
   * @param enough cost units at which a better bound is of no use
   * @returns null where nothing came of it: the prices of the parent have to do
   */
  solve(counts: PackageCounts, start: Start, enough: number): NodeAnswer<Start> | null;
  /**
   * What the answers to a question would be worth at least, in cost units, from a few pivots each; null where that is
   * not to be had cheaply.
   */
  probe(question: Question, enough: number): readonly [atMost: number, above: number] | null;
  /** Flows that come of making one count after the other whole, the last with all of them whole. */
  dive(enough: number, take: (flow: () => Float64Array) => void): void;
}

/** Ranges of counts with one channel's changed. */
export function withCount(counts: PackageCounts, channel: number, from: number, to: number): PackageCounts {
  const changed = { ...counts, from: counts.from.slice(), to: counts.to.slice() };
  changed.from[channel] = from;
  changed.to[channel] = to;
  return changed;
}

/** An interior point comes no nearer to a whole number than this. */
const DUST = 0.01;

/** `[channel]` packages in an interior point's answer; those all but whole are. */
export function openedIn({ relaxed, found }: RelaxationAnswer, channels: number): Float64Array {
  const opened = new Float64Array(channels);
  relaxed.packageChannel.forEach((c, t) => {
    opened[c]! += found.packages[t]!;
  });
  return opened.map((count) => (Math.abs(count - Math.round(count)) < DUST ? Math.round(count) : count));
}

/** Answers of a node, until it has the cells that matter. */
const ROUNDS = 2;

/** By the interior-point method, the queues as the parent's answer would have them. */
export class InteriorNodes implements NodeSolver<QueueTerms> {
  readonly asksKeyed = true;
  readonly asksWhole: boolean;
  #keep: Uint8Array | null;

  constructor(
    readonly problem: Problem,
    readonly lots: WholeLots,
    readonly relaxed: RelaxedProblem,
    readonly options: {
      readonly sharedUpTo: number;
      /** As {@link relax} takes it. */
      readonly keep: Uint8Array | null;
      readonly tolerance: number;
      /** As {@link NodeSolver} has it. */
      readonly asksWhole: boolean;
      /** Makes a good plan of an answer with whole counts; null where that is left to others. */
      readonly planOf: ((answer: RelaxationAnswer) => PricedPlan) | null;
      readonly shouldStop: () => boolean;
    },
  ) {
    this.asksWhole = options.asksWhole;
    this.#keep = options.keep;
  }

  solve(counts: PackageCounts, queue: QueueTerms): NodeAnswer<QueueTerms> {
    const { problem } = this;
    const answer = this.#answer(counts, queue);
    const { shouldStop, planOf } = this.options;
    const isWhole = loadsOf(problem, answer).every(
      ({ keyPackages }, c) =>
        problem.contract.channels[c]!.mode === "single" ||
        keyPackages.every((count) => Math.abs(count - Math.round(count)) < DUST),
    );
    return {
      prices: pricesOf(problem, answer),
      value: null,
      opened: openedIn(answer, problem.classes.channels),
      flow: null,
      plan: isWhole && planOf !== null && !shouldStop() ? () => planOf(answer) : null,
      start: queueTerms(problem, loadsOf(problem, answer)),
    };
  }

  /** Cells that one node wants back, all nodes after it have. */
  #answer(counts: PackageCounts, queue: QueueTerms): RelaxationAnswer {
    const { problem, lots } = this;
    const { sharedUpTo, tolerance, shouldStop } = this.options;
    for (let round = 1; ; round++) {
      const relaxed = relax(problem, lots, { sharedUpTo, counts, queue, fixed: null, keep: this.#keep });
      const found = solveRelaxation(relaxed.relaxation, { tolerance, maxIterations: 150, shouldStop });
      const answer = { lots, relaxed, found, queue };
      if (this.#keep === null || shouldStop()) return answer;
      const more = overlooked(problem, answer, this.#keep);
      this.#keep = more.keep;
      if (!more.matters || round === ROUNDS) return answer;
    }
  }

  stand(): void {}

  probe(): null {
    return null;
  }

  dive(): void {}
}

/** Pivots of one look at an answer to a question. */
const PROBE_PIVOTS = 40;
/** How far from a whole number a count may be and pass for one. */
export const WHOLE = 1e-6;

/** By the dual simplex, each from its parent's basis: for small programs without delay costs. */
export class SimplexNodes implements NodeSolver<CountBasis> {
  readonly asksKeyed = false;
  readonly asksWhole = true;
  readonly #problem: Problem;
  readonly #lots: WholeLots;
  readonly #queue: QueueTerms;
  readonly #program: CountProgram;
  /** Where the program is. */
  #at: CountBasis;
  /** What it has been told to stand at, and its state then. */
  #standing: { readonly counts: PackageCounts; readonly start: CountBasis; readonly rows: number } | null =
    null;
  #saved: SavedState | null = null;

  /** @param relaxed of these lots at any counts, without openings, its queues as in `queue` */
  constructor(
    problem: Problem,
    lots: WholeLots,
    readonly relaxed: RelaxedProblem,
    queue: QueueTerms,
  ) {
    this.#problem = problem;
    this.#lots = lots;
    this.#queue = queue;
    this.#program = new CountProgram(problem, lots, relaxed);
    this.#at = this.#program.basis();
  }

  get root(): CountBasis {
    return this.#at;
  }

  stand(counts: PackageCounts, start: CountBasis): void {
    this.#go(start);
    this.#program.solve(counts, Infinity, { cuts: false });
    this.#saved = this.#program.save(this.#saved);
    this.#at = start;
    this.#standing = { counts, start, rows: this.#program.rows };
  }

  #go(start: CountBasis): void {
    if (start === this.#at) return;
    if (this.#standing?.start === start && this.#standing.rows === this.#program.rows) this.#back();
    else this.#program.jump(start);
    this.#at = start;
  }

  /** To where it was told to stand. */
  #back(): void {
    this.#program.place(this.#standing!.counts);
    this.#program.restore(this.#saved!);
  }

  solve(counts: PackageCounts, start: CountBasis, enough: number): NodeAnswer<CountBasis> | null {
    const program = this.#program;
    this.#go(start);
    const { status, value, opened } = program.solve(counts, enough);
    this.#at = program.basis();
    if (status === "unsolved") return null;
    const { worth, price } = program.prices();
    const nothing = new Float64Array(0);
    const found = { worth, price, sharePrice: nothing, flow: nothing, packages: nothing, opened: nothing };
    return {
      prices: pricesOf(this.#problem, {
        lots: this.#lots,
        relaxed: this.relaxed,
        found: { ...found, primal: 0, dual: 0, iterations: 0 },
        queue: this.#queue,
      }),
      opened,
      value,
      flow: () => program.flow(),
      plan: null,
      start: this.#at,
    };
  }

  probe({ channel, packages }: Question, enough: number): readonly [atMost: number, above: number] {
    const { counts } = this.#standing!;
    const look = (from: number, to: number) => {
      const range = withCount(counts, channel, from, to);
      const { value } = this.#program.solve(range, enough, { cuts: false, pivots: PROBE_PIVOTS });
      this.#back();
      return value;
    };
    return [look(counts.from[channel]!, packages), look(packages + 1, counts.to[channel]!)];
  }

  dive(enough: number, take: (flow: () => Float64Array) => void): void {
    const program = this.#program;
    let { counts } = this.#standing!;
    for (;;) {
      const { status, opened } = program.solve(counts, enough, { cuts: false });
      if (status !== "optimal") break;
      take(() => program.flow());
      // What is nearest to a whole number becomes one.
      let channel = -1;
      let nearest = 1;
      opened.forEach((count, c) => {
        const distance = Math.abs(count - Math.round(count));
        if (distance <= WHOLE || counts.from[c] === counts.to[c] || distance >= nearest) return;
        nearest = distance;
        channel = c;
      });
      if (channel < 0) break;
      const whole = Math.round(opened[channel]!);
      counts = withCount(counts, channel, whole, whole);
    }
    this.#back();
  }
}
