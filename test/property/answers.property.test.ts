import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isFeasible } from "../../src/solver/feasible.js";
import { planFromAnswer } from "../../src/solver/greedy/fromAnswer.js";
import type { Problem } from "../../src/solver/problem.js";
import { alone } from "../../src/solver/proof/crew.js";
import { commonStep, evaluate } from "../../src/solver/proof/evaluate.js";
import { asksOf, worthOfEveryOrder } from "../../src/solver/proof/everyOrder.js";
import { pricesOf } from "../../src/solver/proof/fromRelaxation.js";
import type { ProofPrices } from "../../src/solver/proof/prices.js";
import type { RelaxationAnswer } from "../../src/solver/relaxation/answer.js";
import { solveRelaxation } from "../../src/solver/relaxation/interiorPoint.js";
import { loadsOf } from "../../src/solver/relaxation/loads.js";
import { lotsOf, type WholeLots } from "../../src/solver/relaxation/lots.js";
import { queueTerms } from "../../src/solver/relaxation/queueTerms.js";
import { anyCounts, relax } from "../../src/solver/relaxation/relax.js";
import { roundPackages } from "../../src/solver/relaxation/rounding.js";
import { EVERYTHING, instances } from "../support/arbitraries.js";
import { bruteForce } from "../support/bruteForce.js";
import { checkedBound } from "../support/checkedBound.js";
import { problemFrom } from "../support/instance.js";

const run = {
  numRuns: Number(process.env.PROPERTY_RUNS ?? 150),
  ...(process.env.PROPERTY_SEED ? { seed: Number(process.env.PROPERTY_SEED) } : {}),
};

function answerOf(
  problem: Problem,
  lots: WholeLots,
  fixed: readonly Float64Array[] | null = null,
): RelaxationAnswer {
  const counts = anyCounts(problem.classes.channels);
  const queue = queueTerms(problem, null);
  const relaxed = relax(problem, lots, { sharedUpTo: 8, counts, fixed, queue, keep: null });
  const options = { tolerance: 1e-6, maxIterations: 60, shouldStop: () => false };
  return { lots, relaxed, found: solveRelaxation(relaxed.relaxation, options), queue };
}

function everyWorth(problem: Problem, answer: RelaxationAnswer, prices: ProofPrices): ProofPrices {
  const { asked, loads } = asksOf(problem, answer, prices);
  return worthOfEveryOrder(problem, asked, loads, alone, () => false);
}

/** Two lots where there are two classes and more. */
const coarseLots = (problem: Problem) => lotsOf(problem, 1, 2);

describe("a plan from an answer of the relaxation", () => {
  it("is valid, whether lots are classes or coarser, and whatever counts are fixed", () => {
    fc.assert(
      fc.property(instances(EVERYTHING), (instance) => {
        const problem = problemFrom(instance);
        const best = bruteForce(instance).objective;
        for (const lots of [lotsOf(problem, 100), coarseLots(problem)]) {
          const answer = answerOf(problem, lots);
          const fixed = roundPackages(problem, answer, null);
          const answers = fixed === null ? [answer] : [answer, answerOf(problem, lots, fixed)];
          for (const each of answers) {
            const { plan, cost } = planFromAnswer(problem, each);
            expect(isFeasible(problem, plan)).toBe(true);
            expect(cost.objective).toBeGreaterThanOrEqual(best);
          }
        }
      }),
      run,
    );
  });

  it("carries the loads of the answer, though every order's flow is in halves", () => {
    // Nothing tells the channels apart, so that the interior point gives each order half to either.
    const channel = (id: string) => ({
      id,
      mode: "single" as const,
      coverage: [{ banks: "*" as const }],
      fee: { flat: "0.10", rate: "0.1%" },
      limits: { maxOrders: 70 },
    });
    const problem = problemFrom({
      channels: { currency: "CNY", channels: [channel("one"), channel("two")] },
      orders: Array.from({ length: 100 }, (_, i) => ({
        id: `o${i}`,
        bank: "A",
        amount: `${10 * (i + 1)}.00`,
      })),
    });
    const answer = answerOf(problem, lotsOf(problem, 24_000));
    expect(answer.found.flow.every((flow) => flow > 0.4 && flow < 0.6)).toBe(true);
    const { plan } = planFromAnswer(problem, answer);
    loadsOf(problem, answer).forEach(({ orders }, c) => {
      expect(Math.abs(plan.loads[c]!.orders.length - orders)).toBeLessThan(2);
    });
  });
});

