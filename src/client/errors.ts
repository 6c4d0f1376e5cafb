import type { Issue, Problem } from "./types.js";

/** Whatever a call ends with instead of an answer, an `AbortSignal`'s reason aside. */
export abstract class PackwrightError extends Error {
  /** Stable upper-case name. */
  abstract readonly code: string;
}

/** The service answered that it does not do what was asked: a problem document (RFC 9457). */
export class ProblemError extends PackwrightError {
  override readonly name = "ProblemError";
  /** As in docs/errors.md. */
  readonly code: string;
  /** HTTP status. */
  readonly status: number;
  /** All problems of the input, the first 100; none where it is not the input that is wrong. */
  readonly problems: readonly Issue[];

  constructor(
    /** As it came. */
    readonly problem: Problem,
    /** Seconds after which the service would be asked again; null where it did not say. */
    readonly retryAfter: number | null = null,
  ) {
    const { title, detail, code, status, problems = [] } = problem;
    super(detail === undefined ? title : `${title} ${detail}`);
    this.code = code;
    this.status = status;
    this.problems = problems;
  }
}

/** There was no answer, or no whole one: nobody knows what has been done. With the same idempotency key it is not done twice. */
export class UnreachableError extends PackwrightError {
  override readonly name = "UnreachableError";

  constructor(
    readonly code: "NETWORK" | "TIMEOUT",
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A job that was waited for was cancelled: there is no result. */
export class CancelledError extends PackwrightError {
  override readonly name = "CancelledError";
  readonly code = "CANCELLED";

  constructor(readonly id: string) {
    super(`Job ${id} was cancelled.`);
  }
}

/**
 * What an answer with an error status says.
 *
 * @returns its problem document; one made of the status where something between answered in the service's place
 */
export async function problemOf(response: Response): Promise<ProblemError> {
  const retryAfter = secondsOf(response.headers.get("retry-after"));
  const { status } = response;
  const text = await response.text();
  if (/\bjson\b/.test(response.headers.get("content-type") ?? "")) {
    const found = parsed(text);
    if (typeof found?.code === "string" && typeof found.title === "string")
      return new ProblemError(found as Problem, retryAfter);
  }
  const title = `The answer is ${status}, and not packwright's.`;
  const more = text === "" ? {} : { detail: text.slice(0, 500) };
  return new ProblemError(
    { type: "about:blank", title, status, code: `HTTP_${status}`, ...more },
    retryAfter,
  );
}

function parsed(text: string): Partial<Problem> | null {
  try {
    return JSON.parse(text) as Partial<Problem> | null;
  } catch {
    return null;
  }
}

/** Retry-After is a number of seconds or a date. */
function secondsOf(header: string | null): number | null {
  if (header === null) return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const ms = Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? null : Math.max(0, ms / 1_000);
}
