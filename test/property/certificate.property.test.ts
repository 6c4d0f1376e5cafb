import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { zeroPriceBound } from "../../src/solver/bound.js";
import type { Problem } from "../../src/solver/problem.js";
import { commonStep, evaluate } from "../../src/solver/proof/evaluate.js";
import { type ProofPrices, zeroPrices } from "../../src/solver/proof/prices.js";
import { prove } from "../../src/solver/proof/prove.js";
import { lotsOf } from "../../src/solver/relaxation/lots.js";
import { anyCounts } from "../../src/solver/relaxation/relax.js";
import { EVERYTHING, instances } from "../support/arbitraries.js";
import { bruteForce } from "../support/bruteForce.js";
import { checkedBound } from "../support/certificate.js";
import { problemFrom } from "../support/instance.js";

const run = {
  numRuns: Number(process.env.PROPERTY_RUNS ?? 60),
  ...(process.env.PROPERTY_SEED ? { seed: Number(process.env.PROPERTY_SEED) } : {}),
};

/** Any prices at all, right or wrong, of about the size of charges. */
function somePrices(problem: Problem): fc.Arbitrary<ProofPrices> {
  const zero = zeroPrices(problem);
  const lots = lotsOf(problem, 100);
  const { contract, limits } = problem;
  const price = fc.oneof(fc.constant(0), fc.nat(3_000), fc.nat(3_000_000));
  const prices = (length: number) =>
    fc.array(price, { minLength: length, maxLength: length }).map((list) => Float64Array.from(list));
  const onlyWhere = (values: Float64Array, room: Float64Array) =>
    values.map((value, i) => (room[i]! < Infinity ? value : 0));
  const slots = fc.record({
    per: fc.constantFrom("place" as const, "package" as const),
    prices: fc.array(
      fc
        .record({ rows: fc.integer({ min: 1, max: 3 }), step: fc.nat(50), more: fc.nat(500) })
        .map(({ rows, step, more }) => ({
          rows,
          step,
          price: (rows - 1) * step + more,
        })),
      { maxLength: 3 },
    ),
  });
  return fc
    .record({
      scale: fc.constantFrom(1, 10, 1000),
      place: fc.tuple(...zero.place.map((keys) => fc.option(prices(keys!.length)))),
      amount: fc.tuple(...zero.amount.map((keys) => prices(keys.length))),
      contents: fc.array(fc.constantFrom(0, 1, 50, 70, 100, 1000), {
        minLength: contract.channels.length,
        maxLength: contract.channels.length,
      }),
      limitOrders: prices(limits.count),
      limitAmount: prices(limits.count),
      limitPackages: prices(limits.count),
      slots: fc.array(fc.option(slots), {
        minLength: contract.channels.length,
        maxLength: contract.channels.length,
      }),
      lane: fc.array(fc.nat(4), { minLength: contract.channels.length, maxLength: contract.channels.length }),
      each: fc.array(fc.nat(4), { minLength: contract.channels.length, maxLength: contract.channels.length }),
      worth: fc.option(prices(lots.count)),
    })
    .map((some) => ({
      scale: some.scale,
      place: some.place,
      amount: some.amount.map((keys, c) =>
        keys.map((value) => (contract.channels[c]!.package.maxAmount < Infinity ? value : 0)),
      ),
      contents: Float64Array.from(some.contents, (unit, c) =>
        contract.channels[c]!.package.maxAmount < Infinity ? unit : 0,
      ),
      limitOrders: onlyWhere(some.limitOrders, limits.maxOrders),
      limitAmount: onlyWhere(some.limitAmount, limits.maxAmount),
      limitPackages: onlyWhere(some.limitPackages, limits.maxPackages),
      slots: some.slots.map((found, c) => {
        const { mode, package: terms } = contract.channels[c]!;
        if (found === null || (mode === "batch" && terms.maxOrders === Infinity)) return null;
        return mode === "single" ? { ...found, per: "place" as const } : found;
      }),
      laneOrders: Int32Array.from(some.lane),
      packageOrders: Int32Array.from(some.each),
      worth:
        some.worth === null ? null : { lots: lots as typeof lots & { lotOf: Int32Array }, price: some.worth },
    }));
}

describe("a certificate", () => {
  it("proves no more than is true, whatever its prices, and the same to solver and checker", () => {
    fc.assert(
      fc.property(
        instances(EVERYTHING).chain((instance) => {
          const problem = problemFrom(instance);
          return fc.record({
            instance: fc.constant(instance),
            prices: fc.array(somePrices(problem), { minLength: 4, maxLength: 4 }),
          });
        }),
        ({ instance, prices: tries }) => {
          const problem = problemFrom(instance);
          const best = bruteForce(instance).objective;
          for (const prices of tries) {
            const own = evaluate(problem, prices, anyCounts(problem.classes.channels), commonStep(problem));
            expect(own).not.toBeNull();
            expect(checkedBound(problem, { prices })).toBe(own!);
            expect(own!).toBeLessThanOrEqual(best);
          }
        },
      ),
      run,
    );
  });

  it("with zero prices proves the simplest bound", () => {
    fc.assert(
      fc.property(instances(EVERYTHING), (instance) => {
        const problem = problemFrom(instance);
        expect(checkedBound(problem, { prices: zeroPrices(problem) })).toBe(zeroPriceBound(problem));
      }),
      run,
    );
  });
});

describe("the search for a proof", () => {
  it("ends at or below the optimum, never below zero prices, with a certificate that the checker reads alike", () => {
    fc.assert(
      fc.property(instances(EVERYTHING), (instance) => {
        const problem = problemFrom(instance);
        const best = bruteForce(instance).objective;
        let left = 40;
        const proven = prove(problem, {
          shouldStop: () => false,
          enough: () => left-- <= 0,
          incumbent: () => Number(best),
        });
        expect(proven.bound).toBeLessThanOrEqual(best);
        expect(proven.bound).toBeGreaterThanOrEqual(zeroPriceBound(problem));
        expect(checkedBound(problem, proven.tree)).toBe(proven.bound);
      }),
      run,
    );
  });
});
