import type { Readable } from "node:stream";
import type { Database } from "./database.js";
import { overIds } from "./upkeep.js";

/** Something large that was kept: an input, or a file of a plan. It never changes. */
export interface Blob {
  readonly id: string;
  readonly bytes: number;
  /** SHA-256 in hex. */
  readonly sha256: string;
}

/** Where large contents are kept, outside of the rows that name them. */
export interface Blobs {
  /**
   * Keeps what a stream brings, whole or not at all. What no row names within an hour is thrown away.
   *
   * @param signal gives it up
   * @throws what the stream throws; AbortError where it is given up; StorageFull where there is no room
   */
  put(content: Readable, signal?: AbortSignal): Promise<Blob>;
  /**
   * @param from the first byte wanted; default 0
   * @throws Fault where there is no such blob
   */
  read(id: string, from?: number): Promise<Readable>;
  /**
   * Makes the content a file of its own at a path.
   *
   * @param signal gives it up, and leaves what there is
   * @throws AbortError where it is given up
   */
  copyTo(id: string, path: string, signal?: AbortSignal): Promise<void>;
  /** Throws away what no row names, and what was never finished. @param signal gives up what is left of it */
  sweep(signal?: AbortSignal): Promise<void>;
}

/** A blob that no row names may be one whose row is still to be written. */
export const UNNAMED_FOR = "1 hour";

/**
 * Deletes the rows of blobs of this age that nothing refers to. Here is the only list of what may refer to one. They are looked at
 * part by part: a look at all of them at once would keep a database within this process from everything else.
 */
export async function sweepRows(database: Database, signal?: AbortSignal): Promise<void> {
  await overIds(
    database,
    signal,
    `WITH looked AS (SELECT id FROM packwright.blob WHERE id > $1 ORDER BY id LIMIT $2),
     gone AS (DELETE FROM packwright.blob WHERE id IN (
       SELECT b.id FROM packwright.blob b JOIN looked USING (id)
       WHERE b.created_at < now() - interval '${UNNAMED_FOR}'
         AND NOT EXISTS (SELECT 1 FROM packwright.job_file f WHERE f.blob = b.id)
         AND NOT EXISTS (SELECT 1 FROM packwright.order_set s WHERE s.blob = b.id)
         AND NOT EXISTS (SELECT 1 FROM packwright.channels c WHERE c.blob = b.id)
       FOR UPDATE OF b SKIP LOCKED))
     SELECT id FROM looked ORDER BY id`,
  );
}
