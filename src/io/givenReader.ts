import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import {
  type InputError,
  ISSUE_LIMIT,
  type Issue,
  IssueList,
  type IssuePlace,
  quoteValue,
  suggest,
} from "../model/issue.js";
import type { AssignmentRows } from "../model/planFolder.js";
import { type Database, integers, openDatabase } from "./duckdb.js";
import { asInputError, fileError } from "./fileErrors.js";
import { mustBeCommas } from "./orderColumns.js";
import { type OrderFormat, openOrderSource } from "./orderSource.js";
import type { OrderStore } from "./orderStore.js";
import { plainPath } from "./plainPath.js";
import { readAssignmentRows } from "./planReader.js";
import {
  columnNames,
  type KeptColumn,
  loadTable,
  type PlanTable,
  planTableFile,
  rowLines,
  type TableFile,
} from "./planTable.js";

/** Assignments that somebody else made, as the file has them. */
export interface GivenRows extends Omit<AssignmentRows, "line"> {
  /** As the caller named it. */
  readonly file: string;
  /** `[row]` place that the file gives its package in the queue of its channel, from 1; 0 where it gives none. */
  readonly sequence: Int32Array;
  /** `[row]` line that it begins on; null of a Parquet file, which has no lines. */
  readonly line: Int32Array | null;
  /** Columns that mean nothing here. */
  readonly ignored: readonly string[];
}

/** Columns of assignments; the first two have to be there. */
const COLUMNS = ["order", "channel", "package", "sequence"] as const;
const REQUIRED: readonly string[] = ["order", "channel"];
const LARGEST_SEQUENCE = 999_999_999;

/**
 * Reads assignments from a CSV (perhaps packed) or Parquet file, from standard input, or those of a plan folder, with
 * the sequence of its packages.
 *
 * @param path `-` for standard input
 * @param store the orders that its ids refer to
 * @throws InputError with every problem
 */
export async function readGivenRows(path: string, store: OrderStore): Promise<GivenRows> {
  return withTables(path, async (connection, { assignments, packages }) => {
    await store.copyIds(connection);
    let ignored: readonly string[] = [];
    const loaded = await loadTable(connection, assignments, "given", (names) => {
      const columns = givenColumns(assignments.file, names);
      // What else our own tables say is no surprise.
      ignored = packages === undefined ? columns.ignored : [];
      return columns.kept;
    });
    const table = await withAllColumns(connection, loaded);
    if (packages !== undefined) await takeSequence(connection, table, packages);
    const line = await rowLines(assignments, table.count);
    const source = { file: assignments.file, line };
    await mustHold(connection, source);
    const sequence = new Int32Array(table.count);
    const rows = await readAssignmentRows(connection, table, {
      sql: "coalesce(TRY_CAST(t.sequence AS INTEGER), 0)",
      take(chunk, column, at) {
        const values = integers(chunk, column);
        for (let i = 0; i < at.length; i++) sequence[at[i]!] = values[i]!;
      },
    });
    return { ...rows, ...source, sequence, ignored };
  });
}

/**
 * Looks whether there are assignments with the columns that they need, before anything else is read. Standard input is
 * taken on trust: it can be read once only.
 *
 * @throws InputError where there are none
 */
export async function checkGivenRows(path: string): Promise<void> {
  if (path === "-") return;
  await withTables(path, async (connection, { assignments }) => {
    givenColumns(assignments.file, await columnNames(connection, assignments));
  });
}

interface GivenTables {
  readonly assignments: TableFile;
  /** Of a plan folder. */
  readonly packages?: TableFile;
}

async function withTables<Result>(
  path: string,
  work: (connection: DuckDBConnection, tables: GivenTables) => Promise<Result>,
): Promise<Result> {
  const opened = (await isFolder(path)) ? await openFolder(path) : await openFile(path);
  let database: Database | undefined;
  try {
    database = await openDatabase(opened.reach);
    return await work(database.connection, opened.tables);
  } finally {
    database?.close();
    await opened.release();
  }
}

async function isFolder(path: string): Promise<boolean> {
  if (path === "-") return false;
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw asInputError(path, error);
  }
}

async function openFolder(path: string) {
  const [assignments, packages] = await Promise.all([
    planTableFile(path, "assignments"),
    planTableFile(path, "packages"),
  ]);
  const { path: plain, release } = await plainPath(path);
  const table = (name: string, file: Omit<TableFile, "plain">): TableFile => ({
    ...file,
    plain: `${plain}/${name}.${file.format}`,
  });
  return {
    reach: { folders: [...new Set([resolve(path), plain])] },
    tables: { assignments: table("assignments", assignments), packages: table("packages", packages) },
    release,
  };
}

async function openFile(path: string) {
  const named = path === "-" ? undefined : formatByName(path);
  const { file, format, plain, release } = await openOrderSource(
    path,
    named === undefined ? {} : { format: named },
  );
  if (format !== "csv" && format !== "parquet") {
    await release();
    throw notATable(file);
  }
  return { reach: { files: [plain] }, tables: { assignments: { file, format, plain } }, release };
}

function formatByName(path: string): OrderFormat {
  if (/\.parquet$/i.test(path)) return "parquet";
  if (/\.csv(\.gz)?$/i.test(path)) return "csv";
  throw notATable(path);
}

function notATable(file: string): InputError {
  return fileError(file, {
    code: "UNKNOWN_FORMAT",
    message: "assignments are CSV or Parquet, and it is neither by its name or its first bytes",
    hint: "Name it .csv, .csv.gz or .parquet, or name a plan folder.",
  });
}

