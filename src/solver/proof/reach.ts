import type { Problem } from "../problem.js";

/** Cells (lot × channel) up to which package counts are branched on. */
export const BRANCH_CELLS = 6_000;
/** Lots and rows up to which the dual simplex does it. */
export const SIMPLEX_ROWS = 500;

/** Whether branching goes by a few pivots from node to node, so that it is an exact search in its own right. */
export function branchesFast({ contract, classes }: Problem): boolean {
  return (
    contract.objective.delayCostPerOrderHour === 0 &&
    classes.count + classes.channels <= SIMPLEX_ROWS &&
    classes.count * classes.channels <= BRANCH_CELLS
  );
}
