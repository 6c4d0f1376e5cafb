import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { baselinePlans } from "../../src/solver/baselines.js";
import { zeroPriceBound } from "../../src/solver/bound.js";
import { pricePlan } from "../../src/solver/cost.js";
import { mipEngine } from "../../src/solver/engines/index.js";
import { type ExactOutcome, solveExact } from "../../src/solver/exact.js";
import { isFeasible } from "../../src/solver/feasible.js";
import { formulate } from "../../src/solver/formulate.js";
import { solveGreedy } from "../../src/solver/greedy/greedy.js";
import type { Problem } from "../../src/solver/problem.js";
import { EVERYTHING, type Features, instances } from "../support/arbitraries.js";
import { bruteForce } from "../support/bruteForce.js";
import { checked, thirdKnows, thirdOpinionOn, thirdOpinionOnBruteForce } from "../support/folder.js";
import { type Instance, problemFrom } from "../support/instance.js";

/** How many random instances a property sees; `PROPERTY_RUNS=2000` for a long search. */
const RUNS = Number(process.env.PROPERTY_RUNS ?? 60);
const run = {
  numRuns: RUNS,
  ...(process.env.PROPERTY_SEED ? { seed: Number(process.env.PROPERTY_SEED) } : {}),
};

/** What nothing in the program is said to leave out: counts of packages and constant or counted times. */
const EXACT: Features = { ...EVERYTHING, weights: false, perOrder: false };

function exact(problem: Problem, name: "highs" | "javascript-lp-solver"): Promise<ExactOutcome> {
  const deadline = Date.now() + 20_000;
  return solveExact(problem, { engine: mipEngine(name), seed: 1, timeLeft: () => deadline - Date.now() });
}

const never = () => false;

describe.each(["highs", "javascript-lp-solver"] as const)("the integer program with %s", (name) => {
  it("calls nothing optimal that brute force betters, and bounds nothing that it reaches", async () => {
    await fc.assert(
      fc.asyncProperty(instances(EVERYTHING), async (instance) => {
        const problem = problemFrom(instance);
        const best = bruteForce(instance).objective;
        const outcome = await exact(problem, name);
        if (outcome.status === "unsupported") throw new Error("a small program was not written");
        if (outcome.found !== undefined) {
          expect(isFeasible(problem, outcome.found.plan)).toBe(true);
          expect(outcome.found.cost.objective).toBeGreaterThanOrEqual(best);
        }
        if (outcome.status === "optimal") expect(outcome.found.cost.objective).toBe(best);
        else if (outcome.engineBound !== undefined) expect(outcome.engineBound).toBeLessThanOrEqual(best);
      }),
      run,
    );
  });

  it("reaches the optimum and says so where it claims to be exact", async () => {
    await fc.assert(
      fc.asyncProperty(instances(EXACT), async (instance) => {
        const problem = problemFrom(instance);
        const formulation = formulate(problem, { maxColumns: 20_000, maxEntries: 400_000 });
        if ("tooLarge" in formulation) throw new Error("a small program was not written");
        fc.pre(formulation.claims === "exact");
        const outcome = await exact(problem, name);
        if (outcome.status === "unsupported") throw new Error("a small program was not written");
        expect(outcome.found?.cost.objective).toBe(bruteForce(instance).objective);
        expect(outcome.status, outcome.status === "stopped" ? outcome.detail : "").toBe("optimal");
      }),
      run,
    );
  });
});

describe("brute force", () => {
  it("finds plans that the third checker holds valid", () => {
    fc.assert(
      fc.property(instances(EVERYTHING), (instance) => {
        fc.pre(thirdKnows(instance.channels));
        const { bad } = thirdOpinionOnBruteForce(instance, bruteForce(instance));
        expect(bad.filter((each) => !each.startsWith("unroutedPenalty"))).toEqual([]);
      }),
      run,
    );
  });
});

describe("the greedy engine", () => {
  it("makes plans that three checkers hold valid and that brute force does not undercut from above", () => {
    fc.assert(
      fc.property(instances({ ...EVERYTHING, maxOrders: 6 }), (instance) => {
        const problem = problemFrom(instance);
        const found = solveGreedy(problem, [], { shouldStop: never });
        expect(isFeasible(problem, found.plan)).toBe(true);
        expect(checked(problem, found.plan).violations).toEqual([]);
        if (thirdKnows(instance.channels))
          expect(thirdOpinionOn(instance, problem, found.plan).bad).toEqual([]);
        expect(found.cost.objective).toBeGreaterThanOrEqual(bruteForce(instance).objective);
        expect(zeroPriceBound(problem)).toBeLessThanOrEqual(bruteForce(instance).objective);
      }),
      run,
    );
  });

  it("is never worse than the plan it starts from", () => {
    fc.assert(
      fc.property(instances(EVERYTHING), (instance) => {
        const problem = problemFrom(instance);
        for (const { plan } of baselinePlans(problem.contract, problem.orders, problem.classes)) {
          const cost = pricePlan(problem.contract, problem.orders, problem.classes, plan);
          const found = solveGreedy(problem, [{ plan, cost }], { shouldStop: never });
          expect(found.cost.objective).toBeLessThanOrEqual(cost.objective);
        }
      }),
      run,
    );
  });
});

