import type { Problem } from "../problem.js";
import { DualSimplex, type SavedState } from "./dualSimplex.js";
import type { Lots } from "./lots.js";
import type { PackageCounts, RelaxedProblem } from "./relax.js";

/** The program's answer at some counts of packages. */
export interface CountAnswer {
  readonly status: "optimal" | "enough" | "infeasible" | "unsolved";
  /** In cost units, deferrals included. */
  readonly value: number;
  /** `[channel]` packages of batch channels that mix their keys; 0 for others. */
  readonly opened: Float64Array;
}

/** A basis to start again from. */
export type CountBasis = ReturnType<DualSimplex["snapshot"]>;

/** Packages of one channel and separation key. */
interface Site {
  readonly channel: number;
  readonly column: number;
  /** Row of its places. */
  readonly row: number;
  /** Cost of one package, and orders that it holds. */
  readonly cost: number;
  readonly places: number;
  /** Most packages, and orders that all of them may hold together. */
  readonly packages: number;
  readonly orders: number;
  /** Cells that use it. */
  readonly cells: readonly number[];
}

/** Rounds of cuts after one solve, and violation worth a cut, in shares of a package. */
const CUT_ROUNDS = 12;
const CUT_LEAST = 1e-4;
/** Rows of cuts that the program takes in all. */
const MOST_CUTS = 400;
const MOST_PIVOTS = 4_000;
/** What a package beyond a quota costs, in times the dearest. */
const OVERFLOW = 1_000;

/**
 * The relaxation of a problem without delay costs, written for the dual simplex with the counts of packages as columns:
 * from node to node only their bounds change (formulation.md, Branching). Cuts (R7) are added where an answer breaks them.
 */
export class CountProgram {
  readonly #relaxed: RelaxedProblem;
  readonly #lots: number;
  readonly #cells: number;
  /** `[cell]` orders of its lot. */
  readonly #size: Float64Array;
  readonly #sites: readonly Site[];
  /** `[channel]` its site, where it has one alone. */
  readonly #siteOf: readonly (Site | undefined)[];
  readonly #lp: DualSimplex;
  #cuts = 0;

