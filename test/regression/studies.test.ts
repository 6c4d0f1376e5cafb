import { describe, expect, it } from "vitest";
import { whatIf } from "../../src/index.js";
import { isFeasible } from "../../src/solver/feasible.js";
import { problemFrom } from "../support/instance.js";

/** Where what-if, break-even and frontier were once wrong. */

const single = (id: string, flat: string) => ({
  id,
  mode: "single",
  coverage: [{ banks: "*" }],
  fee: { flat },
});
const CHANNELS = {
  currency: "CNY",
  objective: { unroutedPenalty: "9.00" },
  channels: [single("a", "1.00"), single("b", "2.00"), single("c", "3.00")],
};
/** The first may use one channel only. */
const ORDERS = [
  { id: "o1", bank: "A", amount: "1.00", channels: "b" },
  { id: "o2", bank: "A", amount: "1.00" },
  { id: "o3", bank: "A", amount: "1.00" },
];

describe("a scenario in which channels are gone or stand elsewhere", () => {
  it("lets orders use the channels that they name, not those that stand in their place", async () => {
    const { file } = await whatIf({
      channels: CHANNELS,
      orders: ORDERS,
      scenarios: {
        scenarios: [
          { id: "without-a", changes: [{ remove: ["channels.a"] }] },
          { id: "without-b", changes: [{ remove: ["channels.b"] }] },
          {
            id: "listed-anew",
            changes: [{ set: { channels: [single("c", "3.00"), single("b", "2.00")] } }],
          },
          { id: "more-without-a", changes: [{ remove: ["channels.a"] }], orders: { scale: "2" } },
        ],
      },
      threads: 1,
    });
    const placed = file.scenarios.map(({ cost, channels, newlyRejected }) => [
      cost.objective,
      ...channels.map(({ id, orders }) => `${id} ${orders}`),
      newlyRejected,
    ]);
    expect(placed).toEqual([
      ["6.00", "b 3", "c 0", 0],
      ["2.00", "a 2", "c 0", 1],
      ["6.00", "c 0", "b 3", 0],
      ["12.00", "b 6", "c 0", null],
    ]);
    expect(file.scenarios[1]!.moved!.moves).toEqual([
      { from: { channel: "b" }, to: { unrouted: "rejected" }, orders: 1, amount: "1.00" },
    ]);
  });
});

describe("a scenario with smaller packages", () => {
  it("is refused where they make a queue longer than exact time, as the same channels file is", async () => {
    const channels = {
      currency: "CNY",
      planAt: "2026-11-22T22:00:00+08:00",
      channels: [
        {
          id: "a",
          mode: "batch",
          coverage: [{ banks: "*" }],
          fee: { flat: "1.00" },
          package: { minOrders: 30 },
          // A package takes 9.5 years, and 228 are left.
          queue: { secondsPerPackage: 300_000_000 },
        },
      ],
    };
    const orders = Array.from({ length: 30 }, (_, i) => ({ id: `o${i}`, bank: "A", amount: "1.00" }));
    const scenarios = {
      scenarios: [{ id: "small", changes: [{ set: { "channels.a.package.minOrders": 1 } }] }],
    };
    await expect(whatIf({ channels, orders, scenarios, threads: 1 })).rejects.toMatchObject({
      issues: [{ code: "QUEUE_TOO_LONG" }],
    });
  });
});

describe("a plan of another scenario", () => {
  it("is none here where it puts packages on what is a single channel here", () => {
    const problem = problemFrom({
      channels: {
        currency: "CNY",
        channels: [{ id: "a", mode: "single", coverage: [{ banks: "*" }], fee: { flat: "1.00" } }],
      },
      orders: [{ id: "o1", bank: "A", amount: "1.00" }],
    });
    const planOf = (packageSizes: readonly number[]) => ({
      loads: [{ orders: Int32Array.of(0), packageSizes: Int32Array.from(packageSizes) }],
    });
    expect(isFeasible(problem, planOf([]))).toBe(true);
    expect(isFeasible(problem, planOf([1]))).toBe(false);
  });
});
