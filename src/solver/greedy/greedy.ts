import type { Plan } from "../../model/plan.js";
import { isBetter, pricePlan } from "../cost.js";
import type { Problem } from "../problem.js";
import { pricesVolume } from "../volume.js";
import { greedyByVolume } from "./byVolume.js";
import { closePackages } from "./closing.js";
import { construct } from "./construct.js";
import { routeDeferred } from "./ejection.js";
import { openPackages } from "./opening.js";
import { type Options, optionsOf } from "./options.js";
import { Packing } from "./packing.js";
import { polish, WORTHWHILE } from "./polishing.js";
import { postPrices } from "./posting.js";
import type { GreedyOptions, PricedPlan } from "./pricedPlan.js";
import { reachThresholds } from "./reaching.js";
import { mixForSearch } from "./refilling.js";
import { fillTiers, resizePackages } from "./resizing.js";
import { ruinAndRecreate } from "./ruin.js";
import { openUrgent, splitPackages } from "./splitting.js";
import { Trials } from "./trials.js";

export type { GreedyOptions, PricedPlan } from "./pricedPlan.js";

/**
 * The price-guided greedy engine: construction by prices, repair, then packages closed and opened, orders moved and
 * exchanged until the time or no gain.
 *
 * @param starts plans to improve instead of one constructed from prices; the result is never worse than any of them
 * @returns the best plan found and what ended the search
 */
export function solveGreedy(
  problem: Problem,
  starts: readonly PricedPlan[],
  options: GreedyOptions,
): PricedPlan & { readonly stoppedBy: "noGain" | "time" } {
  if (pricesVolume(problem.contract.channels) && problem.classes.atVolume === undefined) {
    const search = {
      construct: constructGreedy,
      improve: (at: Problem, start: PricedPlan, how: GreedyOptions) => solveGreedy(at, [start], how),
    };
    const found = greedyByVolume(problem, starts, options, search);
    return { ...found, stoppedBy: options.shouldStop() ? "time" : "noGain" };
  }
  const best = new BestPlan(problem, options);
  const choices = optionsOf(problem.classes);
  if (starts.length === 0) improveBothWays(constructed(problem, choices, options, best), options, best);
  for (const start of starts) {
    best.offer(start.plan);
    const packing = new Packing(problem, choices);
    packing.load(start.plan);
    improveBothWays(packing, options, best);
  }
  return { ...best.found, stoppedBy: options.shouldStop() ? "time" : "noGain" };
}

/** The best plan constructed from posted prices, without improvement. */
export function constructGreedy(problem: Problem, options: GreedyOptions): PricedPlan {
  const best = new BestPlan(problem, options);
  constructed(problem, optionsOf(problem.classes), options, best);
  return best.found;
}

/** Keeps the best of the plans it is offered. */
class BestPlan {
  #found: PricedPlan | undefined;

  constructor(
    readonly problem: Problem,
    readonly options: GreedyOptions,
  ) {}

  /** There has been an offer. */
  get found(): PricedPlan {
    return this.#found!;
  }

  offer(plan: Plan): void {
    const { contract, orders, classes } = this.problem;
    const cost = pricePlan(contract, orders, classes, plan);
    if (this.#found !== undefined && !isBetter(cost, this.#found.cost)) return;
    this.#found = { plan, cost };
    this.options.onIncumbent?.(this.#found);
  }
}

function improveBothWays(packing: Packing, options: GreedyOptions, best: BestPlan): void {
  const before = packing.defers() ? packing.toPlan() : undefined;
  improve(packing, options, best, false);
  if (before === undefined || !packing.defers() || options.shouldStop()) return;
  // Those that are still deferred find room only before the others have used it up. Which way is cheaper in the end
  // shows in the end.
  const again = new Packing(packing.problem, packing.options);
  again.load(before);
  improve(again, options, best, true);
}

/** The best of the plans constructed from prices as they become finer. There is always one, however soon it must stop. */
function constructed(
  problem: Problem,
  choices: Options,
  { shouldStop }: GreedyOptions,
  plans: BestPlan,
): Packing {
  let best: Packing | undefined;
  for (const prices of postPrices(problem, choices, shouldStop)) {
    if (best !== undefined && shouldStop()) break;
    const packing = construct(problem, { prices, chosen: null, packages: null }, choices);
    plans.offer(packing.toPlan());
    if (best === undefined || packing.objective < best.objective) best = packing;
  }
  return best!;
}

/**
 * Orders up to which plans are ruined in part and placed again: at 10,000 that cuts some gaps to a tenth, at 100,000 it takes half
 * of the improvement's time and gains a millionth.
 */
const MOST_RUINED = 50_000;

/** Rounds of improvement; far beyond what is reached before nothing gains. */
const ROUNDS = 50;

function improve(packing: Packing, options: GreedyOptions, best: BestPlan, deferredFirst: boolean): void {
  mixForSearch(packing);
  const trials = new Trials(packing, new Packing(packing.problem, packing.options), options.shouldStop);
  for (let round = 0; round < ROUNDS && !options.shouldStop(); round++) {
    const before = packing.objective;
    polish(trials, deferredFirst);
    closePackages(trials);
    openPackages(trials);
    splitPackages(trials);
    resizePackages(trials);
    fillTiers(trials);
    openUrgent(trials);
    reachThresholds(trials);
    // Last, since a new package may take whole what here would be squeezed in one by one.
    routeDeferred(trials);
    best.offer(trials.finished());
    if (before - packing.objective >= Math.max(0.5, before * WORTHWHILE)) continue;
    // Only what no move and no package betters is ruined.
    const { count } = packing.problem.orders;
    const ruins = options.ruins !== false && count <= MOST_RUINED;
    if (ruins && ruinAndRecreate(trials) > 0) best.offer(trials.finished());
    if (before - packing.objective < Math.max(0.5, before * WORTHWHILE)) break;
  }
}
