import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BreakEvenFile } from "../model/breakEvenFile.js";
import { csvText } from "./csvText.js";
import { checkPlanPlace, type FolderKind, type PlaceOptions } from "./planPlace.js";
import { stagePlanFolder } from "./stagedFolder.js";
import type { NamedTable } from "./whatIfWriter.js";

const BREAK_EVEN_FOLDER: FolderKind = {
  main: "break-even.json",
  files: new Set(["break-even.json", "pieces.csv", "channels.csv", "band.csv", "break-even.html"]),
};

type Place = Pick<PlaceOptions, "overwrite" | "inputs">;

/**
 * Looks whether a folder of a break-even curve can be put in a place, before there is one.
 *
 * @throws InputError where it is not free or may not be written
 */
export function checkBreakEvenPlace(dir: string, options: Place): Promise<void> {
  return checkPlanPlace(dir, { ...options, kind: BREAK_EVEN_FOLDER });
}

/**
 * Writes a folder of a break-even curve; it appears whole or not at all.
 *
 * @throws InputError where the place is not free or may not be written
 */
export async function writeBreakEven(
  dir: string,
  file: BreakEvenFile,
  tables: readonly NamedTable[],
  options: Place,
): Promise<void> {
  const staged = await stagePlanFolder(dir, { ...options, kind: BREAK_EVEN_FOLDER });
  try {
    await writeFile(join(staged.path, "break-even.json"), `${JSON.stringify(file, null, 2)}\n`);
    for (const { name, head, rows } of tables)
      await writeFile(join(staged.path, `${name}.csv`), csvText([head, ...rows]));
    await staged.commit();
  } catch (error) {
    await staged.discard();
    throw error;
  }
}
