import type { Channel, Rule } from "./contract.js";
import type { MinorUnits } from "./money.js";
import { fieldOf, type OrderProfile } from "./order.js";

/** How far an order got on a channel; the furthest stage over all channels is its reason when it is rejected. */
export const Stage = {
  bank: 0,
  attributes: 1,
  amount: 2,
  time: 3,
  /** The channel could take the order alone. */
  taken: 4,
} as const;
export type Stage = (typeof Stage)[keyof typeof Stage];

/** A coverage rule with its bank list as a set: built once, asked once for each profile. */
interface RuleMatcher {
  readonly banks: ReadonlySet<string> | null;
  readonly except: ReadonlySet<string>;
  readonly where: readonly { readonly attribute: string; readonly values: ReadonlySet<string> }[];
}

/** What a channel's rules say to a profile before the amount is known. */
export interface ProfileMatch {
  /** Rules whose banks and attributes match, in rule order: the first whose amount range holds decides. */
  readonly rules: readonly number[];
  /** The stage reached where no rule's amount range holds. */
  readonly stage: Stage;
}

/** Prepares a channel's coverage for many profiles. */
export function coverageMatcher(channel: Channel): (profile: OrderProfile) => ProfileMatch {
  const matchers: RuleMatcher[] = channel.coverage.map((rule) => ({
    banks: rule.banks === null ? null : new Set(rule.banks),
    except: new Set(rule.except),
    where: rule.where.map(({ attribute, values }) => ({ attribute, values: new Set(values) })),
  }));
  return (profile) => {
    const rules: number[] = [];
    let stage: Stage = Stage.bank;
    matchers.forEach((matcher, rule) => {
      if (matcher.banks !== null && !matcher.banks.has(profile.bank)) return;
      if (matcher.except.has(profile.bank)) return;
      if (stage === Stage.bank) stage = Stage.attributes;
      if (!matcher.where.every(({ attribute, values }) => values.has(fieldOf(profile, attribute)))) return;
      stage = Stage.amount;
      rules.push(rule);
    });
    return { rules, stage };
  };
}

/** The first of `rules` whose amount range holds, or -1. */
export function ruleForAmount(
  coverage: readonly Rule[],
  rules: readonly number[],
  amount: MinorUnits,
): number {
  for (let i = 0; i < rules.length; i++) {
    const rule = coverage[rules[i]!]!;
    if (amount >= rule.amountMin && amount <= rule.amountMax) return rules[i]!;
  }
  return -1;
}
