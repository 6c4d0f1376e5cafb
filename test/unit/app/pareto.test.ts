import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { kneeOf, type Mark, undominated } from "../../../src/app/pareto.js";

const marks = (...pairs: readonly (readonly [value: number, cost: number])[]): Mark[] =>
  pairs.map(([value, cost]) => ({ value, cost: BigInt(cost) }));

const dominates = (a: Mark, b: Mark) =>
  a.value <= b.value && a.cost <= b.cost && (a.value < b.value || a.cost < b.cost);

describe("undominated points", () => {
  it("are those that no other one beats, each once, value falling and cost rising", () => {
    const mark = fc.record({ value: fc.nat(6), cost: fc.bigInt({ min: -3n, max: 4n }) });
    fc.assert(
      fc.property(fc.array(mark, { maxLength: 12 }), (all) => {
        const kept = undominated(all);
        for (const [i, each] of kept.entries()) {
          expect(all.some((other) => dominates(other, each))).toBe(false);
          if (i === 0) continue;
          expect(each.value).toBeLessThan(kept[i - 1]!.value);
          expect(each.cost).toBeGreaterThan(kept[i - 1]!.cost);
        }
        for (const each of all)
          if (!all.some((other) => dominates(other, each))) expect(kept).toContainEqual(each);
      }),
    );
  });

  it("hold the first of equal ones", () => {
    const [first, second] = marks([3, 5], [3, 5]);
    expect(undominated([first!, second!])[0]).toBe(first);
  });
});

describe("the knee", () => {
  it("is the point farthest below the line between both ends", () => {
    // Scaled to the span of both axes, 0.5, 0.65 and 0.2 are left of it.
    expect(kneeOf(marks([100, 1000], [50, 1000], [30, 1050], [10, 1700], [0, 2000]))).toBe(2);
    // The same, with other units.
    expect(kneeOf(marks([100_000, 1], [50_000, 1], [30_000, 51], [10_000, 701], [0, 1001]))).toBe(2);
  });

  it("is the cheapest of equally far ones", () => {
    expect(kneeOf(marks([4, 0], [2, 1], [1, 2], [0, 4]))).toBe(1);
  });

  it.each([
    ["one point", marks([5, 5])],
    ["two points", marks([5, 5], [1, 9])],
    ["points on the line", marks([2, 0], [1, 1], [0, 2])],
    ["points above it", marks([4, 0], [3, 3], [0, 4])],
  ])("is not there for %s", (_, points) => {
    expect(kneeOf(points)).toBeNull();
  });

  it("is exact where doubles are not", () => {
    const far = 10n ** 30n;
    const points = [
      { value: 2, cost: far },
      { value: 1, cost: far + 10n ** 17n },
      { value: 0, cost: far + 2n * 10n ** 17n + 1n },
    ];
    expect(kneeOf(points)).toBe(1);
  });
});
