import type { Contract } from "../model/contract.js";
import type { DeferredExplanation, Lever, Relaxation } from "../model/explanation.js";
import { Fault } from "../model/issue.js";
import { formatAmount, formatCost } from "../model/money.js";
import type { Plan } from "../model/plan.js";
import { MICROS_PER_SECOND } from "../model/time.js";
import { relaxationSentence } from "../report/relaxationWords.js";
import { pricePlan } from "../solver/cost.js";
import { isFeasible } from "../solver/feasible.js";
import { type Problem, problemOf } from "../solver/problem.js";
import { SolvePool } from "../workers/pool.js";
import { solvePlan } from "../workers/solvePlan.js";
import {
  leastRelaxation,
  type Question,
  type Relaxed,
  type Trial,
  type TryContract,
  widestRelaxation,
} from "./leastRelaxation.js";
import { leverValue, withLever } from "./levers.js";
import { checkOptions, type ExplainDeferredOptions } from "./planOptions.js";
import { instantText } from "./planTables.js";
import { plausibleLevers } from "./plausibleLevers.js";
import { type ReadPlan, readPlan } from "./readPlan.js";

/** Numbers that are tried at most, the most promising first. */
const MOST_LEVERS = 12;
/** A trial that is this near to its bound is good enough. */
const TRIAL_GAP = 0.0005;
/** Of the time for the search for less of one number, what a single trial may take. */
const TRIAL_SHARE = 0.25;
/** Milliseconds below which a trial is not worth its start. */
const LEAST_TRIAL_MS = 50;

/**
 * Says which least change of one number of the contract would place the deferred orders of a plan. Every change that is
 * named has been planned: there is a valid plan of the changed contract that shows it.
 *
 * @throws InputError with every problem of the options; where something cannot be read or the plan is not one of these inputs
 */
export async function explainDeferred(options: ExplainDeferredOptions): Promise<DeferredExplanation> {
  checkOptions("explainDeferred", options);
  const read = await readPlan(options);
  const pool = new SolvePool(options.threads === undefined ? {} : { threads: options.threads });
  try {
    return await relaxations(read, pool, options);
  } finally {
    await pool.close();
    await read.store.close();
  }
}

async function relaxations(
  { problem, moves, folder }: ReadPlan,
  pool: SolvePool,
  { timeLimit = 60, signal, onProgress }: ExplainDeferredOptions,
): Promise<DeferredExplanation> {
  const { contract, orders, classes } = problem;
  const deferred = Int32Array.from(
    classes.members.filter((order) => moves.placed.channel[order]! < 0),
  ).sort();
  const result = { currency: contract.currency, orders: orders.count, deferred: deferred.length };
  const none = { relaxations: [], ofNoUse: [], untried: [], placedAgain: 0 };
  if (deferred.length === 0) return { ...result, ...none };
  const levers = plausibleLevers(problem, moves, folder.plan, deferred);
  const end = Date.now() + timeLimit * 1000;
  const clock = { deadline: end, trialMs: 0 };
  const tryContract = planner(problem, pool, clock, signal);
  const tried = levers.slice(0, MOST_LEVERS);
  /** Gives the next step its part of what is left. */
  const allot = (parts: number, trialShare: number) => {
    const part = Math.max(0, end - Date.now()) / Math.max(1, parts);
    clock.deadline = Date.now() + part;
    clock.trialMs = part * trialShare;
  };
  // Planning once more may do better by itself, which no change should take credit for.
  allot(2 * tried.length + 2, 1);
  const again = await tryContract(contract);
  const start =
    again !== null && again.left < deferred.length
      ? again
      : { left: deferred.length, objective: moves.cost.objective, penalties: moves.cost.penalties };
  const found = {
    useful: [] as (Relaxed & { question: Question })[],
    ofNoUse: [] as Lever[],
    untried: [] as Lever[],
  };
  for (const [i, lever] of tried.entries()) {
    onProgress?.({ lever, done: i, of: 2 * tried.length });
    const question = { contract, lever, now: nowOf(problem, lever), left: start.left };
    // The other half of the time is for the search for less.
    allot(2 * (tried.length - i), 1);
    const widest = await widestRelaxation(question, tryContract);
    if (widest === null) found.ofNoUse.push(lever);
    else if (widest === "untried") found.untried.push(lever);
    else found.useful.push({ ...widest, question });
  }
  found.useful.sort((a, b) => a.trial.left - b.trial.left);
  const described: Relaxation[] = [];
  for (const [i, { question, ...widest }] of found.useful.entries()) {
    onProgress?.({ lever: question.lever, done: tried.length + i, of: tried.length + found.useful.length });
    allot(found.useful.length - i + 1, TRIAL_SHARE);
    const least = await leastRelaxation(question, widest, tryContract);
    // The search was content with any plan that places them: what it costs wants a good one.
    clock.trialMs = Math.max(clock.trialMs, LEAST_TRIAL_MS);
    clock.deadline = Math.min(end, Date.now() + clock.trialMs);
    const good = await tryContract(withLever(contract, question.lever, least.value));
    const trial =
      good !== null && good.left <= least.trial.left && good.objective < least.trial.objective
        ? good
        : least.trial;
    described.push(describe(problem, question, { ...least, trial }, start));
  }
  return {
    ...result,
    placedAgain: deferred.length - start.left,
    relaxations: described.sort((a, b) => b.places - a.places || Number(a.costs) - Number(b.costs)),
    ofNoUse: found.ofNoUse,
    untried: [...found.untried, ...levers.slice(MOST_LEVERS)],
  };
}

