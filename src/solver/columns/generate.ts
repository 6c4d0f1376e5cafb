import type { ColumnPool } from "./column.js";
import { Master } from "./master.js";
import type { PackingModel } from "./model.js";
import type { Duals, Pricing } from "./pricing.js";
import type { Rest } from "./rest.js";

/** How far below 0 a reduced cost must be, relative to the master's unit. */
const GAIN = 1e-7;

export interface Generated {
  readonly master: Master;
  readonly duals: Duals;
}

export interface GenerateOptions {
  readonly shouldStop: () => boolean;
  readonly maxRounds: number;
  /** Whether no column may be missing at the end. */
  readonly exact: boolean;
}

/**
 * Column generation (Gilmore and Gomory 1961, doi:10.1287/opre.9.6.849): solves the master, asks for columns at its prices,
 * until there are none.
 */
export function generate(
  model: PackingModel,
  rest: Rest,
  pool: ColumnPool,
  pricing: Pricing,
  { shouldStop, maxRounds, exact }: GenerateOptions,
): Generated {
  const master = new Master(model, rest, pool);
  for (let round = 1; ; round++) {
    const solved = master.optimize(shouldStop);
    const duals: Duals = {
      lot: Float64Array.from({ length: model.lots.count }, (_, lot) => master.lotDual(lot)),
      side: Float64Array.from(model.sides, (_, side) => master.sideDual(side)),
    };
    if (!solved || round > maxRounds) return { master, duals };
    const columns = pricing.price(duals, rest.demand, { gain: GAIN * master.unit, exact });
    let added = 0;
    for (const column of columns)
      if (pool.add(column)) {
        master.add(column);
        added++;
      }
    if (added === 0) return { master, duals };
  }
}
