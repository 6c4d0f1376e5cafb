import { ArrowSystem } from "./arrowSystem.js";
import type { Relaxation } from "./relaxation.js";

export interface InteriorOptions {
  /** Relative gap of primal and dual value, and relative infeasibility, at which to stop. */
  readonly tolerance: number;
  readonly maxIterations: number;
  readonly shouldStop: () => boolean;
}

/** A point near the optimum of a {@link Relaxation}. */
export interface InteriorPointResult {
  /** `[lot]` what routing one order of the lot is worth: R1's dual. */
  readonly worth: Float64Array;
  /** `[row]` price of a unit of what is scarce, at least 0: R2's dual. */
  readonly price: Float64Array;
  /** `[cell]` price of a share in the cell's opening, at least 0: R3's dual. */
  readonly sharePrice: Float64Array;
  /** `[cell]` orders, fractions included. */
  readonly flow: Float64Array;
  /** `[package kind]` packages, fractions included. */
  readonly packages: Float64Array;
  /** `[opening]` packages of the opening. */
  readonly opened: Float64Array;
  readonly primal: number;
  readonly dual: number;
  readonly iterations: number;
}

/**
 * Solves a relaxation by Mehrotra's predictor-corrector method (SIAM J. Optim. 2, 1992, DOI 10.1137/0802028; Wright,
 * Primal-Dual Interior-Point Methods, chapter 10). Cells, sharing rows (R3) and lots (R1) are eliminated one lot at a
 * time, so that each iteration costs one pass over the cells and a small system of rows and openings.
 */
export function solveRelaxation(lp: Relaxation, options: InteriorOptions): InteriorPointResult {
  return new InteriorPoint(lp).run(options);
}

/** Complementarity at the start, in mean costs of an order of a mean lot. */
const START = 0.1;
/** Prices at the start, where no package tells. */
const LEAST_PRICE = 0.02;
/** Steps shorter than this lead nowhere. */
const STALLED = 1e-6;
/** Steps shorter than this, primal or dual, are made towards the centre, at this part of the present complementarity. */
const SHORT = 0.1;
const RECENTRE = 0.5;
/** Corrections for centrality in one iteration, at most; and the steps from which there need be none. */
const CORRECTORS = 3;
const LONG = 0.9;
/** By how much longer steps are asked for, and by how much both together must be longer at least. */
const FARTHER = 0.3;
const GAIN = 0.03;
/** Products of complementarity may be so much of their target. */
const LEAST = 0.1;
const MOST = 10;
/** The target is taken to be no less than this part of the present complementarity. */
const NEAR = 0.1;
/** Keeps iterates off their limits by this share of the step. */
const STEP = 0.995;

/** A step of all variables. */
interface Direction {
  /** As `x`, `z`, `t` and `w`. */
  readonly dx: Float64Array;
  readonly dz: Float64Array;
  readonly dt: Float64Array;
  readonly dw: Float64Array;
  readonly dWorth: Float64Array;
  readonly dSigma: Float64Array;
  /**
   * Of rows, openings and R4 duals: the unknowns of the system, in that order. An opening goes before its R4 dual, whose
   * pivot would otherwise be the difference of two nearly equal numbers.
   */
  readonly dy: Float64Array;
}

