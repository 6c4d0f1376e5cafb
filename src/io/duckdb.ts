import type { DuckDBConnection, DuckDBDataChunk } from "@duckdb/node-api";
import { formatScaled } from "../model/decimal.js";
import { Fault } from "../model/issue.js";

/** A database in memory that reaches no file but those it was opened for. */
export interface Database {
  readonly connection: DuckDBConnection;
  close(): void;
}

export interface Reach {
  /** Absolute paths of files that may be read or written. */
  readonly files?: readonly string[];
  /** Absolute paths of folders in which files may be read and written. */
  readonly folders?: readonly string[];
}

/** Rows that DuckDB hands over and takes at a time. */
export const CHUNK_ROWS = 2048;

/** Loads DuckDB when it is first needed: importing it costs about 0.1 to 0.2 s of start-up. */
export function duckdb(): Promise<typeof import("@duckdb/node-api")> {
  return import("@duckdb/node-api");
}

export async function openDatabase(reach: Reach = {}): Promise<Database> {
  const { DuckDBInstance } = await duckdb();
  const instance = await DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    allow_community_extensions: "false",
    temp_directory: "",
  });
  const connection = await instance.connect();
  if (reach.files) await connection.run(`SET allowed_paths = ${sqlList(reach.files)}`);
  if (reach.folders) await connection.run(`SET allowed_directories = ${sqlList(reach.folders)}`);
  await connection.run("SET enable_external_access = false");
  await connection.run("SET lock_configuration = true");
  return {
    connection,
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** A text as an SQL literal. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function sqlList(texts: readonly string[]): string {
  return `[${texts.map(sqlText).join(", ")}]`;
}

/**
 * A FROM clause whose rows a new table keeps in the order of the file. By itself `CREATE TABLE … AS SELECT` with
 * computed columns puts the blocks of a larger file in any order (DuckDB 1.5.6, `preserve_insertion_order` or not), and
 * what `rowid` then counts are not the rows of the file.
 *
 * @param source a table function or a table, as it stands after FROM
 */
export function inFileOrder(source: string): string {
  return `(SELECT *, row_number() OVER () AS file_row FROM ${source}) ORDER BY file_row`;
}

/** Runs a query and hands over its result in chunks, in no promised order. */
export async function eachChunk(
  connection: DuckDBConnection,
  sql: string,
  visit: (chunk: DuckDBDataChunk) => void,
): Promise<void> {
  const result = await connection.run(sql);
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    visit(chunk);
  }
}

/** An INTEGER column without nulls, as DuckDB keeps it: no value is boxed. */
export function integers(chunk: DuckDBDataChunk, column: number): Int32Array {
  const items = itemsOf(chunk, column);
  if (!(items instanceof Int32Array)) throw notAsExpected();
  return items;
}

/** A DOUBLE column without nulls. */
export function doubles(chunk: DuckDBDataChunk, column: number): Float64Array {
  const items = itemsOf(chunk, column);
  if (!(items instanceof Float64Array)) throw notAsExpected();
  return items;
}

/**
 * A DECIMAL(10..18, s) column without nulls as whole units of 10^-s, which must be safe integers. It is how DuckDB
 * keeps it, so that no multiplication can overflow and no fraction passes through a float.
 */
export function decimalUnits(chunk: DuckDBDataChunk, column: number): Float64Array {
  const vector = chunk.getColumnVector(column);
  if (!("getScaledValue" in vector)) throw notAsExpected();
  const { itemCount } = vector;
  const decimals = vector as unknown as { getScaledValue(item: number): bigint | number | null };
  const units = new Float64Array(itemCount);
  for (let i = 0; i < itemCount; i++) units[i] = Number(decimals.getScaledValue(i));
  return units;
}

/** `Number.MAX_SAFE_INTEGER` units of 10^-scale as an SQL decimal. */
export function largestUnits(scale: number): string {
  return `${formatScaled(BigInt(Number.MAX_SAFE_INTEGER), scale, scale)}::DECIMAL(18, ${scale})`;
}

// The typed array is private in DuckDB's types, but reading a million values one by one costs more than the query.
function itemsOf(chunk: DuckDBDataChunk, column: number): unknown {
  return (chunk.getColumnVector(column) as unknown as { readonly items?: unknown }).items;
}

function notAsExpected(): Fault {
  return new Fault("DUCKDB_CHANGED", "DuckDB handed over a column in another form than expected.");
}

export type NumberColumn = Int32Array | Float64Array;

/** Appends columns of equal length to a table of INTEGER (Int32Array) and DOUBLE (Float64Array) columns. */
export async function appendColumns(
  connection: DuckDBConnection,
  table: string,
  columns: readonly NumberColumn[],
): Promise<void> {
  const { DuckDBDataChunk, INTEGER, DOUBLE } = await duckdb();
  const appender = await connection.createAppender(table);
  const types = columns.map((column) => (column instanceof Int32Array ? INTEGER : DOUBLE));
  const count = columns[0]?.length ?? 0;
  for (let start = 0; start < count; start += CHUNK_ROWS) {
    const end = Math.min(count, start + CHUNK_ROWS);
    const chunk = DuckDBDataChunk.create(types, end - start);
    columns.forEach((column, c) => {
      const target = column instanceof Int32Array ? integers(chunk, c) : doubles(chunk, c);
      target.set(column.subarray(start, end));
      chunk.getColumnVector(c).flush();
    });
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

/** Appends rows `(0-based position INTEGER, text VARCHAR)` to a table. */
export async function appendTexts(
  connection: DuckDBConnection,
  table: string,
  texts: readonly string[],
): Promise<void> {
  const { DuckDBDataChunk, INTEGER, VARCHAR } = await duckdb();
  const appender = await connection.createAppender(table);
  for (let start = 0; start < texts.length; start += CHUNK_ROWS) {
    const end = Math.min(texts.length, start + CHUNK_ROWS);
    const chunk = DuckDBDataChunk.create([INTEGER, VARCHAR], end - start);
    const positions = integers(chunk, 0);
    for (let i = start; i < end; i++) positions[i - start] = i;
    chunk.getColumnVector(0).flush();
    chunk.setColumnValues(1, texts.slice(start, end));
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}
