import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { csvText } from "./csvText.js";
import { checkPlanPlace, type FolderKind, PLAN_FOLDER, type PlaceOptions } from "./planPlace.js";
import { stagePlanFolder } from "./stagedFolder.js";

/** Folders of studies: a JSON file with everything, the same as tables, and a page that shows it. */

/** A kind of study: the name of its JSON file and its page, those of its tables, and whether plan folders may lie in `plans/`. */
export interface StudyKind {
  readonly name: string;
  readonly tables: readonly string[];
  readonly plans: boolean;
}

export const WHAT_IF: StudyKind = {
  name: "what-if",
  tables: ["scenarios", "channels", "moves"],
  plans: false,
};
export const BREAK_EVEN: StudyKind = {
  name: "break-even",
  tables: ["pieces", "channels", "band"],
  plans: false,
};
export const FRONTIER: StudyKind = { name: "frontier", tables: ["points", "channels"], plans: true };

/** A table of text cells, and the name of its file without ending. */
export interface NamedTable {
  readonly name: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface StudyFolder {
  readonly kind: StudyKind;
  /** The content of the JSON file. */
  readonly file: object;
  readonly tables: readonly NamedTable[];
  /** The text of the page. */
  readonly page: string;
  /** Plan folders within this one; default none. */
  readonly plans?: {
    /** Their paths within this one. */
    readonly folders: readonly string[];
    /** Writes one, by its index, into an empty folder. */
    readonly write: (dir: string, plan: number) => Promise<void>;
  };
}

type Place = Pick<PlaceOptions, "overwrite" | "inputs">;

/**
 * Looks whether the folder of a study can be put in a place, before there is one.
 *
 * @throws InputError where it is not free or may not be written
 */
export function checkStudyPlace(dir: string, kind: StudyKind, place: Place): Promise<void> {
  return checkPlanPlace(dir, { ...place, kind: folderKind(kind) });
}

/**
 * Writes the folder of a study; it appears whole or not at all.
 *
 * @throws InputError where the place is not free or may not be written
 */
export async function writeStudy(
  dir: string,
  { kind, file, tables, page, plans }: StudyFolder,
  place: Place,
): Promise<void> {
  const staged = await stagePlanFolder(dir, { ...place, kind: folderKind(kind) });
  try {
    await writeFile(join(staged.path, `${kind.name}.json`), `${JSON.stringify(file, null, 2)}\n`);
    await writeFile(join(staged.path, `${kind.name}.html`), page);
    for (const { name, head, rows } of tables)
      await writeFile(join(staged.path, `${name}.csv`), csvText([head, ...rows]));
    for (const [i, folder] of plans?.folders.entries() ?? []) {
      const path = join(staged.path, folder);
      await mkdir(path, { recursive: true });
      await plans?.write(path, i);
    }
    await staged.commit();
  } catch (error) {
    await staged.discard();
    throw error;
  }
}

function folderKind({ name, tables, plans }: StudyKind): FolderKind {
  return {
    main: `${name}.json`,
    files: new Set([`${name}.json`, `${name}.html`, ...tables.map((table) => `${table}.csv`)]),
    ...(plans ? { folders: new Map([["plans", PLAN_FOLDER]]) } : {}),
  };
}
