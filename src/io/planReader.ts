import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { DuckDBConnection, DuckDBDataChunk } from "@duckdb/node-api";
import type { z } from "zod";
import { certificateSchema } from "../model/certificate.js";
import { Fault, InputError } from "../model/issue.js";
import { COST_SCALE, currencyExponent } from "../model/money.js";
import { ASSIGNMENT_COLUMNS, PACKAGE_COLUMNS, planFileSchema, UNROUTED_COLUMNS } from "../model/planFile.js";
import type {
  AssignmentColumns,
  AssignmentRows,
  PackageRow,
  PlanFolder,
  UnroutedColumns,
} from "../model/planFolder.js";
import { issuesOf } from "../model/zodIssues.js";
import { decimalUnits, eachChunk, integers, largestUnits } from "./duckdb.js";
import { asFolderError, fileError } from "./fileErrors.js";
import { parseJson } from "./jsonTree.js";
import { tooDeepAt } from "./nesting.js";
import type { OrderStore } from "./orderStore.js";
import { openPlanDatabase, type PlanDatabase } from "./planDatabase.js";
import { loadPlanTable, type PlanTable } from "./planTable.js";
import { readTextFile } from "./textFile.js";

/** What the tables of a plan folder say. */
export type PlanTables = Pick<PlanFolder, "packages" | "assignments" | "unrouted">;

/**
 * Reads a plan folder as it is, deriving nothing.
 *
 * @param store the orders that its ids refer to
 * @throws InputError where a file is missing, malformed or of another form
 */
export async function readPlanFolder(dir: string, store: OrderStore): Promise<PlanFolder> {
  await mustBeFolder(dir);
  const plan = await readPlanJson(dir);
  const certificate = await readCertificate(dir);
  const { currency } = plan;
  const exponent = currencyExponent(currency);
  if (exponent === undefined)
    throw fileError(join(dir, "plan.json"), {
      code: "UNKNOWN_CURRENCY",
      path: "currency",
      message: `"${currency}" is no ISO 4217 currency`,
    });
  const database = await openPlanDatabase(dir, store);
  try {
    return { plan, certificate, ...(await readPlanTables(database, exponent)) };
  } finally {
    await database.close();
  }
}

/** Reads plan.json. @throws InputError as {@link readPlanFolder} */
export function readPlanJson(dir: string): Promise<PlanFolder["plan"]> {
  return readJsonFile(join(dir, "plan.json"), planFileSchema);
}

/** Reads certificate.json. @throws InputError as {@link readPlanFolder} */
export function readCertificate(dir: string): Promise<PlanFolder["certificate"]> {
  return readJsonFile(join(dir, "certificate.json"), certificateSchema);
}

/**
 * Reads packages, assignments and unrouted orders of the database's folder.
 *
 * @param exponent decimals of the plan's currency
 * @throws InputError as {@link readPlanFolder}
 */
export async function readPlanTables(database: PlanDatabase, exponent: number): Promise<PlanTables> {
  const { connection } = database;
  const load = (name: string, columns: readonly string[]) => loadPlanTable(database, name, columns);
  const packages = await load("packages", PACKAGE_COLUMNS);
  const assignments = await load("assignments", ASSIGNMENT_COLUMNS);
  const unrouted = await load("unrouted", UNROUTED_COLUMNS);
  return {
    packages: await readPackages(connection, packages),
    assignments: await readAssignments(connection, assignments, exponent),
    unrouted: await readUnrouted(connection, unrouted),
  };
}

/** @throws InputError where there is no such folder */
export async function mustBeFolder(dir: string): Promise<void> {
  let isFolder: boolean;
  try {
    isFolder = (await stat(dir)).isDirectory();
  } catch (error) {
    throw asFolderError(dir, error);
  }
  if (!isFolder)
    throw fileError(dir, { code: "NOT_A_FOLDER", message: "is a file", hint: "Name a plan folder." });
}

/** How deep the questions of a certificate may stand in one another, before the stack is full. */
const DEEPEST_PROOF = 1000;

async function readJsonFile<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
): Promise<z.output<Schema>> {
  const { text } = await readTextFile(file);
  // Whose parser goes less deep, and says where.
  if (tooDeepAt(text, DEEPEST_PROOF) >= 0) parseJson(file, text);
  let tree: unknown;
  try {
    tree = JSON.parse(text);
  } catch {
    parseJson(file, text);
    throw new Fault("READERS_DISAGREE", `${file}: one JSON reader refused what the other took.`);
  }
  const result = schema.safeParse(tree);
  if (result.success) return result.data;
  const { locate } = parseJson(file, text);
  throw new InputError(issuesOf(result.error, tree, locate));
}

async function readPackages(connection: DuckDBConnection, table: PlanTable): Promise<PackageRow[]> {
  const rows = new Array<PackageRow>(table.count);
  await eachChunk(
    connection,
    `SELECT rowid::INTEGER, ${table.columns.map((column) => `"${column}"`).join(", ")} FROM ${table.name}`,
    (chunk) => {
      const at = integers(chunk, 0);
      const cells = table.columns.map((_, c) => chunk.getColumnValues(c + 1));
      for (let i = 0; i < at.length; i++)
        rows[at[i]!] = Object.fromEntries(
          table.columns.map((column, c) => [column, cells[c]![i]]),
        ) as unknown as PackageRow;
    },
  );
  return rows;
}

