import { delayRate, type Problem } from "../problem.js";
import type { InteriorPointResult } from "./interiorPoint.js";
import type { Lots } from "./lots.js";
import type { RelaxedProblem } from "./relax.js";
import { leastWait } from "./slotPrices.js";

/**
 * What an order of a lot pays on a channel that could take it at a relaxation's prices, in cost units: charge, waiting,
 * place, amount and limits; what a share in an opening costs is left out. Infinity where the channel is closed.
 */
export function askedOf(
  problem: Problem,
  lots: Lots,
  relaxed: RelaxedProblem,
  found: InteriorPointResult,
): (lot: number, c: number) => number {
  const { classes, limits, contract } = problem;
  const C = classes.channels;
  const rate = delayRate(contract);
  const priceOf = (row: number) => (row < 0 ? 0 : found.price[row]! * relaxed.costUnit);
  const perAmount = (row: number) => priceOf(row) / relaxed.amountUnit;
  const places = relaxed.places.map((rows) => Float64Array.from(rows, priceOf));
  const amounts = relaxed.amounts.map((rows) => Float64Array.from(rows, perAmount));
  const limitOrders = Float64Array.from(relaxed.limitOrders, priceOf);
  const limitAmount = Float64Array.from(relaxed.limitAmount, perAmount);
  return (lot, c) => {
    const k = lots.classOf[lot]!;
    const key = classes.key[k * C + c]!;
    if (contract.channels[c]!.mode === "batch" && relaxed.places[c]![key]! < 0) return Infinity;
    const wait = leastWait(relaxed.rows[c]![key]!, lots.amount[lot]!, rate * classes.weight[k]!);
    let orders = places[c]![key]! + wait;
    let each = amounts[c]![key]!;
    for (const limit of limits.ofChannel[c]!) {
      orders += limitOrders[limit]!;
      each += limitAmount[limit]!;
    }
    const ofRule = limits.ofRule[c]![classes.rule[k * C + c]!]!;
    if (ofRule >= 0) {
      orders += limitOrders[ofRule]!;
      each += limitAmount[ofRule]!;
    }
    return lots.charge[lot * C + c]! + orders + each * lots.amount[lot]!;
  };
}
