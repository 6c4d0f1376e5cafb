import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { Fault } from "../model/issue.js";
import { CsvTokenizer } from "./csvTokenizer.js";

/** Tables of a plan, which are CSV files of ours, as pages and as NDJSON. */

export type TableRow = Readonly<Record<string, string>>;

export interface TablePage {
  readonly rows: readonly TableRow[];
  /** Byte where the next page begins; null where this is the last. */
  readonly next: number | null;
}

/**
 * Reads some rows of a CSV file.
 *
 * @param open reads the file from a byte on
 * @param from the byte where a row begins, as an earlier page said; 0 is the head
 */
export async function readPage(
  open: (from: number) => Promise<Readable>,
  columns: readonly string[],
  { from, limit }: { readonly from: number; readonly limit: number },
): Promise<TablePage> {
  const source = await open(from);
  let skip = from === 0 ? 1 : 0;
  let at = from;
  let left = limit;
  const pieces: Buffer[] = [];
  const ends = new RowEnds();
  try {
    for await (const piece of source as AsyncIterable<Buffer>) {
      let start = 0;
      for (const end of ends.in(piece)) {
        if (skip > 0) {
          skip--;
          start = end;
        } else if (--left === 0) {
          pieces.push(piece.subarray(start, end));
          const next = at + end;
          return {
            rows: rowsOf(Buffer.concat(pieces), columns),
            next: (await hasMore(open, next)) ? next : null,
          };
        }
      }
      // Of the head nothing is wanted, in however many pieces it comes.
      if (skip === 0) pieces.push(piece.subarray(start));
      at += piece.length;
    }
    return { rows: rowsOf(skip > 0 ? Buffer.alloc(0) : Buffer.concat(pieces), columns), next: null };
  } finally {
    source.destroy();
  }
}

async function hasMore(open: (from: number) => Promise<Readable>, from: number): Promise<boolean> {
  const source = await open(from);
  for await (const piece of source as AsyncIterable<Buffer>) {
    source.destroy();
    return piece.length > 0;
  }
  return false;
}

/** A CSV file as one JSON object to a line. */
export async function* asNdjson(source: Readable, columns: readonly string[]): AsyncGenerator<string> {
  let lines: string[] = [];
  let head = true;
  const tokenizer = new CsvTokenizer({
    row(cells) {
      if (!head) lines.push(JSON.stringify(recordOf(cells, columns)));
      head = false;
    },
    problem: fault,
  });
  const decoder = new StringDecoder("utf8");
  for await (const piece of source as AsyncIterable<Buffer>) {
    tokenizer.push(decoder.write(piece));
    if (lines.length === 0) continue;
    yield `${lines.join("\n")}\n`;
    lines = [];
  }
  tokenizer.end();
  if (lines.length > 0) yield `${lines.join("\n")}\n`;
}

function rowsOf(bytes: Buffer, columns: readonly string[]): TableRow[] {
  const rows: TableRow[] = [];
  const tokenizer = new CsvTokenizer({ row: (cells) => rows.push(recordOf(cells, columns)), problem: fault });
  tokenizer.push(bytes.toString("utf8"));
  tokenizer.end();
  return rows;
}

function recordOf(cells: readonly string[], columns: readonly string[]): TableRow {
  return Object.fromEntries(columns.map((column, i) => [column, cells[i] ?? ""]));
}

function fault({ message }: { readonly message: string }): never {
  throw new Fault("TABLE_BROKEN", `a table of a plan that was kept ${message}`);
}

/** Where rows end, in bytes: at line feeds outside of quotes. */
class RowEnds {
  #quoted = false;

  *in(piece: Buffer): Generator<number> {
    for (let i = 0; i < piece.length; i++) {
      if (piece[i] === 0x22) this.#quoted = !this.#quoted;
      else if (piece[i] === 0x0a && !this.#quoted) yield i + 1;
    }
  }
}
