import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Plan } from "../../src/model/plan.js";
import { baselinePlans } from "../../src/solver/baselines.js";
import { pricePlan } from "../../src/solver/cost.js";
import { isFeasible } from "../../src/solver/feasible.js";
import { fitness } from "../../src/solver/moving/fitness.js";
import { NO_OBSTACLE, type Obstacles, SingleMoves, type Spot } from "../../src/solver/moving/moves.js";
import { judgeOrder, type Verdict } from "../../src/solver/moving/verdicts.js";
import { packageFee } from "../../src/solver/packageFee.js";
import type { Problem } from "../../src/solver/problem.js";
import { EVERYTHING, instances, withFeeTiers, withUniqueBy } from "../support/arbitraries.js";
import { type Instance, type LimitsForm, problemFrom } from "../support/instance.js";
import { packagesOf, thinned } from "../support/thinned.js";

const numRuns = Number(process.env.PROPERTY_RUNS ?? 60) * 3;
const features = { ...EVERYTHING, volume: true, maxOrders: 9 };
/** More orders on fewer terms, so that every code turns up. */
const plain = {
  ...EVERYTHING,
  maxOrders: 12,
  coverage: false,
  attributes: false,
  tiers: false,
  success: false,
};

/** In a third of them packages on all batch channels have fees by size and hold one order of a value at most. */
function contracts(of: typeof EVERYTHING): fc.Arbitrary<Instance> {
  return fc.oneof(
    { weight: 2, arbitrary: instances(of) },
    { weight: 1, arbitrary: withUniqueBy(withFeeTiers(instances(of))) },
  );
}

type Packages = number[][][];

function packagesOfPlan(plan: Plan): Packages {
  return plan.loads.map(({ orders, packageSizes }) =>
    packageSizes.length === 0 ? Array.from(orders, (order) => [order]) : packagesOf(orders, packageSizes),
  );
}

function planOf({ contract }: Problem, packages: Packages): Plan {
  return {
    loads: packages.map((sequence, c) => ({
      orders: Int32Array.from(sequence.flat()),
      packageSizes: Int32Array.from(
        contract.channels[c]!.mode === "batch" ? sequence.map(({ length }) => length) : [],
      ),
    })),
  };
}

/** The plan without an order, whether that breaks a minimum or not. */
function without(packages: Packages, order: number): Packages {
  return packages.map((sequence) =>
    sequence.map((inside) => inside.filter((each) => each !== order)).filter(({ length }) => length > 0),
  );
}

/** Every plan in which the order is on that channel and all else is as it was; by the place in the sequence. */
function plansOn(problem: Problem, packages: Packages, order: number, c: number): [Spot, Plan][] {
  const rest = without(packages, order);
  const into = (sequence: number[][]) =>
    planOf(
      problem,
      rest.map((each, d) => (d === c ? sequence : each)),
    );
  const own = rest[c]!;
  const batch = problem.contract.channels[c]!.mode === "batch";
  const end: Spot = { channel: c, package: batch ? own.length : -1, opens: batch };
  const joins = own.map((_, p): [Spot, Plan] => [
    { channel: c, package: p, opens: false },
    into(own.map((inside, q) => (q === p ? [...inside, order] : inside))),
  ]);
  return [[end, into([...own, [order]])], ...(batch ? joins : [])];
}

function objectiveOf({ contract, orders, classes }: Problem, plan: Plan) {
  return pricePlan(contract, orders, classes, plan);
}

/** Least that any place on a channel would change the objective by; null where there is none. */
function leastOn(
  problem: Problem,
  packages: Packages,
  order: number,
  c: number,
): { objective: bigint; waiting: bigint } | null {
  const before = objectiveOf(problem, planOf(problem, packages));
  let least: { objective: bigint; waiting: bigint } | null = null;
  for (const [, plan] of plansOn(problem, packages, order, c)) {
    if (!isFeasible(problem, plan)) continue;
    const cost = objectiveOf(problem, plan);
    const found = { objective: cost.objective - before.objective, waiting: cost.waiting - before.waiting };
    const [saves, ties] = [
      least === null || found.objective < least.objective,
      found.objective === least?.objective,
    ];
    if (saves || (ties && found.waiting < least!.waiting)) least = found;
  }
  return least;
}

