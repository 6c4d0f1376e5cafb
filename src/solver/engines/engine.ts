import type { Program } from "../program.js";

/** Names as the command line takes them in `--mip`. */
export type MipEngineName = "javascript-lp-solver" | "highs";

/** What an engine may spend. */
export interface EngineLimits {
  /** Wall-clock milliseconds, more than 0. Engines may overshoot: run them where they can be killed. */
  readonly timeLimitMs: number;
  /** Fixes whatever the engine draws at random. */
  readonly seed: number;
}

/**
 * What an engine says about a program. Nothing here is believed: values are whole to within the integrality
 * tolerance and inside every row and bound (an adapter checks both before it answers), but `objective`,
 * `bound` and the word `optimal` are claims made in floating point.
 */
export type EngineResult =
  | {
      readonly status: "optimal";
      readonly values: Float64Array;
      readonly objective: number;
      readonly bound: number;
    }
  | {
      readonly status: "feasible";
      readonly values: Float64Array;
      readonly objective: number;
      /** A lower bound of the optimum, where the engine offers one. */
      readonly bound?: number;
      readonly stoppedBy: "time";
    }
  | { readonly status: "noSolutionFound"; readonly bound?: number; readonly stoppedBy: "time" }
  | { readonly status: "infeasible" }
  /** The engine failed or contradicted itself; `detail` says how, for the plan's `engine.why`. */
  | { readonly status: "failed"; readonly detail: string };

/**
 * A solver of mixed integer programs. One adapter file for each engine; every adapter passes the suite in
 * `test/conformance/engine.ts`.
 */
export interface MipEngine {
  readonly name: MipEngineName;
  solve(program: Program, limits: EngineLimits): Promise<EngineResult>;
}
