import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { baselinePlans } from "../../src/solver/baselines.js";
import { mipEngine } from "../../src/solver/engines/index.js";
import { solveExact } from "../../src/solver/exact.js";
import { isFeasible } from "../../src/solver/feasible.js";
import { formulate } from "../../src/solver/formulate.js";
import { solveGreedy } from "../../src/solver/greedy/greedy.js";
import { prove } from "../../src/solver/proof/prove.js";
import { EVERYTHING, instances, withUniqueBy } from "../support/arbitraries.js";
import { bruteForce } from "../support/bruteForce.js";
import { checkedBound } from "../support/checkedBound.js";
import { checked } from "../support/folder.js";
import { problemFrom } from "../support/instance.js";

const RUNS = Number(process.env.PROPERTY_RUNS ?? 100);

const plain = { ...EVERYTHING, delay: false, due: false, weights: false, perOrder: false };

describe("where a package holds one order of a value at most", () => {
  it.each([
    ["everything", EVERYTHING],
    ["counts alone", { ...plain, packageAmount: false, feeTiers: false, time: false }],
  ] as const)("plans are valid, nothing is bounded above the optimum: %s", async (_, features) => {
    let apart = 0;
    let optimal = 0;
    await fc.assert(
      fc.asyncProperty(withUniqueBy(instances({ ...features, maxOrders: 5 })), async (instance) => {
        const problem = problemFrom(instance);
        const { contract, orders, classes } = problem;
        if (classes.twins.some((twins) => twins !== null)) apart++;
        const best = bruteForce(instance).objective;
        const found = solveGreedy(problem, [], { shouldStop: () => false });
        for (const { plan } of [found, ...baselinePlans(contract, orders, classes)]) {
          expect(isFeasible(problem, plan)).toBe(true);
          expect(checked(problem, plan).violations).toEqual([]);
        }
        expect(found.cost.objective).toBeGreaterThanOrEqual(best);

        const until = Date.now() + 200;
        const { tree, bound } = prove(problem, {
          shouldStop: () => Date.now() > until,
          enough: () => false,
          incumbent: () => Number(best),
        });
        expect(bound).toBeLessThanOrEqual(best);
        expect(checkedBound(problem, tree)).toBe(bound);

        const formulation = formulate(problem, { maxColumns: 20_000, maxEntries: 400_000 });
        if ("tooLarge" in formulation) throw new Error("a small program was not written");
        const engine = mipEngine("javascript-lp-solver");
        const outcome = await solveExact(problem, { engine, seed: 1, timeLeft: () => 5_000 });
        if (outcome.status === "unsupported") throw new Error("a small program was not written");
        if (outcome.status === "optimal") {
          optimal++;
          expect(outcome.found.cost.objective).toBe(best);
        } else if (outcome.engineBound !== undefined) expect(outcome.engineBound).toBeLessThanOrEqual(best);
        if (features === EVERYTHING) return;
        expect(formulation.claims).toBe("exact");
        expect(outcome.status).toBe("optimal");
      }),
      { numRuns: RUNS, ...(process.env.PROPERTY_SEED ? { seed: Number(process.env.PROPERTY_SEED) } : {}) },
    );
    expect(apart).toBeGreaterThan(RUNS / 10);
    expect(optimal).toBeGreaterThan(RUNS / 10);
  });
});
