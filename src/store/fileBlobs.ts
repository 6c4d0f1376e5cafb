import { randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { link, mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { flushFolder } from "../io/flushFolder.js";
import { Fault } from "../model/issue.js";
import { type Blobs, sweepRows } from "./blobs.js";
import { asStorageFull, type Database } from "./database.js";
import { hashing } from "./hashing.js";

/** Ending of a file that is still being written. */
const UNFINISHED = ".part";
const HOUR_MS = 3_600_000;

/** Blobs as files in a folder; their rows say which are whole. */
export function fileBlobs(database: Database, dir: string): Blobs {
  const pathOf = (id: string) => join(dir, id.slice(0, 2), id);
  return {
    async put(content, signal) {
      const id = randomUUID();
      const path = pathOf(id);
      const draft = path + UNFINISHED;
      const { through, result } = hashing();
      try {
        const made = await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        if (made !== undefined) await flushFolder(dirname(made));
        await pipeline(content, through, createWriteStream(draft, { mode: 0o600, flush: true }), { signal });
        await rename(draft, path);
      } catch (error) {
        await rm(draft, { force: true });
        throw asStorageFull(error);
      }
      // What a row names must outlast a loss of power: the name in its folder, too.
      await flushFolder(dirname(path));
      const { bytes, sha256 } = result();
      await database.query("INSERT INTO packwright.blob (id, bytes, sha256) VALUES ($1, $2, $3)", [
        id,
        bytes,
        sha256,
      ]);
      return { id, bytes, sha256 };
    },
    async read(id, from = 0) {
      const path = pathOf(id);
      await stat(path).catch(() => missing(id));
      return createReadStream(path, { start: from });
    },
    async copyTo(id, path, signal) {
      // A second name for the same bytes, which never change; another file system wants a copy.
      await link(pathOf(id), path).catch(async (error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") missing(id);
        await pipeline(createReadStream(pathOf(id)), createWriteStream(path, { mode: 0o600 }), { signal });
      });
    },
    async sweep(signal) {
      await sweepRows(database, signal);
      await removeStrays(database, dir, signal);
    },
  };
}

function missing(id: string): never {
  throw new Fault("BLOB_MISSING", `the file of ${id} is missing from the data folder`);
}

/** Names of the files here and of their folders. What has another name was put there by somebody else, and stays. */
const OWN_NAME = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(\.part)?$/;
const OWN_FOLDER = /^[0-9a-f]{2}$/;

/** Files that no row names: a process ended between the two. */
async function removeStrays(database: Database, dir: string, signal: AbortSignal | undefined): Promise<void> {
  for (const part of (await readdir(dir)).filter((name) => OWN_FOLDER.test(name))) {
    signal?.throwIfAborted();
    const names = (await readdir(join(dir, part))).filter((name) => OWN_NAME.test(name));
    const whole = names.filter((name) => !name.endsWith(UNFINISHED));
    const known = await database.query<{ id: string }>(
      "SELECT id FROM packwright.blob WHERE id = ANY($1::uuid[])",
      [whole],
    );
    const named = new Set(known.map(({ id }) => id));
    for (const name of names.filter((each) => !named.has(each))) {
      const path = join(dir, part, name);
      const found = await stat(path).catch(() => null);
      if (found !== null && Date.now() - found.mtimeMs > HOUR_MS) await rm(path, { force: true });
    }
  }
}
