import { MOST_CONTENTS_WORK } from "../../model/certificate.js";
import { pricePlan } from "../cost.js";
import { isFeasible } from "../feasible.js";
import type { PricedPlan } from "../greedy/greedy.js";
import { hasFeeTiers } from "../packageFee.js";
import type { Problem } from "../problem.js";
import { commonStep, evaluate } from "../proof/evaluate.js";
import { anyCounts } from "../relaxation/relax.js";
import { pricesVolume } from "../volume.js";
import { ColumnPool } from "./column.js";
import { Dive } from "./dive.js";
import { dualFeasibleWorths } from "./dualFeasible.js";
import { type PackingModel, packingModel } from "./model.js";
import { planOf, type Taken } from "./planOf.js";
import { pricesOf } from "./pricesOf.js";
import { Pricing } from "./pricing.js";
import { wholeRest } from "./rest.js";
import { type ColumnProof, ColumnTree } from "./tree.js";

/** Orders up to which exact contents are worth a look; beyond, thousands fill each package and amounts are all but divisible. */
const MOST_ORDERS = 20_000;
/** Rows of a master up to which its dense inverse is quick. */
const MOST_ROWS = 400;
/** Orders × steps of one channel's knapsack: some 20 ms. */
const KNAPSACK_WORK = 2 ** 24;
/** Orders × steps of all channels' knapsacks together that are a few milliseconds. */
const QUICK_WORK = 2 ** 22;
/** Sets of prices that a checker is asked to look at, at most. */
const MOST_LEAVES = 300;
/** Milliseconds without a better plan after which there are no more dives. */
const FRUITLESS_MS = 5_000;
/** Discrepancies of one dive: to begin again in another way brings more than to go through one to the end. */
const MOST_DISCREPANCIES = 6;
/** How much the second and later dives stray from what the master takes most of. */
const NOISE = 0.3;

export interface ColumnOptions {
  /** Asked often; true ends at once. */
  readonly shouldStop: () => boolean;
  /** Whether what is found is good enough not to look for more. */
  readonly enough: () => boolean;
  /** Cost units of the best plan known elsewhere; Infinity where there is none. */
  readonly incumbent: () => number;
  /** Told of every better proof and plan. */
  readonly onProof: (proven: ColumnProof) => void;
  readonly onPlan?: (found: PricedPlan) => void;
}

/**
 * The search for the best packing of a problem; null where amounts do not bind, there are too many orders, package fees
 * have tiers, or volume has prices, of which packages know nothing.
 */
export function columnSearch(problem: Problem, options: ColumnOptions): ColumnSearch | null {
  if (problem.classes.members.length > MOST_ORDERS || pricesVolume(problem.contract.channels)) return null;
  if (problem.contract.channels.every((channel) => channel.package.maxAmount === Infinity)) return null;
  // Columns cost the same whatever the number of their orders.
  if (problem.contract.channels.some((channel) => hasFeeTiers(channel.package))) return null;
  const model = packingModel(problem, KNAPSACK_WORK, "down");
  if (model.channels.every(({ unit }) => unit === 0)) return null;
  return new ColumnSearch(model, options);
}

/**
 * Exact packing where amounts bind: bounds from dual-feasible functions, then from column generation with columns of all
 * channels in one master, then by branching on package counts; plans by diving.
 */
export class ColumnSearch {
  readonly #model: PackingModel;
  readonly #options: ColumnOptions;
  readonly #step: bigint;
  #parts: { readonly tree: ColumnTree; readonly dive: (seed: number) => void } | undefined;
  #until = Infinity;
  #dives = 0;
  /** Milliseconds of dives in a row that brought nothing. */
  #fruitless = 0;
  #asking = true;
  #bound = 0n;
  #best = Infinity;

  constructor(model: PackingModel, options: ColumnOptions) {
    this.#model = model;
    this.#options = options;
    this.#step = commonStep(model.problem);
  }

  /** Whether its programs are small and leave out nothing that costs, so that it is likely to settle all in a moment. */
  get isQuick(): boolean {
    const { channels, problem } = this.#model;
    return (
      problem.contract.objective.delayCostPerOrderHour === 0 &&
      channels.every(({ exact }) => exact) &&
      this.#isSmall() &&
      leafWork(this.#model) <= QUICK_WORK
    );
  }

  /** Searches for so long, or to the end; may be called again to go on. */
  run(milliseconds: number): void {
    this.#until = performance.now() + milliseconds;
    if (this.#parts === undefined) {
      this.#byDualFeasible();
      if (!this.#isSmall() || this.#isOver()) return;
      this.#parts = this.#start();
    }
    this.#alternate(this.#parts.tree, this.#parts.dive);
  }

  #isSmall(): boolean {
    return this.#model.lots.count + this.#model.sides.length <= MOST_ROWS;
  }

  #isOver(): boolean {
    const { shouldStop, enough } = this.#options;
    return this.#isDone() || performance.now() >= this.#until || shouldStop() || enough();
  }

