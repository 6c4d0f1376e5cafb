import { describe, expect, it } from "vitest";
import { mipEngine } from "../../src/solver/engines/index.js";
import { solveExact } from "../../src/solver/exact.js";
import { isFeasible } from "../../src/solver/feasible.js";
import { solveGreedy } from "../../src/solver/greedy/greedy.js";
import { bruteForce } from "../support/bruteForce.js";
import { checked } from "../support/folder.js";
import {
  type ChannelForm,
  type ChannelsForm,
  type Instance,
  type OrderRow,
  problemFrom,
} from "../support/instance.js";

/** Instances on which the solver was once wrong, as property tests found them and shrunk by hand. */

const PLAN_AT = "2026-11-22T22:00:00+08:00";

function instance(
  channels: readonly ChannelForm[],
  orders: readonly Omit<OrderRow, "id">[],
  objective: ChannelsForm["objective"] = {},
): Instance {
  return {
    channels: { currency: "CNY", planAt: PLAN_AT, objective, channels },
    orders: orders.map((order, i) => ({ id: `o${i + 1}`, ...order })),
  };
}

const ALL = [{ banks: "*" }] as const;
const amounts = (...list: string[]) => list.map((amount) => ({ bank: "A", amount }));

const EXACT: Readonly<Record<string, Instance>> = {
  "a batch channel without maxOrders has packages": instance(
    [{ id: "c", mode: "batch", coverage: ALL, fee: { flat: "0.10" } }],
    amounts("1.00"),
  ),
  "an order counts for one package's minimum only": instance(
    [
      {
        id: "a",
        mode: "batch",
        coverage: [{ banks: ["A", "B"] }],
        fee: { flat: "0.10" },
        package: { minOrders: 2 },
      },
      {
        id: "b",
        mode: "batch",
        coverage: [{ banks: ["B", "C"] }],
        fee: { flat: "0.10" },
        package: { minOrders: 2 },
      },
    ],
    ["A", "B", "C"].map((bank) => ({ bank, amount: "1.00" })),
    { unroutedPenalty: "5.00" },
  ),
  "a key whose amounts bind stands beside one whose do not": instance(
    [
      {
        id: "c",
        mode: "batch",
        coverage: ALL,
        fee: { flat: "0.10" },
        package: { maxAmount: "5.00", separateBy: ["bank"] },
      },
    ],
    [
      { bank: "B", amount: "4.00" },
      { bank: "B", amount: "4.00" },
      { bank: "C", amount: "2.00" },
      { bank: "C", amount: "2.50" },
    ],
  ),
  "free orders that are routed twice do not leave empty packages behind": instance(
    [
      {
        id: "c",
        mode: "batch",
        coverage: ALL,
        fee: { flat: "0" },
        package: { maxOrders: 4, maxAmount: "3.00" },
      },
    ],
    amounts("0.01", "1.00", "2.50", "1.00"),
    { unroutedPenalty: "2.00" },
  ),
  "one lane may work off more packages than its even share": instance(
    [
      {
        id: "c",
        mode: "batch",
        coverage: ALL,
        fee: { flat: "0.10" },
        package: { separateBy: ["bank"] },
        limits: { maxPackages: 4 },
        queue: { secondsPerOrder: 10, lanes: 2 },
      },
    ],
    ["A", "B", "C", "D", "D", "D", "D"].map((bank) => ({ bank, amount: "1.00" })),
    { delayCostPerOrderHour: "36.00", unroutedPenalty: "500.00" },
  ),
  "delays of two channels are rounded up one by one": instance(
    [
      {
        id: "s",
        mode: "single",
        coverage: [{ banks: ["B"], fee: { flat: "0.20" } }, { banks: ["A"] }],
        fee: { flat: "0.10" },
        queue: { backlogSeconds: 30, secondsPerOrder: 7 },
      },
      { id: "t", mode: "single", coverage: ALL, fee: { flat: "0.20" }, queue: { backlogSeconds: 10 } },
    ],
    [
      { bank: "A", amount: "2.50" },
      { bank: "B", amount: "1.00", unroutedPenalty: "3.00" },
      { bank: "A", amount: "0.01", delayWeight: "0" },
    ],
    { delayCostPerOrderHour: "0.000001", unroutedPenalty: "0.25" },
  ),
};

describe.each(["javascript-lp-solver", "highs"] as const)("exact engine, %s", (name) => {
  it.each(Object.entries(EXACT))("%s", async (_, each) => {
    const problem = problemFrom(each);
    const outcome = await solveExact(problem, { engine: mipEngine(name), seed: 1, timeLeft: () => 20_000 });
    expect(outcome.status).toBe("optimal");
    if (outcome.status !== "optimal") return;
    expect(outcome.found.cost.objective).toBe(bruteForce(each).objective);
    expect(checked(problem, outcome.found.plan).violations).toEqual([]);
  });
});

describe("greedy engine", () => {
  it.each([
    [
      "a chain leaves no package below its minimum",
      instance(
        [
          {
            id: "c",
            mode: "batch",
            coverage: ALL,
            fee: { flat: "1.00" },
            package: { minOrders: 2, maxAmount: "7.00" },
          },
        ],
        [
          { bank: "A", amount: "3.00", unroutedPenalty: "0.40" },
          { bank: "A", amount: "3.00" },
        ],
      ),
    ],
  ])("%s", (_, each) => {
    const problem = problemFrom(each);
    const { classes } = problem;
    expect(classes.count).toBeGreaterThan(0);
    const start = {
      plan: { loads: [{ orders: Int32Array.of(0, 1), packageSizes: Int32Array.of(2) }] },
      cost: solveGreedy(problem, [], { shouldStop: () => true }).cost,
    };
    const found = solveGreedy(problem, [start], { shouldStop: () => false });
    expect(isFeasible(problem, found.plan)).toBe(true);
    expect(checked(problem, found.plan).violations).toEqual([]);
  });
});