describe("a worth for every order", () => {
  it("proves no more than is true, and the same to the checker", () => {
    fc.assert(
      fc.property(instances(EVERYTHING), (instance) => {
        const problem = problemFrom(instance);
        const lots = coarseLots(problem);
        if (lots.ofOneClass) return;
        const answer = answerOf(problem, lots);
        const prices = everyWorth(problem, answer, pricesOf(problem, answer));
        const bound = evaluate(problem, prices, anyCounts(problem.classes.channels), commonStep(problem));
        if (bound === null) return;
        expect(bound).toBeLessThanOrEqual(bruteForce(instance).objective);
        expect(checkedBound(problem, { prices })).toBe(bound);
      }),
      run,
    );
  });

  it("proves nearly what classes do from far fewer lots, every order's worth at times more than prices of places", () => {
    const problem = severalHundred();
    const counts = anyCounts(problem.classes.channels);
    const step = commonStep(problem);
    const fine = answerOf(problem, lotsOf(problem, 24_000));
    const most = Number(evaluate(problem, pricesOf(problem, fine), counts, step));
    const gains = [15, 25, 40, 60, 100, 200].map((target) => {
      const coarse = answerOf(problem, lotsOf(problem, 1, target));
      expect(coarse.lots.count).toBeLessThanOrEqual(target);
      const stated = pricesOf(problem, coarse);
      const posted = Number(evaluate(problem, stated, counts, step));
      const each = Number(evaluate(problem, everyWorth(problem, coarse, stated), counts, step));
      // The better of both is what is told. Neither is always it.
      expect(most - Math.max(posted, each)).toBeLessThan(0.002 * most);
      return each - posted;
    });
    expect(Math.max(...gains)).toBeGreaterThan(0);
  });
});

describe("lots of like charges", () => {
  it("hold every order once, agree in all but charges and penalty, and charge the mean", () => {
    const problem = severalHundred();
    const { classes, orders } = problem;
    const C = classes.channels;
    const lots = lotsOf(problem, 1, 25);
    expect(lots.ofOneClass).toBe(false);
    expect(lots.size.reduce((sum, size) => sum + size, 0)).toBe(orders.count);
    const charge = new Float64Array(lots.count * C);
    const size = new Float64Array(lots.count);
    for (let i = 0; i < orders.count; i++) {
      const [lot, k] = [lots.lotOf![i]!, classes.classOf[i]!];
      const first = lots.classOf[lot]!;
      size[lot]!++;
      expect(classes.due[k]).toBe(classes.due[first]);
      for (let c = 0; c < C; c++) {
        expect(classes.rule[k * C + c]).toBe(classes.rule[first * C + c]);
        expect(classes.key[k * C + c]).toBe(classes.key[first * C + c]);
        charge[lot * C + c]! += classes.charge[k * C + c]!;
      }
    }
    expect(size).toEqual(lots.size);
    lots.charge.forEach((mean, cell) => {
      if (mean >= 0) expect(mean).toBeCloseTo(charge[cell]! / size[Math.floor(cell / C)]!, 3);
    });
  });
});

/** Orders of all amounts; a channel by the amount, one at a flat fee with few places, one for a bank a package. */
function severalHundred(): Problem {
  const orders = Array.from({ length: 600 }, (_, i) => ({
    id: `o${i}`,
    bank: ["A", "B", "C"][i % 3]!,
    amount: ((((i * 7919) % 600) + 1) * 3).toFixed(2),
  }));
  return problemFrom({
    channels: {
      currency: "CNY",
      planAt: "2026-11-22T22:00:00+08:00",
      channels: [
        {
          id: "rate",
          mode: "batch",
          coverage: [{ banks: "*" }],
          fee: { rate: "0.1%" },
          package: { fee: "3.00", maxOrders: 50 },
        },
        {
          id: "flat",
          mode: "batch",
          coverage: [{ banks: "*" }],
          fee: { flat: "0.50" },
          package: { fee: "2.00", maxOrders: 40 },
          limits: { maxOrders: 200 },
        },
        {
          id: "bank",
          mode: "batch",
          coverage: [{ banks: ["A", "B"] }],
          fee: { flat: "0.20", rate: "0.05%" },
          package: { fee: "9.00", maxOrders: 100, maxAmount: "30000.00", separateBy: ["bank"] },
        },
        { id: "single", mode: "single", coverage: [{ banks: "*" }], fee: { flat: "1.20" } },
      ],
    },
    orders,
  });
}
