import type { Contract } from "../model/contract.js";
import { costField } from "../model/fields.js";
import { InputError } from "../model/issue.js";
import { type CostUnits, formatCost } from "../model/money.js";
import type { Plan } from "../model/plan.js";
import type { PlanFile } from "../model/planFile.js";
import { issuesOf } from "../model/zodIssues.js";
import type { Classes } from "../solver/classes.js";
import { isBetter, type PlanCost, pricePlan } from "../solver/cost.js";
import { relativeGap } from "../solver/gap.js";
import { splitByHome } from "../solver/homes.js";
import { limitTable } from "../solver/limits.js";
import type { Problem } from "../solver/problem.js";
import { type Remaining, remainingInputs, withSent } from "../solver/remaining.js";
import { repaired } from "../solver/repair.js";
import { SolvePool } from "../workers/pool.js";
import { type Progress, type Solved, solvePlan, solveProblem } from "../workers/solvePlan.js";
import { certificateOf } from "./certificateOf.js";
import { NEW, type OldPlan, readOldPlan, wasRouted } from "./oldPlan.js";
import { namesBehind } from "./packageNames.js";
import type { Outcome } from "./planContents.js";
import { type Batch, describe, type Planned, searchOf } from "./planning.js";
import type { ReplanOptions, SearchOptions } from "./planOptions.js";
import { allProblems } from "./together.js";

/** An order moves only where that saves something; this is the least that can be saved. */
const LEAST_MOVE_COST: CostUnits = 1;
/** Further packages for what is left over of the old plan take this part of the time limit at most. */
const MENDING_PART = 10;

/**
 * Plans again what is left of an old plan: what was sent stays, other orders move where that saves more than it costs.
 *
 * The search has two parts, of half of the time limit each: one for a bound of all plans of the inputs, which is the
 * certificate's, and one for the plan of what is left.
 *
 * @throws InputError see {@link readOldPlan}
 */
export async function replan(
  batch: Batch,
  replanning: ReplanOptions,
  options: SearchOptions,
): Promise<Planned> {
  const { contract, store, clock } = batch;
  const [moveCost, old] = await allProblems([
    moveCostOf(contract, replanning.moveCost),
    readOldPlan(replanning.from, replanning.sent, batch),
  ]);
  const pool = new SolvePool(options.threads === undefined ? {} : { threads: options.threads });
  try {
    clock.begin("class");
    const search = searchOf(contract, options);
    const half = search.timeLimitMs / 2;
    const free = await solvePlan(pool, contract, store.table, { ...search, timeLimitMs: half });
    const remaining = remainingInputs(free.problem, old.sent);
    const classes = await pool.classify(remaining);
    mustStaySafe(classes, moveCost);
    const problem = staying(remaining, classes, old, Math.max(moveCost, LEAST_MOVE_COST));
    const mendBy = Date.now() + search.timeLimitMs / MENDING_PART;
    const start = repaired(
      problem,
      ofRemaining(old.rest, remaining, store.table.count),
      () => Date.now() > mendBy || options.signal?.aborted === true,
    );
    const candidates = new Candidates(free.problem, old, moveCost);
    const repair = candidates.offer(withSent(old.sent, start, remaining), "repair");
    const { objective: ofRest } = pricePlan(remaining.contract, remaining.orders, classes, start);
    const solved = await solveProblem(pool, problem, {
      ...search,
      onProgress: (news) =>
        search.onProgress?.(ofAll(news, repair.cost.objective - ofRest, free.proven.bound)),
      // What the first part did not need is the second's.
      timeLimitMs: Math.max(half, search.timeLimitMs - free.timings.solve),
      starts: [start],
    });
    clock.set("class", free.timings.class);
    clock.set("solve", free.timings.solve + solved.timings.solve);
    candidates.offer(withSent(old.sent, solved.best.plan, remaining), solved.used);
    if (remaining.rows.length === store.table.count) candidates.offer(free.best.plan, free.used);
    const { best } = candidates;
    const outcome: Outcome = {
      ...free,
      best: { plan: best.plan, cost: best.cost },
      // An engine's claim about all plans, that its own is best, bounds this one too.
      engineBound: free.engineOptimal ? free.best.cost.objective : free.engineBound,
      engineOptimal: free.engineOptimal && free.best.cost.objective === best.cost.objective,
      used: best.used,
      why: `Re-planned from ${replanning.from}. Of what was not sent: ${solved.why}`,
      stoppedBy: endedBy(solved, best.cost.objective === free.proven.bound),
    };
    const certificate = certificateOf(free.problem, free.proven, batch.inputs);
    return describe(batch, outcome, certificate, options, {
      packageName: namesBehind(contract, old.sentNames),
      replan: replanOf(contract, replanning.from, old, best, repair, moveCost),
    });
  } finally {
    await pool.close();
  }
}

/** Progress with the rest as progress of the whole plan, moves included. @param sent what the rest does not cost */
function ofAll(news: Progress, sent: bigint, bound: bigint): Progress {
  if (news.incumbent === undefined) return news;
  const incumbent = news.incumbent + sent;
  return { ...news, incumbent, bound, gap: relativeGap(incumbent, bound) };
}

