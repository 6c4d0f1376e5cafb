import { LARGEST_WORTH, type PriceSet } from "../../model/certificate.js";
import type { Premises } from "./premises.js";
import type { Terms } from "./terms.js";
import { Unusable } from "./unusable.js";

/** `[like]` what routing one of them is worth: the least of its penalty, its group's worth and the prices of channels. */
export function worthOf(
  { instance, survey, penalties, scale, groups, likes }: Premises,
  terms: readonly Terms[],
  own: PriceSet["worth"],
): Float64Array {
  const { orders } = instance;
  if (own !== undefined && groups?.length !== orders.count)
    throw new Unusable(`It lists the groups of ${groups?.length ?? 0} orders; there are ${orders.count}.`);
  const worth = new Float64Array(likes.order.length);
  for (let u = 0; u < worth.length; u++) {
    const i = likes.order[u]!;
    if (survey.leastCharge[i]! === Infinity) continue;
    const penalty = penalties.fast(i);
    const group = groups?.[i] ?? null;
    let least = Math.min(
      LARGEST_WORTH,
      Number.isNaN(penalty) ? Infinity : scale * penalty,
      group === null ? Infinity : (own?.[group] ?? Infinity),
    );
    for (const each of terms) {
      if (!each.hasPrice || !survey.takes.has(i, each.index)) continue;
      const asked = each.asked(i);
      if (asked < least) least = asked;
    }
    worth[u] = least;
  }
  return worth;
}
