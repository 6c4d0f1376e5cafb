import { createHash } from "node:crypto";
import type { DuckDBConnection } from "@duckdb/node-api";
import { SourceNumber } from "../model/fields.js";
import { Fault, type Issue, IssueList } from "../model/issue.js";
import type { OrderTerms } from "../model/orderFields.js";
import { CHUNK_ROWS, inFileOrder, openDatabase, sqlText } from "./duckdb.js";
import { fileError } from "./fileErrors.js";
import { type OrderColumns, type OrderField, resolveColumns } from "./orderColumns.js";
import { OrderIntake } from "./orderIntake.js";
import { eachPiece, headOf, type OrderSource } from "./orderSource.js";
import { loadOrders, type RawOrders } from "./orderSql.js";
import { databaseStore, type OrderStore } from "./orderStore.js";
import { plainPath } from "./plainPath.js";

/**
 * Reads orders from Parquet. Every column becomes the text that stands for exactly its values.
 *
 * @throws InputError with every problem, each with its row (from 1) and column
 */
export async function readParquetOrders(source: OrderSource, terms: OrderTerms): Promise<OrderStore> {
  const { file, plain } = source;
  if ((await headOf(plain, 4)).toString("latin1") !== "PAR1") throw notParquet(file);
  const database = await openDatabase({ files: [plain] });
  const { connection } = database;
  try {
    const raw = await describe(connection, source, terms);
    let table: Awaited<ReturnType<typeof loadOrders>>;
    try {
      table = await loadOrders(connection, raw, terms);
    } catch (error) {
      throw isOfFile(error, plain) ? notParquet(file) : error;
    }
    if (table === null) {
      await explain(connection, file, raw, terms);
      throw new Fault(
        "READERS_DISAGREE",
        `${file}: one reader of orders found a problem that the other does not see.`,
      );
    }
    let { sha256 } = source;
    if (sha256 === null) {
      const hash = createHash("sha256");
      await eachPiece(plain, (bytes) => hash.update(bytes));
      sha256 = hash.digest("hex");
    }
    return databaseStore({ file, sha256 }, table, database);
  } catch (error) {
    database.close();
    throw error;
  }
}

/** How much a Parquet file holds, which its own size says nothing of: a value that is there a million times is packed once. */
export interface ParquetSize {
  readonly rows: number;
  /** What the rows come to; null where there are more than are gone through. */
  readonly texts: {
    /** Of all texts, each as often as it is there. */
    readonly bytes: number;
    /** Of the texts of the longest row. */
    readonly longest: number;
  } | null;
}

/**
 * Goes through a file without keeping anything of it.
 *
 * @param mostRows of a file that has more nothing but their number is read
 * @throws InputError where it is no Parquet file
 */
export async function parquetSize(path: string, mostRows: number): Promise<ParquetSize> {
  if ((await headOf(path, 4)).toString("latin1") !== "PAR1") throw notParquet(path);
  const plain = await plainPath(path);
  const database = await openDatabase({ files: [plain.path] });
  try {
    const { connection } = database;
    const rows = await rowsOf(connection, sqlText(plain.path));
    return { rows, texts: rows > mostRows ? null : await textsOf(connection, sqlText(plain.path)) };
  } catch (error) {
    throw isOfFile(error, plain.path) ? notParquet(path) : error;
  } finally {
    database.close();
    await plain.release();
  }
}

/** Whether what DuckDB says is of bytes that are no Parquet; all else, as that memory is short, is not the file's fault. */
export function isOfFile(error: unknown, path: string): boolean {
  return /parquet|thrift|corrupt|invalid|io error/i.test(String(error).replaceAll(path, ""));
}

/** As many as would be read, whatever the file says of all together. */
async function rowsOf(connection: DuckDBConnection, path: string): Promise<number> {
  const [rows] = await texts(
    connection,
    `SELECT coalesce(sum(row_group_num_rows), 0)::VARCHAR
     FROM (SELECT DISTINCT row_group_id, row_group_num_rows FROM parquet_metadata(${path}))`,
  );
  return Number(rows![0]);
}

async function textsOf(connection: DuckDBConnection, path: string): Promise<ParquetSize["texts"]> {
  const described = await texts(connection, `DESCRIBE SELECT * FROM read_parquet(${path})`);
  const ofTexts = described.flatMap(([, type], i) =>
    NESTED.test(type!) || SHORT.test(type!) ? [] : [`coalesce(strlen(c${i}::VARCHAR), 0)`],
  );
  const row = ofTexts.join(" + ") || "0";
  const aliases = described.map((_, i) => `c${i}`).join(", ");
  const [sizes] = await texts(
    connection,
    `SELECT coalesce(sum(bytes), 0)::VARCHAR, coalesce(max(bytes), 0)::VARCHAR
     FROM (SELECT ${row} AS bytes FROM read_parquet(${path}) AS orders_file(${aliases}))`,
  );
  const [bytes, longest] = sizes!;
  return { bytes: Number(bytes), longest: Number(longest) };
}

/** Types whose values are short, whatever they are. */
const SHORT =
  /^(BOOLEAN|U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|DECIMAL|FLOAT|DOUBLE|DATE|TIME|INTERVAL|UUID)/;

function notParquet(file: string) {
  return fileError(file, {
    code: "NOT_PARQUET",
    message: "is not a Parquet file, or a broken one",
    hint: "Write it again, or give its true format.",
  });
}

