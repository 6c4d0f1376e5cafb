import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isFeasible } from "../../src/solver/feasible.js";
import type { PricedPlan } from "../../src/solver/greedy/greedy.js";
import type { Problem } from "../../src/solver/problem.js";
import { prove } from "../../src/solver/proof/prove.js";
import { branchesFast } from "../../src/solver/proof/reach.js";
import { Rounding } from "../../src/solver/proof/rounding.js";
import type { ProofTree, Proven } from "../../src/solver/proof/tree.js";
import { CountProgram } from "../../src/solver/relaxation/countProgram.js";
import { lotsOf } from "../../src/solver/relaxation/lots.js";
import { queueTerms } from "../../src/solver/relaxation/queueTerms.js";
import { anyCounts, relax } from "../../src/solver/relaxation/relax.js";
import { EVERYTHING, type Features, instances } from "../support/arbitraries.js";
import { bruteForce } from "../support/bruteForce.js";
import { checkedBound } from "../support/checkedBound.js";
import { type Instance, problemFrom } from "../support/instance.js";

const run = {
  numRuns: Number(process.env.PROPERTY_RUNS ?? 60),
  ...(process.env.PROPERTY_SEED ? { seed: Number(process.env.PROPERTY_SEED) } : {}),
};

/** Where counts of orders and packages say all. */
const COUNTS: Features = {
  ...EVERYTHING,
  minOrders: false,
  packageAmount: false,
  separateBy: false,
  feeTiers: false,
  uniqueBy: false,
  limits: false,
  quotas: false,
  time: false,
  due: false,
  delay: false,
};
/** No delay costs: what the dual simplex is for. */
const TIMELESS: Features = { ...EVERYTHING, delay: false };

/** Searches for a proof with no clock, and keeps the best plan. */
function search(problem: Problem): { proven: Proven; plans: PricedPlan[] } {
  const plans: PricedPlan[] = [];
  let incumbent = Infinity;
  let left = 20_000;
  const proven = prove(problem, {
    shouldStop: () => left-- <= 0,
    enough: () => false,
    incumbent: () => incumbent,
    onPlan: (found) => {
      plans.push(found);
      incumbent = Math.min(incumbent, Number(found.cost.objective));
    },
  });
  return { proven, plans };
}

function leastOf(plans: readonly PricedPlan[]): bigint | null {
  return plans.reduce<bigint | null>(
    (least, { cost }) => (least === null || cost.objective < least ? cost.objective : least),
    null,
  );
}

/** Banks of hundreds of orders, channels of random coverage, packages that cost up to ten times what fits their orders. */
function classLevel(): fc.Arbitrary<Instance> {
  return fc
    .record({ banks: fc.integer({ min: 1, max: 6 }), channels: fc.integer({ min: 1, max: 5 }) })
    .chain(({ banks, channels }) => {
      const names = Array.from({ length: banks }, (_, b) => `B${b}`);
      return fc.record({
        demand: fc.array(fc.integer({ min: 1, max: 120 }), { minLength: banks, maxLength: banks }),
        channels: fc.array(
          fc.record({
            covered: fc.subarray(names, { minLength: 1 }),
            charge: fc.integer({ min: 10, max: 200 }),
            fee: fc.integer({ min: 0, max: 4_000 }),
            maxOrders: fc.integer({ min: 5, max: 90 }),
            maxPackages: fc.option(fc.integer({ min: 0, max: 4 })),
            single: fc.boolean(),
          }),
          { minLength: channels, maxLength: channels },
        ),
      });
    })
    .map(({ demand, channels }) => ({
      channels: {
        currency: "CNY",
        objective: { unroutedPenalty: "9.00" },
        channels: channels.map(({ covered, charge, fee, maxOrders, maxPackages, single }, c) => ({
          id: `c${c}`,
          mode: single && c > 0 ? ("single" as const) : ("batch" as const),
          coverage: [{ banks: covered }],
          fee: { flat: (charge / 100).toFixed(2) },
          ...(single && c > 0 ? {} : { package: { fee: (fee / 100).toFixed(2), maxOrders } }),
          ...(maxPackages === null || (single && c > 0) ? {} : { limits: { maxPackages } }),
        })),
      },
      orders: demand.flatMap((count, b) =>
        Array.from({ length: count }, (_, i) => ({ id: `o${b}-${i}`, bank: `B${b}`, amount: "1.00" })),
      ),
    }));
}

