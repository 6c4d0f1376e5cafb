import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CheapestRow, type RowCost } from "../../../src/check/certificate/cheapestRow.js";
import { WaitByAmount } from "../../../src/solver/proof/waitByAmount.js";

const whole = fc.oneof(
  fc.nat(20),
  fc.nat(5_000_000),
  fc.nat(2 ** 31),
  fc.maxSafeNat().map((n) => n % 2 ** 51),
);
const rows: fc.Arbitrary<RowCost[]> = fc.array(fc.record({ fixed: whole, amount: whole }), {
  minLength: 1,
  maxLength: 12,
});

/** What the least of all rows costs, one by one, as docs/certificate.md has it. */
function leastOfAll(all: readonly RowCost[], amount: number): bigint {
  const costs = all.map(
    ({ fixed, amount: price }) => BigInt(fixed) + (BigInt(price) * BigInt(amount)) / 1_000_000n,
  );
  return costs.sort((a, b) => Number(a - b))[0]!;
}

describe.each([
  ["the checker", (all: readonly RowCost[]) => new CheapestRow(all)],
  ["the solver", (all: readonly RowCost[]) => new WaitByAmount(all)],
])("the cheapest row for an amount, to %s", (_, of) => {
  it("is the least of all, exactly", () => {
    fc.assert(
      fc.property(rows, fc.array(whole, { minLength: 1, maxLength: 20 }), (all, amounts) => {
        const cheapest = of(all);
        for (const amount of amounts) {
          const least = leastOfAll(all, amount);
          const found = cheapest.of(amount);
          // Beyond this nobody pays, and its exact value does not matter.
          if (least > 2n ** 52n) expect(found).toBeGreaterThanOrEqual(2 ** 52);
          else expect(BigInt(found)).toBe(least);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("changes exactly where another row becomes cheaper", () => {
    // 10 + 3 a, 25 + 2 a and 60 + a, of a million minor units: equal at 15 and at 35.
    const cheapest = of([
      { fixed: 60, amount: 1_000_000 },
      { fixed: 10, amount: 3_000_000 },
      { fixed: 25, amount: 2_000_000 },
      { fixed: 61, amount: 1_000_000 },
    ]);
    expect([0, 14, 15, 16, 34, 35, 36].map((amount) => cheapest.of(amount))).toEqual([
      10, 52, 55, 57, 93, 95, 96,
    ]);
  });
});
