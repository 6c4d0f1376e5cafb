import type { RejectReason } from "./plan.js";

/** Why an order is where a plan has it, or on no channel: the codes of docs/explain.md. */

/** What a channel lacks that could not take an order even alone. */
export type UnfitCode =
  | "NOT_PERMITTED"
  | "NOT_COVERED"
  | "CHANNEL_CLOSED"
  | "AMOUNT_ABOVE_LIMIT"
  | "PACKAGE_AMOUNT"
  | "CUT_OFF"
  | "DUE_BY";

/** What keeps an order from a channel where it would cost less, were it not for that. */
export type HinderedCode =
  | "NEEDED_FOR_MINIMUM"
  | "DISPLACED_BY_LIMIT"
  | "PACKAGES_FULL"
  | "KEPT_APART"
  | "PACKAGE_MINIMUM"
  | "CUT_OFF"
  | "DUE_BY"
  | "NO_ROOM"
  | "WOULD_OPEN_PACKAGE";

/** How an order would do on a channel that does not have it. */
export type OtherCode =
  | UnfitCode
  | HinderedCode
  | "WOULD_SAVE"
  | "WOULD_WAIT_LESS"
  | "TIE"
  | "TIE_FASTER"
  | "DEARER";

/** Why an order is where it is. */
export type PlaceCode =
  | "CHEAPEST"
  | "ONLY_CHANNEL"
  | "FILLS_PACKAGE"
  | "TIE_FASTER"
  | "WOULD_SAVE"
  | "WOULD_WAIT_LESS"
  | HinderedCode;

/** Why an order that some channel could take is on none. */
export type DeferredCode = "PENALTY_CHEAPER" | PlaceCode;

/** The stage of coverage at which a channel says no. */
export type CoverageStage = "bank" | "attributes" | "amount";

/** Whose limit it is, and which of its numbers. */
export interface LimitName {
  /** Its channel, unless it is a quota's. */
  readonly channel?: string;
  /** The coverage rule of the channel, from 0. */
  readonly rule?: number;
  readonly quota?: string;
  /** Of the channel, where it is a package's. */
  readonly package?: string;
  readonly field: "maxOrders" | "maxAmount" | "maxPackages";
}

/** A limit that an order would break in a plan. */
export interface FullLimit extends LimitName {
  /** Orders, money or packages: how much of it the plan has, and the limit. */
  readonly used: string;
  readonly most: string;
}

/** What it would come to if one order went elsewhere. All money; below 0 where the plan would cost less. */
export interface MoveCost {
  /** Sum of all others but `waits`. */
  readonly costs: string;
  readonly charge: string;
  readonly packageFees: string;
  readonly delay: string;
  /** There where some channel has prices of volume. */
  readonly volume?: string;
  readonly penalty: string;
  /** Seconds that all orders together would wait longer. */
  readonly waits: string;
}

/** A place that an order could have, or would have without what stands in the way. */
export interface Move extends MoveCost {
  /** Name of the package; empty in a single channel's queue. */
  readonly package: string;
  /** Whether it would be a further package. */
  readonly opens: boolean;
  /** What stands in the way; empty where nothing does. */
  readonly hindered: readonly (
    | "limits"
    | "places"
    | "uniqueBy"
    | "minOrders"
    | "cutOff"
    | "dueBy"
    | "ownMinimum"
  )[];
  /** The limits that do. */
  readonly limits: readonly FullLimit[];
}

/** What the certificate's prices ask of an order on a channel. Money, each rounded to a cost unit. */
export interface Asked {
  /** Its charge. */
  readonly charge: string;
  /** What prices of volume change of that; there where some channel has such. Below 0 for discounts. */
  readonly volume?: string;
  /** For its package: the least `perOrder` of the fee there, which each order pays whatever the package's size. */
  readonly package: string;
  /** For the limits of the channel, its rule and its quotas. */
  readonly limits: string;
  /** For its amount in those limits and in its package. */
  readonly amount: string;
  /** For its slot of the queue and its waiting, and for the waiting that it causes others. */
  readonly waiting: string;
  /** For a place on the channel. */
  readonly place: string;
  /** All of it. */
  readonly all: string;
}

