/**
 * Counts the records of a CSV file's bytes and tells whether its form leaves nothing to interpret: quotes only around
 * whole cells, one kind of line end, the same number of cells in every record, a first line that is the header. On
 * such a file all CSV readers agree; any other goes to our own, which can explain what it finds.
 */
export class CsvScanner {
  #state = 0;
  #cell = 0;
  #empty = true;
  #last = 10;
  #lineFeeds = 0;
  #crlfs = 0;
  #clean = true;
  #rows = 0;
  #first = true;

  /** @param cells of every record */
  constructor(readonly cells: number) {}

  push(bytes: Uint8Array): void {
    if (!this.#clean) return;
    // Local copies: this loop sees every byte of the file.
    let state = this.#state;
    let cell = this.#cell;
    let empty = this.#empty;
    let last = this.#last;
    let lineFeeds = this.#lineFeeds;
    let crlfs = this.#crlfs;
    let rows = this.#rows;
    let clean = true;
    const lastCell = this.cells - 1;
    let i = 0;
    if (this.#first) {
      this.#first = false;
      if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) i = 3;
      if (bytes[i] === 10 || bytes[i] === 13) clean = false;
    }
    for (; i < bytes.length; i++) {
      const c = bytes[i]!;
      if (state === QUOTED) {
        if (c === 34) state = QUOTE_IN_QUOTED;
        continue;
      }
      if (c > 44) {
        if (state === QUOTE_IN_QUOTED || last === 13) {
          clean = false;
          break;
        }
        state = PLAIN;
        empty = false;
      } else if (c === 44) {
        if (last === 13) {
          clean = false;
          break;
        }
        cell++;
        state = START;
        empty = false;
      } else if (c === 10) {
        if (last === 13) crlfs++;
        else lineFeeds++;
        if (!empty) {
          if (cell !== lastCell) {
            clean = false;
            break;
          }
          rows++;
        }
        cell = 0;
        state = START;
        empty = true;
      } else if (c === 34) {
        if (last === 13 || state === PLAIN) {
          clean = false;
          break;
        }
        state = QUOTED;
        empty = false;
      } else if (c === 13) {
        if (last === 13) {
          clean = false;
          break;
        }
      } else {
        if (state === QUOTE_IN_QUOTED || last === 13) {
          clean = false;
          break;
        }
        state = PLAIN;
        empty = false;
      }
      last = c;
    }
    this.#state = state;
    this.#cell = cell;
    this.#empty = empty;
    this.#last = last;
    this.#lineFeeds = lineFeeds;
    this.#crlfs = crlfs;
    this.#rows = rows;
    this.#clean = clean;
  }

  /** The number of records, the header among them; null where the form needs interpreting. */
  end(): number | null {
    if (!this.#clean || this.#state === QUOTED || this.#last === 13) return null;
    if (this.#lineFeeds > 0 && this.#crlfs > 0) return null;
    if (this.#empty) return this.#rows;
    return this.#cell === this.cells - 1 ? this.#rows + 1 : null;
  }
}

const START = 0;
const PLAIN = 1;
const QUOTED = 2;
const QUOTE_IN_QUOTED = 3;
