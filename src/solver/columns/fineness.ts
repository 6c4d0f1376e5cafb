import { FINEST_CONTENTS } from "../../model/certificate.js";
import type { Problem } from "../problem.js";
import type { ExactLots } from "../relaxation/lots.js";

/** Fewer steps in a package say too little to be worth it. */
const COARSEST = 1_000;

/** How finely the amount of a channel's packages is counted. */
export interface Fineness {
  /** Minor units of a step; 0 where amounts never bind, or would have to be counted too coarsely. */
  readonly unit: number;
  /** What fits by steps fits. */
  readonly exact: boolean;
}

/**
 * Counts amounts in their greatest common divisor where that is coarse enough, so that steps say exactly what fits; else
 * as finely as the work allows. Rounded down then, they allow too much, never too little.
 *
 * @param work in orders × steps that one set of prices may be
 */
export function finenessOf(
  { classes, contract }: Problem,
  lots: ExactLots,
  c: number,
  work: number,
): Fineness {
  const { maxAmount, maxOrders } = contract.channels[c]!.package;
  if (maxAmount === Infinity) return { unit: 0, exact: true };
  let divisor = 0;
  let orders = 0;
  let total = 0;
  for (let lot = 0; lot < lots.count; lot++) {
    if (classes.charge[lots.classOf[lot]! * classes.channels + c]! < 0) continue;
    orders += lots.size[lot]!;
    total += lots.size[lot]! * lots.amount[lot]!;
    divisor = greatestCommonDivisor(lots.amount[lot]!, divisor);
  }
  if (orders === 0 || total <= maxAmount) return { unit: 0, exact: true };
  const places = maxOrders < orders ? maxOrders : 1;
  const finest = Math.max(1, Math.min(FINEST_CONTENTS, Math.floor(work / (orders * places)) - 1));
  if (maxAmount / divisor < finest + 1) return { unit: divisor, exact: true };
  if (finest < COARSEST) return { unit: 0, exact: false };
  return { unit: Math.ceil(maxAmount / finest), exact: false };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
