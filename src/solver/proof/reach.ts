import type { Classes } from "../classes.js";
import type { Problem } from "../problem.js";

/** Cells (lot × channel) up to which package counts are branched on. */
export const BRANCH_CELLS = 6_000;
/** Lots and rows up to which the dual simplex does it. */
export const SIMPLEX_ROWS = 500;

/** Whether branching goes by a few pivots from node to node, so that it is an exact search in its own right. */
export function branchesFast({ contract, classes }: Problem): boolean {
  if (contract.objective.delayCostPerOrderHour > 0) return false;
  return classes.count + classes.channels <= SIMPLEX_ROWS && cellCount(classes) <= BRANCH_CELLS;
}

/** Pairs of a class and a channel that could take it. */
export function cellCount({ charge }: Classes): number {
  let cells = 0;
  for (const units of charge) if (units >= 0) cells++;
  return cells;
}
