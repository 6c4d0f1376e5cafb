import { z } from "zod";
import type { Content } from "../content.js";
import { REQUEST_EXAMPLES } from "./examples.js";

/** Words of the OpenAPI document that belong to no route. */
export const DOCUMENT = {
  description: [
    "Routes mixed debit orders over batch and single payment channels at the least total cost, and proves how close to the least it is.",
    "Everything that is worked out is a job. A POST answers 202 with the job; with `Prefer: wait=10` it answers 200 when the job has ended by then. The same `Idempotency-Key` with the same body leads to the same job for 24 hours; with another body it is refused with 422, while the first one is being read with 409.",
    "Bodies may be packed (`Content-Encoding: gzip`). Problems are problem documents (RFC 9457) with all problems of the input and the codes of the command line (docs/errors.md). 429 and 503 say in `Retry-After` when to try again.",
  ].join("\n\n"),
  key: "A key made by `packwright keys create`. Scopes: `read`, `plan`, `admin`, each allows what the one before it does. None is needed where the service answers on loopback alone.",
  tags: [
    { name: "plans", description: "Batches of orders routed at the least cost" },
    { name: "studies", description: "What would be, were something else" },
    { name: "checks", description: "Plans judged" },
    { name: "order sets", description: "Orders uploaded once, planned by reference" },
    { name: "channels", description: "Channel contracts, kept in versions" },
    { name: "simulations", description: "What a change of a contract would come to, answered at once" },
    { name: "jobs", description: "All that is worked out, of whatever kind" },
    { name: "keys", description: "Who may ask" },
    { name: "operations", description: "For whoever watches over the service" },
  ],
  /** Of answers that a route gives as a schema alone. */
  answers: {
    200: "It is so",
    201: "It is new",
    202: "Accepted: look at `location`, or follow its events",
    204: "Gone",
    304: "What `If-None-Match` names is still so",
  } as Readonly<Record<string, string>>,
  headers: {
    201: { location: "Where it is" },
    202: { location: "Where it is" },
    503: { "retry-after": "Seconds after which to try again" },
  } as Readonly<Record<string, Readonly<Record<string, string>>>>,
  jsonBody(path: string, body: z.ZodType): Content {
    const example = REQUEST_EXAMPLES[path];
    return { "application/json": { schema: body, ...(example === undefined ? {} : { example }) } };
  },
  jobBody(path: string, body: z.ZodType): Content {
    const example = REQUEST_EXAMPLES[path];
    return {
      ...DOCUMENT.jsonBody(path, body),
      "application/x-ndjson": {
        schema: z
          .string()
          .describe("The request without orders on the first line, an order on every other one"),
        ...(example === undefined || !("orders" in example) ? {} : { example: asNdjson(example) }),
      },
    };
  },
};

function asNdjson({ orders, ...request }: Readonly<Record<string, unknown>>): string {
  return [request, ...(orders as readonly unknown[])].map((line) => `${JSON.stringify(line)}\n`).join("");
}
