import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mayBeLonger } from "../../src/check/growth.js";
import type { Queue } from "../../src/model/contract.js";
import { leaveTimes } from "../../src/model/queue.js";
import { mayGrow } from "../../src/solver/growth.js";

/** A channel's packages in sequence; `spare` is how long each could take more, as far as its orders' `dueBy` goes. */
interface Load {
  readonly queue: Queue;
  readonly packages: readonly { readonly size: number; readonly spare: number }[];
  /** From the last package's leaving to the cut-off. */
  readonly closing: number;
}

/** Times that share no unit but the microsecond, times in lockstep, and times of one unit. */
const paces = fc.constantFrom<readonly [perPackage: number, perOrder: number]>(
  [0, 1],
  [0, 7],
  [3, 7],
  [10, 7],
  [40, 100],
  [1, 0],
  [5, 2],
  [100, 3],
  [412_345, 1_000_001],
  [17_321, 9_973],
);

const loads: fc.Arbitrary<Load> = paces.chain(([perPackage, perOrder]) => {
  const spare = fc.oneof(
    { weight: 3, arbitrary: fc.constant(Infinity) },
    { weight: 1, arbitrary: fc.nat({ max: 2 * perOrder + 1 }) },
    { weight: 1, arbitrary: fc.constantFrom(0, perOrder) },
  );
  return fc.record({
    queue: fc.record({
      start: fc.nat({ max: 3 }),
      cutOff: fc.constant(Infinity),
      perPackage: fc.constant(perPackage),
      perOrder: fc.constant(perOrder),
      lanes: fc.integer({ min: 1, max: 5 }),
      result: fc.constantFrom(0, 2),
    }),
    packages: fc.array(fc.record({ size: fc.integer({ min: 1, max: 4 }), spare }), { maxLength: 24 }),
    closing: spare,
  });
});

/** The load with a cut-off and due times that its plan just keeps to. */
function plan({ queue: open, packages, closing }: Load) {
  const sizes = packages.map(({ size }) => size);
  const leave = leaveTimes(open, sizes);
  const queue = { ...open, cutOff: closing + leave.reduce((last, time) => Math.max(last, time), 0) };
  const dues = packages.map(({ spare }, p) => leave[p]! + open.result + spare);
  return { queue, sizes, dues, leave, asked: Uint8Array.from(sizes, () => 1) };
}

/** Every package one order longer in turn, and the whole queue run again, on lanes that are looked through one by one. */
function byHand({ queue, sizes, dues }: ReturnType<typeof plan>): boolean[] {
  return sizes.map((_, grown) => {
    const free = new Array<number>(queue.lanes).fill(queue.start);
    return sizes.every((size, p) => {
      const lane = free.indexOf(Math.min(...free));
      free[lane]! += queue.perPackage + queue.perOrder * (p === grown ? size + 1 : size);
      return free[lane]! <= queue.cutOff && free[lane]! + queue.result <= dues[p]!;
    });
  });
}

const runs = { numRuns: Number(process.env.PROPERTY_RUNS ?? 60) * 50 };

describe("which packages may be one order longer", () => {
  it("is the same for the solver as by hand", () => {
    fc.assert(
      fc.property(loads, (load) => {
        const planned = plan(load);
        const grows = mayGrow(planned.queue, planned);
        expect(Array.from(grows, (each) => each === 1)).toEqual(byHand(planned));
      }),
      runs,
    );
  });

  it("is the same for the checker as by hand", () => {
    fc.assert(
      fc.property(loads, (load) => {
        const planned = plan(load);
        const { queue, sizes, dues } = planned;
        const submitted = sizes.map((orders, p) => ({
          orders,
          leaveBy: Math.min(queue.cutOff, dues[p]! - queue.result),
          asked: true,
        }));
        expect(mayBeLonger(queue, submitted)).toEqual(byHand(planned));
      }),
      runs,
    );
  });

  /** Far too many for a look at the queue for each package. */
  it.each<[string, number, Partial<Queue>]>([
    ["in lockstep, to the last microsecond", 200_000, { perOrder: 1_000, lanes: 4 }],
    ["of a common unit", 40_000, { perPackage: 7_000_000, perOrder: 130_000, lanes: 16 }],
    ["on a lane each", 200_000, { perPackage: 1_000_000, perOrder: 300_000, lanes: 1_000_000 }],
    ["on one lane", 200_000, { perPackage: 7, perOrder: 3 }],
  ])("is the same for both of very many packages: %s", (name, count, change) => {
    const open = { start: 0, cutOff: Infinity, perPackage: 0, perOrder: 0, lanes: 1, result: 0, ...change };
    const alike = name.startsWith("in lockstep");
    const load = Array.from({ length: count }, (_, p) => ({
      size: alike ? 1 : 1 + ((p * 7919) % 30),
      spare: Infinity,
    }));
    const { queue, sizes, ...planned } = plan({ queue: open, packages: load, closing: 0 });
    const grows = Array.from(mayGrow(queue, planned), (each) => each === 1);
    const submitted = sizes.map((orders) => ({ orders, leaveBy: queue.cutOff, asked: true }));
    expect(mayBeLonger(queue, submitted)).toEqual(grows);
    // All lanes are busy until the cut-off; or one is, on which the last packages cannot grow.
    expect(new Set(grows)).toEqual(new Set(alike || open.lanes === 1 ? [false] : [true, false]));
  });
});
