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
import { eachTextPiece } from "./utf8Pieces.js";

/** A table of a plan folder in the database: all columns text, empty cells empty text, row ids in file order. */
export interface PlanTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly count: number;
}

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
  const csv = join(dir, `${name}.csv`);
  const parquet = join(dir, `${name}.parquet`);
  const [hasCsv, hasParquet] = await Promise.all([exists(csv), exists(parquet)]);
  if (hasCsv && hasParquet)
    throw fileError(dir, {
      code: "TWO_TABLES",
      message: `holds both ${name}.csv and ${name}.parquet`,
      hint: "Remove one of the two.",
    });
  if (hasParquet) await loadParquet(connection, parquet, join(plain, `${name}.parquet`), name, columns);
  else if (hasCsv) await loadCsv(connection, csv, join(plain, `${name}.csv`), name, columns);
  else
    throw fileError(csv, {
      code: "FILE_NOT_FOUND",
      message: "no such file",
      hint: "Is it a whole plan folder?",
    });
  const result = await connection.run(`SELECT count(*) FROM ${name}`);
  return { name, columns, count: Number((await result.getRows())[0]![0]) };
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

async function loadParquet(
  connection: DuckDBConnection,
  file: string,
  plain: string,
  name: string,
  columns: readonly string[],
): Promise<void> {
  const from = `read_parquet(${sqlText(plain)})`;
  let names: string[];
  try {
    names = (await connection.run(`SELECT * FROM ${from} LIMIT 0`)).columnNames();
  } catch {
    throw fileError(file, {
      code: "NOT_PARQUET",
      message: "is not a Parquet file",
      hint: "Write the plan again.",
    });
  }
  mustMatch(file, names, columns);
  const cells = columns.map((column) => `coalesce("${column}"::VARCHAR, '') AS "${column}"`);
  await connection.run(
    `CREATE OR REPLACE TABLE ${name} AS SELECT ${cells.join(", ")} FROM ${inFileOrder(from)}`,
  );
}

async function loadCsv(
  connection: DuckDBConnection,
  file: string,
  plain: string,
  name: string,
  columns: readonly string[],
): Promise<void> {
  const header = firstRecord(await headOf(file));
  mustMatch(file, header !== null && "cells" in header ? header.cells : [], columns);
  // DuckDB reads while the scanner counts.
  const loading = loadCleanCsv(connection, plain, name, columns);
  const scanner = new CsvScanner(columns.length);
  try {
    await eachPiece(file, (bytes) => scanner.push(bytes));
  } finally {
    await loading;
  }
  const records = scanner.end();
  if (records !== null && (await loading) === records - 1) return;
  await loadCsvSlowly(connection, file, name, columns);
}

/** @returns how many rows DuckDB read; null where it could not */
async function loadCleanCsv(
  connection: DuckDBConnection,
  plain: string,
  name: string,
  columns: readonly string[],
): Promise<number | null> {
  const cells = columns.map((column) => `coalesce("${column}", '') AS "${column}"`);
  const from = `read_csv(${sqlText(plain)}, auto_detect = false, header = true, delim = ',', quote = '"',
    escape = '"', compression = 'none', columns = {${columns.map((column) => `'${column}': 'VARCHAR'`).join(", ")}})`;
  try {
    await connection.run(
      `CREATE OR REPLACE TABLE ${name} AS SELECT ${cells.join(", ")} FROM ${inFileOrder(from)}`,
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
  file: string,
  name: string,
  columns: readonly string[],
): Promise<void> {
  const found = new IssueList();
  const cellsOf: string[][] = columns.map(() => []);
  let header = true;
  const tokenizer = new CsvTokenizer({
    row(cells, line) {
      if (header) header = false;
      else if (cells.length === columns.length)
        for (const [c, cell] of cells.entries()) cellsOf[c]!.push(cell);
      else
        found.add({
          code: "WRONG_CELL_COUNT",
          file,
          line,
          message: `has ${cells.length} cells, but the table has ${columns.length} columns`,
          value: cells.join(",").slice(0, 200),
        });
    },
    problem: (problem) => found.add({ file, ...problem }),
  });
  await eachTextPiece(file, file, (text) => tokenizer.push(text));
  tokenizer.end();
  found.throwIfAny();
  for (const [c, cells] of cellsOf.entries()) {
    await connection.run(`CREATE OR REPLACE TABLE ${name}_c${c} (place INTEGER, cell VARCHAR)`);
    await appendTexts(connection, `${name}_c${c}`, cells);
  }
  await connection.run(`CREATE OR REPLACE TABLE ${name} AS
    SELECT ${columns.map((column, c) => `${name}_c${c}.cell AS "${column}"`).join(", ")} FROM ${name}_c0
    ${columns
      .slice(1)
      .map((_, c) => `JOIN ${name}_c${c + 1} USING (place)`)
      .join(" ")} ORDER BY place`);
}

function mustMatch(file: string, names: readonly string[], columns: readonly string[]): void {
  if (names.length === columns.length && columns.every((column, c) => names[c] === column)) return;
  throw fileError(file, {
    code: "WRONG_COLUMNS",
    ...(file.endsWith(".csv") ? { line: 1 } : {}),
    message: `its columns are ${names.join(",") || "none"}, not ${columns.join(",")}`,
    hint: "Is it the right file, of this version?",
  });
}
