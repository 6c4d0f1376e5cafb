import { z } from "zod";
import { count, inputFile, money } from "./fileParts.js";
import { differenceSchema, outcomeSchema } from "./whatIfFile.js";

/** The form of `frontier.json`: the only description of it, shared by those who write and show it. */

export const FRONTIER_SCHEMA_VERSION = 1;

/**
 * A plan than which none that was found is both cheaper and better in what cost is held against. `bound`, `gap`, `proof`,
 * `status` and `stoppedBy` are those within its limit; all else is the plan's under the contract as it is.
 */
const pointSchema = outcomeSchema.extend({
  /** Seconds from time zero to the latest finish, or number of packages: what this plan has. */
  value: z.number().min(0),
  /** The most that was allowed when it was searched; null where nothing was. */
  limit: z.number().min(0).nullable(),
  /** Against the cheapest point. */
  difference: differenceSchema,
  /** Folder of the plan within this one; null where plans are not written. */
  folder: z.string().nullable(),
});
export type FrontierPoint = z.output<typeof pointSchema>;

export const frontierSchema = z.object({
  schemaVersion: z.literal(FRONTIER_SCHEMA_VERSION),
  version: z.string(),
  currency: z.string(),
  inputs: z.object({ channels: inputFile, orders: inputFile }),
  unroutedPenalty: money,
  against: z.enum(["finish", "packages"]),
  /** From the cheapest to the fastest, or to the fewest packages: value falls, cost rises. */
  points: z.array(pointSchema).min(1),
  /** Index of the point of best compromise; null where none lies below the line between both ends, as where there are two. */
  knee: count.nullable(),
  /** Plans that were searched, and those of them that another one dominates. */
  searched: count,
  dominated: count,
  /** Why there is nothing beyond the last point. */
  end: z.string(),
});
export type FrontierFile = z.output<typeof frontierSchema>;