async function readAssignments(
  connection: DuckDBConnection,
  table: PlanTable,
  exponent: number,
): Promise<AssignmentColumns> {
  const charge = new Float64Array(table.count);
  const rows = await readAssignmentRows(connection, table, {
    sql: canonicalCost("t.charge", exponent),
    take(chunk, column, at) {
      const charges = decimalUnits(chunk, column);
      for (let i = 0; i < at.length; i++) charge[at[i]!] = charges[i]! < 0 ? Number.NaN : charges[i]!;
    },
  });
  return { ...rows, charge };
}

/** A further column to read with the rows of a table. */
export interface FurtherColumn {
  /** Of table `t`. */
  readonly sql: string;
  /** @param at rows of the table that the values of the chunk's column belong to */
  take(chunk: DuckDBDataChunk, column: number, at: Int32Array): void;
}

/** Reads who goes where from a table with the columns order, channel and package, and one column more. */
export async function readAssignmentRows(
  connection: DuckDBConnection,
  table: PlanTable,
  further: FurtherColumn,
): Promise<AssignmentRows> {
  const channelNames = await distinct(connection, table, "channel");
  const packageNames = await distinct(connection, table, "package");
  const order = new Int32Array(table.count);
  const channel = new Int32Array(table.count);
  const packageOf = new Int32Array(table.count);
  await eachChunk(
    connection,
    `SELECT t.rowid::INTEGER, coalesce(ids.row, -1)::INTEGER, c.place, p.place, ${further.sql}
     FROM ${table.name} t LEFT JOIN ids ON ids.id = t."order"
       JOIN ${table.name}_channel c ON c.name = t.channel JOIN ${table.name}_package p ON p.name = t.package`,
    (chunk) => {
      const at = integers(chunk, 0);
      const [orders, channels, packages] = [integers(chunk, 1), integers(chunk, 2), integers(chunk, 3)];
      for (let i = 0; i < at.length; i++) {
        const row = at[i]!;
        order[row] = orders[i]!;
        channel[row] = channels[i]!;
        packageOf[row] = packages[i]!;
      }
      further.take(chunk, 4, at);
    },
  );
  const unknownOrders = await markUnknown(connection, table, order);
  return {
    count: table.count,
    order,
    unknownOrders,
    channel,
    channelNames,
    package: packageOf,
    packageNames,
  };
}

async function readUnrouted(connection: DuckDBConnection, table: PlanTable): Promise<UnroutedColumns> {
  const reasonNames = await distinct(connection, table, "reason");
  const detailNames = await distinct(connection, table, "detail");
  const order = new Int32Array(table.count);
  const reason = new Int32Array(table.count);
  const detail = new Int32Array(table.count);
  await eachChunk(
    connection,
    `SELECT t.rowid::INTEGER, coalesce(ids.row, -1)::INTEGER, r.place, d.place
     FROM ${table.name} t LEFT JOIN ids ON ids.id = t."order"
       JOIN ${table.name}_reason r ON r.name = t.reason JOIN ${table.name}_detail d ON d.name = t.detail`,
    (chunk) => {
      const at = integers(chunk, 0);
      const [orders, reasons, details] = [integers(chunk, 1), integers(chunk, 2), integers(chunk, 3)];
      for (let i = 0; i < at.length; i++) {
        order[at[i]!] = orders[i]!;
        reason[at[i]!] = reasons[i]!;
        detail[at[i]!] = details[i]!;
      }
    },
  );
  const unknownOrders = await markUnknown(connection, table, order);
  return { count: table.count, order, unknownOrders, reason, reasonNames, detail, detailNames };
}

/** Makes `<table>_<column> (place, name)` of a column's distinct texts, in order of first appearance. */
async function distinct(connection: DuckDBConnection, table: PlanTable, column: string): Promise<string[]> {
  const target = `${table.name}_${column}`;
  await connection.run(`
    CREATE TABLE ${target} AS
    SELECT (row_number() OVER (ORDER BY first_row) - 1)::INTEGER AS place, name
    FROM (SELECT min(rowid) AS first_row, "${column}" AS name FROM ${table.name} GROUP BY "${column}")`);
  const result = await connection.run(`SELECT name FROM ${target} ORDER BY place`);
  return (await result.getRows()).map(([name]) => String(name));
}

/** Gives every row whose order is unknown its index into the unknown ids. */
async function markUnknown(
  connection: DuckDBConnection,
  table: PlanTable,
  order: Int32Array,
): Promise<string[]> {
  if (!order.includes(-1)) return [];
  const unknown: string[] = [];
  const indexOf = new Map<string, number>();
  const result = await connection.run(
    `SELECT t.rowid::INTEGER, t."order" FROM ${table.name} t ANTI JOIN ids ON ids.id = t."order" ORDER BY t.rowid`,
  );
  for (const [row, id] of (await result.getRows()) as [number, string][]) {
    let index = indexOf.get(id);
    if (index === undefined) {
      index = unknown.push(id) - 1;
      indexOf.set(id, index);
    }
    order[row] = -1 - index;
  }
  return unknown;
}

/** A charge's text as a DECIMAL of cost units; -1 unless it is exactly what `formatCost` writes of a safe integer. */
export function canonicalCost(text: string, exponent: number): string {
  const scale = exponent + COST_SCALE;
  const more = `\\d{0,${COST_SCALE - 1}}[1-9]`;
  const form = exponent === 0 ? `(0|[1-9]\\d*)(\\.${more})?` : `(0|[1-9]\\d*)\\.\\d{${exponent}}(${more})?`;
  // Wider decimals are forty times slower.
  const decimal = `TRY_CAST(${text} AS DECIMAL(18, ${scale}))`;
  return `CASE WHEN regexp_full_match(${text}, '${form}') AND ${decimal} <= ${largestUnits(scale)}
    THEN ${decimal} ELSE -1::DECIMAL(18, ${scale}) END`;
}
