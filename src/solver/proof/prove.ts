import type { CostTotal } from "../../model/money.js";
import { zeroPriceBound } from "../bound.js";
import { searchColumns } from "../columns/search.js";
import type { PricedPlan } from "../greedy/greedy.js";
import type { Problem } from "../problem.js";
import { solveRelaxation } from "../relaxation/interiorPoint.js";
import { loadsOf } from "../relaxation/loads.js";
import { type Lots, lotsOf } from "../relaxation/lots.js";
import { type QueueTerms, queueTerms } from "../relaxation/queueTerms.js";
import { anyCounts, type PackageCounts, relax } from "../relaxation/relax.js";
import { sieve } from "../relaxation/sieve.js";
import { commonStep, evaluate } from "./evaluate.js";
import { pricesOf } from "./fromRelaxation.js";
import { type ProofPrices, zeroPrices } from "./prices.js";
import type { ProofTree } from "./tree.js";

/** A proof and what it proves. */
export interface Proven {
  readonly tree: ProofTree;
  readonly bound: CostTotal;
}

export interface ProveOptions {
  /** Asked often; true ends with the best proof so far. */
  readonly shouldStop: () => boolean;
  /** Whether branching, which may go on for long, has gone on for long enough. */
  readonly enough: () => boolean;
  /** Cost units of the best plan known; Infinity where there is none. */
  readonly incumbent: () => number;
  /** Told of every better proof. */
  readonly onProof?: (proven: Proven) => void;
  /** Told of every plan that comes up on the way. */
  readonly onPlan?: (found: PricedPlan) => void;
}

/** Lots that the relaxation is solved with at most, about. */
const LOTS = 24_000;
/** Lots of the first look, where there are more than twice as many. */
const FIRST_LOOK = 1_500;
/** Keys that fill at most so many packages have their cells bound by openings. */
const SHARED_UP_TO = 8;
/** Questions that a proof may ask: a checker has to look at one set of prices more than there are. */
const MOST_QUESTIONS = 300;
/** Cells up to which package counts are branched on. */
const BRANCH_CELLS = 6_000;

/** Proves a bound by prices, and where the problem is small by branching on package counts. */
export function prove(problem: Problem, options: ProveOptions): Proven {
  const prover = new Prover(problem, options);
  return prover.run();
}

interface Node {
  counts: PackageCounts;
  /** What the prices prove at these counts. */
  bound: CostTotal;
  prices: ProofPrices;
  /** `[channel]` packages in the relaxation. */
  opened: Float64Array;
  /** As the relaxation's answer would have it. */
  queue: QueueTerms;
  /** Where a question has been asked. */
  split?: { channel: number; packages: number; atMost: Node | null; above: Node | null };
}

class Prover {
  readonly #problem: Problem;
  readonly #options: ProveOptions;
  readonly #step: bigint;
  #best: Proven;

  constructor(problem: Problem, options: ProveOptions) {
    this.#problem = problem;
    this.#options = options;
    this.#step = commonStep(problem);
    this.#best = { tree: { prices: zeroPrices(problem) }, bound: zeroPriceBound(problem) };
  }

