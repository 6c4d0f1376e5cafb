import type { CostUnits, MinorUnits } from "./money.js";
import type { Micros } from "./time.js";

/**
 * The channels file after parsing: exact, defaults filled in, absent limits Infinity. Everything here is plain data
 * that survives structured cloning. The zod schemas that it comes from are in `channelsForm.ts`.
 */
export interface Contract {
  /** ISO 4217 code. */
  readonly currency: string;
  /** Decimals of the currency's minor unit. */
  readonly exponent: number;
  /** Time zero of the plan; null stands for 1970-01-01T00:00:00Z and leaves the time columns empty. */
  readonly planAt: Micros | null;
  /** Minutes east of UTC in which instants are written. */
  readonly offsetMinutes: number;
  readonly objective: Objective;
  readonly quotas: readonly Quota[];
  readonly channels: readonly Channel[];
}

export interface Objective {
  /** Cost of one order of weight 1 waiting one hour. */
  readonly delayCostPerOrderHour: CostUnits;
  /** Cost of one failed debit beyond the failure fee. */
  readonly failureCost: CostUnits;
  /** Penalty of one deferred order; null for the contract's default. */
  readonly unroutedPenalty: CostUnits | null;
  /** Share of a deferred order's amount added to its penalty, in 10^-8. */
  readonly unroutedPenaltyRate: number;
}

/** Upper limits; Infinity where absent, 0 closes. */
export interface Limits {
  readonly maxOrders: number;
  readonly maxAmount: MinorUnits;
}

export interface PackageLimits extends Limits {
  /** Packages of the channel (or of a quota's channels) over the whole plan. */
  readonly maxPackages: number;
}

/** Limits that several channels share. */
export interface Quota {
  readonly id: string;
  /** Indices into `Contract.channels`, ascending. */
  readonly channels: readonly number[];
  readonly limits: PackageLimits;
}

export interface Channel {
  readonly id: string;
  readonly mode: "batch" | "single";
  /** The first rule that matches an order decides; none matches = not eligible. */
  readonly coverage: readonly Rule[];
  /** Charged instead of the fee when the debit fails. */
  readonly failureFee: CostUnits;
  /** For single channels: no fee, no limits. */
  readonly package: PackageTerms;
  readonly limits: PackageLimits;
  readonly queue: Queue;
  /** Prices by the month's volume; null where there are none. */
  readonly volume: VolumeTerms | null;
  /** Least charges of the month; null where there is no such. */
  readonly minimumFee: MinimumFee | null;
}

/**
 * What the month's volume on a channel changes of its price. *Volume* is a number of orders or their amount in minor
 * units; prices are for one of these, in {@link VOLUME_SCALE}ths of a cost unit, discounts below 0.
 */
export interface VolumeTerms {
  readonly unit: "orders" | "amount";
  /** The month's volume before the plan. */
  readonly toDate: number;
  /** Whether a tier's price is for the volume in the tier, or for all of the month's. */
  readonly kind: "graduated" | "allUnits";
  /** `from` ascending; below the first there is no discount or fee. */
  readonly tiers: readonly { readonly from: number; readonly price: bigint }[];
  /** A price for every unit by which the month stays below a volume; null where there is none. */
  readonly minimum: { readonly volume: number; readonly shortfall: bigint } | null;
}

/** Whether what a channel costs depends on the month's volume. */
export function hasVolume({ volume, minimumFee }: Channel): boolean {
  return volume !== null || minimumFee !== null;
}

/** What the month's charges fall short of `fee` is paid on top. */
export interface MinimumFee {
  readonly fee: CostUnits;
  /** Charges of the month before the plan. */
  readonly toDate: CostUnits;
}

export interface Rule {
  /** Bank codes, or null for `"*"`. */
  readonly banks: readonly string[] | null;
  readonly except: readonly string[];
  /** Every named attribute must hold one of the values. */
  readonly where: readonly { readonly attribute: string; readonly values: readonly string[] }[];
  /** Inclusive. */
  readonly amountMin: MinorUnits;
  /** Inclusive; Infinity where absent. */
  readonly amountMax: MinorUnits;
  /** The rule's own fee schedule, or the channel's. */
  readonly fee: FeeSchedule;
  /** Probability that the debit succeeds, in 10^-8. */
  readonly successRate: number;
  /** Of this rule, over the whole plan. */
  readonly limits: Limits;
}

export interface FeeSchedule {
  /** `upTo` ascends; the last one's is Infinity. */
  readonly tiers: readonly FeeTier[];
  /**
   * Which tiers an amount pays: `whole`, the first whose `upTo` is at least the amount, for all of it; `marginal`, each
   * that the amount reaches, for the part of it that lies above the tier before.
   */
  readonly apply: "whole" | "marginal";
  /** The fee is a multiple of this many cost units. */
  readonly roundTo: CostUnits;
  readonly roundMode: RoundMode;
}

export type RoundMode = "halfUp" | "halfEven" | "up" | "down";

export interface FeeTier {
  readonly upTo: MinorUnits;
  /** In 10^-8 of the major unit. */
  readonly flat: bigint;
  /** In 10^-8 of the amount. */
  readonly rate: bigint;
  /** In 10^-8 of the major unit. */
  readonly min: bigint | null;
  /** In 10^-8 of the major unit. */
  readonly max: bigint | null;
}

export interface PackageTerms extends Limits {
  /** What a package costs: the first tier whose `upTo` is at least the number of its orders decides; the last has no end. */
  readonly feeTiers: readonly PackageFeeTier[];
  /** At least 1. */
  readonly minOrders: number;
  /** Order fields whose values must be equal within a package; empty = mixed packages. */
  readonly separateBy: readonly string[];
  /** Two orders equal in all these fields, none of them empty, may not share a package; empty = any may. */
  readonly uniqueBy: readonly string[];
}

/** Durations in microseconds; instants in microseconds since time zero. */
export interface Queue {
  /** When the first lane frees: `max(planAt, opensAt) + backlogSeconds`, since time zero. */
  readonly start: Micros;
  /** A package must have left its lane by then; Infinity where absent. */
  readonly cutOff: Micros;
  readonly perPackage: Micros;
  readonly perOrder: Micros;
  /** At least 1. */
  readonly lanes: number;
  /**
   * When each lane frees, ascending, where packages that stay hold some of them first; absent: all at `start`, which is
   * the earliest. As many as packages could ever use.
   */
  readonly lanesFree?: readonly Micros[];
  /** Between leaving the lane and the result. */
  readonly result: Micros;
}

/** Parts of a cost unit in which prices of volume are whole: a rate of 10^-8 costs one for each minor unit. */
export const VOLUME_SCALE = 10_000;

/** A package of so many orders costs `fee + perOrder × orders`. */
export interface PackageFeeTier {
  /** Orders; Infinity in the last tier. */
  readonly upTo: number;
  readonly fee: CostUnits;
  readonly perOrder: CostUnits;
}

/** Rates and probabilities are whole multiples of 10^-8. */
export const RATE_SCALE = 8;
export const RATE_ONE = 100_000_000;
