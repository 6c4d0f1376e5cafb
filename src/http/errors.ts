import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { QueryRefused } from "../jobs/queries.js";
import { InputError } from "../model/issue.js";
import { inputProblem, type Problem, problem } from "../model/problem.js";
import { StatementTimeout, StorageFull, Unavailable } from "../store/database.js";
import { SECURITY_HEADERS } from "./headers.js";
import { HttpProblem } from "./httpProblem.js";

export const PROBLEM_TYPE = "application/problem+json";

/** Answers whatever was thrown with a problem document. What is no problem of the caller's is told in the log alone. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { problem: told, retryAfter } = problemOf(error, request);
  if (told.status === 503) request.log.warn({ code: told.code, detail: told.detail }, "request refused");
  else if (told.status >= 500) request.log.error({ err: error, code: told.code }, "request failed");
  if (retryAfter !== undefined) void reply.header("retry-after", retryAfter);
  // The framework would close the connection on a body that is not read: whoever is still sending it might never hear this.
  void reply.removeHeader("connection");
  void reply.headers(NOT_A_FILE);
  return reply
    .code(told.status)
    .type(PROBLEM_TYPE)
    .serializer(JSON.stringify)
    .send({ ...told, requestId: request.id });
}

/** What a route had said of the file that it was about to send. */
const NOT_A_FILE = {
  "content-security-policy": SECURITY_HEADERS["content-security-policy"],
  "cache-control": SECURITY_HEADERS["cache-control"],
};

interface Told {
  readonly problem: Problem;
  /** Seconds after which to try again. */
  readonly retryAfter?: number | undefined;
}

function problemOf(error: unknown, request: FastifyRequest): Told {
  if (error instanceof HttpProblem) return error;
  if (error instanceof InputError) {
    const found = inputProblem(error.issues, error.total);
    const malformed = error.issues.some(({ code }) => code === "NOT_JSON") || isAddress(request, error);
    return { problem: malformed ? { ...found, status: 400 } : found };
  }
  if (error instanceof StatementTimeout)
    return {
      problem: problem(503, "DATABASE_SLOW", "The database took too long over it."),
      retryAfter: 10,
    };
  if (error instanceof StorageFull)
    return {
      problem: problem(503, "DISK_FULL", "There is no room left for what is to be kept."),
      retryAfter: 30,
    };
  if (error instanceof Unavailable)
    return {
      problem: problem(
        503,
        "DATABASE_UNAVAILABLE",
        "The database does not answer; what was asked may have happened.",
        {
          detail: "Try again; with the same Idempotency-Key nothing is done twice.",
        },
      ),
      retryAfter: 2,
    };
  if (error instanceof QueryRefused) return { problem: problem(503, "BUSY", error.message), retryAfter: 5 };
  const { statusCode = 500 } = error as Partial<FastifyError>;
  const known = OF_THE_SERVER[statusCode];
  if (known !== undefined) return { problem: known };
  // Whatever else it is, the caller has done it: a file outside of those that are shown, for example.
  if (statusCode >= 400 && statusCode < 500) return { problem: OF_THE_SERVER[404]! };
  return { problem: problem(500, "UNEXPECTED", "A fault of ours.") };
}

/** What the server itself refuses, in our words. */
const OF_THE_SERVER: Readonly<Record<number, Problem>> = {
  400: problem(400, "BAD_REQUEST", "That is no request that can be read."),
  404: problem(404, "NOT_FOUND", "There is nothing here."),
  413: problem(413, "BODY_TOO_LARGE", "The body is larger than is taken here."),
  415: problem(415, "UNKNOWN_FORMAT", "A body of this content type is not taken here."),
  431: problem(431, "HEADER_TOO_LARGE", "The head of the request is too large."),
};

/** Whether what is wrong stands in the address or the head of the request, not in its body. */
function isAddress(request: FastifyRequest, error: InputError): boolean {
  return request.validatedPart !== "body" && error.issues.length > 0 && request.validatedPart !== null;
}