/** The questions of a tree, each with the range of counts that is left where it is asked. */
function* questionsOf(
  tree: ProofTree,
  ranges: ReadonlyMap<number, readonly [number, number]> = new Map(),
): Generator<{ packages: number; range: readonly [number, number] }> {
  if (!("packages" in tree)) return;
  const range = ranges.get(tree.channel) ?? [0, Infinity];
  yield { packages: tree.packages, range };
  yield* questionsOf(tree.atMost, new Map(ranges).set(tree.channel, [range[0], tree.packages]));
  yield* questionsOf(tree.above, new Map(ranges).set(tree.channel, [tree.packages + 1, range[1]]));
}

describe("branching on package counts", () => {
  it("says that its plans from prices are all told, before it branches", () => {
    fc.assert(
      fc.property(instances({ ...TIMELESS, packageAmount: false }), (instance) => {
        let guided = 0;
        let left = 2_000;
        prove(problemFrom(instance), {
          shouldStop: () => left-- <= 0,
          enough: () => guided > 0,
          incumbent: () => Infinity,
          onGuided: () => guided++,
        });
        expect(guided).toBe(1);
      }),
      run,
    );
  });

  it("finds the optimum of small instances by itself and proves it, where counts say all", () => {
    fc.assert(
      fc.property(instances(COUNTS), (instance) => {
        const problem = problemFrom(instance);
        const best = bruteForce(instance).objective;
        const { proven, plans } = search(problem);
        expect(proven.bound).toBe(best);
        if (best > 0n) expect(leastOf(plans)).toBe(best);
      }),
      run,
    );
  });

  it("never proves more than is true, nor finds plans that break a rule, where nothing waits", () => {
    fc.assert(
      fc.property(instances(TIMELESS), (instance) => {
        const problem = problemFrom(instance);
        const best = bruteForce(instance).objective;
        const { proven, plans } = search(problem);
        expect(proven.bound).toBeLessThanOrEqual(best);
        expect(checkedBound(problem, proven.tree)).toBe(proven.bound);
        for (const { plan, cost } of plans) {
          expect(isFeasible(problem, plan)).toBe(true);
          expect(cost.objective).toBeGreaterThanOrEqual(best);
        }
      }),
      run,
    );
  });

  it("closes class-level instances: a certificate that the checker reads alike, and a plan that costs as much", () => {
    fc.assert(
      fc.property(classLevel(), (instance) => {
        const problem = problemFrom(instance);
        expect(branchesFast(problem)).toBe(true);
        const { proven, plans } = search(problem);
        expect(checkedBound(problem, proven.tree)).toBe(proven.bound);
        expect(leastOf(plans)).toBe(proven.bound);
        for (const { plan } of plans) expect(isFeasible(problem, plan)).toBe(true);
        for (const { packages, range } of questionsOf(proven.tree)) {
          expect(packages).toBeGreaterThanOrEqual(range[0]);
          expect(packages).toBeLessThan(range[1]);
        }
      }),
      run,
    );
  });

  it("does the same twice", () => {
    fc.assert(
      fc.property(classLevel(), (instance) => {
        const [first, second] = [search(problemFrom(instance)), search(problemFrom(instance))];
        expect(second.proven).toEqual(first.proven);
        expect(second.plans).toEqual(first.plans);
      }),
      { ...run, numRuns: 10 },
    );
  });
});

describe("the program of package counts", () => {
  it("bounds from below with its cuts, and never by less than without", () => {
    fc.assert(
      fc.property(classLevel(), (instance) => {
        const problem = problemFrom(instance);
        const lots = lotsOf(problem, 1_000);
        const counts = anyCounts(problem.classes.channels);
        const queue = queueTerms(problem, null);
        const relaxed = relax(problem, lots, { sharedUpTo: 0, counts, queue, fixed: null, keep: null });
        const program = new CountProgram(problem, lots, relaxed);
        const without = program.solve(counts, Infinity, { cuts: false });
        const rounding = new Rounding(problem, lots, relaxed);
        const rough = rounding.planOf(program.flow(), Infinity);
        const withCuts = program.solve(counts, Infinity);
        expect([without.status, withCuts.status]).toEqual(["optimal", "optimal"]);
        const best = Number(leastOf(search(problem).plans));
        expect(withCuts.value).toBeGreaterThanOrEqual(without.value * (1 - 1e-9));
        expect(withCuts.value).toBeLessThanOrEqual(best * (1 + 1e-9));
        // What rounding says that a plan costs is what it costs.
        if (rough !== null) expect(rough.plan().cost.objective).toBe(BigInt(rough.cost));
      }),
      run,
    );
  });
});
