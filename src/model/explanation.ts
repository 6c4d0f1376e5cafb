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
