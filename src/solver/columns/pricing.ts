import { type Column, columnOf } from "./column.js";
import { ContentFinder } from "./contentFinder.js";
import { emptyGoods, type Goods } from "./goods.js";
import { AMOUNT_UNIT, type ModelChannel, type PackingModel } from "./model.js";
import type { Rest } from "./rest.js";

/** Prices of rows, in cost units. */
export interface Duals {
  /** `[lot]` */
  readonly lot: Float64Array;
  /** `[side]` below 0 where it is a limit. */
  readonly side: Float64Array;
}

export interface Priced {
  readonly columns: Column[];
  /** What duals may be multiplied by so that no column found here gains any more; 1 where none does. */
  safe: number;
}

export interface PricingOptions {
  /** In cost units that a column must bring at least. */
  readonly gain: number;
  /** False where it may miss columns rather than take long. */
  readonly exact: boolean;
}

interface PackageQuestion extends PricingOptions {
  readonly channel: ModelChannel;
  readonly key: number;
  readonly duals: Duals;
  readonly demand: Int32Array;
}

/** Further packages of a channel and key that share nothing with those before, at each pricing. */
const DISJOINT = 30;
/** The same where each of them takes a while. */
const FEW_DISJOINT = 3;

/** Looks for columns that cost less than their rows are worth: an exact knapsack for each channel and key. */
export class Pricing {
  readonly #model: PackingModel;
  readonly #finders: readonly (ContentFinder | null)[];
  readonly #goods: Goods;
  readonly #left: Int32Array;

  constructor(model: PackingModel) {
    this.#model = model;
    const { lots } = model;
    const orders = lots.size.reduce((sum, size) => sum + size, 0);
    this.#finders = model.channels.map((channel) =>
      channel.single ? null : new ContentFinder(channel.room, channel.maxOrders, lots.count, orders),
    );
    this.#goods = emptyGoods(lots.count);
    this.#left = new Int32Array(lots.count);
  }

  /**
   * Columns whose reduced cost is below `-gain`, the best of each channel and key first. Exact pricing finds one wherever
   * there is one.
   *
   * @param rest a package holds no more than is left, and a channel without room for packages none
   */
  price(duals: Duals, { demand, room }: Rest, { gain, exact }: PricingOptions): Priced {
    const priced = { columns: [], safe: 1 };
    const { channels, sides } = this.#model;
    for (const channel of channels) {
      if (channel.packageSides.some((side) => sides[side]!.sense === "atMost" && room[side]! < 1)) continue;
      if (channel.single) this.#singles(channel, duals, demand, gain, priced);
      else
        for (let key = 0; key < channel.keys; key++)
          this.#packages({ channel, key, duals, demand, gain, exact }, priced);
    }
    return priced;
  }

  /** What a side's package price adds to the fee. */
  #fixed(channel: ModelChannel, duals: Duals): number {
    let fixed = channel.fee;
    for (const side of channel.packageSides) fixed -= duals.side[side]!;
    return fixed;
  }

  /** What an order of a lot brings in on a channel. */
  #margin(channel: ModelChannel, lot: number, duals: Duals): number {
    const { problem, expense, lots } = this.#model;
    const C = problem.classes.channels;
    let margin = duals.lot[lot]! - expense[lot * C + channel.index]!;
    if (margin <= 0) return 0;
    const rule = problem.classes.rule[lots.classOf[lot]! * C + channel.index]!;
    for (const side of channel.orderSides[rule]!) margin += duals.side[side]!;
    for (const side of channel.amountSides[rule]!)
      margin += (duals.side[side]! * lots.amount[lot]!) / AMOUNT_UNIT;
    return margin;
  }

  #singles(channel: ModelChannel, duals: Duals, demand: Int32Array, gain: number, priced: Priced): void {
    const fixed = this.#fixed(channel, duals);
    for (let lot = 0; lot < demand.length; lot++) {
      if (demand[lot] === 0) continue;
      const gained = this.#margin(channel, lot, duals) - fixed;
      if (gained <= gain) continue;
      const column = columnOf(this.#model, channel.index, [lot], [1]);
      priced.columns.push(column);
      priced.safe = Math.min(priced.safe, column.cost / (column.cost + gained));
    }
  }

  #packages({ channel, key, duals, demand, gain, exact }: PackageQuestion, priced: Priced): void {
    const finder = this.#finders[channel.index]!;
    const fixed = this.#fixed(channel, duals);
    this.#left.set(demand);
    for (let round = 0; ; round++) {
      const goods = this.#goodsOf(channel, key, duals);
      if (goods.count === 0 || round > (finder.isSlow(goods) ? FEW_DISJOINT : DISJOINT)) return;
      // Further packages are a bonus: not worth long looks.
      const earned = finder.find(goods, fixed + gain, exact && round === 0);
      if (earned <= fixed + gain) return;
      if (round === 0) priced.safe = Math.min(priced.safe, channel.fee / (channel.fee + earned - fixed));
      const lots: number[] = [];
      const copies: number[] = [];
      for (let i = 0; i < goods.count; i++) {
        const taken = finder.chosen[i]!;
        if (taken === 0) continue;
        lots.push(goods.lot[i]!);
        copies.push(taken);
        this.#left[goods.lot[i]!] = 0;
      }
      priced.columns.push(columnOf(this.#model, channel.index, lots, copies));
    }
  }

  /** What is left and brings in something on a channel. */
  #goodsOf(channel: ModelChannel, key: number, duals: Duals): Goods {
    const { problem, steps, lots } = this.#model;
    const C = problem.classes.channels;
    const goods = this.#goods;
    goods.count = 0;
    for (let lot = 0; lot < lots.count; lot++) {
      if (this.#left[lot] === 0) continue;
      const cell = lots.classOf[lot]! * C + channel.index;
      if (problem.classes.charge[cell]! < 0 || problem.classes.key[cell] !== key) continue;
      const margin = this.#margin(channel, lot, duals);
      if (margin <= 0) continue;
      const i = goods.count++;
      goods.lot[i] = lot;
      goods.margin[i] = margin;
      goods.size[i] = steps[lot * C + channel.index]!;
      goods.copies[i] = this.#left[lot]!;
    }
    return goods;
  }
}
