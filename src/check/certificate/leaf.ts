import type { PriceSet } from "../../model/certificate.js";
import { ExactSum } from "../../model/money.js";
import { greatestChannelProfit } from "./channelProfit.js";
import { limitPrices } from "./limits.js";
import type { Counts, Premises } from "./premises.js";
import { Terms } from "./terms.js";
import { Unusable } from "./unusable.js";
import { worthOf } from "./worth.js";

/**
 * The bound that one set of prices proves for all plans with such counts of packages, in price units; null where no
 * plan has such counts.
 */
export function boundOf(premises: Premises, prices: PriceSet, counts: Counts): bigint | null {
  const { instance, survey, likes } = premises;
  const { contract } = instance;
  for (const { channel } of prices.channels)
    if (contract.channels.every(({ id }) => id !== channel))
      throw new Unusable(`It prices channel ${channel}, which the contract does not have.`);
  const limits = limitPrices(contract, prices);
  const terms = contract.channels.map((channel, c) => new Terms(premises, channel, c, prices, limits));
  const worth = worthOf(premises, terms, prices.worth);
  const total = new ExactSum();
  for (let u = 0; u < worth.length; u++) {
    if (survey.leastCharge[likes.order[u]!]! === Infinity) continue;
    const product = worth[u]! * likes.count[u]!;
    if (Number.isSafeInteger(product)) total.add(product);
    else total.addBig(BigInt(worth[u]!) * BigInt(likes.count[u]!));
  }
  let bound = total.total - limits.supply;
  for (const each of terms) {
    const profit = greatestChannelProfit(each, worth, counts);
    if (profit === null) return null;
    bound -= profit;
  }
  return bound;
}
