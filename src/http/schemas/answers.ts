import { z } from "zod";
import { SCOPES } from "../../model/apiKey.js";
import { banksServedSchema } from "../../model/banksServed.js";
import { planFileSchema } from "../../model/planFile.js";
import { differenceSchema, movedSchema, placeSchema } from "../../model/whatIfFile.js";
import { WEBHOOK_STATES } from "../../store/webhookStore.js";
import { jobId, jobKind, jobState, keyId, problemSchema, storedName, timestamp } from "./common.js";

/** What callers get. */

const fileSchema = z.object({
  name: z.string(),
  bytes: z.number(),
  sha256: z.string(),
  href: z.string(),
});

const job = {
  id: jobId,
  kind: jobKind,
  state: jobState,
  createdAt: timestamp,
  startedAt: timestamp.nullable(),
  finishedAt: timestamp.nullable(),
  keepUntil: timestamp.nullable().describe("When it is thrown away"),
  attempt: z.int().describe("Times that it was begun: more than once where a worker was lost"),
  channels: z
    .object({ name: z.string(), version: z.int() })
    .nullable()
    .describe("The stored channel contract that it was made with; null where channels came with the request"),
  progress: z
    .record(z.string(), z.unknown())
    .nullable()
    .describe("How far it is: phase, incumbent, bound, gap; null once it has ended"),
  problem: problemSchema.nullable().describe("Why it failed"),
  traceparent: z.string().nullable(),
};

export const jobSummary = z
  .object({ ...job, summary: z.record(z.string(), z.unknown()).nullable() })
  .meta({ id: "JobSummary" });

export const deliverySchema = z
  .object({
    id: z.string().describe("The `webhook-id` of every attempt"),
    event: z.string(),
    state: z.enum(WEBHOOK_STATES),
    attempts: z.int(),
    lastStatus: z.int().nullable().describe("HTTP status of the last answer"),
    lastError: z.string().nullable().describe("Why the last attempt came to nothing"),
    nextAt: timestamp.nullable().describe("Of the next attempt"),
    finishedAt: timestamp.nullable(),
  })
  .meta({ id: "Delivery", description: "A webhook, and how far it is." });

export const jobResource = jobSummary
  .extend({
    result: z
      .record(z.string(), z.unknown())
      .nullable()
      .describe(
        "The content of its result file (what-if.json, break-even.json, frontier.json, evaluation.json, verification.json, plan.json); null until there is one, and where it has more than 1 MiB: it is among `files`",
      ),
    files: z.array(fileSchema).describe("What came of it"),
    inputs: z.array(fileSchema).describe("What it was made from, byte for byte"),
    deliveries: z.array(deliverySchema).describe("Webhooks that tell of its end"),
  })
  .meta({ id: "Job" });

export const planResource = z
  .object({
    ...job,
    plan: planFileSchema.nullable().describe("The content of plan.json; null until there is a plan"),
    links: z.record(z.string(), z.string()),
  })
  .meta({ id: "Plan" });

export const jobPage = z.object({ jobs: z.array(jobSummary), next: z.string().nullable() });

export const assignmentSchema = z.object({
  order: z.string(),
  channel: z.string(),
  package: z.string().describe("Empty on a single channel"),
  charge: z.string(),
});

export const packageSchema = z.object({
  package: z.string(),
  channel: z.string(),
  sequence: z.string(),
  orders: z.string(),
  amount: z.string(),
  charges: z.string(),
  fee: z.string(),
  startsAt: z.string(),
  finishesAt: z.string(),
});

export const unroutedSchema = z.object({ order: z.string(), reason: z.string(), detail: z.string() });

export function pageOf<Row extends z.ZodType>(row: Row) {
  return z.object({
    rows: z.array(row),
    next: z.string().nullable().describe("Cursor of the next page; null on the last"),
  });
}

