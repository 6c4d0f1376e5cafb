import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ContentFinder } from "../../../../src/solver/columns/contentFinder.js";
import { ContentSearch } from "../../../../src/solver/columns/contentSearch.js";
import type { Goods } from "../../../../src/solver/columns/goods.js";

interface Each {
  readonly margin: number;
  readonly size: number;
  readonly copies: number;
}

const someGoods = fc.array(
  fc.record({
    margin: fc.integer({ min: 1, max: 30 }),
    size: fc.nat(12),
    copies: fc.integer({ min: 1, max: 4 }),
  }),
  { minLength: 1, maxLength: 5 },
);

function goodsOf(list: readonly Each[], scale = 1): Goods {
  return {
    count: list.length,
    lot: Int32Array.from(list.keys()),
    margin: Float64Array.from(list, ({ margin }) => margin),
    size: Int32Array.from(list, ({ size }) => size * scale),
    copies: Int32Array.from(list, ({ copies }) => copies),
  };
}

/** By trying every number of copies. */
function most(list: readonly Each[], room: number, places: number, from = 0): number {
  const each = list[from];
  if (each === undefined) return 0;
  let best = 0;
  for (let n = 0; n <= each.copies && n <= places && n * each.size <= room; n++)
    best = Math.max(best, n * each.margin + most(list, room - n * each.size, places - n, from + 1));
  return best;
}

function mustFit(
  list: readonly Each[],
  chosen: Int32Array,
  { room, places, worth }: { room: number; places: number; worth: number },
): void {
  let [size, orders, margin] = [0, 0, 0];
  list.forEach((each, i) => {
    expect(chosen[i]).toBeLessThanOrEqual(each.copies);
    size += chosen[i]! * each.size;
    orders += chosen[i]!;
    margin += chosen[i]! * each.margin;
  });
  expect(size).toBeLessThanOrEqual(room);
  expect(orders).toBeLessThanOrEqual(places);
  expect(margin).toBe(worth);
}

const cases = fc.record({
  list: someGoods,
  room: fc.integer({ min: 1, max: 40 }),
  places: fc.oneof(fc.constant(Infinity), fc.integer({ min: 1, max: 6 })),
});

describe("the best contents of a package", () => {
  it("are found by dynamic programming", () => {
    fc.assert(
      fc.property(cases, ({ list, room, places }) => {
        const finder = new ContentFinder(room, places, list.length, 20);
        const worth = finder.find(goodsOf(list), 0, true);
        expect(worth).toBe(most(list, room, places));
        mustFit(list, finder.chosen, { room, places, worth });
      }),
    );
  });

  it("are found by branch and bound", () => {
    fc.assert(
      fc.property(cases, fc.nat(40), ({ list, room, places }, above) => {
        const search = new ContentSearch(room, places, list.length);
        const chosen = new Int32Array(list.length);
        const worth = search.find(goodsOf(list), above, Infinity, chosen);
        expect(search.complete).toBe(true);
        expect(worth).toBe(Math.max(above, most(list, room, places)));
        if (worth > above) mustFit(list, chosen, { room, places, worth });
      }),
    );
  });

  it("are the same where steps are many", () => {
    fc.assert(
      fc.property(cases, ({ list, room, places }) => {
        const scale = 20_000;
        const finder = new ContentFinder(room * scale, places, list.length, 20);
        const worth = finder.find(goodsOf(list, scale), 0, true);
        expect(worth).toBe(most(list, room, places));
        mustFit(list, finder.chosen, { room, places, worth });
      }),
      { numRuns: 50 },
    );
  });

  it("are worked out even where the search gives up", () => {
    // 40 goods of nearly one margin per step: more contents than anybody looks at.
    const list = Array.from({ length: 40 }, (_, i) => ({
      size: 1_003 + 37 * i,
      margin: 1_003 + 37 * i,
      copies: 1,
    }));
    const room = 20_011;
    const finder = new ContentFinder(room, Infinity, list.length, 40);
    const goods = goodsOf(list);
    expect(finder.isSlow(goods)).toBe(true);
    const sums = new Set([0]);
    for (const { size } of list) for (const sum of [...sums]) if (sum + size <= room) sums.add(sum + size);
    const worth = finder.find(goods, 0, true);
    // With nothing above what a first look finds, only the program can tell.
    expect(Math.max(worth, finder.find(goods, worth, true))).toBe(Math.max(...sums));
  });
});
