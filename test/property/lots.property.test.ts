import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lotsOf, type WholeLots } from "../../src/solver/relaxation/lots.js";
import { EVERYTHING, instances } from "../support/arbitraries.js";
import { type Instance, problemFrom } from "../support/instance.js";

const run = {
  numRuns: Number(process.env.PROPERTY_RUNS ?? 300),
  ...(process.env.PROPERTY_SEED ? { seed: Number(process.env.PROPERTY_SEED) } : {}),
};

/** Charges that are all alike or nothing, penalties of nothing, and amounts from the least to huge. */
const extremes = fc
  .tuple(
    instances({ ...EVERYTHING, maxOrders: 12, volume: true }),
    fc.array(fc.constantFrom("0.01", "0.02", "1.00", "1.01", "50000.00", "9000000000.00"), {
      minLength: 12,
      maxLength: 12,
    }),
    fc.constantFrom("as drawn", "nothing", "a rate"),
    fc.constantFrom(undefined, "0"),
  )
  .map(([{ channels: file, orders }, amounts, price, penalty]): Instance => {
    const fee = price === "nothing" ? { flat: "0" } : { rate: "0.001%" };
    return {
      channels: {
        ...file,
        objective: { ...file.objective, ...(penalty === undefined ? {} : { unroutedPenalty: penalty }) },
        channels: file.channels.map(({ volume: _, ...channel }) =>
          price === "as drawn"
            ? channel
            : { ...channel, fee, coverage: channel.coverage.map(({ fee: _, ...rule }) => rule) },
        ),
      },
      orders: orders.map((order, i) => ({ ...order, amount: amounts[i]! })),
    };
  });

/** Orders of each lot, as `lotOf` says. */
function ordersOf({ count, lotOf }: WholeLots): number[][] {
  const orders: number[][] = Array.from({ length: count }, () => []);
  lotOf.forEach((lot, order) => {
    if (lot >= 0) orders[lot]!.push(order);
  });
  return orders;
}

describe("lots", () => {
  it("hold every order that is not rejected once, with its like, at means that lie between theirs", () => {
    let several = 0;
    fc.assert(
      fc.property(
        extremes,
        fc.integer({ min: 1, max: 14 }),
        fc.integer({ min: 1, max: 14 }),
        (instance, target, coarse) => {
          const { classes, orders, ...rest } = problemFrom(instance);
          const lots = lotsOf({ classes, orders, ...rest }, target, coarse);
          const C = classes.channels;
          const held = ordersOf(lots);
          expect(held.map(({ length }) => length)).toEqual([...lots.size]);
          expect(Array.from(lots.lotOf, (lot) => lot >= 0)).toEqual(
            Array.from(classes.classOf, (k) => k >= 0),
          );
          held.forEach((inside, lot) => {
            expect(inside.length).toBeGreaterThan(0);
            if (inside.length > 1) several++;
            const isMean = (value: number, of: readonly number[]) => {
              const [least, most] = [Math.min(...of), Math.max(...of)];
              const slack = 1e-9 * Math.max(1, most);
              expect(value).toBeGreaterThanOrEqual(least - slack);
              expect(value).toBeLessThanOrEqual(most + slack);
            };
            const kinds = inside.map((order) => classes.classOf[order]!);
            isMean(
              lots.amount[lot]!,
              inside.map((order) => orders.amount[order]!),
            );
            isMean(
              lots.penalty[lot]!,
              kinds.map((k) => classes.penalty[k]!),
            );
            const own = lots.classOf[lot]!;
            for (const k of kinds) {
              expect([classes.due[k], classes.weight[k]]).toEqual([classes.due[own], classes.weight[own]]);
              for (let c = 0; c < C; c++) {
                expect(classes.rule[k * C + c]).toBe(classes.rule[own * C + c]);
                expect(classes.key[k * C + c]).toBe(classes.key[own * C + c]);
              }
            }
            for (let c = 0; c < C; c++)
              isMean(
                lots.charge[lot * C + c]!,
                kinds.map((k) => classes.charge[k * C + c]!),
              );
          });
        },
      ),
      run,
    );
    expect(several).toBeGreaterThan(0);
  });
});
