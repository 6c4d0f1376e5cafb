import { LARGEST_WORTH, type PriceSet } from "../../model/certificate.js";
import { ExactSum } from "../../model/money.js";
import type { Premises } from "./premises.js";
import type { Terms } from "./terms.js";
import { Unusable } from "./unusable.js";
import { BEYOND } from "./waiting.js";

/**
 * Lets every order choose: it pays the least of its penalty, its group's worth and the prices of channels. Each channel
 * that could take it is told what that is beyond its expense there.
 *
 * @returns what all pay together
 */
export function letChoose(premises: Premises, terms: readonly Terms[], own: PriceSet["worth"]): bigint {
  const { instance, survey, groups, likes } = premises;
  const { orders } = instance;
  if (own !== undefined && groups?.length !== orders.count)
    throw new Unusable(`It lists the groups of ${groups?.length ?? 0} orders; there are ${orders.count}.`);
  const total = new ExactSum();
  /** Channels that could take the order at hand, with its expense on each. */
  const choice = new Int32Array(terms.length);
  const expense = new Float64Array(terms.length);
  for (let u = 0; u < likes.order.length; u++) {
    const i = likes.order[u]!;
    if (survey.leastCharge[i]! === Infinity) continue;
    const count = likes.count[u]!;
    let worth = worthAtMost(premises, own, i);
    let choices = 0;
    for (let c = 0; c < terms.length; c++) {
      if (!survey.takes.has(i, c)) continue;
      const each = terms[c]!;
      const pays = each.expense(i);
      expense[choices] = pays;
      choice[choices++] = c;
      if (!each.hasPrice) continue;
      const asked = pays + each.place(i);
      if (asked < worth) worth = asked;
    }
    const product = worth * count;
    if (Number.isSafeInteger(product)) total.add(product);
    else total.addBig(BigInt(worth) * BigInt(count));
    for (let j = 0; j < choices; j++)
      terms[choice[j]!]!.offer(i, count, worth - Math.min(BEYOND, expense[j]!));
  }
  return total.total;
}

/** What an order is worth at most, whatever the channels ask: its penalty, its group's worth, the largest there is. */
export function worthAtMost(
  { penalties, scale, groups }: Premises,
  own: PriceSet["worth"],
  order: number,
): number {
  const penalty = penalties.fast(order);
  const group = groups?.[order] ?? null;
  return Math.min(
    LARGEST_WORTH,
    Number.isNaN(penalty) ? Infinity : scale * penalty,
    group === null ? Infinity : (own?.[group] ?? Infinity),
  );
}
