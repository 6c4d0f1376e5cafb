import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Contract, Queue } from "../../src/model/contract.js";
import type { Plan } from "../../src/model/plan.js";
import { holdTime, Lanes, leaveTimes } from "../../src/model/queue.js";
import { baselinePlans } from "../../src/solver/baselines.js";
import { classify } from "../../src/solver/classes.js";
import { pricePlan } from "../../src/solver/cost.js";
import { isFeasible } from "../../src/solver/feasible.js";
import { solveGreedy } from "../../src/solver/greedy/greedy.js";
import { splitByHome } from "../../src/solver/homes.js";
import { limitTable } from "../../src/solver/limits.js";
import { hasFeeTiers } from "../../src/solver/packageFee.js";
import { type Problem, problemOf } from "../../src/solver/problem.js";
import { type Remaining, remainingInputs, withSent } from "../../src/solver/remaining.js";
import { keptPart, repaired } from "../../src/solver/repair.js";
import { EVERYTHING, instances, withFeeTiers, withUniqueBy } from "../support/arbitraries.js";
import { checked } from "../support/folder.js";
import { problemFrom } from "../support/instance.js";

/** In half of them every package pays by its size and keeps orders apart, so that both bind often. */
const WITH_VOLUME = { ...EVERYTHING, volume: true };
const any = fc.oneof(instances(WITH_VOLUME), withFeeTiers(withUniqueBy(instances(WITH_VOLUME))));
const draws = fc.array(fc.nat(), { minLength: 8, maxLength: 8 });

/** Parts a plan into packages that were sent and all the rest. */
function parted({ contract }: Problem, plan: Plan, isSent: (channel: number, place: number) => boolean) {
  const part = (wanted: boolean): Plan => ({
    loads: plan.loads.map(({ orders, packageSizes }, c) => {
      if (contract.channels[c]!.mode === "single")
        return { orders: wanted ? new Int32Array(0) : orders, packageSizes };
      let next = 0;
      const kept: number[] = [];
      const sizes: number[] = [];
      packageSizes.forEach((size, p) => {
        if (isSent(c, p) === wanted) {
          kept.push(...orders.subarray(next, next + size));
          sizes.push(size);
        }
        next += size;
      });
      return { orders: Int32Array.from(kept), packageSizes: Int32Array.from(sizes) };
    }),
  });
  return { sent: part(true), rest: part(false) };
}

/** `[order]` channel, or -1. */
function channelsOf({ loads }: Plan, count: number): Int32Array {
  const channelOf = new Int32Array(count).fill(-1);
  loads.forEach(({ orders }, c) => {
    for (const order of orders) channelOf[order] = c;
  });
  return channelOf;
}

/** The rest of a plan by the rows of what remains. */
function ofRemaining({ loads }: Plan, { rows }: Remaining): Plan {
  const rowOf = new Map(Array.from(rows, (row, i) => [row, i]));
  return { loads: loads.map((load) => ({ ...load, orders: load.orders.map((row) => rowOf.get(row)!) })) };
}

function remainingProblem(remaining: Remaining, home: Int32Array, moveCost: number): Problem {
  const { contract, orders, rows } = remaining;
  const classes = splitByHome(
    classify(contract, orders),
    rows.map((row) => home[row]!),
    moveCost,
  );
  return { contract, orders, classes, limits: limitTable(contract) };
}

