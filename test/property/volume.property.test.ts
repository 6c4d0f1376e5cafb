import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { zeroPriceBound } from "../../src/solver/bound.js";
import { mipEngine } from "../../src/solver/engines/index.js";
import { solveExact } from "../../src/solver/exact.js";
import { isFeasible } from "../../src/solver/feasible.js";
import { solveGreedy } from "../../src/solver/greedy/greedy.js";
import { prove } from "../../src/solver/proof/prove.js";
import { pricesVolume } from "../../src/solver/volume.js";
import { EVERYTHING, type Features, instances } from "../support/arbitraries.js";
import { bruteForce } from "../support/bruteForce.js";
import { checkedBound } from "../support/checkedBound.js";
import { checked } from "../support/folder.js";
import { problemFrom } from "../support/instance.js";

const run = {
  numRuns: Number(process.env.PROPERTY_RUNS ?? 60),
  ...(process.env.PROPERTY_SEED ? { seed: Number(process.env.PROPERTY_SEED) } : {}),
};

const VOLUME: Features = { ...EVERYTHING, volume: true };
const never = () => false;

describe("a proof where volume has prices", () => {
  it("ends at or below the optimum, and the checker reads it alike", () => {
    let same = 0,
      all = 0;
    fc.assert(
      fc.property(instances(VOLUME), (instance) => {
        const problem = problemFrom(instance);
        const best = bruteForce(instance);
        const t = Date.now();
        const proven = prove(problem, {
          shouldStop: () => Date.now() - t > 3000,
          enough: never,
          incumbent: () => Number(best.objective),
        });
        if (Date.now() - t > 1000) console.log("slow", Date.now() - t, JSON.stringify(instance));
        expect(proven.bound).toBeLessThanOrEqual(best.objective);
        expect(proven.bound).toBeGreaterThanOrEqual(zeroPriceBound(problem));
        expect(checkedBound(problem, proven.tree)).toBe(proven.bound);
        all++;
        if (proven.bound === best.objective) same++;
      }),
      run,
    );
    console.log(same, all);
  });
});

describe("the greedy engine where volume has prices", () => {
  it("makes valid plans, priced alike by solver and checker, none below brute force", () => {
    let same = 0,
      all = 0,
      worse = 0;
    fc.assert(
      fc.property(instances(VOLUME), (instance) => {
        const problem = problemFrom(instance);
        const t = Date.now();
        const found = solveGreedy(problem, [], { shouldStop: () => Date.now() - t > 3000 });
        if (Date.now() - t > 1000) console.log("slow", Date.now() - t, JSON.stringify(instance));
        const best = bruteForce(instance);
        expect(isFeasible(problem, found.plan)).toBe(true);
        expect(checked(problem, found.plan).violations).toEqual([]);
        expect(found.cost.objective).toBeGreaterThanOrEqual(best.objective);
        if (!pricesVolume(problem.contract.channels)) return;
        all++;
        if (found.cost.objective === best.objective) same++;
        else if (Number(found.cost.objective - best.objective) > 0.02 * Math.abs(Number(best.objective))) {
          worse++;
          if (worse < 4) console.log(found.cost.objective, best.objective, JSON.stringify(instance));
        }
      }),
      run,
    );
    console.log(same, worse, all);
  });
});

describe("the exact engine where volume has prices", () => {
  for (const mip of ["highs", "javascript-lp-solver"] as const)
    it(`finds what brute force finds, by ${mip}`, async () => {
      let optimal = 0,
        all = 0;
      const why = new Map<string, number>();
      await fc.assert(
        fc.asyncProperty(instances({ ...VOLUME, delay: false }), async (instance) => {
          const problem = problemFrom(instance);
          const outcome = await solveExact(problem, {
            engine: mipEngine(mip),
            seed: 1,
            timeLeft: () => 5000,
          });
          const best = bruteForce(instance);
          if (pricesVolume(problem.contract.channels)) {
            all++;
            if (outcome.status === "optimal") optimal++;
            else why.set(outcome.detail, (why.get(outcome.detail) ?? 0) + 1);
          }
          if (outcome.status === "optimal") expect(outcome.found.cost.objective).toBe(best.objective);
          if (outcome.status === "stopped" && outcome.engineBound !== undefined)
            expect(outcome.engineBound).toBeLessThanOrEqual(best.objective);
        }),
        run,
      );
      console.log(mip, optimal, all, why);
    });
});
