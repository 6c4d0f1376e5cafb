import type { CostTotal } from "../../model/money.js";
import type { PricedPlan } from "../greedy/greedy.js";
import { leastOwnFee } from "../packageFee.js";
import type { Problem } from "../problem.js";
import type { PackageCounts } from "../relaxation/relax.js";
import { evaluate } from "./evaluate.js";
import { type NodeAnswer, type NodeSolver, type Question, WHOLE, withCount } from "./nodes.js";
import type { ProofPrices } from "./prices.js";
import { cellCount } from "./reach.js";
import type { RoundedPlan } from "./rounding.js";
import type { ProofTree, Proven } from "./tree.js";

export interface BranchOptions {
  /** The greatest number of cost units that divides every plan's cost. */
  readonly step: bigint;
  /** Asked often; true ends with the best proof so far. */
  readonly shouldStop: () => boolean;
  /** Cost units of the best plan known; Infinity where there is none. */
  readonly incumbent: () => number;
  /** Makes a plan of a relaxation's flows, if it is better than that many cost units. */
  readonly planOf: (flow: Float64Array, best: number) => RoundedPlan | null;
  /** Leaves that the proof may have; Infinity for as many as a checker can look at. */
  readonly mostQuestions: number;
  /** Told of better plans, the best among them. */
  readonly onPlan: (found: PricedPlan) => void;
  /** Told of better proofs, not of every one. */
  readonly onProof: (proven: Proven) => void;
}

/** Leaves, and leaves times cells, of a proof: what a checker can look at in some seconds, in a file of some megabytes. */
const MOST_WORK = 25_000_000;
const MOST_LEAVES = 20_000;
/** Looks at a channel's counts by a few pivots before what they brought before is taken for what they bring. */
const RELIABLE = 2;
/** Channels looked at so at one node. */
const MOST_PROBES = 8;
/** Nodes between dives for a plan. */
const DIVE_EVERY = 40;
/** Questions from the root to a leaf: whoever reads a proof may do so by recursion. */
const MOST_DEPTH = 300;
/** Milliseconds between reports at least, and times that making the last one took. */
const REPORT_MS = 100;
const REPORT_SHARE = 10;

interface Node<Start> {
  readonly parent: Node<Start> | null;
  /** Questions asked to come here. */
  readonly depth: number;
  readonly counts: PackageCounts;
  /** What the relaxation says that no plan goes below, in cost units: steers. */
  value: number;
  /** What the prices prove at these counts, worked out when it counts; null where no plan has such counts. */
  bound?: CostTotal | null;
  prices: ProofPrices;
  readonly opened: Float64Array;
  start: Start | null;
  /** Where a question has been asked. */
  split?: Question & { readonly atMost: Node<Start>; readonly above: Node<Start> };
}

/** Where a search begins: the relaxation at any counts, and what its prices prove. */
export interface Root<Start> {
  readonly answer: NodeAnswer<Start>;
  readonly bound: CostTotal;
  readonly counts: PackageCounts;
}

/**
 * Best-bound branching on the package counts of channels that mix their packages (formulation.md, Branching), each
 * question's answers followed down while they are promising. Every node carries prices of its own: whenever it ends, the
 * tree is a proof.
 *
 * @param answer at any counts
 */
export function branch<Start>(
  problem: Problem,
  solver: NodeSolver<Start>,
  root: Root<Start>,
  options: BranchOptions,
): Proven {
  return new Branching(problem, solver, options).run(root);
}

class Branching<Start> {
  readonly #problem: Problem;
  readonly #solver: NodeSolver<Start>;
  readonly #options: BranchOptions;
  /** `[channel]` gains per package of rounding down and up, and how often seen. */
  readonly #gain: readonly [down: Float64Array, up: Float64Array];
  readonly #seen: readonly [down: Float64Array, up: Float64Array];
  /** Of plans found here, which others may not know of yet. */
  #own = Infinity;
  #unsaid: RoundedPlan | null = null;
  #reported: CostTotal;
  #reportedAt = 0;
  #reportTook = 0;

