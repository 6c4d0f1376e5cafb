/**
 * A symmetric quasi-definite system in arrow form: independent small blocks, each coupled with one dense border and
 * with no other block. Factored as L·D·Lᵀ without pivoting (Vanderbei, Symmetric quasidefinite matrices, SIAM J.
 * Optim. 5, 1995, DOI 10.1137/0805005): any order of elimination is stable enough, signs of D tell primal from dual.
 */
export class ArrowSystem {
  /** `[unknown]` its block, or -1 for the border. */
  readonly #home: Int32Array;
  /** `[unknown]` position in its block or the border. */
  readonly #place: Int32Array;
  readonly #blocks: readonly Int32Array[];
  readonly #border: Int32Array;
  readonly #inner: readonly Float64Array[];
  readonly #coupling: readonly Float64Array[];
  readonly #outer: Float64Array;
  readonly #work: Float64Array;

  /** @param blockOf `[unknown]` block of each unknown, or -1 for the border */
  constructor(blockOf: Int32Array) {
    this.#home = new Int32Array(blockOf.length);
    this.#place = new Int32Array(blockOf.length);
    const members: number[][] = [];
    const border: number[] = [];
    const ids = new Map<number, number>();
    blockOf.forEach((block, i) => {
      if (block < 0) {
        this.#home[i] = -1;
        this.#place[i] = border.push(i) - 1;
        return;
      }
      let id = ids.get(block);
      if (id === undefined) {
        id = members.push([]) - 1;
        ids.set(block, id);
      }
      this.#home[i] = id;
      this.#place[i] = members[id]!.push(i) - 1;
    });
    this.#blocks = members.map((list) => Int32Array.from(list));
    this.#border = Int32Array.from(border);
    const m = border.length;
    this.#inner = this.#blocks.map((list) => new Float64Array(list.length * list.length));
    this.#coupling = this.#blocks.map((list) => new Float64Array(list.length * m));
    this.#outer = new Float64Array(m * m);
    this.#work = new Float64Array(m);
  }

  clear(): void {
    for (const inner of this.#inner) inner.fill(0);
    for (const coupling of this.#coupling) coupling.fill(0);
    this.#outer.fill(0);
  }

  /** Adds to an entry and to its mirror image. Each pair of unknowns is to be added once, in either order. */
  add(i: number, j: number, value: number): void {
    const home = this.#home[i]!;
    const other = this.#home[j]!;
    const at = this.#place[i]!;
    const to = this.#place[j]!;
    if (home < 0) {
      if (other < 0) {
        const m = this.#border.length;
        this.#outer[at >= to ? at * m + to : to * m + at]! += value;
      } else {
        this.#coupling[other]![to * this.#border.length + at]! += value;
      }
    } else if (other < 0) {
      this.#coupling[home]![at * this.#border.length + to]! += value;
    } else {
      const k = this.#blocks[home]!.length;
      this.#inner[home]![at >= to ? at * k + to : to * k + at]! += value;
    }
  }

  /** Factors in place; {@link clear} and {@link add} start the next matrix. */
  factor(): void {
    const m = this.#border.length;
    const outer = this.#outer;
    this.#blocks.forEach((list, b) => {
      const k = list.length;
      const inner = this.#inner[b]!;
      const coupling = this.#coupling[b]!;
      decompose(inner, k);
      for (let i = 0; i < k; i++) {
        const row = i * m;
        for (let t = 0; t < i; t++) {
          const factor = inner[i * k + t]!;
          if (factor === 0) continue;
          for (let c = 0; c < m; c++) coupling[row + c]! -= factor * coupling[t * m + c]!;
        }
      }
      for (let i = 0; i < k; i++) {
        const pivot = inner[i * k + i]!;
        for (let c = 0; c < m; c++) {
          const value = coupling[i * m + c]!;
          if (value === 0) continue;
          const scaled = value / pivot;
          for (let e = 0; e <= c; e++) outer[c * m + e]! -= scaled * coupling[i * m + e]!;
        }
      }
    });
    decompose(outer, m);
  }

  /** Replaces a right-hand side by the solution. */
  solve(x: Float64Array): void {
    const m = this.#border.length;
    const h = this.#work;
    for (let c = 0; c < m; c++) h[c] = x[this.#border[c]!]!;
    this.#blocks.forEach((list, b) => {
      const k = list.length;
      const inner = this.#inner[b]!;
      const coupling = this.#coupling[b]!;
      for (let i = 0; i < k; i++) {
        let sum = x[list[i]!]!;
        for (let t = 0; t < i; t++) sum -= inner[i * k + t]! * x[list[t]!]!;
        x[list[i]!] = sum;
      }
      for (let i = 0; i < k; i++) {
        const scaled = x[list[i]!]! / inner[i * k + i]!;
        if (scaled === 0) continue;
        for (let c = 0; c < m; c++) h[c]! -= coupling[i * m + c]! * scaled;
      }
    });
    const outer = this.#outer;
    for (let i = 0; i < m; i++) {
      let sum = h[i]!;
      for (let t = 0; t < i; t++) sum -= outer[i * m + t]! * h[t]!;
      h[i] = sum;
    }
    for (let i = 0; i < m; i++) h[i]! /= outer[i * m + i]!;
    for (let i = m - 1; i >= 0; i--) {
      let sum = h[i]!;
      for (let t = i + 1; t < m; t++) sum -= outer[t * m + i]! * h[t]!;
      h[i] = sum;
    }
    for (let c = 0; c < m; c++) x[this.#border[c]!] = h[c]!;
    this.#blocks.forEach((list, b) => {
      const k = list.length;
      const inner = this.#inner[b]!;
      const coupling = this.#coupling[b]!;
      for (let i = 0; i < k; i++) {
        let sum = x[list[i]!]!;
        for (let c = 0; c < m; c++) sum -= coupling[i * m + c]! * h[c]!;
        x[list[i]!] = sum / inner[i * k + i]!;
      }
      for (let i = k - 1; i >= 0; i--) {
        let sum = x[list[i]!]!;
        for (let t = i + 1; t < k; t++) sum -= inner[t * k + i]! * x[list[t]!]!;
        x[list[i]!] = sum;
      }
    });
  }
}

/** A pivot this small beside its diagonal entry is rounding noise of a dependent row: that unknown stays put. */
const NOISE = 1e-13;
const FROZEN = 1e100;

/** L·D·Lᵀ of the lower triangle, in place: D on the diagonal, L below it. */
function decompose(a: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    const row = i * n;
    const diagonal = a[row + i]!;
    // First L·D of the row, then L.
    for (let j = 0; j < i; j++) {
      let sum = a[row + j]!;
      const other = j * n;
      for (let t = 0; t < j; t++) sum -= a[row + t]! * a[other + t]!;
      a[row + j] = sum;
    }
    let pivot = diagonal;
    for (let j = 0; j < i; j++) {
      const scaled = a[row + j]!;
      const l = scaled / a[j * n + j]!;
      a[row + j] = l;
      pivot -= l * scaled;
    }
    a[row + i] = Math.abs(pivot) <= NOISE * Math.abs(diagonal) || pivot === 0 ? FROZEN : pivot;
  }
}
