import {
  type Channel,
  type FeeSchedule,
  type Objective,
  RATE_ONE,
  type RoundMode,
  type Rule,
} from "./contract.js";
import { COST_UNITS_PER_MINOR, type CostUnits, type MinorUnits } from "./money.js";

/**
 * The expected charge of an order, exact. Doubles carry the arithmetic as long as every intermediate result is a safe
 * integer, which they prove as they go; bigints take over where one is not. See formulation.md (charges).
 *
 * A fee in cost units is `(flat · 10^e + rate · amount) / 10^4`, with flat and rate in 10^-8, the amount in minor
 * units and e the currency's exponent. Numerators of that fraction are what is kept and clamped. Of marginal tiers an
 * amount pays those below its own in full, which is one number for each tier: it is part of the tier's flat, min and max.
 */
export interface ChargeSchedule {
  readonly tiers: readonly ChargeTier[];
  /** Denominator that takes a numerator to multiples of `roundTo`. */
  readonly divisor: number;
  readonly roundTo: CostUnits;
  readonly roundMode: RoundMode;
  /** Success probability as a reduced fraction. */
  readonly successNumerator: number;
  readonly successDenominator: number;
  /** `(denominator − numerator) · (failureFee + failureCost)`. */
  readonly failurePart: bigint;
}

interface ChargeTier {
  /** The rate is of what an amount has above this. */
  readonly from: MinorUnits;
  readonly upTo: MinorUnits;
  readonly flat: bigint;
  readonly rate: bigint;
  readonly min: bigint;
  /** Null where there is none. */
  readonly max: bigint | null;
  /** The same as doubles; NaN where one is no safe integer, which sends every order to the bigints. */
  readonly flatNumber: number;
  readonly rateNumber: number;
  readonly minNumber: number;
  readonly maxNumber: number;
}

const FEE_DENOMINATOR = 10_000n;

/** Prepares a rule's fee and success rate for many orders. */
export function chargeSchedule(
  channel: Channel,
  rule: Rule,
  objective: Objective,
  exponent: number,
): ChargeSchedule {
  const minor = 10n ** BigInt(exponent);
  const divisor = FEE_DENOMINATOR * BigInt(rule.fee.roundTo);
  const common = gcd(rule.successRate, RATE_ONE);
  const successNumerator = rule.successRate / common;
  const successDenominator = RATE_ONE / common;
  return {
    tiers: chargeTiers(rule.fee, minor),
    divisor: asSafe(divisor),
    roundTo: rule.fee.roundTo,
    roundMode: rule.fee.roundMode,
    successNumerator,
    successDenominator,
    failurePart:
      BigInt(successDenominator - successNumerator) *
      (BigInt(channel.failureFee) + BigInt(objective.failureCost)),
  };
}

/** @param minor minor units in the major unit */
function chargeTiers({ tiers, apply }: FeeSchedule, minor: bigint): ChargeTier[] {
  let from = 0;
  let below = 0n;
  return tiers.map((tier) => {
    const flat = below + tier.flat * minor;
    const min = below + (tier.min ?? 0n) * minor;
    const max = tier.max === null ? null : below + tier.max * minor;
    const made: ChargeTier = {
      from,
      upTo: tier.upTo,
      flat,
      rate: tier.rate,
      min,
      max,
      flatNumber: asSafe(flat),
      rateNumber: asSafe(tier.rate),
      minNumber: asSafe(min),
      maxNumber: max === null ? Infinity : asSafe(max),
    };
    if (apply === "marginal" && tier.upTo < Infinity) {
      below = numeratorOf(made, tier.upTo);
      from = tier.upTo;
    }
    return made;
  });
}

/** Numerator of the fee of an amount in the tier. */
function numeratorOf({ from, flat, rate, min, max }: ChargeTier, amount: MinorUnits): bigint {
  let numerator = flat + rate * BigInt(amount - from);
  if (numerator < min) numerator = min;
  if (max !== null && numerator > max) numerator = max;
  return numerator;
}

/**
 * Expected charge of an order of that amount, in cost units.
 *
 * @returns a safe integer, or NaN where the charge is beyond 2^53 cost units
 */
