import type { CostTotal } from "../../model/money.js";
import { evaluate, PROVES_NOTHING } from "../proof/evaluate.js";
import type { ProofPrices } from "../proof/prices.js";
import type { ProofTree } from "../proof/tree.js";
import { anyCounts, type PackageCounts } from "../relaxation/relax.js";
import type { ColumnPool } from "./column.js";
import { generate } from "./generate.js";
import type { PackingModel } from "./model.js";
import { pricesOf } from "./pricesOf.js";
import type { Pricing } from "./pricing.js";
import { wholeRest } from "./rest.js";

/** How far above a step a bound must be to count as the next one. */
const TINY = 1e-6;
/** Package counts in the master that are whole but for so much are. */
const WHOLE = 1e-5;

export interface TreeOptions {
  readonly model: PackingModel;
  readonly pool: ColumnPool;
  readonly pricing: Pricing;
  readonly step: bigint;
  readonly shouldStop: () => boolean;
  /** Cost units of the best plan known. */
  readonly incumbent: () => number;
  /** Sets of prices that a checker may be asked to look at. */
  readonly mostLeaves: number;
}

/** A proof and what it proves, in cost units. */
export interface ColumnProof {
  readonly tree: ProofTree;
  readonly bound: CostTotal;
}

interface Node {
  readonly counts: PackageCounts;
  bound: CostTotal;
  prices: ProofPrices;
  /** `[channel]` packages in the master at its optimum; null where it was left as soon as the bound was settled. */
  opened: Float64Array | null;
  /** Where a question was asked; null for an answer that no plan gives. */
  split?: { channel: number; packages: number; atMost: Node | null; above: Node | null };
}

/** Best-bound branching on package counts, with prices from column generation at each node. */
export class ColumnTree {
  readonly #options: TreeOptions;
  readonly #root: Node | null;
  readonly #open: Node[] = [];
  #leaves = 1;

  constructor(options: TreeOptions) {
    this.#options = options;
    this.#root = this.#node(anyCounts(options.model.channels.length), null);
    if (this.#root !== null) this.#open.push(this.#root);
  }

  /** The proof so far; null where prices are too large to prove anything. */
  proven(): ColumnProof | null {
    if (this.#root === null) return null;
    return { tree: treeOf(this.#root), bound: boundOf(this.#root)! };
  }

  /** Asks one more question, where the proof is weakest; false where there is none to ask. */
  ask(): boolean {
    const { incumbent, mostLeaves, shouldStop } = this.#options;
    let least = -1;
    this.#open.forEach((node, i) => {
      if (least < 0 || node.bound < this.#open[least]!.bound) least = i;
    });
    if (least < 0 || this.#leaves >= mostLeaves) return false;
    const node = this.#open[least]!;
    if (Number(node.bound) >= incumbent()) return false;
    if (node.opened === null) {
      const before = node.bound;
      this.#finish(node);
      if (shouldStop()) return false;
      // Perhaps another one is the weakest now.
      if (node.bound > before) return true;
    }
    const question = this.#question(node);
    if (question === null) return false;
    const { channel, packages } = question;
    const to = node.counts.to.slice();
    const from = node.counts.from.slice();
    to[channel] = packages;
    from[channel] = packages + 1;
    const atMost = this.#node({ from: node.counts.from, to }, node);
    const above = this.#node({ from, to: node.counts.to }, node);
    if (shouldStop()) return false;
    this.#open.splice(least, 1);
    this.#leaves++;
    node.split = { channel, packages, atMost, above };
    for (const child of [atMost, above]) if (child !== null) this.#open.push(child);
    return true;
  }

  /** With its own prices or its parent's, whichever prove more; null where no plan has such counts. */
  #node(counts: PackageCounts, parent: Node | null): Node | null {
    const { model, step, incumbent, shouldStop } = this.#options;
    const inherited = parent === null ? null : evaluate(model.problem, parent.prices, counts, step);
    if (parent !== null && inherited === null) return null;
    if (inherited !== null && Number(inherited) >= incumbent())
      return { counts, bound: inherited, prices: parent!.prices, opened: null };
    const rounded = (value: number) => Math.ceil(value / Number(step) - TINY);
    const { prices, own, bound } = this.#priced(counts, (proves, value) => rounded(proves) >= rounded(value));
    const node: Node | null =
      inherited !== null && (own === null || own < inherited)
        ? { counts, bound: inherited, prices: parent!.prices, opened: null }
        : own === null || own === PROVES_NOTHING
          ? null
          : { counts, bound: own, prices, opened: null };
    // Not every pricing is exact before the last: what was thought settled may not be.
    if (node !== null && Number(node.bound) < rounded(bound) * Number(step) && !shouldStop())
      this.#finish(node);
    return node;
  }

  /** Generates all columns that a node is short of. */
  #finish(node: Node): void {
    const { master, prices, own } = this.#priced(node.counts, () => false);
    node.opened = new Float64Array(this.#options.model.channels.length);
    for (const { column, times } of master.solution()) node.opened[column.channel]! += times;
    if (own === null || own <= node.bound) return;
    node.bound = own;
    node.prices = prices;
  }

  /** Prices from column generation, and what they prove: exactly, and by the master's own account. */
  #priced(counts: PackageCounts, settled: (bound: number, value: number) => boolean) {
    const { model, pool, pricing, step, shouldStop } = this.#options;
    const options = { shouldStop, maxRounds: Infinity, exact: true, settled };
    const { master, duals, bound } = generate(model, wholeRest(model, counts), pool, pricing, options);
    const prices = pricesOf(model, duals);
    return { master, bound, prices, own: evaluate(model.problem, prices, counts, step) };
  }

  /** The channel whose number of packages the master is least sure of. */
  #question({ counts, opened }: Node): { channel: number; packages: number } | null {
    const { from, to } = counts;
    let found: { channel: number; packages: number } | null = null;
    if (opened === null) return found;
    let most = WHOLE;
    for (const { index: c, single, keys } of this.#options.model.channels) {
      if (single || keys > 1 || from[c] === to[c]) continue;
      const packages = Math.floor(opened[c]!);
      const distance = Math.min(opened[c]! - packages, packages + 1 - opened[c]!);
      if (distance <= most || packages < from[c]! || packages >= to[c]!) continue;
      most = distance;
      found = { channel: c, packages };
    }
    return found;
  }
}

function treeOf({ split, prices }: Node): ProofTree {
  if (split === undefined) return { prices };
  // Where no plan has such counts, any prices say so.
  const { channel, packages, atMost, above } = split;
  return {
    channel,
    packages,
    atMost: atMost === null ? { prices } : treeOf(atMost),
    above: above === null ? { prices } : treeOf(above),
  };
}

function boundOf({ split, bound }: Node): CostTotal | null {
  if (split === undefined) return bound;
  let least: CostTotal | null = null;
  for (const child of [split.atMost, split.above]) {
    const proven = child === null ? null : boundOf(child);
    if (proven !== null && (least === null || proven < least)) least = proven;
  }
  return least;
}
