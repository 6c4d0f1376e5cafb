import { chmod, mkdir, mkdtemp, open, readdir, rename, rm, rmdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { draftStart } from "../model/draftName.js";
import { asOutputError } from "./fileErrors.js";
import { flushFolder } from "./flushFolder.js";
import { mustBeFree, type PlaceOptions } from "./planPlace.js";

/** A folder under way: it appears at its place whole or not at all. */
export interface StagedFolder {
  /** Where to write the files. */
  readonly path: string;
  /** Puts the folder in its place. On failure nothing is left of it, and what was there before stands again. */
  commit(): Promise<void>;
  /** Removes what was written, and the folders around it that were made for it. */
  discard(): Promise<void>;
}

/**
 * Begins a plan folder beside its place.
 *
 * @throws InputError where the place is not free, see {@link mustBeFree}, or may not be written
 */
export async function stagePlanFolder(dir: string, options: PlaceOptions): Promise<StagedFolder> {
  const place = resolve(dir);
  await mustBeFree(dir, options);
  const parent = dirname(place);
  let firstMade: string | undefined;
  let path: string;
  const removeMade = () => removeEmpty(parent, firstMade);
  try {
    firstMade = await mkdir(parent, { recursive: true });
    path = await mkdtemp(draftStart(place, options.draftMark));
    // A temporary folder is its owner's alone; a plan folder is as open as any other.
    await chmod(path, 0o777 & ~process.umask());
  } catch (error) {
    await removeMade();
    throw asOutputError(dir, error);
  }
  const discard = async () => {
    await rm(path, { recursive: true, force: true });
    await removeMade();
  };
  return {
    path,
    discard,
    async commit() {
      try {
        await flush(path);
        await mustBeFree(dir, options);
        await swap(path, place);
      } catch (error) {
        await discard();
        throw asOutputError(dir, error);
      }
      await flushNames(parent, firstMade);
    },
  };
}

/** Removes folders from the innermost to the outermost that was made, as long as they are empty. */
async function removeEmpty(innermost: string, outermost: string | undefined): Promise<void> {
  if (outermost === undefined) return;
  for (let folder = innermost; ; folder = dirname(folder)) {
    try {
      await rmdir(folder);
    } catch (error) {
      // Someone else has put something there, or removed it: it is not ours any more.
      if (["ENOTEMPTY", "EEXIST", "ENOENT"].includes((error as NodeJS.ErrnoException).code ?? "")) return;
      throw error;
    }
    if (folder === outermost) return;
  }
}

/** Puts the new folder in the place of the old; the old goes only when the new one is there. */
async function swap(staged: string, place: string): Promise<void> {
  const old = `${staged}.old`;
  const had = await rename(place, old).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return false;
      throw error;
    },
  );
  try {
    await rename(staged, place);
  } catch (error) {
    if (had) await rename(old, place);
    throw error;
  }
  if (had) await rm(old, { recursive: true, force: true });
}

/** Without this a power cut could take the rename back, after somebody was told of the plan. @param outermost that was made */
async function flushNames(innermost: string, outermost: string | undefined): Promise<void> {
  for (let folder = innermost; ; folder = dirname(folder)) {
    await flushFolder(folder);
    if (outermost === undefined || folder === dirname(outermost)) return;
  }
}

/** Without this a power cut after the rename could leave a folder of empty files, or of none. */
async function flush(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      await flush(path);
      continue;
    }
    const handle = await open(path, "r+");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
  await flushFolder(folder);
}
