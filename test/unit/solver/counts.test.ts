import { describe, expect, it } from "vitest";
import { evaluate, PROVES_NOTHING } from "../../../src/solver/proof/evaluate.js";
import { zeroPrices } from "../../../src/solver/proof/prices.js";
import { prove } from "../../../src/solver/proof/prove.js";
import { solveRelaxation } from "../../../src/solver/relaxation/interiorPoint.js";
import { loadsOf } from "../../../src/solver/relaxation/loads.js";
import { lotsOf } from "../../../src/solver/relaxation/lots.js";
import { queueTerms } from "../../../src/solver/relaxation/queueTerms.js";
import { anyCounts, type RelaxOptions, relax } from "../../../src/solver/relaxation/relax.js";
import { leastSure, roundPackages } from "../../../src/solver/relaxation/rounding.js";
import { overlooked } from "../../../src/solver/relaxation/sieve.js";
import { checkedBound } from "../../support/checkedBound.js";
import { type ChannelForm, problemFrom } from "../../support/instance.js";

function answerOf(problem: ReturnType<typeof problemFrom>, options: Partial<RelaxOptions> = {}) {
  const queue = queueTerms(problem, null);
  const lots = lotsOf(problem, 24_000);
  const counts = anyCounts(problem.classes.channels);
  const relaxed = relax(problem, lots, { sharedUpTo: 8, counts, fixed: null, keep: null, queue, ...options });
  const limits = { tolerance: 1e-7, maxIterations: 100, shouldStop: () => false };
  return { lots, relaxed, found: solveRelaxation(relaxed.relaxation, limits), queue };
}

const batch = (rest: Partial<ChannelForm>): ChannelForm => ({
  id: "b",
  mode: "batch",
  coverage: [{ banks: "*" }],
  fee: { flat: "0.10" },
  ...rest,
});

/** Three orders of each of three banks, which do not mix. A package pays for itself, four thirds of one pay better. */
const keyed = (delayCostPerOrderHour?: string) =>
  problemFrom({
    channels: {
      currency: "CNY",
      planAt: "2026-11-22T22:00:00Z",
      objective: {
        unroutedPenalty: "0.50",
        ...(delayCostPerOrderHour === undefined ? {} : { delayCostPerOrderHour }),
      },
      channels: [
        batch({ package: { fee: "1.00", separateBy: ["bank"] }, limits: { maxOrders: 4 } }),
        // Unlike the orders, or all of a bank would be one class.
        { id: "s", mode: "single", coverage: [{ banks: "*" }], fee: { flat: "0.50", rate: "0.01%" } },
      ],
    },
    orders: ["A", "B", "C"].flatMap((bank) =>
      [1, 2, 3].map((i) => ({ id: `${bank}${i}`, bank, amount: `${100 * i}.00` })),
    ),
  });

describe("questions about all packages of a channel that keeps keys apart", () => {
  const OPTIMUM = 4_300_000n;

  it("prove by a price of the packages that the answer allows, or asks for", () => {
    const problem = keyed();
    const none = zeroPrices(problem);
    const limit = problem.limits.own[0]!;
    const place = none.place.map(() => null);
    const few = { ...none, place, mostPackages: Float64Array.of(200_000, 0) };
    const many = {
      ...none,
      place,
      limitOrders: none.limitOrders.with(limit, 400_000),
      leastPackages: Float64Array.of(1_000_000, 0),
    };
    const tree = {
      channel: 0,
      packages: 1,
      atMost: { prices: few },
      above: { prices: many },
    };
    expect(checkedBound(problem, tree)).toBe(OPTIMUM);
    // Where any number is allowed, there is nothing to be due for.
    expect(evaluate(problem, few, anyCounts(2), 1n)).toBe(PROVES_NOTHING);
    expect(checkedBound(problem, { prices: few })).toContain("any number");
  });

  it("are asked where waiting costs", () => {
    const problem = keyed("0.01");
    let left = 40;
    const { bound, tree } = prove(problem, {
      shouldStop: () => false,
      enough: () => left-- <= 0,
      incumbent: () => Number(OPTIMUM),
    });
    expect(bound).toBe(OPTIMUM);
    expect(checkedBound(problem, tree)).toBe(OPTIMUM);
  });
});

