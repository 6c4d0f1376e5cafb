import { IssueList, quoteValue, suggest } from "../model/issue.js";
import { type CsvProblem, CsvTokenizer } from "./csvTokenizer.js";
import { fileError } from "./fileErrors.js";
import { readTextFile } from "./textFile.js";

/** A package that was sent, and the line that says so. */
export interface SentPackage {
  readonly package: string;
  readonly line: number;
}

/**
 * Reads names of packages that have been sent from the column `package` of a CSV file; other columns are passed over, so
 * that rows of `packages.csv` will do. A name that stands there twice counts once.
 *
 * @throws InputError with every problem, each with its line
 */
export async function readSentPackages(file: string): Promise<SentPackage[]> {
  const { text } = await readTextFile(file);
  const rows: { readonly cells: readonly string[]; readonly line: number }[] = [];
  const problems: CsvProblem[] = [];
  const tokenizer = new CsvTokenizer({
    row: (cells, line) => rows.push({ cells, line }),
    problem: (problem) => problems.push(problem),
  });
  tokenizer.push(text);
  tokenizer.end();
  const found = new IssueList();
  for (const problem of problems) found.add({ file, ...problem });
  found.throwIfAny();
  const [header, ...listed] = rows;
  const names = header?.cells ?? [];
  const column = names.indexOf("package");
  if (column < 0)
    throw fileError(file, {
      line: header?.line ?? 1,
      path: "package",
      code: "MISSING_COLUMN",
      message: 'column "package" is missing',
      hint: suggest("package", names) || "The first line names the column: package.",
    });
  const sent = new Map<string, SentPackage>();
  for (const { cells, line } of listed) {
    const name = cells[column] ?? "";
    if (cells.length !== names.length)
      found.add({
        file,
        line,
        code: "WRONG_CELL_COUNT",
        message: `has ${cells.length} cells, but the table has ${names.length} columns`,
        value: quoteValue(cells.join(",")),
      });
    else if (name === "")
      found.add({ file, line, path: "package", code: "EMPTY_TEXT", message: "must not be empty" });
    else if (!sent.has(name)) sent.set(name, { package: name, line });
  }
  found.throwIfAny();
  return [...sent.values()];
}
