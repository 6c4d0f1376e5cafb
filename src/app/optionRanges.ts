import type { TableFormat } from "../io/planWriter.js";
import type { FrontierFile } from "../model/frontierFile.js";
import type { EngineName } from "../solver/choice.js";
import type { MipEngineName } from "../solver/engines/engine.js";

/** What the options of a plan may be; the command line and the library take the same. */

export interface NumberRange {
  readonly from: number;
  readonly to: number;
}

export const ENGINES: readonly EngineName[] = ["auto", "exact", "greedy"];
export const MIP_ENGINES: readonly MipEngineName[] = ["javascript-lp-solver", "highs"];
export const TABLE_FORMATS: readonly TableFormat[] = ["csv", "parquet"];

/** Seconds, above 0: `setTimeout` can wait no longer than 2^31 ms; this is 11 days. */
export const LONGEST_SECONDS = 1_000_000;
/** Whole numbers: what every engine takes as a seed. */
export const SEEDS: NumberRange = { from: 0, to: 2 ** 31 - 1 };
/** Whole numbers. */
export const THREADS: NumberRange = { from: 1, to: 64 };
/** Whole numbers. */
export const CHANNELS: NumberRange = { from: 1, to: 1_000_000 };
/** Whole numbers. */
export const ORDERS: NumberRange = { from: 1, to: 2 ** 31 - 1 };
/** Values of a sweep: each is a plan. */
export const SWEEP_STEPS: NumberRange = { from: 2, to: 200 };

/** What a frontier holds cost against. */
export const AGAINST: readonly FrontierFile["against"][] = ["finish", "packages"];
/** Plans that a frontier may be searched with. */
export const POINTS: NumberRange = { from: 2, to: 200 };

/** Milliseconds for an answer of a simulation. */
export const WITHIN: NumberRange = { from: 50, to: 600_000 };
/** Moved orders that an answer names at most. */
export const NAMED: NumberRange = { from: 0, to: 1_000 };
