import { describe, expect, test } from "vitest";
import { derivePlan } from "../../../src/check/derive.js";
import { examine } from "../../../src/check/index.js";
import { Instance } from "../../../src/check/instance.js";
import { basePenalty, Penalties } from "../../../src/check/penalty.js";
import { survey } from "../../../src/check/survey.js";
import { ViolationList } from "../../../src/check/violations.js";
import { type Contract, RATE_ONE } from "../../../src/model/contract.js";
import { folderOf, type Submission } from "./folder.js";
import { contractOf, type OrderText, ordersOf } from "./inputs.js";

/** Reasons of the orders that a plan leaves out, by row. */
function reasonsOf(contract: Contract, rows: readonly OrderText[], plan: readonly Submission[] = []) {
  const orders = ordersOf(contract, rows);
  const reasons: Record<number, string> = {};
  const violations = new ViolationList();
  derivePlan(examine(contract, orders), folderOf(contract, orders.count, plan), String, violations);
  for (const { code, order, message } of violations.first)
    if (code === "UNROUTED_REASON") reasons[order!] = /for (\w+),/.exec(message)![1]!;
  const others = violations.first.filter(({ code }) => !/^(CHARGE|PACKAGE_FIGURE|UNROUTED_)/.test(code));
  expect(others).toEqual([]);
  return reasons;
}

describe("rejection", () => {
  const contract = contractOf({
    currency: "CNY",
    planAt: "2026-01-01T00:00:00Z",
    quotas: [{ id: "q", channels: ["b"], limits: { maxAmount: "800" } }],
    channels: [
      {
        id: "b",
        mode: "batch",
        coverage: [
          {
            banks: ["A"],
            where: { kind: ["x"] },
            amount: { min: "10", max: "1000" },
            limits: { maxAmount: "900" },
          },
          { banks: ["C"], limits: { maxOrders: 0 } },
        ],
        fee: { flat: "1" },
        package: { minOrders: 5 },
        queue: { secondsPerPackage: 60 },
      },
      {
        id: "never",
        mode: "batch",
        coverage: [{ banks: ["D"] }],
        fee: { flat: "1" },
        limits: { maxPackages: 0 },
      },
    ],
  });
  const x = { kind: "x" };
  test.each([
    ["bank on no list", { bank: "Z", amount: "10" }, "BANK_NOT_COVERED"],
    [
      "bank on the list of a channel it may not use",
      { bank: "A", amount: "10", channels: "never" },
      "BANK_NOT_COVERED",
    ],
    ["attribute missing", { bank: "A", amount: "10" }, "ATTRIBUTES_NOT_COVERED"],
    ["attribute and amount wrong", { bank: "A", amount: "9" }, "ATTRIBUTES_NOT_COVERED"],
    ["amount below the rule's", { bank: "A", amount: "9.99", attributes: x }, "AMOUNT_OUT_OF_RANGE"],
    ["amount above the rule's", { bank: "A", amount: "1000.01", attributes: x }, "AMOUNT_OUT_OF_RANGE"],
    ["amount above the rule's limit", { bank: "A", amount: "900.01", attributes: x }, "AMOUNT_OUT_OF_RANGE"],
    ["amount above the quota's", { bank: "A", amount: "800.01", attributes: x }, "AMOUNT_OUT_OF_RANGE"],
    ["rule closed", { bank: "C", amount: "1" }, "AMOUNT_OUT_OF_RANGE"],
    ["no packages allowed", { bank: "D", amount: "1" }, "AMOUNT_OUT_OF_RANGE"],
    [
      "due too early",
      { bank: "A", amount: "800", attributes: x, dueBy: "2026-01-01T00:00:59.999999Z" },
      "NO_CHANNEL_IN_TIME",
    ],
    [
      "due in time, minimum aside",
      { bank: "A", amount: "800", attributes: x, dueBy: "2026-01-01T00:01:00Z" },
      "PACKAGE_MINIMUM",
    ],
  ] as const)("%s", (_, row, reason) => {
    expect(reasonsOf(contract, [row])).toEqual({ 0: reason });
  });
});

