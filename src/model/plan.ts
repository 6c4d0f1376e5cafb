/**
 * A plan as columns: which orders each channel takes, in which submission sequence, and where one package ends and
 * the next begins. Costs, times and counts all follow from it; orders on no channel are unrouted.
 */
export interface Plan {
  /** One load for each channel of the contract, in its order. */
  readonly loads: readonly ChannelLoad[];
}

export interface ChannelLoad {
  /** Orders (rows of the order table) in submission sequence. */
  readonly orders: Int32Array;
  /** Orders in each package, in sequence; they add up to `orders.length`. Empty for single channels. */
  readonly packageSizes: Int32Array;
}

/** Why an order is on no channel. */
export type RejectReason =
  | "BANK_NOT_COVERED"
  | "ATTRIBUTES_NOT_COVERED"
  | "AMOUNT_OUT_OF_RANGE"
  | "NO_CHANNEL_IN_TIME";
export type DeferReason = "CAPACITY_EXHAUSTED" | "PACKAGE_MINIMUM" | "DEARER_THAN_PENALTY";
export type UnroutedReason = RejectReason | DeferReason;

/** Stages of the contract's rejection rule, furthest last. */
export const REJECT_REASONS: readonly RejectReason[] = [
  "BANK_NOT_COVERED",
  "ATTRIBUTES_NOT_COVERED",
  "AMOUNT_OUT_OF_RANGE",
  "NO_CHANNEL_IN_TIME",
];
