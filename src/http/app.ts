import type { IncomingMessage, ServerResponse } from "node:http";
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { Span } from "../jobs/tracing.js";
import type { Body } from "./bodies.js";
import type { Content } from "./content.js";

/** The HTTP server, whose routes take their types from their schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

declare module "fastify" {
  interface FastifyRequest {
    /** Of routes that make jobs. */
    jobBody: Body;
    /** Of the request, in traces. */
    span: Span;
    /** Trace context in force: the caller's, or one that begins here. */
    traceparent: string;
    /** What was judged last. */
    validatedPart: string | null;
  }
  interface FastifyContextConfig {
    /** Whether the body becomes a job, whose orders are kept apart. */
    jobBody?: boolean;
    /** Whether it takes an `Idempotency-Key`, as all whose body becomes a job do. */
    idempotent?: boolean;
    /** Whether it takes a small JSON body. */
    jsonBody?: boolean;
    /** Whether the handler reads the body itself. */
    rawBody?: boolean;
    /** Bodies that it takes, for its description, where they are not JSON of its schema. */
    content?: Content;
  }
}
