import { createHash } from "node:crypto";
import { Fault, quoteValue } from "../model/issue.js";
import type { OrderTerms } from "../model/orderFields.js";
import { firstRecord } from "./csvHeader.js";
import { CsvScanner } from "./csvScanner.js";
import { CsvTokenizer } from "./csvTokenizer.js";
import { openDatabase, sqlText } from "./duckdb.js";
import { fileError } from "./fileErrors.js";
import { noHeader, type OrderColumns, resolveColumns } from "./orderColumns.js";
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
  const columns = await readHeader(source, terms);
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

/** Reads and understands the header. @throws InputError where it is missing or unfit */
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
  const { names } = columns;
  const intake = new OrderIntake(terms, {
    at: (line, field) => ({ file, line, ...(field === undefined ? {} : { path: field }) }),
    name: (line) => `line ${line}`,
  });
  let header = true;
  const tokenizer = new CsvTokenizer({
    row(cells, line) {
      if (header) header = false;
      else if (cells.length === names.length) {
        const record: Record<string, string> = Object.create(null);
        for (let i = 0; i < names.length; i++) record[names[i]!] = cells[i]!;
        intake.add(record, line);
      } else
        intake.complain({
          code: "WRONG_CELL_COUNT",
          file,
          line,
          message: `has ${cells.length} cells, but the header has ${names.length}`,
          value: cells.join(",").slice(0, 200),
          hint: cellHint(cells, names.length),
        });
    },
    problem: (problem) => intake.complain({ file, ...problem }),
  });
  const hash = createHash("sha256");
  await eachTextPiece(file, source.plain, (text) => tokenizer.push(text));
  tokenizer.end();
  const { table, ids } = intake.finish();
  if (source.sha256 === null) await eachPiece(source.plain, (bytes) => hash.update(bytes));
  return memoryStore({ file, sha256: source.sha256 ?? hash.digest("hex") }, table, ids);
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
