/**
 * A small linear program that is solved again and again with other bounds:
 *
 *     min  cost · x   over   A x + slack = rhs,   lower <= x <= upper,   slack in [0, room]
 *
 * by the dual simplex method with bound flipping and steepest edges (Koberstein, DOI
 * 10.1007/s10589-008-9207-4; Forrest and Goldfarb, DOI 10.1007/BF01581089), over an inverse of the basis kept in full: it is made for some hundred rows.
 * Rows may be added (cuts) and bounds moved at any time; the basis at hand stays dual feasible, so that the next solve
 * starts where the last one ended. Doubles throughout: what comes out steers and is made exact elsewhere.
 *
 * Variables are numbered columns first, then the slack of each row.
 */
export class DualSimplex {
  readonly #columns: number;
  /** `[variable]` */
  readonly #cost: number[];
  readonly #lower: number[];
  readonly #upper: number[];
  readonly #columnRows: number[][];
  readonly #columnValues: number[][];
  readonly #rowColumns: Int32Array[] = [];
  readonly #rowValues: Float64Array[] = [];
  readonly #rhs: number[] = [];
  /** `[variable]` position in the basis, or at which bound it rests. */
  #state: Int32Array;
  /** `[variable]` reduced cost. */
  #reduced: Float64Array;
  #alpha: Float64Array;
  /** `[position]` */
  #basis: Int32Array;
  #value: Float64Array;
  #weight: Float64Array;
  /** Inverse of the basis, row by row, `#stride` apart. */
  #inverse: Float64Array;
  #stride: number;
  #work: Float64Array;
  #flip: Float64Array;
  #edge: Float64Array;
  #nonZero: Int32Array;
  #candidates: Int32Array;
  #pivots = 0;
  #iterations = 0;

