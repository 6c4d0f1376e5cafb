import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Queue } from "../../../src/model/contract.js";
import { leaveTimes, singleLeaveTime } from "../../../src/model/queue.js";
import { type SequencedPackage, sequencePackages, sequenceSingles } from "../../../src/solver/sequence.js";

const QUEUE: Queue = { start: 0, cutOff: Infinity, perPackage: 0, perOrder: 10, lanes: 1, result: 0 };

function permutations(count: number): number[][] {
  if (count === 0) return [[]];
  return permutations(count - 1).flatMap((shorter) =>
    Array.from({ length: count }, (_, at) => shorter.toSpliced(at, 0, count - 1)),
  );
}
/** `[n]` every sequence of n things. */
const SEQUENCES = [0, 1, 2, 3, 4, 5, 6].map(permutations);

interface Single {
  readonly due: number;
  readonly weight: number;
}

function singles(orders: readonly Single[], queue: Queue): number[] {
  const rows = Int32Array.from(orders.keys());
  const sequence = sequenceSingles(
    rows,
    queue,
    (order) => orders[order]!.due,
    (order) => orders[order]!.weight,
  );
  return Array.from(sequence);
}

/** Weighted delay of single orders in sequence; null where one is late. */
function singlesDelay(sequence: readonly number[], orders: readonly Single[], queue: Queue): number | null {
  let total = 0;
  for (const [position, order] of sequence.entries()) {
    const finish = singleLeaveTime(queue, position) + queue.result;
    if (finish > orders[order]!.due) return null;
    total += finish * orders[order]!.weight;
  }
  return total;
}

describe("single orders", () => {
  test.each<[string, Partial<Queue>, readonly Single[], readonly number[]]>([
    ["none", {}, [], []],
    [
      "alike: as they came",
      {},
      [
        { due: 99, weight: 1 },
        { due: 99, weight: 1 },
        { due: 99, weight: 1 },
      ],
      [0, 1, 2],
    ],
    [
      "the heavier first",
      {},
      [
        { due: Infinity, weight: 1 },
        { due: Infinity, weight: 3 },
        { due: Infinity, weight: 2 },
      ],
      [1, 2, 0],
    ],
    [
      "of equal weight, as they came",
      {},
      [
        { due: Infinity, weight: 1 },
        { due: Infinity, weight: 2 },
        { due: Infinity, weight: 1 },
      ],
      [1, 0, 2],
    ],
    [
      "the urgent first, however light",
      {},
      [
        { due: Infinity, weight: 9 },
        { due: 10, weight: 0 },
      ],
      [1, 0],
    ],
    [
      "due a microsecond too early to wait",
      {},
      [
        { due: Infinity, weight: 9 },
        { due: 19, weight: 0 },
      ],
      [1, 0],
    ],
    [
      "due just late enough to wait",
      {},
      [
        { due: Infinity, weight: 9 },
        { due: 20, weight: 0 },
      ],
      [0, 1],
    ],
    [
      "the result counts",
      { result: 5 },
      [
        { due: Infinity, weight: 9 },
        { due: 24, weight: 0 },
      ],
      [1, 0],
    ],
    [
      "the result counts, just in time",
      { result: 5 },
      [
        { due: Infinity, weight: 9 },
        { due: 25, weight: 0 },
      ],
      [0, 1],
    ],
    [
      "two lanes: both at once",
      { lanes: 2 },
      [
        { due: Infinity, weight: 9 },
        { due: 10, weight: 0 },
      ],
      [0, 1],
    ],
    // Smith's rule among those whose time allows it: 0 must be out by 20, 2 is the heaviest.
    [
      "slots from the last",
      {},
      [
        { due: 20, weight: 1 },
        { due: 30, weight: 2 },
        { due: 30, weight: 3 },
      ],
      [2, 0, 1],
    ],
  ])("%s", (_, change, orders, expected) => {
    expect(singles(orders, { ...QUEUE, ...change })).toEqual(expected);
  });

  test("no sequence is better, and all are in time where one can have them so", () => {
    const order = fc.record({
      due: fc.oneof(
        fc.constant(Infinity),
        fc.integer({ min: 1, max: 7 }).map((slot) => slot * 10),
      ),
      weight: fc.integer({ min: 0, max: 4 }),
    });
    let inTime = 0;
    fc.assert(
      fc.property(
        fc.array(order, { maxLength: 6 }),
        fc.integer({ min: 1, max: 3 }),
        fc.constantFrom(0, 10),
        fc.constantFrom(0, 5, 10),
        (orders, lanes, start, result) => {
          const queue = { ...QUEUE, lanes, start, result };
          const sequence = singles(orders, queue);
          expect([...sequence].sort((a, b) => a - b)).toEqual([...orders.keys()]);
          let best: number | null = null;
          for (const other of SEQUENCES[orders.length]!) {
            const delay = singlesDelay(other, orders, queue);
            if (delay !== null && (best === null || delay < best)) best = delay;
          }
          if (best !== null) {
            inTime++;
            expect(singlesDelay(sequence, orders, queue)).toBe(best);
          }
        },
      ),
      { numRuns: 1_000 },
    );
    expect(inTime).toBeGreaterThan(200);
  });

  test("many orders: a heap's worth", () => {
    const weights = Array.from({ length: 500 }, (_, i) => (i * 7_919) % 101);
    const sequence = singles(
      weights.map((weight) => ({ due: Infinity, weight })),
      QUEUE,
    );
    const expected = [...weights.keys()].sort((a, b) => weights[b]! - weights[a]! || a - b);
    expect(sequence).toEqual(expected);
  });
});

