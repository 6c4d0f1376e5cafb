import { setImmediate } from "node:timers/promises";
import type { Database, Row } from "./database.js";

/** Seconds that a statement of upkeep or of a migration may take: it has more to do the longer nobody did it. */
export const UPKEEP_SECONDS = 3_600;
/** Rows that upkeep takes at a time, so that what it has done stays done wherever it is broken off. */
export const ROWS_AT_ONCE = 500;

/**
 * Repeats a statement until it finds nothing more.
 *
 * @param signal gives it up, and the batch that is under way
 * @param sql returns a row for each that it took, at most as many as its last value says
 * @throws the signal's reason where that is given meanwhile
 */
export async function inBatches(
  database: Database,
  signal: AbortSignal | undefined,
  sql: string,
  values: readonly unknown[] = [],
): Promise<void> {
  for (;;) {
    const rows = await batch(database, signal, sql, values);
    if (rows.length < ROWS_AT_ONCE) return;
  }
}

const LEAST_ID = "00000000-0000-0000-0000-000000000000";

/**
 * Repeats a statement over rows in the order of their ids, until it has looked at all.
 *
 * @param signal gives it up, and the batch that is under way
 * @param sql looks at the rows after the id that its first value says, at most as many as its second; returns the id of each, in order
 * @throws the signal's reason where that is given meanwhile
 */
export async function overIds(
  database: Database,
  signal: AbortSignal | undefined,
  sql: string,
): Promise<void> {
  for (let after = LEAST_ID; ; ) {
    const rows = await batch<{ id: string }>(database, signal, sql, [after]);
    if (rows.length < ROWS_AT_ONCE) return;
    after = rows.at(-1)!.id;
  }
}

async function batch<R extends Row>(
  database: Database,
  signal: AbortSignal | undefined,
  sql: string,
  values: readonly unknown[],
): Promise<R[]> {
  const rows = await database.transaction((within) => within.query<R>(sql, [...values, ROWS_AT_ONCE]), {
    statementSeconds: UPKEEP_SECONDS,
    signal,
  });
  // A database within this process never waits for anything: without this nothing else would have its turn before the last batch.
  await setImmediate();
  return rows;
}
