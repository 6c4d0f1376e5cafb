/**
 * A mixed integer program, free of any solver: minimise `cost · x` over columns within their bounds,
 * subject to rows `lower ≤ A x ≤ upper`. Rows are kept as compressed sparse rows.
 *
 * Units are the formulation's own business; engines see plain doubles. Infinite bounds are ±Infinity.
 */
export interface Program {
  readonly columns: number;
  readonly rows: number;
  /** `[column]` objective coefficient. */
  readonly cost: Float64Array;
  /** `[column]` lower bound, finite and at least 0. */
  readonly lower: Float64Array;
  /** `[column]` upper bound, possibly Infinity. */
  readonly upper: Float64Array;
  /** `[column]` 1 where the column must be whole. */
  readonly integer: Uint8Array;
  /** `[row]` */
  readonly rowLower: Float64Array;
  /** `[row]` */
  readonly rowUpper: Float64Array;
  /** `[row + 1]` offsets into `entryColumn` and `entryValue`. */
  readonly rowStart: Int32Array;
  readonly entryColumn: Int32Array;
  readonly entryValue: Float64Array;
}

/** Collects columns and rows one at a time and freezes them into a {@link Program}. */
export class ProgramBuilder {
  readonly #cost: number[] = [];
  readonly #lower: number[] = [];
  readonly #upper: number[] = [];
  readonly #integer: number[] = [];
  readonly #rowLower: number[] = [];
  readonly #rowUpper: number[] = [];
  readonly #rowStart: number[] = [0];
  readonly #entryColumn: number[] = [];
  readonly #entryValue: number[] = [];

  /** Adds a column and returns its index. */
  column(cost: number, lower: number, upper: number, integer: boolean): number {
    this.#cost.push(cost);
    this.#lower.push(lower);
    this.#upper.push(upper);
    this.#integer.push(integer ? 1 : 0);
    return this.#cost.length - 1;
  }

  /** Adds the row `lower ≤ Σ value · column ≤ upper` and returns its index. */
  row(lower: number, upper: number, entries: readonly (readonly [column: number, value: number])[]): number {
    this.#rowLower.push(lower);
    this.#rowUpper.push(upper);
    for (const [column, value] of entries) {
      this.#entryColumn.push(column);
      this.#entryValue.push(value);
    }
    this.#rowStart.push(this.#entryColumn.length);
    return this.#rowLower.length - 1;
  }

  get columns(): number {
    return this.#cost.length;
  }

  get entries(): number {
    return this.#entryColumn.length;
  }

  build(): Program {
    return {
      columns: this.#cost.length,
      rows: this.#rowLower.length,
      cost: Float64Array.from(this.#cost),
      lower: Float64Array.from(this.#lower),
      upper: Float64Array.from(this.#upper),
      integer: Uint8Array.from(this.#integer),
      rowLower: Float64Array.from(this.#rowLower),
      rowUpper: Float64Array.from(this.#rowUpper),
      rowStart: Int32Array.from(this.#rowStart),
      entryColumn: Int32Array.from(this.#entryColumn),
      entryValue: Float64Array.from(this.#entryValue),
    };
  }
}
