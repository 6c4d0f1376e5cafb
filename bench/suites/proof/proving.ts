import { SolvePool } from "../../../src/workers/pool.js";
import { type Solved, solvePlan } from "../../../src/workers/solvePlan.js";
import type { Answer } from "../../validate.js";

/** A solve of orders in memory: classing, search and proof, on a pool that is warm. */
export interface TimedSolve {
  readonly ms: number;
  readonly solved: Solved;
  /** The certificate alone proves the plan optimal. */
  readonly proven: boolean;
}

/** Runs a task with worker threads of its own. */
export async function withPool<Result>(task: (pool: SolvePool) => Promise<Result>): Promise<Result> {
  const pool = new SolvePool();
  try {
    return await task(pool);
  } finally {
    await pool.close();
  }
}

export async function timedSolve(pool: SolvePool, { problem }: Answer, limitMs: number): Promise<TimedSolve> {
  const started = performance.now();
  const solved = await solvePlan(pool, problem.contract, problem.orders, {
    engine: "auto",
    mip: "javascript-lp-solver",
    timeLimitMs: limitMs,
    gap: 0,
    seed: 1,
  });
  const ms = performance.now() - started;
  return { ms, solved, proven: solved.best.cost.objective === solved.proven.bound };
}