describe("the baselines", () => {
  it("are valid plans, the same for the solver and both checkers", () => {
    fc.assert(
      fc.property(instances({ ...EVERYTHING, maxOrders: 8 }), (instance) => {
        const problem = problemFrom(instance);
        for (const { plan } of baselinePlans(problem.contract, problem.orders, problem.classes)) {
          expect(isFeasible(problem, plan)).toBe(true);
          expect(checked(problem, plan).violations).toEqual([]);
          if (thirdKnows(instance.channels)) expect(thirdOpinionOn(instance, problem, plan).bad).toEqual([]);
        }
      }),
      run,
    );
  });
});

/** Proven optimum of an instance, or undefined where the engine proves none. */
async function optimum(instance: Instance): Promise<bigint | undefined> {
  const outcome = await exact(problemFrom(instance), "highs");
  return outcome.status === "optimal" ? outcome.found.cost.objective : undefined;
}

describe("the optimum", () => {
  const covered: Features = { ...EXACT, coverAll: true, permitted: false, quotas: false, delay: false };
  /** A fixed penalty, so that what is added changes no default. */
  const priced = (instance: Instance): Instance => ({
    ...instance,
    channels: {
      ...instance.channels,
      objective: { ...instance.channels.objective, unroutedPenalty: "50.00" },
    },
  });

  it("does not depend on the order of the orders or of the channels", async () => {
    await fc.assert(
      fc.asyncProperty(instances(EXACT), async (instance) => {
        const turned: Instance = {
          channels: { ...instance.channels, channels: [...instance.channels.channels].reverse() },
          orders: [...instance.orders].reverse(),
        };
        const [one, other] = [await optimum(instance), await optimum(turned)];
        fc.pre(one !== undefined && other !== undefined);
        expect(other).toBe(one);
      }),
      run,
    );
  });

  it("never rises with another channel", async () => {
    await fc.assert(
      fc.asyncProperty(instances(covered), async (drawn) => {
        const instance = priced(drawn);
        fc.pre(instance.channels.channels.length > 1);
        const fewer: Instance = {
          ...instance,
          channels: { ...instance.channels, channels: instance.channels.channels.slice(0, -1) },
        };
        // Orders that only the last channel could take would be rejected, at no cost, without it.
        const rejected = (each: Instance) => bruteForce(each).rejected.size;
        fc.pre(rejected(fewer) === rejected(instance));
        const [with_, without] = [await optimum(instance), await optimum(fewer)];
        fc.pre(with_ !== undefined && without !== undefined);
        expect(with_! <= without!).toBe(true);
      }),
      run,
    );
  });

  it("never falls with a dearer package", async () => {
    await fc.assert(
      fc.asyncProperty(instances(covered), fc.nat(2), async (drawn, which) => {
        const instance = priced(drawn);
        const channels = instance.channels.channels.map((channel, c) =>
          c === which && channel.mode === "batch"
            ? { ...channel, package: dearer(channel.package) }
            : channel,
        );
        const raised: Instance = { ...instance, channels: { ...instance.channels, channels } };
        const [before, after] = [await optimum(instance), await optimum(raised)];
        fc.pre(before !== undefined && after !== undefined);
        expect(after! >= before!).toBe(true);
      }),
      run,
    );
  });

  it("of two instances that share nothing is the sum of theirs", async () => {
    await fc.assert(
      fc.asyncProperty(instances(covered), instances(covered), async (one, two) => {
        const [first, second] = [apart(priced(one), "p"), apart(priced(two), "q")];
        const both: Instance = {
          channels: {
            ...first.channels,
            objective: {
              ...first.channels.objective,
              failureCost: first.channels.objective?.failureCost ?? "0",
            },
            channels: [...first.channels.channels, ...second.channels.channels],
          },
          orders: [...first.orders, ...second.orders],
        };
        const same = {
          ...second,
          channels: { ...second.channels, objective: both.channels.objective },
        } as Instance;
        const [a, b, sum] = [
          await optimum({
            ...first,
            channels: { ...first.channels, objective: both.channels.objective },
          } as Instance),
          await optimum(same),
          await optimum(both),
        ];
        fc.pre(a !== undefined && b !== undefined && sum !== undefined);
        expect(sum).toBe(a! + b!);
      }),
      run,
    );
  });
});

type PackageForm = NonNullable<Instance["channels"]["channels"][number]["package"]>;

/** The same terms, each package a yuan dearer. */
function dearer(terms: PackageForm = {}): PackageForm {
  const more = (fee = "0") => (Number(fee) + 1).toFixed(2);
  return terms.feeTiers === undefined
    ? { ...terms, fee: more(terms.fee) }
    : { ...terms, feeTiers: terms.feeTiers.map((tier) => ({ ...tier, fee: more(tier.fee) })) };
}

/** Ids and banks of an instance made its own, and its orders bound to its channels. */
function apart(instance: Instance, mark: string): Instance {
  const channels = instance.channels.channels.map((channel) => ({ ...channel, id: `${mark}${channel.id}` }));
  const ids = channels.map((channel) => channel.id).join("|");
  return {
    channels: {
      ...instance.channels,
      planAt: "2026-11-22T22:00:00+08:00",
      currency: "CNY",
      channels,
    } as Instance["channels"],
    orders: instance.orders.map((order) => ({ ...order, id: `${mark}${order.id}`, channels: ids })),
  };
}
