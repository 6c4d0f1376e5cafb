import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Contract } from "../../src/model/contract.js";
import { zeroPriceBound } from "../../src/solver/bound.js";
import { mipEngine } from "../../src/solver/engines/index.js";
import { solveExact } from "../../src/solver/exact.js";
import { isFeasible } from "../../src/solver/feasible.js";
import { solveGreedy } from "../../src/solver/greedy/greedy.js";
import { commonStep, evaluate } from "../../src/solver/proof/evaluate.js";
import { zeroPrices } from "../../src/solver/proof/prices.js";
import { prove } from "../../src/solver/proof/prove.js";
import { withVolume } from "../../src/solver/proof/volumeGuide.js";
import { anyCounts } from "../../src/solver/relaxation/relax.js";
import { pricesVolume } from "../../src/solver/volume.js";
import { EVERYTHING, type Features, instances } from "../support/arbitraries.js";
import { bruteForce } from "../support/bruteForce.js";
import { checkedBound } from "../support/checkedBound.js";
import { checked } from "../support/folder.js";
import { type Instance, problemFrom } from "../support/instance.js";

const run = {
  numRuns: Number(process.env.PROPERTY_RUNS ?? 60),
  ...(process.env.PROPERTY_SEED ? { seed: Number(process.env.PROPERTY_SEED) } : {}),
};

const VOLUME: Features = { ...EVERYTHING, volume: true };

/** Instances of which some channel has a price of volume. */
const priced = (features: Features): fc.Arbitrary<Instance> =>
  instances(features).filter(({ channels }) =>
    channels.channels.some(({ volume, minimumFee }) => volume !== undefined || minimumFee !== undefined),
  );

/** Looks so often and no more: some proofs would go on for long. */
const looks = (most: number) => {
  let left = most;
  return () => left-- <= 0;
};

describe("a proof where volume has prices", () => {
  it("ends at or below the optimum, no lower than zero prices, and the checker reads it alike", () => {
    fc.assert(
      fc.property(priced(VOLUME), (instance) => {
        const problem = problemFrom(instance);
        const best = bruteForce(instance).objective;
        const { tree, bound } = prove(problem, {
          shouldStop: looks(3_000),
          enough: looks(300),
          incumbent: () => Number(best),
        });
        expect(bound).toBeLessThanOrEqual(best);
        expect(bound).toBeGreaterThanOrEqual(zeroPriceBound(problem));
        expect(checkedBound(problem, tree)).toBe(bound);
      }),
      run,
    );
  });

  it("reaches the optimum of most instances that have no packages", () => {
    const plain: Features = { ...VOLUME, packageAmount: false, minOrders: false, time: false, due: false };
    let reached = 0;
    let count = 0;
    fc.assert(
      fc.property(priced({ ...plain, delay: false, limits: false, quotas: false }), (drawn) => {
        const channels = drawn.channels.channels.map(({ package: _, queue: __, ...channel }) => ({
          ...channel,
          mode: "single" as const,
        }));
        const instance: Instance = { ...drawn, channels: { ...drawn.channels, channels } };
        const best = bruteForce(instance).objective;
        const problem = problemFrom(instance);
        const incumbent = () => Number(best);
        const { bound } = prove(problem, { shouldStop: looks(3_000), enough: looks(300), incumbent });
        count++;
        if (bound === best) reached++;
      }),
      run,
    );
    expect(reached / count).toBeGreaterThan(0.75);
  });

  it("that asks about volumes proves no more than is true, whatever it asks for them", () => {
    const unit = fc.oneof(
      fc.integer({ min: -500, max: 500 }),
      fc.integer({ min: -4_000_000, max: 4_000_000 }),
    );
    fc.assert(
      fc.property(
        priced(VOLUME).filter(({ channels }) => channels.channels.some(({ volume }) => volume !== undefined)),
        fc.record({
          scale: fc.constantFrom(1, 10, 1000),
          volume: fc.oneof(fc.nat(5), fc.nat(900)),
          units: fc.array(unit, { minLength: 6, maxLength: 6 }),
          shares: fc.array(fc.nat(1_000_000), { minLength: 6, maxLength: 6 }),
        }),
        (instance, { scale, volume, units, shares }) => {
          const problem = problemFrom(instance);
          const { channels } = problem.contract;
          const channel = channels.findIndex((each) => each.volume !== null);
          const zero = zeroPrices(problem);
          const pricesAt = (from: number) => ({
            ...zero,
            scale,
            volume: {
              unit: Float64Array.from(channels, (each, c) =>
                each.volume === null
                  ? 0
                  : units[from + c]! * scale * (each.volume.unit === "amount" ? 100 : 1),
              ),
              minimumFee: Float64Array.from(channels, (each, c) =>
                each.minimumFee === null ? 0 : shares[from + c]!,
              ),
            },
          });
          const [few, many] = [pricesAt(0), pricesAt(3)];
          const step = commonStep(problem);
          const all = anyCounts(channels.length);
          const bounds = [
            evaluate(
              problem,
              few,
              withVolume(all, channel, () => ({ from: 0, to: volume })),
              step,
            ),
            evaluate(
              problem,
              many,
              withVolume(all, channel, () => ({ from: volume + 1, to: Infinity })),
              step,
            ),
          ].filter((bound) => bound !== null);
          const [least] = bounds.sort((a, b) => (a < b ? -1 : 1));
          const tree = { channel, volume, atMost: { prices: few }, above: { prices: many } };
          expect(checkedBound(problem, tree)).toBe(least);
          expect(least!).toBeLessThanOrEqual(bruteForce(instance).objective);
        },
      ),
      { ...run, numRuns: 2 * run.numRuns },
    );
  });
});

describe("the greedy engine where volume has prices", () => {
  it("makes valid plans, priced as the checker does, near the optimum and never below it", () => {
    let reached = 0;
    let count = 0;
    fc.assert(
      fc.property(priced(VOLUME), (instance) => {
        const problem = problemFrom(instance);
        const { plan, cost } = solveGreedy(problem, [], { shouldStop: looks(100_000) });
        const best = bruteForce(instance);
        expect(isFeasible(problem, plan)).toBe(true);
        expect(checked(problem, plan).violations).toEqual([]);
        expect(cost.objective).toBeGreaterThanOrEqual(best.objective);
        count++;
        if (cost.objective === best.objective) reached++;
      }),
      run,
    );
    expect(reached / count).toBeGreaterThan(0.9);
  });
});

/** A minimum fee that is reached, or no minimum at all, is no price. */
const has = (contract: Contract) => pricesVolume(contract.channels);

describe("the exact engine where volume has prices", () => {
  it.each(["highs", "javascript-lp-solver"] as const)("finds what brute force finds: %s", async (mip) => {
    let proven = 0;
    let count = 0;
    await fc.assert(
      fc.asyncProperty(priced({ ...VOLUME, delay: false, weights: false }), async (instance) => {
        const problem = problemFrom(instance);
        const outcome = await solveExact(problem, { engine: mipEngine(mip), seed: 1, timeLeft: () => 5_000 });
        const best = bruteForce(instance).objective;
        if (outcome.status === "optimal") expect(outcome.found.cost.objective).toBe(best);
        if (outcome.status === "stopped" && outcome.engineBound !== undefined)
          expect(outcome.engineBound).toBeLessThanOrEqual(best);
        if (!has(problem.contract)) return;
        count++;
        if (outcome.status === "optimal") proven++;
      }),
      run,
    );
    expect(proven / count).toBeGreaterThan(0.9);
  });
});
