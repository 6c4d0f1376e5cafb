import type { PriceSet } from "../../model/certificate.js";
import { worthAtMost } from "./choosing.js";
import type { Premises } from "./premises.js";
import type { ExpenseParts, Terms } from "./terms.js";

/** What a channel asks of an order, in price units. */
export interface ChannelAsk extends ExpenseParts {
  /**
   * For the place: the price that the set of prices states, or else the one at which as many orders of the key want to
   * buy as the plan has there.
   */
  readonly place: number;
  /** All of it together; Infinity where no row of the queue is in time for the order. */
  readonly all: number;
}

/** What orders are asked at one set of prices (docs/certificate.md, steps 2 and 3). */
export interface OrderAsks {
  /** Price units in a cost unit. */
  readonly scale: number;
  /** What routing an order is worth at the prices, `W(i)` in price units; 0 where it is rejected. */
  worth(order: number): number;
  /** What a channel asks of an order; null where it could not take it alone. */
  ask(order: number, channel: number): ChannelAsk | null;
}

/**
 * @param own what the set says orders are worth
 * @param sold `[channel][separation key]` orders of the plan
 */
export function orderAsks(
  premises: Premises,
  terms: readonly Terms[],
  own: PriceSet["worth"],
  sold: readonly Float64Array[],
): OrderAsks {
  const { survey, scale } = premises;
  return {
    scale,
    worth(order) {
      if (survey.leastCharge[order] === Infinity) return 0;
      let worth = worthAtMost(premises, own, order);
      for (const [c, each] of terms.entries())
        if (each.hasPrice && survey.takes.has(order, c))
          worth = Math.min(worth, each.expense(order) + each.place(order));
      return worth;
    },
    ask(order, c) {
      if (!survey.takes.has(order, c)) return null;
      const each = terms[c]!;
      const parts = each.expenseParts(order);
      const stated = each.place(order);
      const key = each.separation.key(order);
      const place = stated < Infinity ? stated : clearingPrice(each, key, sold[c]![key]!);
      const expense =
        parts.charge + parts.volume + parts.package + parts.limits + parts.amount + parts.waiting;
      return { ...parts, place, all: expense + place };
    },
  };
}

/** The margin of the last order sold where the best so many are; 0 where fewer have one. */
function clearingPrice({ offers }: Terms, key: number, sold: number): number {
  const { values, counts } = offers[key]!.margins.highestFirst();
  let orders = 0;
  for (let i = 0; i < values.length; i++) {
    orders += counts[i]!;
    if (orders >= sold) return Math.max(0, values[i]!);
  }
  return 0;
}
