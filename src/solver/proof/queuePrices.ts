import { AMOUNT_PRICE_UNIT } from "../../model/certificate.js";
import type { Channel } from "../../model/contract.js";
import { ceilDivide, clip, HOUR_AT_ONE } from "./exact.js";
import type { ChannelSlots } from "./prices.js";
import { WaitByAmount } from "./waitByAmount.js";

/** What waiting on a channel costs at the prices of its slots, in whole price units. */
export class QueuePrices {
  /** Last row that ends by the cut-off. */
  readonly lastRow: number;
  readonly #channel: Channel;
  readonly #rate: bigint;
  readonly #lightest: number;
  readonly #slots: ChannelSlots | null;
  /** Whether an order pays for a slot by its amount too. */
  readonly asksForAmount: boolean;
  readonly #waits = new Map<number, Map<number, number>>();
  /** `[weight][last row]` */
  readonly #byAmount = new Map<number, Map<number, WaitByAmount | null>>();
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
    this.asksForAmount = slots?.prices.some(({ amount = 0 }) => amount > 0) ?? false;
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

  /** As {@link ofOrder} for every amount, where slots ask for it and there is a row in time; else null. */
  byAmount(weight: number, due: number): WaitByAmount | null {
    if (!this.asksForAmount) return null;
    let byLast = this.#byAmount.get(weight);
    if (byLast === undefined) {
      byLast = new Map();
      this.#byAmount.set(weight, byLast);
    }
    const last = this.#lastFor(due);
    let wait = byLast.get(last);
    if (wait === undefined) {
      const rows = this.#rows(last).map(({ row, price, amount }) => ({
        fixed: price + this.#waiting(weight, row),
        amount,
      }));
      wait = rows.length === 0 ? null : new WaitByAmount(rows);
      byLast.set(last, wait);
    }
    return wait;
  }

  #leastWait(weight: number, due: number): number {
    if (this.#slots?.per === "package") return this.#waiting(weight - this.#lightest, 1);
    let least = Infinity;
    for (const { row, price } of this.#rows(this.#lastFor(due)))
      least = Math.min(least, price + this.#waiting(weight, row));
    return least;
  }

  /** The last row for an order due then. */
  #lastFor(due: number): number {
    const { queue, mode } = this.#channel;
    const each = rowTime(this.#channel);
    const alone = mode === "single" ? 0 : queue.perOrder;
    const inTime = each === 0 ? Infinity : Math.floor((due - queue.start - queue.result - alone) / each);
    return Math.min(this.lastRow, Math.max(1, inTime));
  }

  /** Waiting until a row's earliest finish, rounded down. */
  #waiting(weight: number, row: number): number {
    const { queue } = this.#channel;
    const finish = BigInt(queue.start) + BigInt(row) * BigInt(rowTime(this.#channel)) + BigInt(queue.result);
    return clip((this.#rate * BigInt(weight) * finish) / HOUR_AT_ONE);
  }

  /** Rows that can be the cheapest, with their prices: the ends of each piece, and the first row after all. */
  #rows(last: number): { readonly row: number; readonly price: number; readonly amount: number }[] {
    const rows = [];
    let row = 1;
    for (const piece of this.#slots?.prices ?? []) {
      if (row > last) return rows;
      const { price, step, amount = 0, amountStep = 0 } = piece;
      rows.push({ row, price, amount });
      const end = Math.min(last, row + piece.rows - 1);
      if (end > row)
        rows.push({
          row: end,
          price: price - (end - row) * step,
          amount: amount - (end - row) * amountStep,
        });
      row += piece.rows;
    }
    if (row <= last) rows.push({ row, price: 0, amount: 0 });
    return rows;
  }

  /** What all slots together cost. */
  income(): bigint {
    if (this.#slots === null) return 0n;
    const { queue, mode, package: terms } = this.#channel;
    const all = (rows: number, first: number, step: number) =>
      BigInt(rows) * BigInt(first) - (BigInt(step) * BigInt(rows) * BigInt(rows - 1)) / 2n;
    let ofPlaces = 0n;
    let ofAmount = 0n;
    for (const { rows, price, step, amount = 0, amountStep = 0 } of this.#slots.prices) {
      ofPlaces += all(rows, price, step);
      ofAmount += all(rows, amount, amountStep);
    }
    if (ofPlaces > 0n && !(this.#slots.per === "package" || mode === "single"))
      ofPlaces *= BigInt(terms.maxOrders);
    if (ofAmount > 0n) ofPlaces += ceilDivide(BigInt(terms.maxAmount) * ofAmount, BigInt(AMOUNT_PRICE_UNIT));
    return BigInt(queue.lanes) * ofPlaces;
  }

  /** `[orders]` least that a package of so many pays for slot and waiting; null where places pay. */
  ofPackage(most: number): Float64Array | null {
    if (this.#slots?.per !== "package") return null;
    // Every key asks the same: what is known already is not worked out again.
    const known = this.#least.length;
    if (known <= most) {
      this.#slopes ??= this.#rows(this.lastRow).map(({ row, price }) => ({
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
