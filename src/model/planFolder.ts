import type { Certificate } from "./certificate.js";
import type { PlanFile } from "./planFile.js";

/**
 * A plan folder as read back: what its files say, nothing derived, ids resolved against the orders. The form in which
 * readers hand a plan to the checker.
 */
export interface PlanFolder {
  readonly plan: PlanFile;
  readonly certificate: Certificate;
  readonly packages: readonly PackageRow[];
  readonly assignments: AssignmentColumns;
  readonly unrouted: UnroutedColumns;
}

/** Who goes where, whoever says so: ids resolved against the orders, nothing derived. */
export interface GivenPlan {
  /** In submission sequence within each channel. */
  readonly packages: readonly GivenPackage[];
  readonly assignments: AssignmentRows;
}

/** A package and its place in the submission sequence of its channel, as text. */
export interface GivenPackage {
  readonly package: string;
  readonly channel: string;
  readonly sequence: string;
}

/** A row of the packages file, as text. */
export interface PackageRow extends GivenPackage {
  readonly orders: string;
  readonly amount: string;
  readonly charges: string;
  readonly fee: string;
  readonly startsAt: string;
  readonly finishesAt: string;
}

/** Orders with their channels and packages, in file order. */
export interface AssignmentRows {
  readonly count: number;
  /** `[row]` row of the order table, or -1 − index into `unknownOrders`. */
  readonly order: Int32Array;
  /** Ids of the file that no order has. */
  readonly unknownOrders: readonly string[];
  /** `[row]` index into `channelNames`. */
  readonly channel: Int32Array;
  readonly channelNames: readonly string[];
  /** `[row]` index into `packageNames`, which holds "" where some row has no package. */
  readonly package: Int32Array;
  readonly packageNames: readonly string[];
  /** `[row]` line of the file that says so; absent where nobody has looked. */
  readonly line?: Int32Array;
}

/** Rows of the assignments file in file order. */
export interface AssignmentColumns extends AssignmentRows {
  /** `[row]` charge in cost units: a safe integer, or NaN where the text is no such charge. */
  readonly charge: Float64Array;
}

/** Rows of the unrouted file in file order. */
export interface UnroutedColumns {
  readonly count: number;
  /** As in {@link AssignmentColumns.order}. */
  readonly order: Int32Array;
  readonly unknownOrders: readonly string[];
  /** `[row]` index into `reasonNames`. */
  readonly reason: Int32Array;
  readonly reasonNames: readonly string[];
  /** `[row]` index into `detailNames`. */
  readonly detail: Int32Array;
  readonly detailNames: readonly string[];
}
