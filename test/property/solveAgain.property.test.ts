import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { classify } from "../../src/solver/classes.js";
import { pricePlan } from "../../src/solver/cost.js";
import { isFeasible } from "../../src/solver/feasible.js";
import { solveGreedy } from "../../src/solver/greedy/greedy.js";
import { NO_LOAD, routeNothing } from "../../src/solver/nothing.js";
import type { Problem } from "../../src/solver/problem.js";
import type { Guidance } from "../../src/solver/proof/guidance.js";
import { prove } from "../../src/solver/proof/prove.js";
import { repaired } from "../../src/solver/repair.js";
import { sameClassesAs } from "../../src/solver/sameClasses.js";
import { type Solution, solveAgain } from "../../src/solver/solveAgain.js";
import { EVERYTHING, instances } from "../support/arbitraries.js";
import { bruteForce } from "../support/bruteForce.js";
import { checkedBound } from "../support/checkedBound.js";
import type { Instance } from "../support/instance.js";
import { contractOf, problemFrom, tableOf } from "../support/instance.js";

const run = {
  numRuns: Number(process.env.PROPERTY_RUNS ?? 120),
  ...(process.env.PROPERTY_SEED ? { seed: Number(process.env.PROPERTY_SEED) } : {}),
};

/** The contract of one instance with the orders of the other: as unlike as scenarios can be. */
function underAnother(orders: Instance, contract: Instance): Instance | null {
  const ids = new Set(contract.channels.channels.map(({ id }) => id));
  const known = orders.orders.every((order) =>
    (order.channels ?? "").split("|").every((id) => id === "" || ids.has(id)),
  );
  const sameTime = orders.channels.planAt === contract.channels.planAt;
  const sameMoney = orders.channels.currency === contract.channels.currency;
  return known && sameTime && sameMoney ? { channels: contract.channels, orders: orders.orders } : null;
}

function solutionOf(problem: Problem): Solution {
  const { plan } = solveGreedy(problem, [], { shouldStop: () => false });
  let guidance: Guidance | null = null;
  prove(problem, {
    shouldStop: () => false,
    enough: () => true,
    incumbent: () => Infinity,
    onGuided: (found) => {
      guidance = found;
    },
  });
  return { plan, guidance };
}

const options = {
  gap: 0,
  closeGap: 0,
  shouldStop: () => false,
  mip: null,
  seed: 1,
  timeLeft: () => 1000,
};

const WITH_VOLUME = { ...EVERYTHING, volume: true };

describe("solving a like problem again", () => {
  it("gives a valid plan and a bound that holds, however unlike the problems are", async () => {
    let guided = 0;
    await fc.assert(
      fc.asyncProperty(instances(WITH_VOLUME), instances(WITH_VOLUME), async (first, second) => {
        const changed = underAnother(first, second);
        if (changed === null) return;
        const solution = solutionOf(problemFrom(first));
        if (solution.guidance !== null) guided++;
        const problem = problemFrom(changed);
        const { best, proven } = await solveAgain(problem, solution, options);
        expect(isFeasible(problem, best.plan)).toBe(true);
        const optimum = bruteForce(changed).objective;
        expect(best.cost.objective).toBeGreaterThanOrEqual(optimum);
        expect(proven.bound).toBeLessThanOrEqual(optimum);
        expect(checkedBound(problem, proven.tree)).toBe(proven.bound);
      }),
      run,
    );
    expect(guided).toBeGreaterThan(0);
  });

  it("is not worse than the plan before under the same contract, and the same whenever it is asked", async () => {
    await fc.assert(
      fc.asyncProperty(instances(WITH_VOLUME), async (instance) => {
        const problem = problemFrom(instance);
        const solution = solutionOf(problem);
        const once = await solveAgain(problem, solution, options);
        const twice = await solveAgain(problem, solution, options);
        expect(twice.best).toEqual(once.best);
        expect(twice.proven).toEqual(once.proven);
        const before = solveGreedy(problem, [], options).cost.objective;
        expect(once.best.cost.objective).toBeLessThanOrEqual(before);
      }),
      run,
    );
  });
});

describe("a plan to mend", () => {
  it("is mended where it breaks a rule, and what comes out is not worse than that", async () => {
    let better = 0;
    await fc.assert(
      fc.asyncProperty(instances(WITH_VOLUME), instances(WITH_VOLUME), async (first, second) => {
        const changed = underAnother(first, second);
        if (changed === null) return;
        const problem = problemFrom(changed);
        const { plan } = solveGreedy(problemFrom(first), [], options);
        const complete = { loads: problem.contract.channels.map((_, c) => plan.loads[c] ?? NO_LOAD) };
        const { contract, orders, classes } = problem;
        const mended = pricePlan(contract, orders, classes, repaired(problem, complete));
        const nothing = routeNothing(problem).cost;
        // Stopped at once there is nothing but the start.
        const stopped = { ...options, shouldStop: () => true };
        const { best } = await solveAgain(
          problem,
          { plan: { loads: [] }, guidance: null, mended: plan },
          stopped,
        );
        expect(isFeasible(problem, best.plan)).toBe(true);
        expect(best.cost.objective).toBeLessThanOrEqual(mended.objective);
        expect(best.cost.objective).toBeLessThanOrEqual(nothing.objective);
        if (mended.objective < nothing.objective) better++;
      }),
      run,
    );
    expect(better).toBeGreaterThan(0);
  });
});

describe("contracts that class alike", () => {
  it("do", () => {
    let alike = 0;
    fc.assert(
      fc.property(
        instances(WITH_VOLUME),
        fc.record({
          field: fc.constantFrom("minOrders", "fee", "maxOrders", "delay", "lanes", "flat", "maxPackages"),
          channel: fc.nat(),
        }),
        (instance, { field, channel }) => {
          const before = contractOf(instance.channels);
          const orders = tableOf(before, instance.orders);
          const classes = classify(before, orders);
          const c = channel % before.channels.length;
          const after = {
            ...before,
            channels: before.channels.map((each, i) => (i === c ? altered(each, field) : each)),
          };
          if (field === "delay") after.objective = { ...before.objective, delayCostPerOrderHour: 7 };
          if (!sameClassesAs(before, classes.basePenalty)(after)) return;
          alike++;
          const penalty = {
            ...after,
            objective: { ...after.objective, unroutedPenalty: classes.basePenalty },
          };
          expect(classify(penalty, orders)).toEqual(classes);
        },
      ),
      run,
    );
    expect(alike).toBeGreaterThan(10);
  });
});

type Channel = ReturnType<typeof contractOf>["channels"][number];

function altered(channel: Channel, field: string): Channel {
  const { package: terms, limits, queue } = channel;
  switch (field) {
    case "minOrders":
      return { ...channel, package: { ...terms, minOrders: terms.minOrders + 1 } };
    case "fee":
      return { ...channel, package: { ...terms, feeTiers: [{ upTo: Infinity, fee: 77, perOrder: 0 }] } };
    case "maxOrders":
      return { ...channel, package: { ...terms, maxOrders: 2 } };
    case "lanes":
      return { ...channel, queue: { ...queue, lanes: queue.lanes + 1 } };
    case "maxPackages":
      return { ...channel, limits: { ...limits, maxPackages: 1 } };
    case "flat":
      return { ...channel, failureFee: channel.failureFee + 1 };
    default:
      return channel;
  }
}
