import { type Channel, type Contract, RATE_ONE, type Rule, VOLUME_SCALE } from "../model/contract.js";
import { COST_SCALE } from "../model/money.js";

/**
 * Whether plans cost a straight line over a parameter of the contract, and over which of its values. Judged by what
 * differs between the contracts of two values: nothing of it may decide which plans are valid, and each part must
 * change what a plan costs by the same whole cost units wherever it is raised by one step. Every charge, and what every volume
 * costs, is rounded for itself, so that a step has to be whole in each of them.
 */
export type Linearity =
  /** Every plan costs a straight line over values that are so many units of the parameter apart. */
  | { readonly linear: true; readonly step: bigint }
  /** `why` goes on from the name of the parameter. */
  | { readonly linear: false; readonly why: string };

/** A part of a contract: keys and indices from its root. */
type Place = readonly string[];

/**
 * @param low the contract at one value of the parameter
 * @param high at another
 * @param decimals of the parameter: its unit is 10^-decimals of money, or of a rate
 */
export function linearityOf(low: Contract, high: Contract, decimals: number): Linearity {
  let step = 1n;
  for (const place of differences(low, high, [])) {
    const part = partOf(low, place, decimals);
    if (typeof part === "string") return { linear: false, why: part };
    step = leastCommonMultiple(step, part);
  }
  return { linear: true, step };
}

const ROUNDED = "is rounded order by order and not in steps that all orders share";
const DECIDES = "decides which plans there are, or bends what they cost";
const MINIMUM_FEE = "is part of charges that a minimum fee of the month is held against";

/** The step of one part that differs, in units of the parameter; or why there is none. */
function partOf(contract: Contract, place: Place, decimals: number): bigint | string {
  const [list, index, ...rest] = place;
  /** Cost units as units of the parameter. */
  const inUnits = (costs: bigint) => costs * 10n ** BigInt(decimals - contract.exponent - COST_SCALE);
  if (list === "objective") {
    if (index === "unroutedPenalty") return inUnits(1n);
    if (index === "failureCost") {
      if (contract.channels.some(hasMinimumFee)) return MINIMUM_FEE;
      return inUnits(
        contract.channels.flatMap(({ coverage }) => coverage.map(chargeStep)).reduce(leastCommonMultiple, 1n),
      );
    }
    if (index === "delayCostPerOrderHour")
      return "is what waiting is worth, which is rounded up once for each channel";
    if (index === "unroutedPenaltyRate") return ROUNDED;
    return DECIDES;
  }
  if (list !== "channels") return DECIDES;
  const channel = contract.channels[Number(index)];
  if (channel === undefined) return DECIDES;
  const [part, ...under] = rest;
  switch (part) {
    case "package":
      // A package's tier follows from its orders, not from its fee.
      return under[0] === "feeTiers" && (under[2] === "fee" || under[2] === "perOrder")
        ? inUnits(1n)
        : DECIDES;
    case "failureFee":
      if (hasMinimumFee(channel)) return MINIMUM_FEE;
      return inUnits(channel.coverage.map(chargeStep).reduce(leastCommonMultiple, 1n));
    case "coverage":
      return feeStep(channel, under, inUnits);
    case "volume": {
      const isPrice = under[2] === "price" || (under[0] === "minimum" && under[1] === "shortfall");
      if (!isPrice) return DECIDES;
      // A rate of 10^-8 makes a part of a cost unit for each minor unit.
      return channel.volume!.unit === "amount" ? BigInt(VOLUME_SCALE) : inUnits(1n);
    }
    default:
      return DECIDES;
  }
}

/** The step of what a rule's fee says. */
function feeStep(channel: Channel, under: Place, inUnits: (costs: bigint) => bigint): bigint | string {
  const [index, part, tiers, t, field] = under;
  if (part === "successRate") return ROUNDED;
  if (part !== "fee" || tiers !== "tiers") return DECIDES;
  if (field === "rate") return ROUNDED;
  if (field !== "flat") return DECIDES;
  const rule = channel.coverage[Number(index)]!;
  const tier = rule.fee.tiers[Number(t)]!;
  if (tier.min !== null || tier.max !== null) return "is held within a least and a highest fee";
  if (hasMinimumFee(channel)) return MINIMUM_FEE;
  // To the nearest even one of two: raised by one, the other is even.
  const rounding = BigInt(rule.fee.roundTo) * (rule.fee.roundMode === "halfEven" ? 2n : 1n);
  return inUnits(leastCommonMultiple(rounding, chargeStep(rule)));
}

/** Cost units by which a fee, or what a failure costs, is raised so that its expected charge is by whole ones. */
function chargeStep({ successRate }: Rule): bigint {
  return BigInt(RATE_ONE) / greatestCommonDivisor(BigInt(successRate), BigInt(RATE_ONE));
}

function hasMinimumFee({ minimumFee }: Channel): boolean {
  return minimumFee !== null && minimumFee.fee > minimumFee.toDate;
}

/** Places at which two values differ, or one of which has nothing where the other has something. */
function differences(a: unknown, b: unknown, place: Place): Place[] {
  if (a === b) return [];
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return [place];
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  const memberOf = (value: object, key: string) => (value as Readonly<Record<string, unknown>>)[key];
  return [...keys].flatMap((key) => differences(memberOf(a, key), memberOf(b, key), [...place, key]));
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestCommonDivisor(b, a % b);
}

function leastCommonMultiple(a: bigint, b: bigint): bigint {
  return (a / greatestCommonDivisor(a, b)) * b;
}
