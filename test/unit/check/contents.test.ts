import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Contents } from "../../../src/check/certificate/contents.js";
import { Unusable } from "../../../src/check/certificate/unusable.js";
import { Work } from "../../../src/check/certificate/work.js";
import { Knapsack } from "../../../src/solver/proof/contents.js";

const orders = fc.array(
  fc.record({
    margin: fc.integer({ min: -5, max: 30 }),
    steps: fc.nat(9),
    count: fc.integer({ min: 1, max: 3 }),
  }),
  { minLength: 1, maxLength: 5 },
);

type Orders = readonly { readonly margin: number; readonly steps: number; readonly count: number }[];

/** By trying every set of orders. */
function most(singles: readonly { margin: number; steps: number }[], room: number, places: number): number {
  let best = 0;
  for (let set = 0; set < 1 << singles.length; set++) {
    let [margin, steps, count] = [0, 0, 0];
    singles.forEach((each, i) => {
      if ((set & (1 << i)) === 0) return;
      margin += each.margin;
      steps += each.steps;
      count++;
    });
    if (steps <= room && count <= places) best = Math.max(best, margin);
  }
  return best;
}

const contentsOf = (list: Orders, room: number, maxOrders: number) =>
  new Contents(
    {
      value: list.map(({ margin }) => margin),
      count: list.map(({ count }) => count),
      steps: list.map(({ steps }) => steps),
    },
    { room, maxOrders },
  );

describe("contents of a package", () => {
  it("bring in what the best of all sets does, to checker and solver alike", () => {
    fc.assert(
      fc.property(
        orders,
        fc.nat(30),
        fc.oneof(fc.constant(Infinity), fc.integer({ min: 1, max: 5 })),
        (list, room, maxOrders) => {
          const singles = list.flatMap((each) => Array.from({ length: each.count }, () => each));
          fc.pre(singles.length <= 10);
          const best = most(singles, room, maxOrders);
          expect(contentsOf(list, room, maxOrders).greatest(new Work())).toBe(BigInt(best));
          const margins = list.map(({ margin }) => margin);
          const counts = list.map(({ count }) => count);
          const sizes = list.map(({ steps }) => steps);
          expect(new Knapsack(room, maxOrders).best(margins, counts, sizes)).toBe(best);
        },
      ),
    );
  });

  it("are refused where they are too much work, all of a certificate together", () => {
    const work = new Work();
    const list = Array.from({ length: 600 }, (_, i) => ({ margin: i + 1, steps: 1 + (i % 7), count: 1 }));
    const room = 2 ** 20 - 1;
    // Work is 600 · 2^20: three of them are below 2^31, four are not.
    const small = list.map((each) => ({ ...each, steps: room + 1 }));
    for (let times = 0; times < 3; times++) contentsOf(small, room, Infinity).greatest(work);
    expect(() => contentsOf(small, room, Infinity).greatest(work)).toThrow(Unusable);
  });
});
