import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Fault } from "../model/issue.js";
import { type Blobs, sweepRows, UNNAMED_FOR } from "./blobs.js";
import type { Database } from "./database.js";
import { hashing } from "./hashing.js";
import { inBatches, UPKEEP_SECONDS } from "./upkeep.js";

const CHUNK_BYTES = 1 << 20;
/** Looking for strays goes through all parts of all contents: one worker at a time does. */
const STRAYS_LOCK = 0x70617374;

/** Blobs as rows of {@link CHUNK_BYTES} each, so that every machine with the database has them. */
export function rowBlobs(database: Database): Blobs {
  const blobs: Blobs = {
    async put(content, signal) {
      const id = randomUUID();
      const { through, result } = hashing();
      const keep = async (source: AsyncIterable<Buffer>) => {
        let part = 0;
        for await (const chunk of inChunks(source)) {
          await database.query(
            "INSERT INTO packwright.blob_chunk (blob, part, content) VALUES ($1, $2, $3)",
            [id, part++, chunk],
          );
        }
      };
      await pipeline(content, through, keep, { signal });
      const { bytes, sha256 } = result();
      await database.query("INSERT INTO packwright.blob (id, bytes, sha256) VALUES ($1, $2, $3)", [
        id,
        bytes,
        sha256,
      ]);
      return { id, bytes, sha256 };
    },
    async read(id, from = 0) {
      const [found] = await database.query<{ bytes: number }>(
        "SELECT bytes::float8 AS bytes FROM packwright.blob WHERE id = $1",
        [id],
      );
      if (found === undefined) throw new Fault("BLOB_MISSING", `${id} is missing from the database`);
      return Readable.from(chunksOf(database, id, from, found.bytes), { objectMode: false });
    },
    async copyTo(id, path, signal) {
      await pipeline(await blobs.read(id), createWriteStream(path, { mode: 0o600 }), { signal });
    },
    async sweep(signal) {
      await sweepRows(database, signal);
      for (const id of await strays(database, signal))
        await inBatches(
          database,
          signal,
          `DELETE FROM packwright.blob_chunk WHERE (blob, part) IN (
             SELECT blob, part FROM packwright.blob_chunk WHERE blob = $1
             LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING part`,
          [id],
        );
    },
  };
  return blobs;
}

/** Blobs that have no row and to which nothing was added for so long: none is still to come. None where another worker looks. */
async function strays(database: Database, signal: AbortSignal | undefined): Promise<string[]> {
  const found = await database.transaction(
    async (within) => {
      const [lock] = await within.query<{ isOurs: boolean }>(
        `SELECT pg_try_advisory_xact_lock($1) AS "isOurs"`,
        [STRAYS_LOCK],
      );
      if (!lock!.isOurs) return [];
      return within.query<{ blob: string }>(
        `SELECT c.blob FROM packwright.blob_chunk c
         WHERE NOT EXISTS (SELECT 1 FROM packwright.blob b WHERE b.id = c.blob)
         GROUP BY c.blob HAVING max(c.created_at) < now() - interval '${UNNAMED_FOR}'`,
      );
    },
    { statementSeconds: UPKEEP_SECONDS, signal },
  );
  return found.map(({ blob }) => blob);
}

async function* inChunks(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let size = 0;
  for await (const piece of source) {
    let rest = piece;
    while (size + rest.length >= CHUNK_BYTES) {
      const taken = rest.subarray(0, CHUNK_BYTES - size);
      yield Buffer.concat([...held, taken]);
      rest = rest.subarray(taken.length);
      held = [];
      size = 0;
    }
    if (rest.length > 0) held.push(rest);
    size += rest.length;
  }
  if (size > 0) yield Buffer.concat(held);
}

/** @throws Fault where a chunk is missing: it was thrown away while it was being read, and half of it is worse than nothing */
async function* chunksOf(
  database: Database,
  id: string,
  from: number,
  bytes: number,
): AsyncGenerator<Buffer> {
  const parts = Math.ceil(bytes / CHUNK_BYTES);
  let skip = from % CHUNK_BYTES;
  for (let part = Math.floor(from / CHUNK_BYTES); part < parts; part++) {
    const [row] = await database.query<{ content: Uint8Array }>(
      "SELECT content FROM packwright.blob_chunk WHERE blob = $1 AND part = $2",
      [id, part],
    );
    if (row === undefined)
      throw new Fault("BLOB_MISSING", `part ${part} of ${id} is missing from the database`);
    yield Buffer.from(row.content.buffer, row.content.byteOffset, row.content.length).subarray(skip);
    skip = 0;
  }
}