export function chargeOf(schedule: ChargeSchedule, amount: MinorUnits): CostUnits {
  const tiers = schedule.tiers;
  let t = 0;
  while (amount > tiers[t]!.upTo) t++;
  const tier = tiers[t]!;
  let numerator = tier.flatNumber + tier.rateNumber * (amount - tier.from);
  // A product or sum above 2^53 may have been rounded; one at most that large is exact. NaN fails the test too.
  if (!(numerator <= Number.MAX_SAFE_INTEGER)) return chargeBig(schedule, tier, amount);
  if (numerator < tier.minNumber) numerator = tier.minNumber;
  if (numerator > tier.maxNumber) numerator = tier.maxNumber;
  if (Number.isNaN(tier.minNumber + tier.maxNumber + schedule.divisor))
    return chargeBig(schedule, tier, amount);
  const fee = divideRounding(numerator, schedule.divisor, schedule.roundMode) * schedule.roundTo;
  if (schedule.successDenominator === schedule.successNumerator) {
    return fee <= Number.MAX_SAFE_INTEGER ? fee : chargeBig(schedule, tier, amount);
  }
  const expected = schedule.successNumerator * fee + Number(schedule.failurePart);
  if (!(expected * 2 <= Number.MAX_SAFE_INTEGER)) return chargeBig(schedule, tier, amount);
  return divideRounding(expected, schedule.successDenominator, "halfUp");
}

/** Amounts, those up to the piece before aside, whose charge is one and the same, or depends on each. */
export interface ChargePiece {
  readonly upTo: MinorUnits;
  readonly same: boolean;
}

/** The pieces of a schedule, ascending; the last has no end. */
export function chargePieces({ tiers }: ChargeSchedule): ChargePiece[] {
  const pieces: ChargePiece[] = [];
  let before = 0;
  /** @param room of amount in the tier */
  const cut = (room: bigint | number, tier: ChargeTier, same: boolean) => {
    const end = room < tier.upTo - tier.from ? tier.from + Number(room) : tier.upTo;
    if (end <= before) return;
    pieces.push({ upTo: end, same });
    before = end;
  };
  for (const tier of tiers) {
    if (tier.rate > 0n) {
      if (tier.min > tier.flat) cut((tier.min - tier.flat) / tier.rate, tier, true);
      const least = tier.max === null ? null : (tier.max - tier.flat + tier.rate - 1n) / tier.rate;
      cut(least === null ? Infinity : least - 1n, tier, false);
    }
    cut(Infinity, tier, true);
  }
  return pieces;
}

/** Rounds a quotient of non-negative safe integers; exact, although the division is done in doubles. */
export function divideRounding(numerator: number, divisor: number, mode: RoundMode): number {
  let quotient = Math.floor(numerator / divisor);
  let rest = numerator - quotient * divisor;
  if (rest < 0) {
    quotient--;
    rest += divisor;
  } else if (rest >= divisor) {
    quotient++;
    rest -= divisor;
  }
  if (rest === 0) return quotient;
  switch (mode) {
    case "halfUp":
      return rest >= divisor - rest ? quotient + 1 : quotient;
    case "halfEven": {
      const above = rest - (divisor - rest);
      return above > 0 || (above === 0 && quotient % 2 === 1) ? quotient + 1 : quotient;
    }
    case "up":
      return quotient + 1;
    case "down":
      return quotient;
  }
}

function chargeBig(schedule: ChargeSchedule, tier: ChargeTier, amount: MinorUnits): number {
  const roundTo = BigInt(schedule.roundTo);
  const fee =
    divideRoundingBig(numeratorOf(tier, amount), FEE_DENOMINATOR * roundTo, schedule.roundMode) * roundTo;
  const denominator = BigInt(schedule.successDenominator);
  const expected = divideRoundingBig(
    BigInt(schedule.successNumerator) * fee + schedule.failurePart,
    denominator,
    "halfUp",
  );
  return asSafe(expected);
}

/** Rounds a quotient of non-negative bigints. */
export function divideRoundingBig(numerator: bigint, divisor: bigint, mode: RoundMode): bigint {
  const quotient = numerator / divisor;
  const rest = numerator % divisor;
  if (rest === 0n) return quotient;
  const twice = 2n * rest;
  switch (mode) {
    case "halfUp":
      return twice >= divisor ? quotient + 1n : quotient;
    case "halfEven":
      return twice > divisor || (twice === divisor && quotient % 2n === 1n) ? quotient + 1n : quotient;
    case "up":
      return quotient + 1n;
    case "down":
      return quotient;
  }
}

/** The penalty of a deferred order: its own or the plan's, plus the objective's rate of its amount. */
export function penaltyOf(base: CostUnits, rate: number, amount: MinorUnits): bigint {
  const share = BigInt(amount) * BigInt(COST_UNITS_PER_MINOR) * BigInt(rate);
  return BigInt(base) + divideRoundingBig(share, BigInt(RATE_ONE), "halfUp");
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

function asSafe(value: bigint): number {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : Number.NaN;
}
