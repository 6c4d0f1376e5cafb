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
  readonly #model: PackingModel;
  readonly #sideRow: number;

  constructor(model: PackingModel, rest: Rest, pool: ColumnPool) {
    this.#model = model;
    this.unit = Math.max(1, ...model.channels.map(({ fee }) => fee));
    const rows: SimplexRow[] = [];
    this.#rowOf = new Int32Array(model.lots.count).fill(-1);
    for (let lot = 0; lot < model.lots.count; lot++) {
      if (rest.demand[lot] === 0) continue;
      this.#rowOf[lot] = rows.length;
      rows.push({ sense: "atLeast", rhs: rest.demand[lot]!, price: model.penalty[lot]! / this.unit });
    }
    this.#sideRow = rows.length;
    model.sides.forEach(({ sense }, side) => {
      rows.push({ sense, rhs: rest.room[side]!, price: MISSING_PACKAGE });
    });
    this.#simplex = new Simplex(rows);
    for (const column of pool.columns) if (timesLeft(model, rest, column) > 0) this.add(column);
  }

  add(column: Column): void {
    const rows: number[] = [];
    const values: number[] = [];
    for (let i = 0; i < column.lots.length; i++) {
      rows.push(this.#rowOf[column.lots[i]!]!);
      values.push(column.copies[i]!);
    }
    for (let i = 0; i < column.sides.length; i++) {
      rows.push(this.#sideRow + column.sides[i]!);
      values.push(column.taken[i]!);
    }
    this.#columns.set(this.#simplex.add(column.cost / this.unit, rows, values), column);
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
    return this.#simplex.duals[this.#sideRow + side]! * this.unit;
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

  get model(): PackingModel {
    return this.#model;
  }
}