/** Weighted delay of packages in sequence; null where one is late. */
function packagesDelay(sequence: readonly number[], packages: readonly SequencedPackage[], queue: Queue) {
  const leave = leaveTimes(
    queue,
    sequence.map((p) => packages[p]!.orders),
  );
  let total = 0;
  for (const [i, p] of sequence.entries()) {
    if (leave[i]! > queue.cutOff || leave[i]! + queue.result > packages[p]!.due) return null;
    total += packages[p]!.weight * (leave[i]! + queue.result);
  }
  return total;
}

describe("packages", () => {
  const of = (orders: number, weight: number, due = Infinity): SequencedPackage => ({ orders, weight, due });
  test.each<[string, Partial<Queue>, readonly SequencedPackage[], readonly number[], boolean]>([
    ["none", {}, [], [], true],
    ["alike: as they came", {}, [of(1, 1), of(1, 1)], [0, 1], true],
    ["the heavier first", {}, [of(2, 1), of(2, 3)], [1, 0], true],
    ["the shorter first", {}, [of(4, 4), of(1, 4)], [1, 0], true],
    ["by weight over hold time", {}, [of(4, 5), of(1, 1)], [0, 1], true],
    ["of equal ratio, the more urgent", {}, [of(1, 1, 99), of(1, 1, 50)], [1, 0], true],
    ["by due time where weight makes one late", {}, [of(1, 9), of(1, 1, 10)], [1, 0], true],
    ["by weight where it makes none late", {}, [of(1, 9), of(1, 1, 20)], [0, 1], true],
    ["late whatever the sequence", {}, [of(1, 9, 10), of(1, 1, 10)], [0, 1], false],
    ["just out by the cut-off", { cutOff: 20 }, [of(1, 1), of(1, 1)], [0, 1], true],
    ["past the cut-off", { cutOff: 19 }, [of(1, 1), of(1, 1)], [0, 1], false],
    ["a second lane", { cutOff: 19, lanes: 2 }, [of(1, 1), of(1, 1)], [0, 1], true],
    ["the result is past dueBy", { result: 5 }, [of(1, 1, 14)], [0], false],
    ["the result is at dueBy, past the cut-off", { result: 5, cutOff: 10 }, [of(1, 1, 15)], [0], true],
  ])("%s", (_, change, packages, expected, inTime) => {
    const found = sequencePackages(packages, { ...QUEUE, ...change });
    expect([found.sequence, found.inTime]).toEqual([expected, inTime]);
  });

  const anyPackage = fc.record({
    orders: fc.integer({ min: 1, max: 4 }),
    weight: fc.integer({ min: 0, max: 8 }),
    due: fc.oneof(
      fc.constant(Infinity),
      fc.integer({ min: 2, max: 12 }).map((slot) => slot * 10),
    ),
  });
  const anyQueue = fc.record({
    start: fc.constantFrom(0, 10),
    cutOff: fc.oneof(
      fc.constant(Infinity),
      fc.integer({ min: 4, max: 14 }).map((slot) => slot * 10),
    ),
    perPackage: fc.constantFrom(10, 20),
    perOrder: fc.constantFrom(0, 10),
    lanes: fc.integer({ min: 1, max: 3 }),
    result: fc.constantFrom(0, 5),
  });

  test("what is said of the sequence is so", () => {
    fc.assert(
      fc.property(fc.array(anyPackage, { maxLength: 6 }), anyQueue, (packages, queue) => {
        const { sequence, leave, inTime } = sequencePackages(packages, queue);
        expect([...sequence].sort((a, b) => a - b)).toEqual([...packages.keys()]);
        const sizes = sequence.map((p) => packages[p]!.orders);
        expect(Array.from(leave)).toEqual(Array.from(leaveTimes(queue, sizes)));
        expect(inTime).toBe(packagesDelay(sequence, packages, queue) !== null);
      }),
    );
  });

  test("of equal hold times, in time wherever some sequence is", () => {
    let tight = 0;
    fc.assert(
      fc.property(
        fc.array(anyPackage, { maxLength: 6 }),
        anyQueue,
        fc.integer({ min: 1, max: 4 }),
        (several, queue, orders) => {
          const packages = several.map((each) => ({ ...each, orders }));
          const possible = SEQUENCES[packages.length]!.filter(
            (sequence) => packagesDelay(sequence, packages, queue) !== null,
          ).length;
          if (possible > 0 && possible < SEQUENCES[packages.length]!.length) tight++;
          expect(sequencePackages(packages, queue).inTime).toBe(possible > 0);
        },
      ),
      { numRuns: 1_000 },
    );
    // Cases in which the sequence matters.
    expect(tight).toBeGreaterThan(50);
  });

  test("on one lane, in time wherever some sequence is, whatever the hold times", () => {
    fc.assert(
      fc.property(fc.array(anyPackage, { maxLength: 6 }), anyQueue, (packages, queue) => {
        const oneLane = { ...queue, lanes: 1 };
        const possible = SEQUENCES[packages.length]!.some(
          (sequence) => packagesDelay(sequence, packages, oneLane) !== null,
        );
        expect(sequencePackages(packages, oneLane).inTime).toBe(possible);
      }),
      { numRuns: 300 },
    );
  });

  test("on one lane and without due times, no sequence waits less", () => {
    fc.assert(
      fc.property(fc.array(anyPackage, { maxLength: 6 }), anyQueue, (several, queue) => {
        const packages = several.map((each) => ({ ...each, due: Infinity }));
        const oneLane = { ...queue, lanes: 1, cutOff: Infinity };
        const delays = SEQUENCES[packages.length]!.map((each) => packagesDelay(each, packages, oneLane)!);
        const { sequence } = sequencePackages(packages, oneLane);
        expect(packagesDelay(sequence, packages, oneLane)).toBe(Math.min(...delays));
      }),
      { numRuns: 300 },
    );
  });
});