describe("a relaxation", () => {
  it("has no places for more orders than the channel may take, though amounts could need more packages", () => {
    const problem = problemFrom({
      channels: {
        currency: "CNY",
        channels: [
          batch({ package: { fee: "1.00", maxOrders: 10, maxAmount: "1000.00" }, limits: { maxOrders: 12 } }),
        ],
      },
      orders: Array.from({ length: 30 }, (_, i) => ({ id: `o${i}`, bank: "A", amount: `${50 + 5 * i}.00` })),
    });
    const { relaxed } = answerOf(problem);
    const { relaxation, places } = relaxed;
    const supplied = relaxed.packageChannel.reduce((sum, _, t) => {
      for (let e = relaxation.supplyStart[t]!; e < relaxation.supplyStart[t + 1]!; e++)
        if (relaxation.supplyRow[e] === places[0]![0])
          return sum + relaxation.packageMax[t]! * relaxation.supply[e]!;
      return sum;
    }, 0);
    const packages = relaxation.packageMax.reduce((sum, most) => sum + most, 0);
    expect(packages).toBeGreaterThan(2);
    expect(supplied).toBeCloseTo(12);
  });

  it("sends nothing to a channel that is closed, and is solved all the same", () => {
    const problem = keyed();
    const counts = anyCounts(2);
    counts.to[0] = 0;
    const answer = answerOf(problem, { counts });
    expect(loadsOf(problem, answer)[0]!.orders).toBe(0);
    expect(answer.found.primal).toBeCloseTo(answer.found.dual, 5);
  });

  it("keeps the packages of all keys together within what is asked", () => {
    const problem = keyed();
    const counts = anyCounts(2);
    const number = () => loadsOf(problem, answerOf(problem, { counts }))[0]!.packages;
    expect(number()).toBeCloseTo(4 / 3, 3);
    counts.to[0] = 1;
    expect(number()).toBeCloseTo(1, 3);
    counts.to[0] = Infinity;
    counts.from[0] = 2;
    expect(number()).toBeCloseTo(2, 3);
  });

  it("gets back the cells that it did wrongly without", () => {
    const problem = keyed();
    const whole = answerOf(problem);
    const keep = new Uint8Array(2 * whole.lots.count).fill(1);
    for (let lot = 0; lot < whole.lots.count; lot++) keep[2 * lot] = 0;
    const more = overlooked(problem, answerOf(problem, { keep }), keep);
    expect(more.matters).toBe(true);
    expect(more.keep.every((kept) => kept === 1)).toBe(true);
    expect(overlooked(problem, whole, more.keep).matters).toBe(false);
  });
});

describe("package counts in fractions", () => {
  it("are fixed so that those of a channel's keys come to the nearest whole number", () => {
    const problem = keyed();
    const answer = answerOf(problem);
    const fixed = roundPackages(problem, answer, null)![0]!;
    // Four ninths of a package each, or one and a third of another.
    expect(fixed.reduce((sum, n) => sum + n, 0)).toBe(1);
    expect(fixed.every((n) => n === 0 || n === 1)).toBe(true);
    const other = roundPackages(problem, answer, null, 0)![0]!;
    expect(other.reduce((sum, n) => sum + n, 0)).toBe(2);
  });

  it("tell which one could as well be rounded the other way", () => {
    const problem = keyed();
    const answer = answerOf(problem);
    expect(leastSure(problem, answer)).toBe(0);
    expect(leastSure(problem, answerOf(problem, { fixed: roundPackages(problem, answer, null) }))).toBe(-1);
  });
});
