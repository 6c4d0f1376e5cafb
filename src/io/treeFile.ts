import { parseJson } from "./jsonTree.js";
import { readTextFile, type TextFile } from "./textFile.js";
import { parseYaml, type SourceTree } from "./yamlTree.js";

/** A text file of nested data, every scalar as its source text. */
export interface TreeFile extends TextFile, SourceTree {}

/**
 * Reads a file of nested data: JSON where its name ends in `.json`, else YAML.
 *
 * @throws InputError with every problem of its form, each with its line
 */
export async function readTreeFile(path: string): Promise<TreeFile> {
  const source = await readTextFile(path);
  const parse = path.toLowerCase().endsWith(".json") ? parseJson : parseYaml;
  return { ...source, ...parse(path, source.text) };
}
