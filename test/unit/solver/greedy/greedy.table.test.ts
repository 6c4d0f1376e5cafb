import { describe, expect, it } from "vitest";
import { isFeasible } from "../../../../src/solver/feasible.js";
import { solveGreedy } from "../../../../src/solver/greedy/greedy.js";
import { optionsOf } from "../../../../src/solver/greedy/options.js";
import { postPrices } from "../../../../src/solver/greedy/posting.js";
import { packagesByDelay } from "../../../../src/solver/greedy/splitting.js";
import { contractOf, type Instance, type OrderRow, problemFrom } from "../../../support/instance.js";

const PLAN_AT = "2026-11-22T22:00:00+08:00";
const ALL = [{ banks: "*" }] as const;
const never = { shouldStop: () => false };

const rows = (count: number, row: (i: number) => Omit<OrderRow, "id">): OrderRow[] =>
  Array.from({ length: count }, (_, i) => ({ id: `o${i}`, ...row(i) }));

describe("a package below its minimum", () => {
  it("is filled with the orders that lose least, at thousands of orders", () => {
    // 30 orders are locked to bulk, which wants 50 and is dearer for all: 20 of the cheapest others join them.
    const amount = (i: number) => 100 + i * 10;
    const problem = problemFrom({
      channels: {
        currency: "CNY",
        objective: { unroutedPenalty: "500" },
        channels: [
          { id: "fast", mode: "single", coverage: ALL, fee: { rate: "0.2%" } },
          {
            id: "bulk",
            mode: "batch",
            coverage: ALL,
            fee: { rate: "0.5%" },
            package: { fee: "8", maxOrders: 500, minOrders: 50 },
          },
        ],
      },
      orders: rows(3_000, (i) => ({
        bank: "A",
        amount: amount(i).toFixed(2),
        ...(i % 100 === 0 ? { channels: "bulk" } : {}),
      })),
    });
    const locked = (i: number) => i % 100 === 0;
    const free = Array.from({ length: 3_000 }, (_, i) => i).filter((i) => !locked(i));
    // In hundredths: 0.5% of the locked and of the 20 smallest, 0.2% of the others. All are whole.
    const inBulk = (i: number) => locked(i) || free.slice(0, 20).includes(i);
    let charges = 0;
    for (let i = 0; i < 3_000; i++) charges += amount(i) * (inBulk(i) ? 0.5 : 0.2);
    const { cost, plan } = solveGreedy(problem, [], never);
    expect(isFeasible(problem, plan)).toBe(true);
    expect(cost.deferred).toBe(0);
    expect(Number(cost.objective)).toBe(Math.round(charges) * 10_000 + 8 * 1_000_000);
  });
});

describe("orders that are due before the others of their package", () => {
  const due = (i: number) => (i % 3 === 0 ? { dueBy: "2026-11-22T22:30:00+08:00" } : {});
  const instance = (bulk: object): Instance => ({
    channels: {
      currency: "CNY",
      planAt: PLAN_AT,
      channels: [
        {
          id: "bulk",
          mode: "batch",
          coverage: ALL,
          fee: { flat: "0.30" },
          package: { fee: "5", ...bulk },
          queue: { secondsPerOrder: 1, cutOff: "2026-11-22T22:45:00+08:00" },
        },
        { id: "fast", mode: "single", coverage: ALL, fee: { flat: "0.90" } },
      ],
    },
    orders: rows(3_000, (i) => ({ bank: "A", amount: "10.00", ...due(i) })),
  });

  it("get one of their own, and the others the next", () => {
    const problem = problemFrom(instance({}));
    const { cost, plan } = solveGreedy(problem, [], never);
    expect(isFeasible(problem, plan)).toBe(true);
    // 2,700 seconds are 2,700 orders, the 1,000 urgent ones first; 300 go the dear way.
    expect(cost.objective).toBe(2_700n * 300_000n + 300n * 900_000n + 2n * 5_000_000n);
  });

  it("are left out where there may be one package only and the others are worth more", () => {
    const { channels, orders } = instance({});
    const one: Instance = {
      channels: {
        ...channels,
        channels: channels.channels.map((channel) =>
          channel.mode === "batch" ? { ...channel, limits: { maxPackages: 1 } } : channel,
        ),
      },
      orders,
    };
    const problem = problemFrom(one);
    const { cost, plan } = solveGreedy(problem, [], never);
    expect(isFeasible(problem, plan)).toBe(true);
    expect(cost.objective).toBe(2_000n * 300_000n + 1_000n * 900_000n + 5_000_000n);
  });
});

