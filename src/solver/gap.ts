import type { CostTotal } from "../model/money.js";

/** (objective − bound) / objective; 0 where the objective is 0. */
export function relativeGap(objective: CostTotal, bound: CostTotal): number {
  return objective === 0n ? 0 : Number(objective - bound) / Number(objective);
}
