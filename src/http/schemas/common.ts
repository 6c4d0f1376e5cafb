import { z } from "zod";
import { JOB_KINDS, JOB_STATES } from "../../model/job.js";
import { parseInstant } from "../../model/time.js";

/** Parts that several requests and answers have in common. */

export const issueSchema = z
  .object({
    code: z.string(),
    message: z.string(),
    file: z.string().optional(),
    line: z.number().optional(),
    path: z.string().optional(),
    value: z.string().optional(),
    hint: z.string().optional(),
  })
  .meta({
    id: "Issue",
    description: "One problem of the input: what is wrong, where, and what to do about it.",
  });

export const problemSchema = z
  .object({
    type: z.string().describe("`urn:packwright:` and the code in lower case"),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().optional(),
    code: z.string().describe("Stable name, listed in docs/errors.md; the same as on the command line"),
    problems: z.array(issueSchema).optional().describe("All problems of the input, the first 100"),
    total: z.number().int().optional().describe("How many there are in all"),
    job: z.string().optional().describe("Id of the job that ended so"),
    requestId: z.string().optional(),
  })
  .meta({ id: "Problem", description: "A problem document (RFC 9457)." });

/** Answers of every route that something can be wrong with. */
export const problems = {
  "4xx": {
    description: "The request is not served",
    content: { "application/problem+json": { schema: problemSchema } },
  },
  500: {
    description: "A fault of ours, or of the job that was waited for",
    content: { "application/problem+json": { schema: problemSchema } },
  },
  503: {
    description:
      "There is too much to do, or the database does not answer: worth another try after `Retry-After`",
    content: { "application/problem+json": { schema: problemSchema } },
  },
};

/** Answers that are sent as they are, byte for byte, unless the caller has them. */
export function streamOf(...types: readonly string[]) {
  return {
    304: z.null(),
    200: {
      description: "The content",
      content: Object.fromEntries(types.map((type) => [type, { schema: z.string() }])),
    },
  };
}

export const timestamp = z.iso.datetime({ offset: true });

/** In an address, where a plus sign stands for a blank unless it is written as %2B. */
export const instantQuery = z
  .string()
  .transform((text) => text.replace(" ", "+"))
  .refine((text) => parseInstant(text) !== null, {
    error: "must be an instant with an offset: 2026-11-22T22:00:00+08:00",
  });

export const jobId = z
  .uuid("must be the id of a plan or another job, as an answer gave it")
  .describe("Id of a plan or another job");
export const keyId = z.string().regex(/^[0-9a-f]{12}$/, "must be 12 digits from 0 to f");

export const idParams = z.object({ id: jobId });

/** Names that callers choose: what goes into an address as it is. */
export const storedName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/,
    "must be 1 to 100 letters, digits, dots, underscores or hyphens",
  )
  .describe("1 to 100 letters, digits, `.`, `_` or `-`");

/** Of a stored channel contract: what the database counts to. */
export const MOST_VERSIONS = 2 ** 31 - 1;

export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(1000).default(100).describe("Entries of a page at most"),
};

export const jobState = z.enum(JOB_STATES);
export const jobKind = z.enum(JOB_KINDS);

export const idempotencyHeader = z.object({
  "idempotency-key": z
    .string()
    .min(1)
    .max(255)
    .optional()
    .describe("The same key with the same body leads to the same job, for 24 hours"),
});

export const preferHeader = idempotencyHeader.extend({
  prefer: z
    .string()
    .optional()
    .describe(
      "`wait=10`: answer when it has ended, after so many seconds at the latest; `respond-async`: at once, or beside `wait` after its seconds",
    ),
});
