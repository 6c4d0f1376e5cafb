import type { Classes } from "../classes.js";
import { hasFeeTiers } from "../packageFee.js";
import type { Problem } from "../problem.js";
import { pricesVolume } from "../volume.js";

/** Cells (lot × channel) up to which package counts are branched on. */
export const BRANCH_CELLS = 6_000;
/** Lots and rows up to which the dual simplex does it. */
export const SIMPLEX_ROWS = 500;

/** Whether branching goes by a few pivots from node to node. */
export function branchesFast({ contract, classes }: Problem): boolean {
  if (pricesVolume(contract.channels)) return false;
  if (contract.objective.delayCostPerOrderHour > 0) return false;
  // Its program takes every package of a channel to cost the same.
  if (contract.channels.some((channel) => hasFeeTiers(channel.package))) return false;
  return classes.count + classes.channels <= SIMPLEX_ROWS && cellCount(classes) <= BRANCH_CELLS;
}

/**
 * Whether counts of orders and packages say all there is to a plan: no amounts, times, minimums, tiers of package fees, prices
 * of volume or orders that may not share a package that could stand in the way. With package counts fixed, orders are then a
 * transportation problem, so that branching finds an optimum in the end.
 */
export function countsSayAll({ contract, classes, limits }: Problem): boolean {
  return (
    classes.twins.every((twins) => twins === null) &&
    contract.objective.delayCostPerOrderHour === 0 &&
    !pricesVolume(contract.channels) &&
    limits.maxAmount.every((most) => most === Infinity) &&
    classes.due.every((due) => due === Infinity) &&
    contract.channels.every(
      ({ package: terms, queue, mode }) =>
        queue.cutOff === Infinity &&
        (mode === "single" || (terms.maxAmount === Infinity && terms.minOrders === 1 && !hasFeeTiers(terms))),
    )
  );
}

/** Pairs of a class and a channel that could take it. */
export function cellCount({ charge }: Classes): number {
  let cells = 0;
  for (const units of charge) if (units >= 0) cells++;
  return cells;
}
