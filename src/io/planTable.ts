import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { IssueList } from "../model/issue.js";
import { firstRecord } from "./csvHeader.js";
import { CsvScanner } from "./csvScanner.js";
import { CsvTokenizer } from "./csvTokenizer.js";
import { appendTexts, inFileOrder, sqlText } from "./duckdb.js";
import { fileError } from "./fileErrors.js";
import { eachPiece, headOf } from "./orderSource.js";
import type { PlanDatabase } from "./planDatabase.js";
import { eachTextPiece, mustBeUtf8Head } from "./utf8Pieces.js";

/** A table in the database: all columns text, empty cells empty text, row ids in file order. */
export interface PlanTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly count: number;
}

/** A CSV or Parquet file that holds a table. */
export interface TableFile {
  /** As the caller named it. */
  readonly file: string;
  readonly format: "csv" | "parquet";
  /** Absolute path, as DuckDB may read it. */
  readonly plain: string;
}

/** A column of a file that is of use, and what it is to be called. */
export interface KeptColumn {
  readonly name: string;
  /** Its place among the columns of the file. */
  readonly column: number;
}

/** Understands the names of a file's columns. @throws InputError where they will not do */
export type ChooseColumns = (names: readonly string[]) => readonly KeptColumn[];

/**
 * Loads `<name>.csv` or `<name>.parquet` of a plan folder into a table of that name.
 *
 * @throws InputError where there is none or both, or where it is malformed
 */
export async function loadPlanTable(
  { connection, dir, plain }: PlanDatabase,
  name: string,
  columns: readonly string[],
): Promise<PlanTable> {
  const { file, format } = await planTableFile(dir, name);
  return loadTable(connection, { file, format, plain: join(plain, `${name}.${format}`) }, name, (names) =>
    mustMatch(file, names, columns),
  );
}

/** Finds a table of a plan folder. @throws InputError where there is none or both forms of it */
export async function planTableFile(dir: string, name: string): Promise<Omit<TableFile, "plain">> {
  const csv = join(dir, `${name}.csv`);
  const parquet = join(dir, `${name}.parquet`);
  const [hasCsv, hasParquet] = await Promise.all([exists(csv), exists(parquet)]);
  if (hasCsv && hasParquet)
    throw fileError(dir, {
      code: "TWO_TABLES",
      message: `holds both ${name}.csv and ${name}.parquet`,
      hint: "Remove one of the two.",
    });
  if (hasParquet) return { file: parquet, format: "parquet" };
  if (hasCsv) return { file: csv, format: "csv" };
  throw fileError(csv, {
    code: "FILE_NOT_FOUND",
    message: "no such file",
    hint: "Is it a whole plan folder?",
  });
}

/**
 * Loads the columns of a file that are of use into a table of that name.
 *
 * @throws InputError where the file is malformed or its columns will not do
 */
export async function loadTable(
  connection: DuckDBConnection,
  source: TableFile,
  name: string,
  choose: ChooseColumns,
): Promise<PlanTable> {
  const names = await columnNames(connection, source);
  const load = { source, name, names, kept: choose(names) };
  await (source.format === "parquet" ? loadParquet(connection, load) : loadCsv(connection, load));
  const result = await connection.run(`SELECT count(*) FROM ${name}`);
  const count = Number((await result.getRows())[0]![0]);
  return { name, columns: load.kept.map((column) => column.name), count };
}

/**
 * On which line of the file each row of its table begins.
 *
 * @param count rows of the table
 * @returns `[row]` line, from 1; null of a Parquet file, which has none
 */
export async function rowLines(
  { file, format, plain }: TableFile,
  count: number,
): Promise<Int32Array | null> {
  if (format === "parquet") return null;
  let ends = 0;
  let last = 0;
  await eachPiece(plain, (bytes) => {
    for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) ends++;
    last = bytes.at(-1) ?? last;
  });
  const lines = new Int32Array(count);
  // As many lines as the header and the rows: no row is longer than a line, and no line is empty.
  if (ends === count + (last === 10 ? 1 : 0)) {
    for (let row = 0; row < count; row++) lines[row] = row + 2;
    return lines;
  }
  let row = -1;
  const tokenizer = new CsvTokenizer({
    row(_, line) {
      if (row >= 0) lines[row] = line;
      row++;
    },
    problem() {},
  });
  await eachTextPiece(file, plain, (text) => tokenizer.push(text));
  tokenizer.end();
  return lines;
}

/** Names of a file's columns; none where it has no header. @throws InputError where it is malformed */
export async function columnNames(
  connection: DuckDBConnection,
  { file, format, plain }: TableFile,
): Promise<readonly string[]> {
  if (format === "parquet") {
    try {
      return (await connection.run(`SELECT * FROM read_parquet(${sqlText(plain)}) LIMIT 0`)).columnNames();
    } catch {
      throw fileError(file, {
        code: "NOT_PARQUET",
        message: "is not a Parquet file",
        hint: "Write it again.",
      });
    }
  }
  const head = await headOf(plain);
  mustBeUtf8Head(file, head);
  const header = firstRecord(head);
  return header !== null && "cells" in header ? header.cells : [];
}