  run(): Proven {
    const { shouldStop } = this.#options;
    this.#options.onProof?.(this.#best);
    if (this.#done() || shouldStop()) return this.#best;
    searchColumns(this.#problem, { ...this.#options, onProof: (proven) => this.#offer(proven) });
    if (this.#done() || shouldStop()) return this.#best;
    const lots = lotsOf(this.#problem, LOTS);
    const counts = anyCounts(this.#problem.classes.channels);
    const { keep, queue } = this.#firstLook(lots);
    const root = this.#node(lots, counts, keep, queue);
    if (root === null) return this.#best;
    this.#offer({ tree: { prices: root.prices }, bound: root.bound });
    if (lots.lotOf === null || root.cells > BRANCH_CELLS) return this.#best;
    // Cheap enough to try again with the queues as the first answer would have them.
    const again =
      this.#problem.contract.objective.delayCostPerOrderHour > 0
        ? this.#node(lots, counts, keep, root.queue)
        : null;
    const better = again !== null && again.bound > root.bound ? again : root;
    this.#offer({ tree: { prices: better.prices }, bound: better.bound });
    this.#branch(lots, better);
    return this.#best;
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
  #firstLook(lots: Lots): { keep: Uint8Array | null; queue: QueueTerms } {
    const problem = this.#problem;
    const none = queueTerms(problem, null);
    const many = lots.count > 2 * FIRST_LOOK;
    if (!many && problem.contract.objective.delayCostPerOrderHour === 0) return { keep: null, queue: none };
    const few = many ? lotsOf(problem, FIRST_LOOK) : lots;
    const relaxed = relax(problem, few, {
      sharedUpTo: 0,
      counts: anyCounts(problem.classes.channels),
      queue: none,
      keep: null,
    });
    const found = solveRelaxation(relaxed.relaxation, {
      tolerance: 1e-3,
      maxIterations: 60,
      shouldStop: this.#options.shouldStop,
    });
    return {
      keep: many ? sieve(problem, lots, relaxed, found) : null,
      queue: queueTerms(problem, loadsOf(problem, few, relaxed, found)),
    };
  }

  #node(
    lots: Lots,
    counts: PackageCounts,
    keep: Uint8Array | null,
    queue: QueueTerms,
  ): (Node & { cells: number }) | null {
    const { shouldStop } = this.#options;
    const relaxed = relax(this.#problem, lots, { sharedUpTo: SHARED_UP_TO, counts, queue, keep });
    const found = solveRelaxation(relaxed.relaxation, {
      tolerance: relaxed.cellChannel.length > BRANCH_CELLS ? 1e-5 : 1e-7,
      maxIterations: 80,
      shouldStop,
    });
    const prices = pricesOf(this.#problem, lots, relaxed, found, queue);
    const bound = evaluate(this.#problem, prices, counts, this.#step);
    if (bound === null) return null;
    const opened = new Float64Array(this.#problem.classes.channels);
    relaxed.packageChannel.forEach((c, t) => {
      opened[c]! += found.packages[t]!;
    });
    return {
      counts,
      bound,
      prices,
      opened,
      queue: queueTerms(this.#problem, loadsOf(this.#problem, lots, relaxed, found)),
      cells: relaxed.cellChannel.length,
    };
  }

  /** Best-bound branching on the package counts of channels that mix their packages. */
  #branch(lots: Lots, root: Node): void {
    const open: Node[] = [root];
    for (let asked = 0; asked < MOST_QUESTIONS && open.length > 0; asked++) {
      if (this.#done() || this.#options.enough() || this.#options.shouldStop()) return;
      let least = 0;
      for (let i = 1; i < open.length; i++) if (open[i]!.bound < open[least]!.bound) least = i;
      const node = open.splice(least, 1)[0]!;
      const question = this.#question(node);
      if (question === null) return;
      const { channel, packages } = question;
      const to = node.counts.to.slice();
      const from = node.counts.from.slice();
      to[channel] = packages;
      from[channel] = packages + 1;
      const atMost = this.#child(lots, node, { from: node.counts.from, to });
      const above = this.#child(lots, node, { from, to: node.counts.to });
      if (this.#options.shouldStop()) return;
      node.split = { channel, packages, atMost, above };
      for (const child of [atMost, above])
        if (child !== null && Number(child.bound) < this.#options.incumbent()) open.push(child);
      this.#offer({ tree: treeOf(root), bound: boundOf(root)! });
    }
  }

  /** The better of the parent's prices and its own, at the child's counts; null where no plan has such counts. */
  #child(lots: Lots, parent: Node, counts: PackageCounts): Node | null {
    const inherited = evaluate(this.#problem, parent.prices, counts, this.#step);
    if (inherited === null) return null;
    const { prices, opened, queue } = parent;
    const node = { counts, bound: inherited, prices, opened, queue };
    if (Number(inherited) >= this.#options.incumbent()) return node;
    const own = this.#node(lots, counts, null, queue);
    if (own === null) return node;
    return own.bound >= inherited ? own : { ...node, opened: own.opened };
  }

  /** The channel whose number of packages the relaxation is least sure of. */
  #question(node: Node): { channel: number; packages: number } | null {
    let channel = -1;
    let most = 1e-4;
    const { contract } = this.#problem;
    const { from, to } = node.counts;
    for (let c = 0; c < node.opened.length; c++) {
      if (contract.channels[c]!.mode !== "batch" || from[c] === to[c]) continue;
      if (contract.channels[c]!.package.separateBy.length > 0) continue;
      const opened = node.opened[c]!;
      const distance = Math.min(opened - Math.floor(opened), Math.ceil(opened) - opened);
      if (distance > most && Math.floor(opened) >= from[c]! && Math.floor(opened) < to[c]!) {
        most = distance;
        channel = c;
      }
    }
    return channel < 0 ? null : { channel, packages: Math.floor(node.opened[channel]!) };
  }
}

function treeOf(node: Node): ProofTree {
  const { split } = node;
  if (split === undefined) return { prices: node.prices };
  // Where no plan has such counts, any prices say so.
  const child = (found: Node | null): ProofTree => (found === null ? { prices: node.prices } : treeOf(found));
  return {
    channel: split.channel,
    packages: split.packages,
    atMost: child(split.atMost),
    above: child(split.above),
  };
}

function boundOf(node: Node): CostTotal | null {
  if (node.split === undefined) return node.bound;
  let least: CostTotal | null = null;
  for (const child of [node.split.atMost, node.split.above]) {
    const bound = child === null ? null : boundOf(child);
    if (bound !== null && (least === null || bound < least)) least = bound;
  }
  return least;
}
