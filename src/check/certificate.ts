import type { CostTotal } from "../model/money.js";
import { ExactSum } from "../model/money.js";
import type { Instance } from "./instance.js";
import { type Penalties, PenaltySum } from "./penalty.js";
import type { Survey } from "./survey.js";

/**
 * The bound that a certificate with zero prices proves: every order that is not rejected costs at least the least of
 * its penalty and its charges on the channels that could take it.
 */
export function zeroPriceBound(
  { orders }: Instance,
  { leastCharge }: Survey,
  penalties: Penalties,
): CostTotal {
  const charges = new ExactSum();
  const deferred = new PenaltySum(penalties);
  for (let order = 0; order < orders.count; order++) {
    const charge = leastCharge[order]!;
    if (charge === Infinity) continue;
    // A penalty that is no safe integer (NaN) is above every charge, which is one.
    if (penalties.fast(order) < charge) deferred.add(order);
    else charges.add(charge);
  }
  return charges.total + deferred.total;
}
