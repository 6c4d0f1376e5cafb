import { expect, it } from "vitest";
import { planProgressOf } from "../../../src/cli/nightProgress.js";

it("has the money of a night's job in cost units again, and the time of its search", () => {
  const told = { phase: "solve", elapsedMs: 5, gap: 0.25 } as const;
  expect(
    planProgressOf({
      ...told,
      elapsedMs: 900,
      phaseMs: 5,
      currency: "CNY",
      incumbent: "10.000001",
      bound: "7.50",
    }),
  ).toEqual({
    ...told,
    currency: { code: "CNY", exponent: 2 },
    incumbent: 10_000_001n,
    bound: 7_500_000n,
  });
});

it("has no money before there is any", () => {
  const told = { phase: "read", elapsedMs: 0 } as const;
  expect(planProgressOf({ ...told, elapsedMs: 1, phaseMs: 0 })).toEqual(told);
  expect(planProgressOf({ ...told, elapsedMs: 1, phaseMs: 0, currency: "CNY" })).toEqual({
    ...told,
    currency: { code: "CNY", exponent: 2 },
  });
});
