/** Reduced costs up to this are none. */
const TOLERANCE = 1e-9;
/** Smallest pivot that is trusted. */
const SMALLEST_PIVOT = 1e-8;
/** Pivots after which the inverse is worked out afresh, so that roundings do not pile up. */
const FRESH_AFTER = 300;
/** What each right-hand side is raised by at most, relative to 1: no two ratios are equal then, and nothing cycles. */
const SPREAD = 1e-6;

/** What an equation row starts with in the basis, at which price. */
export interface SimplexRow {
  /** `atLeast` rows are met by a slack of their own at `price` a unit, `atMost` rows have room left over. */
  readonly sense: "atLeast" | "atMost";
  /** At least 0. */
  readonly rhs: number;
  /** Of a unit that is missing; only where `sense` is `atLeast`. */
  readonly price: number;
}

/**
 * A linear program `min c·x, rows, x ≥ 0` that grows by columns: the primal simplex method with a dense inverse of the
 * basis (Dantzig; revised form). Missing units of rows have a price, so that there is always a solution. Columns may be
 * added at any time; the basis stays. Made for some hundred rows: a pivot is `rows²` steps.
 */
export class Simplex {
  readonly rows: number;
  readonly #given: Float64Array;
  /** As given, each raised by a little of its own. */
  readonly #rhs: Float64Array;
  readonly #cost: number[] = [];
  /** Entries of column j: `[#start[j], #start[j + 1])`. */
  readonly #start: number[] = [0];
  readonly #row: number[] = [];
  readonly #value: number[] = [];
  readonly #inBasis: boolean[] = [];
  /** `[place]` column in the basis. */
  readonly #basis: Int32Array;
  /** Of the basis: `[row * rows + place]`, so that both of its uses run along it and zeros are skipped in bulk. */
  readonly #inverse: Float64Array;
  /** `[place]` value of its column. */
  readonly #x: Float64Array;
  readonly #dual: Float64Array;
  readonly #pivotColumn: Float64Array;
  #pivots = 0;

