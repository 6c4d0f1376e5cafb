import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MEASURES } from "../../src/app/frontierMeasure.js";
import { type FrontierFile, frontier } from "../../src/index.js";
import { parseCost } from "../../src/model/money.js";
import { pricePlan } from "../../src/solver/cost.js";
import { isFeasible } from "../../src/solver/feasible.js";
import { problemOf } from "../../src/solver/problem.js";
import { solveAgain } from "../../src/solver/solveAgain.js";
import { EVERYTHING, instances, instantAt } from "../support/arbitraries.js";
import { type BruteForce, bruteForce } from "../support/bruteForce.js";
import { type Instance, problemFrom } from "../support/instance.js";

const RUNS = Number(process.env.PROPERTY_RUNS ?? 120);
const seed = process.env.PROPERTY_SEED ? { seed: Number(process.env.PROPERTY_SEED) } : {};
const AGAINST = ["finish", "packages"] as const;
type Against = (typeof AGAINST)[number];

/** The instance as a user would write it within a limit: earlier cut-offs, or a quota on all packages. */
function within({ channels: file, orders }: Instance, against: Against, limit: number): Instance {
  if (against === "packages") {
    const channels = file.channels.filter(({ mode }) => mode === "batch").map(({ id }) => id);
    const quota = { id: "all", channels, limits: { maxPackages: limit } };
    return { orders, channels: { ...file, quotas: [...(file.quotas ?? []), quota] } };
  }
  return {
    orders,
    channels: {
      ...file,
      channels: file.channels.map((channel) => {
        const last = limit / 1e6 - (channel.queue?.resultSeconds ?? 0);
        const { cutOff } = channel.queue ?? {};
        const earlier = cutOff === undefined || Date.parse(cutOff) > Date.parse(instantAt(last));
        return earlier ? { ...channel, queue: { ...channel.queue, cutOff: instantAt(last) } } : channel;
      }),
    },
  };
}

/** What a brute-forced plan has. */
function hasOf({ times, packages }: BruteForce, against: Against): number {
  return against === "packages" ? packages : Math.max(0, ...times.flat().map(([, finish]) => Number(finish)));
}

const small = { ...EVERYTHING, maxOrders: 4, volume: true };

const solving = { gap: 0, closeGap: 0, shouldStop: () => false, mip: null, seed: 1, timeLeft: () => 1000 };

describe.each(AGAINST)("a limit on %s", (against) => {
  const measure = MEASURES[against];

  it("has a least one below which some order would be rejected that is not without", () => {
    let lower = 0;
    fc.assert(
      fc.property(instances(small), (instance) => {
        const least = measure.leastLimit(problemFrom(instance));
        const rejected = [...bruteForce(instance).rejected.keys()];
        expect([...bruteForce(within(instance, against, least)).rejected.keys()]).toEqual(rejected);
        if (least === 0) return;
        lower++;
        const beyond = bruteForce(within(instance, against, least - 1)).rejected;
        expect(beyond.size).toBeGreaterThan(rejected.length);
      }),
      { numRuns: RUNS, ...seed },
    );
    expect(lower).toBeGreaterThan(0);
  });

  it("is kept by plans that are plans without it, at the same cost, and bounds theirs", async () => {
    await fc.assert(
      fc.asyncProperty(instances(small), fc.nat(240_000_000), async (instance, more) => {
        const problem = problemFrom(instance);
        const { basePenalty } = problem.classes;
        const least = measure.leastLimit(problem);
        const limit = against === "packages" ? least + (more % 4) : least + more;
        const limited = measure.within(
          {
            ...problem.contract,
            objective: { ...problem.contract.objective, unroutedPenalty: basePenalty },
          },
          limit,
        );
        const constrained = problemOf(limited, problem.orders);
        const { best, proven } = await solveAgain(
          constrained,
          { plan: { loads: [] }, guidance: null },
          solving,
        );
        expect(isFeasible(problem, best.plan)).toBe(true);
        const cost = pricePlan(problem.contract, problem.orders, problem.classes, best.plan);
        expect(cost).toEqual(best.cost);
        expect(measure.of(cost)).toBeLessThanOrEqual(limit);
        const { objective } = bruteForce(within(instance, against, limit));
        expect(best.cost.objective).toBeGreaterThanOrEqual(objective);
        expect(proven.bound).toBeLessThanOrEqual(objective);
      }),
      { numRuns: RUNS, ...seed },
    );
  });
});