class InteriorPoint {
  readonly #lp: Relaxation;
  readonly #lots: number;
  readonly #cells: number;
  readonly #rows: number;
  readonly #kinds: number;
  readonly #openings: number;
  /** `[package kind]` its opening, or -1 where no cell asks for it. */
  readonly #packageOpening: Int32Array;
  /** `[opening]` whether some cell asks for it. */
  readonly #asked: Uint8Array;
  /** Columns: cells, then deferral of each lot, slack of each row, packages, slack of each sharing row (per cell). */
  readonly #defer: number;
  readonly #slack: number;
  readonly #package: number;
  readonly #shareSlack: number;
  readonly #columns: number;
  readonly #x: Float64Array;
  readonly #z: Float64Array;
  /** Distance of packages to their maximum, and its dual. */
  readonly #t: Float64Array;
  readonly #w: Float64Array;
  /** The direction in use, and another one to compare it with. */
  #direction: Direction;
  #other: Direction;
  /** Targets of complementarity minus its present value. */
  readonly #rxz: Float64Array;
  readonly #rtw: Float64Array;
  /** Dual residual of each column, and what elimination makes of it. */
  readonly #rd: Float64Array;
  readonly #rho: Float64Array;
  readonly #D: Float64Array;
  /** Duals: lots, rows (<= 0), sharing rows (per cell), R4 (per opening). */
  readonly #worth: Float64Array;
  readonly #p: Float64Array;
  readonly #sigma: Float64Array;
  readonly #eta: Float64Array;
  /** Free primal variables Y. */
  readonly #Y: Float64Array;
  readonly #rLot: Float64Array;
  readonly #rRow: Float64Array;
  readonly #rShare: Float64Array;
  readonly #rEta: Float64Array;
  readonly #rY: Float64Array;
  readonly #pivot: Float64Array;
  readonly #lotRhs: Float64Array;
  readonly #system: ArrowSystem;
  readonly #touched: Int32Array;
  readonly #dense: Float64Array;

