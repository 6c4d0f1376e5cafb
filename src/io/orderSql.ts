import type { DuckDBConnection } from "@duckdb/node-api";
import { SourceNumber } from "../model/fields.js";
import type { OrderProfile, OrderTable } from "../model/order.js";
import type { OrderTerms } from "../model/orderFields.js";
import { decimalUnits, eachChunk, inFileOrder, integers, largestUnits } from "./duckdb.js";
import type { OrderColumns } from "./orderColumns.js";
import { emptyTable } from "./orderIntake.js";
import { PROFILE_FIELDS, ProfileParser } from "./orderProfiles.js";

/** A table of orders in SQL, before any of it is checked. */
export interface RawOrders {
  /** What stands after FROM; its rows in the file's order. */
  readonly from: string;
  readonly columns: OrderColumns;
  /** The text of a column as an SQL expression; null where it has none. */
  text(column: number): string;
  /** Whether the column holds binary floating-point numbers, which are limited to 15 digits. */
  isFloat(column: number): boolean;
}

/**
 * Loads orders into a table `orders` of the database and checks all of them in SQL.
 *
 * @returns null where anything is wrong; what, the slower readers tell
 */
export async function loadOrders(
  connection: DuckDBConnection,
  raw: RawOrders,
  terms: OrderTerms,
): Promise<OrderTable | null> {
  const { columns } = raw;
  const text = (column: number) => (column < 0 ? "''" : `coalesce(${raw.text(column)}, '')`);
  const keys = [
    ...PROFILE_FIELDS.map((field) => columns.field[field]),
    ...columns.used.map(({ column }) => column),
  ];
  // What orders share is judged once for each profile.
  const others = columns.attributes.filter((column) => !keys.includes(column));
  await connection.run(`
    CREATE TABLE orders AS SELECT
      ${text(columns.field.id)} AS id,
      ${exactAmount(text(columns.field.amount), terms.exponent, raw.isFloat(columns.field.amount))} AS amount,
      ${keys.map((column, k) => `${text(column)} AS k${k}`).join(", ")},
      (${[safe(text(columns.field.id), false), ...others.map((column) => safe(text(column), true))].join(
        " AND ",
      )}) AS safe
    FROM ${inFileOrder(raw.from)}`);
  const [summary] = await rows(
    connection,
    "SELECT count(*), count(*) FILTER (safe AND amount > 0), count(DISTINCT hash(id)) FROM orders",
  );
  const [count, good, distinct] = summary!.map(Number) as [number, number, number];
  if (good < count) return null;
  // Different hashes are different ids, and cheaper to count; equal hashes need a look.
  if (distinct < count) {
    const [exact] = await rows(connection, "SELECT count(DISTINCT id) FROM orders");
    if (Number(exact![0]) < count) return null;
  }
  const profiles = await loadProfiles(connection, raw, terms, keys);
  if (profiles === null) return null;
  const table = emptyTable(count, profiles);
  const join = keys.map((_, k) => `k${k}`).join(", ");
  await eachChunk(
    connection,
    `SELECT o.rowid::INTEGER, p.profile, o.amount FROM orders o JOIN profiles p USING (${join})`,
    (chunk) => {
      // Rows say where they belong: a parallel query promises no order.
      const row = integers(chunk, 0);
      const profile = integers(chunk, 1);
      const amount = decimalUnits(chunk, 2);
      for (let i = 0; i < row.length; i++) {
        table.profile[row[i]!] = profile[i]!;
        table.amount[row[i]!] = amount[i]!;
      }
    },
  );
  return table;
}

/** Distinct profiles, numbered in the order in which the file first has them. */
async function loadProfiles(
  connection: DuckDBConnection,
  raw: RawOrders,
  terms: OrderTerms,
  keys: readonly number[],
): Promise<OrderProfile[] | null> {
  const list = keys.map((_, k) => `k${k}`).join(", ");
  await connection.run(`
    CREATE TABLE profiles AS
    SELECT (row_number() OVER (ORDER BY first_row) - 1)::INTEGER AS profile, ${list}
    FROM (SELECT min(rowid) AS first_row, ${list} FROM orders GROUP BY ${list})`);
  const isSafe = keys.map((_, k) => safe(`k${k}`, PROFILE_FIELDS[k] !== "bank")).join(" AND ");
  const [unsafe] = await rows(connection, `SELECT count(*) FROM profiles WHERE NOT (${isSafe})`);
  if (Number(unsafe![0]) > 0) return null;
  const parser = new ProfileParser(terms);
  const fromFloat = keys.map((column) => column >= 0 && raw.isFloat(column));
  const profiles: OrderProfile[] = [];
  for (const texts of await rows(connection, `SELECT ${list} FROM profiles ORDER BY profile`)) {
    const values = texts.map((text, k) =>
      fromFloat[k] && text !== "" ? new SourceNumber(String(text)) : text,
    );
    const [bank, dueBy, delayWeight, channels, unroutedPenalty] = values;
    const attributes = Object.fromEntries(
      raw.columns.used.map(({ name }, u) => [name, values[PROFILE_FIELDS.length + u]]),
    );
    const parsed = parser.parse({ bank, dueBy, delayWeight, channels, unroutedPenalty, attributes });
    if ("problems" in parsed) return null;
    profiles.push(parsed.profile);
  }
  return profiles;
}

/** An amount's text as a DECIMAL with the currency's decimals; 0 where it is no amount. */
function exactAmount(text: string, exponent: number, isFloat: boolean): string {
  const form = exponent === 0 ? "\\d+" : `\\d+(\\.\\d{1,${exponent}})?`;
  const digits = isFloat ? ` AND length(ltrim(replace(${text}, '.', ''), '0')) <= 15` : "";
  const decimal = `TRY_CAST(${text} AS DECIMAL(18, ${exponent}))`;
  return `CASE WHEN regexp_full_match(${text}, '${form}')${digits} AND ${decimal} <= ${largestUnits(exponent)}
    THEN ${decimal} ELSE 0::DECIMAL(18, ${exponent}) END`;
}

/**
 * Whether a text is harmless in a spreadsheet: the same rule as `isUnsafeText`. A byte order mark (65279), which the
 * intake refuses too, would be lost on the way from DuckDB to JavaScript.
 */
function safe(text: string, mayBeEmpty: boolean): string {
  const first = `ascii(${text})`;
  // Letters and digits first: nearly every text is decided by its first comparison.
  const harmless = `${first} BETWEEN 65 AND 122 OR ${first} BETWEEN 48 AND 57
    OR (${first} >= 32 AND ${first} NOT IN (43, 45, 61, 64, 127, 65279))`;
  return mayBeEmpty ? `(${harmless} OR ${text} = '')` : `(${harmless})`;
}

async function rows(connection: DuckDBConnection, sql: string): Promise<unknown[][]> {
  const result = await connection.run(sql);
  return result.getRows();
}
