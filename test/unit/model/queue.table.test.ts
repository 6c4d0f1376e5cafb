import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Queue } from "../../../src/model/contract.js";
import { holdTime, Lanes, leaveTimes, singleLeaveTime, singlesBy } from "../../../src/model/queue.js";
import { contractOf, type QueueForm } from "../../support/instance.js";

const QUEUE: Queue = { start: 100, cutOff: Infinity, perPackage: 30, perOrder: 5, lanes: 1, result: 0 };

describe("the queue of a channels file", () => {
  const PLAN_AT = "2026-11-22T22:00:00+08:00";
  const queueOf = (queue: QueueForm) =>
    contractOf({
      currency: "CNY",
      planAt: PLAN_AT,
      channels: [{ id: "c", mode: "batch", coverage: [{ banks: "*" }], fee: { flat: "1" }, queue }],
    }).channels[0]!.queue;

  test.each<[string, QueueForm, number]>([
    ["nothing said", {}, 0],
    ["opened before", { opensAt: "2026-11-22T21:59:59.999999+08:00", backlogSeconds: 2 }, 2_000_000],
    ["opens at planAt", { opensAt: PLAN_AT, backlogSeconds: 2 }, 2_000_000],
    ["opens a microsecond later", { opensAt: "2026-11-22T22:00:00.000001+08:00" }, 1],
    ["in another offset", { opensAt: "2026-11-22T14:00:01Z" }, 1_000_000],
    ["opening and backlog", { opensAt: "2026-11-22T22:00:01+08:00", backlogSeconds: 0.5 }, 1_500_000],
  ])("starts: %s", (_, form, start) => {
    expect(queueOf(form).start).toBe(start);
  });

  test("everything else", () => {
    expect(queueOf({})).toEqual({
      start: 0,
      cutOff: Infinity,
      perPackage: 0,
      perOrder: 0,
      lanes: 1,
      result: 0,
    });
    expect(
      queueOf({
        cutOff: "2026-11-22T21:59:59+08:00",
        secondsPerPackage: 120,
        secondsPerOrder: 0.000001,
        lanes: 3,
        resultSeconds: 1.5,
      }),
    ).toEqual({
      start: 0,
      cutOff: -1_000_000,
      perPackage: 120_000_000,
      perOrder: 1,
      lanes: 3,
      result: 1_500_000,
    });
  });
});

describe("lanes", () => {
  test("the first of those that free first", () => {
    const lanes = new Lanes({ ...QUEUE, lanes: 3 }, 6);
    const taken: number[] = [];
    // All free at 100. Then 150, 120, 120: the second of three, then the third.
    for (const hold of [50, 20, 20, 10, 5, 5]) {
      taken.push(lanes.next);
      expect(lanes.freeAt(lanes.next)).toBe(lanes.nextFree);
      lanes.hold(lanes.nextFree + hold);
    }
    expect(taken).toEqual([0, 1, 2, 1, 2, 2]);
    expect([0, 1, 2].map((lane) => lanes.freeAt(lane))).toEqual([150, 130, 130]);
  });

  test("packages that hold nothing all take the first", () => {
    const lanes = new Lanes({ ...QUEUE, lanes: 2 }, 2);
    lanes.hold(lanes.nextFree);
    expect(lanes.next).toBe(0);
  });

  test("no more than packages, however many there may be", () => {
    expect(new Lanes({ ...QUEUE, lanes: 1e9 }, 3).count).toBe(3);
    expect(new Lanes({ ...QUEUE, lanes: 1e9 }, 0).count).toBe(1);
    expect(new Lanes({ ...QUEUE, lanes: 2 }, 3).count).toBe(2);
  });

  test("the same lanes as a plain search from the first on, and the same with some left out", () => {
    const holds = fc.array(fc.nat({ max: 6 }), { maxLength: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), holds, fc.nat({ max: 511 }), (count, each, out) => {
        const lanes = new Lanes({ ...QUEUE, lanes: count }, 60);
        const free = new Array<number>(count).fill(QUEUE.start);
        const passes = (lane: number) => (out & (1 << lane)) === 0;
        for (const hold of each) {
          const first = free.indexOf(Math.min(...free));
          expect([lanes.next, lanes.nextFree]).toEqual([first, free[first]]);
          const left = free.map((time, lane) => (passes(lane) ? time : Infinity));
          const least = Math.min(...left);
          expect(lanes.firstWhere(passes)).toBe(least === Infinity ? -1 : left.indexOf(least));
          free[first]! += hold;
          lanes.hold(free[first]!);
        }
      }),
    );
  });

  test("hold time", () => {
    expect(holdTime(QUEUE, 1)).toBe(35);
    expect(holdTime(QUEUE, 4)).toBe(50);
    expect(holdTime({ ...QUEUE, perPackage: 0 }, 4)).toBe(20);
    expect(holdTime({ ...QUEUE, perOrder: 0 }, 4)).toBe(30);
  });
});

