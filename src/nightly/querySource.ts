import { Readable } from "node:stream";
import { InputError } from "../model/issue.js";
import type { Blob } from "../store/blobs.js";
import type { Queryable } from "../store/database.js";
import type { Collecting, NightOrders } from "./collecting.js";
import type { QuerySource } from "./config.js";
import { AwayElsewhere, elsewhere, SlowElsewhere } from "./elsewhere.js";
import { filledIn } from "./placeholders.js";

/** How often a query that finds nothing is asked again. */
const AGAIN_MS = 10_000;
/** After how long a database that does not answer is asked again: at first, and at most. */
const AWAY_MS = 500;
const AWAY_MOST_MS = 30_000;
const ROWS_AT_ONCE = 5_000;
/** Longest that the database may take for the first rows. */
const STATEMENT_SECONDS = 1_800;
const DATABASE = "source.databaseFrom";

/**
 * Asks a database for the orders of a night, in a transaction that can only read, and keeps them as NDJSON.
 *
 * @throws InputError where the query is refused or takes too long, QUERY_FAILED, or nobody is let in, DATABASE_REFUSED, or there is nothing in time,
 *   SOURCE_MISSING, or nobody who answers, SOURCE_UNAVAILABLE
 * @throws Unavailable where our own database does not answer
 * @throws the signal's reason where that is given, in the middle of the query, too
 */
export async function ordersFromQuery(source: QuerySource, collecting: Collecting): Promise<NightOrders> {
  const { clock, until, askUntil, due, signal, blobs, log } = collecting;
  for (let unanswered = 0; ; ) {
    let pause: number;
    try {
      const keep = (lines: AsyncIterable<string>) => blobs.put(Readable.from(lines), signal);
      const blob = await ask(source, filledIn(source.query, due), keep, signal);
      if (blob.bytes > 0) return { blob, format: "ndjson", from: "the query" };
      if (clock.now() >= until) throw missing();
      unanswered = 0;
      pause = Math.min(AGAIN_MS, Math.max(500, until - clock.now()));
    } catch (error) {
      // It would be as slow the next time.
      if (error instanceof SlowElsewhere) throw tooSlow(error);
      if (!(error instanceof AwayElsewhere)) throw error;
      if (clock.now() >= askUntil) throw unavailable(error);
      log.warn({ reason: error.message }, "the database of the orders does not answer");
      pause = Math.min(AWAY_MOST_MS, AWAY_MS * 2 ** unanswered++);
    }
    await clock.wait(pause, signal);
  }
}

/** @param keep takes lines of NDJSON as long as there are such */
function ask(
  { databaseUrl }: QuerySource,
  query: string,
  keep: (lines: AsyncIterable<string>) => Promise<Blob>,
  signal: AbortSignal,
): Promise<Blob> {
  const options = {
    url: databaseUrl,
    readOnly: true,
    statementSeconds: STATEMENT_SECONDS,
    // Between two lots of rows the first of them are being kept; meanwhile it keeps nobody from anything.
    idleSeconds: STATEMENT_SECONDS,
  };
  const work = async (within: Queryable) => {
    // Values as text, as exact as the database has them; an instant as ISO 8601 with an offset.
    await asked(within, [
      `DECLARE orders NO SCROLL CURSOR FOR SELECT
         (SELECT json_object_agg(key, value) FROM json_each_text(row_to_json(o)))::text AS line FROM (`,
      query.trim().replace(/;$/, ""),
      // On a line of its own: the query may end with a comment.
      "\n) AS o",
    ]);
    return keep(rows(within));
  };
  return elsewhere(options, DATABASE, work, signal);
}

async function asked(within: Queryable, [before, query, after]: [string, string, string]): Promise<void> {
  try {
    await within.query(`${before}${query}${after}`);
  } catch (error) {
    throw refused(error);
  }
}

async function* rows(within: Queryable): AsyncGenerator<string> {
  for (;;) {
    let found: { line: string }[];
    try {
      found = await within.query<{ line: string }>(`FETCH ${ROWS_AT_ONCE} FROM orders`);
    } catch (error) {
      throw refused(error);
    }
    if (found.length === 0) return;
    yield `${found.map(({ line }) => line).join("\n")}\n`;
  }
}

function refused(error: unknown): unknown {
  if (error instanceof AwayElsewhere || typeof (error as { code?: unknown }).code !== "string") return error;
  return new InputError([
    {
      code: "QUERY_FAILED",
      path: "source.query",
      message: `is refused by the database: ${(error as Error).message}`,
      hint: "It is one SELECT whose columns are those of an orders file, the names of which hold capitals in double quotes.",
    },
  ]);
}

function tooSlow(slow: SlowElsewhere): InputError {
  return new InputError([
    {
      code: "QUERY_FAILED",
      path: "source.query",
      message: `takes too long: ${slow.message}`,
      hint: `It may take ${STATEMENT_SECONDS / 60} minutes. Look at its plan, and whether something holds a lock on its tables.`,
    },
  ]);
}

function missing(): InputError {
  return new InputError([
    {
      code: "SOURCE_MISSING",
      path: "source.query",
      message: "finds no orders",
      hint: "When there are some, run the night by hand; `waitUntil` waits for longer.",
    },
  ]);
}

function unavailable(away: AwayElsewhere): InputError {
  return new InputError([
    {
      code: "SOURCE_UNAVAILABLE",
      path: DATABASE,
      message: `names a database that does not answer: ${away.message}`,
      hint: "When it does, run the night by hand.",
    },
  ]);
}
