import { parseCsv } from "./csv.js";
import { type Money, parseMoney } from "./money.js";

/** An order of a mixed batch file. */
export interface Order {
  readonly id: string;
  readonly bank: string;
  readonly amount: Money;
  /** As the file has it: what is told to others is the text that came. */
  readonly amountText: string;
  /** Of the payer. Channels need it, planning does not: it goes to no one else. */
  readonly account: string;
  /** Channels that it may use; null for all. */
  readonly channels: readonly string[] | null;
  /** All other columns, for coverage rules and for planning. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface FileProblem {
  readonly line: number;
  readonly message: string;
}

const REQUIRED = ["id", "bank", "amount", "account"] as const;

/** Reads a batch file. All of its problems are told at once: nobody wants to upload a file forty times. */
export function readOrders(text: string): { orders: Order[]; problems: FileProblem[] } {
  const {
    rows: [head, ...rows],
    openLine,
  } = parseCsv(text);
  if (openLine !== null)
    return { orders: [], problems: [{ line: openLine, message: "A quote opens here and is never closed." }] };
  const columns = head?.cells ?? [];
  const missing = REQUIRED.filter((name) => !columns.includes(name));
  if (missing.length > 0)
    return { orders: [], problems: [{ line: 1, message: `There is no column ${missing.join(", ")}.` }] };
  const seen = new Set<string>();
  const orders: Order[] = [];
  const problems: FileProblem[] = [];
  for (const { line, cells } of rows) {
    if (cells.length !== columns.length)
      problems.push({ line, message: `It has ${cells.length} cells, and the head has ${columns.length}.` });
    const row = Object.fromEntries(columns.map((name, i) => [name, cells[i] ?? ""]));
    const { id = "", bank = "", amount: amountText = "", account = "", channels = "", ...attributes } = row;
    for (const name of ["id", "bank", "account"] as const)
      if (row[name] === "") problems.push({ line, message: `${name} is empty.` });
    if (seen.has(id)) problems.push({ line, message: `There is an order ${id} already.` });
    seen.add(id);
    const amount = /^\d+(\.\d{1,2})?$/.test(amountText) ? parseMoney(amountText) : null;
    if (amount === null || amount === 0n)
      problems.push({ line, message: `${JSON.stringify(amountText)} is no amount: write it like 12.50.` });
    orders.push({
      id,
      bank,
      amount: amount ?? 0n,
      amountText,
      account,
      channels: channels === "" ? null : channels.split("|"),
      attributes,
    });
  }
  if (rows.length === 0) problems.push({ line: 1, message: "There are no orders." });
  return { orders, problems };
}