/** Understands the columns; a near miss of one is no column to pass over. */
function givenColumns(
  file: string,
  names: readonly string[],
): { readonly kept: readonly KeptColumn[]; readonly ignored: readonly string[] } {
  mustBeCommas(names, { file, line: 1 });
  const found = new IssueList();
  const place = { file, ...(/\.parquet$/i.test(file) ? {} : { line: 1 }) };
  const isColumn = (name: string) => (COLUMNS as readonly string[]).includes(name);
  const ignored = names.filter((name) => !isColumn(name));
  for (const name of ignored) {
    const meant = COLUMNS.find((column) => bare(column) === bare(name));
    if (meant !== undefined && !names.includes(meant))
      found.add({
        ...place,
        code: "UNKNOWN_KEY",
        path: name,
        message: `${quoteValue(name)} is not the column "${meant}"`,
        value: name,
        hint: `Did you mean "${meant}"?`,
      });
  }
  for (const column of COLUMNS) {
    const times = names.filter((name) => name === column).length;
    if (times > 1)
      found.add({
        ...place,
        code: "DUPLICATE_COLUMN",
        path: column,
        message: `column "${column}" stands twice in the header`,
      });
    if (times === 0 && REQUIRED.includes(column))
      found.add({
        ...place,
        code: "MISSING_COLUMN",
        path: column,
        message: `column "${column}" is missing`,
        hint: suggest(column, ignored) || "The first line names the columns: order,channel,package.",
      });
  }
  found.throwIfAny();
  const kept = COLUMNS.map((name) => ({ name, column: names.indexOf(name) }));
  return { kept: kept.filter(({ column }) => column >= 0), ignored };
}

/** A name without case, blanks, `_`, `-` and the ending of a plural or an id: `Order_ID` is `order`. */
function bare(name: string): string {
  return name
    .toLowerCase()
    .replace(/[\s_-]/g, "")
    .replace(/(id|name|s)$/, "");
}

/** The same table with a column of empty cells for each that the file has not. */
async function withAllColumns(connection: DuckDBConnection, { name, columns, count }: PlanTable) {
  for (const column of COLUMNS)
    if (!columns.includes(column))
      await connection.run(`ALTER TABLE ${name} ADD COLUMN "${column}" VARCHAR DEFAULT ''`);
  return { name, columns: COLUMNS, count };
}

/** The sequence of a plan folder's packages stands in a table of its own. */
async function takeSequence(
  connection: DuckDBConnection,
  { name }: PlanTable,
  packages: TableFile,
): Promise<void> {
  const needed = ["package", "channel", "sequence"];
  await loadTable(connection, packages, "given_packages", (names) => {
    const missing = needed.filter((column) => !names.includes(column));
    if (missing.length === 0)
      return needed.map((column) => ({ name: column, column: names.indexOf(column) }));
    throw fileError(packages.file, {
      code: "WRONG_COLUMNS",
      message: `its columns are ${names.join(",") || "none"}, without ${missing.join(", ")}`,
      hint: "Is it the right file, of this version?",
    });
  });
  await connection.run(`UPDATE ${name} SET sequence = p.sequence FROM
    (SELECT package, channel, min(sequence) AS sequence FROM given_packages GROUP BY ALL) p
    WHERE p.package = ${name}.package AND p.channel = ${name}.channel`);
}

/** What a column must not hold. */
interface Objection {
  readonly column: (typeof COLUMNS)[number];
  /** In SQL. */
  readonly wrong: string;
  readonly issue: (value: string) => Pick<Issue, "code" | "message" | "hint">;
}

const OBJECTIONS: readonly Objection[] = [
  {
    column: "order",
    wrong: `"order" = ''`,
    issue: () => ({
      code: "EMPTY_TEXT",
      message: "names no order",
      hint: "Every row names one: write its id, or take the row out.",
    }),
  },
  {
    column: "sequence",
    wrong: "sequence <> '' AND NOT regexp_full_match(sequence, '[1-9]\\d{0,8}')",
    issue: (value) => ({
      code: "NOT_A_COUNT",
      message: `${quoteValue(value)} is no place of a package in a queue`,
      hint: `A whole number from 1 to ${LARGEST_SEQUENCE}, or nothing.`,
    }),
  },
];

/** @throws InputError with every cell that is wrong */
async function mustHold(
  connection: DuckDBConnection,
  source: Pick<GivenRows, "file" | "line">,
): Promise<void> {
  const found = new IssueList();
  for (const { column, wrong, issue } of OBJECTIONS) {
    const result = await connection.run(
      `SELECT rowid::INTEGER, "${column}", count(*) OVER () FROM given WHERE ${wrong} ORDER BY rowid LIMIT ${ISSUE_LIMIT}`,
    );
    const rows = (await result.getRows()) as [number, string, bigint][];
    for (const [row, value] of rows) found.add({ ...cellPlace(source, row, column), ...issue(value), value });
    found.addUnlisted(Number(rows[0]?.[2] ?? 0) - rows.length);
  }
  found.throwIfAny();
}

/** Where a cell of the assignments stands. */
export function cellPlace(
  { file, line }: Pick<GivenRows, "file" | "line">,
  row: number,
  column: string,
): IssuePlace {
  if (line === null) return { file, path: `row ${row + 1}, ${column}` };
  return { file, line: line[row]!, path: column };
}
