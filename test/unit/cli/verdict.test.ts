import { expect, test } from "vitest";
import type { Verification } from "../../../src/app/verifyPlan.js";
import { holdsLine } from "../../../src/cli/verdict.js";
import { tinySample } from "../report/sample.js";

const { contract, plan } = tinySample();

const line = (proof: "certificate" | "engine") =>
  holdsLine({
    contract,
    plan: { ...plan, proof },
    objective: 9_543_500n,
    bound: 2_344_500n,
    violations: [],
    total: 0,
  } satisfies Verification);

test("says what was worked out, and what rests on an engine's word", () => {
  const holds = "The plan holds: objective CNY 9.5435, proven bound CNY 2.3445, gap 75.43 %.";
  expect(line("certificate")).toBe(holds);
  expect(line("engine")).toBe(
    `${holds} That it is optimal rests on the word of a MIP engine, which cannot be checked.`,
  );
});
