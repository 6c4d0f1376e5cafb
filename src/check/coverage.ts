import type { Contract, Rule } from "../model/contract.js";
import { fieldOf, type OrderProfile, type OrderTable } from "../model/order.js";
import { PairNumbers, TextNumbers } from "./exact.js";

/** How far an order got with the rules of a channel, its amount aside. */
export const REACHED_NOTHING = 0;
export const REACHED_BANK = 1;
export const REACHED_ATTRIBUTES = 2;

/**
 * Which rule of which channel decides an order. Orders that no rule can tell apart but by their amount form one kind;
 * each kind has, for each channel, the short list of rules that its amount then chooses from.
 */
export class Coverage {
  /** Rules of all channels in one row; a rule's index here names it everywhere in the checker. */
  readonly rules: readonly Rule[];
  /** `[rule]` */
  readonly channelOfRule: Int32Array;
  readonly #channels: number;
  readonly #amount: Float64Array;
  /** `[order]` */
  readonly #kind: Int32Array;
  /** `[kind * channels + channel]` where the kind's list begins in `#lists`, or -1 for none. */
  readonly #first: Int32Array;
  /** Rule indices; -1 ends a list. */
  readonly #lists: Int32Array;
  /** `[kind * channels + channel]` */
  readonly #reached: Uint8Array;
  /** `[rule]` */
  readonly #amountMin: Float64Array;
  readonly #amountMax: Float64Array;

  constructor(contract: Contract, orders: OrderTable) {
    const channels = contract.channels;
    this.rules = channels.flatMap((channel) => channel.coverage);
    this.channelOfRule = Int32Array.from(channels.flatMap((channel, c) => channel.coverage.map(() => c)));
    this.#channels = channels.length;
    this.#amount = orders.amount;
    this.#amountMin = Float64Array.from(this.rules, (rule) => rule.amountMin);
    this.#amountMax = Float64Array.from(this.rules, (rule) => rule.amountMax);

    const { kindOf, examples } = sortIntoKinds(this.rules, orders.profiles);
    this.#kind = new Int32Array(orders.count);
    for (let order = 0; order < orders.count; order++) this.#kind[order] = kindOf[orders.profile[order]!]!;

    const matchers = this.rules.map(matcherOf);
    const lists: number[] = [];
    this.#first = new Int32Array(examples.length * channels.length).fill(-1);
    this.#reached = new Uint8Array(examples.length * channels.length);
    examples.forEach((profile, kind) => {
      let rule = 0;
      channels.forEach((channel, c) => {
        const at = kind * channels.length + c;
        const end = rule + channel.coverage.length;
        if (profile.channels === null || profile.channels.includes(c)) {
          const begin = lists.length;
          let reached = REACHED_NOTHING;
          for (let r = rule; r < end; r++) {
            const stage = matchers[r]!(profile);
            if (stage > reached) reached = stage;
            if (stage < REACHED_ATTRIBUTES) continue;
            lists.push(r);
            // Amounts are at least 1, so nothing passes this rule on to the next.
            if (this.#amountMin[r]! <= 1 && this.#amountMax[r] === Infinity) break;
          }
          if (lists.length > begin) {
            lists.push(-1);
            this.#first[at] = begin;
          }
          this.#reached[at] = reached;
        }
        rule = end;
      });
    });
    this.#lists = Int32Array.from(lists);
  }

  /** The rule by which the channel takes the order, or -1 where it does not cover it or the order may not use it. */
  ruleOf(order: number, channel: number): number {
    let at = this.#first[this.#kind[order]! * this.#channels + channel]!;
    if (at < 0) return -1;
    const amount = this.#amount[order]!;
    for (;;) {
      const rule = this.#lists[at++]!;
      if (rule < 0) return -1;
      if (amount >= this.#amountMin[rule]! && amount <= this.#amountMax[rule]!) return rule;
    }
  }

  /** How far the order got with the rules of a channel that it may use, its amount aside. */
  reached(order: number, channel: number): number {
    return this.#reached[this.#kind[order]! * this.#channels + channel]!;
  }
}

/** Tells how far a profile gets with one rule. */
function matcherOf(rule: Rule): (profile: OrderProfile) => number {
  const banks = rule.banks === null ? null : new Set(rule.banks);
  const except = new Set(rule.except);
  const where = rule.where.map(({ attribute, values }) => ({ attribute, values: new Set(values) }));
  return (profile) => {
    if (banks !== null && !banks.has(profile.bank)) return REACHED_NOTHING;
    if (except.has(profile.bank)) return REACHED_NOTHING;
    return where.every(({ attribute, values }) => values.has(fieldOf(profile, attribute)))
      ? REACHED_ATTRIBUTES
      : REACHED_BANK;
  };
}

/**
 * Numbers the kinds of profiles and gives an example of each. Values that no rule names are all alike, so there are
 * few kinds even where every order has a profile of its own.
 */
function sortIntoKinds(
  rules: readonly Rule[],
  profiles: readonly OrderProfile[],
): { kindOf: Int32Array; examples: readonly OrderProfile[] } {
  const banks = new TextNumbers();
  const attributes = new Map<string, TextNumbers>();
  for (const rule of rules) {
    for (const bank of [...(rule.banks ?? []), ...rule.except]) banks.of(bank);
    for (const { attribute, values } of rule.where) {
      const named = attributes.get(attribute) ?? new TextNumbers();
      attributes.set(attribute, named);
      for (const value of values) named.of(value);
    }
  }
  const steps = [...attributes].map(([attribute, named]) => ({ attribute, named, pairs: new PairNumbers() }));
  const permissions = new TextNumbers();
  const permissionPairs = new PairNumbers();

  const kindOf = new Int32Array(profiles.length);
  const examples: OrderProfile[] = [];
  profiles.forEach((profile, p) => {
    let kind = banks.find(profile.bank) + 1;
    for (const { attribute, named, pairs } of steps)
      kind = pairs.of(kind, named.find(fieldOf(profile, attribute)) + 1);
    kind = permissionPairs.of(
      kind,
      profile.channels === null ? 0 : permissions.of(profile.channels.join()) + 1,
    );
    kindOf[p] = kind;
    // Numbers count up from 0 in the order of their first use.
    if (kind === examples.length) examples.push(profile);
  });
  return { kindOf, examples };
}
