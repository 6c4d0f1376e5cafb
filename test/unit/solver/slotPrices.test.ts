import { describe, expect, it } from "vitest";
import type { Channel } from "../../../src/model/contract.js";
import {
  type QueuedOrders,
  slotAt,
  slotEnds,
  slotPrices,
} from "../../../src/solver/relaxation/slotPrices.js";
import { contractOf } from "../../support/instance.js";

/** A batch channel of one lane whose packages take a second each. */
function channel(terms: { maxOrders?: number; maxAmount?: string }): Channel {
  return contractOf({
    currency: "CNY",
    planAt: "2026-11-22T22:00:00Z",
    channels: [
      {
        id: "b",
        mode: "batch",
        coverage: [{ banks: "*" }],
        fee: { flat: "0.10" },
        package: terms,
        queue: { secondsPerPackage: 1 },
      },
    ],
  }).channels[0]!;
}

/** A cost unit for an order of weight 1 and each second. */
const RATE = 1 / (1_000_000 * 1_000_000);
const SECOND = 1_000_000;
const orders = (count: number, amount: number, weight = 1): QueuedOrders => ({
  orders: count,
  amount,
  weight: weight * 1_000_000,
});

/** What an order pays in each row: its slot and the wait until the row's end. */
function costs(pieces: ReturnType<typeof slotPrices>, rows: number, { amount, weight }: QueuedOrders) {
  return Array.from({ length: rows }, (_, i) => {
    const slot = slotAt(pieces, i + 1);
    return slot.price + slot.amount * amount + RATE * weight * (i + 1) * SECOND;
  });
}

const cheapest = (list: readonly number[]) =>
  list.flatMap((cost, i) => (cost <= Math.min(...list) + 1e-9 ? [i + 1] : []));

describe("prices of the rows of a queue", () => {
  it("are for places where places fill first, a wait more for each row sooner", () => {
    const pieces = slotPrices(channel({ maxOrders: 10, maxAmount: "100.00" }), 4, [orders(50, 100)], RATE);
    expect(pieces).toEqual([{ rows: 4, price: 4, step: 1, amount: 0, amountStep: 0 }]);
  });

  it("never ask for amount where packages hold any, however many packages there are", () => {
    const pieces = slotPrices(channel({ maxOrders: 10 }), 4, [orders(15, 100)], RATE);
    expect(pieces).toEqual([{ rows: 4, price: 4, step: 1, amount: 0, amountStep: 0 }]);
  });

  it("are for amount where amount fills first", () => {
    // 100 orders of 1.00 to packages of 10.00: ten rows, and a wait is what 100 minor units cost from row to row.
    const pieces = slotPrices(channel({ maxOrders: 50, maxAmount: "10.00" }), 9, [orders(100, 100)], RATE);
    expect(pieces).toHaveLength(1);
    expect(pieces[0]!.price).toBe(0);
    expect(pieces[0]!.amount).toBeCloseTo(0.09, 12);
    expect(pieces[0]!.amountStep).toBeCloseTo(0.01, 12);
  });

  it("let orders of small amounts go first", () => {
    // Two packages of 1.00 each and two of 5.00 each, to packages of 10.00.
    const small = orders(20, 100);
    const large = orders(4, 500);
    const pieces = slotPrices(channel({ maxAmount: "10.00" }), 3, [small, large], RATE);
    expect(cheapest(costs(pieces, 4, small))).toEqual([1, 2]);
    expect(cheapest(costs(pieces, 4, large))).toEqual([2, 3, 4]);
  });

  it("are for places up to where amount begins to fill first", () => {
    // Four rows of ten places: 20 of 0.50 and 20 of 1.50 fill both exactly. Then five of 4.00, two to a package.
    const terms = channel({ maxOrders: 10, maxAmount: "10.00" });
    const [small, middle, large] = [orders(20, 50), orders(20, 150), orders(5, 400)];
    const pieces = slotPrices(terms, 5, [small, middle, large], RATE);
    expect(pieces[0]).toMatchObject({ rows: 3, price: 3, step: 1, amountStep: 0 });
    expect(cheapest(costs(pieces, 6, small))).toEqual([1, 2, 3, 4]);
    expect(cheapest(costs(pieces, 6, middle))).toEqual([1, 2, 3, 4]);
    // To whom rows of places are all the same, as to everybody.
    expect(cheapest(costs(pieces, 6, large))).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("count how much an order minds waiting", () => {
    // The heavier orders come first though they are larger.
    const [heavy, light] = [orders(10, 200, 4), orders(20, 100)];
    const pieces = slotPrices(channel({ maxAmount: "10.00" }), 3, [heavy, light], RATE);
    expect(cheapest(costs(pieces, 4, heavy))).toEqual([1, 2]);
    expect(cheapest(costs(pieces, 4, light))).toEqual([2, 3, 4]);
  });

  it("follow a long curve in few pieces that never stray far, and end on it", () => {
    const queue = Array.from({ length: 500 }, (_, i) => orders(10, 100 + i * i));
    const total = queue.reduce((sum, { orders: count, amount }) => sum + count * amount, 0);
    const rows = Math.floor(total / 100_000);
    const pieces = slotPrices(channel({ maxAmount: "1000.00" }), rows, queue, RATE);
    expect(pieces.length).toBeLessThanOrEqual(12);
    expect(pieces.reduce((sum, piece) => sum + piece.rows, 0)).toBe(rows);
    let before = 0;
    let price = 0;
    const exact: number[] = [];
    // Backwards from the last row, by the order that is at the border between a row and the next.
    for (let row = rows; row >= 1; row--) {
      let i = 0;
      for (before = 0; i < queue.length - 1; i++) {
        const amount = queue[i]!.orders * queue[i]!.amount;
        if (before + amount >= row * 100_000) break;
        before += amount;
      }
      price += 1 / queue[i]!.amount;
      exact[row] = price;
    }
    for (let row = 1; row <= rows; row++)
      expect(Math.abs(slotAt(pieces, row).amount - exact[row]!)).toBeLessThan(0.01 * exact[1]!);
    for (const { row, amount } of slotEnds(pieces).slice(0, -1)) expect(amount).toBeCloseTo(exact[row]!, 6);
  });
});
