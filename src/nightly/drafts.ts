import { randomUUID } from "node:crypto";
import { readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { asOutputError } from "../io/fileErrors.js";
import { draftStart, isDraft } from "../model/draftName.js";

/** Tells drafts of nights from those of people, whatever place they plan into: there, a hyphen stands before the ending of chance. */
export const DRAFT_MARK = "night.";

/**
 * Takes away what others have left beside the place of a night in the middle of delivering it. Only whoever has the lease of the
 * night calls this, and nobody else's draft may come into the place any more: it belongs to a process that died, or that has lost
 * the lease and will not find its draft.
 *
 * @throws InputError where nothing may be written there
 */
export async function clearDrafts(folder: string): Promise<void> {
  try {
    await clear(resolve(folder));
  } catch (error) {
    throw asOutputError(folder, error);
  }
}

async function clear(place: string): Promise<void> {
  const parent = dirname(place);
  const names = await readdir(parent).catch(unlessGone);
  for (const name of names ?? []) {
    if (!isDraft(place, name, DRAFT_MARK)) continue;
    const path = join(parent, name);
    // What was moved aside and never replaced is still the plan of the night.
    if (name.endsWith(".old") && !(await isThere(place))) await rename(path, place);
    else await remove(path, draftStart(place, DRAFT_MARK) + randomUUID());
  }
}

/** Removes a draft at once: whoever should still write it loses all of it, and not a file here and there. */
async function remove(path: string, aside: string): Promise<void> {
  await rename(path, aside).catch(unlessGone);
  await rm(aside, { recursive: true, force: true });
}

function unlessGone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(unlessGone)) !== undefined;
}
