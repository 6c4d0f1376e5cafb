import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { solveGreedy } from "../../src/solver/greedy/greedy.js";
import { EVERYTHING, type Features, instances } from "../support/arbitraries.js";
import { bruteForce } from "../support/bruteForce.js";
import { problemFrom } from "../support/instance.js";

/**
 * How far the greedy engine alone is from the optimum of small instances, by family. Measured with this seed it is
 * optimal in all of them but for delay's last digits (1.000004); the search before packages were topped up, split and
 * ruined had instances of twice and of 140 times the optimum among as many. A search that loses such a move breaks the
 * bounds.
 */
const RUNS = 120;
const SEED = 20261122;

const PLAIN: Features = {
  ...EVERYTHING,
  maxOrders: 6,
  minOrders: false,
  packageAmount: false,
  separateBy: false,
  limits: false,
  quotas: false,
  success: false,
  tiers: false,
  penalties: false,
  permitted: false,
  time: false,
  due: false,
  delay: false,
  weights: false,
  perOrder: false,
  lanes: false,
  attributes: false,
};

interface Family {
  readonly name: string;
  readonly features: Features;
}

/** Cost over optimum: of any one instance, and of all together, deferral penalties and all. */
const WORST = 1.02;
const TOGETHER = 1.0005;

const FAMILIES: readonly Family[] = [
  { name: "packages and fees", features: PLAIN },
  {
    name: "minimum of a package, locked orders",
    features: { ...PLAIN, minOrders: true, permitted: true, penalties: true },
  },
  {
    name: "cut-offs and due times",
    features: { ...PLAIN, time: true, due: true, perOrder: true, lanes: true },
  },
  {
    name: "short limits",
    features: { ...PLAIN, limits: true, penalties: true, tiers: true },
  },
  {
    name: "separate keys",
    features: { ...PLAIN, separateBy: true, attributes: true },
  },
  {
    name: "quotas",
    features: { ...PLAIN, quotas: true, limits: true },
  },
  {
    name: "delay and weights",
    features: { ...PLAIN, delay: true, weights: true, perOrder: true, lanes: true },
  },
  {
    name: "amounts of packages",
    features: { ...PLAIN, packageAmount: true, tiers: true },
  },
  { name: "everything", features: { ...EVERYTHING, maxOrders: 6 } },
];

const never = { shouldStop: () => false };

describe("the greedy engine, beside the optimum", () => {
  it.each(FAMILIES)("$name", ({ features }) => {
    let [greedy, optimal, highest] = [0, 0, 1];
    for (const instance of fc.sample(instances(features), { seed: SEED, numRuns: RUNS })) {
      const found = Number(solveGreedy(problemFrom(instance), [], never).cost.objective);
      const best = Number(bruteForce(instance).objective);
      if (best === 0) expect(found).toBe(0);
      else highest = Math.max(highest, found / best);
      greedy += found;
      optimal += best;
    }
    expect(highest).toBeLessThanOrEqual(WORST);
    expect(greedy / optimal).toBeLessThanOrEqual(TOGETHER);
  });
});
