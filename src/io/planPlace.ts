import { constants } from "node:fs";
import { access, readdir, readFile, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve, sep } from "node:path";
import { quoteValue } from "../model/issue.js";
import { asOutputError, fileError } from "./fileErrors.js";

/** Whether a plan folder may come to stand in a place. Nothing here changes anything. */

export interface PlaceOptions {
  /** Whether a plan folder (or an empty one) that exists is replaced. */
  readonly overwrite: boolean;
  /** Paths of the files that the plan is made from: a folder that holds one of them is not replaced. Default none. */
  readonly inputs?: readonly string[];
  /** What the folder is; default a plan. */
  readonly kind?: FolderKind;
  /** What stands in the name of a draft, `.PLACE-MARKxxxxxx`, for those who clear away what they have left. Default nothing. */
  readonly draftMark?: string;
}

/** A kind of folder that this program makes, and only such a one replaces. */
export interface FolderKind {
  /** The file that makes a folder one of the kind: JSON with a `schemaVersion`. */
  readonly main: string;
  /** All files that one can hold. */
  readonly files: ReadonlySet<string>;
  /** Folders that one can hold, by name: each for any number of folders of another kind. */
  readonly folders?: ReadonlyMap<string, FolderKind>;
}

export const PLAN_FOLDER: FolderKind = {
  main: "plan.json",
  files: new Set([
    "plan.json",
    "certificate.json",
    "report.html",
    ...["packages", "assignments", "unrouted"].flatMap((table) => [`${table}.csv`, `${table}.parquet`]),
  ]),
};

/**
 * Looks whether a plan folder can be put in a place, before there is one.
 *
 * @throws InputError where the place is not free, see {@link mustBeFree}, or may not be written
 */
export async function checkPlanPlace(dir: string, options: PlaceOptions): Promise<void> {
  await mustBeFree(dir, options);
  await mustBeWritable(dir, dirname(resolve(dir)));
}

/**
 * @throws InputError where the place is taken and not to be overwritten, holds anything that is no plan or that the
 * plan is made from, is a file or lies below one
 */
export async function mustBeFree(
  dir: string,
  { overwrite, inputs = [], kind = PLAN_FOLDER }: PlaceOptions,
): Promise<void> {
  const place = resolve(dir);
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
  for (const input of inputs)
    if (await liesIn(place, input))
      throw fileError(dir, {
        code: "INPUT_IN_FOLDER",
        message: `holds ${quoteValue(input)}, which the plan is made from and which would be lost`,
        hint: "Name another folder for the plan.",
      });
  const objection = await whyNoneOf(kind, place).catch((error: unknown) => {
    throw asOutputError(dir, error);
  });
  if (objection !== null)
    throw fileError(dir, {
      code: "NOT_A_PLAN_FOLDER",
      message: `is neither empty nor a plan folder: ${objection}`,
      hint: "Only a plan is overwritten; name another folder.",
    });
}

/** Whether a file, or a link to it, lies in a folder or below it. */
async function liesIn(folder: string, file: string): Promise<boolean> {
  // What cannot be followed is told when it is read.
  const real = (path: string) => realpath(path).catch(() => path);
  const named = resolve(file);
  const places = [named, await real(named), join(await real(dirname(named)), basename(named))];
  const roots = [folder, await real(folder)].map((root) => join(root, sep));
  return places.some((place) => roots.some((root) => place.startsWith(root)));
}

/** @returns what a folder holds or lacks that none of the kind does; null where it is one, or empty */
async function whyNoneOf({ main, files, folders }: FolderKind, folder: string): Promise<string | null> {
  const entries = await readdir(folder, { withFileTypes: true });
  if (entries.length === 0) return null;
  const strange = entries.filter((entry) =>
    entry.isDirectory() ? !folders?.has(entry.name) : !files.has(entry.name) || !entry.isFile(),
  );
  if (strange.length > 0) {
    const more = strange.length > 1 ? ` and ${strange.length - 1} more` : "";
    return `it holds ${quoteValue(strange[0]!.name)}${more}, no part of a plan`;
  }
  if (!entries.some(({ name }) => name === main)) return `it holds no ${main}`;
  if (!isPlan(await readFile(join(folder, main), "utf8"))) return `its ${main} is of no plan`;
  for (const [name, kind] of folders ?? [])
    if (entries.some((entry) => entry.name === name)) {
      const objection = await whyNotAll(kind, join(folder, name));
      if (objection !== null) return objection;
    }
  return null;
}

/** @returns what a folder holds that is no folder of the kind; null where there is no such */
async function whyNotAll(kind: FolderKind, folder: string): Promise<string | null> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const name = quoteValue(join(basename(folder), entry.name));
    if (!entry.isDirectory()) return `it holds ${name}, no part of a plan`;
    const objection = await whyNoneOf(kind, join(folder, entry.name));
    if (objection !== null) return `${name} is none: ${objection}`;
  }
  return null;
}

/** Of whatever version: what an older or a newer program wrote is a plan as well. */
function isPlan(text: string): boolean {
  let plan: unknown;
  try {
    plan = JSON.parse(text);
  } catch {
    // Not JSON: somebody else's file of that name.
    return false;
  }
  const { schemaVersion } = (plan ?? {}) as { readonly schemaVersion?: unknown };
  return Number.isSafeInteger(schemaVersion);
}

/** The innermost folder that exists is where others would be made. */
async function mustBeWritable(dir: string, parent: string): Promise<void> {
  try {
    await access(parent, constants.W_OK | constants.X_OK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || parent === dirname(parent))
      throw asOutputError(dir, error);
    await mustBeWritable(dir, dirname(parent));
  }
}
