import type { Problem } from "../problem.js";
import type { InteriorPointResult } from "./interiorPoint.js";
import type { Lots } from "./lots.js";
import type { RelaxedProblem } from "./relax.js";

/** Cells of a lot that stay whatever they cost. */
const ALWAYS = 3;
/** Cells that cost up to so much of a mean charge more than the lot's cheapest stay too. */
const MARGIN = 0.12;

/**
 * Which cells could matter near the prices that a sample has found (sifting): the others are too dear by far. What the
 * sieve drops wrongly makes a bound weaker, never wrong.
 *
 * @returns `[lot * channels + channel]` 1 to keep
 */
export function sieve(
  { classes, limits }: Problem,
  lots: Lots,
  relaxed: RelaxedProblem,
  found: InteriorPointResult,
): Uint8Array {
  const C = classes.channels;
  const priceOf = (row: number) => (row < 0 ? 0 : found.price[row]! * relaxed.costUnit);
  const keep = new Uint8Array(lots.count * C);
  const cost = new Float64Array(C);
  const best = new Float64Array(ALWAYS);
  const places = relaxed.places.map((rows) => Float64Array.from(rows, priceOf));
  const amount = relaxed.amounts.map((rows) =>
    Float64Array.from(rows, (row) => priceOf(row) / relaxed.amountUnit),
  );
  const limitOrders = Float64Array.from(relaxed.limitOrders, priceOf);
  const limitAmount = Float64Array.from(relaxed.limitAmount, (row) => priceOf(row) / relaxed.amountUnit);
  for (let lot = 0; lot < lots.count; lot++) {
    const k = lots.classOf[lot]!;
    best.fill(Infinity);
    for (let c = 0; c < C; c++) {
      cost[c] = Infinity;
      const charge = lots.charge[lot * C + c]!;
      if (charge < 0) continue;
      let orders = places[c]![classes.key[k * C + c]!]!;
      let each = amount[c]![classes.key[k * C + c]!]!;
      const ofRule = limits.ofRule[c]![classes.rule[k * C + c]!]!;
      for (const limit of limits.ofChannel[c]!) {
        orders += limitOrders[limit]!;
        each += limitAmount[limit]!;
      }
      if (ofRule >= 0) {
        orders += limitOrders[ofRule]!;
        each += limitAmount[ofRule]!;
      }
      cost[c] = charge + orders + each * lots.amount[lot]!;
      let value = cost[c]!;
      for (let b = 0; b < ALWAYS; b++) {
        if (value >= best[b]!) continue;
        const next = best[b]!;
        best[b] = value;
        value = next;
      }
    }
    const most = Math.max(best[ALWAYS - 1]!, best[0]! + MARGIN * relaxed.costUnit);
    for (let c = 0; c < C; c++) if (cost[c]! <= most && cost[c]! < Infinity) keep[lot * C + c] = 1;
  }
  return keep;
}
