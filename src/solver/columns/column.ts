import { AMOUNT_UNIT, type PackingModel } from "./model.js";

/** What one package, or one place on a single channel, holds. */
export interface Column {
  readonly channel: number;
  readonly lots: Int32Array;
  /** Orders of each lot. */
  readonly copies: Int32Array;
  /** In cost units. */
  readonly cost: number;
  /** What it takes of sides. */
  readonly sides: Int32Array;
  readonly taken: Float64Array;
  /** Keeps all limits of a package; rounded steps of amount may let in too much. */
  readonly fits: boolean;
}

export function columnOf(
  model: PackingModel,
  channel: number,
  lots: readonly number[],
  copies: readonly number[],
): Column {
  const terms = model.channels[channel]!;
  const { classes } = model.problem;
  const C = classes.channels;
  const taken = new Map<number, number>();
  const take = (sides: readonly number[], much: number) => {
    for (const side of sides) taken.set(side, (taken.get(side) ?? 0) + much);
  };
  take(terms.packageSides, 1);
  let cost = terms.fee;
  let orders = 0;
  let amount = 0;
  lots.forEach((lot, i) => {
    const count = copies[i]!;
    orders += count;
    amount += count * model.lots.amount[lot]!;
    const rule = classes.rule[model.lots.classOf[lot]! * C + channel]!;
    cost += count * model.expense[lot * C + channel]!;
    take(terms.orderSides[rule]!, count);
    take(terms.amountSides[rule]!, (count * model.lots.amount[lot]!) / AMOUNT_UNIT);
  });
  return {
    channel,
    lots: Int32Array.from(lots),
    copies: Int32Array.from(copies),
    cost,
    sides: Int32Array.from(taken.keys()),
    taken: Float64Array.from(taken.values()),
    fits: orders >= terms.minOrders && orders <= terms.maxOrders && amount <= terms.maxAmount,
  };
}

/** All columns that were ever found, each once. */
export class ColumnPool {
  readonly #byName = new Map<string, Column>();

  get columns(): Iterable<Column> {
    return this.#byName.values();
  }

  /** The column as it is kept here: the one that was there before, where there was one. */
  keep(column: Column): Column {
    const name = `${column.channel}|${column.lots.join()}|${column.copies.join()}`;
    const kept = this.#byName.get(name);
    if (kept !== undefined) return kept;
    this.#byName.set(name, column);
    return column;
  }
}
