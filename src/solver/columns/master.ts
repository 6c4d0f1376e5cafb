import type { Column, ColumnPool } from "./column.js";
import type { PackingModel } from "./model.js";
import { type Rest, timesLeft } from "./rest.js";
import { Simplex, type SimplexRow } from "./simplex.js";

/** What a package too few costs, in {@link Master.unit}s: more than any plan gains by it. */
const MISSING_PACKAGE = 1e4;

/** The linear program over columns for what is left to pack. */
export class Master {
  /** Cost units in a unit of the program: keeps its numbers near 1. */
  readonly unit: number;
  /** `[lot]` row, or -1 where nothing of it is left. */
  readonly #rowOf: Int32Array;
  readonly #simplex: Simplex;
  readonly #columns = new Map<number, Column>();
  readonly #has = new Set<Column>();
  /** `[side]` row, or -1 where it asks for nothing. */
  readonly #sideRow: Int32Array;

  constructor(model: PackingModel, rest: Rest, pool: ColumnPool) {
    this.unit = Math.max(1, ...model.channels.map(({ fee }) => fee));
    const rows: SimplexRow[] = [];
    this.#rowOf = new Int32Array(model.lots.count).fill(-1);
    for (let lot = 0; lot < model.lots.count; lot++) {
      if (rest.demand[lot] === 0) continue;
      this.#rowOf[lot] = rows.length;
      rows.push({ sense: "atLeast", rhs: rest.demand[lot]!, price: model.penalty[lot]! / this.unit });
    }
    this.#sideRow = Int32Array.from(model.sides, ({ sense }, side) => {
      const room = rest.room[side]!;
      if (room === (sense === "atMost" ? Infinity : 0)) return -1;
      return rows.push({ sense, rhs: room, price: MISSING_PACKAGE }) - 1;
    });
    this.#simplex = new Simplex(rows);
    for (const column of pool.columns) if (timesLeft(model, rest, column) > 0) this.add(column);
  }

  /** @returns its reduced cost in cost units; 0 where it is here already */
  add(column: Column): number {
    if (this.#has.has(column)) return 0;
    this.#has.add(column);
    const rows: number[] = [];
    const values: number[] = [];
    for (let i = 0; i < column.lots.length; i++) {
      rows.push(this.#rowOf[column.lots[i]!]!);
      values.push(column.copies[i]!);
    }
    for (let i = 0; i < column.sides.length; i++) {
      const row = this.#sideRow[column.sides[i]!]!;
      if (row < 0) continue;
      rows.push(row);
      values.push(column.taken[i]!);
    }
    const j = this.#simplex.add(column.cost / this.unit, rows, values);
    this.#columns.set(j, column);
    return this.#simplex.reducedCost(j) * this.unit;
  }

  optimize(shouldStop: () => boolean): boolean {
    return this.#simplex.optimize(shouldStop);
  }

  /** In cost units. */
  get objective(): number {
    return this.#simplex.objective * this.unit;
  }

  /** In cost units: what one more order of a lot costs. */
  lotDual(lot: number): number {
    const row = this.#rowOf[lot]!;
    return row < 0 ? 0 : this.#simplex.duals[row]! * this.unit;
  }

  /** In cost units: what a unit of a side is worth, below 0 where it is a limit. */
  sideDual(side: number): number {
    const row = this.#sideRow[side]!;
    return row < 0 ? 0 : this.#simplex.duals[row]! * this.unit;
  }

  /** Columns in the solution, and how often. */
  solution(): { readonly column: Column; readonly times: number }[] {
    const found: { column: Column; times: number }[] = [];
    for (const [j, times] of this.#simplex.solution()) {
      const column = this.#columns.get(j);
      if (column !== undefined) found.push({ column, times });
    }
    return found;
  }
}