  #isDone(): boolean {
    return Number(this.#bound) >= this.#incumbent();
  }

  #start() {
    const pool = new ColumnPool();
    const pricing = new Pricing(this.#model);
    const dive = this.#diver(pool, pricing);
    // First, because it does without exact pricing, and leaves good columns behind.
    dive(this.#dives++);
    const tree = new ColumnTree({
      model: this.#model,
      pool,
      pricing,
      step: this.#step,
      shouldStop: () => this.#isOver(),
      incumbent: () => this.#incumbent(),
      mostLeaves: Math.min(MOST_LEAVES, Math.floor(MOST_CONTENTS_WORK / leafWork(this.#model))),
    });
    this.#offer(tree.proven());
    return { tree, dive };
  }

  /** A dive, then questions for about as long, and so on: good plans cut off much of the tree. */
  #alternate(tree: ColumnTree, dive: (seed: number) => void): void {
    while (this.#asking || this.#fruitless < FRUITLESS_MS) {
      if (this.#isOver()) return;
      const before = this.#best;
      const began = performance.now();
      if (this.#fruitless < FRUITLESS_MS) dive(this.#dives++);
      const took = performance.now() - began;
      this.#fruitless = this.#best < before ? 0 : this.#fruitless + took;
      const until = performance.now() + took;
      do {
        if (!this.#asking || this.#isOver()) break;
        const more = tree.ask();
        // Where it was stopped in the middle there may be more to ask.
        if (!more && !this.#isOver()) this.#asking = false;
        this.#offer(tree.proven());
      } while (performance.now() < until);
    }
  }

  /** Dives in a model of its own where steps of amount are rounded: what is packed must fit. */
  #diver(pool: ColumnPool, pricing: Pricing): (seed: number) => void {
    const { problem, channels } = this.#model;
    const exact = channels.every((channel) => channel.exact);
    const model = exact ? this.#model : packingModel(problem, KNAPSACK_WORK, "up");
    const own = exact ? { pool, pricing } : { pool: new ColumnPool(), pricing: new Pricing(model) };
    const rest = wholeRest(model, anyCounts(channels.length));
    return (seed) => {
      const dive = new Dive(
        {
          model,
          ...own,
          incumbent: () => this.#incumbent(),
          step: Number(this.#step),
          shouldStop: () => this.#isOver(),
          onPacked: (chosen) => this.#pack(model, chosen),
        },
        seed,
      );
      dive.run(rest, Math.min(MOST_DISCREPANCIES, 2 * seed), seed === 0 ? 0 : NOISE);
    };
  }

  #byDualFeasible(): void {
    const { problem } = this.#model;
    const prices = pricesOf(
      this.#model,
      dualFeasibleWorths(this.#model, () => this.#isOver()),
    );
    const bound = evaluate(problem, prices, anyCounts(problem.classes.channels), this.#step);
    if (bound !== null) this.#offer({ tree: { prices }, bound });
  }

  #pack(model: PackingModel, chosen: readonly Taken[]): void {
    const { problem } = model;
    const plan = planOf(model, chosen);
    if (!isFeasible(problem, plan)) return;
    const cost = pricePlan(problem.contract, problem.orders, problem.classes, plan);
    if (Number(cost.objective) >= this.#best) return;
    this.#best = Number(cost.objective);
    this.#options.onPlan?.({ plan, cost });
  }

  #offer(proven: ColumnProof | null): void {
    if (proven === null || proven.bound <= this.#bound) return;
    this.#bound = proven.bound;
    this.#options.onProof(proven);
  }

  #incumbent(): number {
    return Math.min(this.#best, this.#options.incumbent());
  }
}

/** Orders × steps that a checker does for one set of prices at most (docs/certificate.md, "Contents"). */
function leafWork({ channels, lots, expense }: PackingModel): number {
  const C = channels.length;
  let work = 0;
  for (const { index, unit, room, maxOrders } of channels) {
    if (unit === 0) continue;
    let orders = 0;
    for (let lot = 0; lot < lots.count; lot++)
      if (expense[lot * C + index]! < Infinity) orders += lots.size[lot]!;
    work += orders * (room + 1) * (maxOrders < orders ? maxOrders : 1);
  }
  return work;
}