/** The instance with some things lifted. */
function lifted(
  { channels, orders }: Instance,
  lift: {
    limits?: (owner: { channel?: number; rule?: number; quota?: number }) => boolean;
    minimum?: (channel: number) => boolean;
    places?: boolean;
    twins?: boolean;
    cutOff?: boolean;
    due?: number;
  },
): Problem {
  const keep = (
    limits: LimitsForm | undefined,
    owner: { channel?: number; rule?: number; quota?: number },
  ) => (limits === undefined || lift.limits?.(owner) ? {} : { limits });
  return problemFrom({
    channels: {
      ...channels,
      ...(channels.quotas === undefined
        ? {}
        : {
            quotas: channels.quotas.map(({ limits, ...quota }, q) => ({
              ...quota,
              limits: keep(limits, { quota: q }).limits ?? {},
            })),
          }),
      channels: channels.channels.map(({ limits, ...channel }, c) => {
        const { cutOff: _, ...queue } = channel.queue ?? {};
        const { minOrders, maxOrders, maxAmount, uniqueBy, ...rest } = channel.package ?? {};
        const terms = {
          ...rest,
          ...(lift.minimum?.(c) || minOrders === undefined ? {} : { minOrders }),
          ...(lift.places || maxOrders === undefined ? {} : { maxOrders }),
          ...(lift.places || maxAmount === undefined ? {} : { maxAmount }),
          ...(lift.twins || uniqueBy === undefined ? {} : { uniqueBy }),
        };
        return {
          ...channel,
          ...keep(limits, { channel: c }),
          ...(lift.cutOff && channel.queue ? { queue } : {}),
          ...(channel.package ? { package: terms } : {}),
          coverage: channel.coverage.map(({ limits: own, ...rule }, r) => ({
            ...rule,
            ...keep(own, { channel: c, rule: r }),
          })),
        };
      }),
    },
    orders: orders.map((order, i) => {
      const { dueBy: _, ...rest } = order;
      return lift.due === i ? rest : order;
    }),
  });
}

/** Worlds in which something is lifted, each worked out once. */
const known = new WeakMap<Instance, Map<string, Problem>>();

/** @param own channel whose packages need no minimum any more; -1 for none */
function liftedOnce(instance: Instance, what: Partial<Obstacles>, order: number, own = -1): Problem {
  const { limits, minimum, places, twins, cutOff, dueBy } = what;
  const due = dueBy && instance.orders[order]!.dueBy !== undefined ? order : -1;
  const name = [limits, minimum, places, twins, cutOff, due, own].join();
  const worlds = known.get(instance) ?? new Map<string, Problem>();
  known.set(instance, worlds);
  const world =
    worlds.get(name) ??
    lifted(instance, {
      ...(limits ? { limits: () => true } : {}),
      minimum: (c) => minimum === true || c === own,
      places: places ?? false,
      twins: twins ?? false,
      cutOff: cutOff ?? false,
      due,
    });
  worlds.set(name, world);
  return world;
}

/** Plans of an instance, good ones and some that leave orders out. */
function plansOf(problem: Problem, kept: number): Plan[] {
  const { contract, orders, classes } = problem;
  const baselines = baselinePlans(contract, orders, classes).map(({ plan }) => plan);
  return [...baselines, ...baselines.map((each) => thinned(problem, each, (i) => (kept & (1 << i)) !== 0))];
}

