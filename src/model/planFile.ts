import { z } from "zod";
import { count, inputFile, money } from "./fileParts.js";

/** The form of `plan.json`: the only description of it, shared by those who write, check and show it. */

/** Version of the form; it grows when a reader of an older one would misread a newer. */
export const PLAN_SCHEMA_VERSION = 1;

const instant = z.string().nullable();

export const costSchema = z.object({
  /** Sum of all others. */
  objective: money,
  charges: money,
  packageFees: money,
  delay: money,
  /** Discounts, fees and shortfalls by the month's volume; there where a channel has such. */
  volume: money.optional(),
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

/** Money, or null where there is no such limit, where it is closed, or where nothing can be said. */
const price = money.nullable();

/** What a little more of a limit is worth. */
const limitPricesSchema = z.object({
  /** One more order. */
  order: price,
  /** 1,000,000 minor units more. */
  amount: price,
});

/**
 * What more room on a channel is worth by the certificate's prices: by how much less they would prove, were there more
 * of it and all else as it is. That is the most that it could save beyond what the gap leaves open
 * (docs/certificate.md, "What more room is worth"). `"0.00"`: more of it saves nothing.
 */
const channelPricesSchema = limitPricesSchema.extend({
  /** One more package on the channel. */
  package: price,
  /** One more order in each package. */
  place: price,
  /** 1,000,000 minor units more in each package. */
  packageAmount: price,
  /** One more lane of the queue. */
  lane: price,
  /** The cut-off an hour later. */
  cutOffHour: price,
  /**
   * What the certificate asks for the front of the queue, of an order or of a package, and for 1,000,000 minor units of an
   * order's amount; null where it asks nothing.
   */
  queueHead: z.object({ per: z.enum(["order", "package"]), price: money, amount: price }).nullable(),
  /** What the certificate asks for a package: its fee and the prices of limits on packages; null on single channels. */
  packageCost: price,
  /** Rules with limits of their own, counted from 0. */
  rules: z.array(limitPricesSchema.extend({ rule: count })),
});

/** What more of a quota is worth. */
const quotaPricesSchema = limitPricesSchema.extend({
  id: z.string(),
  /** One more package. */
  package: price,
});

export type ChannelPrices = z.output<typeof channelPricesSchema>;
export type QuotaPrices = z.output<typeof quotaPricesSchema>;

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
  /** What ended the search; `given` where the plan is somebody else's and was only priced. */
  stoppedBy: z.enum(["optimal", "gap", "noGain", "time", "interrupt", "given"]),
  seed: count,
  cost: costSchema,
  /** A proven lower limit of any plan's objective. */
  bound: money.nullable(),
  /** A MIP engine's stronger claim, where there is one. */
  engineBound: money.optional(),
  /** (objective − bound) / |objective|; 0 where both are the same, null where the objective alone is 0 or there is no bound. */
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
      /** There where the channel has prices of volume or a minimum fee. */
      volume: money.optional(),
      /** When the last order of the channel finishes; null without planAt or orders. */
      finishAt: instant,
      prices: channelPricesSchema,
    }),
  ),
  /** In file order. */
  quotas: z.array(quotaPricesSchema),
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
    channels: inputFile,
    orders: inputFile,
  }),
  /** Present where an old plan was planned again; it follows from that plan too, so that nobody can check it without. */
  replan: z
    .object({
      /** The old plan folder, as given. */
      from: z.string(),
      /** What had been sent and stays. */
      sent: z.object({ packages: count, orders: count }),
      /** Of the old plan and of the inputs; all but `gone` add up to `counts.orders`. */
      orders: z.object({
        /** On the channel that they were on, or on none as before. */
        kept: count,
        /** They were on a channel, and are on another one or on none. */
        moved: count,
        /** They were on none, and are on one. */
        nowRouted: count,
        /** The old plan does not know them. */
        new: count,
        /** The inputs have them no more. */
        gone: count,
      }),
      /** Beside the objective, not part of it. */
      moveCost: z.object({ perOrder: money, total: money }),
      /** What the old plan cost by its own inputs. */
      before: costSchema,
      /** The old plan without what does not hold any more, and with what that leaves over put back where it costs least. */
      repaired: z.object({ objective: money, moved: count }),
    })
    .optional(),
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