describe("one package of more orders than a call can take arguments", () => {
  it("is cut to its cut-off all the same", () => {
    const problem = problemFrom({
      channels: {
        currency: "CNY",
        planAt: PLAN_AT,
        channels: [
          {
            id: "bulk",
            mode: "batch",
            coverage: ALL,
            fee: { flat: "0.30" },
            package: { minOrders: 70_000 },
            queue: { secondsPerOrder: 0.01, cutOff: "2026-11-22T22:20:00+08:00" },
          },
          { id: "fast", mode: "single", coverage: ALL, fee: { flat: "0.90" } },
        ],
      },
      orders: rows(200_000, (i) => ({
        bank: "A",
        amount: "10.00",
        ...(i % 2 === 0 ? { dueBy: "2026-11-22T22:19:00+08:00" } : {}),
      })),
    });
    const { cost, plan } = solveGreedy(problem, [], never);
    expect(isFeasible(problem, plan)).toBe(true);
    // Two packages of 70,000 are too many for 1,200 seconds; in one with urgent orders 1,140 seconds are 114,000 orders.
    expect(cost.objective).toBe(114_000n * 300_000n + 86_000n * 900_000n);
  }, 60_000);
});

describe("a search that is told to stop", () => {
  const instance: Instance = {
    channels: {
      currency: "CNY",
      channels: [
        {
          id: "cheap",
          mode: "batch",
          coverage: ALL,
          fee: { flat: "0.10" },
          package: { fee: "1", maxOrders: 100 },
          limits: { maxOrders: 9_000 },
        },
        { id: "other", mode: "single", coverage: ALL, fee: { rate: "0.1%" }, limits: { maxOrders: 8_000 } },
        { id: "dear", mode: "single", coverage: ALL, fee: { rate: "0.2%" } },
      ],
    },
    orders: rows(20_000, (i) => ({ bank: "A", amount: (100 + (i % 977)).toFixed(2) })),
  };
  const problem = problemFrom(instance);

  it("posts the prices it has and still makes a plan", () => {
    let asked = 0;
    const found = solveGreedy(problem, [], { shouldStop: () => ++asked > 0 });
    expect(isFeasible(problem, found.plan)).toBe(true);
    expect(found.stoppedBy).toBe("time");
    expect(found.cost.deferred).toBe(0);
    expect(asked).toBeLessThan(200);
  });

  it("has the sample's prices first, then those of all orders", () => {
    const prices = [...postPrices(problem, optionsOf(problem.classes), () => false)];
    expect(prices.length).toBe(2);
    expect([...postPrices(problem, optionsOf(problem.classes), () => true)].length).toBe(1);
  });
});

describe("how many packages delay asks for", () => {
  const channel = (queue: object, fee: string) =>
    contractOf({
      currency: "CNY",
      channels: [
        { id: "c", mode: "batch", coverage: [{ banks: "*" }], fee: { flat: "0" }, package: { fee }, queue },
      ],
    }).channels[0]!;

  /** Fees and delays of k even packages in one lane, in cost units. */
  const cost = (n: number, k: number, fee: number, perPackage: number, perOrder: number, rate: number) =>
    k * fee + (rate * (perOrder * n * n * (1 + 1 / k) + perPackage * n * (k + 1))) / 2;

  it.each([
    [100_000, "5", 10, 0.01, 5.5e-6],
    [5_000, "1", 0, 0.1, 1e-4],
    [50, "20", 60, 1, 1e-6],
  ])("of %i orders is about where fees and delays are least", (n, fee, perPackage, perOrder, rate) => {
    const found = packagesByDelay(
      channel({ secondsPerPackage: perPackage, secondsPerOrder: perOrder }, fee),
      n,
      rate,
    );
    const at = (k: number) => cost(n, k, Number(fee) * 1e6, perPackage * 1e6, perOrder * 1e6, rate);
    expect(at(found)).toBeLessThanOrEqual(at(found + 1));
    if (found > 1) expect(at(found)).toBeLessThanOrEqual(at(found - 1));
  });

  it("is one where orders do not wait for each other", () => {
    expect(packagesByDelay(channel({ secondsPerPackage: 60 }, "1"), 1_000, 1e-3)).toBe(1);
    expect(packagesByDelay(channel({ secondsPerOrder: 1 }, "1"), 1_000, 0)).toBe(1);
  });
});