/** A number's present value; the penalty is the contract's default where it names none. */
function nowOf({ contract, classes }: Problem, lever: Lever): number {
  return lever.field === "unroutedPenalty" ? classes.basePenalty : leverValue(contract, lever);
}

/** Plans contracts for as long as there is time. */
function planner(
  { orders, classes }: Problem,
  pool: SolvePool,
  clock: { readonly deadline: number; trialMs: number },
  signal: AbortSignal | undefined,
): TryContract {
  return async (contract, goal = -1) => {
    const timeLimitMs = Math.min(clock.trialMs, clock.deadline - Date.now());
    if (timeLimitMs < LEAST_TRIAL_MS || signal?.aborted) return null;
    const enough = new AbortController();
    const { problem, best } = await solvePlan(pool, contract, orders, {
      engine: "auto",
      mip: "javascript-lp-solver",
      timeLimitMs,
      gap: TRIAL_GAP,
      seed: 1,
      signal: signal === undefined ? enough.signal : AbortSignal.any([signal, enough.signal]),
      onProgress: ({ deferred }) => {
        if (deferred !== undefined && deferred <= goal) enough.abort();
      },
    });
    return trialOf(problem, best.plan, classes.classOf);
  };
}

/** A plan by what it leaves out of the orders that some channel could take before anything was changed. */
function trialOf(problem: Problem, plan: Plan, classOf: Int32Array): Trial {
  const { contract, orders, classes } = problem;
  const routed = new Uint8Array(orders.count);
  for (const load of plan.loads) for (const order of load.orders) routed[order] = 1;
  let left = 0;
  for (let order = 0; order < orders.count; order++) if (classOf[order]! >= 0 && routed[order] === 0) left++;
  const { objective, penalties } = pricePlan(contract, orders, classes, plan);
  return { problem, plan, left, objective, penalties };
}

type Start = Pick<Trial, "left" | "objective" | "penalties">;

/** What was found in words and figures, its plan checked against the contract with just that change. */
function describe(
  { contract, orders, classes }: Problem,
  { lever, now }: Question,
  { value, trial, searched }: Relaxed & { readonly searched: boolean },
  start: Start,
): Relaxation {
  const changed = problemOf(withLever(contract, lever, value), orders);
  if (!isFeasible(changed, trial.plan))
    throw new Fault("TRIAL_FAILED_CHECK", `The plan with another ${lever.field} breaks a rule.`);
  const { left, objective, penalties } = trialOf(changed, trial.plan, classes.classOf);
  const money = (units: bigint) => formatCost(units, contract.exponent);
  const relaxation = {
    ...lever,
    from: valueText(contract, lever, now),
    to: valueText(contract, lever, value),
    places: start.left - left,
    costs: money(objective - start.objective),
    routingCosts: money(objective - penalties - (start.objective - start.penalties)),
    searched,
  };
  const more = value - now;
  return {
    ...relaxation,
    sentence: relaxationSentence(relaxation, {
      currency: contract.currency,
      left,
      more: lever.field === "queue.cutOff" ? `${more / MICROS_PER_SECOND}` : valueText(contract, lever, more),
    }),
  };
}

/** A value as the channels file has it. */
function valueText(contract: Contract, { field }: Lever, value: number): string {
  switch (field) {
    case "limits.maxAmount":
    case "package.maxAmount":
      return formatAmount(value, contract.exponent);
    case "unroutedPenalty":
      return formatCost(value, contract.exponent);
    case "queue.cutOff":
      return instantText(contract, value) ?? `${value / MICROS_PER_SECOND}`;
    default:
      return String(value);
  }
}
