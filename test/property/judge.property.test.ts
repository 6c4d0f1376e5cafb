import fc from "fast-check";
import { expect, test } from "vitest";
import { givenPlan } from "../../src/app/givenPlan.js";
import { planFolderOf } from "../../src/app/planFolderOf.js";
import { planOf } from "../../src/app/planOf.js";
import { examine, judgePlan } from "../../src/check/index.js";
import type { GivenRows } from "../../src/io/givenReader.js";
import { formatAmount, formatCost } from "../../src/model/money.js";
import type { Plan } from "../../src/model/plan.js";
import { baselinePlans } from "../../src/solver/baselines.js";
import { pricePlan } from "../../src/solver/cost.js";
import { isFeasible } from "../../src/solver/feasible.js";
import type { Problem } from "../../src/solver/problem.js";
import { EVERYTHING, instances, withFeeTiers, withUniqueBy } from "../support/arbitraries.js";
import { contentsOf, thirdKnows, thirdOpinion } from "../support/folder.js";
import { type Instance, problemFrom } from "../support/instance.js";

/** In half of them every package pays by its size and keeps orders apart. */
const WITH_VOLUME = { ...EVERYTHING, volume: true };
const any = fc.oneof(instances(WITH_VOLUME), withFeeTiers(withUniqueBy(instances(WITH_VOLUME))));

/** A plan as a stranger would hand it over: rows in any order, the sequence of packages beside them. */
function handedOver(problem: Problem, plan: Plan, shuffle: (row: number) => number): GivenRows {
  const { assignments, packages } = planFolderOf(
    problem.contract,
    problem.orders,
    plan,
    contentsOf(problem, plan),
  );
  const isBatch = problem.contract.channels.map(({ mode }) => mode === "batch");
  const rank = Array.from({ length: assignments.count }, (_, row) => shuffle(row));
  // Single orders stay as they are: their rows are their queue.
  const batch = [...rank.keys()].filter((row) => isBatch[assignments.channel[row]!]);
  const mixed = [...batch].sort((a, b) => rank[a]! - rank[b]!);
  const from = [...rank.keys()];
  batch.forEach((row, i) => {
    from[row] = mixed[i]!;
  });
  const pick = (column: Int32Array) => Int32Array.from(from, (row) => column[row]!);
  const sequenceOf = new Map(packages.map((row) => [row.package, Number(row.sequence)]));
  return {
    ...assignments,
    file: "given.csv",
    order: pick(assignments.order),
    channel: pick(assignments.channel),
    package: pick(assignments.package),
    sequence: pick(assignments.package.map((name) => sequenceOf.get(assignments.packageNames[name]!) ?? 0)),
    ignored: [],
    line: null,
  };
}

test("a plan that was handed over is judged to cost what it costs, however its rows are mixed", () => {
  fc.assert(
    fc.property(any, fc.integer(), (instance, seed) => {
      const problem = problemFrom(instance);
      const { contract, orders, classes } = problem;
      const examined = examine(contract, orders);
      for (const { plan } of baselinePlans(contract, orders, classes)) {
        const rows = handedOver(problem, plan, (row) => Math.imul(row + 1, seed | 1) >>> 0);
        const given = givenPlan(contract, orders, rows);
        const { figures, total, unpriced } = judgePlan(examined, given.plan, String);
        const { charges, packageFees, delay, volume, penalties, routed, deferred, packages } = pricePlan(
          contract,
          orders,
          classes,
          plan,
        );
        expect(total).toBe(0);
        expect(unpriced).toBe(0);
        expect(figures.cost).toEqual({ charges, packageFees, delay, volume, penalties });
        expect(figures.counts).toMatchObject({ routed, deferred, packages });
        const again = planOf(contract, given.plan)!;
        expect(isFeasible(problem, again)).toBe(true);
        expect(pricePlan(contract, orders, classes, again).objective).toBe(
          charges + packageFees + delay + volume + penalties,
        );
      }
    }),
    { numRuns: 150 },
  );
});

test("rows that say nothing of packages break no rule of a package's size from above", () => {
  fc.assert(
    fc.property(any, fc.array(fc.nat(), { minLength: 12, maxLength: 12 }), (instance, draws) => {
      const { contract, orders } = problemFrom(instance);
      const names = contract.channels.map(({ id }) => id);
      const rows: GivenRows = {
        file: "given.csv",
        line: null,
        count: orders.count,
        order: Int32Array.from({ length: orders.count }, (_, order) => order),
        unknownOrders: [],
        channel: Int32Array.from({ length: orders.count }, (_, order) => draws[order % 12]! % names.length),
        channelNames: names,
        package: new Int32Array(orders.count),
        packageNames: [""],
        sequence: new Int32Array(orders.count),
        ignored: [],
      };
      const given = givenPlan(contract, orders, rows);
      const { violations, figures, unpriced } = judgePlan(examine(contract, orders), given.plan, String);
      const codes = new Set(violations.map(({ code }) => code));
      for (const code of [
        "PACKAGE_MAX_ORDERS",
        "PACKAGE_MIXED",
        "PACKAGE_NOT_UNIQUE",
        "PACKAGE_EMPTY",
        "PACKAGE_SEQUENCE",
        "ORDER_TWICE",
      ])
        expect(codes).not.toContain(code);
      // Beyond its amount a package is only where a single order is.
      const { package: inPackage, packageNames } = given.plan.assignments;
      for (const each of violations.filter(({ code }) => code === "PACKAGE_MAX_AMOUNT"))
        expect(inPackage.filter((name) => packageNames[name] === each.package)).toHaveLength(1);
      expect(figures.counts.routed + unpriced).toBe(orders.count);
    }),
    { numRuns: 200 },
  );
});

