import { createHash } from "node:crypto";
import { Fault, InputError, quoteValue } from "../model/issue.js";
import { type OrderTerms, REQUIRED_ORDER_FIELDS } from "../model/orderFields.js";
import { firstRecord } from "./csvHeader.js";
import { CsvScanner } from "./csvScanner.js";
import { CsvTokenizer } from "./csvTokenizer.js";
import { openDatabase, sqlText } from "./duckdb.js";
import { fileError } from "./fileErrors.js";
import { ColumnsError, noHeader, type OrderColumns, resolveColumns } from "./orderColumns.js";
import { OrderIntake } from "./orderIntake.js";
import { eachPiece, HEAD_BYTES, headOf, type OrderSource } from "./orderSource.js";
import { loadOrders } from "./orderSql.js";
import { databaseStore, memoryStore, type OrderStore } from "./orderStore.js";
import { eachTextPiece, mustBeUtf8Head } from "./utf8Pieces.js";

/**
 * Reads orders from CSV: through DuckDB where the file leaves nothing to explain, else record by record.
 *
 * @throws InputError with every problem, each with its line
 */
export async function readCsvOrders(source: OrderSource, terms: OrderTerms): Promise<OrderStore> {
  const columns = await readHeader(source, terms).catch((error: unknown) => {
    if (error instanceof ColumnsError) return judgeRows(source, error, terms);
    throw error;
  });
  const fast = await readCsvFast(source, columns, terms);
  if (typeof fast !== "string") return fast;
  const store = await readCsvSlowly(source, columns, terms);
  if (fast === "wrong")
    throw new Fault(
      "READERS_DISAGREE",
      `${source.file}: one reader of orders found a problem that the other does not see.`,
    );
  return store;
}

/** Reads and understands the header. @throws InputError where it is missing or unfit, {@link ColumnsError} among them */
export async function readHeader(source: OrderSource, terms: OrderTerms): Promise<OrderColumns> {
  const { file } = source;
  const head = await headOf(source.plain);
  mustBeUtf8Head(file, head);
  const first = firstRecord(head);
  if (first !== null && "problem" in first) throw fileError(file, first.problem);
  if (first === null && head.length < HEAD_BYTES) throw noHeader(file);
  if (first === null)
    throw fileError(file, {
      code: "NO_HEADER",
      line: 1,
      message: "the first line is too long for a header",
      hint: "The first line names the columns: id,bank,amount.",
    });
  return resolveColumns(first.cells, terms, { file, line: first.line });
}

/**
 * Reads through DuckDB, which is fast and knows no lines.
 *
 * @returns the orders; `odd` where the file's form needs interpreting; `wrong` where its content does not hold
 */
export async function readCsvFast(
  source: OrderSource,
  columns: OrderColumns,
  terms: OrderTerms,
): Promise<OrderStore | "odd" | "wrong"> {
  const { file, plain } = source;
  const database = await openDatabase({ files: [plain] });
  const { connection } = database;
  const names = columns.names.map((_, i) => `c${i}`);
  // Everything is text, nothing is guessed: DuckDB would round 12.345 and read 1e3.
  const from = `read_csv(${sqlText(plain)}, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"',
    compression = 'none', store_rejects = true, columns = {${names.map((name) => `'${name}': 'VARCHAR'`).join(", ")}})`;
  const loading = loadOrders(
    connection,
    { from, columns, text: (column) => `c${column}`, isFloat: () => false },
    terms,
  ).catch((error: unknown) => error as Error);
  const hash = source.sha256 === null ? createHash("sha256") : null;
  const scanner = new CsvScanner(columns.names.length);
  let records: number | null;
  try {
    await eachPiece(plain, (bytes) => {
      hash?.update(bytes);
      scanner.push(bytes);
    });
    records = scanner.end();
  } catch (error) {
    await loading;
    database.close();
    throw error;
  }
  const loaded = await loading;
  const failed = loaded instanceof Error;
  let odd = records === null || failed;
  if (!odd) {
    const result = await connection.run("SELECT (SELECT count(*) FROM reject_errors)");
    odd = Number((await result.getRows())[0]![0]) > 0;
  }
  if (!odd && loaded !== null && !failed && loaded.count !== records! - 1) odd = true;
  if (odd || loaded === null || failed) {
    database.close();
    return odd ? "odd" : "wrong";
  }
  return databaseStore({ file, sha256: source.sha256 ?? hash!.digest("hex") }, loaded, database);
}

