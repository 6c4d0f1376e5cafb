import { describe, expect, it } from "vitest";
import { mipEngine } from "../../src/solver/engines/index.js";
import { solveExact } from "../../src/solver/exact.js";
import { type CflpCase, cflpCases, readCflp } from "../support/public/cflp.js";
import { withPublicData } from "../support/public/publicData.js";
import { planPublic } from "./planned.js";
import { problemOfPublic } from "./problem.js";

const data = withPublicData("cflp");
const cases = data.missing ? [] : cflpCases(data.folder);
const SECONDS = 30;

async function expectOptimum({ file, optimum, orders }: CflpCase, mip: "javascript-lp-solver" | "highs") {
  const plan = await planPublic(readCflp(file), { engine: "exact", mip, timeLimit: SECONDS });
  expect(plan).toMatchObject({ status: "optimal", proof: "certificate", gap: 0, stoppedBy: "optimal" });
  expect(plan.counts).toMatchObject({ orders, routed: orders });
  expect(Number(plan.cost.objective)).toBe(optimum);
  expect(plan.bound).toBe(plan.cost.objective);
}

describe.skipIf(data.missing)(data.title("warehouse location reaches the published optimum, proven"), () => {
  it("has all thirteen files", () => expect(cases).toHaveLength(13));

  for (const each of cases)
    it(`${each.name} with javascript-lp-solver`, () => expectOptimum(each, "javascript-lp-solver"));

  // A whole plan for the hardest and the last; for the others, the engine alone.
  for (const each of [cases[0], cases.at(-1)])
    if (each !== undefined) it(`${each.name} with highs`, () => expectOptimum(each, "highs"));

  for (const { name, file, optimum } of cases.slice(1, -1))
    it(`${name} with highs, program alone`, async () => {
      const end = Date.now() + SECONDS * 1000;
      const problem = await problemOfPublic(readCflp(file));
      const outcome = await solveExact(problem, {
        engine: mipEngine("highs"),
        seed: 1,
        timeLeft: () => end - Date.now(),
      });
      if (outcome.status !== "optimal") throw new Error(outcome.detail);
      expect(Number(outcome.found.cost.objective) / 1e6).toBe(optimum);
    });
});
