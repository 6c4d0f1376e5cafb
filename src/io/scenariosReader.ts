import { parseScenarios, type Scenario } from "../model/scenarios.js";
import type { Locate } from "../model/zodIssues.js";
import { plainTree } from "./channelsReader.js";
import { readTreeFile } from "./treeFile.js";

export interface ScenariosSource {
  readonly scenarios: readonly Scenario[];
  /** Names file and line of a path. */
  readonly locate: Locate;
  /** As the caller named it; null for plain data. */
  readonly file: string | null;
  readonly sha256: string | null;
}

/**
 * Reads a scenarios file (JSON where its name ends in `.json`, else YAML), or scenarios as plain data.
 *
 * @throws InputError with every problem of the file, each with its line
 */
export async function readScenarios(source: string | object): Promise<ScenariosSource> {
  if (typeof source === "object") {
    const locate = () => ({});
    return { scenarios: parseScenarios(plainTree(source), locate), locate, file: null, sha256: null };
  }
  const { file, sha256, tree, locate } = await readTreeFile(source);
  return { scenarios: parseScenarios(tree, locate), locate, file, sha256 };
}