/** Of `event: progress`, which comes whenever something has changed. */
export const progressEvent = z.looseObject({
  state: jobState,
  phase: z.string().optional(),
  incumbent: z.string().optional().describe("Cost of the best plan so far"),
  bound: z.string().optional(),
  gap: z.number().nullable().optional(),
  elapsedMs: z.number().optional().describe("Milliseconds since it was begun, of its last attempt"),
  phaseMs: z.number().optional().describe("Milliseconds of the search; 0 in every phase but `solve`"),
});

/** Of `event: end`, the last one. */
export const endEvent = z.object({
  state: jobState,
  summary: z.record(z.string(), z.unknown()).nullable(),
  problem: problemSchema.nullable(),
});

export const explanationSchema = z.object({
  currency: z.string(),
  gap: z.number().nullable(),
  orders: z.array(z.record(z.string(), z.unknown())),
});

export const orderSetSchema = z
  .object({
    id: storedName,
    format: z.string(),
    bytes: z.number().describe("Unpacked"),
    orders: z
      .int()
      .nullable()
      .describe(
        "Rows as they were counted while they came; whether they are right shows when they are planned. Null of a set that an older version has kept",
      ),
    sha256: z.string(),
    createdAt: timestamp,
  })
  .meta({ id: "OrderSet" });

export const orderSetPage = z.object({ orderSets: z.array(orderSetSchema), next: storedName.nullable() });

export const channelsSchema = z
  .object({
    name: storedName,
    version: z.int().min(1),
    format: z.enum(["yaml", "json"]),
    bytes: z.number(),
    sha256: z.string(),
    createdAt: timestamp,
  })
  .meta({ id: "Channels" });

export const channelsPage = z.object({ channels: z.array(channelsSchema), next: storedName.nullable() });
export const channelsVersions = z.object({ versions: z.array(channelsSchema) });

export const coverageSchema = banksServedSchema
  .extend({ name: storedName, version: z.int(), at: timestamp.describe("When this is served") })
  .meta({ id: "Coverage" });

export const healthSchema = z.object({ status: z.literal("ok"), version: z.string() });

export const apiKeySchema = z
  .object({
    id: keyId,
    name: z.string(),
    scopes: z.array(z.enum(SCOPES)),
    perMinute: z.int().describe("Requests that it may make in a minute, of each process that answers"),
    createdAt: timestamp,
    expiresAt: timestamp.nullable(),
    revokedAt: timestamp.nullable(),
  })
  .meta({ id: "ApiKey" });

export const apiKeyPage = z.object({ keys: z.array(apiKeySchema) });

export const madeKeySchema = z
  .object({ key: apiKeySchema, text: z.string().describe("What callers show; it is told this once") })
  .meta({ id: "MadeApiKey" });
const quantity = z.enum(["money", "rate", "count", "seconds", "instant"]);

export const termsSchema = z
  .object({
    currency: z.string(),
    exponent: z.int().describe("Decimals of the currency"),
    planAt: z.string().nullable().describe("Time zero"),
    channels: z.array(z.object({ id: z.string(), mode: z.enum(["batch", "single"]) })),
    quotas: z.array(z.object({ id: z.string(), channels: z.array(z.string()) })),
    numbers: z.array(
      z.object({
        path: z.string().describe("As in scenarios (docs/what-if.md)"),
        owner: z.string().nullable().describe("The channel or quota; null for the objective"),
        field: z.string().describe("The path behind its owner"),
        value: z.string().nullable().describe("As the file says it; null where it says nothing"),
        quantity,
        decimals: z.int().describe("That it may have"),
      }),
    ),
  })
  .meta({ id: "Terms" });

export const simulationAnswer = z
  .object({
    plan: planFileSchema.describe("As plan.json, under the changed contract"),
    difference: differenceSchema.describe("Against the plan as it is"),
    moved: movedSchema.describe("Orders that are elsewhere; null where there are other orders"),
    newlyRejected: z.int().nullable(),
    named: z
      .array(z.object({ id: z.string(), from: placeSchema, to: placeSchema }))
      .describe("The first of the orders that are elsewhere, as many as were asked for"),
    packages: z.array(packageSchema),
    ms: z.number().describe("Milliseconds that the answer took, waiting aside"),
  })
  .meta({ id: "Simulation" });