/** What the third checker says where a plan breaks a rule, by the codes of ours. Figures of tables are left out. */
const SAYINGS: readonly (readonly [RegExp, string])[] = [
  [/^maxOrders /, "PACKAGE_MAX_ORDERS"],
  [/^minOrders /, "PACKAGE_MIN_ORDERS"],
  [/^maxAmount /, "PACKAGE_MAX_AMOUNT"],
  [/^mixed /, "PACKAGE_MIXED"],
  [/past cut-off$/, "PAST_CUT_OFF"],
  [/^late /, "LATE"],
  [/^(maxPackages|quota packages) /, "LIMIT_PACKAGES"],
  // Of a quota it does not say which.
  [/^(limit orders|limit amount|quota) /, "LIMIT"],
];

/** Every order that gets one of the draws goes to a channel that covers it, in packages by name or filled. */
function carelessly(
  instance: Instance,
  problem: Problem,
  draws: readonly number[],
  named: boolean,
): GivenRows {
  const { contract, classes } = problem;
  const rows = instance.orders.flatMap((_, order) => {
    const fit = contract.channels.flatMap((__, c) =>
      (classes.charge[classes.classOf[order]! * classes.channels + c] ?? -1) >= 0 ? [c] : [],
    );
    const draw = draws[order % draws.length]!;
    return fit.length === 0 || draw % 7 === 0 ? [] : [{ order, channel: fit[draw % fit.length]!, draw }];
  });
  const isBatch = (c: number) => contract.channels[c]!.mode === "batch";
  return {
    file: "given.csv",
    line: null,
    count: rows.length,
    order: Int32Array.from(rows, ({ order }) => order),
    unknownOrders: [],
    channel: Int32Array.from(rows, ({ channel }) => channel),
    channelNames: contract.channels.map(({ id }) => id),
    package: Int32Array.from(rows, ({ channel, draw }) => (named && isBatch(channel) ? 1 + (draw % 2) : 0)),
    packageNames: named ? ["", "late", "early"] : [""],
    sequence: Int32Array.from(rows, ({ channel, draw }) => (named && isBatch(channel) ? 2 - (draw % 2) : 0)),
    ignored: [],
  };
}

test("a careless plan breaks the rules that the third checker finds, and costs what it says", () => {
  const seen = new Set<string>();
  const draws = fc.array(fc.nat(), { minLength: 6, maxLength: 6 });
  const known = { ...EVERYTHING, uniqueBy: false, feeTiers: false, maxOrders: 6 };
  const rules = [...new Set(SAYINGS.map(([, code]) => code))].sort();
  const careless = fc.property(instances(known), draws, fc.boolean(), (instance, draw, named) => {
    fc.pre(thirdKnows(instance.channels));
    const problem = problemFrom(instance);
    const { contract, orders, classes } = problem;
    const { plan } = givenPlan(contract, orders, carelessly(instance, problem, draw, named));
    const { figures, violations } = judgePlan(examine(contract, orders), plan, String);
    const { count, order, channel, package: inPackage, packageNames } = plan.assignments;
    const rows = Array.from({ length: count }, (_, row) => ({
      order: order[row]!,
      package: packageNames[inPackage[row]!]!,
      charge: classes.charge[classes.classOf[order[row]!]! * classes.channels + channel[row]!]!,
      channel: contract.channels[channel[row]!]!.id,
    }));
    const money = (units: bigint | number) => formatCost(units, contract.exponent);
    const { charges, packageFees, delay, penalties } = figures.cost;
    const routed = new Set(rows.map((row) => row.order));
    const time = instance.channels.planAt!;
    const opinion = thirdOpinion(instance, {
      plan: {
        cost: {
          objective: money(charges + packageFees + delay + penalties),
          charges: money(charges),
          packageFees: money(packageFees),
          delay: money(delay),
          penalties: money(penalties),
        },
        counts: figures.counts,
      },
      packages: plan.packages.map((each) => {
        const inside = rows.filter((row) => row.package === each.package);
        const sum = (of: (row: (typeof rows)[number]) => number) =>
          inside.reduce((total, row) => total + of(row), 0);
        return {
          ...each,
          orders: String(inside.length),
          amount: formatAmount(
            sum((row) => orders.amount[row.order]!),
            contract.exponent,
          ),
          charges: money(sum((row) => row.charge)),
          fee: instance.channels.channels.find(({ id }) => id === each.channel)!.package?.fee ?? "0",
          startsAt: time,
          finishesAt: time,
        };
      }),
      assignments: rows.map((row) => ({
        ...row,
        order: instance.orders[row.order]!.id,
        charge: money(row.charge),
      })),
      unrouted: instance.orders.flatMap(({ id }, i) =>
        routed.has(i) ? [] : [{ order: id, reason: "CAPACITY_EXHAUSTED" }],
      ),
    });
    // No reasons and times were worked out for it.
    const told = opinion.bad.filter((each) => !/^times of |, not CAPACITY_EXHAUSTED$/.test(each));
    const codes = told.map((each) => SAYINGS.find(([words]) => words.test(each))?.[1] ?? each);
    const ours = violations.map(({ code }) => code.replace(/^LIMIT_(ORDERS|AMOUNT)$/, "LIMIT"));
    expect([...new Set(ours)].sort()).toEqual([...new Set(codes)].sort());
    for (const code of ours) seen.add(code);
  });
  // Some rules are seldom broken: it goes on until each has been.
  for (let batch = 0; batch < 10 && rules.some((code) => !seen.has(code)); batch++)
    fc.assert(careless, { numRuns: 400 });
  expect([...seen].sort()).toEqual(rules);
}, 120_000);