function eachOrder(
  instance: Instance,
  kept: number,
  visit: (about: {
    problem: Problem;
    plan: Plan;
    packages: Packages;
    moves: SingleMoves;
    order: number;
    from: number;
  }) => void,
): void {
  const problem = problemFrom(instance);
  for (const plan of plansOf(problem, kept)) {
    expect(isFeasible(problem, plan)).toBe(true);
    const moves = new SingleMoves(problem, plan);
    const packages = packagesOfPlan(plan);
    for (const order of problem.classes.members)
      visit({ problem, plan, packages, moves, order, from: moves.placed.channel[order]! });
  }
}

describe("moves of single orders", () => {
  it("come to what a plan with the order elsewhere costs", () => {
    let seen = 0;
    fc.assert(
      fc.property(contracts(features), fc.nat({ max: 511 }), (instance, kept) => {
        eachOrder(instance, kept, ({ problem, plan, packages, moves, order, from }) => {
          const before = objectiveOf(problem, plan);
          const compare = (spot: Spot | null, after: Plan) => {
            const cost = objectiveOf(problem, after);
            expect(moves.change(order, spot)).toEqual({
              objective: cost.objective - before.objective,
              charge: cost.charges - before.charges,
              packageFees: cost.packageFees - before.packageFees,
              delay: cost.delay - before.delay,
              volume: cost.volume - before.volume,
              penalty: cost.penalties - before.penalties,
              waiting: cost.waiting - before.waiting,
              packages: cost.packages - before.packages,
            });
            seen++;
          };
          for (let c = 0; c < problem.contract.channels.length; c++) {
            const charge = problem.classes.charge[problem.classes.classOf[order]! * plan.loads.length + c]!;
            if (c === from || charge < 0) continue;
            for (const [spot, after] of plansOn(problem, packages, order, c)) compare(spot, after);
          }
          if (from >= 0) compare(null, planOf(problem, without(packages, order)));
        });
      }),
      { numRuns },
    );
    expect(seen).toBeGreaterThan(1000);
  });

  it("find the cheapest place that breaks nothing, with and without what stands in the way", () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(contracts(features), fc.nat({ max: 511 }), (instance, kept) => {
        const free = {
          limits: lifted(instance, { limits: () => true }),
          minimum: lifted(instance, { minimum: () => true }),
          places: lifted(instance, { places: true }),
          twins: lifted(instance, { twins: true }),
          cutOff: lifted(instance, { cutOff: true }),
        };
        eachOrder(instance, kept, ({ problem, packages, moves, order, from }) => {
          const { classes, contract } = problem;
          const needed = !isFeasible(problem, planOf(problem, without(packages, order)));
          expect(moves.isNeeded(order)).toBe(needed);
          if (needed) return;
          const none = NO_OBSTACLE;
          const cases = [
            ["none", problem, none],
            ["limits", free.limits, { ...none, limits: true }],
            ["minimum", free.minimum, { ...none, minimum: true }],
            ["places", free.places, { ...none, places: true }],
            ["twins", free.twins, { ...none, twins: true }],
            ["cutOff", free.cutOff, { ...none, cutOff: true }],
            [
              "dueBy",
              instance.orders[order]!.dueBy ? lifted(instance, { due: order }) : problem,
              { ...none, dueBy: true },
            ],
          ] as const;
          for (let c = 0; c < contract.channels.length; c++) {
            if (c === from || classes.charge[classes.classOf[order]! * contract.channels.length + c]! < 0)
              continue;
            for (const [name, world, obstacles] of cases) {
              const spot = moves.spot(order, c, obstacles);
              const change = spot === null ? null : moves.change(order, spot);
              const found = change && { objective: change.objective, waiting: change.waiting };
              expect([name, found]).toEqual([name, leastOn(world, packages, order, c)]);
              if (found !== null) seen.set(name, (seen.get(name) ?? 0) + 1);
            }
          }
        });
      }),
      { numRuns },
    );
    expect([...seen.keys()].sort()).toEqual([
      "cutOff",
      "dueBy",
      "limits",
      "minimum",
      "none",
      "places",
      "twins",
    ]);
  });
});

