import type { UnroutedReason } from "./plan.js";
import type { PlanFile } from "./planFile.js";

/** Version of the form; it grows when a reader of an older one would misread a newer. */
export const EVALUATION_SCHEMA_VERSION = 1;

/** What `evaluate` says of a plan that somebody else made. Money is decimal text as in `plan.json`. */
export interface EvaluationFile {
  readonly schemaVersion: typeof EVALUATION_SCHEMA_VERSION;
  /** Of packwright. */
  readonly version: string;
  readonly currency: string;
  /** Whether the plan breaks no rule. */
  readonly valid: boolean;
  /** Who made the packages: the file, packwright by filling them in the order of the rows, or nobody: there are none. */
  readonly packages: "given" | "filled" | "none";
  readonly cost: PlanFile["cost"];
  readonly counts: PlanFile["counts"] & {
    /** Assigned orders without a price: their channel is unknown, does not cover them or is not permitted. */
    readonly unpriced: number;
  };
  readonly channels: readonly EvaluatedChannel[];
  /** Unrouted orders by reason, largest first. */
  readonly unrouted: readonly { readonly reason: UnroutedReason; readonly orders: number }[];
  readonly finishAt: string | null;
  readonly violations: {
    readonly total: number;
    /** Most first. */
    readonly byCode: readonly { readonly code: string; readonly count: number }[];
    /** The first 1,000. */
    readonly listed: readonly ListedViolation[];
  };
  /** With a plan of ours; null where there is none to compare with. */
  readonly comparison: Comparison | null;
  readonly inputs: PlanFile["inputs"] & { readonly assignments: { readonly file: string } };
  /** Columns of the assignments that mean nothing here. */
  readonly ignoredColumns: readonly string[];
}

/** What a channel does in the given plan. */
export type EvaluatedChannel = Omit<PlanFile["channels"][number], "prices">;

export interface ListedViolation {
  readonly code: string;
  /** The rule that is broken, as a dotted name: `package.maxOrders`. */
  readonly rule: string;
  readonly message: string;
  readonly order?: string;
  readonly package?: string;
  readonly channel?: string;
  /** The assignments, and the line of them that says so; of Parquet there is none. */
  readonly file?: string;
  readonly line?: number;
  /** The id of an order or channel that there is not, and what it may have been meant for. */
  readonly value?: string;
  readonly hint?: string;
}

/** A figure of both plans. */
export interface Pair<Value> {
  readonly given: Value;
  readonly ours: Value;
}

/** The given plan beside a plan of ours. A difference is given − ours: what is above 0 could be saved. */
export interface Comparison {
  /** Plan folder of ours; null where the plan was made for the comparison. */
  readonly folder: string | null;
  readonly ours: Pick<PlanFile, "status" | "proof" | "cost" | "bound" | "gap" | "counts" | "stoppedBy">;
  readonly difference: PlanFile["cost"];
  /** What the certificate proves: no plan costs less. */
  readonly certifiedBound: string;
  /** Objective − certified bound; below 0 only where the given plan breaks rules. */
  readonly aboveBound: string;
  /** (objective − bound) / |objective|; null where the objective alone is 0. */
  readonly gap: number | null;
  readonly channels: readonly {
    readonly id: string;
    readonly orders: Pair<number>;
    readonly packages: Pair<number>;
    /** Charges, package fees, delay and volume. */
    readonly cost: Pair<string>;
    readonly difference: string;
  }[];
  /** Orders that go elsewhere in our plan. */
  readonly elsewhere: number;
  /** How many orders each plan puts where; only pairs that have any. */
  readonly routes: readonly Route[];
}

/** Orders on one channel in the given plan and on one in ours; null: on none. */
export interface Route {
  readonly given: string | null;
  readonly ours: string | null;
  readonly orders: number;
}
