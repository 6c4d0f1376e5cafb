import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { columnSearch } from "../../src/solver/columns/search.js";
import type { ColumnProof } from "../../src/solver/columns/tree.js";
import { isFeasible } from "../../src/solver/feasible.js";
import type { PricedPlan } from "../../src/solver/greedy/greedy.js";
import { EVERYTHING, type Features, instances } from "../support/arbitraries.js";
import { bruteForce } from "../support/bruteForce.js";
import { checkedBound } from "../support/checkedBound.js";
import { problemFrom } from "../support/instance.js";

const run = {
  numRuns: Number(process.env.PROPERTY_RUNS ?? 60),
  ...(process.env.PROPERTY_SEED ? { seed: Number(process.env.PROPERTY_SEED) } : {}),
};

/** Nothing but what the program over columns knows exactly. */
const PACKING: Features = {
  ...EVERYTHING,
  maxOrders: 6,
  minOrders: false,
  time: false,
  due: false,
  delay: false,
  weights: false,
  perOrder: false,
  lanes: false,
};

describe("exact packing by columns", () => {
  it("proves no more than is true, in a form that the checker reads alike, and packs what is valid", () => {
    fc.assert(
      fc.property(instances(EVERYTHING), (instance) => {
        const problem = problemFrom(instance);
        const best = bruteForce(instance).objective;
        const { proofs, plans } = search(problem);
        for (const { tree, bound } of proofs) {
          expect(bound).toBeLessThanOrEqual(best);
          expect(checkedBound(problem, tree)).toBe(bound);
        }
        for (const { plan, cost } of plans) {
          expect(isFeasible(problem, plan)).toBe(true);
          expect(cost.objective).toBeGreaterThanOrEqual(best);
        }
      }),
      run,
    );
  });

  it("mostly packs small instances at least cost, and proves it", () => {
    let proven = 0;
    let packed = 0;
    let all = 0;
    fc.assert(
      fc.property(instances(PACKING), (instance) => {
        const problem = problemFrom(instance);
        const { proofs, plans } = search(problem);
        if (proofs.length === 0) return; // amounts do not bind
        const best = bruteForce(instance).objective;
        all++;
        if (proofs.at(-1)!.bound === best) proven++;
        if (plans.at(-1)?.cost.objective === best) packed++;
      }),
      // A share is nothing to find a counterexample to: of the same instances each time, unless others are asked for.
      { seed: 1, ...run, numRuns: 3 * run.numRuns },
    );
    expect(proven).toBeGreaterThanOrEqual(0.8 * all);
    expect(packed).toBeGreaterThanOrEqual(0.95 * all);
  });
});

function search(problem: ReturnType<typeof problemFrom>) {
  const proofs: ColumnProof[] = [];
  const plans: PricedPlan[] = [];
  columnSearch(problem, {
    shouldStop: () => false,
    enough: () => false,
    incumbent: () => Infinity,
    onProof: (proven) => proofs.push(proven),
    onPlan: (found) => plans.push(found),
  })?.run(300);
  return { proofs, plans };
}
