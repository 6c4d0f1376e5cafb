import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Queue } from "../../src/model/contract.js";
import { fieldOf } from "../../src/model/order.js";
import type { DeferReason, Plan } from "../../src/model/plan.js";
import { baselinePlans } from "../../src/solver/baselines.js";
import { deferReasons } from "../../src/solver/deferral.js";
import { isFeasible } from "../../src/solver/feasible.js";
import type { Problem } from "../../src/solver/problem.js";
import { EVERYTHING, instances } from "../support/arbitraries.js";
import { checked } from "../support/folder.js";
import { problemFrom } from "../support/instance.js";
import { packagesOf, thinned } from "../support/thinned.js";

function areTwins(orders: Problem["orders"], fields: readonly string[], one: number, other: number): boolean {
  const valuesOf = (order: number) =>
    fields.map((field) => fieldOf(orders.profiles[orders.profile[order]!]!, field));
  const values = valuesOf(one);
  return values.length > 0 && !values.includes("") && values.join("/") === valuesOf(other).join("/");
}

/** When each package leaves, by looking through the lanes one by one. */
function leaving(queue: Queue, sizes: readonly number[]): number[] {
  const free = new Array<number>(queue.lanes).fill(queue.start);
  return sizes.map((size) => {
    const lane = free.indexOf(Math.min(...free));
    free[lane]! += queue.perPackage + queue.perOrder * size;
    return free[lane]!;
  });
}

/** The reason by docs/deferral.md, word for word: the order is added wherever it could go, and the whole queue run again. */
function reasonByHand({ contract, classes, orders }: Problem, plan: Plan, order: number): DeferReason {
  const C = contract.channels.length;
  const cellOf = (each: number, c: number) => classes.classOf[each]! * C + c;
  const dueOf = (each: number) => classes.due[classes.classOf[each]!]!;
  const amountOf = (all: readonly number[]) => all.reduce((sum, each) => sum + orders.amount[each]!, 0);
  const on = plan.loads.map((load) => Array.from(load.orders));
  const reasons = new Set<DeferReason>();
  contract.channels.forEach((channel, c) => {
    if (classes.charge[cellOf(order, c)]! < 0) return;
    const { queue, package: terms } = channel;
    const rule = classes.rule[cellOf(order, c)]!;
    const quotas = contract.quotas.filter(({ channels }) => channels.includes(c));
    const within = (limits: { maxOrders: number; maxAmount: number }, those: readonly number[]) =>
      those.length + 1 <= limits.maxOrders && amountOf([...those, order]) <= limits.maxAmount;
    const ofRule = on[c]!.filter((each) => classes.rule[cellOf(each, c)] === rule);
    if (!within(channel.limits, on[c]!) || !within(channel.coverage[rule]!.limits, ofRule)) return;
    if (
      !quotas.every(({ limits, channels }) =>
        within(
          limits,
          channels.flatMap((each) => on[each]!),
        ),
      )
    )
      return;

    const packages =
      channel.mode === "single"
        ? on[c]!.map((each) => [each])
        : packagesOf(plan.loads[c]!.orders, plan.loads[c]!.packageSizes);
    const inTime = (changed: readonly (readonly number[])[]) => {
      const leave = leaving(
        queue,
        changed.map(({ length }) => length),
      );
      return changed.every((inside, p) =>
        inside.every((each) => leave[p]! <= queue.cutOff && leave[p]! + queue.result <= dueOf(each)),
      );
    };
    const atEnd = inTime([...packages, [order]]);
    if (channel.mode === "single") {
      if (atEnd) reasons.add("DEARER_THAN_PENALTY");
      return;
    }
    const joins = packages.some((inside, p) => {
      const grown = [...inside, order];
      return (
        classes.key[cellOf(inside[0]!, c)] === classes.key[cellOf(order, c)] &&
        grown.length <= terms.maxOrders &&
        amountOf(grown) <= terms.maxAmount &&
        !inside.some((each) => areTwins(orders, terms.uniqueBy, each, order)) &&
        inTime(packages.map((each, q) => (q === p ? grown : each)))
      );
    });
    const count = (channels: readonly number[]) =>
      channels.reduce((sum, each) => sum + plan.loads[each]!.packageSizes.length, 0);
    const mayOpen =
      count([c]) + 1 <= channel.limits.maxPackages &&
      quotas.every(({ limits, channels }) => count(channels) + 1 <= limits.maxPackages);
    if (joins || (mayOpen && atEnd && terms.minOrders === 1)) reasons.add("DEARER_THAN_PENALTY");
    else if (mayOpen && atEnd) reasons.add("PACKAGE_MINIMUM");
  });
  if (reasons.has("DEARER_THAN_PENALTY")) return "DEARER_THAN_PENALTY";
  return reasons.has("PACKAGE_MINIMUM") ? "PACKAGE_MINIMUM" : "CAPACITY_EXHAUSTED";
}

describe("why an order is deferred", () => {
  it("is what the page says, for the solver and for the checker", () => {
    const seen = new Map<DeferReason, number>();
    const features = { ...EVERYTHING, maxOrders: 12, attributes: false, coverage: false };
    fc.assert(
      fc.property(instances(features), fc.nat({ max: 4095 }), (instance, kept) => {
        const problem = problemFrom(instance);
        const { contract, orders, classes } = problem;
        const baselines = baselinePlans(contract, orders, classes).map(({ plan }) => plan);
        for (const plan of [
          ...baselines,
          ...baselines.map((each) => thinned(problem, each, (order) => (kept & (1 << order)) !== 0)),
        ]) {
          expect(isFeasible(problem, plan)).toBe(true);
          const routed = new Set(plan.loads.flatMap((load) => Array.from(load.orders)));
          const deferred = Array.from(classes.members).filter((order) => !routed.has(order));
          const expected = deferred.map((order) => reasonByHand(problem, plan, order));
          expect(deferReasons(problem, plan, Int32Array.from(deferred))).toEqual(expected);
          // The plan's file states the solver's reasons.
          expect(checked(problem, plan).violations).toEqual([]);
          for (const reason of expected) seen.set(reason, (seen.get(reason) ?? 0) + 1);
        }
      }),
      { numRuns: Number(process.env.PROPERTY_RUNS ?? 60) * 5 },
    );
    expect([...seen.keys()].sort()).toEqual(["CAPACITY_EXHAUSTED", "DEARER_THAN_PENALTY", "PACKAGE_MINIMUM"]);
  });
});
