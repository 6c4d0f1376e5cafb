import { createWriteStream } from "node:fs";
import { link, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { draftStart } from "../model/draftName.js";
import { asOutputError, fileError } from "./fileErrors.js";

/**
 * Looks whether a file may be written to a place.
 *
 * @throws InputError where something is there that may not be replaced, or its folder is missing
 */
export async function mustTakeFile(
  file: string,
  { overwrite }: { readonly overwrite: boolean },
): Promise<void> {
  const found = await stat(file).catch(() => null);
  if (found?.isDirectory())
    throw fileError(file, {
      code: "NOT_A_FILE",
      message: "is a folder, not a file",
      hint: "Name a file in it.",
    });
  if (found !== null && !overwrite)
    throw fileError(file, {
      code: "FILE_EXISTS",
      message: "exists already",
      hint: "Name another file, or overwrite it with --overwrite.",
    });
  const folder = dirname(resolve(file));
  if (!(await stat(folder).catch(() => null))?.isDirectory())
    throw fileError(file, {
      code: "FILE_NOT_FOUND",
      message: "lies in no folder",
      hint: "Make its folder first.",
    });
}

/**
 * Writes a file piece by piece, which appears whole or not at all. Memory does not grow with its length.
 *
 * @throws InputError as {@link mustTakeFile}, and where nothing may be written there
 */
export async function writePieces(
  file: string,
  pieces: AsyncIterable<string>,
  options: { readonly overwrite: boolean },
): Promise<void> {
  await mustTakeFile(file, options);
  const place = resolve(file);
  let draft: string;
  try {
    draft = await mkdtemp(draftStart(place));
  } catch (error) {
    throw asOutputError(file, error);
  }
  try {
    const written = join(draft, basename(place));
    await pipeline(pieces, createWriteStream(written));
    await put(written, place, file, options);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function put(
  written: string,
  place: string,
  file: string,
  options: { readonly overwrite: boolean },
): Promise<void> {
  if (options.overwrite) return rename(written, place);
  try {
    // Unlike a rename it replaces nothing that has come there meanwhile.
    await link(written, place);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    await mustTakeFile(file, options);
    throw error;
  }
}
