import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findCurve, MOST_SEARCHES, type PlanAt } from "../../src/app/curveSearch.js";
import { boundAt, isProven, objectiveAt } from "../../src/solver/costCurve.js";
import { type Line, valueAt } from "../../src/solver/envelope.js";

const line = fc.record({
  constant: fc.bigInt({ min: -300n, max: 300n }),
  slope: fc.bigInt({ min: -15n, max: 15n }),
});
const lines = fc.array(line, { minLength: 1, maxLength: 8 });
const leastAt = (all: readonly Line[], at: bigint) =>
  all.map((each) => valueAt(each, at)).sort((a, b) => (a < b ? -1 : 1))[0]!;
const all = (last: bigint) => Array.from({ length: Number(last) + 1 }, (_, i) => BigInt(i));

/** Searches that find the best of the lines. */
const perfectly =
  (plans: readonly Line[]) =>
  async (at: bigint): Promise<PlanAt<Line>> => {
    const bound = leastAt(plans, at);
    const best = plans.find((each) => valueAt(each, at) === bound)!;
    return { at, plan: best, line: best, bound };
  };

const task = { endGap: 0, atATime: 1, known: [], isStopped: () => false };

describe("finding a cost curve", () => {
  it("finds the least of all plans at every value, and proves it, where searches are perfect", async () => {
    await fc.assert(
      fc.asyncProperty(lines, fc.bigInt({ min: 1n, max: 80n }), async (plans, last) => {
        const { curve, searches, stoppedBy } = await findCurve({ ...task, last, search: perfectly(plans) });
        for (const at of all(last)) {
          expect(objectiveAt(curve, at)).toBe(leastAt(plans, at));
          expect(boundAt(curve, at)).toBe(leastAt(plans, at));
        }
        for (const piece of curve.pieces) expect(isProven(curve, piece)).toBe(true);
        expect(stoppedBy).toBe("done");
        // Two for every line that is found, and two more where it is found to be the least.
        expect(searches).toBeLessThanOrEqual(4 * plans.length);
        expect(new Set(curve.asked).size).toBe(searches);
      }),
      { numRuns: 2000 },
    );
  });

  it("holds the optimum between bound and plan where searches leave gaps, whatever they bring, and ends", async () => {
    const short = fc.array(fc.tuple(fc.nat(7), fc.bigInt({ min: 0n, max: 40n })), {
      minLength: 1,
      maxLength: 200,
    });
    await fc.assert(
      fc.asyncProperty(lines, short, fc.bigInt({ min: 1n, max: 80n }), async (plans, errors, last) => {
        const search = async (at: bigint): Promise<PlanAt<Line>> => {
          const [which, below] = errors[Number(at) % errors.length]!;
          const plan = plans[which % plans.length]!;
          return { at, plan, line: plan, bound: leastAt(plans, at) - below };
        };
        const { curve, searches } = await findCurve({ ...task, last, search });
        expect(searches).toBeLessThanOrEqual(MOST_SEARCHES);
        let before = { objective: 0n, bound: 0n };
        let slopes: bigint[] = [];
        for (const at of all(last)) {
          const [objective, bound] = [objectiveAt(curve, at), boundAt(curve, at)];
          expect(bound <= leastAt(plans, at)).toBe(true);
          expect(leastAt(plans, at) <= objective).toBe(true);
          if (at > 0n) slopes = [...slopes, objective - before.objective];
          before = { objective, bound };
        }
        for (let i = 1; i < slopes.length; i++) expect(slopes[i]! <= slopes[i - 1]!).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it("does not depend on how many are searched at a time, nor on which ends first", async () => {
    await fc.assert(
      fc.asyncProperty(
        lines,
        fc.bigInt({ min: 1n, max: 80n }),
        fc.infiniteStream(fc.nat(3)),
        async (plans, last, delays) => {
          const later = async (at: bigint) => {
            for (let turns = delays.next().value!; turns > 0; turns--) await Promise.resolve();
            return perfectly(plans)(at);
          };
          const one = await findCurve({ ...task, last, search: perfectly(plans) });
          const four = await findCurve({ ...task, last, atATime: 4, search: later });
          expect(four).toEqual(one);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("starts every search from the cheapest plan known there", async () => {
    const plans: Line[] = [
      { constant: 0n, slope: 10n },
      { constant: 200n, slope: 5n },
      { constant: 500n, slope: 0n },
    ];
    const starts: [bigint, Line | null][] = [];
    await findCurve<Line>({
      ...task,
      last: 100n,
      search: (at, start) => {
        starts.push([at, start]);
        return perfectly(plans)(at);
      },
    });
    expect(starts).toEqual([
      [0n, null],
      [100n, null],
      // The outer two meet at 50; the one between them meets those at 40 and 60.
      [50n, plans[2]],
      [40n, plans[1]],
      [60n, plans[2]],
    ]);
  });

  it("takes what is known for a search, and stops when told to with a plan at both ends", async () => {
    const plans: Line[] = [
      { constant: 0n, slope: 10n },
      { constant: 200n, slope: 0n },
    ];
    const asked: bigint[] = [];
    const search = (at: bigint) => {
      asked.push(at);
      return perfectly(plans)(at);
    };
    const known = [await perfectly(plans)(0n)];
    const found = await findCurve({ ...task, last: 100n, known, search, isStopped: () => true });
    expect(asked).toEqual([100n]);
    expect(found).toMatchObject({ searches: 1, stoppedBy: "interrupt" });
  });

  it("says where it has made the most searches", async () => {
    // A parabola: every value has a plan of its own.
    const tangent = (at: bigint): Line => ({ constant: at * at, slope: -2n * at });
    const search = async (at: bigint): Promise<PlanAt<Line>> => ({
      at,
      plan: tangent(at),
      line: tangent(at),
      bound: -at * at,
    });
    const { searches, stoppedBy } = await findCurve({ ...task, last: 10_000n, search });
    expect({ searches, stoppedBy }).toEqual({ searches: MOST_SEARCHES, stoppedBy: "limit" });
  });
});
