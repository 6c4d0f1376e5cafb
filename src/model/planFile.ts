import { z } from "zod";

/** The form of `plan.json`: the only description of it, shared by those who write, check and show it. */

/** Version of the form; it grows when a reader of an older one would misread a newer. */
export const PLAN_SCHEMA_VERSION = 1;

const money = z.string().regex(/^-?\d+(\.\d+)?$/);
const count = z.number().int().min(0);
const instant = z.string().nullable();

export const costSchema = z.object({
  /** Sum of the other four. */
  objective: money,
  charges: money,
  packageFees: money,
  delay: money,
  penalties: money,
});

export const UNROUTED_REASONS = [
  "BANK_NOT_COVERED",
  "ATTRIBUTES_NOT_COVERED",
  "AMOUNT_OUT_OF_RANGE",
  "NO_CHANNEL_IN_TIME",
  "CAPACITY_EXHAUSTED",
  "PACKAGE_MINIMUM",
  "DEARER_THAN_PENALTY",
] as const;

export const BASELINE_IDS = ["single-only", "per-bank", "price-priority", "coverage-first"] as const;
export type BaselineId = (typeof BASELINE_IDS)[number];

export const planFileSchema = z.object({
  schemaVersion: z.literal(PLAN_SCHEMA_VERSION),
  /** Of packwright. */
  version: z.string(),
  currency: z.string(),
  status: z.enum(["optimal", "feasible"]),
  proof: z.enum(["certificate", "engine", "none"]),
  engine: z.object({
    asked: z.string(),
    /** What made the delivered plan. */
    used: z.string(),
    /** Why `used` was chosen, in a sentence. */
    why: z.string(),
  }),
  /** What ended the search. */
  stoppedBy: z.enum(["optimal", "gap", "noGain", "time", "interrupt"]),
  seed: count,
  cost: costSchema,
  /** A proven lower limit of any plan's objective. */
  bound: money.nullable(),
  /** A MIP engine's stronger claim, where there is one. */
  engineBound: money.optional(),
  /** (objective − bound) / objective; 0 where the objective is 0. */
  gap: z.number().nullable(),
  /** The penalty of a deferred order without one of its own, rate aside. */
  unroutedPenalty: money,
  counts: z.object({ orders: count, routed: count, rejected: count, deferred: count, packages: count }),
  channels: z.array(
    z.object({
      id: z.string(),
      mode: z.enum(["batch", "single"]),
      orders: count,
      amount: money,
      packages: count,
      charges: money,
      packageFees: money,
      delay: money,
      /** When the last order of the channel finishes; null without planAt or orders. */
      finishAt: instant,
    }),
  ),
  baselines: z.array(
    z.object({
      id: z.enum(BASELINE_IDS),
      cost: costSchema,
      routed: count,
      deferred: count,
      packages: count,
      finishAt: instant,
      /** What the plan saves against it: money, and percent of the baseline's objective. */
      saving: z.object({ money, percent: z.number() }),
    }),
  ),
  /** Unrouted orders by reason, largest first. */
  unrouted: z.array(z.object({ reason: z.enum(UNROUTED_REASONS), orders: count })),
  finishAt: instant,
  inputs: z.object({
    /** SHA-256 of each input file as it was read, in hex; null where there was no file. */
    channels: z.object({ file: z.string().nullable(), sha256: z.string().nullable() }),
    orders: z.object({ file: z.string().nullable(), sha256: z.string().nullable() }),
  }),
  /** Milliseconds by phase. */
  timings: z.record(z.string(), z.number()),
});

export type PlanFile = z.output<typeof planFileSchema>;

/** Rows of `packages.csv`, in this column order. */
export const PACKAGE_COLUMNS = [
  "package",
  "channel",
  "sequence",
  "orders",
  "amount",
  "charges",
  "fee",
  "startsAt",
  "finishesAt",
] as const;
/** Rows of `assignments.csv`. */
export const ASSIGNMENT_COLUMNS = ["order", "channel", "package", "charge"] as const;
/** Rows of `unrouted.csv`. */
export const UNROUTED_COLUMNS = ["order", "reason", "detail"] as const;