/** What goes into which table. */
interface Load {
  readonly source: TableFile;
  readonly name: string;
  /** Of all columns of the file. */
  readonly names: readonly string[];
  readonly kept: readonly KeptColumn[];
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

async function loadParquet(connection: DuckDBConnection, { source, name, names, kept }: Load): Promise<void> {
  const from = `read_parquet(${sqlText(source.plain)}) AS file_columns(${aliases(names).join(", ")})`;
  await connection.run(
    `CREATE OR REPLACE TABLE ${name} AS SELECT ${keptCells(kept, (cell) => `${cell}::VARCHAR`)} FROM ${inFileOrder(from)}`,
  );
}

async function loadCsv(connection: DuckDBConnection, load: Load): Promise<void> {
  const { source, names } = load;
  // DuckDB reads while the scanner counts.
  const loading = loadCleanCsv(connection, load);
  const scanner = new CsvScanner(names.length);
  try {
    await eachPiece(source.plain, (bytes) => scanner.push(bytes));
  } finally {
    await loading;
  }
  const records = scanner.end();
  if (records !== null && (await loading) === records - 1) return;
  await loadCsvSlowly(connection, load);
}

/** @returns how many rows DuckDB read; null where it could not */
async function loadCleanCsv(
  connection: DuckDBConnection,
  { source, name, names, kept }: Load,
): Promise<number | null> {
  const from = `read_csv(${sqlText(source.plain)}, auto_detect = false, header = true, delim = ',', quote = '"',
    escape = '"', compression = 'none', columns = {${aliases(names)
      .map((alias) => `'${alias}': 'VARCHAR'`)
      .join(", ")}})`;
  try {
    await connection.run(
      `CREATE OR REPLACE TABLE ${name} AS SELECT ${keptCells(kept)} FROM ${inFileOrder(from)}`,
    );
    const counted = await connection.run(`SELECT count(*) FROM ${name}`);
    return Number((await counted.getRows())[0]![0]);
  } catch {
    return null;
  }
}

/** For files that are malformed, which it explains, or unusual, which it reads. */
async function loadCsvSlowly(
  connection: DuckDBConnection,
  { source: { file, plain }, name, names, kept }: Load,
): Promise<void> {
  const found = new IssueList();
  const cellsOf: string[][] = kept.map(() => []);
  let header = true;
  const tokenizer = new CsvTokenizer({
    row(cells, line) {
      if (header) header = false;
      else if (cells.length === names.length)
        for (const [k, { column }] of kept.entries()) cellsOf[k]!.push(cells[column]!);
      else
        found.add({
          code: "WRONG_CELL_COUNT",
          file,
          line,
          message: `has ${cells.length} cell${cells.length === 1 ? "" : "s"}, but the table has ${names.length} columns`,
          value: cells.join(",").slice(0, 200),
        });
    },
    problem: (problem) => found.add({ file, ...problem }),
  });
  await eachTextPiece(file, plain, (text) => tokenizer.push(text));
  tokenizer.end();
  found.throwIfAny();
  for (const [k, cells] of cellsOf.entries()) {
    await connection.run(`CREATE OR REPLACE TABLE ${name}_c${k} (place INTEGER, cell VARCHAR)`);
    await appendTexts(connection, `${name}_c${k}`, cells);
  }
  await connection.run(`CREATE OR REPLACE TABLE ${name} AS
    SELECT ${kept.map((column, k) => `${name}_c${k}.cell AS "${column.name}"`).join(", ")} FROM ${name}_c0
    ${kept
      .slice(1)
      .map((_, k) => `JOIN ${name}_c${k + 1} USING (place)`)
      .join(" ")} ORDER BY place`);
}

/** The columns of a file by their places: their own names may be anything. */
function aliases(names: readonly string[]): string[] {
  return names.map((_, column) => `c${column}`);
}

function keptCells(kept: readonly KeptColumn[], text: (cell: string) => string = String): string {
  return kept.map(({ name, column }) => `coalesce(${text(`c${column}`)}, '') AS "${name}"`).join(", ");
}

function mustMatch(
  file: string,
  names: readonly string[],
  columns: readonly string[],
): readonly KeptColumn[] {
  if (names.length === columns.length && columns.every((column, c) => names[c] === column))
    return columns.map((name, column) => ({ name, column }));
  throw fileError(file, {
    code: "WRONG_COLUMNS",
    ...(file.endsWith(".csv") ? { line: 1 } : {}),
    message: `its columns are ${names.join(",") || "none"}, not ${columns.join(",")}`,
    hint: "Is it the right file, of this version?",
  });
}