describe("planning an old plan again", () => {
  test("keeps what was sent, holds, and is never worse than the old plan mended", () => {
    let apart = 0;
    let bySize = 0;
    fc.assert(
      fc.property(any, draws, fc.nat({ max: 400_000 }), (instance, draw, moveCost) => {
        const problem = problemFrom(instance);
        const { contract, orders, classes } = problem;
        const old = baselinePlans(contract, orders, classes)[draw[0]! % 4]!.plan;
        const { sent, rest } = parted(problem, old, (c, p) => draw[1 + ((c + p) % 7)]! % 2 === 0);
        const both = contract.channels.map(
          (_, c) => sent.loads[c]!.orders.length > 0 && rest.loads[c]!.orders.length > 0,
        );
        if (both.some((isBoth, c) => isBoth && classes.twins[c] !== null)) apart++;
        if (both.some((isBoth, c) => isBoth && hasFeeTiers(contract.channels[c]!.package))) bySize++;
        const remaining = remainingInputs(problem, sent);
        const home = channelsOf(old, orders.count);
        const left = remainingProblem(remaining, home, moveCost);
        const start = repaired(left, ofRemaining(rest, remaining));
        expect(isFeasible(left, start)).toBe(true);
        const startCost = pricePlan(left.contract, left.orders, left.classes, start);
        const found = solveGreedy(left, [{ plan: start, cost: startCost }], { shouldStop: () => false });
        expect(found.cost.objective <= startCost.objective).toBe(true);

        const plan = withSent(sent, found.plan, remaining);
        sent.loads.forEach((load, c) => {
          const now = plan.loads[c]!;
          expect(now.orders.subarray(0, load.orders.length)).toEqual(load.orders);
          expect(now.packageSizes.subarray(0, load.packageSizes.length)).toEqual(load.packageSizes);
        });
        expect(isFeasible(problem, plan)).toBe(true);
        expect(checked(problem, plan).total).toBe(0);

        // What the rest says it costs is what it adds, moves and the rounding of delay and volume aside.
        const moved = (now: Int32Array) =>
          home.filter((then, order) => then >= 0 && now[order] !== then).length;
        const total = (of: Plan) =>
          pricePlan(contract, orders, classes, of).objective +
          BigInt(moveCost) * BigInt(moved(channelsOf(of, orders.count)));
        const rounding = BigInt(3 * contract.channels.length);
        const mended = withSent(sent, start, remaining);
        const saved = startCost.objective - found.cost.objective;
        const really = total(mended) - total(plan);
        expect(really >= saved - rounding && really <= saved + rounding).toBe(true);
      }),
      { numRuns: 400 },
    );
    // A dozen of each is usual: none would mean that they are not drawn any more.
    expect(apart).toBeGreaterThan(0);
    expect(bySize).toBeGreaterThan(0);
  }, 60_000);

  test("mends a plan that still holds by nothing but what was deferred", () => {
    fc.assert(
      fc.property(any, draws, (instance, draw) => {
        const problem = problemFrom(instance);
        const { contract, orders, classes } = problem;
        const old = baselinePlans(contract, orders, classes)[draw[0]! % 4]!.plan;
        expect(keptPart(problem, old)).toEqual(old);
        const before = channelsOf(old, orders.count);
        const after = channelsOf(repaired(problem, old), orders.count);
        before.forEach((channel, order) => {
          if (channel >= 0) expect(after[order]).toBe(channel);
        });
      }),
      { numRuns: 150 },
    );
  });

  test("mends a plan whose channels have closed, shrunk or end sooner", () => {
    fc.assert(
      fc.property(any, draws, (instance, draw) => {
        const problem = problemFrom(instance);
        const { contract, orders, classes } = problem;
        const old = baselinePlans(contract, orders, classes)[draw[0]! % 4]!.plan;
        const hit = draw[1]! % contract.channels.length;
        const worse: Contract = {
          ...contract,
          channels: contract.channels.map((channel, c) =>
            c !== hit
              ? channel
              : {
                  ...channel,
                  limits: { ...channel.limits, maxOrders: draw[2]! % 4, maxPackages: draw[3]! % 3 },
                  queue: {
                    ...channel.queue,
                    cutOff: Math.min(channel.queue.cutOff, channel.queue.start + (draw[4]! % 100_000_000)),
                  },
                },
          ),
        };
        const now = problemOf(worse, orders);
        const plan = repaired(now, old);
        expect(isFeasible(now, plan)).toBe(true);
        expect(checked(now, plan).total).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  test("opens packages for what is left over where that costs less, and moves nothing for it", () => {
    let opened = 0;
    let missed = 0;
    // What volume would save is not looked for when packages are opened.
    const plain = fc.oneof(instances(EVERYTHING), withFeeTiers(withUniqueBy(instances(EVERYTHING))));
    fc.assert(
      fc.property(plain, draws, (instance, draw) => {
        const problem = problemFrom(instance);
        const { contract, orders, classes } = problem;
        const old = baselinePlans(contract, orders, classes)[draw[0]! % 4]!.plan;
        const hit = draw[1]! % contract.channels.length;
        const closed: Contract = {
          ...contract,
          channels: contract.channels.map((channel, c) =>
            c === hit ? { ...channel, limits: { ...channel.limits, maxOrders: 0 } } : channel,
          ),
        };
        const now = problemOf(closed, orders);
        const kept = keptPart(now, old);
        const plan = repaired(now, old);
        expect(isFeasible(now, plan)).toBe(true);
        const [before, after] = [kept, plan].map((each) => channelsOf(each, orders.count));
        before!.forEach((channel, order) => {
          if (channel >= 0) expect(after![order]).toBe(channel);
        });
        const objective = (of: Plan) => pricePlan(closed, orders, now.classes, of).objective;
        const rounding = BigInt(3 * closed.channels.length);
        expect(objective(plan) <= objective(kept) + rounding).toBe(true);
        closed.channels.forEach(({ mode }, c) => {
          if (mode === "batch" && plan.loads[c]!.packageSizes.length > kept.loads[c]!.packageSizes.length)
            opened++;
        });
        // No one package more at the end of a queue, of deferred orders alone, would have saved anything.
        const deferred = [...now.classes.classOf.keys()].filter(
          (order) => now.classes.classOf[order]! >= 0 && after![order]! < 0,
        );
        let couldOpen = false;
        for (let chosen = 1; chosen < 2 ** Math.min(deferred.length, 6); chosen++) {
          const inside = deferred.filter((_, i) => ((chosen >> i) & 1) === 1);
          closed.channels.forEach(({ mode }, c) => {
            if (mode !== "batch") return;
            const covers = (order: number) =>
              now.classes.charge[now.classes.classOf[order]! * now.classes.channels + c]! >= 0;
            if (!inside.every(covers)) return;
            const more: Plan = {
              loads: plan.loads.map((load, at) =>
                at !== c
                  ? load
                  : {
                      orders: Int32Array.from([...load.orders, ...inside]),
                      packageSizes: Int32Array.from([...load.packageSizes, inside.length]),
                    },
              ),
            };
            if (isFeasible(now, more) && objective(more) + rounding < objective(plan)) couldOpen = true;
          });
        }
        if (couldOpen) missed++;
      }),
      { numRuns: 700 },
    );
    expect(opened).toBeGreaterThan(15);
    // A search of its kind, in order of gain: a few that a limit of amount or a due time makes awkward escape it.
    expect(missed).toBeLessThan(opened / 4);
  }, 60_000);

  test("mends a plan whose packages hold orders that are kept apart by now, and pay by their size", () => {
    let mended = 0;
    fc.assert(
      fc.property(withFeeTiers(withUniqueBy(instances(WITH_VOLUME))), draws, (instance, draw) => {
        const now = problemFrom(instance);
        const { contract, orders } = now;
        const then = problemOf(
          {
            ...contract,
            channels: contract.channels.map((channel) => ({
              ...channel,
              package: {
                ...channel.package,
                uniqueBy: [],
                feeTiers: [{ upTo: Infinity, fee: 0, perOrder: 0 }],
              },
            })),
          },
          orders,
        );
        const old = baselinePlans(then.contract, orders, then.classes)[draw[0]! % 4]!.plan;
        if (!isFeasible(now, old)) mended++;
        const kept = keptPart(now, old);
        const plan = repaired(now, old);
        for (const each of [kept, plan]) {
          expect(isFeasible(now, each)).toBe(true);
          expect(checked(now, each).total).toBe(0);
        }
        // Nobody leaves but for another of the same package.
        if (contract.channels.every(({ package: { minOrders } }) => minOrders === 1)) {
          const before = channelsOf(old, orders.count);
          const after = channelsOf(kept, orders.count);
          before.forEach((channel, order) => {
            if (channel >= 0 && (now.classes.twins[channel]?.of[order] ?? -1) < 0)
              expect(after[order]).toBe(channel);
          });
        }
      }),
      { numRuns: 250 },
    );
    expect(mended).toBeGreaterThan(10);
  });

  test("knows when lanes free that packages hold which stay", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 8 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.nat({ max: 50 }),
        fc.nat({ max: 7 }),
        sizes,
        sizes,
        (lanes, perPackage, perOrder, first, then) => {
          const queue: Queue = { start: 3, cutOff: Infinity, perPackage, perOrder, lanes, result: 0 };
          const run = new Lanes(queue, first.length + then.length);
          for (const size of first) run.hold(run.nextFree + holdTime(queue, size));
          const lanesFree = Array.from(run.free);
          const all = leaveTimes(queue, [...first, ...then]);
          expect(leaveTimes({ ...queue, start: lanesFree[0]!, lanesFree }, then)).toEqual(
            all.subarray(first.length),
          );
        },
      ),
    );
  });
});
