import { describe, expect, test } from "vitest";
import { makeBaselines } from "../../../src/check/baselines.js";
import { objectiveOf } from "../../../src/check/figures.js";
import { Instance } from "../../../src/check/instance.js";
import { basePenalty, Penalties } from "../../../src/check/penalty.js";
import { survey } from "../../../src/check/survey.js";
import { contractOf, type OrderText, ordersOf } from "./inputs.js";

/** Objective in yen, routed orders, packages and finish in seconds of each baseline. */
function baselinesOf(file: object, rows: readonly OrderText[]) {
  const contract = contractOf({ currency: "JPY", ...file });
  const instance = new Instance(contract, ordersOf(contract, rows));
  const found = survey(instance);
  const baselines = makeBaselines(instance, found, new Penalties(instance, basePenalty(instance, found)));
  return Object.fromEntries(
    baselines.map((baseline) => [
      baseline.id,
      [
        Number(objectiveOf(baseline)) / 10_000,
        baseline.routed,
        baseline.packages,
        baseline.finish === null ? null : baseline.finish / 1e6,
      ],
    ]),
  );
}

test("prices, minimum, limits and packages by bank", () => {
  // Prices: z 15, y 20, x 10 + 30 / 3 = 20; y stands before x in the file.
  const file = {
    objective: { unroutedPenalty: "100" },
    channels: [
      { id: "y", mode: "single", coverage: [{ banks: "*" }], fee: { flat: "20" }, limits: { maxOrders: 1 } },
      {
        id: "x",
        mode: "batch",
        coverage: [{ banks: "*" }],
        fee: { flat: "10" },
        package: { fee: "30", maxOrders: 3 },
        limits: { maxPackages: 1 },
      },
      {
        id: "z",
        mode: "batch",
        coverage: [{ banks: "*" }],
        fee: { flat: "15" },
        package: { minOrders: 3 },
        limits: { maxAmount: "350" },
      },
    ],
  };
  const rows = ["A", "A", "A", "A", "B", "B"].map((bank) => ({ bank, amount: "100" }));
  expect(baselinesOf(file, rows)).toEqual({
    // y takes one order for 20, five are deferred
    "single-only": [520, 1, 0, 0],
    // z: three of A for 45. x: the fourth of A for 10 + 30; B would need a second package. y: one of B. One is deferred.
    "per-bank": [45 + 40 + 20 + 100, 5, 2, 0],
    // z: three for 45. x: the other three for 30 + 30.
    "price-priority": [105, 6, 2, 0],
    // z: three for 45. y: one for 20. x: two for 20 + 30.
    "coverage-first": [115, 6, 2, 0],
  });
});

describe("time", () => {
  const file = (minOrders: number, cutOff: string) => ({
    planAt: "2026-01-01T00:00:00Z",
    // one yen a second
    objective: { delayCostPerOrderHour: "3600" },
    channels: [
      {
        id: "b",
        mode: "batch",
        coverage: [{ banks: "*" }],
        fee: { flat: "1" },
        package: { maxOrders: 2, minOrders },
        limits: { maxOrders: 3 },
        queue: { secondsPerPackage: 10, secondsPerOrder: 5, cutOff: `2026-01-01T00:00:${cutOff}Z` },
      },
      {
        id: "s",
        mode: "single",
        coverage: [{ banks: "*" }],
        fee: { flat: "3" },
        queue: { secondsPerOrder: 1 },
      },
    ],
  });
  /** The third is due after 17 s, the second as given: b takes the third, the second and the first. */
  const rows = (second: string) =>
    ["", `2026-01-01T00:00:${second}Z`, "2026-01-01T00:00:17Z", "", ""].map((dueBy) => ({
      bank: "A",
      amount: "100",
      dueBy,
    }));

  test.each([
    // Both of the first package miss 20 s: it takes no lane. The first order leaves at 15 s, four go singly.
    ["a package whose orders are all late", file(1, "55"), rows("18"), [13 + 15 + 10, 5, 1, 15]],
    // The second stays and leaves at 15 s, being alone by then; the first leaves at 30 s; three go singly.
    ["a package that loses an order", file(1, "55"), rows("20"), [11 + 45 + 6, 5, 2, 30]],
    // One is left of the first package and one in the second: all five go singly.
    ["a package that falls below its minimum", file(2, "55"), rows("20"), [15 + 15, 5, 0, 5]],
    // The second package would leave at 30 s; its order goes singly.
    ["a package after the cut-off", file(1, "29"), rows("20"), [13 + 15 + 10, 5, 1, 15]],
    ["a package at the cut-off", file(1, "30"), rows("20"), [11 + 45 + 6, 5, 2, 30]],
  ])("%s", (_, contract, orders, expected) => {
    const baselines = baselinesOf(contract, orders);
    expect(baselines["price-priority"]).toEqual(expected);
    expect(baselines["per-bank"]).toEqual(expected);
    // Five singles, 1 to 5 s.
    expect(baselines["single-only"]).toEqual([15 + 15, 5, 0, 5]);
  });
});

test("places given back count for later channels' quotas, packages included", () => {
  // b's only package stays below its minimum; the quota's package and orders then go to c, whose price is higher.
  const channel = (id: string, fee: string, minOrders: number) => ({
    id,
    mode: "batch",
    coverage: [{ banks: "*" }],
    fee: { flat: fee },
    package: { minOrders },
  });
  const file = {
    objective: { unroutedPenalty: "100" },
    quotas: [{ id: "q", channels: ["b", "c"], limits: { maxOrders: 2, maxAmount: "200", maxPackages: 1 } }],
    channels: [channel("b", "1", 3), channel("c", "2", 1)],
  };
  const rows = ["A", "A", "A"].map((bank) => ({ bank, amount: "100" }));
  expect(baselinesOf(file, rows)["coverage-first"]).toEqual([104, 2, 1, 0]);
});

test("orders that nobody could take cost nothing, and nothing routed finishes never", () => {
  const file = {
    channels: [{ id: "s", mode: "single", coverage: [{ banks: ["B"] }], fee: { flat: "1" } }],
  };
  expect(baselinesOf(file, [{ bank: "A", amount: "1" }])["single-only"]).toEqual([0, 0, 0, null]);
});
