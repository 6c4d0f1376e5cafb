import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextLimits, type Searched } from "../../../src/app/frontierLimits.js";

const at = (limit: number, value: number, cost: number): Searched => ({ limit, value, cost: BigInt(cost) });

describe("limits to search next", () => {
  it("begin with the least one", () => {
    expect(nextLimits([at(Infinity, 9, 100)], 2, 5)).toEqual([2]);
  });

  it("are none where the plan without a limit keeps the least one", () => {
    expect(nextLimits([at(Infinity, 2, 100)], 2, 5)).toEqual([]);
  });

  it("lie in the middle of the widest gaps of value and cost", () => {
    const searched = [at(Infinity, 100, 0), at(0, 0, 1000), at(50, 50, 20)];
    // Of both halves of value the one below 50 has nearly all of the cost.
    expect(nextLimits(searched, 0, 9)).toEqual([25, 75]);
    expect(nextLimits(searched, 0, 1)).toEqual([25]);
  });

  it("pass over what a plan that needs less than its limit has said already", () => {
    const searched = [at(Infinity, 10, 0), at(0, 0, 50), at(7, 3, 20)];
    // From 3 to 7 the plan of 3 is the best; above are 8 and 9, below 1 and 2.
    expect(nextLimits(searched, 0, 9).toSorted((a, b) => a - b)).toEqual([1, 8]);
  });

  it("pass over gaps in which less costs no more", () => {
    expect(nextLimits([at(Infinity, 10, 7), at(0, 0, 7)], 0, 9)).toEqual([]);
  });

  it("come to every value where there are enough searches, and to none twice", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(4), { minLength: 2, maxLength: 12 }), (steps) => {
        // The least cost within each limit: rising as limits fall, sometimes level.
        const least = steps.map((_, limit) => steps.slice(limit).reduce((sum, step) => sum + step, 0));
        const top = steps.length - 1;
        const search = (limit: number): Searched => {
          const cost = least[Math.min(limit, top)]!;
          return at(limit, least.indexOf(cost), cost);
        };
        const searched = [search(Infinity)];
        for (;;) {
          const limits = nextLimits(searched, 0, 100);
          if (limits.length === 0) break;
          for (const limit of limits) {
            expect(searched.map((each) => each.limit)).not.toContain(limit);
            searched.push(search(limit));
          }
        }
        expect(searched.length).toBeLessThanOrEqual(steps.length + 1);
        const found = new Set(searched.map(({ cost }) => Number(cost)));
        expect([...found].sort()).toEqual([...new Set(least)].sort());
      }),
    );
  });
});