  constructor(lp: Relaxation) {
    this.#lp = lp;
    this.#lots = lp.size.length;
    this.#cells = lp.cost.length;
    this.#rows = lp.room.length;
    this.#kinds = lp.packageCost.length;
    this.#openings = lp.openingBlock.length;
    this.#asked = new Uint8Array(this.#openings);
    for (const o of lp.opening) if (o >= 0) this.#asked[o] = 1;
    this.#packageOpening = lp.packageOpening.map((o) => (o >= 0 && this.#asked[o] === 1 ? o : -1));
    this.#defer = this.#cells;
    this.#slack = this.#defer + this.#lots;
    this.#package = this.#slack + this.#rows;
    this.#shareSlack = this.#package + this.#kinds;
    this.#columns = this.#shareSlack + (this.#openings > 0 ? this.#cells : 0);
    const n = this.#columns;
    const array = (length: number) => new Float64Array(length);
    this.#x = array(n);
    this.#z = array(n);
    this.#rxz = array(n);
    this.#rd = array(n);
    this.#rho = array(n);
    this.#D = array(n);
    this.#t = array(this.#kinds);
    this.#w = array(this.#kinds);
    this.#rtw = array(this.#kinds);
    this.#worth = array(this.#lots);
    this.#p = array(this.#rows);
    this.#sigma = array(this.#cells);
    this.#eta = array(this.#openings);
    this.#Y = array(this.#openings);
    this.#rLot = array(this.#lots);
    this.#rRow = array(this.#rows);
    this.#rShare = array(this.#cells);
    this.#rEta = array(this.#openings);
    this.#rY = array(this.#openings);
    this.#pivot = array(this.#lots);
    this.#lotRhs = array(this.#lots);
    const unknowns = this.#rows + 2 * this.#openings;
    const direction = (): Direction => ({
      dx: array(n),
      dz: array(n),
      dt: array(this.#kinds),
      dw: array(this.#kinds),
      dWorth: array(this.#lots),
      dSigma: array(this.#cells),
      dy: array(unknowns),
    });
    this.#direction = direction();
    this.#other = direction();
    this.#dense = array(unknowns);
    this.#touched = new Int32Array(unknowns);
    this.#system = new ArrowSystem(Int32Array.from([...lp.rowBlock, ...lp.openingBlock, ...lp.openingBlock]));
  }

  run({ tolerance, maxIterations, shouldStop }: InteriorOptions): InteriorPointResult {
    this.#start();
    let iterations = 0;
    let { primal, dual } = this.#values();
    for (; iterations < maxIterations && !shouldStop(); iterations++) {
      const infeasible = this.#residuals();
      ({ primal, dual } = this.#values());
      if (infeasible <= tolerance && Math.abs(primal - dual) <= tolerance * (1 + Math.abs(dual))) break;
      this.#assemble();
      const mu = this.#complementarity(0, 0);
      // Predictor.
      this.#aim(0, 0);
      this.#solve();
      const [ap, ad] = this.#stepLengths();
      const after = this.#complementarity(ap, ad);
      // Corrector.
      const target = mu * (after / mu) ** 3;
      this.#aim(target, ap * ad);
      this.#solve();
      let [bp, bd] = this.#stepLengths();
      for (let more = 0; more < CORRECTORS && Math.min(bp, bd) < LONG; more++) {
        const steps = this.#centred(Math.max(target, mu * NEAR), bp, bd);
        if (steps === null) break;
        [bp, bd] = steps;
      }
      if (Math.min(bp, bd) < SHORT) {
        // The correction has led astray, which it does again and again: back towards the centre instead.
        this.#aim(mu * RECENTRE, 0);
        this.#solve();
        [bp, bd] = this.#stepLengths();
      }
      // Where rounding has the last word, what is there is as good as it gets.
      if (!(Math.max(bp, bd) > STALLED && Number.isFinite(this.#complementarity(bp, bd)))) break;
      this.#move(Math.min(1, STEP * bp), Math.min(1, STEP * bd));
    }
    return {
      worth: this.#worth,
      price: this.#p.map((p) => Math.max(0, -p)),
      sharePrice: this.#sigma.map((sigma) => Math.max(0, -sigma)),
      flow: this.#x.slice(0, this.#cells),
      packages: this.#x.slice(this.#package, this.#package + this.#kinds),
      opened: this.#Y,
      primal,
      dual,
      iterations,
    };
  }

  /**
   * A start that keeps all limits and all dual rows: first prices that about pay for packages, then lots spread over
   * their cells as the barrier would have it at those prices. Only the rows are off.
   */
  #start(): void {
    const lp = this.#lp;
    let total = 0;
    for (const size of lp.size) total += size;
    const mean = total / Math.max(1, this.#lots);
    const tau = START * mean;
    const price = new Float64Array(this.#rows).fill(Infinity);
    for (let t = 0; t < this.#kinds; t++)
      for (let e = lp.supplyStart[t]!; e < lp.supplyStart[t + 1]!; e++)
        if (lp.supply[e]! > 0) {
          const r = lp.supplyRow[e]!;
          price[r] = Math.min(price[r]!, lp.packageCost[t]! / lp.supply[e]!);
        }
    for (let r = 0; r < this.#rows; r++)
      this.#p[r] = -Math.max(LEAST_PRICE, price[r] === Infinity ? 0 : price[r]!);
    const used = this.#spread(tau);

    const supplied = new Float64Array(this.#rows);
    for (let t = 0; t < this.#kinds; t++)
      for (let e = lp.supplyStart[t]!; e < lp.supplyStart[t + 1]!; e++)
        if (lp.supply[e]! > 0) supplied[lp.supplyRow[e]!]! += lp.supply[e]! * lp.packageMax[t]!;
    for (let t = 0; t < this.#kinds; t++) {
      let share = 0;
      let reduced = lp.packageCost[t]!;
      for (let e = lp.supplyStart[t]!; e < lp.supplyStart[t + 1]!; e++) {
        const r = lp.supplyRow[e]!;
        reduced += lp.supply[e]! * this.#p[r]!;
        if (supplied[r]! > 0) share = Math.max(share, used[r]! / supplied[r]!);
      }
      const max = lp.packageMax[t]!;
      const j = this.#package + t;
      this.#x[j] = Math.min(0.9, Math.max(1.1 * share, 1e-3)) * max;
      this.#t[t] = max - this.#x[j]!;
      this.#z[j] = tau / this.#x[j]! + Math.max(0, reduced);
      this.#w[t] = tau / this.#t[t]! + Math.max(0, -reduced);
      const o = this.#packageOpening[t]!;
      if (o >= 0) this.#Y[o]! += this.#x[j]!;
    }
    const left = this.#rowRest();
    for (let r = 0; r < this.#rows; r++) {
      const j = this.#slack + r;
      this.#x[j] = Math.max(left[r]!, tau / -this.#p[r]!);
      this.#z[j] = -this.#p[r]!;
    }
    for (let j = 0; j < this.#cells; j++) {
      const o = lp.opening[j]!;
      if (o < 0) continue;
      const s = this.#shareSlack + j;
      this.#z[s] = -this.#sigma[j]!;
      this.#x[s] = Math.max(lp.share[j]! * this.#Y[o]! - this.#x[j]!, tau / this.#z[s]!);
    }
  }

  /** Spreads lots over their cells so that flow times reduced cost is `tau` everywhere; returns what rows are used. */
  #spread(tau: number): Float64Array {
    const lp = this.#lp;
    const used = new Float64Array(this.#rows);
    for (let k = 0; k < this.#lots; k++) {
      const begin = lp.cellStart[k]!;
      const end = lp.cellStart[k + 1]!;
      let low = lp.penalty[k]!;
      for (let j = begin; j < end; j++) {
        let reduced = lp.cost[j]!;
        for (let e = lp.entryStart[j]!; e < lp.entryStart[j + 1]!; e++)
          reduced -= lp.entryUse[e]! * this.#p[lp.entryRow[e]!]!;
        if (lp.opening[j]! >= 0) {
          this.#sigma[j] = -LEAST_PRICE;
          reduced += LEAST_PRICE;
        }
        this.#z[j] = reduced;
        if (reduced < low) low = reduced;
      }
      const d = this.#defer + k;
      this.#z[d] = lp.penalty[k]!;
      // Between all flow in the cheapest cell and all cells alike.
      let near = tau / lp.size[k]!;
      let far = (tau * (end - begin + 1)) / lp.size[k]!;
      for (let step = 0; step < 30; step++) {
        const middle = (near + far) / 2;
        let flow = tau / (this.#z[d]! - low + middle);
        for (let j = begin; j < end; j++) flow += tau / (this.#z[j]! - low + middle);
        if (flow > lp.size[k]!) near = middle;
        else far = middle;
      }
      const worth = low - far;
      this.#worth[k] = worth;
      this.#z[d]! -= worth;
      this.#x[d] = tau / this.#z[d]!;
      for (let j = begin; j < end; j++) {
        this.#z[j]! -= worth;
        this.#x[j] = tau / this.#z[j]!;
        for (let e = lp.entryStart[j]!; e < lp.entryStart[j + 1]!; e++)
          used[lp.entryRow[e]!]! += lp.entryUse[e]! * this.#x[j]!;
      }
    }
    return used;
  }

  /** Room left in each row without its slack. */
  #rowRest(): Float64Array {
    const lp = this.#lp;
    const rest = lp.room.slice();
    for (let j = 0; j < this.#cells; j++) {
      const x = this.#x[j]!;
      for (let e = lp.entryStart[j]!; e < lp.entryStart[j + 1]!; e++)
        rest[lp.entryRow[e]!]! -= lp.entryUse[e]! * x;
    }
    for (let t = 0; t < this.#kinds; t++) {
      const y = this.#x[this.#package + t]!;
      for (let e = lp.supplyStart[t]!; e < lp.supplyStart[t + 1]!; e++)
        rest[lp.supplyRow[e]!]! += lp.supply[e]! * y;
    }
    return rest;
  }

  #values(): { primal: number; dual: number } {
    const lp = this.#lp;
    let primal = 0;
    let dual = 0;
    for (let j = 0; j < this.#cells; j++) primal += lp.cost[j]! * this.#x[j]!;
    for (let k = 0; k < this.#lots; k++) {
      primal += lp.penalty[k]! * this.#x[this.#defer + k]!;
      dual += lp.size[k]! * this.#worth[k]!;
    }
    for (let r = 0; r < this.#rows; r++) dual += lp.room[r]! * this.#p[r]!;
    for (let t = 0; t < this.#kinds; t++) {
      primal += lp.packageCost[t]! * this.#x[this.#package + t]!;
      dual -= lp.packageMax[t]! * this.#w[t]!;
    }
    return { primal, dual };
  }

  /** Works out all residuals; returns the largest, relative. */
  #residuals(): number {
    const lp = this.#lp;
    const worth = this.#worth;
    const p = this.#p;
    const sigma = this.#sigma;
    const eta = this.#eta;
    let worst = 0;
    for (let k = 0; k < this.#lots; k++) {
      let rest = lp.size[k]! - this.#x[this.#defer + k]!;
      for (let j = lp.cellStart[k]!; j < lp.cellStart[k + 1]!; j++) {
        rest -= this.#x[j]!;
        let reduced = lp.cost[j]! - worth[k]! - this.#z[j]!;
        for (let e = lp.entryStart[j]!; e < lp.entryStart[j + 1]!; e++)
          reduced -= lp.entryUse[e]! * p[lp.entryRow[e]!]!;
        const o = lp.opening[j]!;
        if (o >= 0) {
          reduced -= sigma[j]!;
          const s = this.#shareSlack + j;
          this.#rShare[j] = lp.share[j]! * this.#Y[o]! - this.#x[j]! - this.#x[s]!;
          worst = Math.max(worst, Math.abs(this.#rShare[j]!) / (1 + lp.size[k]!));
          this.#rd[s] = -sigma[j]! - this.#z[s]!;
        }
        this.#rd[j] = reduced;
        worst = Math.max(worst, Math.abs(reduced));
      }
      this.#rLot[k] = rest;
      worst = Math.max(worst, Math.abs(rest) / (1 + lp.size[k]!));
      this.#rd[this.#defer + k] = lp.penalty[k]! - worth[k]! - this.#z[this.#defer + k]!;
    }
    const rest = this.#rowRest();
    for (let r = 0; r < this.#rows; r++) {
      this.#rRow[r] = rest[r]! - this.#x[this.#slack + r]!;
      worst = Math.max(worst, Math.abs(this.#rRow[r]!) / (1 + Math.abs(lp.room[r]!)));
      this.#rd[this.#slack + r] = -p[r]! - this.#z[this.#slack + r]!;
    }
    for (let o = 0; o < this.#openings; o++) {
      this.#rEta[o] = -this.#Y[o]!;
      this.#rY[o] = -eta[o]!;
    }
    for (let j = 0; j < this.#cells; j++) {
      const o = lp.opening[j]!;
      if (o >= 0) this.#rY[o]! += lp.share[j]! * sigma[j]!;
    }
    for (let t = 0; t < this.#kinds; t++) {
      const o = this.#packageOpening[t]!;
      let reduced = lp.packageCost[t]! - this.#z[this.#package + t]! + this.#w[t]!;
      if (o >= 0) {
        reduced += eta[o]!;
        this.#rEta[o]! += this.#x[this.#package + t]!;
      }
      for (let e = lp.supplyStart[t]!; e < lp.supplyStart[t + 1]!; e++)
        reduced += lp.supply[e]! * p[lp.supplyRow[e]!]!;
      this.#rd[this.#package + t] = reduced;
      worst = Math.max(worst, Math.abs(reduced) / (1 + Math.abs(lp.packageCost[t]!)));
    }
    for (let o = 0; o < this.#openings; o++)
      worst = Math.max(worst, Math.abs(this.#rEta[o]!) / (1 + Math.abs(this.#Y[o]!)));
    return worst;
  }

  /** Diagonal weights and the factored system of rows and openings. */
  #assemble(): void {
    const lp = this.#lp;
    const x = this.#x;
    const z = this.#z;
    const D = this.#D;
    const packages = this.#package;
    for (let j = 0; j < this.#columns; j++) {
      if (x[j] === 0) continue;
      D[j] = x[j]! / z[j]!;
    }
    for (let t = 0; t < this.#kinds; t++) {
      const j = packages + t;
      D[j] = 1 / (z[j]! / x[j]! + this.#w[t]! / this.#t[t]!);
    }
    const system = this.#system;
    const { entryStart, entryRow, entryUse } = lp;
    const firstY = this.#rows;
    const firstEta = this.#rows + this.#openings;
    const dense = this.#dense;
    const touched = this.#touched;
    system.clear();
    for (let k = 0; k < this.#lots; k++) {
      let pivot = D[this.#defer + k]!;
      let count = 0;
      for (let j = lp.cellStart[k]!; j < lp.cellStart[k + 1]!; j++) {
        const o = lp.opening[j]!;
        let weight = D[j]!;
        const begin = entryStart[j]!;
        const end = entryStart[j + 1]!;
        if (o >= 0) {
          const s = D[this.#shareSlack + j]!;
          const pull = (weight / (weight + s)) * lp.share[j]!;
          const y = firstY + o;
          system.add(y, y, (-lp.share[j]! * lp.share[j]!) / (weight + s));
          weight = (weight * s) / (weight + s);
          if (pull > 0) {
            if (dense[y] === 0) touched[count++] = y;
            dense[y]! += pull;
            for (let e = begin; e < end; e++) system.add(y, entryRow[e]!, pull * entryUse[e]!);
          }
        }
        pivot += weight;
        for (let e = begin; e < end; e++) {
          const r = entryRow[e]!;
          const value = weight * entryUse[e]!;
          // At its limit a cell weighs nothing any more.
          if (value === 0) continue;
          if (dense[r] === 0) touched[count++] = r;
          dense[r]! += value;
          for (let f = begin; f <= e; f++) system.add(r, entryRow[f]!, value * entryUse[f]!);
        }
      }
      this.#pivot[k] = pivot;
      for (let a = 0; a < count; a++) {
        const i = touched[a]!;
        const scaled = -dense[i]! / pivot;
        for (let b = 0; b <= a; b++) system.add(i, touched[b]!, scaled * dense[touched[b]!]!);
      }
      for (let a = 0; a < count; a++) dense[touched[a]!] = 0;
    }
    for (let r = 0; r < this.#rows; r++) system.add(r, r, D[this.#slack + r]!);
    for (let t = 0; t < this.#kinds; t++) {
      const weight = D[packages + t]!;
      const begin = lp.supplyStart[t]!;
      const end = lp.supplyStart[t + 1]!;
      for (let e = begin; e < end; e++)
        for (let f = begin; f <= e; f++)
          system.add(lp.supplyRow[e]!, lp.supplyRow[f]!, weight * lp.supply[e]! * lp.supply[f]!);
      const o = this.#packageOpening[t]!;
      if (o < 0) continue;
      const eta = firstEta + o;
      system.add(eta, eta, weight);
      for (let e = begin; e < end; e++) system.add(eta, lp.supplyRow[e]!, weight * lp.supply[e]!);
    }
    for (let o = 0; o < this.#openings; o++) {
      if (this.#asked[o] === 1) {
        system.add(firstEta + o, firstY + o, 1);
        continue;
      }
      // Nothing moves here, nothing depends on it.
      system.add(firstY + o, firstY + o, -1);
      system.add(firstEta + o, firstEta + o, 1);
    }
    system.factor();
  }

  /** Sets the targets of complementarity; so much of the predictor's second-order error is taken off. */
  #aim(target: number, corrected: number): void {
    const { dx, dz, dt, dw } = this.#direction;
    for (let j = 0; j < this.#columns; j++) {
      if (this.#x[j] === 0) continue;
      this.#rxz[j] = target - this.#x[j]! * this.#z[j]! - corrected * dx[j]! * dz[j]!;
    }
    for (let t = 0; t < this.#kinds; t++)
      this.#rtw[t] = target - this.#t[t]! * this.#w[t]! - corrected * dt[t]! * dw[t]!;
  }

  /**
   * Corrects the direction where a longer step would leave products of complementarity far from their target (Gondzio 1996,
   * doi:10.1007/BF00249643).
   *
   * @returns the steps it allows; null where it allows none much longer: then the direction is as before
   */
  #centred(target: number, primal: number, dual: number): [number, number] | null {
    const { dx, dz, dt, dw } = this.#direction;
    const p = Math.min(1, primal + FARTHER);
    const d = Math.min(1, dual + FARTHER);
    const correction = (product: number) =>
      product < LEAST * target
        ? LEAST * target - product
        : product > MOST * target
          ? Math.max(MOST * target - product, -MOST * target)
          : 0;
    for (let j = 0; j < this.#columns; j++) {
      if (this.#x[j] === 0) continue;
      this.#rxz[j]! += correction((this.#x[j]! + p * dx[j]!) * (this.#z[j]! + d * dz[j]!));
    }
    for (let t = 0; t < this.#kinds; t++)
      this.#rtw[t]! += correction((this.#t[t]! + p * dt[t]!) * (this.#w[t]! + d * dw[t]!));
    this.#swap();
    this.#solve();
    const steps = this.#stepLengths();
    if (steps[0] + steps[1] >= primal + dual + GAIN) return steps;
    this.#swap();
    return null;
  }

  #swap(): void {
    [this.#direction, this.#other] = [this.#other, this.#direction];
  }

  /** Solves the linearised conditions for the present targets. */
  #solve(): void {
    const lp = this.#lp;
    const D = this.#D;
    const rho = this.#rho;
    const { dx, dz, dt, dw, dWorth, dSigma, dy } = this.#direction;
    const { entryStart, entryRow, entryUse } = lp;
    const firstY = this.#rows;
    const firstEta = this.#rows + this.#openings;
    for (let j = 0; j < this.#columns; j++)
      if (this.#x[j] !== 0) rho[j] = this.#rxz[j]! / this.#x[j]! - this.#rd[j]!;
    for (let t = 0; t < this.#kinds; t++) rho[this.#package + t]! -= this.#rtw[t]! / this.#t[t]!;

    for (let r = 0; r < this.#rows; r++) dy[r] = this.#rRow[r]! - D[this.#slack + r]! * rho[this.#slack + r]!;
    for (let o = 0; o < this.#openings; o++) {
      dy[firstEta + o] = this.#rEta[o]!;
      dy[firstY + o] = this.#rY[o]!;
    }
    for (let t = 0; t < this.#kinds; t++) {
      const pull = D[this.#package + t]! * rho[this.#package + t]!;
      for (let e = lp.supplyStart[t]!; e < lp.supplyStart[t + 1]!; e++)
        dy[lp.supplyRow[e]!]! += lp.supply[e]! * pull;
      const o = this.#packageOpening[t]!;
      if (o >= 0) dy[firstEta + o]! += pull;
    }
    // Lots: what their cells carry over to rows and openings.
    for (let k = 0; k < this.#lots; k++) {
      let rhs = this.#rLot[k]! - D[this.#defer + k]! * rho[this.#defer + k]!;
      for (let j = lp.cellStart[k]!; j < lp.cellStart[k + 1]!; j++) {
        const o = lp.opening[j]!;
        let carried = D[j]! * rho[j]!;
        if (o >= 0) {
          const s = this.#shareSlack + j;
          const sum = D[j]! + D[s]!;
          const h = this.#rShare[j]! - carried - D[s]! * rho[s]!;
          carried += (D[j]! / sum) * h;
          dy[firstY + o]! += (lp.share[j]! * h) / sum;
        }
        rhs -= carried;
        for (let e = entryStart[j]!; e < entryStart[j + 1]!; e++) dy[entryRow[e]!]! -= entryUse[e]! * carried;
      }
      this.#lotRhs[k] = rhs;
      const factor = rhs / this.#pivot[k]!;
      for (let j = lp.cellStart[k]!; j < lp.cellStart[k + 1]!; j++) {
        const o = lp.opening[j]!;
        let weight = D[j]!;
        if (o >= 0) {
          const s = D[this.#shareSlack + j]!;
          dy[firstY + o]! -= (weight / (weight + s)) * lp.share[j]! * factor;
          weight = (weight * s) / (weight + s);
        }
        const pull = weight * factor;
        for (let e = entryStart[j]!; e < entryStart[j + 1]!; e++) dy[entryRow[e]!]! -= entryUse[e]! * pull;
      }
    }
    this.#system.solve(dy);

    for (let k = 0; k < this.#lots; k++) {
      let rhs = this.#lotRhs[k]!;
      for (let j = lp.cellStart[k]!; j < lp.cellStart[k + 1]!; j++) {
        let pull = 0;
        for (let e = entryStart[j]!; e < entryStart[j + 1]!; e++) pull += entryUse[e]! * dy[entryRow[e]!]!;
        dx[j] = pull;
        const o = lp.opening[j]!;
        if (o >= 0) {
          const s = D[this.#shareSlack + j]!;
          const sum = D[j]! + s;
          rhs -= ((D[j]! * s) / sum) * pull + (D[j]! / sum) * lp.share[j]! * dy[firstY + o]!;
        } else rhs -= D[j]! * pull;
      }
      const step = rhs / this.#pivot[k]!;
      dWorth[k] = step;
      const d = this.#defer + k;
      dx[d] = D[d]! * (step + rho[d]!);
      for (let j = lp.cellStart[k]!; j < lp.cellStart[k + 1]!; j++) {
        let pull = dx[j]! + step;
        const o = lp.opening[j]!;
        if (o >= 0) {
          const s = this.#shareSlack + j;
          const h = this.#rShare[j]! - D[j]! * rho[j]! - D[s]! * rho[s]!;
          const sigma = (h + lp.share[j]! * dy[firstY + o]! - D[j]! * pull) / (D[j]! + D[s]!);
          dSigma[j] = sigma;
          dx[s] = D[s]! * (sigma + rho[s]!);
          pull += sigma;
        }
        dx[j] = D[j]! * (pull + rho[j]!);
      }
    }
    for (let r = 0; r < this.#rows; r++) {
      const j = this.#slack + r;
      dx[j] = D[j]! * (dy[r]! + rho[j]!);
    }
    for (let t = 0; t < this.#kinds; t++) {
      const j = this.#package + t;
      const o = this.#packageOpening[t]!;
      let pull = o >= 0 ? -dy[firstEta + o]! : 0;
      for (let e = lp.supplyStart[t]!; e < lp.supplyStart[t + 1]!; e++)
        pull -= lp.supply[e]! * dy[lp.supplyRow[e]!]!;
      dx[j] = D[j]! * (pull + rho[j]!);
      dt[t] = -dx[j]!;
      dw[t] = (this.#rtw[t]! - this.#w[t]! * dt[t]!) / this.#t[t]!;
    }
    for (let j = 0; j < this.#columns; j++) {
      if (this.#x[j] === 0) continue;
      dz[j] = (this.#rxz[j]! - this.#z[j]! * dx[j]!) / this.#x[j]!;
    }
  }

  /** The longest primal and dual steps that keep all signs. */
  #stepLengths(): [number, number] {
    const { dx, dz, dt, dw } = this.#direction;
    let primal = 1;
    let dual = 1;
    for (let j = 0; j < this.#columns; j++) {
      if (dx[j]! < 0) primal = Math.min(primal, -this.#x[j]! / dx[j]!);
      if (dz[j]! < 0) dual = Math.min(dual, -this.#z[j]! / dz[j]!);
    }
    for (let t = 0; t < this.#kinds; t++) {
      if (dt[t]! < 0) primal = Math.min(primal, -this.#t[t]! / dt[t]!);
      if (dw[t]! < 0) dual = Math.min(dual, -this.#w[t]! / dw[t]!);
    }
    return [primal, dual];
  }

  /** Mean complementarity after steps of such lengths. */
  #complementarity(primal: number, dual: number): number {
    const { dx, dz, dt, dw } = this.#direction;
    let sum = 0;
    let count = 0;
    for (let j = 0; j < this.#columns; j++) {
      if (this.#x[j] === 0) continue;
      sum += (this.#x[j]! + primal * dx[j]!) * (this.#z[j]! + dual * dz[j]!);
      count++;
    }
    for (let t = 0; t < this.#kinds; t++) {
      sum += (this.#t[t]! + primal * dt[t]!) * (this.#w[t]! + dual * dw[t]!);
      count++;
    }
    return sum / count;
  }

  #move(primal: number, dual: number): void {
    const { dx, dz, dt, dw, dWorth, dSigma, dy } = this.#direction;
    for (let j = 0; j < this.#columns; j++) {
      this.#x[j]! += primal * dx[j]!;
      this.#z[j]! += dual * dz[j]!;
    }
    for (let t = 0; t < this.#kinds; t++) {
      this.#t[t]! += primal * dt[t]!;
      this.#w[t]! += dual * dw[t]!;
    }
    for (let k = 0; k < this.#lots; k++) this.#worth[k]! += dual * dWorth[k]!;
    for (let j = 0; j < this.#cells; j++) this.#sigma[j]! += dual * dSigma[j]!;
    for (let r = 0; r < this.#rows; r++) this.#p[r]! += dual * dy[r]!;
    for (let o = 0; o < this.#openings; o++) {
      this.#Y[o]! += primal * dy[this.#rows + o]!;
      this.#eta[o]! += dual * dy[this.#rows + this.#openings + o]!;
    }
  }
}
