import { z } from "zod";
import { count, inputFile, money } from "./fileParts.js";
import { costSchema } from "./planFile.js";

/** The form of `what-if.json`: the only description of it, shared by those who write and show it. */

export const WHAT_IF_SCHEMA_VERSION = 1;

/** A channel's id, or `deferred` or `rejected` where orders are on none. */
export const placeSchema = z.union([
  z.object({ channel: z.string() }),
  z.object({ unrouted: z.enum(["deferred", "rejected"]) }),
]);
export type OrderPlace = z.output<typeof placeSchema>;

const channelSchema = z.object({
  id: z.string(),
  orders: count,
  amount: money,
  packages: count,
  charges: money,
  packageFees: money,
  delay: money,
  /** What its volume costs; there where it has prices of volume. */
  volume: money.optional(),
  finishAt: z.string().nullable(),
});

export const outcomeSchema = z.object({
  cost: costSchema,
  bound: money,
  /** What `bound` is: a certificate's, or a MIP engine's word. */
  proof: z.enum(["certificate", "engine", "none"]),
  /** (objective − bound) / |objective|; null where the objective is 0 and the bound is not. */
  gap: z.number().nullable(),
  status: z.enum(["optimal", "feasible"]),
  stoppedBy: z.string(),
  counts: z.object({ orders: count, routed: count, rejected: count, deferred: count, packages: count }),
  finishAt: z.string().nullable(),
  channels: z.array(channelSchema),
  /** Milliseconds from classing to the end of the check. */
  ms: z.number().min(0),
});
export type Outcome = z.output<typeof outcomeSchema>;

export const differenceSchema = z.object({
  /** Objective less that of the base plan. */
  money,
  /** Of the size of the base plan's objective; null where that is 0. */
  percent: z.number().nullable(),
  /** What the difference of the two optima is at least and at most, by bounds and plans. */
  least: money,
  most: money,
  /** Whether it is proven that there is a difference, and which way it goes. */
  proven: z.boolean(),
});
export type Difference = z.output<typeof differenceSchema>;

const moveSchema = z.object({ from: placeSchema, to: placeSchema, orders: count, amount: money });

/** Orders that are elsewhere than in the base plan; null where there are other orders. */
export const movedSchema = z.object({ orders: count, amount: money, moves: z.array(moveSchema) }).nullable();

const scenarioSchema = outcomeSchema.extend({
  id: z.string(),
  /** The sweep that it is a point of. */
  sweep: z
    .object({
      id: z.string(),
      /** One for each axis. */
      values: z.array(z.string()),
      /** What each axis does to which field. */
      over: z.array(z.object({ verb: z.enum(["set", "scale", "add"]), path: z.string() })),
    })
    .nullable(),
  difference: differenceSchema,
  moved: movedSchema,
  /** Orders that the base plan need not reject and this one must: they cost nothing here. */
  newlyRejected: count.nullable(),
});
export type ScenarioOutcome = z.output<typeof scenarioSchema>;

export const whatIfSchema = z.object({
  schemaVersion: z.literal(WHAT_IF_SCHEMA_VERSION),
  version: z.string(),
  currency: z.string(),
  inputs: z.object({ channels: inputFile, orders: inputFile, scenarios: inputFile }),
  /** Of a deferred order, in all scenarios that state no other. */
  unroutedPenalty: money,
  base: outcomeSchema,
  scenarios: z.array(scenarioSchema),
});
export type WhatIfFile = z.output<typeof whatIfSchema>;
