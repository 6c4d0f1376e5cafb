import { chmod, mkdir, mkdtemp, open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { asOutputError, fileError } from "./fileErrors.js";

/** A folder under way: it appears at its place whole or not at all. */
export interface StagedFolder {
  /** Where to write the files. */
  readonly path: string;
  /** Puts the folder in its place. On failure nothing is left of it, and what was there before stands again. */
  commit(): Promise<void>;
  /** Removes what was written. */
  discard(): Promise<void>;
}

export interface StageOptions {
  /** Whether a plan folder (or an empty one) that exists is replaced. */
  readonly overwrite: boolean;
}

/** The file that makes a folder a plan folder. */
export const PLAN_FILE = "plan.json";

/**
 * Begins a plan folder beside its place.
 *
 * @throws InputError where the place is taken and not to be overwritten, or holds something else than a plan
 */
export async function stagePlanFolder(dir: string, { overwrite }: StageOptions): Promise<StagedFolder> {
  const place = resolve(dir);
  await mustBeFree(dir, place, overwrite);
  const parent = dirname(place);
  let path: string;
  try {
    await mkdir(parent, { recursive: true });
    path = await mkdtemp(join(parent, `.${basename(place)}-`));
    // A temporary folder is its owner's alone; a plan folder is as open as any other.
    await chmod(path, 0o777 & ~process.umask());
  } catch (error) {
    throw asOutputError(dir, error);
  }
  const discard = () => rm(path, { recursive: true, force: true });
  return {
    path,
    discard,
    async commit() {
      try {
        await flush(path);
        await mustBeFree(dir, place, overwrite);
        await swap(path, place);
      } catch (error) {
        await discard();
        throw asOutputError(dir, error);
      }
    },
  };
}

async function mustBeFree(dir: string, place: string, overwrite: boolean): Promise<void> {
  let isFolder: boolean;
  try {
    isFolder = (await stat(place)).isDirectory();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw asOutputError(dir, error);
  }
  if (!isFolder)
    throw fileError(dir, { code: "NOT_A_FOLDER", message: "is a file", hint: "Name a folder for the plan." });
  if (!overwrite)
    throw fileError(dir, {
      code: "FOLDER_EXISTS",
      message: "exists already",
      hint: "Name another folder, or overwrite it with --overwrite.",
    });
  const names = await readdir(place);
  if (names.length > 0 && !names.includes(PLAN_FILE))
    throw fileError(dir, {
      code: "NOT_A_PLAN_FOLDER",
      message: `is neither empty nor a plan folder: it holds no ${PLAN_FILE}`,
      hint: "Only a plan is overwritten; name another folder.",
    });
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

/** Without this a power cut after the rename could leave a folder of empty files. */
async function flush(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const handle = await open(join(folder, name), "r+");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}
