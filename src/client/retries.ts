import { ProblemError, UnreachableError } from "./errors.js";

/** How often, and how soon, what may be repeated is. */
export interface Retries {
  /** Times beyond the first; default 5. */
  readonly times: number;
  /** Seconds before the first repetition, doubled each time; default 0.25. */
  readonly first: number;
  /** Most seconds between two; default 10. What the service asks for (`Retry-After`) is heeded even where it is more. */
  readonly most: number;
}

export const DEFAULT_RETRIES: Retries = { times: 5, first: 0.25, most: 10 };

/** Answers that another moment may change. */
const PASSING = new Set([429, 502, 503, 504]);

/** Whether the same request may well succeed in a moment. */
export function isPassing(error: unknown): boolean {
  if (error instanceof UnreachableError) return true;
  if (!(error instanceof ProblemError)) return false;
  // With the same key, our own earlier try, whose answer was lost, may still be at work.
  return PASSING.has(error.status) || error.code === "REQUEST_IN_PROGRESS";
}

/**
 * Seconds before a try is repeated: doubled each time and scattered, so that callers that were turned away together do not
 * come back together.
 *
 * @param tries how many there were, 1 or more
 * @param chance from 0 to below 1
 */
export function pause(error: unknown, tries: number, { first, most }: Retries, chance: number): number {
  const own = Math.min(most, first * 2 ** (tries - 1)) * (0.5 + chance / 2);
  const asked = error instanceof ProblemError ? (error.retryAfter ?? 0) : 0;
  return Math.max(own, asked);
}

/** Waits. @throws the signal's reason where it is given meanwhile */
export function sleep(seconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const end = () => {
      clearTimeout(timer);
      reject(signal!.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", end);
      resolve();
    }, seconds * 1_000);
    signal?.addEventListener("abort", end, { once: true });
  });
}