describe("deferral", () => {
  const batch = (more: { package?: object; queue?: object; limits?: object }) =>
    contractOf({
      currency: "CNY",
      planAt: "2026-01-01T00:00:00Z",
      channels: [{ id: "b", mode: "batch", coverage: [{ banks: "*" }], fee: { flat: "1" }, ...more }],
    });
  const order = (amount = "10", dueBy = "") => ({ bank: "A", amount, dueBy });
  const [one, two] = [
    { channel: "b", package: [0] },
    { channel: "b", package: [0, 1] },
  ];

  test.each([
    ["a new package", {}, [order(), order()], [one], "DEARER_THAN_PENALTY"],
    ["a free place", { limits: { maxPackages: 1 } }, [order(), order()], [one], "DEARER_THAN_PENALTY"],
    [
      "no place, no package",
      { limits: { maxPackages: 1 }, package: { maxOrders: 1 } },
      [order(), order()],
      [one],
      "CAPACITY_EXHAUSTED",
    ],
    ["no orders left", { limits: { maxOrders: 1 } }, [order(), order()], [one], "CAPACITY_EXHAUSTED"],
    ["no amount left", { limits: { maxAmount: "19.99" } }, [order(), order()], [one], "CAPACITY_EXHAUSTED"],
    ["amount left", { limits: { maxAmount: "20" } }, [order(), order()], [one], "DEARER_THAN_PENALTY"],
    [
      "no amount left in the package",
      { limits: { maxPackages: 1 }, package: { maxAmount: "19.99" } },
      [order(), order()],
      [one],
      "CAPACITY_EXHAUSTED",
    ],
    [
      "below the minimum",
      { package: { minOrders: 2, maxOrders: 2 } },
      [order(), order(), order()],
      [two],
      "PACKAGE_MINIMUM",
    ],
    [
      "the package of another bank",
      { limits: { maxPackages: 1 }, package: { separateBy: ["bank"] } },
      [order(), { bank: "B", amount: "1" }],
      [one],
      "CAPACITY_EXHAUSTED",
    ],
    [
      "the package would miss its order's due time",
      { limits: { maxPackages: 1 }, queue: { secondsPerOrder: 10 } },
      [order("10", "2026-01-01T00:00:19Z"), order()],
      [one],
      "CAPACITY_EXHAUSTED",
    ],
    [
      "the package would just keep its order's due time",
      { limits: { maxPackages: 1 }, queue: { secondsPerOrder: 10 } },
      [order("10", "2026-01-01T00:00:20Z"), order()],
      [one],
      "DEARER_THAN_PENALTY",
    ],
    [
      "the order itself would be late",
      { queue: { secondsPerOrder: 10 } },
      [order(), order("10", "2026-01-01T00:00:19Z")],
      [one],
      "CAPACITY_EXHAUSTED",
    ],
    [
      "a later package would miss the cut-off",
      { limits: { maxPackages: 2 }, queue: { secondsPerOrder: 10, cutOff: "2026-01-01T00:00:29Z" } },
      [order(), order(), order()],
      [one, { channel: "b", package: [1] }],
      "CAPACITY_EXHAUSTED",
    ],
    [
      "a later package on another lane keeps the cut-off",
      {
        limits: { maxPackages: 2 },
        queue: { secondsPerOrder: 10, lanes: 2, cutOff: "2026-01-01T00:00:20Z" },
      },
      [order(), order(), order()],
      [one, { channel: "b", package: [1] }],
      "DEARER_THAN_PENALTY",
    ],
  ])("%s", (_, more, rows, plan, reason) => {
    expect(reasonsOf(batch(more), rows, plan)).toEqual({ [rows.length - 1]: reason });
  });

  test.each([
    ["35", "DEARER_THAN_PENALTY"],
    ["34", "CAPACITY_EXHAUSTED"],
  ])("the results of a longer package by its order's due time at %s", (due, reason) => {
    const contract = batch({ limits: { maxPackages: 1 }, queue: { secondsPerOrder: 10, resultSeconds: 5 } });
    const rows = [order("10", `2026-01-01T00:00:${due}Z`), order(), order()];
    expect(reasonsOf(contract, rows, [two])).toEqual({ 2: reason });
  });

  test.each([
    ["2", "20", "DEARER_THAN_PENALTY"],
    ["2", "19", "CAPACITY_EXHAUSTED"],
    ["2.01", "39", "CAPACITY_EXHAUSTED"],
    ["2.01", "40", "DEARER_THAN_PENALTY"],
    ["7", "40", "DEARER_THAN_PENALTY"],
    ["7.01", "59", "CAPACITY_EXHAUSTED"],
  ])("a package that is sooner, another with more amount left: %s by %s", (amount, due, reason) => {
    const contract = batch({
      limits: { maxPackages: 2 },
      package: { maxAmount: "10" },
      queue: { secondsPerOrder: 10, lanes: 2 },
    });
    const ones = [order("1"), order("1"), order("1"), order("8")];
    const plan = [
      { channel: "b", package: [0, 1, 2] },
      { channel: "b", package: [3] },
    ];
    const rows = [...ones, order(amount, `2026-01-01T00:00:${due}Z`)];
    expect(reasonsOf(contract, rows, plan)).toEqual({ 4: reason });
  });

  test.each([
    ["2026-01-01T00:00:10Z", "DEARER_THAN_PENALTY"],
    ["2026-01-01T00:00:09Z", "CAPACITY_EXHAUSTED"],
  ])("the end of a single queue that closes at %s", (cutOff, reason) => {
    const contract = contractOf({
      currency: "CNY",
      planAt: "2026-01-01T00:00:00Z",
      channels: [
        {
          id: "s",
          mode: "single",
          coverage: [{ banks: "*" }],
          fee: { flat: "1" },
          queue: { secondsPerOrder: 5, cutOff },
        },
      ],
    });
    expect(reasonsOf(contract, [order(), order()], [{ channel: "s", single: 0 }])).toEqual({ 1: reason });
  });
});

