import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mipEngine } from "../../src/solver/engines/index.js";
import { solveExact } from "../../src/solver/exact.js";
import { isFeasible } from "../../src/solver/feasible.js";
import { solveGreedy } from "../../src/solver/greedy/greedy.js";
import { hasFeeTiers } from "../../src/solver/packageFee.js";
import { prove } from "../../src/solver/proof/prove.js";
import { pricesVolume } from "../../src/solver/volume.js";
import { EVERYTHING, type Features, instances, withFeeTiers, withUniqueBy } from "../support/arbitraries.js";
import { bruteForce } from "../support/bruteForce.js";
import { checkedBound } from "../support/checkedBound.js";
import { checked } from "../support/folder.js";
import { type Instance, problemFrom } from "../support/instance.js";

const RUNS = Number(process.env.PROPERTY_RUNS ?? 80);
const run = {
  numRuns: RUNS,
  ...(process.env.PROPERTY_SEED ? { seed: Number(process.env.PROPERTY_SEED) } : {}),
};

const FEATURES: Features = { ...EVERYTHING, volume: true };

/** Instances in which some channel has a price of volume, some package pays by its size and some orders are kept apart. */
function priced(features: Features): fc.Arbitrary<Instance> {
  return withFeeTiers(withUniqueBy(instances(features))).filter((instance) => {
    const { contract, classes } = problemFrom(instance);
    return (
      pricesVolume(contract.channels) &&
      contract.channels.some((channel) => hasFeeTiers(channel.package)) &&
      classes.twins.some((twins) => twins !== null)
    );
  });
}

/** Looks so often and no more: some proofs would go on for long. */
const looks = (most: number) => {
  let left = most;
  return () => left-- <= 0;
};

describe("volume contracts, package fees in tiers and orders that may not share a package, together", () => {
  it("leave plans valid, and no certificate above what brute force finds", () => {
    let reached = 0;
    fc.assert(
      fc.property(priced(FEATURES), (instance) => {
        const problem = problemFrom(instance);
        const best = bruteForce(instance).objective;

        const { plan, cost } = solveGreedy(problem, [], { shouldStop: looks(100_000) });
        expect(isFeasible(problem, plan)).toBe(true);
        expect(checked(problem, plan).violations).toEqual([]);
        expect(cost.objective).toBeGreaterThanOrEqual(best);
        if (cost.objective === best) reached++;

        const { tree, bound } = prove(problem, {
          shouldStop: looks(3_000),
          enough: looks(300),
          incumbent: () => Number(best),
        });
        expect(bound).toBeLessThanOrEqual(best);
        expect(checkedBound(problem, tree)).toBe(bound);
      }),
      run,
    );
    expect(reached / RUNS).toBeGreaterThan(0.8);
  });

  it.each(["highs", "javascript-lp-solver"] as const)(
    "are solved as brute force does by the exact engine: %s",
    async (mip) => {
      let optimal = 0;
      await fc.assert(
        fc.asyncProperty(priced({ ...FEATURES, delay: false, weights: false }), async (instance) => {
          const problem = problemFrom(instance);
          const best = bruteForce(instance).objective;
          const engine = mipEngine(mip);
          const outcome = await solveExact(problem, { engine, seed: 1, timeLeft: () => 5_000 });
          if (outcome.status === "unsupported") throw new Error("a small program was not written");
          if (outcome.status === "optimal") {
            optimal++;
            expect(outcome.found.cost.objective).toBe(best);
          } else if (outcome.engineBound !== undefined) expect(outcome.engineBound).toBeLessThanOrEqual(best);
        }),
        run,
      );
      expect(optimal / RUNS).toBeGreaterThan(0.5);
    },
  );
});