describe("why a channel could not take an order alone", () => {
  const STAGE_OF: Readonly<Record<string, number>> = {
    NOT_PERMITTED: 0,
    bank: 0,
    attributes: 1,
    amount: 2,
    CHANNEL_CLOSED: 2,
    AMOUNT_ABOVE_LIMIT: 2,
    PACKAGE_AMOUNT: 2,
    CUT_OFF: 3,
    DUE_BY: 3,
  };
  it("is told where none could, and goes as far as the reason of a rejected order", () => {
    const seen = new Set<string>();
    const told = fc.property(instances({ ...EVERYTHING, volume: true }), (instance) => {
      const { contract, orders, classes } = problemFrom(instance);
      const unfit = fitness(contract, orders);
      for (let order = 0; order < orders.count; order++) {
        const k = classes.classOf[order]!;
        const stages = contract.channels.map((_, c) => {
          const found = unfit(order, c);
          expect(found === null).toBe(k >= 0 && classes.charge[k * classes.channels + c]! >= 0);
          if (found === null) return 4;
          seen.add(found.stage ?? found.code);
          return STAGE_OF[found.stage ?? found.code]!;
        });
        expect(Math.max(...stages)).toBe(classes.stage[order]);
      }
    });
    // Some reasons are seldom: it goes on until each has been.
    for (let batch = 0; batch < 10 && Object.keys(STAGE_OF).some((reason) => !seen.has(reason)); batch++)
      fc.assert(told, { numRuns: numRuns * 10 });
    expect([...seen].sort()).toEqual(Object.keys(STAGE_OF).sort());
  });
});

describe("why an order is where it is", () => {
  it("is never contradicted by trying", () => {
    const seen = new Map<string, number>();
    const note = (code: string) => seen.set(code, (seen.get(code) ?? 0) + 1);
    fc.assert(
      fc.property(contracts(plain), fc.nat({ max: 4095 }), (instance, kept) => {
        eachOrder(instance, kept, ({ problem, plan, packages, moves, order, from }) => {
          const verdict = judgeOrder(problem, moves, order);
          note(`order ${verdict.code}`);
          const before = objectiveOf(problem, plan);
          const off = planOf(problem, without(packages, order));
          const needed = !isFeasible(problem, off);
          const offCost = objectiveOf(problem, off);
          const free = verdict.others.map(({ channel }) => {
            if (channel >= 0) return needed ? null : leastOn(problem, packages, order, channel);
            return needed
              ? null
              : {
                  objective: offCost.objective - before.objective,
                  waiting: offCost.waiting - before.waiting,
                };
          });
          const least = free.reduce<bigint | null>(
            (low, each) => (each !== null && (low === null || each.objective < low) ? each.objective : low),
            null,
          );
          // Whatever costs less is said, and nothing else is said to.
          expect(verdict.code === "WOULD_SAVE").toBe(least !== null && least < 0n);
          expect(verdict.runnerUp?.change.objective ?? null).toBe(least);
          if (verdict.code === "ONLY_CHANNEL")
            expect(from >= 0 && verdict.others.every(({ channel }) => channel < 0)).toBe(true);
          verdict.others.forEach((other, i) => {
            note(other.code);
            checkOther(instance, { problem, packages, moves, order }, other, free[i]!, needed);
          });
        });
      }),
      { numRuns: numRuns * 2 },
    );
    for (const code of [
      "order CHEAPEST",
      "order PENALTY_CHEAPER",
      "order FILLS_PACKAGE",
      "order ONLY_CHANNEL",
      "DISPLACED_BY_LIMIT",
      "NEEDED_FOR_MINIMUM",
      "PACKAGES_FULL",
      "KEPT_APART",
      "PACKAGE_MINIMUM",
      "CUT_OFF",
      "DUE_BY",
      "WOULD_OPEN_PACKAGE",
      "WOULD_SAVE",
      "TIE_FASTER",
      "DEARER",
    ])
      expect(seen.get(code) ?? 0, code).toBeGreaterThan(0);
  });
});

