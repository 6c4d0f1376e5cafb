import type { Contract } from "../../model/contract.js";
import { type ProfileMatch, ruleForAmount, Stage } from "../../model/coverage.js";
import type { CoverageStage, UnfitCode } from "../../model/explanation.js";
import type { OrderTable } from "../../model/order.js";
import { holdTime } from "../../model/queue.js";
import { type ChannelTerms, channelTerms } from "../outlooks.js";

/** Why a channel could not take an order even alone. */
export interface Unfit {
  readonly code: UnfitCode;
  /** With `NOT_COVERED`. */
  readonly stage?: CoverageStage;
}

const STAGES: Readonly<Partial<Record<Stage, CoverageStage>>> = {
  [Stage.bank]: "bank",
  [Stage.attributes]: "attributes",
  [Stage.amount]: "amount",
};

/** Says why a channel could not take an order even alone; null where it could. */
export function fitness(contract: Contract, orders: OrderTable): (order: number, c: number) => Unfit | null {
  const terms = contract.channels.map((_, c) => channelTerms(contract, c));
  const matches: (readonly ProfileMatch[] | undefined)[] = [];
  return (order, c) => {
    const p = orders.profile[order]!;
    const profile = orders.profiles[p]!;
    if (profile.channels !== null && !profile.channels.includes(c)) return { code: "NOT_PERMITTED" };
    matches[p] ??= terms.map(({ match }) => match(profile));
    const { rules, stage } = matches[p][c]!;
    const amount = orders.amount[order]!;
    const rule = ruleForAmount(contract.channels[c]!.coverage, rules, amount);
    if (rule < 0) return { code: "NOT_COVERED", stage: STAGES[stage]! };
    return unfitAlone(terms[c]!, rule, amount, profile.dueBy);
  };
}

function unfitAlone(
  { channel, amountCap, earliestFinish }: ChannelTerms,
  rule: number,
  amount: number,
  dueBy: number,
): Unfit | null {
  const cap = amountCap[rule]!;
  if (cap < 0) return { code: "CHANNEL_CLOSED" };
  if (amount > channel.package.maxAmount) return { code: "PACKAGE_AMOUNT" };
  if (amount > cap) return { code: "AMOUNT_ABOVE_LIMIT" };
  if (channel.queue.start + holdTime(channel.queue, 1) > channel.queue.cutOff) return { code: "CUT_OFF" };
  return earliestFinish > dueBy ? { code: "DUE_BY" } : null;
}
