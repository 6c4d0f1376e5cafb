import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import type { EvaluationFile } from "../../../src/model/evaluation.js";
import { renderEvaluation } from "../../../src/report/evaluation.js";
import { textWidth } from "../../../src/report/textWidth.js";
import { SAMPLES } from "./sample.js";

type Sample = ReturnType<(typeof SAMPLES)[keyof typeof SAMPLES]>;

/** The given plan puts everything on the first channel; ours is the sample's plan. */
function evaluationOf({ plan }: Sample, changes: Partial<EvaluationFile> = {}): EvaluationFile {
  const channels = plan.channels.map(({ prices: _, ...channel }) => channel);
  const first = channels[0]?.id ?? null;
  return {
    schemaVersion: 1,
    version: plan.version,
    currency: plan.currency,
    valid: true,
    packages: "filled",
    cost: plan.cost,
    counts: { ...plan.counts, unpriced: 0 },
    channels,
    unrouted: plan.unrouted,
    finishAt: plan.finishAt,
    violations: { total: 0, byCode: [], listed: [] },
    comparison: {
      folder: null,
      ours: plan,
      difference: plan.cost,
      certifiedBound: plan.bound ?? "0.00",
      aboveBound: plan.cost.objective,
      gap: 1,
      channels: channels.map(({ id, orders, packages, charges }) => ({
        id,
        orders: { given: 0, ours: orders },
        packages: { given: 0, ours: packages },
        cost: { given: "0.00", ours: charges },
        difference: `-${charges}`,
      })),
      elsewhere: plan.counts.orders,
      routes: channels.slice(1).map(({ id }, i) => ({ given: first, ours: id, orders: 1_000_000 + i })),
    },
    inputs: { ...plan.inputs, assignments: { file: "given.csv" } },
    ignoredColumns: ["a", "\u001b[31mred"],
    ...changes,
  };
}

describe.each(Object.entries(SAMPLES))("evaluation beside %s", (_, make) => {
  const sample = make();
  const { contract } = sample;
  const render = (evaluation: EvaluationFile, width = 80, color = false) =>
    renderEvaluation({ evaluation, contract, folder: null, color, width });

  it.each([60, 72, 80, 132])("fits %i columns", (width) => {
    const lines = render(evaluationOf(sample), width).split("\n");
    expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(width);
    const alone = render(evaluationOf(sample, { comparison: null }), width).split("\n");
    expect(Math.max(...alone.map(textWidth))).toBeLessThanOrEqual(width);
  });

  it("reads the same with and without colour, and moves no cursor", () => {
    const colored = render(evaluationOf(sample), 80, true);
    expect(stripVTControlCharacters(colored)).toBe(render(evaluationOf(sample)));
    expect(render(evaluationOf(sample))).not.toContain("\u001b");
  });
});

describe("evaluation", () => {
  const sample = Object.values(SAMPLES)[0]!();

  it("shows the first violations, how many more there are, and what the prices are worth then", () => {
    const listed = Array.from({ length: 30 }, (_, i) => ({
      code: "LATE",
      rule: "order.dueBy",
      message: `Order o${i} finishes late.`,
      order: `o${i}`,
      package: "p-1",
    }));
    const evaluation = evaluationOf(sample, {
      valid: false,
      violations: { total: 1234, byCode: [{ code: "LATE", count: 1234 }], listed },
    });
    const text = renderEvaluation({
      evaluation,
      contract: sample.contract,
      folder: "out/theirs",
      color: false,
    });
    expect(text).toContain("1,234 violations");
    expect(text).toMatch(/LATE +1,234 +order\.dueBy/);
    const long = {
      code: "LATE",
      rule: "order.dueBy",
      message: `Order ${"o".repeat(90)} is late on a channel.`,
    };
    const wide = evaluationOf(sample, {
      valid: false,
      violations: { total: 1, byCode: [{ code: "LATE", count: 1 }], listed: [long] },
    });
    const folded = renderEvaluation({
      evaluation: wide,
      contract: sample.contract,
      folder: null,
      color: false,
    });
    expect(folded).toContain(`order.dueBy: Order\n  ${"o".repeat(90)}\n  is late on a channel. [LATE]\n`);
    expect(text).toContain("order.dueBy: Order o19 finishes late. Its package is p-1. [LATE]");
    expect(text).not.toContain("Order o20 ");
    expect(text).toContain("… and 1,214 more");
    expect(text).toContain("The given plan breaks rules");
    expect(text.endsWith("Report   out/theirs/report.html\n")).toBe(true);
  });

  it("says that a plan below the bound is there only by breaking rules", () => {
    const base = evaluationOf(sample);
    const evaluation = {
      ...base,
      valid: false,
      comparison: { ...base.comparison!, aboveBound: "-1.00", gap: -0.1 },
    };
    const text = renderEvaluation({ evaluation, contract: sample.contract, folder: null, color: false });
    expect(text.replace(/\s+/g, " ")).toContain("is below it only because it breaks rules");
  });
});
