import { describe, expect, it } from "vitest";
import type { Outcome, ScenarioOutcome, WhatIfFile } from "../../../src/model/whatIfFile.js";
import { renderWhatIf } from "../../../src/report/whatIfSummary.js";

const outcome: Outcome = {
  cost: { objective: "7.24", charges: "7.24", packageFees: "0.00", delay: "0.00", penalties: "0.00" },
  bound: "7.24",
  proof: "certificate",
  gap: 0,
  status: "optimal",
  stoppedBy: "optimal",
  counts: { orders: 6, routed: 6, rejected: 0, deferred: 0, packages: 2 },
  finishAt: null,
  channels: [],
  ms: 1,
};

const difference = { money: "0.00", percent: 0, proven: false };

function scenario(id: string, least: string, most: string): ScenarioOutcome {
  return {
    ...outcome,
    id,
    sweep: null,
    difference: { ...difference, least, most },
    moved: null,
    newlyRejected: null,
  };
}

function textOf(base: Outcome, scenarios: ScenarioOutcome[]): string {
  const input = { file: null, sha256: null };
  const file: WhatIfFile = {
    schemaVersion: 1,
    version: "0.1.0",
    currency: "CNY",
    inputs: { channels: input, orders: input, scenarios: input },
    unroutedPenalty: "1.00",
    base,
    scenarios,
  };
  return renderWhatIf({ file, exponent: 2, folder: "out", color: false });
}

describe("the summary of scenarios", () => {
  it("calls a difference open where the gaps hide which way it goes", () => {
    const text = textOf(outcome, [scenario("open", "-0.10", "0.20")]);
    expect(text).toContain("? 0.00");
    expect(text).toContain("One difference is smaller than the gaps allow");
  });

  it("does not call a difference open that is exactly 0", () => {
    expect(textOf(outcome, [scenario("same", "0.00", "0.00")])).not.toContain("?");
  });

  it("says how many plans rest on an engine's word", () => {
    const some = textOf({ ...outcome, proof: "engine" }, [scenario("a", "0.00", "0.00")]);
    expect(some).toContain("1 plan of 2 is optimal by a MIP engine's word alone");
    expect(textOf(outcome, [scenario("a", "0.00", "0.00")])).not.toContain("engine");
  });
});
