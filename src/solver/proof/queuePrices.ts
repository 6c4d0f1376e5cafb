import type { Channel } from "../../model/contract.js";
import { ceilDivide, clip, HOUR_AT_ONE } from "./exact.js";
import type { ChannelSlots } from "./prices.js";

/** What waiting on a channel costs at the prices of its slots, in whole price units. */
export class QueuePrices {
  /** Last row that ends by the cut-off. */
  readonly lastRow: number;
  readonly #channel: Channel;
  readonly #rate: bigint;
  readonly #lightest: number;
  readonly #slots: ChannelSlots | null;
  readonly #waits = new Map<number, Map<number, number>>();
  /** Price and waiting of each row that can be the cheapest for a package; made when first asked for. */
  #slopes: { readonly price: number; readonly slope: number }[] | undefined;
  /** `[orders]` as {@link ofPackage} has worked it out so far. */
  #least: Float64Array = new Float64Array(1);

  /**
   * @param rate delay cost of an order of weight 1 for an hour, in price units
   * @param lightest weight of an order that the channel could take
   */
  constructor(channel: Channel, rate: bigint, lightest: number, slots: ChannelSlots | null) {
    this.#channel = channel;
    this.#rate = rate;
    this.#lightest = lightest;
    this.#slots = slots;
    this.lastRow = lastRow(channel);
  }

  /** What an order pays for the waiting it causes others, where so many orders are before or beside it. */
  caused(orders: number): number {
    const { mode, queue } = this.#channel;
    if (mode === "single") return 0;
    return clip(
      (this.#rate * BigInt(this.#lightest) * BigInt(queue.perOrder) * BigInt(orders)) / HOUR_AT_ONE,
    );
  }

  /** What of that is paid too much, where there are as many orders: the square's tangent at that place. */
  tangent(orders: number): bigint {
    const twice =
      this.#rate * BigInt(this.#lightest) * BigInt(this.#channel.queue.perOrder) * BigInt(orders) ** 2n;
    return ceilDivide(twice, 2n * HOUR_AT_ONE);
  }

  /** Least that an order of some weight and due time pays for a slot and for waiting there. */
  ofOrder(weight: number, due: number): number {
    let byDue = this.#waits.get(weight);
    if (byDue === undefined) {
      byDue = new Map();
      this.#waits.set(weight, byDue);
    }
    let wait = byDue.get(due);
    if (wait === undefined) {
      wait = this.#leastWait(weight, due);
      byDue.set(due, wait);
    }
    return wait;
  }

  #leastWait(weight: number, due: number): number {
    if (this.#slots?.per === "package") return this.#waiting(weight - this.#lightest, 1);
    const { queue, mode } = this.#channel;
    const each = rowTime(this.#channel);
    const alone = mode === "single" ? 0 : queue.perOrder;
    const inTime = each === 0 ? Infinity : Math.floor((due - queue.start - queue.result - alone) / each);
    let least = Infinity;
    for (const [row, price] of this.#rows(Math.min(this.lastRow, Math.max(1, inTime))))
      least = Math.min(least, price + this.#waiting(weight, row));
    return least;
  }

  /** Waiting until a row's earliest finish, rounded down. */
  #waiting(weight: number, row: number): number {
    const { queue } = this.#channel;
    const finish = queue.start + row * rowTime(this.#channel) + queue.result;
    return clip((this.#rate * BigInt(weight) * BigInt(finish)) / HOUR_AT_ONE);
  }

  /** Rows that can be the cheapest, with their prices: the ends of each piece, and the first row after all. */
  #rows(last: number): [number, number][] {
    const rows: [number, number][] = [];
    let row = 1;
    for (const piece of this.#slots?.prices ?? []) {
      if (row > last) return rows;
      rows.push([row, piece.price]);
      const end = Math.min(last, row + piece.rows - 1);
      if (end > row) rows.push([end, piece.price - (end - row) * piece.step]);
      row += piece.rows;
    }
    if (row <= last) rows.push([row, 0]);
    return rows;
  }

  /** What all slots together cost. */
  income(): bigint {
    if (this.#slots === null) return 0n;
    const { queue, mode, package: terms } = this.#channel;
    let sum = 0n;
    for (const { rows, price, step } of this.#slots.prices)
      sum += BigInt(rows) * BigInt(price) - (BigInt(step) * BigInt(rows) * BigInt(rows - 1)) / 2n;
    const places = this.#slots.per === "package" || mode === "single" ? 1 : terms.maxOrders;
    return BigInt(queue.lanes) * BigInt(places) * sum;
  }

  /** `[orders]` least that a package of so many pays for slot and waiting; null where places pay. */
  ofPackage(most: number): Float64Array | null {
    if (this.#slots?.per !== "package") return null;
    // Every key asks the same: what is known already is not worked out again.
    const known = this.#least.length;
    if (known <= most) {
      this.#slopes ??= this.#rows(this.lastRow).map(([row, price]) => ({
        price,
        slope: this.#waiting(this.#lightest, row),
      }));
      const least = new Float64Array(most + 1);
      least.set(this.#least);
      for (let q = known; q <= most; q++) {
        let low = Infinity;
        for (const { price, slope } of this.#slopes) low = Math.min(low, price + q * slope);
        least[q] = low;
      }
      this.#least = least;
    }
    return this.#least.subarray(0, most + 1);
  }
}

function rowTime({ mode, queue }: Channel): number {
  return mode === "single" ? queue.perOrder : queue.perPackage;
}

function lastRow({ mode, queue, package: { minOrders } }: Channel): number {
  const hold = mode === "single" ? queue.perOrder : queue.perPackage + queue.perOrder * minOrders;
  return queue.cutOff === Infinity || hold === 0 ? Infinity : Math.floor((queue.cutOff - queue.start) / hold);
}