  constructor(rows: readonly SimplexRow[]) {
    const m = rows.length;
    this.rows = m;
    this.#given = Float64Array.from(rows, ({ rhs }) => rhs);
    this.#rhs = Float64Array.from(rows, ({ rhs, sense }, i) =>
      sense === "atLeast" ? rhs + SPREAD * spread(i) : rhs + SPREAD * SPREAD * spread(i),
    );
    this.#basis = new Int32Array(m);
    this.#inverse = new Float64Array(m * m);
    this.#x = this.#rhs.slice();
    this.#dual = new Float64Array(m);
    this.#pivotColumn = new Float64Array(m);
    rows.forEach(({ sense, price }, i) => {
      // Missing units, or room left over: the first basis.
      this.#basis[i] = this.add(sense === "atLeast" ? price : 0, [i], [1]);
      this.#inBasis[this.#basis[i]!] = true;
      this.#inverse[i * m + i] = 1;
      this.#dual[i] = sense === "atLeast" ? price : 0;
    });
    rows.forEach(({ sense }, i) => {
      if (sense === "atLeast") this.add(0, [i], [-1]);
    });
  }

  /** Adds a column and tells its number. */
  add(cost: number, rows: ArrayLike<number>, values: ArrayLike<number>): number {
    for (let e = 0; e < rows.length; e++) {
      this.#row.push(rows[e]!);
      this.#value.push(values[e]!);
    }
    this.#cost.push(cost);
    this.#start.push(this.#row.length);
    this.#inBasis.push(false);
    return this.#cost.length - 1;
  }

  /** `[row]` price of a unit of each row in the last solution. */
  get duals(): Float64Array {
    return this.#dual;
  }

  /** Cost of the last solution, without what right-hand sides were raised by. */
  get objective(): number {
    let sum = 0;
    for (let i = 0; i < this.rows; i++) sum += this.#dual[i]! * this.#given[i]!;
    return sum;
  }

  /** Column and value of everything above 0. */
  *solution(): Generator<[column: number, value: number]> {
    for (let i = 0; i < this.rows; i++) if (this.#x[i]! > 10 * SPREAD) yield [this.#basis[i]!, this.#x[i]!];
  }

  /** Pivots until no column gains; false where `shouldStop` said so before. */
  optimize(shouldStop: () => boolean): boolean {
    for (let pivots = 0; ; pivots++) {
      if ((pivots & 63) === 63 && shouldStop()) return false;
      const entering = this.#entering();
      if (entering < 0) return true;
      const leaving = this.#leaving(entering);
      // Every column costs at least 0 and so does every missing unit: nothing is unbounded but by roundings.
      if (leaving < 0) {
        this.#refresh();
        return true;
      }
      this.#pivot(entering, leaving);
      if (++this.#pivots % FRESH_AFTER === 0) this.#refresh();
    }
  }

  /** Cost of a column less what it is worth at the prices. */
  reducedCost(column: number): number {
    let reduced = this.#cost[column]!;
    for (let e = this.#start[column]!; e < this.#start[column + 1]!; e++)
      reduced -= this.#dual[this.#row[e]!]! * this.#value[e]!;
    return reduced;
  }

  #entering(): number {
    let best = -TOLERANCE;
    let entering = -1;
    const columns = this.#cost.length;
    for (let j = 0; j < columns; j++) {
      if (this.#inBasis[j]) continue;
      const reduced = this.reducedCost(j);
      if (reduced < best) {
        best = reduced;
        entering = j;
      }
    }
    return entering;
  }

  /** The place whose column first falls to 0; -1 where none does. */
  #leaving(entering: number): number {
    const column = this.#inBasisTerms(entering);
    let least = Infinity;
    let leaving = -1;
    for (let i = 0; i < this.rows; i++) {
      if (column[i]! < SMALLEST_PIVOT) continue;
      const ratio = Math.max(0, this.#x[i]!) / column[i]!;
      if (ratio < least || (ratio === least && column[i]! > column[leaving]!)) {
        least = ratio;
        leaving = i;
      }
    }
    return leaving;
  }

  /** `[place]` a column as a sum of the basis' columns. */
  #inBasisTerms(j: number): Float64Array {
    const m = this.rows;
    const column = this.#pivotColumn.fill(0);
    for (let e = this.#start[j]!; e < this.#start[j + 1]!; e++) {
      const begin = this.#row[e]! * m;
      const value = this.#value[e]!;
      for (let i = 0; i < m; i++) column[i]! += this.#inverse[begin + i]! * value;
    }
    return column;
  }

  #pivot(entering: number, leaving: number): void {
    const m = this.rows;
    const column = this.#pivotColumn;
    const gain = this.reducedCost(entering);
    const step = Math.max(0, this.#x[leaving]!) / column[leaving]!;
    for (let i = 0; i < m; i++) this.#x[i]! -= column[i]! * step;
    this.#x[leaving] = step;
    this.#exchange(leaving);
    for (let row = 0; row < m; row++) this.#dual[row]! += gain * this.#inverse[row * m + leaving]!;
    this.#inBasis[this.#basis[leaving]!] = false;
    this.#inBasis[entering] = true;
    this.#basis[leaving] = entering;
  }

  /** Puts the column in {@link #pivotColumn} at a place of the basis. */
  #exchange(place: number): void {
    const m = this.rows;
    const inverse = this.#inverse;
    const column = this.#pivotColumn;
    const pivot = column[place]!;
    for (let row = 0; row < m; row++) {
      const begin = row * m;
      const factor = inverse[begin + place]! / pivot;
      if (factor === 0) continue;
      for (let i = 0; i < m; i++) inverse[begin + i]! -= column[i]! * factor;
      inverse[begin + place] = factor;
    }
  }

  /** Inverts the basis afresh, column by column, and works out values and prices from it. */
  #refresh(): void {
    const m = this.rows;
    const columns = this.#basis.slice().sort((a, b) => this.#entries(a) - this.#entries(b) || a - b);
    const placed = new Uint8Array(m);
    this.#inverse.fill(0);
    for (let i = 0; i < m; i++) this.#inverse[i * m + i] = 1;
    for (const j of columns) {
      const column = this.#inBasisTerms(j);
      let place = -1;
      for (let i = 0; i < m; i++)
        if (placed[i] === 0 && (place < 0 || Math.abs(column[i]!) > Math.abs(column[place]!))) place = i;
      placed[place] = 1;
      this.#exchange(place);
      this.#basis[place] = j;
    }
    this.#x.fill(0);
    for (let row = 0; row < m; row++) {
      const begin = row * m;
      let dual = 0;
      for (let i = 0; i < m; i++) {
        this.#x[i]! += this.#inverse[begin + i]! * this.#rhs[row]!;
        dual += this.#cost[this.#basis[i]!]! * this.#inverse[begin + i]!;
      }
      this.#dual[row] = dual;
    }
  }

  #entries(j: number): number {
    return this.#start[j + 1]! - this.#start[j]!;
  }
}

/** Numbers between 0.5 and 1.5 that do not repeat: the golden ratio's multiples. */
function spread(i: number): number {
  const golden = i * 0.6180339887498949;
  return 0.5 + golden - Math.floor(golden);
}