function checkOther(
  instance: Instance,
  {
    problem,
    packages,
    moves,
    order,
  }: { problem: Problem; packages: Packages; moves: SingleMoves; order: number },
  other: Verdict,
  free: { objective: bigint; waiting: bigint } | null,
  needed: boolean,
): void {
  const { channel: c, code, spot, change } = other;
  const leastIn = (world: Problem) => leastOn(world, packages, order, c)?.objective ?? null;
  switch (code) {
    case "WOULD_SAVE":
      expect(free!.objective < 0n).toBe(true);
      return;
    case "WOULD_WAIT_LESS":
    case "TIE":
    case "TIE_FASTER":
      expect(free === null || free.objective === 0n).toBe(true);
      expect(change.objective).toBe(0n);
      return;
    case "DEARER":
      expect(free === null || free.objective > 0n).toBe(true);
      return;
    case "WOULD_OPEN_PACKAGE": {
      const fee = packageFee(problem.contract.channels[c]!.package, 1);
      expect(free!.objective > 0n && free!.objective < fee).toBe(true);
      // No package there has room that would cost less.
      expect(spot!.opens).toBe(true);
      return;
    }
    case "NEEDED_FOR_MINIMUM":
      expect(needed).toBe(true);
      expect(change.objective < 0n || (change.objective === 0n && change.waiting < 0n)).toBe(true);
      return;
    case "DISPLACED_BY_LIMIT": {
      expect(free).toBeNull();
      const all = moves.brokenBy(order, spot!).map(({ limit }) => limit);
      const broken = all.filter((limit) => limit !== null);
      expect(broken.length).toBeGreaterThan(0);
      const { limits } = problem;
      const world = lifted(instance, {
        places: all.includes(null),
        limits: ({ channel, rule, quota }) =>
          broken.includes(
            quota !== undefined
              ? limits.ofQuota[quota]!
              : rule !== undefined
                ? limits.ofRule[channel!]![rule]!
                : limits.own[channel!]!,
          ),
      });
      expect(leastIn(world)! < 0n).toBe(true);
      return;
    }
    case "PACKAGES_FULL":
      expect(free).toBeNull();
      expect(leastIn(liftedOnce(instance, { places: true }, order))! < 0n).toBe(true);
      return;
    case "KEPT_APART":
      expect(free).toBeNull();
      expect(leastIn(liftedOnce(instance, { twins: true }, order))! < 0n).toBe(true);
      return;
    case "PACKAGE_MINIMUM":
      expect(free).toBeNull();
      expect(leastIn(liftedOnce(instance, { minimum: true }, order))! < 0n).toBe(true);
      return;
    case "CUT_OFF":
      expect(free).toBeNull();
      expect(leastIn(liftedOnce(instance, { cutOff: true }, order))! < 0n).toBe(true);
      return;
    case "DUE_BY":
      expect(free).toBeNull();
      expect(leastIn(lifted(instance, { due: order }))! < 0n).toBe(true);
      return;
    default:
      expect(code).toBe("NO_ROOM");
      expect(free).toBeNull();
  }
}

