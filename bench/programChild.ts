// Solves one instance by one program and engine, in a process that can be killed; prints what came of it as JSON.
// usage: programChild.js channels.json orders.csv classes|orders|plain ENGINE LIMIT_MS PLAN_DIR
import { readChannels } from "../src/io/channelsReader.js";
import { readOrders } from "../src/io/ordersReader.js";
import type { Plan } from "../src/model/plan.js";
import { pricePlan } from "../src/solver/cost.js";
import type { MipEngineName } from "../src/solver/engines/engine.js";
import { mipEngine } from "../src/solver/engines/index.js";
import { solveExact } from "../src/solver/exact.js";
import type { PricedPlan } from "../src/solver/greedy/greedy.js";
import { type Problem, problemOf } from "../src/solver/problem.js";
import { orderProgram } from "./orderProgram.js";
import { solvePlainly } from "./plainJsLpSolver.js";
import { median } from "./stats.js";
import { mustBeValid, solvedBy } from "./validate.js";

/** What a child says. */
export interface ProgramReply {
  /** Milliseconds: the median of the repeats. */
  readonly ms: number;
  readonly optimal: boolean;
  /** Of the plan, valid by both checkers, in cost units; absent where there is none. */
  readonly objective?: string;
  readonly detail?: string;
}

type Attempt = {
  readonly found: PricedPlan | undefined;
  readonly optimal: boolean;
  readonly detail?: string;
};

/** Repeats while they last no longer than this together. */
const REPEAT_MS = 1500;
const MOST_REPEATS = 15;

async function byClasses(problem: () => Problem, engine: MipEngineName, limitMs: number): Promise<Attempt> {
  const end = Date.now() + limitMs;
  const outcome = await solveExact(problem(), {
    engine: mipEngine(engine),
    seed: 1,
    timeLeft: () => end - Date.now(),
  });
  if (outcome.status === "optimal") return { found: outcome.found, optimal: true };
  const { detail } = outcome;
  return { found: outcome.status === "stopped" ? outcome.found : undefined, optimal: false, detail };
}

async function byOrders(problem: Problem, engine: MipEngineName, limitMs: number): Promise<Attempt> {
  const { program, planAt } = orderProgram(problem);
  const result = await mipEngine(engine).solve(program, { timeLimitMs: limitMs, seed: 1 });
  if (!("values" in result))
    return { found: undefined, optimal: false, detail: "detail" in result ? result.detail : result.status };
  const found = priced(problem, planAt(result.values));
  return { found, optimal: result.status === "optimal", detail: result.status };
}

/** The engine without our adapter. It never says that its time was up: the clock has to. */
function byOrdersPlainly(problem: Problem, limitMs: number): Attempt {
  const started = performance.now();
  const { program, planAt } = orderProgram(problem);
  const values = solvePlainly(program, limitMs);
  if (typeof values === "string") return { found: undefined, optimal: false, detail: values };
  return { found: priced(problem, planAt(values)), optimal: performance.now() - started < limitMs };
}

function priced(problem: Problem, plan: Plan): PricedPlan {
  return { plan, cost: pricePlan(problem.contract, problem.orders, problem.classes, plan) };
}

async function main([channels, orders, kind, engine, limit, dir]: readonly string[]): Promise<ProgramReply> {
  const { contract } = await readChannels(channels!);
  const store = await readOrders(orders!, contract);
  const problem = problemOf(contract, store.table);
  // The program over classes pays for its classes; the other one finds every charge worked out.
  const attempt = async () => {
    if (kind === "plain") return byOrdersPlainly(problem, Number(limit));
    return kind === "classes"
      ? byClasses(() => problemOf(contract, store.table), engine as MipEngineName, Number(limit))
      : byOrders(problem, engine as MipEngineName, Number(limit));
  };
  const times: number[] = [];
  let outcome: Attempt;
  do {
    const started = performance.now();
    outcome = await attempt();
    times.push(performance.now() - started);
    if (times.length > 1) continue;
    if (outcome.found === undefined) break;
    const ids = await store.ids(Int32Array.from({ length: store.table.count }, (_, i) => i));
    const answer = { problem, ids, files: { channels: channels!, orders: orders! } };
    try {
      mustBeValid(answer, solvedBy(problem, outcome.found, outcome.optimal), dir!);
    } catch (error) {
      if (kind !== "plain") throw error;
      outcome = { found: undefined, optimal: false, detail: String(error) };
    }
  } while (outcome.optimal && times.length < MOST_REPEATS && times.reduce((a, b) => a + b) < REPEAT_MS);
  await store.close();
  return {
    ms: median(times),
    optimal: outcome.optimal,
    ...(outcome.found === undefined ? {} : { objective: String(outcome.found.cost.objective) }),
    ...(outcome.detail === undefined ? {} : { detail: outcome.detail }),
  };
}

console.log(JSON.stringify(await main(process.argv.slice(2))));
