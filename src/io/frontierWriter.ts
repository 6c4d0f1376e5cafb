import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FrontierFile } from "../model/frontierFile.js";
import { csvText } from "./csvText.js";
import { checkPlanPlace, type FolderKind, PLAN_FOLDER, type PlaceOptions } from "./planPlace.js";
import { stagePlanFolder } from "./stagedFolder.js";
import type { NamedTable } from "./whatIfWriter.js";

const FRONTIER_FOLDER: FolderKind = {
  main: "frontier.json",
  files: new Set(["frontier.json", "points.csv", "channels.csv", "frontier.html"]),
  folders: new Map([["plans", PLAN_FOLDER]]),
};

type Place = Pick<PlaceOptions, "overwrite" | "inputs">;

/**
 * Looks whether a folder of a frontier can be put in a place, before there is one.
 *
 * @throws InputError where it is not free or may not be written
 */
export function checkFrontierPlace(dir: string, options: Place): Promise<void> {
  return checkPlanPlace(dir, { ...options, kind: FRONTIER_FOLDER });
}

/**
 * Writes a folder of a frontier; it appears whole or not at all.
 *
 * @param writePlan writes the plan of a point, by its index, into an empty folder; asked for points that name a folder
 * @throws InputError where the place is not free or may not be written
 */
export async function writeFrontier(
  dir: string,
  file: FrontierFile,
  tables: readonly NamedTable[],
  options: Place,
  writePlan: (folder: string, point: number) => Promise<void>,
): Promise<void> {
  const staged = await stagePlanFolder(dir, { ...options, kind: FRONTIER_FOLDER });
  try {
    await writeFile(join(staged.path, "frontier.json"), `${JSON.stringify(file, null, 2)}\n`);
    for (const { name, head, rows } of tables)
      await writeFile(join(staged.path, `${name}.csv`), csvText([head, ...rows]));
    for (const [i, { folder }] of file.points.entries()) {
      if (folder === null) continue;
      const path = join(staged.path, folder);
      await mkdir(path, { recursive: true });
      await writePlan(path, i);
    }
    await staged.commit();
  } catch (error) {
    await staged.discard();
    throw error;
  }
}
