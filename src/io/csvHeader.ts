import { type CsvProblem, CsvTokenizer } from "./csvTokenizer.js";
import { HEAD_BYTES } from "./orderSource.js";

/**
 * The first record of a CSV file, given its beginning as UTF-8.
 *
 * @returns the cells and their line, or why there is no telling; null where there is no record
 */
export function firstRecord(
  head: Buffer,
): { readonly cells: readonly string[]; readonly line: number } | { readonly problem: CsvProblem } | null {
  let record: { cells: string[]; line: number } | undefined;
  let problem: CsvProblem | undefined;
  const tokenizer = new CsvTokenizer({
    row(cells, line) {
      record ??= { cells, line };
    },
    problem(found) {
      if (record === undefined) problem ??= found;
    },
  });
  tokenizer.push(head.toString("utf8").replace(/^\uFEFF/, ""));
  // A beginning that was cut off has no end.
  if (head.length < HEAD_BYTES) tokenizer.end();
  if (problem !== undefined) return { problem };
  return record ?? null;
}
