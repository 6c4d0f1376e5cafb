import type { CostTotal } from "../model/money.js";

/** (objective − bound) / |objective|; 0 where the bound is the objective, else Infinity where the objective is 0. */
export function relativeGap(objective: CostTotal, bound: CostTotal): number {
  return objective === bound ? 0 : Number(objective - bound) / Math.abs(Number(objective));
}

/** The same as files state it: null where there is no such share, as the objective is 0 and the bound is not. */
export function statedGap(objective: CostTotal, bound: CostTotal): number | null {
  const gap = relativeGap(objective, bound);
  return Number.isFinite(gap) ? gap : null;
}
