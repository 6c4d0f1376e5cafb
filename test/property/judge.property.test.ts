import fc from "fast-check";
import { expect, test } from "vitest";
import { givenPlan } from "../../src/app/givenPlan.js";
import { planFolderOf } from "../../src/app/planFolderOf.js";
import { planOf } from "../../src/app/planOf.js";
import { examine, judgePlan } from "../../src/check/index.js";
import type { GivenRows } from "../../src/io/givenReader.js";
import type { Plan } from "../../src/model/plan.js";
import { baselinePlans } from "../../src/solver/baselines.js";
import { pricePlan } from "../../src/solver/cost.js";
import { isFeasible } from "../../src/solver/feasible.js";
import type { Problem } from "../../src/solver/problem.js";
import { EVERYTHING, instances, withFeeTiers, withUniqueBy } from "../support/arbitraries.js";
import { contentsOf } from "../support/folder.js";
import { problemFrom } from "../support/instance.js";

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