  /** @param relaxed of the complete `lots`, at any counts, without openings */
  constructor(problem: Problem, lots: Lots, relaxed: RelaxedProblem) {
    const { relaxation } = relaxed;
    this.#relaxed = relaxed;
    this.#lots = lots.count;
    this.#cells = relaxation.cost.length;
    this.#size = new Float64Array(this.#cells);
    for (let lot = 0; lot < this.#lots; lot++)
      this.#size.fill(lots.size[lot]!, relaxation.cellStart[lot]!, relaxation.cellStart[lot + 1]!);
    this.#sites = sitesOf(problem, lots, relaxed);
    this.#siteOf = problem.contract.channels.map((_, c) => {
      const own = this.#sites.filter((site) => site.channel === c);
      return relaxed.places[c]!.length === 1 ? own[0] : undefined;
    });
    this.#lp = this.#write(problem);
    this.#crash();
  }

  get rows(): number {
    return this.#lp.rows;
  }

  get pivots(): number {
    return this.#lp.iterations;
  }

  /** Cells, then deferral of each lot, then packages of each site, then whatever else supplies or relieves a row. */
  #write({ contract }: Problem): DualSimplex {
    const { relaxation, places, packageChannel, packageKey, limitPackages } = this.#relaxed;
    const cost = [...relaxation.cost, ...relaxation.penalty, ...this.#sites.map((site) => site.cost)];
    const upper = [...this.#size, ...relaxation.size, ...this.#sites.map((site) => site.packages)];
    const columns = Array.from(relaxation.room, (): number[] => []);
    const values = Array.from(relaxation.room, (): number[] => []);
    const put = (row: number, column: number, value: number) => {
      columns[row]!.push(column);
      values[row]!.push(value);
    };
    for (let j = 0; j < this.#cells; j++)
      for (let e = relaxation.entryStart[j]!; e < relaxation.entryStart[j + 1]!; e++)
        put(relaxation.entryRow[e]!, j, relaxation.entryUse[e]!);
    const written = new Set<number>();
    packageChannel.forEach((c, t) => {
      const row = places[c]![packageKey[t]!]!;
      let column = this.#sites.find((site) => site.row === row)?.column;
      if (column === undefined) {
        column = cost.push(relaxation.packageCost[t]!) - 1;
        upper.push(relaxation.packageMax[t]!);
      }
      if (written.has(column)) return;
      written.add(column);
      for (let e = relaxation.supplyStart[t]!; e < relaxation.supplyStart[t + 1]!; e++)
        put(relaxation.supplyRow[e]!, column, -relaxation.supply[e]!);
    });
    const dearest = this.#sites.reduce((most, site) => Math.max(most, site.cost), 1);
    // Counts that a quota of packages forbids are dear rather than impossible: then prices can say so.
    for (const row of limitPackages) {
      if (row < 0) continue;
      upper.push(Infinity);
      put(row, cost.push(OVERFLOW * dearest) - 1, -1);
    }
    const lp = new DualSimplex({ cost, lower: new Float64Array(cost.length), upper });
    const ones = (length: number) => new Array<number>(length).fill(1);
    for (let lot = 0; lot < this.#lots; lot++) {
      const own = [this.#cells + lot];
      for (let j = relaxation.cellStart[lot]!; j < relaxation.cellStart[lot + 1]!; j++) own.push(j);
      lp.row(relaxation.size[lot]!, 0, own, ones(own.length));
    }
    relaxation.room.forEach((room, r) => {
      lp.row(room, Infinity, columns[r]!, values[r]!);
    });
    for (const { cells, channel, column, packages, places: each, orders } of this.#sites) {
      const { minOrders } = contract.channels[channel]!.package;
      // Packages of one kind could hold more than the channel may take.
      if (orders < each * packages - 1e-6) lp.row(orders, Infinity, cells, ones(cells.length));
      if (minOrders > 1) lp.row(0, Infinity, [...cells, column], [...cells.map(() => -1), minOrders]);
    }
    return lp;
  }

  /** Every order where it would be cheapest if packages were full: optimal where nothing is scarce. */
  #crash(): void {
    const { relaxation } = this.#relaxed;
    const columns = this.#lp.columns;
    const basis = Int32Array.from({ length: this.#lp.rows }, (_, r) => columns + r);
    const price = new Float64Array(relaxation.room.length);
    for (const { row, cost, places, column } of this.#sites) {
      price[row] = cost / places;
      basis[this.#lots + row] = column;
    }
    for (let lot = 0; lot < this.#lots; lot++) {
      let least = relaxation.penalty[lot]!;
      basis[lot] = this.#cells + lot;
      for (let j = relaxation.cellStart[lot]!; j < relaxation.cellStart[lot + 1]!; j++) {
        let asked = relaxation.cost[j]!;
        for (let e = relaxation.entryStart[j]!; e < relaxation.entryStart[j + 1]!; e++)
          asked += relaxation.entryUse[e]! * price[relaxation.entryRow[e]!]!;
        if (asked >= least) continue;
        least = asked;
        basis[lot] = j;
      }
    }
    this.#lp.start(basis);
  }

  /**
   * Solves at other counts, from the basis at hand.
   *
   * @param enough cost units at which the answer need not be any better
   */
  solve(
    counts: PackageCounts,
    enough: number,
    { cuts = true, pivots = MOST_PIVOTS }: { readonly cuts?: boolean; readonly pivots?: number } = {},
  ): CountAnswer {
    this.place(counts);
    const passed = enough / this.#relaxed.costUnit;
    let status = this.#lp.solve(pivots, passed);
    for (let round = 0; cuts && round < CUT_ROUNDS && status === "optimal" && this.#cut(); round++)
      status = this.#lp.solve(pivots, passed);
    return {
      status,
      value: this.#lp.objective * this.#relaxed.costUnit,
      opened: Float64Array.from(this.#siteOf, (site) =>
        site === undefined ? 0 : this.#lp.value(site.column),
      ),
    };
  }

  /** Sets the ranges of the counts, without solving. */
  place({ from, to }: PackageCounts): void {
    this.#siteOf.forEach((site, c) => {
      if (site === undefined) return;
      const lower = Math.min(from[c]!, site.packages);
      this.#lp.bound(site.column, lower, Math.max(lower, Math.min(to[c]!, site.packages)));
    });
  }

  /** Prices of the relaxation's rows at the basis at hand. */
  prices(): { readonly worth: Float64Array; readonly price: Float64Array } {
    const duals = this.#lp.duals();
    return {
      worth: duals.slice(0, this.#lots),
      price: duals
        .subarray(this.#lots, this.#lots + this.#relaxed.relaxation.room.length)
        .map((dual) => Math.max(0, -dual)),
    };
  }

  /** `[cell]` orders, fractions included. */
  flow(): Float64Array {
    const flow = new Float64Array(this.#cells);
    for (let j = 0; j < flow.length; j++) flow[j] = this.#lp.value(j);
    return flow;
  }

  basis(): CountBasis {
    return this.#lp.snapshot();
  }

  /** Goes back to a basis from before; rows added since take their slacks. */
  jump({ basis, atUpper }: CountBasis): void {
    const columns = this.#lp.columns;
    const full = Int32Array.from({ length: this.#lp.rows }, (_, r) =>
      r < basis.length ? basis[r]! : columns + r,
    );
    if (!this.#lp.start(full, atUpper)) this.#crash();
  }

  save(into: SavedState | null): SavedState {
    return this.#lp.save(into);
  }

  restore(saved: SavedState): void {
    this.#lp.restore(saved);
  }

  /**
   * (R7) `Y` whole packages carry no more than `min(Y · places, D)` of orders of which there are `D`: between the whole
   * numbers around `D / places` the straight line cuts off the rest (residual capacity inequalities: Magnanti, Mirchandani
   * and Vachani, Math. Programming 60, 1993, 233–250). The lots that cut deepest are those with more than `Y`'s fraction in
   * the site (Atamtürk and Rajan, DOI 10.1007/s101070100269).
   */
  #cut(): boolean {
    let found = false;
    for (const { cells, column, places, orders } of this.#sites) {
      if (this.#cuts >= MOST_CUTS) break;
      const opened = this.#lp.value(column);
      const whole = Math.floor(opened + 1e-9);
      const fraction = opened - whole;
      if (fraction < CUT_LEAST || fraction > 1 - CUT_LEAST) continue;
      const inside: number[] = [];
      let total = 0;
      let carried = 0;
      let all = 0;
      for (const j of cells) {
        const flow = this.#lp.value(j);
        all += flow;
        if (flow <= fraction * this.#size[j]!) continue;
        inside.push(j);
        total += this.#size[j]!;
        carried += flow;
      }
      const least = CUT_LEAST * places;
      for (const [set, demand, flow] of [
        [inside, Math.min(total, orders), carried],
        [cells, orders, all],
      ] as const) {
        const rest = demand - whole * places;
        if (set.length === 0 || rest <= 0 || rest >= places) continue;
        if (flow <= whole * places + rest * fraction + least) continue;
        this.#lp.row(whole * (places - rest), Infinity, [...set, column], [...set.map(() => 1), -rest]);
        this.#cuts++;
        found = true;
        break;
      }
    }
    return found;
  }
}

function sitesOf({ contract, classes }: Problem, lots: Lots, relaxed: RelaxedProblem): Site[] {
  const { relaxation, places, packageChannel, packageKey, cellChannel } = relaxed;
  const C = classes.channels;
  const siteOf = new Int32Array(relaxation.room.length).fill(-1);
  const sites: { -readonly [K in keyof Site]: Site[K] }[] = [];
  const cells: number[][] = [];
  packageChannel.forEach((channel, t) => {
    if (contract.channels[channel]!.mode === "single") return;
    const row = places[channel]![packageKey[t]!]!;
    let each = 0;
    for (let e = relaxation.supplyStart[t]!; e < relaxation.supplyStart[t + 1]!; e++)
      if (relaxation.supplyRow[e] === row) each = relaxation.supply[e]!;
    const packages = relaxation.packageMax[t]!;
    const before = sites[siteOf[row]!];
    if (before !== undefined) {
      before.packages += packages;
      before.orders += packages * each;
      return;
    }
    siteOf[row] = sites.length;
    cells.push([]);
    sites.push({
      channel,
      column: relaxation.cost.length + lots.count + sites.length,
      row,
      cost: relaxation.packageCost[t]!,
      places: each,
      packages,
      orders: packages * each,
      cells: cells.at(-1)!,
    });
  });
  for (let lot = 0; lot < lots.count; lot++)
    for (let j = relaxation.cellStart[lot]!; j < relaxation.cellStart[lot + 1]!; j++) {
      const c = cellChannel[j]!;
      const row = places[c]![classes.key[lots.classOf[lot]! * C + c]!]!;
      const site = row < 0 ? -1 : siteOf[row]!;
      if (site >= 0) cells[site]!.push(j);
    }
  return sites;
}
