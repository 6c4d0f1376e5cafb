import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { zeroPriceBound } from "../../src/solver/bound.js";
import { isFeasible } from "../../src/solver/feasible.js";
import { type PricedPlan, solveGreedy } from "../../src/solver/greedy/greedy.js";
import type { Problem } from "../../src/solver/problem.js";
import { pricesPosted } from "../../src/solver/prompt/look.js";
import { type Hands, searchPromptly } from "../../src/solver/prompt/search.js";
import { proofFrom, startFrom } from "../../src/solver/prompt/start.js";
import { zeroPrices } from "../../src/solver/proof/prices.js";
import type { Proven } from "../../src/solver/proof/tree.js";
import { EVERYTHING, instances } from "../support/arbitraries.js";
import { bruteForce } from "../support/bruteForce.js";
import { checkedBound } from "../support/checkedBound.js";
import { handsHere } from "../support/handsHere.js";
import { type Instance, problemFrom } from "../support/instance.js";

const run = {
  numRuns: Number(process.env.PROPERTY_RUNS ?? 120),
  ...(process.env.PROPERTY_SEED ? { seed: Number(process.env.PROPERTY_SEED) } : {}),
};

/** The contract of one instance with the orders of the other: as unlike as changed contracts can be. */
function underAnother(orders: Instance, contract: Instance): Instance | null {
  const ids = new Set(contract.channels.channels.map(({ id }) => id));
  const known = orders.orders.every((order) =>
    (order.channels ?? "").split("|").every((id) => id === "" || ids.has(id)),
  );
  const alike = (["planAt", "currency"] as const).every(
    (field) => orders.channels[field] === contract.channels[field],
  );
  return known && alike ? { channels: contract.channels, orders: orders.orders } : null;
}

const greedyPlan = (problem: Problem) => solveGreedy(problem, [], { shouldStop: () => false }).plan;

/** Rounds after the first, at most: small instances have few questions. */
const ROUNDS = 6;

async function searched(problem: Problem, start: PricedPlan, hands: Hands, gap = 0) {
  let best = start;
  let proven: Proven = { tree: { prices: zeroPrices(problem) }, bound: zeroPriceBound(problem) };
  let rounds = 0;
  const end = await searchPromptly(problem.contract, start, hands, {
    bound: proven.bound,
    gap,
    goesOn: () => ++rounds < ROUNDS,
    onBetter: (better) => {
      if ("plan" in better) best = better;
      else proven = better;
    },
  });
  return { best, proven, end, rounds };
}

describe("a prompt search", () => {
  it("gives a valid plan and a bound that holds, from the plan of another contract", async () => {
    let asked = 0;
    let optimal = 0;
    await fc.assert(
      fc.asyncProperty(instances(EVERYTHING), instances(EVERYTHING), async (first, second) => {
        const changed = underAnother(first, second);
        if (changed === null) return;
        const problem = problemFrom(changed);
        const start = startFrom(problem, [greedyPlan(problemFrom(first))]);
        expect(isFeasible(problem, start.plan)).toBe(true);
        const { best, proven, end } = await searched(problem, start, handsHere(problem));
        if ("channel" in proven.tree) asked++;
        const optimum = bruteForce(changed).objective;
        expect(isFeasible(problem, best.plan)).toBe(true);
        expect(best.cost.objective).toBeLessThanOrEqual(start.cost.objective);
        expect(best.cost.objective).toBeGreaterThanOrEqual(optimum);
        expect(proven.bound).toBeLessThanOrEqual(optimum);
        expect(checkedBound(problem, proven.tree)).toBe(proven.bound);
        if (end !== "optimal") return;
        optimal++;
        expect(best.cost.objective).toBe(optimum);
      }),
      run,
    );
    expect(asked).toBeGreaterThan(0);
    expect(optimal).toBeGreaterThan(0);
  });

  it("knows a bound at once, by prices that channels post in another contract", () => {
    let better = 0;
    fc.assert(
      fc.property(instances(EVERYTHING), instances(EVERYTHING), (first, second) => {
        const changed = underAnother(first, second);
        if (changed === null) return;
        const before = problemFrom(first);
        const problem = problemFrom(changed);
        const { tree, bound } = proofFrom(problem, pricesPosted(before, greedyPlan(before)));
        if (bound > zeroPriceBound(problem)) better++;
        expect(bound).toBeLessThanOrEqual(bruteForce(changed).objective);
        expect(checkedBound(problem, tree)).toBe(bound);
      }),
      run,
    );
    expect(better).toBeGreaterThan(0);
  });

  it("has a plan and a proof wherever it is stopped", async () => {
    await fc.assert(
      fc.asyncProperty(instances(EVERYTHING), fc.nat({ max: 12 }), async (instance, work) => {
        const problem = problemFrom(instance);
        const start = startFrom(problem, [{ loads: [] }]);
        let left = work;
        const { best, proven } = await searched(
          problem,
          start,
          handsHere(problem, () => left-- <= 0),
        );
        const optimum = bruteForce(instance).objective;
        expect(isFeasible(problem, best.plan)).toBe(true);
        expect(best.cost.objective).toBeGreaterThanOrEqual(optimum);
        expect(proven.bound).toBeLessThanOrEqual(optimum);
        expect(checkedBound(problem, proven.tree)).toBe(proven.bound);
      }),
      run,
    );
  });

  it("ends with the same plan and proof, whichever piece of work is done first", async () => {
    await fc.assert(
      fc.asyncProperty(
        instances(EVERYTHING),
        fc.array(fc.nat({ max: 3 }), { maxLength: 20 }),
        async (instance, waits) => {
          const problem = problemFrom(instance);
          const start = startFrom(problem, [greedyPlan(problem)]);
          const once = await searched(problem, start, handsHere(problem));
          const again = await searched(problem, start, late(handsHere(problem), waits));
          expect(again.best).toEqual(once.best);
          expect(again.proven).toEqual(once.proven);
          expect(again.end).toBe(once.end);
        },
      ),
      { ...run, numRuns: Math.ceil(run.numRuns / 2) },
    );
  });
});

/** Those who take their time with each piece of work. */
function late(hands: Hands, waits: readonly number[]): Hands {
  let piece = 0;
  const wait = async () => {
    for (let turns = waits[piece++] ?? 0; turns > 0; turns--) await new Promise(setImmediate);
  };
  const after = async <Outcome>(outcome: Promise<Outcome>) => {
    await wait();
    return outcome;
  };
  return {
    look: async (plan) => {
      const look = await after(hands.look(plan));
      return look && { ...look, root: after(look.root) };
    },
    improve: (plan) => after(hands.improve(plan)),
    node: async (task) => {
      const answer = await after(hands.node(task));
      return answer && { ...answer, plan: after(answer.plan) };
    },
  };
}