/** What docs/explain.md has of a channel, by trying every place in contracts with just that lifted. */
function codeByTrying(
  instance: Instance,
  { problem, packages, order, from }: { problem: Problem; packages: Packages; order: number; from: number },
  c: number,
): { code: string; objective: bigint; waiting: bigint } {
  const off = planOf(problem, without(packages, order));
  const needed = !isFeasible(problem, off);
  const own = needed ? from : -1;
  const world = (lift: Partial<Obstacles>) => liftedOnce(instance, lift, order, own);
  const before = objectiveOf(problem, planOf(problem, packages));
  if (c < 0) {
    const cost = objectiveOf(problem, off);
    const found = { objective: cost.objective - before.objective, waiting: cost.waiting - before.waiting };
    return { ...found, code: freeCode(found, needed) };
  }
  const free = leastOn(world({}), packages, order, c);
  if (free !== null) {
    const joins = plansOn(problem, packages, order, c).some(
      ([spot, plan]) => !spot.opens && isFeasible(world({}), plan),
    );
    const fee = packageFee(problem.contract.channels[c]!.package, 1);
    const opens = problem.contract.channels[c]!.mode === "batch" && !joins;
    const forFee = !needed && opens && free.objective > 0n && free.objective < fee;
    return { ...free, code: forFee ? "WOULD_OPEN_PACKAGE" : freeCode(free, needed) };
  }
  const all = { limits: true, places: true, twins: true, minimum: true, cutOff: true, dueBy: true };
  const steps: [string, Partial<Obstacles>][][] = [
    [
      ["DISPLACED_BY_LIMIT", { limits: true }],
      ["PACKAGES_FULL", { places: true }],
      ["KEPT_APART", { twins: true }],
      ["PACKAGE_MINIMUM", { minimum: true }],
      ["CUT_OFF", { cutOff: true }],
      ["DUE_BY", { dueBy: true }],
    ],
    [["DISPLACED_BY_LIMIT", { limits: true, places: true }]],
    [["NO_ROOM", all]],
  ];
  let best: { code: string; objective: bigint; waiting: bigint } | null = null;
  for (const step of steps) {
    for (const [code, lift] of step) {
      const found = leastOn(world(lift), packages, order, c);
      if (found === null) continue;
      const less =
        best === null ||
        found.objective < best.objective ||
        (found.objective === best.objective && found.waiting < best.waiting);
      if (less) best = { ...found, code };
    }
    if (best !== null && best.objective < 0n) break;
  }
  const { objective, waiting, code } = best!;
  if (objective > 0n) return { ...best!, code: "DEARER" };
  if (objective === 0n) return { ...best!, code: waiting > 0n ? "TIE_FASTER" : "TIE" };
  return { ...best!, code: needed ? "NEEDED_FOR_MINIMUM" : code };
}

function freeCode({ objective, waiting }: { objective: bigint; waiting: bigint }, needed: boolean): string {
  if (objective > 0n) return "DEARER";
  if (objective < 0n) return needed ? "NEEDED_FOR_MINIMUM" : "WOULD_SAVE";
  if (waiting > 0n) return "TIE_FASTER";
  return waiting < 0n && !needed ? "WOULD_WAIT_LESS" : "TIE";
}

describe("every line of an explanation", () => {
  it("has the code and the price that trying every place gives", () => {
    fc.assert(
      fc.property(contracts(plain), fc.nat({ max: 4095 }), (instance, kept) => {
        eachOrder(instance, kept, ({ problem, packages, moves, order, from }) => {
          for (const { channel, code, change, obstacles } of judgeOrder(problem, moves, order).others) {
            const price = { objective: change.objective, waiting: change.waiting };
            expect({ channel, code, ...price }).toEqual({
              channel,
              ...codeByTrying(instance, { problem, packages, order, from }, channel),
            });
            if (channel < 0) continue;
            // Each obstacle that is named stands in the way of that price.
            const own = moves.isNeeded(order) ? from : -1;
            const least = (lift: Partial<Obstacles>) =>
              leastOn(liftedOnce(instance, lift, order, own), packages, order, channel);
            expect(least(obstacles)).toEqual(price);
            for (const name of Object.keys(NO_OBSTACLE) as (keyof Obstacles)[])
              if (obstacles[name]) expect(least({ ...obstacles, [name]: false })).not.toEqual(price);
          }
        });
      }),
      { numRuns },
    );
  });
});
