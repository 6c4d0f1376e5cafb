import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { baselinePlans } from "../../src/solver/baselines.js";
import { pricePlan } from "../../src/solver/cost.js";
import { isFeasible } from "../../src/solver/feasible.js";
import { Packing } from "../../src/solver/greedy/packing.js";
import { mixForSearch, refillForQueue } from "../../src/solver/greedy/refilling.js";
import { EVERYTHING, type Features, instances } from "../support/arbitraries.js";
import { problemFrom } from "../support/instance.js";

const ALL: Features = { ...EVERYTHING, maxOrders: 24, maxChannels: 2 };
const PLAIN: Features = { ...ALL, maxChannels: 1, due: false, limits: false, quotas: false, coverage: false };

describe("packages filled anew for the queue", () => {
  it.each([
    ["everything", ALL, 500, 0],
    // One of fifty has something to gain.
    ["amounts and delay", PLAIN, 1500, 5],
  ] as const)("keep every rule and never cost more: %s", (_, features, numRuns, least) => {
    let cheaper = 0;
    fc.assert(
      fc.property(instances(features), (instance) => {
        const problem = problemFrom(instance);
        const { contract, orders, classes } = problem;
        // Plans that were packed without a thought of the queue.
        for (const { plan } of baselinePlans(contract, orders, classes)) {
          const packing = new Packing(problem);
          packing.load(plan);
          // Loading puts packages in another sequence, in which a cut-off may not hold.
          if (!isFeasible(problem, packing.toPlan())) continue;
          const costOf = () => {
            const now = packing.toPlan();
            expect(isFeasible(problem, now)).toBe(true);
            return pricePlan(contract, orders, classes, now).objective;
          };
          const before = costOf();
          const changed = refillForQueue(packing);
          const after = costOf();
          if (changed > 0) expect(after).toBeLessThan(before);
          else expect(after).toBe(before);
          if (changed > 0) cheaper++;
          mixForSearch(packing);
          costOf();
          refillForQueue(packing);
          const again = costOf();
          // Which packages have to stay in place for what is due may be others then.
          if (!features.due) expect(again).toBeLessThanOrEqual(after);
        }
      }),
      { numRuns },
    );
    expect(cheaper).toBeGreaterThanOrEqual(least);
  });
});
