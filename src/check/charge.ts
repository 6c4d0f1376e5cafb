import {
  type Channel,
  type Contract,
  type FeeTier,
  RATE_ONE,
  type RoundMode,
  type Rule,
} from "../model/contract.js";
import { Fault } from "../model/issue.js";
import { COST_UNITS_PER_MINOR, type CostTotal, type CostUnits, type MinorUnits } from "../model/money.js";
import { greatestCommonDivisor, roundDivide, roundsUp } from "./exact.js";

/**
 * The expected charge of an order in plain exact arithmetic: `p × fee + (1 − p) × (failureFee + failureCost)`, rounded
 * half-up to a cost unit. {@link ChargeTable} gives the same figures faster.
 */
export function exactCharge(contract: Contract, channel: Channel, rule: Rule, amount: MinorUnits): CostTotal {
  const fee = exactFee(rule, amount, contract.exponent);
  const success = BigInt(rule.successRate);
  const one = BigInt(RATE_ONE);
  const failure = BigInt(channel.failureFee) + BigInt(contract.objective.failureCost);
  return roundDivide(success * fee + (one - success) * failure, one, "halfUp");
}

/**
 * The fee of an order in cost units: flat + rate × amount, clamped, then rounded as the schedule says. Marginal tiers
 * do so each with its own part of the amount, and what they come to together is rounded.
 */
function exactFee(rule: Rule, amount: MinorUnits, exponent: number): CostTotal {
  const { tiers, apply, roundTo, roundMode } = rule.fee;
  // Fee parts are in 10^-8 of the major unit, a rate times an amount is 10^exponent times as fine.
  const minors = 10n ** BigInt(exponent);
  const feeIn = (tier: FeeTier, part: MinorUnits): bigint => {
    let fee = tier.flat * minors + tier.rate * BigInt(part);
    if (tier.min !== null && fee < tier.min * minors) fee = tier.min * minors;
    if (tier.max !== null && fee > tier.max * minors) fee = tier.max * minors;
    return fee;
  };
  let fee = 0n;
  let reached = 0;
  for (const tier of tiers) {
    const isLast = amount <= tier.upTo;
    if (apply === "marginal") fee += feeIn(tier, (isLast ? amount : tier.upTo) - reached);
    else if (isLast) fee = feeIn(tier, amount);
    if (isLast) break;
    reached = tier.upTo;
  }
  // 10^-(8 + exponent) of the major unit are 10^-4 of a cost unit.
  const step = BigInt(roundTo) * 10_000n;
  return roundDivide(fee, step, roundMode) * BigInt(roundTo);
}

const MAX = Number.MAX_SAFE_INTEGER;

/** A tier with doubles for all its figures; `exact` where one of them is none. */
interface Tier {
  readonly upTo: number;
  /** Charge of every order of the tier, or NaN where it depends on the amount. */
  readonly constant: number;
  /** Whether only bigints can hold the tier's figures. */
  readonly exact: boolean;
  readonly flat: number;
  readonly rate: number;
  readonly min: number;
  readonly max: number;
}

/** A rule as the fast path wants it. */
interface RuleTerms {
  readonly tiers: readonly Tier[];
  /** Whether the tiers below one are paid, too. */
  readonly marginal: boolean;
  readonly roundTo: number;
  readonly step: number;
  readonly mode: RoundMode;
  /** Success rate as a fraction in lowest terms. */
  readonly success: number;
  readonly outOf: number;
  /** What failing adds to the numerator of the expected charge. */
  readonly failure: number;
}

/** Expected charges of all rules, in doubles wherever every intermediate result is a safe integer. */
export class ChargeTable {
  readonly #contract: Contract;
  readonly #rules: readonly Rule[];
  readonly #channelOfRule: Int32Array;
  readonly #terms: readonly RuleTerms[];

  /** @param rules of all channels, and @param channelOfRule the channel of each */
  constructor(contract: Contract, rules: readonly Rule[], channelOfRule: Int32Array) {
    this.#contract = contract;
    this.#rules = rules;
    this.#channelOfRule = channelOfRule;
    this.#terms = rules.map((rule, r) => termsOf(contract, contract.channels[channelOfRule[r]!]!, rule));
  }

