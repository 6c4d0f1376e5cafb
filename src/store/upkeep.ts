import type { Database } from "./database.js";

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
    const rows = await database.transaction((within) => within.query(sql, [...values, ROWS_AT_ONCE]), {
      statementSeconds: UPKEEP_SECONDS,
      signal,
    });
    if (rows.length < ROWS_AT_ONCE) return;
  }
}
