import { z } from "zod";
import { count, decimal, inputFile, money } from "./fileParts.js";
import { type Outcome, outcomeSchema } from "./whatIfFile.js";

/** The form of `break-even.json`: the only description of it, shared by those who write and show it. */

export const BREAK_EVEN_SCHEMA_VERSION = 1;

/** A plan that is the cheapest known one at some value of the parameter. */
const planSchema = outcomeSchema.extend({
  /** Value of the parameter that it was searched at; cost, bound and gap are those at this value. */
  value: decimal,
  /** Money for each unit of the parameter; null where the parameter is swept. */
  slope: decimal.nullable(),
});
export type BreakEvenPlan = z.output<typeof planSchema>;

/** Values at which one plan is the cheapest known; both ends belong to it. */
const pieceSchema = z.object({
  from: decimal,
  to: decimal,
  /** Index into the plans. */
  plan: count,
  /** What it costs at both ends. */
  costFrom: money,
  costTo: money,
});
export type BreakEvenPiece = z.output<typeof pieceSchema>;

/** A value at which the cheapest known plan changes. */
const breakpointSchema = z.object({
  /** The last value at which the plan before is not dearer than the one behind. */
  value: decimal,
  /** Indices into the plans. */
  before: count,
  after: count,
  /** What the channel has more on the side below the value than above it; of all channels where the parameter is no channel's. */
  ordersBelow: z.number().int(),
  packagesBelow: z.number().int(),
  /** What is known of the optimum's own breakpoint. */
  proven: z.boolean(),
});
export type BreakEvenBreakpoint = z.output<typeof breakpointSchema>;

/** Between two neighbours both figures are straight lines. */
const bandPointSchema = z.object({
  value: decimal,
  /** The cheapest known plan's cost. */
  objective: money,
  /** No plan costs less. */
  bound: money,
});

export const breakEvenSchema = z.object({
  schemaVersion: z.literal(BREAK_EVEN_SCHEMA_VERSION),
  version: z.string(),
  currency: z.string(),
  inputs: z.object({ channels: inputFile, orders: inputFile }),
  /** Of a deferred order, at all values, unless it is the parameter. */
  unroutedPenalty: money,
  parameter: z.object({
    /** Path in the channels file, as in scenarios. */
    path: z.string(),
    /** Null where it is no channel's. */
    channel: z.string().nullable(),
    field: z.string(),
    /** What the channels file says; null where it says nothing. */
    asItIs: z.string().nullable(),
  }),
  /** `exact`: every plan costs a straight line over the parameter, so that the curve holds between its points, too; `swept`: only the values listed were looked at. */
  method: z.enum(["exact", "swept"]),
  why: z.string(),
  /** Distance between two values that were told apart; null where the parameter is swept. */
  step: decimal.nullable(),
  from: decimal,
  to: decimal,
  /** How many searches there were beside the base plan's, and why there were no more. */
  searches: z.object({ count, stoppedBy: z.enum(["done", "limit", "interrupt"]) }),
  plans: z.array(planSchema).min(1),
  /** Left to right, without holes where the method is exact; where it is swept one for each value. */
  pieces: z.array(pieceSchema).min(1),
  breakpoints: z.array(breakpointSchema),
  band: z.array(bandPointSchema).min(1),
});
export type BreakEvenFile = z.output<typeof breakEvenSchema>;

/** Orders and packages of a channel in a plan; those of all channels together where there is no channel (null). */
export function loadOf(
  { channels, counts }: Pick<Outcome, "channels" | "counts">,
  channel: string | null,
): { readonly orders: number; readonly packages: number } {
  if (channel === null) return { orders: counts.routed, packages: counts.packages };
  return channels.find(({ id }) => id === channel)!;
}