  /**
   * The expected charge of an amount under a rule.
   *
   * @throws Fault where it is no safe integer, as the contract asks; intake is to refuse such input
   */
  charge(rule: number, amount: MinorUnits): CostUnits {
    const terms = this.#terms[rule]!;
    const tiers = terms.tiers;
    let t = 0;
    while (amount > tiers[t]!.upTo) t++;
    if (tiers[t]!.constant >= 0) return tiers[t]!.constant;

    let fee = 0;
    let reached = 0;
    for (let below = 0; terms.marginal && below < t; below++) {
      fee += feeIn(tiers[below]!, tiers[below]!.upTo - reached);
      reached = tiers[below]!.upTo;
    }
    fee += feeIn(tiers[t]!, amount - reached);
    // A product or sum beyond the safe integers comes out beyond them, however it was rounded; so does none at all.
    if (!(fee + terms.step <= MAX)) return this.#exactly(rule, amount);
    const units = divide(fee, terms.step, terms.mode) * terms.roundTo;
    if (terms.success === terms.outOf) return units;

    const expected = terms.success * units + terms.failure;
    if (!(expected + terms.outOf <= MAX)) return this.#exactly(rule, amount);
    return divide(expected, terms.outOf, "halfUp");
  }

  #exactly(rule: number, amount: MinorUnits): CostUnits {
    const channel = this.#contract.channels[this.#channelOfRule[rule]!]!;
    const charge = exactCharge(this.#contract, channel, this.#rules[rule]!, amount);
    if (charge > BigInt(MAX))
      throw new Fault(
        "CHARGE_OUT_OF_RANGE",
        `The charge of an order of ${amount} minor units on channel ${channel.id} is ${charge} cost units. ` +
          "Maybe a fee has too many digits.",
      );
    return Number(charge);
  }
}

/** What a tier asks for a part of an amount, before it is rounded; NaN where only bigints can tell. */
function feeIn({ exact, flat, rate, min, max }: Tier, part: MinorUnits): number {
  if (exact) return Number.NaN;
  return Math.min(max, Math.max(min, flat + rate * part));
}

/** As {@link roundDivide}, for doubles whose sum is a safe integer; the divisor is at most half of the largest. */
function divide(dividend: number, divisor: number, mode: RoundMode): number {
  // The quotient of two safe integers, rounded to a double and then down, is right or one too high.
  let quotient = Math.floor(dividend / divisor);
  let rest = dividend - quotient * divisor;
  if (rest < 0) {
    quotient--;
    rest += divisor;
  }
  return roundsUp(mode, quotient % 2 === 1, rest === 0, rest - (divisor - rest)) ? quotient + 1 : quotient;
}

function termsOf(contract: Contract, channel: Channel, rule: Rule): RuleTerms {
  const divisor = greatestCommonDivisor(rule.successRate, RATE_ONE);
  const success = rule.successRate / divisor;
  const outOf = RATE_ONE / divisor;
  const failure = (outOf - success) * (channel.failureFee + contract.objective.failureCost);
  const { roundTo, roundMode } = rule.fee;
  const step = roundTo * COST_UNITS_PER_MINOR;
  const minors = 10n ** BigInt(contract.exponent);
  let below = 0;
  const tiers = rule.fee.tiers.map((tier): Tier => {
    const rate = Number(tier.rate);
    const flat = Number(tier.flat * minors);
    const min = tier.min === null ? 0 : Number(tier.min * minors);
    const max = tier.max === null ? Infinity : Number(tier.max * minors);
    const constant = tier.rate === 0n ? exactCharge(contract, channel, rule, below + 1) : null;
    below = tier.upTo;
    return {
      upTo: tier.upTo,
      constant: constant !== null && constant <= BigInt(MAX) ? Number(constant) : Number.NaN,
      exact: [flat, min, step, failure, max === Infinity ? 0 : max].some((value) => value > MAX / 2),
      flat,
      rate,
      min,
      max,
    };
  });
  const marginal = rule.fee.apply === "marginal";
  return { tiers, marginal, roundTo, step, mode: roundMode, success, outOf, failure };
}
