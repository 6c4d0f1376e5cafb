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
  down(weight: number, time: bigint): number {
    return clip((this.#rate * BigInt(weight) * time) / this.#whole);
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
export const BEYOND = 2 ** 52;

function clip(value: bigint): number {
  return value > BigInt(BEYOND) ? BEYOND : Number(value);
}

/** A row at which some order or package may wait cheapest, and what its slot costs. */
export interface Row {
  /** From 1. */
  readonly row: number;
  readonly price: number;
  /** For `AMOUNT_PRICE_UNIT` minor units. */
  readonly amount: number;
}

/**
 * The rows among which the cheapest is to be found, up to a last one: between the ends of a piece, prices and waiting
 * are linear. Rows after all pieces cost nothing; the first of them waits least.
 */
export function rowsUpTo(slots: readonly SlotPrices[], last: number): Row[] {
  const rows: Row[] = [];
  let next = 1;
  for (const { rows: length, price, step, amount = 0, amountStep = 0 } of slots) {
    if (next > last) return rows;
    rows.push({ row: next, price, amount });
    const end = Math.min(last, next + length - 1);
    const later = end - next;
    if (later > 0) rows.push({ row: end, price: price - later * step, amount: amount - later * amountStep });
    next += length;
  }
  if (next <= last) rows.push({ row: next, price: 0, amount: 0 });
  return rows;
}

/** Sums of the prices of all rows: for a place or package, and for `AMOUNT_PRICE_UNIT` minor units. */
export function totalsOf(slots: readonly SlotPrices[]): { readonly price: bigint; readonly amount: bigint } {
  let total = 0n;
  let ofAmount = 0n;
  for (const { rows, price, step, amount = 0, amountStep = 0 } of slots) {
    total += sum(rows, price, step);
    ofAmount += sum(rows, amount, amountStep);
  }
  return { price: total, amount: ofAmount };
}

/** Of so many numbers, each so much less than the one before. */
function sum(count: number, first: number, step: number): bigint {
  const n = BigInt(count);
  return n * BigInt(first) - (BigInt(step) * n * (n - 1n)) / 2n;
}
