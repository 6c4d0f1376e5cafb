import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { asInputError } from "../io/fileErrors.js";
import { InputError, quoteValue } from "../model/issue.js";
import type { Blob, Blobs } from "../store/blobs.js";
import type { Collecting, NightOrders } from "./collecting.js";
import type { FolderSource } from "./config.js";
import { filledIn } from "./placeholders.js";

const LOOK_MS = 500;

/**
 * Waits for the one file of a night to be there and whole, and keeps it.
 *
 * @throws InputError where it is not in time, SOURCE_MISSING or SOURCE_NOT_WHOLE, or there are several, AMBIGUOUS_SOURCE
 */
export async function ordersFromFolder(source: FolderSource, collecting: Collecting): Promise<NightOrders> {
  const { blobs, clock, due, until, log, signal } = collecting;
  const folder = filledIn(source.folder, due);
  const files = filledIn(source.files, due);
  const watch = new Watch(source, folder);
  // Who comes when the time is over, as by hand, sees for the first time now what may have been whole for long.
  const settledBy = Math.max(until, clock.now()) + source.settledSeconds * 1_000;
  let told = "";
  for (;;) {
    const name = await theOne(folder, files);
    const before = name === null ? null : await watch.whole(name, clock.now());
    if (name !== null && before !== null) {
      const path = join(folder, name);
      const blob = await keep(path, blobs, signal);
      // Somebody may have gone on writing after all: then what was kept is worth nothing.
      if (blob !== null && (await looksOf(path)) === before)
        return { blob, format: endingOf(name), from: path };
    }
    // What is there is waited for until it can be known to be whole, even if it is late.
    const settling = name !== null && source.marker === null && clock.now() < settledBy;
    if (clock.now() >= until && !settling) throw missing(source, folder, files, name);
    const waits = waitsFor(source, folder, files, name);
    if (waits !== told) log.info({}, waits);
    told = waits;
    await clock.wait(LOOK_MS, signal);
  }
}

/** Keeps a file; null where it was taken away since it was seen. */
async function keep(path: string, blobs: Blobs, signal: AbortSignal): Promise<Blob | null> {
  try {
    return await blobs.put(createReadStream(path), signal);
  } catch (error) {
    // What goes wrong with the place where it is kept is another matter.
    const { code, path: at } = error as NodeJS.ErrnoException;
    if (at !== path) throw error;
    if (code === "ENOENT") return null;
    throw asInputError(path, error);
  }
}

/** What is waited for, in words. */
function waitsFor(
  { marker, settledSeconds }: FolderSource,
  folder: string,
  files: string,
  name: string | null,
): string {
  if (name === null) return `waits for ${join(folder, files)}`;
  const path = join(folder, name);
  return marker === null
    ? `waits until ${path} has not changed for ${settledSeconds} s`
    : `waits for ${path}${marker}`;
}

/** Knows since when a file has looked as it does. */
class Watch {
  #looks = "";
  #since = 0;

  constructor(
    readonly source: FolderSource,
    readonly folder: string,
  ) {}

  /** @returns what the file looks like where it is whole; null where it may not be */
  async whole(name: string, now: number): Promise<string | null> {
    const { marker, settledSeconds } = this.source;
    const looks = await looksOf(join(this.folder, name));
    if (looks === null) return null;
    if (marker !== null) return (await looksOf(join(this.folder, name + marker))) === null ? null : looks;
    if (looks !== this.#looks) {
      this.#looks = looks;
      // One that has lain there for long need not be watched for as long again.
      const changed = Number(looks.split(" ")[1]);
      this.#since = Math.min(now, Math.max(changed, 0));
    }
    return now - this.#since >= settledSeconds * 1_000 ? looks : null;
  }
}

/** Size and time of the last change; null where there is no such file. */
async function looksOf(path: string): Promise<string | null> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw asInputError(path, error);
  });
  return found?.isFile() ? `${found.size} ${Math.floor(found.mtimeMs)}` : null;
}

/** @throws InputError where several have such a name */
async function theOne(folder: string, files: string): Promise<string | null> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    // It may be made for the night, or not be mounted yet.
    if (error.code === "ENOENT") return [];
    throw asInputError(folder, error);
  });
  const pattern = new RegExp(`^${files.split("*").map(escaped).join(".*")}$`);
  const found = names.filter((name) => pattern.test(name)).sort();
  if (found.length <= 1) return found[0] ?? null;
  throw new InputError([
    {
      code: "AMBIGUOUS_SOURCE",
      file: folder,
      message: `holds ${found.length} files of that name: ${found.slice(0, 5).map(quoteValue).join(", ")}`,
      value: files,
      hint: "A night has one file of orders: put them together, or write the name more closely.",
    },
  ]);
}

function escaped(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
}

/** `csv.gz` of `orders-20261122.csv.gz`. */
function endingOf(name: string): string {
  return /\.([^.]+(?:\.gz)?)$/i.exec(name)![1]!.toLowerCase();
}

function missing(
  { marker, settledSeconds }: FolderSource,
  folder: string,
  files: string,
  name: string | null,
): InputError {
  if (name === null)
    return new InputError([
      {
        code: "SOURCE_MISSING",
        file: folder,
        message: `holds no ${quoteValue(files)}`,
        value: files,
        hint: "Put it there, then run the night by hand; `waitUntil` waits for longer.",
      },
    ]);
  return new InputError([
    {
      code: "SOURCE_NOT_WHOLE",
      file: join(folder, name),
      message:
        marker === null
          ? `still changes after ${settledSeconds} s`
          : `has no ${quoteValue(name + marker)} beside it`,
      hint: "When it is whole, run the night by hand; `waitUntil` waits for longer.",
    },
  ]);
}