/** How an order does on one channel. */
export interface ChannelExplanation {
  readonly channel: string;
  readonly mode: "batch" | "single";
  /** Whether the plan has the order there. */
  readonly chosen: boolean;
  readonly code: OtherCode | PlaceCode;
  /** With `NOT_COVERED`: where coverage ends. */
  readonly stage?: CoverageStage;
  /** Expected charge; null where the channel could not take the order even alone. */
  readonly charge: string | null;
  /** Null on the order's own channel, and where the channel could not take it even alone. */
  readonly move: Move | null;
  /** Null where the channel could not take it even alone, or no row of its queue is in time. */
  readonly asked: Asked | null;
  readonly sentence: string;
}

/** Why a plan has an order where it is. */
export interface OrderExplanation {
  readonly order: string;
  readonly bank: string;
  /** Money. */
  readonly amount: string;
  readonly status: "routed" | "deferred" | "rejected";
  /** Null where it is on none. */
  readonly channel: string | null;
  /** Null on a single channel, and on none. */
  readonly package: string | null;
  readonly code: DeferredCode | RejectReason;
  /** The channel that the code speaks about; null where it is about none, or about being deferred. */
  readonly because: string | null;
  readonly sentence: string;
  /** The cheapest other place that it could have now; `channel` null stands for being deferred. */
  readonly runnerUp: { readonly channel: string | null; readonly costs: string } | null;
  /** What routing it is worth by the certificate's prices: the least it would have to pay anywhere; null where it is rejected. */
  readonly worth: string | null;
  /** In file order. */
  readonly channels: readonly ChannelExplanation[];
  /** What deferring it would come to; null where the plan does, or it is rejected. */
  readonly deferring: (MoveCost & { readonly code: OtherCode }) | null;
}

/** Columns of a file of explanations. */
export const EXPLANATION_COLUMNS = [
  "order",
  "channel",
  "code",
  "because",
  "runnerUp",
  "difference",
  "sentence",
] as const;

/** One number of the contract that might be relaxed. */
export interface Lever {
  /** Whose: a channel's, a rule's of it, a quota's; none of them: the objective's. */
  readonly channel?: string;
  readonly rule?: number;
  readonly quota?: string;
  readonly field:
    | "limits.maxOrders"
    | "limits.maxAmount"
    | "limits.maxPackages"
    | "package.maxOrders"
    | "package.maxAmount"
    | "package.minOrders"
    | "queue.cutOff"
    | "queue.lanes"
    | "unroutedPenalty";
}

/** The least change of one number that was found to place deferred orders, each seen in a plan of the changed contract. */
export interface Relaxation extends Lever {
  /** As the channels file has it. */
  readonly from: string;
  readonly to: string;
  /** Deferred orders that the plan of the changed contract routes, less those that it leaves out instead. */
  readonly places: number;
  /** Money: its objective less that of the plan, penalties and all; below 0 where it is cheaper. */
  readonly costs: string;
  /** The same without penalties: what routing more costs. */
  readonly routingCosts: string;
  /** Whether the search for less of it ended by itself; else the time was up. */
  readonly searched: boolean;
  readonly sentence: string;
}

/** What would place the deferred orders of a plan. */
export interface DeferredExplanation {
  readonly currency: string;
  readonly orders: number;
  readonly deferred: number;
  /** Most orders first, and of equal ones those that cost least. */
  readonly relaxations: readonly Relaxation[];
  /** Numbers that were tried and place none by themselves, whatever they are. */
  readonly ofNoUse: readonly Lever[];
  /** Numbers that there was no time for. */
  readonly untried: readonly Lever[];
  /** Orders that planning the same contract once more places; the rest is counted from there. */
  readonly placedAgain: number;
}