/** Names and types of the columns, and their texts as SQL. */
async function describe(
  connection: DuckDBConnection,
  { file, plain }: OrderSource,
  terms: OrderTerms,
): Promise<RawOrders> {
  const path = sqlText(plain);
  let described: string[][];
  let names: string[];
  try {
    described = await texts(connection, `DESCRIBE SELECT * FROM read_parquet(${path})`);
    // DESCRIBE renames columns that differ in case alone; the file's own schema does not. Depth 1 is a column.
    names = await topNames(connection, path, described.length);
  } catch {
    throw notParquet(file);
  }
  const types = described.map(([, type]) => type!);
  const columns = resolveColumns(names, terms, { file });
  mustHaveTexts(file, columns, types);
  const aliases = names.map((_, i) => `c${i}`).join(", ");
  const fieldOf = new Map<number, OrderField>(
    (Object.entries(columns.field) as [OrderField, number][]).map(([field, column]) => [column, field]),
  );
  return {
    from: `read_parquet(${path}) AS orders_file(${aliases})`,
    columns,
    text: (column) => exactText(`c${column}`, types[column]!, fieldOf.has(column)),
    isFloat: (column) => /^(DOUBLE|FLOAT)$/.test(types[column] ?? ""),
  };
}

async function texts(connection: DuckDBConnection, sql: string): Promise<string[][]> {
  return (await (await connection.run(sql)).getRows()) as string[][];
}

async function topNames(connection: DuckDBConnection, path: string, count: number): Promise<string[]> {
  const nodes = (await (
    await connection.run(`SELECT name, coalesce(num_children, 0) FROM parquet_schema(${path})`)
  ).getRows()) as [string, bigint][];
  const names: string[] = [];
  // The schema is listed depth first: the root, then each column followed by all that is within it.
  let at = 1;
  const skip = (): void => {
    const children = Number(nodes[at++]?.[1] ?? 0);
    for (let i = 0; i < children; i++) skip();
  };
  while (names.length < count && at < nodes.length) {
    names.push(nodes[at]![0]);
    skip();
  }
  return names;
}

const NESTED = /\[|^(STRUCT|MAP|UNION|LIST|BLOB|VARIANT|GEOMETRY)/;

/** Columns that matter must hold values that have an exact text. */
function mustHaveTexts(file: string, columns: OrderColumns, types: readonly string[]): void {
  const found = new IssueList();
  const matter = [
    ...(Object.entries(columns.field) as [string, number][]),
    ...columns.used.map(({ name, column }) => [name, column] as const),
  ];
  for (const [path, column] of matter) {
    const type = types[column];
    if (type === undefined) continue;
    const issue = typeIssue(path, type);
    if (issue !== null) found.add({ file, path, ...issue });
  }
  found.throwIfAny();
}

function typeIssue(field: string, type: string): Issue | null {
  if (NESTED.test(type))
    return { code: "WRONG_TYPE", message: `its type ${type} has no text`, hint: "Write it as a string." };
  if (field === "dueBy" && /^TIMESTAMP(_S|_MS|_NS)?$/.test(type))
    return {
      code: "NO_TIME_ZONE",
      message: "is a timestamp without a time zone",
      hint: "Write it adjusted to UTC, or as ISO 8601 text with an offset.",
    };
  return null;
}

/** The text that stands for exactly a column's values. */
function exactText(column: string, type: string, isField: boolean): string {
  if (type === "VARCHAR") return column;
  if (type === "TIMESTAMP WITH TIME ZONE")
    return `strftime(make_timestamp(epoch_us(${column})), '%Y-%m-%dT%H:%M:%S.%fZ')`;
  // Nested values of columns that nobody asks for have no text and do no harm.
  if (NESTED.test(type)) return "''";
  const text = `${column}::VARCHAR`;
  if (!isField) return text;
  // A decimal column writes all its decimals and a double at least one, whatever the value has.
  if (/^(DECIMAL|DOUBLE|FLOAT)/.test(type))
    return `CASE WHEN contains(${text}, '.') AND NOT contains(${text}, 'e')
      THEN rtrim(rtrim(${text}, '0'), '.') ELSE ${text} END`;
  return text;
}

/** Goes through all rows again to say what is wrong with which. */
async function explain(
  connection: DuckDBConnection,
  file: string,
  raw: RawOrders,
  terms: OrderTerms,
): Promise<void> {
  const intake = new OrderIntake(terms, {
    at: (row, field) => ({ file, path: field === undefined ? `row ${row}` : `row ${row}, ${field}` }),
    name: (row) => `row ${row}`,
  });
  const { names } = raw.columns;
  const list = names.map((_, column) => `coalesce(${raw.text(column)}, '') AS c${column}`).join(", ");
  await connection.run(`CREATE TABLE every_text AS SELECT ${list} FROM ${inFileOrder(raw.from)}`);
  let row = 0;
  for (;;) {
    const rows = await texts(
      connection,
      `SELECT * FROM every_text WHERE rowid >= ${row} AND rowid < ${row + CHUNK_ROWS} ORDER BY rowid`,
    );
    if (rows.length === 0) break;
    for (const cells of rows) {
      row++;
      const record: Record<string, unknown> = Object.create(null);
      names.forEach((name, i) => {
        const cell = cells[i]!;
        record[name] = raw.isFloat(i) && cell !== "" ? new SourceNumber(cell) : cell;
      });
      intake.add(record, row);
    }
  }
  intake.finish();
}
