/** Counts rows in bytes that come in pieces, without reading what is in them. */
export interface RowCounter {
  push(piece: Buffer): void;
  /** Rows so far, one that has only begun among them. */
  readonly rows: number;
  /** Bytes of the row that goes on at the end of what has come. */
  readonly open: number;
}

/** Formats whose rows can be counted as they come. */
export type CountedFormat = "csv" | "ndjson" | "json";

export function rowCounter(format: CountedFormat): RowCounter {
  return format === "json" ? new EntryCounter() : new LineCounter(format === "csv");
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const isBreak = (c: number) => c === 0x0a || c === 0x0d;
const isBlank = (c: number) => c === 0x20 || c === 0x09 || isBreak(c);

/** Lines that are not blank; of CSV those that a quoted cell does not hold, without the header. */
class LineCounter implements RowCounter {
  #quoted = false;
  #isOpen = false;
  #lines = 0;
  open = 0;

  constructor(readonly isCsv: boolean) {}

  get rows(): number {
    return Math.max(0, this.#lines - (this.isCsv ? 1 : 0));
  }

  push(piece: Buffer): void {
    for (const c of piece) {
      if (this.isCsv && c === QUOTE) this.#quoted = !this.#quoted;
      this.open++;
      if (!this.#quoted && isBreak(c)) {
        this.#isOpen = false;
        this.open = 0;
      } else if (!this.#isOpen && !isBlank(c)) {
        this.#isOpen = true;
        this.#lines++;
      }
    }
  }
}

/** Entries of a JSON list. */
class EntryCounter implements RowCounter {
  #depth = 0;
  #isText = false;
  #isEscaped = false;
  rows = 0;
  open = 0;

  push(piece: Buffer): void {
    for (const c of piece) {
      if (this.#isText || !isBlank(c)) this.open++;
      if (this.#isEscaped) this.#isEscaped = false;
      else if (this.#isText) {
        if (c === BACKSLASH) this.#isEscaped = true;
        else if (c === QUOTE) this.#isText = false;
      } else if (c === COMMA) {
        if (this.#depth > 1) continue;
        this.rows++;
        this.open = 0;
      } else if (!isBlank(c)) {
        // The first thing within the list is its first entry; every comma announces another.
        const closes = c === 0x5d || c === 0x7d;
        if (this.#depth === 1 && this.rows === 0 && !closes) this.rows = 1;
        if (c === QUOTE) this.#isText = true;
        else if (c === 0x5b || c === 0x7b) this.#depth++;
        else if (closes) this.#depth--;
      }
    }
  }
}
