import { describe, expect, test } from "vitest";
import { DelaySum } from "../../../src/check/delay.js";
import { Instance } from "../../../src/check/instance.js";
import { Lanes, packageTakes, singleLeaves } from "../../../src/check/queue.js";
import { survey } from "../../../src/check/survey.js";
import type { Queue } from "../../../src/model/contract.js";
import { contractOf, ordersOf } from "./inputs.js";

const queue: Queue = { start: 100, cutOff: Infinity, perPackage: 30, perOrder: 5, lanes: 2, result: 0 };

describe("lanes", () => {
  test("each package takes the lane that frees first", () => {
    // Two lanes from 100 on: sizes 4, 1, 1, 1 take 50, 35, 35, 35.
    const lanes = new Lanes(queue, 4);
    const starts = [4, 1, 1, 1].map((orders) => {
      const start = lanes.next;
      lanes.hold(start + packageTakes(queue, orders));
      return start;
    });
    expect(starts).toEqual([100, 100, 135, 150]);
    expect(lanes.next).toBe(170);
  });

  test("agree with a plain search over many lanes", () => {
    const lanes = new Lanes({ ...queue, lanes: 7 }, 500);
    const plain = new Array<number>(7).fill(queue.start);
    for (let i = 0; i < 500; i++) {
      const duration = 1 + ((i * 7919) % 101);
      const first = Math.min(...plain);
      expect(lanes.next).toBe(first);
      lanes.hold(first + duration);
      plain[plain.indexOf(first)] = first + duration;
    }
  });

  test("a billion lanes cost no memory", () => {
    expect(new Lanes({ ...queue, lanes: 1e9 }, 3).next).toBe(100);
  });

  test("single orders leave in rows of one for each lane", () => {
    expect([0, 1, 2, 3, 4].map((ahead) => singleLeaves(queue, ahead))).toEqual([105, 105, 110, 110, 115]);
  });
});

describe("an order in time alone, to the microsecond", () => {
  // Leaves at 60 + 20 + 0.000001 s, finishes 10 s after that.
  const channelUntil = (cutOff: string) => ({
    id: "b",
    mode: "batch",
    coverage: [{ banks: "*" }],
    fee: { flat: "1" },
    queue: {
      backlogSeconds: 60,
      secondsPerPackage: 20,
      secondsPerOrder: 0.000001,
      resultSeconds: 10,
      cutOff,
    },
  });
  const takes = (cutOff: string, dueBy: string) => {
    const contract = contractOf({
      currency: "CNY",
      planAt: "2026-01-01T00:00:00Z",
      channels: [channelUntil(cutOff)],
    });
    return survey(new Instance(contract, ordersOf(contract, [{ bank: "B", amount: "1", dueBy }]))).takes.has(
      0,
      0,
    );
  };
  test.each([
    ["2026-01-01T00:01:20.000001Z", "", true],
    ["2026-01-01T00:01:20Z", "", false],
    ["2026-01-01T00:01:20.000002Z", "2026-01-01T00:01:30.000001Z", true],
    ["2026-01-01T00:01:20.000002Z", "2026-01-01T00:01:30Z", false],
    ["2026-01-01T00:01:20.000002Z", "2025-12-31T00:00:00Z", false],
  ])("cut-off %s, due %s", (cutOff, dueBy, inTime) => {
    expect(takes(cutOff, dueBy)).toBe(inTime);
  });
});

describe("delay", () => {
  test("is rounded up once for a channel", () => {
    const sum = new DelaySum();
    sum.add(1_000_000, 1);
    sum.add(1_000_000, 1);
    // 1,800,000,000 units an hour are half a unit a microsecond
    expect(sum.cost(1_800_000_000)).toBe(1n);
    sum.add(500_000, 1);
    expect(sum.cost(1_800_000_000)).toBe(2n);
    expect(new DelaySum().cost(1_800_000_000)).toBe(0n);
  });

  test("stays exact beyond doubles", () => {
    const sum = new DelaySum();
    const parts = [
      [1_000_000, 9_007_199_254_740_991],
      [1_000_000, 9_007_199_254_740_989],
      [3_000_001, 9_007_199_254_740_991],
      [999_999, 1_000_003],
    ] as const;
    for (const [weight, delay] of parts) sum.add(weight, delay);
    sum.addAll(10n ** 20n + 1n, 7);
    const total = parts.reduce(
      (all, [weight, delay]) => all + BigInt(weight) * BigInt(delay),
      7n * (10n ** 20n + 1n),
    );
    const divisor = 3_600_000_000_000_000n;
    expect(sum.cost(123_457)).toBe((123_457n * total + divisor - 1n) / divisor);
  });
});