describe("penalty", () => {
  const penaltiesOf = (objective: object, rows: readonly OrderText[], packageFee = "8.00") => {
    const contract = contractOf({
      currency: "CNY",
      planAt: "2026-01-01T00:00:00Z",
      objective: { failureCost: "3.00", ...objective },
      channels: [
        {
          id: "b",
          mode: "batch",
          coverage: [{ banks: ["A"] }, { banks: ["F"], successRate: "0.5" }],
          fee: { rate: "1%" },
          package: { fee: packageFee },
          limits: { maxAmount: "1000" },
        },
        { id: "s", mode: "single", coverage: [{ banks: ["C"] }], fee: { flat: "500" } },
      ],
    });
    const instance = new Instance(contract, ordersOf(contract, rows));
    const base = basePenalty(instance, survey(instance));
    return { base, penalties: new Penalties(instance, base) };
  };

  test("default: highest charge of covered orders, though no channel could take them", () => {
    // 1% of 3000 although the limit is 1000; Z is covered by nobody, C may not use s
    const rows = [
      { bank: "A", amount: "3000" },
      { bank: "Z", amount: "900000", delayWeight: "9" },
      { bank: "C", amount: "1", channels: "b", delayWeight: "9" },
      { bank: "A", amount: "1", delayWeight: "1.5" },
    ];
    // 2 × (30 + 8) + 2 × 0.02 × 1.5 × 24
    expect(penaltiesOf({ delayCostPerOrderHour: "0.02" }, rows).base).toBe(77_440_000n);
  });

  test("default: expected charges, and the waiting rounded half-up", () => {
    // 0.5 × 1.00 + 0.5 × 3.00 = 2.00; waiting 2 × 1 unit × 0.0104166 × 24 h = 0.4999968; with 0.0104167: 0.5000016
    const rows = (delayWeight: string) => [{ bank: "F", amount: "100", delayWeight }];
    const objective = { delayCostPerOrderHour: "0.000001" };
    expect(penaltiesOf(objective, rows("0.010416"), "0").base).toBe(4_000_000n);
    expect(penaltiesOf(objective, rows("0.010417"), "0").base).toBe(4_000_001n);
  });

  test("own penalty and rate", () => {
    const rows = [
      { bank: "A", amount: "0.50", unroutedPenalty: "2" },
      { bank: "A", amount: "0.49" },
      { bank: "A", amount: "90071992547409.91", unroutedPenalty: "0" },
    ];
    const objective = { unroutedPenalty: "5", unroutedPenaltyRate: "0.01%" };
    const { penalties } = penaltiesOf(objective, rows.slice(0, 2));
    expect([0, 1].map((order) => penalties.fast(order))).toEqual([2_000_050, 5_000_049]);
    expect([0, 1].map((order) => penalties.exactly(order))).toEqual([2_000_050n, 5_000_049n]);
    const rounding = penaltiesOf({ ...objective, unroutedPenaltyRate: "0.005%" }, rows.slice(0, 2)).penalties;
    expect([0, 1].map((order) => rounding.fast(order))).toEqual([2_000_025, 5_000_025]);
    expect([0, 1].map((order) => rounding.exactly(order))).toEqual([2_000_025n, 5_000_025n]);
    expect(RATE_ONE).toBe(100_000_000);
  });

  test("a penalty beyond doubles is left to bigints", () => {
    const contract = contractOf({
      currency: "JPY",
      objective: { unroutedPenalty: "5", unroutedPenaltyRate: "100%" },
      channels: [{ id: "s", mode: "single", coverage: [{ banks: "*" }], fee: { flat: "1" } }],
    });
    const instance = new Instance(contract, ordersOf(contract, [{ bank: "A", amount: "9007199254740991" }]));
    const penalties = new Penalties(instance, 50_000n);
    expect(penalties.fast(0)).toBeNaN();
    expect(penalties.exactly(0)).toBe(90_071_992_547_409_960_000n);
  });
});
