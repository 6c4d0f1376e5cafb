import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Problem } from "../../src/solver/problem.js";
import type { Crew, Pass } from "../../src/solver/proof/crew.js";
import { alone } from "../../src/solver/proof/crew.js";
import { commonStep, evaluate } from "../../src/solver/proof/evaluate.js";
import { asksOf, worthOfEveryOrder } from "../../src/solver/proof/everyOrder.js";
import { pricesOf } from "../../src/solver/proof/fromRelaxation.js";
import { passOf } from "../../src/solver/proof/passes.js";
import type { RelaxationAnswer } from "../../src/solver/relaxation/answer.js";
import { solveRelaxation } from "../../src/solver/relaxation/interiorPoint.js";
import { loadsOf } from "../../src/solver/relaxation/loads.js";
import { lotsOf, type WholeLots } from "../../src/solver/relaxation/lots.js";
import { queueTerms } from "../../src/solver/relaxation/queueTerms.js";
import { anyCounts, relax } from "../../src/solver/relaxation/relax.js";
import { EVERYTHING, instances } from "../support/arbitraries.js";
import { problemFrom } from "../support/instance.js";

const run = {
  numRuns: Number(process.env.PROPERTY_RUNS ?? 150),
  ...(process.env.PROPERTY_SEED ? { seed: Number(process.env.PROPERTY_SEED) } : {}),
};

/** An answer with the queues as a first one would have them, so that slots have prices. */
function answerOf(problem: Problem, lots: WholeLots): RelaxationAnswer {
  const counts = anyCounts(problem.classes.channels);
  const options = { tolerance: 1e-6, maxIterations: 60, shouldStop: () => false };
  const answer = (queue: RelaxationAnswer["queue"]) => {
    const relaxed = relax(problem, lots, { sharedUpTo: 8, counts, fixed: null, queue, keep: null });
    return { lots, relaxed, found: solveRelaxation(relaxed.relaxation, options), queue };
  };
  return answer(queueTerms(problem, loadsOf(problem, answer(queueTerms(problem, null)))));
}

/** As threads do it: slices of so many rows, the last one first, each by a helper that was sent the pass. */
function scattered(problem: Problem, rows: number): Crew {
  return {
    run<Output>(pass: Pass<Output>) {
      const outputs: Output[] = [];
      for (let slice = Math.ceil(pass.rows / rows) - 1; slice >= 0; slice--) {
        const helper = passOf(problem, structuredClone({ kind: pass.kind, input: pass.input }));
        const output = helper.slice(slice * rows, Math.min(pass.rows, (slice + 1) * rows));
        outputs[slice] = structuredClone(output) as Output;
      }
      return outputs;
    },
  };
}

describe("passes over all orders", () => {
  it("bring the same whatever the slices, and whoever takes them", () => {
    fc.assert(
      fc.property(instances(EVERYTHING), fc.integer({ min: 1, max: 4 }), (instance, rows) => {
        const problem = problemFrom(instance);
        if (problem.classes.members.length === 0) return;
        const crew = scattered(problem, rows);
        const counts = anyCounts(problem.classes.channels);
        const step = commonStep(problem);
        for (const lots of [lotsOf(problem, 100), lotsOf(problem, 1, 2)]) {
          const answer = answerOf(problem, lots);
          const prices = pricesOf(problem, answer);
          expect(evaluate(problem, prices, counts, step, crew)).toBe(
            evaluate(problem, prices, counts, step, alone),
          );
          if (lots.ofOneClass) continue;
          const { asked, loads } = asksOf(problem, answer, prices);
          const each = worthOfEveryOrder(problem, asked, loads, crew, () => false);
          expect(each).toEqual(worthOfEveryOrder(problem, asked, loads, alone, () => false));
          expect(evaluate(problem, each, counts, step, crew)).toBe(evaluate(problem, each, counts, step));
        }
      }),
      run,
    );
  });
});
