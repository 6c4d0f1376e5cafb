import { AMOUNT_PRICE_UNIT, type ChannelPrices, type SlotPrices } from "../../model/certificate.js";
import type { Channel } from "../../model/contract.js";
import { CheapestRow } from "./cheapestRow.js";
import type { Patience } from "./patience.js";
import { Unusable } from "./unusable.js";
import { type Row, rowsUpTo, totalsOf, type Waiting } from "./waiting.js";

/** What waiting in a channel's queue costs at the prices of its slots. */
export class QueueWait {
  /** Rows that end by the cut-off. */
  readonly lastRow: number;
  readonly #channel: Channel;
  readonly #waiting: Waiting;
  readonly #slots: ChannelPrices["slots"];
  /** Lightest weight of an order that the channel could take, in millionths. */
  readonly #lightest: number;
  readonly #patience: Patience;
  /** `[pair of weight and due time]` NaN while nobody asked. Where rows have prices of amount: of no amount. */
  readonly #waits: Float64Array;
  /** `[pair]` where rows have prices of amount, as far as somebody asked; null where they have none. */
  readonly #rowsByAmount: (CheapestRow | undefined)[] | null;
  /** `weight last` Rows of pairs that have the same to choose from. */
  readonly #alike = new Map<string, CheapestRow>();
  /** What {@link packagePrice} has worked out for a last row. */
  #priced = { last: Number.NaN, least: new Float64Array(1) };

  constructor(
    channel: Channel,
    waiting: Waiting,
    lightest: number,
    slots: ChannelPrices["slots"],
    patience: Patience,
  ) {
    this.#patience = patience;
    this.#waits = new Float64Array(patience.weight.length).fill(Number.NaN);
    this.#channel = channel;
    this.#waiting = waiting;
    this.#lightest = lightest;
    this.#slots = slots;
    this.lastRow = lastRow(channel);
    this.#rowsByAmount = slots?.prices.some(({ amount = 0 }) => amount > 0) ? [] : null;
    if (slots !== undefined) this.#checkSlots(slots);
  }

  /** Least that waiting costs an order of a profile and amount, whatever row its package is in. */
  ofOrder(profile: number, amount: number): number {
    const pair = this.#patience.ofProfile[profile]!;
    if (this.#rowsByAmount !== null) {
      this.#rowsByAmount[pair] ??= this.#cheapestRow(pair);
      return this.#rowsByAmount[pair].of(amount);
    }
    const known = this.#waits[pair]!;
    if (!Number.isNaN(known)) return known;
    const wait = this.#leastWait(this.#patience.weight[pair]!, this.#patience.due[pair]!, this.lastRow);
    this.#waits[pair] = wait;
    return wait;
  }