  constructor({ cost, lower, upper }: ColumnTable) {
    this.#columns = cost.length;
    this.#cost = Array.from(cost);
    this.#lower = Array.from(lower);
    this.#upper = Array.from(upper);
    this.#columnRows = Array.from(cost, () => []);
    this.#columnValues = Array.from(cost, () => []);
    this.#stride = 0;
    this.#state = new Int32Array(0);
    this.#reduced = new Float64Array(0);
    this.#alpha = new Float64Array(0);
    this.#basis = new Int32Array(0);
    this.#value = new Float64Array(0);
    this.#weight = new Float64Array(0);
    this.#inverse = new Float64Array(0);
    this.#work = new Float64Array(0);
    this.#flip = new Float64Array(0);
    this.#edge = new Float64Array(0);
    this.#nonZero = new Int32Array(0);
    this.#candidates = new Int32Array(0);
    this.#grow(64);
    for (let j = 0; j < this.#columns; j++) this.#state[j] = AT_LOWER;
  }

  get columns(): number {
    return this.#columns;
  }

  get rows(): number {
    return this.#rhs.length;
  }

  /** Pivots of all solves so far. */
  get iterations(): number {
    return this.#iterations;
  }

  /** Adds `Σ value · column + slack = rhs` with a slack of 0 to `room`; the slack enters the basis. */
  row(rhs: number, room: number, columns: readonly number[], values: readonly number[]): number {
    const r = this.#rhs.length;
    if (r + 1 > this.#stride) this.#grow(2 * this.#stride);
    this.#rhs.push(rhs);
    this.#cost.push(0);
    this.#lower.push(0);
    this.#upper.push(room);
    this.#columnRows.push([r]);
    this.#columnValues.push([1]);
    this.#rowColumns.push(Int32Array.from(columns));
    this.#rowValues.push(Float64Array.from(values));
    const stride = this.#stride;
    const inverse = this.#inverse;
    const begin = r * stride;
    inverse.fill(0, begin, begin + stride);
    inverse[begin + r] = 1;
    let activity = 0;
    columns.forEach((j, e) => {
      this.#columnRows[j]!.push(r);
      this.#columnValues[j]!.push(values[e]!);
      activity += values[e]! * this.value(j);
      const position = this.#state[j]!;
      if (position < 0) return;
      for (let i = 0; i < r; i++) inverse[begin + i]! -= values[e]! * inverse[position * stride + i]!;
    });
    const slack = this.#columns + r;
    this.#state[slack] = r;
    this.#basis[r] = slack;
    this.#reduced[slack] = 0;
    this.#value[r] = rhs - activity;
    this.#weight[r] = this.#norm(r);
    return r;
  }

  /**
   * Starts over from a basis: one variable for each row, the others at whichever bound their reduced cost asks for.
   *
   * @returns false where these variables are no basis
   */
  start(basis: Int32Array, atUpper?: Uint8Array): boolean {
    const variables = this.#columns + this.rows;
    for (let j = 0; j < variables; j++) this.#state[j] = atUpper?.[j] === 1 ? AT_UPPER : AT_LOWER;
    this.#basis.set(basis);
    if (!this.#invert()) return false;
    this.#price();
    this.#place();
    this.#fill();
    return true;
  }

  /** The basis at hand, for {@link start}. */
  snapshot(): { readonly basis: Int32Array; readonly atUpper: Uint8Array } {
    const atUpper = new Uint8Array(this.#columns + this.rows);
    for (let j = 0; j < atUpper.length; j++) if (this.#state[j] === AT_UPPER) atUpper[j] = 1;
    return { basis: this.#basis.slice(0, this.rows), atUpper };
  }

  /** Everything that a solve changes, for {@link restore}; rows must not be added between. */
  save(into: SavedState | null): SavedState {
    const m = this.rows;
    const variables = this.#columns + m;
    const size = m * this.#stride;
    const saved =
      into !== null && into.inverse.length >= size && into.state.length >= variables
        ? into
        : {
            inverse: new Float64Array(size),
            state: new Int32Array(variables),
            reduced: new Float64Array(variables),
            basis: new Int32Array(m),
            value: new Float64Array(m),
            weight: new Float64Array(m),
            pivots: 0,
          };
    saved.inverse.set(this.#inverse.subarray(0, size));
    saved.state.set(this.#state.subarray(0, variables));
    saved.reduced.set(this.#reduced.subarray(0, variables));
    saved.basis.set(this.#basis.subarray(0, m));
    saved.value.set(this.#value.subarray(0, m));
    saved.weight.set(this.#weight.subarray(0, m));
    saved.pivots = this.#pivots;
    return saved;
  }

  restore(saved: SavedState): void {
    const m = this.rows;
    const variables = this.#columns + m;
    this.#inverse.set(saved.inverse.subarray(0, m * this.#stride));
    this.#state.set(saved.state.subarray(0, variables));
    this.#reduced.set(saved.reduced.subarray(0, variables));
    this.#basis.set(saved.basis.subarray(0, m));
    this.#value.set(saved.value.subarray(0, m));
    this.#weight.set(saved.weight.subarray(0, m));
    this.#pivots = saved.pivots;
  }

  /** Moves the bounds of a variable. */
  bound(j: number, lower: number, upper: number): void {
    if (this.#lower[j] === lower && this.#upper[j] === upper) return;
    const before = this.value(j);
    this.#lower[j] = lower;
    this.#upper[j] = upper;
    const state = this.#state[j]!;
    if (state >= 0) return;
    // A bound may have become infinite or finite: the reduced cost says where to rest.
    this.#state[j] = this.#reduced[j]! < 0 && upper < Infinity ? AT_UPPER : AT_LOWER;
    const move = this.value(j) - before;
    if (move !== 0) this.#shift(j, move);
  }

  /** The value of a variable. */
  value(j: number): number {
    const state = this.#state[j]!;
    return state >= 0 ? this.#value[state]! : state === AT_UPPER ? this.#upper[j]! : this.#lower[j]!;
  }

  /** `[row]` duals of the rows, from the costs. */
  duals(): Float64Array {
    const m = this.rows;
    const stride = this.#stride;
    const dual = new Float64Array(m);
    for (let i = 0; i < m; i++) {
      const cost = this.#cost[this.#basis[i]!]!;
      if (cost === 0) continue;
      for (let c = 0; c < m; c++) dual[c]! += cost * this.#inverse[i * stride + c]!;
    }
    return dual;
  }

  get objective(): number {
    let sum = 0;
    for (let j = 0; j < this.#columns; j++) sum += this.#cost[j]! * this.value(j);
    return sum;
  }

  /**
   * Pivots until all bounds are kept, or the objective, which only rises, has passed `enough`.
   *
   * @returns "unsolved" where the pivots ran out or rounding got in the way: the duals at hand are still of use
   */
  solve(mostPivots: number, enough = Infinity): "optimal" | "enough" | "infeasible" | "unsolved" {
    let since = 0;
    for (let pivot = 0; pivot < mostPivots; pivot++) {
      if (this.#pivots >= REFACTOR) {
        if (!this.#invert()) return "unsolved";
        this.#price();
        this.#place();
        this.#fill();
      }
      const r = this.#leaving();
      if (r < 0) return "optimal";
      if (enough < Infinity && ++since >= LOOK) {
        since = 0;
        if (this.objective >= enough) return "enough";
      }
      const outcome = this.#pivot(r);
      if (outcome === "done") continue;
      if (this.#pivots === 0) return outcome === "none" ? "infeasible" : "unsolved";
      // Perhaps rounding: once more from a fresh inverse.
      this.#pivots = REFACTOR;
    }
    return "unsolved";
  }

  #grow(stride: number): void {
    const m = this.rows;
    const inverse = new Float64Array(stride * stride);
    for (let i = 0; i < m; i++)
      inverse.set(this.#inverse.subarray(i * this.#stride, i * this.#stride + m), i * stride);
    this.#inverse = inverse;
    this.#stride = stride;
    const floats = (old: Float64Array, length: number) => {
      const grown = new Float64Array(length);
      grown.set(old);
      return grown;
    };
    const whole = (old: Int32Array, length: number) => {
      const grown = new Int32Array(length);
      grown.set(old);
      return grown;
    };
    const variables = this.#columns + stride;
    this.#state = whole(this.#state, variables);
    this.#reduced = floats(this.#reduced, variables);
    this.#alpha = floats(this.#alpha, variables);
    this.#candidates = whole(this.#candidates, variables);
    this.#basis = whole(this.#basis, stride);
    this.#nonZero = whole(this.#nonZero, stride);
    this.#value = floats(this.#value, stride);
    this.#weight = floats(this.#weight, stride);
    this.#work = floats(this.#work, stride);
    this.#flip = floats(this.#flip, stride);
    this.#edge = floats(this.#edge, stride);
  }

  #norm(r: number): number {
    let sum = 0;
    const begin = r * this.#stride;
    for (let c = 0; c < this.rows; c++) sum += this.#inverse[begin + c]! ** 2;
    return sum;
  }

  /** Inverts the basis column by column, slacks first; false where it is singular. */
  #invert(): boolean {
    const m = this.rows;
    const stride = this.#stride;
    const inverse = this.#inverse;
    const wanted = this.#basis.slice(0, m);
    const assigned = new Int32Array(m).fill(-1);
    for (let i = 0; i < m; i++) {
      inverse.fill(0, i * stride, i * stride + m);
      inverse[i * stride + i] = 1;
    }
    const rest: number[] = [];
    for (const j of wanted) {
      if (j >= this.#columns) assigned[j - this.#columns] = j;
      else rest.push(j);
    }
    // Short columns first keep the inverse sparse.
    rest.sort((a, b) => this.#columnRows[a]!.length - this.#columnRows[b]!.length || a - b);
    const w = this.#work;
    for (const j of rest) {
      this.#transform(j, w);
      let r = -1;
      let most = SINGULAR;
      for (let i = 0; i < m; i++) {
        if (assigned[i]! >= 0) continue;
        if (Math.abs(w[i]!) > most) {
          most = Math.abs(w[i]!);
          r = i;
        }
      }
      if (r < 0) return false;
      assigned[r] = j;
      this.#eliminate(r, w);
    }
    for (let i = 0; i < m; i++) {
      this.#basis[i] = assigned[i]!;
      this.#state[assigned[i]!] = i;
      this.#weight[i] = this.#norm(i);
    }
    this.#pivots = 0;
    return true;
  }

  /** Reduced costs from the inverse. */
  #price(): void {
    const dual = this.duals();
    for (let j = 0; j < this.#columns + this.rows; j++) {
      let reduced = this.#cost[j]!;
      const rows = this.#columnRows[j]!;
      const values = this.#columnValues[j]!;
      for (let e = 0; e < rows.length; e++) reduced -= dual[rows[e]!]! * values[e]!;
      this.#reduced[j] = this.#state[j]! >= 0 ? 0 : reduced;
    }
  }

  /** Puts what is not in the basis to the bound that its reduced cost asks for. */
  #place(): void {
    for (let j = 0; j < this.#columns + this.rows; j++) {
      if (this.#state[j]! >= 0) continue;
      const reduced = this.#reduced[j]!;
      if (reduced > DUAL_TOLERANCE || this.#upper[j] === Infinity) this.#state[j] = AT_LOWER;
      else if (reduced < -DUAL_TOLERANCE) this.#state[j] = AT_UPPER;
    }
  }

  /** Values of the basis from those of all others. */
  #fill(): void {
    const m = this.rows;
    const stride = this.#stride;
    const rest = Float64Array.from(this.#rhs);
    for (let j = 0; j < this.#columns + m; j++) {
      if (this.#state[j]! >= 0) continue;
      const value = this.value(j);
      if (value === 0) continue;
      const rows = this.#columnRows[j]!;
      const values = this.#columnValues[j]!;
      for (let e = 0; e < rows.length; e++) rest[rows[e]!]! -= values[e]! * value;
    }
    for (let i = 0; i < m; i++) {
      let sum = 0;
      for (let c = 0; c < m; c++) sum += this.#inverse[i * stride + c]! * rest[c]!;
      this.#value[i] = sum;
    }
  }

  /** Column of a variable in terms of the basis. */
  #transform(j: number, into: Float64Array): void {
    const m = this.rows;
    const stride = this.#stride;
    const inverse = this.#inverse;
    const rows = this.#columnRows[j]!;
    const values = this.#columnValues[j]!;
    into.fill(0, 0, m);
    for (let e = 0; e < rows.length; e++) {
      const value = values[e]!;
      const r = rows[e]!;
      for (let i = 0; i < m; i++) into[i]! += value * inverse[i * stride + r]!;
    }
  }

  #shift(j: number, move: number): void {
    this.#transform(j, this.#work);
    for (let i = 0; i < this.rows; i++) this.#value[i]! -= move * this.#work[i]!;
  }

  /** Position of the variable to leave, or -1 where all bounds are kept. */
  #leaving(): number {
    let best = 0;
    let r = -1;
    for (let i = 0; i < this.rows; i++) {
      const j = this.#basis[i]!;
      const value = this.#value[i]!;
      const lower = this.#lower[j]!;
      const upper = this.#upper[j]!;
      const off = value < lower ? lower - value : value > upper ? value - upper : 0;
      if (off <= PRIMAL_TOLERANCE * (1 + Math.abs(value))) continue;
      const score = (off * off) / this.#weight[i]!;
      if (score > best) {
        best = score;
        r = i;
      }
    }
    return r;
  }

  #pivot(r: number): "done" | "none" | "unstable" {
    const m = this.rows;
    const stride = this.#stride;
    const inverse = this.#inverse;
    const leaving = this.#basis[r]!;
    const above = this.#value[r]! > this.#upper[leaving]!;
    const target = above ? this.#upper[leaving]! : this.#lower[leaving]!;
    const sign = above ? 1 : -1;
    const variables = this.#columns + m;
    const alpha = this.#alpha;
    alpha.fill(0, 0, variables);
    for (let i = 0; i < m; i++) {
      const rho = inverse[r * stride + i]!;
      if (rho === 0) continue;
      alpha[this.#columns + i] = rho;
      const columns = this.#rowColumns[i]!;
      const values = this.#rowValues[i]!;
      for (let e = 0; e < columns.length; e++) alpha[columns[e]!]! += rho * values[e]!;
    }
    // Breakpoints of the dual objective along this row.
    const candidates = this.#candidates;
    const state = this.#state;
    const reduced = this.#reduced;
    let count = 0;
    for (let j = 0; j < variables; j++) {
      if (state[j]! >= 0 || this.#lower[j] === this.#upper[j]) continue;
      const a = sign * alpha[j]!;
      if (state[j] === AT_LOWER ? a > PIVOT : a < -PIVOT) candidates[count++] = j;
    }
    if (count === 0) return "none";
    const ratio = (j: number) => Math.max(0, reduced[j]! / (sign * alpha[j]!));
    let slope = Math.abs(this.#value[r]! - target);
    let entering = -1;
    let flips = 0;
    // Passes breakpoints as long as flipping those variables leaves the row short of its bound.
    while (entering < 0) {
      if (flips === count) return "none";
      let least = Infinity;
      for (let i = flips; i < count; i++) least = Math.min(least, ratio(candidates[i]!));
      // Among those that tie, the largest pivot.
      let at = flips;
      let largest = 0;
      for (let i = flips; i < count; i++) {
        const size = Math.abs(alpha[candidates[i]!]!);
        if (size > largest && ratio(candidates[i]!) <= least + TIE) {
          largest = size;
          at = i;
        }
      }
      const j = candidates[at]!;
      slope -= largest * (this.#upper[j]! - this.#lower[j]!);
      // At exactly 0 the row would be met with nothing to enter.
      if (slope <= PRIMAL_TOLERANCE * (1 + Math.abs(target))) entering = j;
      else {
        candidates[at] = candidates[flips]!;
        candidates[flips++] = j;
      }
    }
    const step = ratio(entering);
    const w = this.#work;
    if (flips > 0) {
      const flip = this.#flip;
      flip.fill(0, 0, m);
      for (let i = 0; i < flips; i++) {
        const j = candidates[i]!;
        const span = this.#upper[j]! - this.#lower[j]!;
        const move = state[j] === AT_LOWER ? span : -span;
        state[j] = state[j] === AT_LOWER ? AT_UPPER : AT_LOWER;
        const rows = this.#columnRows[j]!;
        const values = this.#columnValues[j]!;
        for (let e = 0; e < rows.length; e++) flip[rows[e]!]! += values[e]! * move;
      }
      for (let c = 0; c < m; c++) {
        const moved = flip[c]!;
        if (moved === 0) continue;
        for (let i = 0; i < m; i++) this.#value[i]! -= inverse[i * stride + c]! * moved;
      }
    }
    this.#transform(entering, w);
    const pivot = w[r]!;
    if (Math.abs(pivot) < PIVOT || Math.abs(pivot - alpha[entering]!) > 1e-6 * (1 + Math.abs(pivot)))
      return "unstable";
    for (let j = 0; j < variables; j++) {
      if (alpha[j] === 0 || state[j]! >= 0) continue;
      reduced[j]! -= sign * step * alpha[j]!;
    }
    reduced[leaving] = -sign * step;
    reduced[entering] = 0;
    const primal = (this.#value[r]! - target) / pivot;
    const before = this.value(entering);
    for (let i = 0; i < m; i++) this.#value[i]! -= primal * w[i]!;
    this.#value[r] = before + primal;
    this.#steepen(r, w, pivot);
    this.#eliminate(r, w);
    state[leaving] = above ? AT_UPPER : AT_LOWER;
    state[entering] = r;
    this.#basis[r] = entering;
    this.#pivots++;
    this.#iterations++;
    return "done";
  }

  /** Squared lengths of the inverse's rows after a pivot. */
  #steepen(r: number, w: Float64Array, pivot: number): void {
    const m = this.rows;
    const stride = this.#stride;
    const inverse = this.#inverse;
    const edge = this.#edge;
    const rho = r * stride;
    let length = 0;
    for (let c = 0; c < m; c++) length += inverse[rho + c]! ** 2;
    edge.fill(0, 0, m);
    for (let i = 0; i < m; i++) {
      if (w[i] === 0 || i === r) continue;
      let sum = 0;
      for (let c = 0; c < m; c++) sum += inverse[i * stride + c]! * inverse[rho + c]!;
      edge[i] = sum;
    }
    for (let i = 0; i < m; i++) {
      if (w[i] === 0 || i === r) continue;
      const factor = w[i]! / pivot;
      this.#weight[i] = Math.max(1e-12, this.#weight[i]! - 2 * factor * edge[i]! + factor * factor * length);
    }
    this.#weight[r] = Math.max(1e-12, length / (pivot * pivot));
  }

  /** Makes the transformed column `w` the unit vector of position `r`. */
  #eliminate(r: number, w: Float64Array): void {
    const m = this.rows;
    const stride = this.#stride;
    const inverse = this.#inverse;
    const begin = r * stride;
    const pivot = w[r]!;
    const nonZero = this.#nonZero;
    let count = 0;
    for (let c = 0; c < m; c++) {
      if (inverse[begin + c] === 0) continue;
      inverse[begin + c]! /= pivot;
      nonZero[count++] = c;
    }
    for (let i = 0; i < m; i++) {
      const factor = w[i]!;
      if (i === r || factor === 0) continue;
      const row = i * stride;
      for (let k = 0; k < count; k++) {
        const c = nonZero[k]!;
        inverse[row + c]! -= factor * inverse[begin + c]!;
      }
    }
  }
}

/** `[column]` costs and finite lower bounds; upper bounds may be Infinity where the cost is at least 0. */
export interface ColumnTable {
  readonly cost: ArrayLike<number>;
  readonly lower: ArrayLike<number>;
  readonly upper: ArrayLike<number>;
}

export interface SavedState {
  readonly inverse: Float64Array;
  readonly state: Int32Array;
  readonly reduced: Float64Array;
  readonly basis: Int32Array;
  readonly value: Float64Array;
  readonly weight: Float64Array;
  pivots: number;
}

const AT_LOWER = -1;
const AT_UPPER = -2;
/** Pivots after which the inverse is built anew. */
const REFACTOR = 150;
/** Pivots between looks at the objective. */
const LOOK = 8;
const PRIMAL_TOLERANCE = 1e-9;
const DUAL_TOLERANCE = 1e-11;
const TIE = 1e-12;
const PIVOT = 1e-9;
const SINGULAR = 1e-10;
