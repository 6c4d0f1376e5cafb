import { type ChargeSchedule, chargeOf, chargeSchedule } from "../model/charge.js";
import type { Contract } from "../model/contract.js";
import { coverageMatcher, ruleForAmount } from "../model/coverage.js";
import type { OrderProfile } from "../model/order.js";
import type { CoveredBy } from "./orders.js";

/** What a channel asks of an order: the rule that decides, and its price. */
export interface Quote {
  readonly channel: number;
  readonly rule: number;
  /** Charge in cost units plus the order's share of a full package's fee, which need not be whole. */
  readonly price: number;
}

/** Asks every channel for a quote; those that do not cover the order give none. */
export type Quotes = (
  bank: string,
  accountType: string,
  business: string,
  amount: number,
) => readonly Quote[];

/** Prepares the quotes of a draft; rules are matched once for each bank, account type and business. */
export function quotesOf(contract: Contract): Quotes {
  const matchers = contract.channels.map(coverageMatcher);
  const schedules: readonly (readonly ChargeSchedule[])[] = contract.channels.map((channel) =>
    channel.coverage.map((rule) => chargeSchedule(channel, rule, contract.objective, contract.exponent)),
  );
  const shares = contract.channels.map(({ package: terms }) => terms.feeTiers[0]!.fee / terms.maxOrders);
  const matches = new Map<string, readonly (readonly number[])[]>();
  return (bank, accountType, business, amount) => {
    const key = `${bank}/${accountType}/${business}`;
    let rules = matches.get(key);
    if (rules === undefined) {
      const profile = profileOf(bank, { accountType, business });
      rules = matchers.map((match) => match(profile).rules);
      matches.set(key, rules);
    }
    const quotes: Quote[] = [];
    for (let channel = 0; channel < rules.length; channel++) {
      const candidates = rules[channel]!;
      if (candidates.length === 0) continue;
      const rule = ruleForAmount(contract.channels[channel]!.coverage, candidates, amount);
      if (rule < 0) continue;
      quotes.push({
        channel,
        rule,
        price: chargeOf(schedules[channel]![rule]!, amount) + shares[channel]!,
      });
    }
    return quotes;
  };
}

/** Ids of the channels that quote. */
export function coveredByOf(contract: Contract): CoveredBy {
  const quotes = quotesOf(contract);
  return (...order) => quotes(...order).map(({ channel }) => contract.channels[channel]!.id);
}

function profileOf(bank: string, attributes: Readonly<Record<string, string>>): OrderProfile {
  return { bank, attributes, channels: null, dueBy: Infinity, delayWeight: 1_000_000, unroutedPenalty: null };
}
