import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { numberText } from "../model/decimal.js";
import { SourceNumber } from "../model/fields.js";
import { InputError, type IssuePlace } from "../model/issue.js";
import type { OrderTerms } from "../model/orderFields.js";
import { fileError } from "./fileErrors.js";
import { parseLossless } from "./jsonTree.js";
import { OrderIntake, type OrderRecord, type Places } from "./orderIntake.js";
import { eachPiece, type OrderSource } from "./orderSource.js";
import { memoryStore, type OrderStore } from "./orderStore.js";
import { eachTextPiece } from "./utf8Pieces.js";

/** A JavaScript string holds no more than about 2^29 characters. */
const LARGEST_JSON = 500_000_000;

/**
 * Reads orders from a JSON array of objects. Its numbers keep their source text.
 *
 * @throws InputError with every problem, each with its index: `[17].amount`
 */
export async function readJsonOrders(source: OrderSource, terms: OrderTerms): Promise<OrderStore> {
  const { file } = source;
  if ((await stat(source.plain)).size > LARGEST_JSON)
    throw fileError(file, {
      code: "FILE_TOO_LARGE",
      message: `is larger than ${LARGEST_JSON} bytes, too large for one JSON array`,
      hint: "Write one order to a line (NDJSON), CSV or Parquet.",
    });
  const pieces: string[] = [];
  await eachTextPiece(file, source.plain, (text) => pieces.push(text));
  const text = pieces.join("");
  if (text.trim() === "")
    throw fileError(file, {
      code: "EMPTY_FILE",
      message: "is empty",
      hint: "No orders at all are written [].",
    });
  // Looked at first, because several objects one after the other are no JSON at all.
  const orders = text.trimStart().startsWith("{") ? null : parseLossless(file, text);
  if (!Array.isArray(orders))
    throw fileError(file, {
      code: "WRONG_TYPE",
      message: "is not a list of orders",
      hint: 'Write [{"id": "1", "bank": "ICBC", "amount": "1.00"}], or name it .ndjson where one line is one order.',
    });
  const intake = new OrderIntake(terms, indexPlaces(file));
  for (const [i, order] of orders.entries()) addRecord(intake, order, i);
  return finish(source, intake);
}

/**
 * Reads orders from NDJSON: one object to a line, blank lines aside.
 *
 * @throws InputError with every problem, each with its line
 */
export async function readNdjsonOrders(source: OrderSource, terms: OrderTerms): Promise<OrderStore> {
  const { file } = source;
  const intake = new OrderIntake(terms, {
    at: (line, field) => ({ file, line, ...(field === undefined ? {} : { path: field }) }),
    name: (line) => `line ${line}`,
  });
  let line = 0;
  let rest = "";
  let blank = true;
  const take = (text: string) => {
    line++;
    if (text.trim() === "") return;
    blank = false;
    try {
      addRecord(intake, parseLossless(file, text, line), line);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      for (const issue of error.issues) intake.complain(issue);
    }
  };
  await eachTextPiece(file, source.plain, (piece) => {
    const lines = (rest + piece).split("\n");
    rest = lines.pop()!;
    for (const text of lines) take(text);
  });
  if (rest !== "") take(rest);
  if (blank)
    throw fileError(file, { code: "EMPTY_FILE", message: "is empty", hint: "Is it the right file?" });
  return finish(source, intake);
}

/**
 * Takes orders from JavaScript objects. Numbers count as their decimal text, up to 15 significant digits; dates as
 * instants.
 *
 * @throws InputError with every problem, each with its index: `[17].amount`
 */
export function ordersFromObjects(records: Iterable<object>, terms: OrderTerms): OrderStore {
  const intake = new OrderIntake(terms, indexPlaces(undefined));
  let index = 0;
  for (const record of records) {
    addRecord(intake, isRecord(record) ? sourceForm(record) : record, index);
    index++;
  }
  const { table, ids } = intake.finish();
  return memoryStore({ file: null, sha256: null }, table, ids);
}

function indexPlaces(file: string | undefined): Places {
  return {
    at: (index, field): IssuePlace => ({
      ...(file === undefined ? {} : { file }),
      path: field === undefined ? `[${index}]` : `[${index}].${field}`,
    }),
    name: (index) => `[${index}]`,
  };
}

function addRecord(intake: OrderIntake, value: unknown, position: number): void {
  if (!isRecord(value)) {
    intake.complain({
      code: "WRONG_TYPE",
      message: "is not an order",
      hint: 'An order is an object: {"id": "1", "bank": "ICBC", "amount": "1.00"}.',
      ...intake.places.at(position),
    });
    return;
  }
  const record: Record<string, unknown> = Object.create(null);
  for (const [key, member] of Object.entries(value))
    record[key] = typeof member === "boolean" ? String(member) : member;
  intake.add(record, position);
}

function isRecord(value: unknown): value is OrderRecord {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof SourceNumber)
  );
}

/** A JavaScript number or date as the text that a file would carry; a number without one stays and is refused. */
function sourceForm(record: OrderRecord): OrderRecord {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, scalarForm(value)]));
}

function scalarForm(value: unknown): unknown {
  if (typeof value === "number") {
    const text = numberText(value);
    return new SourceNumber(text ?? String(value));
  }
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
  return value;
}

async function finish(source: OrderSource, intake: OrderIntake): Promise<OrderStore> {
  const { table, ids } = intake.finish();
  let { sha256 } = source;
  if (sha256 === null) {
    const hash = createHash("sha256");
    await eachPiece(source.plain, (bytes) => hash.update(bytes));
    sha256 = hash.digest("hex");
  }
  return memoryStore({ file: source.file, sha256 }, table, ids);
}
