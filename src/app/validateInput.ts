import { readChannels } from "../io/channelsReader.js";
import type { Contract } from "../model/contract.js";
import { coverageMatcher, ruleForAmount } from "../model/coverage.js";
import type { Issue } from "../model/issue.js";
import { formatAmount } from "../model/money.js";
import type { OrderTable } from "../model/order.js";
import { REJECT_REASONS, type RejectReason } from "../model/plan.js";
import { type Classes, classify } from "../solver/classes.js";
import { isDearerEverywhere } from "./dearerChannels.js";
import { readInputs } from "./readInputs.js";

export interface ValidateOptions {
  readonly channels: string;
  /** Without orders only the channels file is looked at. */
  readonly orders?: string;
  /** Channels that are taken; default any number. */
  readonly maxChannels?: number;
  /** Told when everything has been read, and nothing has been worked out yet. */
  readonly onRead?: () => void;
}

/** What the inputs are and what is odd about them. */
export interface ValidationResult {
  readonly contract: Contract;
  /** Oddities that do not stop a plan. */
  readonly warnings: readonly Issue[];
  /** Absent without orders. */
  readonly coverage?: Coverage;
}

/** Which orders can go where. */
export interface Coverage {
  readonly orders: number;
  /** Money. */
  readonly amount: string;
  readonly rejected: readonly { readonly reason: RejectReason; readonly orders: number }[];
  readonly channels: readonly {
    readonly id: string;
    /** Orders that a rule of the channel meets. */
    readonly covers: number;
    /** Orders that it could take alone. */
    readonly couldTake: number;
    /** Orders for which its charge is the least. */
    readonly cheapestFor: number;
  }[];
  /** Orders by the number of channels that could take them: `[0]` none, `[1]` one, … */
  readonly byChannelCount: readonly number[];
  /** Banks of orders that no channel covers, most orders first. */
  readonly uncoveredBanks: readonly { readonly bank: string; readonly orders: number }[];
}

/**
 * Reads the inputs and says what they hold.
 *
 * @throws InputError with every problem
 */
export async function validate(options: ValidateOptions): Promise<ValidationResult> {
  const { channels, orders, maxChannels, onRead } = options;
  if (orders === undefined)
    return { contract: (await readChannels(channels, maxChannels)).contract, warnings: [] };
  const { contract, store } = await readInputs({ channels, orders, maxChannels });
  try {
    onRead?.();
    const classes = classify(contract, store.table);
    const coverage = coverageOf(contract, store.table, classes);
    return { contract, coverage, warnings: warningsOf(contract, store.table, classes, coverage, channels) };
  } finally {
    await store.close();
  }
}

function coverageOf(contract: Contract, orders: OrderTable, classes: Classes): Coverage {
  const C = contract.channels.length;
  const couldTake = new Float64Array(C);
  const cheapestFor = new Float64Array(C);
  const byChannelCount: number[] = new Array<number>(C + 1).fill(0);
  for (let k = 0; k < classes.count; k++) {
    let count = 0;
    let least = Infinity;
    for (let c = 0; c < C; c++) {
      const charge = classes.charge[k * C + c]!;
      if (charge < 0) continue;
      count++;
      couldTake[c]! += classes.size[k]!;
      least = Math.min(least, charge);
    }
    for (let c = 0; c < C; c++) if (classes.charge[k * C + c] === least) cheapestFor[c]! += classes.size[k]!;
    byChannelCount[count]! += classes.size[k]!;
  }
  const rejected = new Map<RejectReason, number>();
  const uncovered = new Map<string, number>();
  let amount = 0n;
  for (let i = 0; i < orders.count; i++) {
    amount += BigInt(orders.amount[i]!);
    if (classes.classOf[i]! >= 0) continue;
    byChannelCount[0]! += 1;
    const reason = REJECT_REASONS[classes.stage[i]!]!;
    rejected.set(reason, (rejected.get(reason) ?? 0) + 1);
    if (reason !== "BANK_NOT_COVERED") continue;
    const { bank } = orders.profiles[orders.profile[i]!]!;
    uncovered.set(bank, (uncovered.get(bank) ?? 0) + 1);
  }
  return {
    orders: orders.count,
    amount: formatAmount(amount, contract.exponent),
    rejected: [...rejected].map(([reason, count]) => ({ reason, orders: count })),
    channels: contract.channels.map(({ id }, c) => ({
      id,
      covers: classes.covered[c]!,
      couldTake: couldTake[c]!,
      cheapestFor: cheapestFor[c]!,
    })),
    byChannelCount,
    uncoveredBanks: [...uncovered]
      .map(([bank, count]) => ({ bank, orders: count }))
      .sort((a, b) => b.orders - a.orders),
  };
}

function warningsOf(
  contract: Contract,
  orders: OrderTable,
  classes: Classes,
  coverage: Coverage,
  file: string,
): Issue[] {
  const warnings: Issue[] = [];
  const met = rulesMet(contract, orders);
  contract.channels.forEach((channel, c) => {
    const path = `channels[${c}]`;
    channel.coverage.forEach((_, r) => {
      if (met[c]![r] === 1) return;
      warnings.push({
        code: "RULE_NEVER_MET",
        file,
        path: `${path}.coverage[${r}]`,
        message: `no order meets this rule of ${channel.id}`,
        hint: "Check its banks, attributes and amounts, and the rules before it: the first that matches decides.",
      });
    });
    const { couldTake, covers } = coverage.channels[c]!;
    if (covers > 0 && couldTake === 0) {
      warnings.push({
        code: "CHANNEL_TAKES_NOTHING",
        file,
        path,
        message: `${channel.id} covers ${covers} orders and could take none of them`,
        hint: "Its limits or its cut-off shut them out.",
      });
    }
    if (couldTake > 0 && isDearerEverywhere(contract, classes, c)) {
      warnings.push({
        code: "CHANNEL_DEARER_EVERYWHERE",
        file,
        path,
        message: `${channel.id} is dearer than another channel for every order, even alone in a package there`,
        hint: "It can be of use only where the others are full or late.",
      });
    }
  });
  return warnings;
}

/** `[channel][rule]` 1 where some order is decided by the rule. */
function rulesMet(contract: Contract, orders: OrderTable): Uint8Array[] {
  const matchers = contract.channels.map((channel) => coverageMatcher(channel));
  const met = contract.channels.map((channel) => new Uint8Array(channel.coverage.length));
  const matches = orders.profiles.map((profile) => matchers.map((match) => match(profile).rules));
  for (let i = 0; i < orders.count; i++) {
    const { channels } = orders.profiles[orders.profile[i]!]!;
    contract.channels.forEach((channel, c) => {
      if (channels !== null && !channels.includes(c)) return;
      const rule = ruleForAmount(channel.coverage, matches[orders.profile[i]!]![c]!, orders.amount[i]!);
      if (rule >= 0) met[c]![rule] = 1;
    });
  }
  return met;
}
