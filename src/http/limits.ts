import type { Issue } from "../model/issue.js";

/** What callers may ask for. */
export interface Limits {
  /** Bytes of a body, unpacked. */
  readonly bodyBytes: number;
  /** Bytes of a body that is read into memory: JSON, but not its orders on lines of their own. */
  readonly jsonBytes: number;
  /** Bytes of all bodies together that are in memory at a time. */
  readonly heldBytes: number;
  readonly orders: number;
  readonly channels: number;
  /** Seconds of a search. */
  readonly timeLimit: number;
  /** Jobs that wait. */
  readonly queue: number;
  /** Seconds that an answer may be waited for. */
  readonly wait: number;
}

const MIB = 2 ** 20;

export const DEFAULT_LIMITS: Limits = {
  bodyBytes: 1024 * MIB,
  jsonBytes: 64 * MIB,
  heldBytes: 256 * MIB,
  orders: 2_000_000,
  channels: 200,
  timeLimit: 3_600,
  queue: 1_000,
  wait: 60,
};

/** What a request asks for beyond the time that is given here; nothing where it is no such request. */
export function timeProblems(body: unknown, { timeLimit: most }: Limits): Issue[] {
  const { options, within } = (body ?? {}) as {
    readonly options?: { readonly timeLimit?: unknown } | null;
    readonly within?: unknown;
  };
  const seconds = options?.timeLimit;
  return [
    ...(isOver(seconds, most) ? [tooLong("options.timeLimit", seconds, `${seconds} is`, most)] : []),
    ...(isOver(within, most * 1_000) ? [tooLong("within", within, `${within} ms are`, most)] : []),
  ];
}

function isOver(value: unknown, most: number): value is number {
  return typeof value === "number" && value > most;
}

function tooLong(path: string, value: number, is: string, most: number): Issue {
  return {
    code: "OUT_OF_RANGE",
    path,
    value: String(value),
    message: `${is} more than ${most} seconds`,
    hint: "Take less, or start the service with a larger --max-time-limit.",
  };
}

/** Of a channels file. */
export const CHANNELS_BYTES = MIB;

/** A job of so few bytes of orders and so short a search is small: others like it do not wait behind large ones. */
export const SMALL = { bytes: 4 * MIB, seconds: 30 };

/** Seconds of a search that names no limit. */
export const DEFAULT_TIME_LIMIT = 10;
