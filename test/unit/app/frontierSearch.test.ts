import { describe, expect, it } from "vitest";
import { type Found, provenWithin } from "../../../src/app/frontierSearch.js";

function found(limit: number, value: number, cost: bigint, bound: bigint): Found {
  return {
    limit,
    value,
    cost,
    bound,
    plan: { loads: [] },
    proof: bound === cost ? "engine" : "certificate",
    engine: { asked: "auto", used: "", why: "" },
    stoppedBy: "noGain",
    ms: 0,
  };
}

describe("what is known of a plan within its limit", () => {
  it("is the best that is proven within it or within more", () => {
    const all = [found(Infinity, 9, 10n, 7n), found(6, 5, 12n, 8n), found(3, 3, 15n, 6n)];
    expect(all.map((point) => provenWithin(all, point).bound)).toEqual([7n, 8n, 8n]);
  });

  it("is no engine's word of more than it costs: a plan within less is one within more", () => {
    const wrong = found(8, 4, 13n, 13n);
    const better = found(6, 5, 12n, 9n);
    const all = [found(Infinity, 9, 10n, 8n), wrong, better];
    expect(provenWithin(all, better)).toMatchObject({ bound: 9n, proof: "certificate", status: "feasible" });
  });
});