/** Where the points lie. Of plans that cost the same, threads may decide which one is found without a limit. */
function picture({ points, knee, end }: FrontierFile) {
  return { points: points.map(({ value, cost }) => [value, cost.objective]), knee, end };
}

// Each starts threads of its own.
describe.each(AGAINST)("a frontier against %s", (against) => {
  const units = (money: string) => parseCost(money, 2)!;
  const inMeasure = (value: number) => (against === "finish" ? Math.round(value * 1e6) : value);

  it("has undominated points, each the optimum within its limit where its gap is 0", async () => {
    let whole = 0;
    await fc.assert(
      fc.asyncProperty(instances(small), async (instance) => {
        const { file } = await frontier({ ...instance, against, threads: 1, points: 20 });
        // A plan may have less than any limit, by deferring.
        const least = MEASURES[against].leastLimit(problemFrom(instance));
        file.points.forEach((point, i) => {
          const { value, limit, cost, bound, gap } = point;
          const objective = units(cost.objective);
          const best = bruteForce(within(instance, against, Math.max(least, inMeasure(value))));
          expect(objective).toBeGreaterThanOrEqual(best.objective);
          expect(units(bound)).toBeLessThanOrEqual(best.objective);
          if (gap === 0) expect(objective).toBe(best.objective);
          if (limit !== null) {
            expect(value).toBeLessThanOrEqual(limit);
            const looser = bruteForce(within(instance, against, inMeasure(limit)));
            expect(units(bound)).toBeLessThanOrEqual(looser.objective);
          }
          if (i === 0) return;
          const before = file.points[i - 1]!;
          expect(value).toBeLessThan(before.value);
          expect(objective).toBeGreaterThan(units(before.cost.objective));
          expect(units(point.difference.money)).toBe(objective - units(file.points[0]!.cost.objective));
        });
        if (against === "finish" || file.points.some(({ gap }) => gap !== 0)) return;
        // Few values, and all proven: the frontier has every optimum that there is.
        whole++;
        const all = new Set<bigint>();
        for (let limit = least; limit <= Math.max(least, file.points[0]!.value); limit++)
          all.add(bruteForce(within(instance, against, limit)).objective);
        const found = file.points.map(({ cost }) => units(cost.objective));
        expect(new Set(found)).toEqual(all);
      }),
      { numRuns: Math.ceil(RUNS / 10), ...seed },
    );
    if (against === "packages") expect(whole).toBeGreaterThan(0);
  }, 240_000);

  it("has the same picture whatever the number of threads", async () => {
    await fc.assert(
      fc.asyncProperty(instances(small), async (instance) => {
        const once = await frontier({ ...instance, against, threads: 1, points: 8 });
        const twice = await frontier({ ...instance, against, threads: 3, points: 8 });
        expect(picture(twice.file)).toEqual(picture(once.file));
      }),
      { numRuns: Math.ceil(RUNS / 40), ...seed },
    );
  }, 240_000);
});

describe("the brute-forced plan", () => {
  it("keeps the limit, so that both mean the same by it", () => {
    fc.assert(
      fc.property(instances(small), fc.constantFrom(...AGAINST), fc.nat(200), (instance, against, more) => {
        const limit = against === "packages" ? more % 3 : more * 1e6;
        expect(hasOf(bruteForce(within(instance, against, limit)), against)).toBeLessThanOrEqual(limit);
      }),
      { numRuns: RUNS, ...seed },
    );
  });
});