  #cheapestRow(pair: number): CheapestRow {
    const weight = this.#patience.weight[pair]!;
    const last = Math.min(this.#lastInTime(this.#patience.due[pair]!, this.lastRow), this.#freeRow());
    const name = `${weight} ${last}`;
    let cheapest = this.#alike.get(name);
    if (cheapest === undefined) {
      cheapest = new CheapestRow(
        this.#rows(last).map(({ row, price, amount }) => ({
          fixed: price + this.#waiting.down(weight, this.#finish(row)),
          amount,
        })),
      );
      this.#alike.set(name, cheapest);
    }
    return cheapest;
  }

  /** The first row after all pieces. */
  #freeRow(): number {
    return (this.#slots?.prices ?? []).reduce((row, { rows }) => row + rows, 1);
  }

  /** Whether no order that asked would wait cheaper, were there rows up to another last one. */
  staysUpTo(last: number): boolean {
    // Where there is time for all rows with prices already, there are no cheaper ones.
    if (this.#rowsByAmount !== null) return this.lastRow >= this.#freeRow();
    const { weight, due } = this.#patience;
    return this.#waits.every(
      (wait, pair) => Number.isNaN(wait) || this.#leastWait(weight[pair]!, due[pair]!, last) === wait,
    );
  }

  #leastWait(weight: number, due: number, last: number): number {
    if (this.#slots?.per === "package") return this.#waiting.down(weight - this.#lightest, this.#finish(1));
    let least = Infinity;
    for (const { row, price } of this.#rows(this.#lastInTime(due, last)))
      least = Math.min(least, price + this.#waiting.down(weight, this.#finish(row)));
    return least;
  }

  /** The last row that an order due then could be in. */
  #lastInTime(due: number, last: number): number {
    const { mode, queue } = this.#channel;
    const each = rowTime(this.#channel);
    const own = mode === "single" ? 0 : queue.perOrder;
    const inTime = each === 0 ? Infinity : Math.floor((due - queue.start - queue.result - own) / each);
    return Math.min(last, Math.max(1, inTime));
  }

  /** What all slots together cost, for a channel of such terms. */
  slotIncome(channel: Channel): bigint {
    const slots = this.#slots;
    if (slots === undefined) return 0n;
    const { price, amount } = totalsOf(slots.prices);
    const lanes = BigInt(channel.queue.lanes);
    // Without a price, packages may hold any number, and any amount.
    const places = price === 0n ? 0n : slots.per === "package" ? 1n : BigInt(placesOf(channel));
    const room = amount === 0n ? 0n : BigInt(channel.package.maxAmount);
    const unit = BigInt(AMOUNT_PRICE_UNIT);
    return lanes * (places * price + (room * amount + unit - 1n) / unit);
  }

  #checkSlots({ prices, per }: NonNullable<ChannelPrices["slots"]>): void {
    const { id, mode, package: packages } = this.#channel;
    for (const { rows, price, step, amount = 0, amountStep = 0 } of prices)
      if (price < (rows - 1) * step || amount < (rows - 1) * amountStep)
        throw new Unusable(`Slots of channel ${id} fall below 0.`);
    if (per === "place" && placesOf(this.#channel) === Infinity && prices.some(({ price }) => price > 0))
      throw new Unusable(`It prices single places of channel ${id}, whose packages hold any number.`);
    if (per === "package" && mode === "single") throw new Unusable(`Channel ${id} has no packages to price.`);
    if (this.#rowsByAmount === null) return;
    if (per === "package")
      throw new Unusable(`It prices both packages and their amount in the queue of channel ${id}.`);
    if (mode === "single" || packages.maxAmount === Infinity)
      throw new Unusable(
        `It prices amount in the queue of channel ${id}, whose packages have no limit of amount.`,
      );
  }

  /** `[orders]` least price of a slot and of waiting there, for a package of so many orders; null where places pay. */
  packagePrice(most: number, last: number): Float64Array | null {
    if (this.#slots?.per !== "package") return null;
    // All keys of a channel ask for the same last row, one after the other.
    const known = this.#priced.last === last ? this.#priced.least : new Float64Array(1);
    if (known.length > most) return known.subarray(0, most + 1);
    const rows = this.#rows(last).map(({ row, price }) => ({
      price,
      slope: this.#waiting.down(this.#lightest, this.#finish(row)),
    }));
    const least = new Float64Array(most + 1);
    least.set(known);
    for (let q = known.length; q <= most; q++) {
      let low = Infinity;
      for (const { price, slope } of rows) low = Math.min(low, price + q * slope);
      least[q] = low;
    }
    this.#priced = { last, least };
    return least;
  }

  #rows(last: number): Row[] {
    const none: SlotPrices[] = [];
    return rowsUpTo(this.#slots?.prices ?? none, last);
  }

  /** Earliest finish in a row. */
  #finish(row: number): bigint {
    const { queue } = this.#channel;
    return BigInt(queue.start) + BigInt(row) * BigInt(rowTime(this.#channel)) + BigInt(queue.result);
  }
}

/** Places of a slot of the queue. */
function placesOf({ mode, package: { maxOrders } }: Channel): number {
  return mode === "single" ? 1 : maxOrders;
}

/** How long a row of the queue takes at least: one package, or one order, on each lane. */
export function rowTime({ mode, queue }: Channel): number {
  return mode === "single" ? queue.perOrder : queue.perPackage;
}

/** The last row that can end by the cut-off. */
export function lastRow({ mode, queue, package: { minOrders } }: Channel): number {
  const hold = mode === "single" ? queue.perOrder : queue.perPackage + queue.perOrder * minOrders;
  if (queue.cutOff === Infinity || hold === 0) return Infinity;
  return Math.floor((queue.cutOff - queue.start) / hold);
}
