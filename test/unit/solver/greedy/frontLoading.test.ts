import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evenlyMixed, frontLoaded, type Room } from "../../../../src/solver/greedy/frontLoading.js";

const anyNumber = { minOrders: 1, maxOrders: Infinity };

function freightOf(amounts: readonly number[], weights: readonly number[] = amounts.map(() => 1)) {
  return { amount: Float64Array.from(amounts), weight: Float64Array.from(weights) };
}

/** `[package]` amounts inside, ascending; null where there is no such packing. */
function contents(amounts: readonly number[], packageOf: Int32Array | null): number[][] | null {
  if (packageOf === null) return null;
  const inside: number[][] = Array.from({ length: Math.max(...packageOf) + 1 }, () => []);
  amounts.forEach((amount, i) => {
    inside[packageOf[i]!]!.push(amount);
  });
  return inside.map((each) => each.sort((a, b) => a - b));
}

const load = (amounts: readonly number[], room: Room, count: number) =>
  contents(amounts, frontLoaded(freightOf(amounts), room, count, 0));

describe("packages of which the first hold most", () => {
  it("take orders of ascending amount", () => {
    expect(load([2, 1, 1, 4, 2, 1, 1], { ...anyNumber, maxAmount: 4 }, 3)).toEqual([
      [1, 1, 1, 1],
      [2, 2],
      [4],
    ]);
  });

  it("mix small and large as long as they are full of orders, and take all of the amount", () => {
    // The six smallest come to 24, just two packages of three orders and 12. In ascending order there would be four.
    const loaded = load([1, 12, 2, 7, 3, 6, 5], { minOrders: 1, maxOrders: 3, maxAmount: 12 }, 3)!;
    expect(loaded.map((inside) => inside.length)).toEqual([3, 3, 1]);
    expect(loaded.map((inside) => inside.reduce((a, b) => a + b))).toEqual([12, 12, 12]);
  });

  it("leave to the last one only what the others have no places for", () => {
    expect(load([1, 1, 5, 1, 1], { minOrders: 1, maxOrders: 2, maxAmount: 6 }, 3)).toEqual([
      [1, 1],
      [1, 1],
      [5],
    ]);
  });

  it("fill gaps that the largest leave with smaller ones where all room is needed", () => {
    expect(load([6, 3, 4, 7], { ...anyNumber, maxAmount: 10 }, 2)).toEqual([
      [4, 6],
      [3, 7],
    ]);
  });

  it("leave room free in each where they are told to", () => {
    const amounts = Array.from({ length: 200 }, (_, i) => 100 + i);
    const loaded = contents(
      amounts,
      frontLoaded(freightOf(amounts), { ...anyNumber, maxAmount: 10_200 }, 4, 0.01),
    );
    const clear = loaded!.map((inside) => 10_200 - inside.reduce((a, b) => a + b));
    expect(Math.min(...clear.slice(1))).toBeGreaterThanOrEqual(0);
    expect(clear[0]).toBeGreaterThanOrEqual(102);
  });

  it("keep the minimum", () => {
    const room = { minOrders: 2, maxOrders: Infinity, maxAmount: 10 };
    expect(load([6, 1, 1, 1, 1, 6], room, 2)).toEqual([
      [1, 1, 1, 6],
      [1, 6],
    ]);
    expect(load([9, 9, 1], room, 2)).toBeNull();
  });

  it("are none where so many are too few", () => {
    expect(load([3, 3, 3], { ...anyNumber, maxAmount: 5 }, 2)).toBeNull();
  });

  it("let orders go first that are heavy for their amount, and those without weight last", () => {
    const packageOf = frontLoaded(
      freightOf([4, 4, 4, 8], [0, 1, 3, 9]),
      { ...anyNumber, maxAmount: 8 },
      3,
      0,
    )!;
    expect(Array.from(packageOf)).toEqual([2, 1, 1, 0]);
  });

  it("hold every order once, as many and as much as they may", () => {
    const cases = fc.record({
      orders: fc.array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 3 })), {
        minLength: 1,
        maxLength: 60,
      }),
      maxAmount: fc.integer({ min: 30, max: 90 }),
      maxOrders: fc.oneof(fc.constant(Infinity), fc.integer({ min: 2, max: 8 })),
      minOrders: fc.constantFrom(1, 1, 2),
      more: fc.integer({ min: 0, max: 2 }),
      clearance: fc.constantFrom(0, 0.001, 0.1),
    });
    let found = 0;
    fc.assert(
      fc.property(cases, ({ orders, more, clearance, ...room }) => {
        const amounts = orders.map(([amount]) => amount);
        const freight = freightOf(
          amounts,
          orders.map(([, weight]) => weight),
        );
        const total = amounts.reduce((a, b) => a + b);
        const count =
          Math.max(Math.ceil(total / room.maxAmount), Math.ceil(amounts.length / room.maxOrders)) + more;
        for (const pack of [frontLoaded, evenlyMixed]) {
          const packageOf = pack(freight, room, count, clearance);
          if (packageOf === null) continue;
          found++;
          const inside = contents(amounts, packageOf)!;
          expect(packageOf.every((p) => p >= 0)).toBe(true);
          expect(inside).toHaveLength(count);
          for (const each of inside) {
            expect(each.length).toBeGreaterThanOrEqual(room.minOrders);
            expect(each.length).toBeLessThanOrEqual(room.maxOrders);
            expect(each.reduce((a, b) => a + b)).toBeLessThanOrEqual(room.maxAmount);
          }
        }
      }),
      { numRuns: 1_000 },
    );
    expect(found).toBeGreaterThan(1_000);
  });
});