describe("leave times", () => {
  test.each<[string, number, readonly number[], readonly number[]]>([
    ["none", 2, [], []],
    ["one lane", 1, [4, 1, 2], [150, 185, 225]],
    ["two lanes: the short ones pass the long one", 2, [10, 1, 1, 1], [180, 135, 170, 205]],
    ["two lanes, tied", 2, [1, 1, 1, 1], [135, 135, 170, 170]],
    ["more lanes than packages", 9, [1, 2], [135, 140]],
  ])("%s", (_, lanes, sizes, expected) => {
    expect(Array.from(leaveTimes({ ...QUEUE, lanes }, sizes))).toEqual(expected);
  });

  test("the result holds no lane", () => {
    expect(Array.from(leaveTimes({ ...QUEUE, result: 1_000 }, [1, 1]))).toEqual([135, 170]);
  });

  test("agree with a plain search", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 20 }),
        fc.constantFrom(0, 1, 30),
        fc.constantFrom(0, 5),
        (lanes, sizes, perPackage, perOrder) => {
          const free = new Array<number>(lanes).fill(QUEUE.start);
          const expected = sizes.map((size) => {
            const first = Math.min(...free);
            const leave = first + perPackage + perOrder * size;
            free[free.indexOf(first)] = leave;
            return leave;
          });
          expect(Array.from(leaveTimes({ ...QUEUE, lanes, perPackage, perOrder }, sizes))).toEqual(expected);
        },
      ),
    );
  });
});

const singleQueues = fc.record({
  start: fc.integer({ min: 0, max: 40 }),
  cutOff: fc.oneof(fc.constant(Infinity), fc.integer({ min: -5, max: 120 })),
  perPackage: fc.constant(0),
  perOrder: fc.integer({ min: 0, max: 12 }),
  lanes: fc.integer({ min: 1, max: 4 }),
  result: fc.integer({ min: 0, max: 20 }),
});

describe("single channels", () => {
  test("an order leaves when the lanes say", () => {
    fc.assert(
      fc.property(singleQueues, fc.integer({ min: 0, max: 30 }), (queue, position) => {
        const leave = leaveTimes(queue, new Array<number>(position + 1).fill(1));
        expect(singleLeaveTime(queue, position)).toBe(leave[position]);
      }),
    );
  });

  // Two lanes from 100 on, 7 each: two orders leave at 107, two at 114, …
  const two: Queue = { ...QUEUE, perPackage: 0, perOrder: 7, lanes: 2 };
  test.each<[string, Partial<Queue>, number, number]>([
    ["before the start", {}, 99, 0],
    ["at the start", {}, 100, 0],
    ["a microsecond before the first leaves", {}, 106, 0],
    ["as the first leaves", {}, 107, 2],
    ["a microsecond before the third", {}, 113, 2],
    ["as the third leaves", {}, 114, 4],
    ["without end", {}, Infinity, Infinity],
    ["the result comes later: too late", { result: 10 }, 116, 0],
    ["the result comes later: in time", { result: 10 }, 117, 2],
    ["the cut-off is before", { cutOff: 113 }, 1_000, 2],
    ["the cut-off is exact", { cutOff: 114 }, 1_000, 4],
    ["the cut-off and no dueBy", { cutOff: 114, result: 10 }, Infinity, 4],
    ["the cut-off looks at the lane, not at the result", { cutOff: 107, result: 10 }, 117, 2],
    ["the cut-off is before the start", { cutOff: 99 }, Infinity, 0],
    ["the cut-off was before planAt", { cutOff: -1 }, Infinity, 0],
    ["orders that take no time, at the start", { perOrder: 0 }, 100, Infinity],
    ["orders that take no time, before", { perOrder: 0 }, 99, 0],
    ["orders that take no time, and a result", { perOrder: 0, result: 10 }, 109, 0],
  ])("by a moment: %s", (_, change, finishBy, expected) => {
    expect(singlesBy({ ...two, ...change }, finishBy)).toBe(expected);
  });

  test("as many as are in time one by one", () => {
    const dues = fc.oneof(fc.constant(Infinity), fc.integer({ min: -5, max: 140 }));
    fc.assert(
      fc.property(singleQueues, dues, (queue, finishBy) => {
        const inTime = (position: number) => {
          const leave = singleLeaveTime(queue, position);
          return leave <= queue.cutOff && leave + queue.result <= finishBy;
        };
        const most = singlesBy(queue, finishBy);
        if (most === Infinity) {
          expect(inTime(queue.cutOff === Infinity && finishBy === Infinity ? 1_000_000 : 1_000)).toBe(true);
          return;
        }
        if (most > 0) expect(inTime(most - 1)).toBe(true);
        expect(inTime(most)).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  test("exact at the largest times", () => {
    const queue: Queue = { ...two, start: 0, perOrder: 3, lanes: 1 };
    const last = Number.MAX_SAFE_INTEGER - (Number.MAX_SAFE_INTEGER % 3);
    expect(singlesBy(queue, last)).toBe(last / 3);
    expect(singlesBy(queue, last - 1)).toBe(last / 3 - 1);
  });
});