  constructor(problem: Problem, solver: NodeSolver<Start>, options: BranchOptions) {
    this.#problem = problem;
    this.#solver = solver;
    this.#options = options;
    const C = problem.classes.channels;
    this.#gain = [new Float64Array(C), new Float64Array(C)];
    this.#seen = [new Float64Array(C), new Float64Array(C)];
    this.#reported = -1n;
  }

  run({ answer, bound, counts }: Root<Start>): Proven {
    const { prices, opened, start } = answer;
    const root: Node<Start> = {
      parent: null,
      depth: 0,
      counts,
      value: Number(bound),
      bound,
      prices,
      opened,
      start,
    };
    this.#reported = bound;
    this.#reportedAt = performance.now();
    this.#take(answer);
    const open: Node<Start>[] = [];
    let node: Node<Start> | undefined = root;
    const work = Math.max(1, cellCount(this.#problem.classes));
    let leaves = 1;
    for (let nodes = 0; node !== undefined && !this.#options.shouldStop(); nodes++) {
      if (leaves > Math.min(MOST_LEAVES, this.#options.mostQuestions) || leaves * work > MOST_WORK) break;
      const next = this.#expand(node, nodes % DIVE_EVERY === 0);
      if (next === null) {
        // Closed after all, or nothing left to ask: then it is all that can be proven, though not all that can be found.
        node = this.#leastOf(open);
        continue;
      }
      leaves++;
      const left = next.filter((child) => this.#isOpen(child));
      // The more promising one last: that is where the relaxation stands. Nodes without flows are for the bound.
      node = answer.flow === null ? undefined : left.pop();
      open.push(...left);
      node ??= this.#leastOf(open);
      this.#report(root);
    }
    this.#sayPlan();
    return this.#proven(root);
  }

  #incumbent(): number {
    return Math.min(this.#own, this.#options.incumbent());
  }

  /** Whether there may be better plans at these counts. */
  #isOpen(node: Node<Start>): boolean {
    const incumbent = this.#incumbent();
    if (node.bound === undefined && this.#up(node.value) < incumbent) return true;
    const bound = this.#bound(node);
    return bound !== null && Number(bound) < incumbent;
  }

  /** The next whole step, but for what doubles may be off. */
  #up(value: number): number {
    const step = Number(this.#options.step);
    return Math.ceil(value / step - 1e-6 - Math.abs(value / step) * 1e-12) * step;
  }

  /** What the prices of a node prove, or those of its parent, which hold there too. */
  #bound(node: Node<Start>): CostTotal | null {
    if (node.bound !== undefined) return node.bound;
    const { step } = this.#options;
    const { parent, counts } = node;
    let bound = evaluate(this.#problem, node.prices, counts, step);
    if (
      bound !== null &&
      parent !== null &&
      parent.prices !== node.prices &&
      Number(bound) < this.#up(parent.value)
    ) {
      const inherited = evaluate(this.#problem, parent.prices, counts, step);
      if (inherited === null || inherited > bound) {
        bound = inherited;
        node.prices = parent.prices;
      }
    }
    node.bound = bound;
    if (bound !== null) node.value = Number(bound);
    return bound;
  }

  /** Takes the open node of the least bound out of the list, and forgets those that a plan has closed. */
  #leastOf(open: Node<Start>[]): Node<Start> | undefined {
    let least = -1;
    let kept = 0;
    for (const node of open) {
      if (!this.#isOpen(node)) {
        node.start = null;
        continue;
      }
      open[kept] = node;
      if (least < 0 || node.value < open[least]!.value) least = kept;
      kept++;
    }
    open.length = kept;
    if (least < 0) return undefined;
    const found = open[least]!;
    open[least] = open[kept - 1]!;
    open.pop();
    return found;
  }

  /** Asks a question at a node; null where there is none to ask. The more promising answer is last. */
  #expand(node: Node<Start>, dives: boolean): Node<Start>[] | null {
    const { counts } = node;
    const start = node.start!;
    this.#solver.stand(counts, start);
    if (dives) this.#solver.dive(this.#incumbent(), (flow) => this.#take({ flow, plan: null }));
    const question = this.#question(node);
    if (question === null) return null;
    const { channel, packages, downFirst } = question;
    const atMostCounts = withCount(counts, channel, counts.from[channel]!, packages);
    const aboveCounts = withCount(counts, channel, packages + 1, counts.to[channel]!);
    let atMost: Node<Start>;
    let above: Node<Start>;
    if (downFirst) {
      atMost = this.#child(node, start, atMostCounts);
      above = this.#child(node, start, aboveCounts);
    } else {
      above = this.#child(node, start, aboveCounts);
      atMost = this.#child(node, start, atMostCounts);
    }
    node.split = { channel, packages, atMost, above };
    node.start = null;
    const fraction = node.opened[channel]! - packages;
    if (fraction > WHOLE && fraction < 1 - WHOLE) {
      this.#learn(0, channel, atMost.value - node.value, fraction);
      this.#learn(1, channel, above.value - node.value, 1 - fraction);
    }
    return downFirst ? [atMost, above] : [above, atMost];
  }

  #take({ flow, plan }: Pick<NodeAnswer<Start>, "flow" | "plan">): void {
    if (plan !== null) {
      const found = plan();
      if (Number(found.cost.objective) < this.#incumbent()) this.#options.onPlan(found);
    }
    if (flow === null) return;
    const found = this.#options.planOf(flow(), this.#incumbent());
    if (found === null) return;
    this.#own = found.cost;
    this.#unsaid = found;
  }

  /** Tells of the best plan found here, unless others have a better one by now. */
  #sayPlan(): void {
    const found = this.#unsaid;
    this.#unsaid = null;
    if (found !== null && found.cost < this.#options.incumbent()) this.#options.onPlan(found.plan());
  }

  /** Where the relaxation has no answer, the parent's stands. */
  #child(parent: Node<Start>, start: Start, counts: PackageCounts): Node<Start> {
    const answer = this.#solver.solve(counts, start, this.#incumbent());
    if (answer === null) {
      const { value, prices, opened } = parent;
      return { parent, depth: parent.depth + 1, counts, value, prices, opened, start };
    }
    const { prices, opened } = answer;
    const value = Math.max(answer.value ?? parent.value, parent.value);
    const depth = parent.depth + 1;
    const child: Node<Start> = { parent, depth, counts, value, prices, opened, start: answer.start };
    if (answer.value === null) this.#bound(child);
    if (this.#isOpen(child)) this.#take(answer);
    return child;
  }

  #learn(side: 0 | 1, channel: number, gain: number, distance: number): void {
    this.#gain[side][channel]! += gain / distance;
    this.#seen[side][channel]!++;
  }

  /**
   * The channel whose count is least sure, by what rounding it down and up would cost (Achterberg, Koch and Martin,
   * DOI 10.1016/j.orl.2004.04.002): looked at by a few pivots first, by what it brought before later on.
   */
  #question(node: Node<Start>): (Question & { downFirst: boolean }) | null {
    const { contract } = this.#problem;
    const { from, to } = node.counts;
    const candidates: { question: Question; fraction: number; distance: number }[] = [];
    let spread: Question | null = null;
    contract.channels.forEach(({ mode, package: terms }, channel) => {
      const keyed = terms.separateBy.length > 0;
      if (mode !== "batch" || (keyed && !this.#solver.asksKeyed) || from[channel] === to[channel]) return;
      const opened = node.opened[channel]!;
      const packages = Math.floor(opened);
      const fraction = opened - packages;
      const distance = Math.min(fraction, 1 - fraction);
      if (distance > WHOLE && packages >= from[channel]! && packages < to[channel]!) {
        candidates.push({ question: { channel, packages }, fraction, distance });
        return;
      }
      if (keyed) return;
      const count = Math.max(from[channel]!, Math.round(opened));
      spread ??= { channel, packages: count < to[channel]! ? count : to[channel]! - 1 };
    });
    if (node.depth >= MOST_DEPTH) return null;
    if (candidates.length === 0) {
      if (!this.#solver.asksWhole) return null;
      // Whole counts, and yet no plan that costs as much: what the prices prove exactly may be more.
      this.#bound(node);
      return spread === null || !this.#isOpen(node) ? null : { ...(spread as Question), downFirst: true };
    }
    candidates.sort((a, b) => b.distance - a.distance || a.question.channel - b.question.channel);
    const incumbent = this.#incumbent();
    const bound = node.value;
    let best: (Question & { downFirst: boolean }) | null = null;
    let most = -1;
    let probes = 0;
    for (const { question, fraction } of candidates) {
      const { channel } = question;
      let down = this.#expected(0, channel) * fraction;
      let up = this.#expected(1, channel) * (1 - fraction);
      if (Math.min(this.#seen[0][channel]!, this.#seen[1][channel]!) < RELIABLE && probes < MOST_PROBES) {
        const values = this.#solver.probe(question, incumbent);
        if (values !== null) {
          probes++;
          down = Math.max(0, values[0] - bound);
          up = Math.max(0, values[1] - bound);
          this.#learn(0, channel, down, fraction);
          this.#learn(1, channel, up, 1 - fraction);
        }
      }
      const least = incumbent === Infinity ? Infinity : Math.max(1, incumbent - bound);
      const score = Math.max(1e-6, Math.min(down, least)) * Math.max(1e-6, Math.min(up, least));
      if (score <= most) continue;
      most = score;
      best = { ...question, downFirst: down > up };
    }
    return best;
  }

  /** Mean gain of rounding a channel's count, or where it has not been seen what a package costs. */
  #expected(side: 0 | 1, channel: number): number {
    const seen = this.#seen[side][channel]!;
    if (seen > 0) return this.#gain[side][channel]! / seen;
    return Math.max(1, leastOwnFee(this.#problem.contract.channels[channel]!, Infinity));
  }

  #report(root: Node<Start>): void {
    const now = performance.now();
    if (now - this.#reportedAt < Math.max(REPORT_MS, REPORT_SHARE * this.#reportTook)) return;
    this.#sayPlan();
    const proven = this.#proven(root);
    if (proven.bound > this.#reported) {
      this.#reported = proven.bound;
      this.#options.onProof(proven);
    }
    this.#reportedAt = performance.now();
    this.#reportTook = this.#reportedAt - now;
  }

  #proven(root: Node<Start>): Proven {
    const bound = this.#leastBound(root)!;
    return { tree: this.#treeOf(root, bound), bound };
  }

  /** The least that the ends of the tree prove; null where no plan has such counts. */
  #leastBound(node: Node<Start>): CostTotal | null {
    if (node.split === undefined) return this.#bound(node);
    const atMost = this.#leastBound(node.split.atMost);
    const above = this.#leastBound(node.split.above);
    if (atMost === null || above === null) return atMost ?? above;
    if (above < atMost) return above;
    return atMost;
  }

  /** @param bound what the whole tree proves: a node that proves as much alone needs no questions */
  #treeOf(node: Node<Start>, bound: CostTotal): ProofTree {
    const { split } = node;
    if (split === undefined) return { prices: node.prices };
    if (this.#up(node.value) >= Number(bound)) {
      const own = this.#bound(node);
      if (own === null || own >= bound) return { prices: node.prices };
    }
    return {
      channel: split.channel,
      packages: split.packages,
      atMost: this.#treeOf(split.atMost, bound),
      above: this.#treeOf(split.above, bound),
    };
  }
}
