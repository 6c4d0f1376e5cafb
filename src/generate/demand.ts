import type { Contract } from "../model/contract.js";
import type { OrderRecord } from "./orders.js";
import type { Quote, Quotes } from "./prices.js";

/** What orders would demand of a channel or a rule without limits, each taking its cheapest channel. */
export interface Demand {
  readonly orders: number;
  /** Minor units. */
  readonly amount: number;
}

export interface ChannelDemand extends Demand {
  /** Full packages, and one begun for each of the values by which the channel separates. */
  readonly packages: number;
  readonly rules: readonly Demand[];
}

/** Orders that are looked at; demand beyond is in proportion. */
export const SAMPLE = 20_000;

/**
 * Demand of all orders, judged by the first {@link SAMPLE} of them.
 *
 * @param total orders of the instance
 */
export function measureDemand(
  contract: Contract,
  orders: Iterable<OrderRecord>,
  total: number,
  quotes: Quotes,
): readonly ChannelDemand[] {
  const tallies = contract.channels.map((channel) => ({
    rules: channel.coverage.map(() => ({ orders: 0, amount: 0 })),
    byKey: new Map<string, number>(),
  }));
  let seen = 0;
  for (const order of orders) {
    seen++;
    const amount = Math.round(Number(order.amount) * 100);
    const quote = cheapest(quotes(order.bank, order.accountType, order.business, amount), order, contract);
    if (quote !== undefined) {
      const tally = tallies[quote.channel]!;
      const rule = tally.rules[quote.rule]!;
      rule.orders++;
      rule.amount += amount;
      const separateBy = contract.channels[quote.channel]!.package.separateBy;
      const key = separateBy.map((field) => order[field as "bank" | "accountType"]).join("/");
      tally.byKey.set(key, (tally.byKey.get(key) ?? 0) + 1);
    }
    if (seen === SAMPLE) break;
  }
  const scale = total / Math.max(1, seen);
  return tallies.map(({ rules, byKey }, c) => {
    const scaled = rules.map(({ orders, amount }) => ({ orders: orders * scale, amount: amount * scale }));
    const maxOrders = contract.channels[c]!.package.maxOrders;
    return {
      orders: scaled.reduce((sum, rule) => sum + rule.orders, 0),
      amount: scaled.reduce((sum, rule) => sum + rule.amount, 0),
      packages: [...byKey.values()].reduce((sum, count) => sum + Math.ceil((count * scale) / maxOrders), 0),
      rules: scaled,
    };
  });
}

/** Ties go to the channel that stands first in the file. */
function cheapest(quotes: readonly Quote[], order: OrderRecord, contract: Contract): Quote | undefined {
  const only = order.channels === "" ? null : order.channels.split("|");
  let best: Quote | undefined;
  for (const quote of quotes) {
    if (only !== null && !only.includes(contract.channels[quote.channel]!.id)) continue;
    if (best === undefined || quote.price < best.price) best = quote;
  }
  return best;
}