/** Reads record by record, so that every problem has its line. Its result is the same table. */
export async function readCsvSlowly(
  source: OrderSource,
  columns: OrderColumns,
  terms: OrderTerms,
): Promise<OrderStore> {
  const { file } = source;
  const intake = lineIntake(file, terms);
  await takeRows(source, columns.names, {}, intake);
  const { table, ids } = intake.finish();
  const hash = createHash("sha256");
  if (source.sha256 === null) await eachPiece(source.plain, (bytes) => hash.update(bytes));
  return memoryStore({ file, sha256: source.sha256 ?? hash.digest("hex") }, table, ids);
}

/**
 * Looks at the rows behind a header that is wrong, as far as its columns are known.
 *
 * @throws InputError always: with the problems of the header and those of the rows
 */
async function judgeRows(source: OrderSource, header: ColumnsError, terms: OrderTerms): Promise<never> {
  const lacking = REQUIRED_ORDER_FIELDS.filter((field) => !header.taken.includes(field));
  // Without any of them it is no list of orders, and its rows are none.
  if (lacking.length === REQUIRED_ORDER_FIELDS.length) throw header;
  const intake = lineIntake(source.file, terms);
  intake.found.addAll(header);
  try {
    await takeRows(
      source,
      header.taken,
      Object.fromEntries(lacking.map((field) => [field, GOOD[field]])),
      intake,
    );
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    intake.found.addAll(error);
  }
  throw intake.found.error();
}

/** Something right for a column that is missing, which is said once and not with every row. */
const GOOD: Readonly<Record<(typeof REQUIRED_ORDER_FIELDS)[number], (line: number) => string>> = {
  id: (line) => `line ${line}`,
  bank: () => "any",
  amount: () => "1",
};

function lineIntake(file: string, terms: OrderTerms): OrderIntake {
  return new OrderIntake(terms, {
    at: (line, field) => ({ file, line, ...(field === undefined ? {} : { path: field }) }),
    name: (line) => `line ${line}`,
  });
}

/**
 * Hands over every record behind the header.
 *
 * @param names of the columns; null is passed over
 * @param others cells that the file does not have, by line
 * @throws InputError where it is not UTF-8; all else goes to the intake
 */
async function takeRows(
  { file, plain }: OrderSource,
  names: readonly (string | null)[],
  others: Readonly<Record<string, (line: number) => string>>,
  intake: OrderIntake,
): Promise<void> {
  let header = true;
  const tokenizer = new CsvTokenizer({
    row(cells, line) {
      if (header) header = false;
      else if (cells.length === names.length) {
        const record: Record<string, string> = Object.create(null);
        for (let i = 0; i < names.length; i++) {
          const name = names[i]!;
          if (name !== null) record[name] = cells[i]!;
        }
        for (const name in others) record[name] = others[name]!(line);
        intake.add(record, line);
      } else
        intake.complain({
          code: "WRONG_CELL_COUNT",
          file,
          line,
          message: `has ${cells.length} cell${cells.length === 1 ? "" : "s"}, but the header has ${names.length}`,
          value: cells.join(",").slice(0, 200),
          hint: cellHint(cells, names.length),
        });
    },
    problem: (problem) => intake.complain({ file, ...problem }),
  });
  await eachTextPiece(file, plain, (text) => tokenizer.push(text));
  tokenizer.end();
}

function cellHint(cells: readonly string[], expected: number): string {
  if (cells.length < expected) return "Write an empty cell for every value that is missing.";
  const grouped = cells.findIndex(
    (cell, i) => /^\d{1,3}$/.test(cell) && /^\d{3}(\.\d+)?$/.test(cells[i + 1] ?? ""),
  );
  if (grouped >= 0)
    return `Is ${quoteValue(`${cells[grouped]},${cells[grouped + 1]}`)} one amount? Write it without the comma.`;
  return "Put a cell that holds a comma in quotes.";
}
