import fc from "fast-check";
import { expect, test } from "vitest";
import { FittingOrders } from "../../../../src/solver/greedy/fittingOrders.js";

test("the last order that fits and is not taken, as by looking at all of them", () => {
  const amounts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(amounts, fc.array(fc.integer({ min: 0, max: 10 }), { maxLength: 40 }), (amount, rooms) => {
      const fitting = new FittingOrders(Float64Array.from(amount));
      const left: number[] = [...amount];
      for (const room of rooms) {
        const expected = left.findLastIndex((value) => value <= room);
        expect(fitting.lastWithin(room)).toBe(expected);
        if (expected < 0) continue;
        fitting.take(expected);
        left[expected] = Infinity;
      }
    }),
  );
});