/** What ended the search. That no plan which keeps what was sent is better does not make it optimal of all. */
function endedBy({ stoppedBy }: Solved, isOptimal: boolean): Outcome["stoppedBy"] {
  if (isOptimal) return "optimal";
  return stoppedBy === "optimal" ? "noGain" : stoppedBy;
}

/** Cost units. @throws InputError where the text is no money of the currency */
async function moveCostOf({ exponent }: Contract, text = "0"): Promise<CostUnits> {
  const result = costField(exponent).safeParse(text);
  if (result.success) return result.data;
  throw new InputError(issuesOf(result.error, text, () => ({ path: "moveCost" })));
}

/** Charges and penalties with a move on top must stay exact. */
function mustStaySafe({ charge, penalty }: Classes, moveCost: CostUnits): void {
  let highest = 0;
  for (const column of [charge, penalty]) for (const units of column) if (units > highest) highest = units;
  if (Number.isSafeInteger(highest + moveCost)) return;
  throw new InputError([
    {
      code: "CHARGE_TOO_LARGE",
      path: "moveCost",
      message: "together with the highest charge or penalty it is beyond 2^53 cost units",
      hint: "A smaller cost keeps every order in its place as well.",
    },
  ]);
}

/** The problem of what is left, in which leaving its channel costs an order something. */
function staying(
  { contract, orders, rows }: Remaining,
  classes: Classes,
  { channelOf }: OldPlan,
  moveCost: CostUnits,
): Problem {
  const home = rows.map((row) => Math.max(-1, channelOf[row]!));
  return { contract, orders, classes: splitByHome(classes, home, moveCost), limits: limitTable(contract) };
}

/** A plan of all orders by the rows of what is left. */
function ofRemaining({ loads }: Plan, { rows }: Remaining, count: number): Plan {
  const rowOf = new Int32Array(count);
  rows.forEach((row, i) => {
    rowOf[row] = i;
  });
  return { loads: loads.map((load) => ({ ...load, orders: load.orders.map((row) => rowOf[row]!) })) };
}

interface Candidate {
  readonly plan: Plan;
  readonly cost: PlanCost;
  readonly used: string;
  /** Orders that were on a channel and are on another or on none. */
  readonly moved: number;
  /** Objective and moves. */
  readonly total: bigint;
}

/** Keeps the plan that costs least with its moves; of equals the one that moves less. */
class Candidates {
  #best: Candidate | undefined;

  constructor(
    readonly problem: Problem,
    readonly old: OldPlan,
    readonly moveCost: CostUnits,
  ) {}

  /** There has been an offer. */
  get best(): Candidate {
    return this.#best!;
  }

  /** @param plan of all orders */
  offer(plan: Plan, used: string): Candidate {
    const { contract, orders, classes } = this.problem;
    const cost = pricePlan(contract, orders, classes, plan);
    const { moved } = ordersThenAndNow(this.old, channelsNow(plan, orders.count));
    const total = cost.objective + BigInt(moved) * BigInt(this.moveCost);
    const candidate = { plan, cost, used, moved, total };
    const best = this.#best;
    const better =
      best === undefined ||
      total < best.total ||
      (total === best.total && (moved < best.moved || (moved === best.moved && isBetter(cost, best.cost))));
    if (better) this.#best = candidate;
    return candidate;
  }
}

/** `[order]` index of its channel, or -1. */
function channelsNow({ loads }: Plan, count: number): Int32Array {
  const now = new Int32Array(count).fill(-1);
  loads.forEach(({ orders }, c) => {
    for (const order of orders) now[order] = c;
  });
  return now;
}

/** Orders of both plans by what became of them, and those that only one of them knows. */
function ordersThenAndNow({ channelOf, gone }: OldPlan, now: Int32Array) {
  const counts = { kept: 0, moved: 0, nowRouted: 0, new: 0, gone };
  channelOf.forEach((then, order) => {
    const is = now[order]!;
    if (then === NEW) counts.new++;
    else if (!wasRouted(then)) counts[is < 0 ? "kept" : "nowRouted"]++;
    else counts[then === is ? "kept" : "moved"]++;
  });
  return counts;
}

function replanOf(
  { exponent }: Contract,
  from: string,
  old: OldPlan,
  best: Candidate,
  repair: Candidate,
  moveCost: CostUnits,
): NonNullable<PlanFile["replan"]> {
  const money = (units: bigint | number) => formatCost(units, exponent);
  const packages = old.sent.loads.reduce((sum, load) => sum + load.packageSizes.length, 0);
  const orders = old.sent.loads.reduce((sum, load) => sum + load.orders.length, 0);
  const now = channelsNow(best.plan, old.channelOf.length);
  return {
    from,
    sent: { packages, orders },
    orders: ordersThenAndNow(old, now),
    moveCost: { perOrder: money(moveCost), total: money(BigInt(best.moved) * BigInt(moveCost)) },
    before: old.plan.cost,
    repaired: { objective: money(repair.cost.objective), moved: repair.moved },
  };
}
