import type { ColumnPool } from "./column.js";
import { Master } from "./master.js";
import type { PackingModel } from "./model.js";
import type { Duals, Pricing } from "./pricing.js";
import type { Rest } from "./rest.js";

/** How far below 0 a reduced cost must be, relative to the master's unit. */
const GAIN = 1e-7;
/** How far columns are priced from the master's own duals towards the best ones so far. */
const SMOOTHING = 0.5;

export interface Generated {
  readonly master: Master;
  /** At which, as far as is known, no column gains. */
  readonly duals: Duals;
  /** What these duals prove but for roundings, in cost units; less than the master's value where columns are missing. */
  readonly bound: number;
}

export interface GenerateOptions {
  readonly shouldStop: () => boolean;
  readonly maxRounds: number;
  /** Whether no column may be missing at the end. */
  readonly exact: boolean;
  /** Whether a bound is as good as the master's value, so that more columns would prove nothing more. */
  readonly settled: (bound: number, value: number) => boolean;
}

/**
 * Column generation (Gilmore and Gomory 1961, doi:10.1287/opre.9.6.849): solves the master, asks for columns at its prices,
 * until there are none. Prices are smoothed (Wentges 1997, doi:10.1016/S0969-6016(97)00001-4); duals that some columns
 * still gain by are scaled down until none does (Farley 1990, doi:10.1287/opre.38.5.922).
 */
export function generate(
  model: PackingModel,
  rest: Rest,
  pool: ColumnPool,
  pricing: Pricing,
  { shouldStop, maxRounds, exact, settled }: GenerateOptions,
): Generated {
  const master = new Master(model, rest, pool);
  const gain = GAIN * master.unit;
  let best: Duals = { lot: new Float64Array(model.lots.count), side: new Float64Array(model.sides.length) };
  let bound = 0;
  for (let round = 1; ; round++) {
    const solved = master.optimize(shouldStop);
    const value = master.objective;
    if (!solved || round > maxRounds) return { master, duals: best, bound };
    const own = dualsOf(model, master);
    let gained = 0;
    // Where smoothed prices find nothing for the master, its own do.
    for (const duals of bound > 0 ? [mixed(own, best, SMOOTHING), own] : [own]) {
      const { columns, safe } = pricing.price(duals, rest, { gain, exact: exact && duals === own });
      const proves = safe * worthOf(model, rest, duals);
      if (proves > bound) {
        bound = proves;
        best = mixed(duals, duals, 0, safe);
      }
      if (settled(bound, value)) return { master, duals: best, bound };
      for (const column of columns) if (master.add(pool.keep(column)) < -gain) gained++;
      if (gained > 0) break;
    }
    if (gained === 0) return { master, duals: best, bound };
  }
}

function dualsOf({ lots, sides }: PackingModel, master: Master): Duals {
  return {
    lot: Float64Array.from({ length: lots.count }, (_, lot) => master.lotDual(lot)),
    side: Float64Array.from(sides, (_, side) => master.sideDual(side)),
  };
}

/** `factor · ((1 − weight) · a + weight · b)` */
function mixed(a: Duals, b: Duals, weight: number, factor = 1): Duals {
  const mix = (x: Float64Array, y: Float64Array) =>
    x.map((value, i) => factor * (value + weight * (y[i]! - value)));
  return { lot: mix(a.lot, b.lot), side: mix(a.side, b.side) };
}

/** What all that is left is worth at the duals, less the rooms. */
function worthOf({ sides }: PackingModel, { demand, room }: Rest, duals: Duals): number {
  let worth = 0;
  for (let lot = 0; lot < demand.length; lot++) worth += demand[lot]! * duals.lot[lot]!;
  sides.forEach((_, side) => {
    if (duals.side[side] !== 0) worth += room[side]! * duals.side[side]!;
  });
  return worth;
}
