import type { SlotPrices } from "../../model/certificate.js";
import { MICROS_PER_HOUR } from "../../model/time.js";

const WEIGHT_ONE = 1_000_000n;

/** What waiting costs, in whole price units rounded down or up, from exact integers. */
export class Waiting {
  readonly #rate: bigint;
  readonly #whole = WEIGHT_ONE * BigInt(MICROS_PER_HOUR);

  /** @param rate delay cost of one order of weight 1 for an hour, in price units */
  constructor(rate: bigint) {
    this.#rate = rate;
  }

  /** ⌊rate · weight · time⌋ of a weight in millionths and a time in microseconds. */
  down(weight: number, time: number): number {
    return clip((this.#rate * BigInt(weight) * BigInt(time)) / this.#whole);
  }

  /** ⌊rate · weight · each · orders⌋ */
  caused(weight: number, each: number, orders: number): number {
    return clip((this.#rate * BigInt(weight) * BigInt(each) * BigInt(orders)) / this.#whole);
  }

  /** ⌈rate · weight · each · orders² / 2⌉ */
  tangent(weight: number, each: number, orders: number): bigint {
    const twice = this.#rate * BigInt(weight) * BigInt(each) * BigInt(orders) * BigInt(orders);
    const whole = 2n * this.#whole;
    return (twice + whole - 1n) / whole;
  }
}

/** Beyond all worth: enough to say that nobody buys. */
const BEYOND = 2 ** 52;

function clip(value: bigint): number {
  return value > BigInt(BEYOND) ? BEYOND : Number(value);
}

/** A row at which some order or package may wait cheapest, and what its slot costs. */
export interface Row {
  /** From 1. */
  readonly row: number;
  readonly price: number;
}

/**
 * The rows among which the cheapest is to be found, up to a last one: between the ends of a piece, price and waiting
 * are linear. Rows after all pieces cost nothing; the first of them waits least.
 */
export function rowsUpTo(slots: readonly SlotPrices[], last: number): Row[] {
  const rows: Row[] = [];
  let next = 1;
  for (const piece of slots) {
    if (next > last) return rows;
    rows.push({ row: next, price: piece.price });
    const end = Math.min(last, next + piece.rows - 1);
    if (end > next) rows.push({ row: end, price: piece.price - (end - next) * piece.step });
    next += piece.rows;
  }
  if (next <= last) rows.push({ row: next, price: 0 });
  return rows;
}

/** Sum of the prices of all rows. */
export function totalOf(slots: readonly SlotPrices[]): bigint {
  let total = 0n;
  for (const { rows, price, step } of slots) {
    const n = BigInt(rows);
    total += n * BigInt(price) - (BigInt(step) * n * (n - 1n)) / 2n;
  }
  return total;
}
