import { describe, expect, it } from "vitest";
import { pricePlan } from "../../../../src/solver/cost.js";
import { isFeasible } from "../../../../src/solver/feasible.js";
import { constructGreedy, solveGreedy } from "../../../../src/solver/greedy/greedy.js";
import { Packing } from "../../../../src/solver/greedy/packing.js";
import { mixForSearch, refillForQueue } from "../../../../src/solver/greedy/refilling.js";
import { type ChannelForm, type OrderRow, problemFrom } from "../../../support/instance.js";

const PLAN_AT = "2026-11-22T22:00:00+08:00";
const never = { shouldStop: () => false };

interface Case {
  readonly amounts: readonly number[];
  readonly terms: NonNullable<ChannelForm["package"]>;
  readonly queue?: ChannelForm["queue"];
  readonly delay?: string;
  readonly order?: (i: number) => Partial<OrderRow>;
}

/** One batch channel for all orders; one order waiting one second costs 0.01. */
function problemOf({ amounts, terms, queue = {}, delay = "36", order = () => ({}) }: Case) {
  return problemFrom({
    channels: {
      currency: "CNY",
      planAt: PLAN_AT,
      objective: { delayCostPerOrderHour: delay, unroutedPenalty: "1000" },
      channels: [
        {
          id: "bulk",
          mode: "batch",
          coverage: [{ banks: "*" }],
          fee: { flat: "0" },
          package: terms,
          queue: { secondsPerPackage: 100, ...queue },
        },
      ],
    },
    orders: amounts.map((amount, i) => ({ id: `o${i}`, bank: "A", amount: amount.toFixed(2), ...order(i) })),
  });
}

/** Large and small in turn. */
const turns = (count: number, ...amounts: number[]) =>
  Array.from({ length: count * amounts.length }, (_, i) => amounts[i % amounts.length]!);

const CENT = 10_000n;

describe("packages that are full by amount", () => {
  const smallFirst = { amounts: turns(100, 4, 1, 2), terms: { fee: "0", maxAmount: "100" } };

  it("leave with the smallest orders first", () => {
    const problem = problemOf(smallFirst);
    for (const found of [solveGreedy(problem, [], never), constructGreedy(problem, never)]) {
      expect(isFeasible(problem, found.plan)).toBe(true);
      expect(Array.from(found.plan.loads[0]!.packageSizes)).toEqual([100, 50, 50, 25, 25, 25, 25]);
      // No k packages hold more orders: 100 in turn 1, 50 in 2 and 3, 25 in 4 to 7, each turn of 100 seconds.
      expect(found.cost.objective).toBe(900n * 100n * CENT);
    }
  });

  it("leave with as many orders as they have places for while amounts last", () => {
    const problem = problemOf({
      amounts: [1, 2, 3, 5, 6, 7].flatMap((amount) => turns(20, amount)).concat(turns(10, 12)),
      terms: { fee: "1", maxOrders: 3, maxAmount: "12" },
      queue: { secondsPerPackage: 10 },
    });
    const { plan, cost } = solveGreedy(problem, [], never);
    expect(isFeasible(problem, plan)).toBe(true);
    expect(cost.packages).toBe(50);
    // 3 orders in each of turns 1 to 40, then one: Σ 3 · 10 · k + Σ 10 · k seconds.
    expect(cost.delay).toBe((30n * 820n + 10n * 455n) * CENT);
  });

  it("leave by key, weight and lane", () => {
    const problem = problemOf({
      amounts: turns(8, 4, 1, 2),
      terms: { fee: "0", maxAmount: "8", separateBy: ["bank"] },
      queue: { lanes: 2 },
      order: (i) => (i < 12 ? { bank: "A" } : { bank: "B", delayWeight: "2" }),
    });
    const { plan, cost } = solveGreedy(problem, [], never);
    expect(isFeasible(problem, plan)).toBe(true);
    // The first packages of a key hold 6, 9, 11 and 12 orders at most: weights of 6, 3, 2, 1 and of 12, 6, 4, 2. In turns
    // of two these are 12 + 6, 6 + 4, 3 + 2, 2 + 1.
    expect(cost.objective).toBe(100n * (18n + 2n * 10n + 3n * 5n + 4n * 3n) * CENT);
  });
});

describe("a plan's packages", () => {
  const inTurn = (problem: ReturnType<typeof problemOf>, sizes: readonly number[]) => {
    const packing = new Packing(problem);
    packing.load({
      loads: [
        {
          orders: Int32Array.from({ length: problem.orders.count }, (_, i) => i),
          packageSizes: Int32Array.from(sizes),
        },
      ],
    });
    return packing;
  };
  const amounts = turns(4, 1, 1, 2);
  const terms = { fee: "0", maxAmount: "4" };

  it("are filled anew and mixed again", () => {
    const problem = problemOf({ amounts, terms });
    const packing = inTurn(problem, [3, 3, 3, 3]);
    const costOf = () => {
      const plan = packing.toPlan();
      expect(isFeasible(problem, plan)).toBe(true);
      return pricePlan(problem.contract, problem.orders, problem.classes, plan).objective;
    };
    expect(costOf()).toBe(3n * 1000n * CENT);
    expect(refillForQueue(packing)).toBe(1);
    expect(costOf()).toBe((4n * 300n + 2n * 700n) * CENT);
    expect(refillForQueue(packing)).toBe(0);
    mixForSearch(packing);
    expect(costOf()).toBe(3n * 1000n * CENT);
  });

  it("stay where they are if an order inside is due before the queue ends", () => {
    const due = (i: number) => (i === 2 ? { dueBy: "2026-11-22T22:01:40+08:00" } : {});
    const problem = problemOf({ amounts, terms, order: due });
    const packing = inTurn(problem, [3, 3, 3, 3]);
    expect(refillForQueue(packing)).toBe(1);
    const plan = packing.toPlan();
    expect(isFeasible(problem, plan)).toBe(true);
    expect(Array.from(plan.loads[0]!.packageSizes)).toEqual([3, 4, 3, 2]);
    expect(Array.from(plan.loads[0]!.orders.subarray(0, 3))).toEqual([0, 1, 2]);
  });

  it.each<[string, Partial<Case>]>([
    ["waiting costs nothing", { delay: "0" }],
    ["packages take no time", { queue: { secondsPerPackage: 0, secondsPerOrder: 5 } }],
    ["no amount is too much", { terms: { fee: "0", maxOrders: 3 } }],
    ["all orders together are not too much", { terms: { fee: "0", maxAmount: "100" } }],
  ])("are left alone where %s", (_, change) => {
    const problem = problemOf({ amounts, terms, ...change });
    const packing = inTurn(problem, [3, 3, 3, 3]);
    const before = packing.packageOf.slice();
    expect(refillForQueue(packing)).toBe(0);
    mixForSearch(packing);
    expect(packing.packageOf).toEqual(before);
  });
});
