import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { HttpProblem } from "./httpProblem.js";

/** Nobody sends a body so slowly but to keep a connection busy. */
const IDLE_MS = 30_000;

export interface UnpackOptions {
  /** Bytes at most, unpacked. */
  readonly most: number;
  /** What to do about more. */
  readonly hint?: string;
  /** Milliseconds for all of it; default without end, as long as something comes. */
  readonly withinMs?: number;
}

/**
 * The bytes of a body, unpacked where they are packed. However it ends, the request itself stays open, so that it can be
 * answered.
 *
 * @throws HttpProblem where there are more than allowed, they come too slowly, or are not packed as the head says
 */
export async function* unpacked(
  payload: IncomingMessage,
  {
    most,
    hint = "Send less at a time, or start the service with a larger --max-body.",
    withinMs,
  }: UnpackOptions,
): AsyncGenerator<Buffer> {
  const gunzip = isPacked(payload) ? createGunzip() : null;
  const source: Readable = gunzip === null ? payload : payload.pipe(gunzip);
  // What goes wrong with the connection is not handed on by a pipe.
  const onEnd = () => {
    if (!payload.complete) gunzip?.destroy(gone());
  };
  payload.on("error", onEnd).on("close", onEnd);
  const pieces: AsyncIterator<Buffer> = source.iterator({ destroyOnReturn: false });
  const until = withinMs === undefined ? Number.POSITIVE_INFINITY : performance.now() + withinMs;
  let bytes = 0;
  try {
    for (;;) {
      const next = await inTime(pieces.next(), Math.min(IDLE_MS, until - performance.now()));
      if (next.done) return;
      bytes += next.value.length;
      if (bytes > most)
        throw new HttpProblem(413, "BODY_TOO_LARGE", `The body is larger than ${most} bytes.`, {
          detail: hint,
        });
      yield next.value;
    }
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code.startsWith("Z_"))
      throw new HttpProblem(400, "BROKEN_GZIP", "The body is broken or cut off gzip.");
    throw code === "ECONNRESET" ? gone() : error;
  } finally {
    payload.off("close", onEnd);
    // As long as it listens nobody else can read the rest away. Where it still waits for something it ends with that.
    pieces.return?.().catch(() => {});
    if (gunzip !== null) {
      payload.unpipe(gunzip);
      gunzip.on("error", () => {}).destroy();
    }
  }
}

async function inTime<T>(coming: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const tooSlow = () => reject(new HttpProblem(408, "BODY_TOO_SLOW", "The body comes too slowly."));
    timer = setTimeout(tooSlow, Math.max(0, ms));
  });
  try {
    return await Promise.race([coming, late]);
  } finally {
    clearTimeout(timer);
    // Nobody waits for it any more where it is late.
    coming.catch(() => {});
  }
}

/** The caller went away in the middle; nobody reads this. */
function gone(): HttpProblem {
  return new HttpProblem(400, "BODY_CUT_OFF", "The body ended before its end.");
}

function isPacked({ headers }: IncomingMessage): boolean {
  const encoding = (headers["content-encoding"] ?? "identity").trim().toLowerCase();
  if (encoding === "gzip" || encoding === "x-gzip") return true;
  if (encoding === "identity") return false;
  throw new HttpProblem(
    415,
    "UNKNOWN_ENCODING",
    `The content encoding ${JSON.stringify(encoding.slice(0, 60))} is not known.`,
    { detail: "Send it plain or with gzip." },
  );
}
