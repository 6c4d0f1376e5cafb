import { describe, expect, it } from "vitest";
import type { Verification } from "../../../src/app/verifyPlan.js";
import { failsLines, holdsLine } from "../../../src/cli/verdict.js";
import { midSample } from "../report/sample.js";

describe("the line of a plan that holds", () => {
  const { plan, contract } = midSample();
  const line = (changes: Partial<typeof plan>) =>
    holdsLine({
      contract,
      plan: { ...plan, ...changes },
      violations: [],
      total: 0,
      objective: 10_000_000n,
      bound: 7_500_000n,
    } satisfies Verification);
  const { engineBound: _, ...unclaimed } = plan;
  const figures = "objective CNY 10.00, proven bound CNY 7.50, gap 25.00 %.";

  it("says what rests on an engine's word", () => {
    const word = "a MIP engine's word, which verify cannot check";
    expect(line({ status: "optimal", proof: "engine", engineBound: "10.00" })).toBe(
      `The plan holds; that it is optimal rests on ${word}: ${figures}`,
    );
    expect(line({ proof: "certificate", engineBound: "9999.50" })).toBe(
      `The plan holds: ${figures} The bound CNY 9,999.50 is ${word}.`,
    );
  });

  it("says nothing of an engine where nothing does", () => {
    const verification = { contract, violations: [], total: 0, objective: 10_000_000n, bound: 7_500_000n };
    expect(holdsLine({ ...verification, plan: { ...unclaimed, proof: "certificate" } })).toBe(
      `The plan holds: ${figures}`,
    );
  });

  it("measures the gap by the size of an objective that is below 0, and not by nothing", () => {
    const { engineBound: __, ...proven } = plan;
    const told = (objective: bigint, bound: bigint) =>
      holdsLine({
        contract,
        plan: { ...proven, proof: "certificate" },
        violations: [],
        total: 0,
        objective,
        bound,
      });
    expect(told(-10_000_000n, -12_500_000n)).toContain("gap 25.00 %");
    expect(told(0n, -12_500_000n)).toContain("gap –");
    expect(told(-10_000_000n, -10_000_000n)).toContain("gap 0.00 %");
  });
});

it("ends with the cause where inputs are others than those planned", () => {
  const { plan } = midSample();
  const of = (code: string, rule: string) => ({ code, rule, message: "" });
  const lines = (violations: ReturnType<typeof of>[]) =>
    failsLines({ violations, total: 9, plan }, { channels: "c.yaml", orders: "o.csv" });
  expect(lines([of("LATE", "plan.inputs.orders.sha256")])).toEqual(["The plan does not hold: 9 violations."]);
  const other = [
    of("OTHER_INPUT", "plan.inputs.orders.sha256"),
    of("OTHER_INPUT", "certificate.inputs.orders"),
  ];
  expect(lines(other)).toEqual([
    "The plan does not hold: 9 violations.",
    `The orders file is not the one planned: o.csv is at hand, the plan was made from ${plan.inputs.orders.file}. The rest may follow from that.`,
  ]);
});
