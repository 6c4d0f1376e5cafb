import type { Coverage } from "packwright/client";
import { money } from "./money.js";
import type { Order } from "./orders.js";

type Offers = Coverage["others"];

/**
 * Channels of a mode that take an order, in the order of the contract. Limits, queues and prices are the plan's business; this
 * is only what can be said of an order by itself.
 */
export function channelsFor(order: Order, coverage: Coverage, mode: "batch" | "single"): string[] {
  const offers: Offers = coverage.banks.find(({ bank }) => bank === order.bank) ?? coverage.others;
  const taking = offers[mode].filter(
    ({ channel, where, amount }) =>
      (order.channels?.includes(channel) ?? true) &&
      order.amount >= money(amount.min) &&
      (amount.max === null || order.amount <= money(amount.max)) &&
      Object.entries(where).every(([name, values]) => values.includes(order.attributes[name] ?? "")),
  );
  return [...new Set(taking.map(({ channel }) => channel))];
}

export function isCovered(order: Order, coverage: Coverage): boolean {
  return (
    channelsFor(order, coverage, "batch").length > 0 || channelsFor(order, coverage, "single").length > 0
  );
}
