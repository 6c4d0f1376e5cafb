import { z } from "zod";
import {
  AGAINST,
  ENGINES,
  MIP_ENGINES,
  POINTS,
  SEEDS,
  SWEEP_STEPS,
  TABLE_FORMATS,
} from "../../app/optionRanges.js";
import { KEY_LIMITS, SCOPES } from "../../model/apiKey.js";
import { keyed } from "../../model/zodIssues.js";
import { jobId, MOST_VERSIONS, storedName } from "./common.js";
import { longList } from "./longList.js";

/** What callers ask for. Orders and channels within a request are read, and judged, as files are. */

const decimal = z.union([z.string(), z.number()]);

export const orderSchema = z
  .looseObject({
    id: z.string(),
    bank: z.string(),
    amount: decimal.describe("Money in the currency's major unit, above 0"),
    dueBy: z.string().optional().describe("Instant by which it must have finished"),
    delayWeight: decimal.optional(),
    channels: z.string().optional().describe("The only channels that it may use, `A|B`"),
    unroutedPenalty: decimal.optional(),
  })
  .meta({ id: "Order", description: "An order, as in an orders file; all else is attributes." });

export const channelsContent = z
  .looseObject({ currency: z.string(), channels: z.array(z.unknown()) })
  .meta({ id: "ChannelsFile", description: "The content of a channels file (docs/input.md)." });

const channelsRef = z
  .union(
    [
      storedName.describe("Name of a stored channel contract; its newest version"),
      keyed({ name: storedName, version: z.int().min(1).max(MOST_VERSIONS).optional() }),
      keyed({ format: z.enum(["yaml", "json"]), text: z.string() }),
      channelsContent,
    ],
    'must be the name of a stored contract, {"name": NAME, "version": NUMBER}, {"format": "yaml", "text": TEXT}, or the content of a channels file with currency and channels',
  )
  .describe(
    "Channels: by name, by name and version, or the content of a channels file: as it is, or as a text, of which problems name the lines",
  );

const ordersRef = z
  .union([z.array(orderSchema), keyed({ set: storedName })], 'must be a list of orders, or {"set": NAME}')
  .describe("Orders, or the name of an uploaded set; in an NDJSON body they follow on lines of their own");

/** Where orders and channels come from: from the request, or from a plan that is there. */
const inputs = {
  channels: channelsRef.optional(),
  orders: ordersRef.optional(),
  plan: jobId.optional().describe("A plan whose orders and channels are taken, as far as they are not given"),
};

const seconds = z.number().gt(0);

const searchOptions = {
  timeLimit: seconds.optional().describe("Seconds for the search"),
  gap: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe("Stop when the plan is proven to be within this share of the best, as a number: 0.001 is 0.1%"),
  seed: z.int().min(SEEDS.from).max(SEEDS.to).optional(),
};

const engines = {
  engine: z.enum(ENGINES).optional(),
  mip: z.enum(MIP_ENGINES).optional(),
};

const webhook = z
  .url({ protocol: /^https?$/ })
  .optional()
  .describe("Told when it has ended; only of hosts that are allowed");

export const planRequest = keyed({
  channels: channelsRef,
  orders: ordersRef.optional(),
  from: keyed({
    plan: jobId,
    sent: longList(z.string().min(1)).optional().describe("Names of its packages that have been sent"),
    moveCost: z.string().optional().describe("Money for each order that moves to another channel"),
  })
    .optional()
    .describe("Plan an old plan again: what has been sent stays"),
  options: keyed({ ...searchOptions, ...engines, format: z.enum(TABLE_FORMATS).optional() }).optional(),
  webhook,
}).meta({ id: "PlanRequest" });

export const whatIfRequest = keyed({
  ...inputs,
  scenarios: z.unknown().describe("The content of a scenarios file (docs/what-if.md)"),
  options: keyed(searchOptions).optional(),
  webhook,
}).meta({ id: "WhatIfRequest" });

export const breakEvenRequest = keyed({
  ...inputs,
  options: keyed({
    path: z.string().optional().describe("Of the number, as in a scenario: `channels[0].package.fee`"),
    channel: z.string().optional(),
    field: z.string().optional().describe("Of the channel: `package.fee`"),
    from: z.string(),
    to: z.string(),
    steps: z.int().min(SWEEP_STEPS.from).max(SWEEP_STEPS.to).optional(),
    ...searchOptions,
  }),
  webhook,
}).meta({ id: "BreakEvenRequest" });

export const frontierRequest = keyed({
  ...inputs,
  options: keyed({
    against: z.enum(AGAINST),
    points: z.int().min(POINTS.from).max(POINTS.to).optional(),
    ...searchOptions,
  }),
  webhook,
}).meta({ id: "FrontierRequest" });

export const evaluateRequest = keyed({
  ...inputs,
  assignments: z
    .union(
      [
        longList(
          z.looseObject({
            order: z.string(),
            channel: z.string(),
            package: z.string().optional(),
            sequence: z.union([z.string(), z.int()]).optional(),
          }),
        ),
        z.string().describe("CSV with the columns order, channel and perhaps package and sequence"),
      ],
      "must be a list, or CSV as a text",
    )
    .describe("Who goes where in somebody's plan"),
  options: keyed({
    ...searchOptions,
    plan: z.boolean().optional().describe("Whether to plan the same inputs, to compare with; default true"),
  }).optional(),
  webhook,
}).meta({ id: "EvaluateRequest" });

export const simulationRequest = keyed({
  changes: longList(z.record(z.string(), z.unknown()), 1_000)
    .optional()
    .describe("As those of a scenario (docs/what-if.md)"),
  orders: z
    .record(z.string(), z.unknown())
    .optional()
    .describe("More or fewer orders, as in a scenario: `scale` and `seed`"),
  within: z
    .int()
    .min(50)
    .max(60_000)
    .optional()
    .describe("Milliseconds from the question to the answer, asked for and not guaranteed; default 900"),
  gap: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe(
      "At which the search ends, however much time is left; default twice the gap of the plan as it is",
    ),
  moved: z.int().min(0).max(1_000).default(0).describe("Orders that are elsewhere to name, at most"),
}).meta({ id: "SimulationRequest" });

const planFiles = keyed({
  "plan.json": z.string(),
  "packages.csv": z.string(),
  "assignments.csv": z.string(),
  "unrouted.csv": z.string(),
  "certificate.json": z.string(),
});

export const verifyRequest = keyed({
  ...inputs,
  files: planFiles.optional().describe("Texts of the files of a plan folder, instead of those of the plan"),
  webhook,
}).meta({ id: "VerifyRequest" });

export const newKeyRequest = keyed({
  name: z
    .string()
    .min(1)
    .max(KEY_LIMITS.name)
    .regex(/^\P{C}*$/u, "must hold no control characters")
    .describe("What it is for"),
  scopes: z
    .array(z.enum(SCOPES))
    .min(1)
    .describe("Each allows what the one before it does: read, plan, admin"),
  perMinute: z.int().min(1).max(KEY_LIMITS.perMinute).default(KEY_LIMITS.defaultPerMinute),
  expiresInDays: z.int().min(1).max(KEY_LIMITS.days).optional(),
}).meta({ id: "NewApiKey" });
