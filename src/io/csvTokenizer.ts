/** What is wrong with a record's form. */
export interface CsvProblem {
  readonly code: "STRAY_QUOTE" | "UNCLOSED_QUOTE";
  /** Line to look at, from 1. */
  readonly line: number;
  readonly message: string;
  readonly hint: string;
}

export interface CsvVisitor {
  /** A record and the line it begins on. Blank lines are none. */
  row(cells: string[], line: number): void;
  problem(problem: CsvProblem): void;
}

enum State {
  CellStart,
  Plain,
  Quoted,
  QuoteInQuoted,
  /** The rest of a line that made no sense. */
  Skipping,
}

/**
 * RFC 4180 with comma and double quote, and lines that end in LF, CRLF or CR. Text may come in pieces. It is strict (a
 * quote stands at a cell's ends or doubled within) and always knows the physical line, which other parsers do not
 * where a quoted cell holds CRLF or a record is broken.
 */
export class CsvTokenizer {
  #state = State.CellStart;
  #cells: string[] = [];
  #cell = "";
  #quoted = false;
  #line = 1;
  #rowLine = 1;
  #quoteLine = 1;
  #afterReturn = false;

  constructor(readonly visitor: CsvVisitor) {}

  push(text: string): void {
    let start = 0;
    const take = (end: number) => {
      if (end > start) this.#cell += text.slice(start, end);
    };
    for (let i = 0; i < text.length; i++) {
      const c = text.charCodeAt(i);
      if (this.#afterReturn) {
        this.#afterReturn = false;
        // The second half of CRLF: the line was counted and, outside of quotes, the record ended with the first.
        if (c === 10) {
          if (this.#state !== State.Quoted) start = i + 1;
          continue;
        }
      }
      switch (this.#state) {
        case State.Quoted:
          if (c === 34) {
            take(i);
            this.#state = State.QuoteInQuoted;
          } else if (c === 10 || c === 13) {
            this.#line++;
            this.#afterReturn = c === 13;
          }
          continue;
        case State.QuoteInQuoted:
          if (c === 34) {
            start = i;
            this.#state = State.Quoted;
            continue;
          }
          start = i;
          if (c !== 44 && c !== 10 && c !== 13) {
            this.#strayAfterQuote();
            continue;
          }
          break;
        case State.CellStart:
          if (c === 34) {
            this.#state = State.Quoted;
            this.#quoted = true;
            this.#quoteLine = this.#line;
            start = i + 1;
            continue;
          }
          start = i;
          this.#state = State.Plain;
          break;
        case State.Plain:
          break;
        case State.Skipping:
          if (c !== 10 && c !== 13) continue;
          this.#newline(c);
          this.#reset();
          start = i + 1;
          continue;
      }
      if (c === 44) {
        take(i);
        this.#endCell();
        start = i + 1;
      } else if (c === 10 || c === 13) {
        take(i);
        this.#endRow();
        this.#newline(c);
        this.#rowLine = this.#line;
        start = i + 1;
      } else if (c === 34) {
        this.#strayInPlain();
      }
    }
    if (this.#state === State.Quoted || this.#state === State.Plain) take(text.length);
  }

  /** The text has ended. */
  end(): void {
    if (this.#state === State.Quoted) {
      this.visitor.problem({
        code: "UNCLOSED_QUOTE",
        line: this.#quoteLine,
        message: "a quoted cell begins here and never ends",
        hint: 'Close it with ", or double a quote that belongs to the text.',
      });
      return;
    }
    if (this.#state !== State.Skipping) this.#endRow();
  }

  #newline(c: number): void {
    this.#line++;
    this.#afterReturn = c === 13;
  }

  #reset(): void {
    this.#cells = [];
    this.#cell = "";
    this.#quoted = false;
    this.#state = State.CellStart;
    this.#rowLine = this.#line;
  }

  #endCell(): void {
    this.#cells.push(this.#cell);
    this.#cell = "";
    this.#state = State.CellStart;
  }

  #endRow(): void {
    const blank = this.#cells.length === 0 && this.#cell === "" && !this.#quoted;
    if (!blank) {
      this.#cells.push(this.#cell);
      this.visitor.row(this.#cells, this.#rowLine);
    }
    this.#reset();
  }

  #strayInPlain(): void {
    this.visitor.problem({
      code: "STRAY_QUOTE",
      line: this.#line,
      message: "a quote stands inside a cell that does not begin with one",
      hint: 'Put the cell in quotes and double the quotes within: "a ""b"" c".',
    });
    this.#state = State.Skipping;
  }

  #strayAfterQuote(): void {
    const spans = this.#line > this.#quoteLine ? ` (line ${this.#line})` : "";
    this.visitor.problem({
      code: "STRAY_QUOTE",
      line: this.#quoteLine,
      message: `text follows the closing quote${spans} of the cell that begins here`,
      hint: 'Close the cell before the comma, and double quotes within: "a ""b"" c".',
    });
    this.#state = State.Skipping;
  }
}

/** A cell as RFC 4180 has it: in quotes only where it needs them. */
export function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
