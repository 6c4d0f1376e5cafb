import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { WhatIfFile } from "../model/whatIfFile.js";
import { csvText } from "./csvText.js";
import { checkPlanPlace, type FolderKind, type PlaceOptions } from "./planPlace.js";
import { stagePlanFolder } from "./stagedFolder.js";

const WHAT_IF_FOLDER: FolderKind = {
  main: "what-if.json",
  files: new Set(["what-if.json", "what-if.html", "scenarios.csv", "channels.csv", "moves.csv"]),
};

/** A table of text cells, and the name of its file without ending. */
export interface NamedTable {
  readonly name: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

type Place = Pick<PlaceOptions, "overwrite" | "inputs">;

/**
 * Looks whether a folder of scenarios can be put in a place, before there is one.
 *
 * @throws InputError where it is not free or may not be written
 */
export function checkWhatIfPlace(dir: string, options: Place): Promise<void> {
  return checkPlanPlace(dir, { ...options, kind: WHAT_IF_FOLDER });
}

/** What a folder of scenarios holds. */
export interface WhatIfFolder {
  readonly file: WhatIfFile;
  readonly tables: readonly NamedTable[];
  /** The text of `what-if.html`. */
  readonly page: string;
}

/**
 * Writes a folder of scenarios; it appears whole or not at all.
 *
 * @throws InputError where the place is not free or may not be written
 */
export async function writeWhatIf(
  dir: string,
  { file, tables, page }: WhatIfFolder,
  options: Place,
): Promise<void> {
  const staged = await stagePlanFolder(dir, { ...options, kind: WHAT_IF_FOLDER });
  try {
    await writeFile(join(staged.path, "what-if.json"), `${JSON.stringify(file, null, 2)}\n`);
    await writeFile(join(staged.path, "what-if.html"), page);
    for (const { name, head, rows } of tables)
      await writeFile(join(staged.path, `${name}.csv`), csvText([head, ...rows]));
    await staged.commit();
  } catch (error) {
    await staged.discard();
    throw error;
  }
}
