import { describe, expect, test } from "vitest";
import { checkPlan } from "../../../src/check/index.js";
import type { Contract } from "../../../src/model/contract.js";
import type { PlanFile } from "../../../src/model/planFile.js";
import type { PlanFolder } from "../../../src/model/planFolder.js";
import { handPlan, type Mutable } from "./handPlan.js";

/** Rules that the plan made by hand breaks under a changed contract, figures aside. */
function broken(change: (contract: Mutable<Contract>) => void): string[] {
  const plan = handPlan();
  change(plan.contract as Mutable<Contract>);
  return rulesOf(plan);
}

function rulesOf(plan: Parameters<typeof checkPlan>[0]): string[] {
  const figures = /^(packages|plan|unrouted|certificate|assignment\.charge)/;
  return [...new Set(checkPlan(plan).violations.map(({ rule }) => rule))].filter(
    (rule) => !figures.test(rule),
  );
}

describe("rules of the contract", () => {
  test.each<[string, (contract: Mutable<Contract>) => void]>([
    [
      "package.maxOrders",
      ({ channels }) => {
        channels[0]!.package.maxOrders = 1;
      },
    ],
    [
      "package.minOrders",
      ({ channels }) => {
        channels[0]!.package.minOrders = 3;
      },
    ],
    [
      "package.maxAmount",
      ({ channels }) => {
        channels[0]!.package.maxAmount = 29_999;
      },
    ],
    [
      "package.separateBy",
      ({ channels }) => {
        channels[0]!.package.separateBy = ["bank"];
      },
    ],
    [
      "package.uniqueBy",
      ({ channels }) => {
        channels[0]!.package.uniqueBy = ["accountType"];
      },
    ],
    [
      "channel.maxOrders",
      ({ channels }) => {
        channels[1]!.limits.maxOrders = 1;
      },
    ],
    [
      "channel.maxAmount",
      ({ channels }) => {
        channels[1]!.limits.maxAmount = 69_999;
      },
    ],
    [
      "channel.maxPackages",
      ({ channels }) => {
        channels[1]!.limits.maxPackages = 0;
      },
    ],
    [
      "rule.maxOrders",
      ({ channels }) => {
        channels[0]!.coverage[1]!.limits.maxOrders = 0;
      },
    ],
    [
      "rule.maxAmount",
      ({ channels }) => {
        channels[0]!.coverage[1]!.limits.maxAmount = 19_999;
      },
    ],
    [
      "quota.maxOrders",
      ({ quotas }) => {
        quotas[0]!.limits.maxOrders = 2;
      },
    ],
    [
      "quota.maxAmount",
      ({ quotas }) => {
        quotas[0]!.limits.maxAmount = 79_999;
      },
    ],
    [
      "quota.maxPackages",
      ({ quotas }) => {
        quotas[0]!.limits.maxPackages = 0;
      },
    ],
    [
      "channel.coverage",
      ({ channels }) => {
        channels[2]!.coverage[0]!.amountMax = 49_999;
      },
    ],
    [
      "queue.cutOff",
      ({ channels }) => {
        channels[0]!.queue.cutOff = 179_999_999;
      },
    ],
    [
      "queue.cutOff",
      ({ channels }) => {
        channels[2]!.queue.cutOff = 4_999_999;
      },
    ],
  ])("%s", (rule, change) => {
    expect(broken(change)).toContain(rule);
  });

  test.each<[string, (contract: Mutable<Contract>) => void]>([
    [
      "package.maxAmount",
      ({ channels }) => {
        channels[0]!.package.maxAmount = 30_000;
      },
    ],
    [
      "channel.maxAmount",
      ({ channels }) => {
        channels[1]!.limits.maxAmount = 70_000;
      },
    ],
    [
      "quota.maxAmount",
      ({ quotas }) => {
        quotas[0]!.limits.maxAmount = 80_000;
      },
    ],
    [
      "channel.coverage",
      ({ channels }) => {
        channels[2]!.coverage[0]!.amountMax = 50_000;
      },
    ],
    [
      "queue.cutOff",
      ({ channels }) => {
        channels[0]!.queue.cutOff = 180_000_000;
      },
    ],
    [
      "queue.cutOff",
      ({ channels }) => {
        channels[2]!.queue.cutOff = 5_000_000;
      },
    ],
  ])("%s, just kept", (_, change) => {
    expect(broken(change)).toEqual([]);
  });

  test.each([
    [0, { dueBy: 209_999_999 }, ["order.dueBy"]],
    [0, { dueBy: 210_000_000 }, []],
    // Single orders never wait: too late alone is too late on any channel.
    [4, { dueBy: 4_999_999 }, ["order.rejected", "order.dueBy"]],
    [4, { dueBy: 5_000_000 }, []],
    [4, { channels: [0] }, ["order.channels"]],
    [4, { channels: [0, 2] }, []],
  ])("of order %i with %o", (order, change, rules) => {
    const plan = handPlan();
    const profiles = plan.orders.profiles.map((profile, p) =>
      p === order ? { ...profile, ...change } : profile,
    );
    expect(rulesOf({ ...plan, orders: { ...plan.orders, profiles } })).toEqual(rules);
  });

  test("names the order, package and channel", () => {
    const plan = handPlan();
    (plan.contract as Mutable<Contract>).channels[0]!.package.maxOrders = 1;
    plan.folder.assignments.charge[4] = 0;
    const { violations } = checkPlan(plan);
    expect(violations).toContainEqual(
      expect.objectContaining({ rule: "package.maxOrders", package: "a-1", channel: "a" }),
    );
    expect(violations).toContainEqual(
      expect.objectContaining({
        rule: "assignment.charge",
        order: 4,
        channel: "s",
        message: expect.stringMatching("o5"),
      }),
    );
  });

  test("lists a thousand violations and counts the rest", () => {
    const plan = handPlan();
    const count = 1500;
    const order = new Int32Array(count).fill(-1);
    const rows = {
      order,
      channel: new Int32Array(count),
      package: new Int32Array(count),
      charge: new Float64Array(count),
    };
    Object.assign(plan.folder.assignments, { count, ...rows });
    const report = checkPlan(plan);
    expect(report.violations).toHaveLength(1000);
    expect(report.total).toBeGreaterThan(1500);
  });
});

describe("proof", () => {
  const check = (change: Partial<PlanFile>) => {
    const plan = handPlan();
    Object.assign(plan.folder.plan, change);
    return checkPlan(plan).violations.map(({ rule }) => rule);
  };
  const optimal = { status: "optimal", bound: "9.5435", gap: 0 } as const;

  test.each<[string, Partial<PlanFile>, string[]]>([
    ["an engine's word", { ...optimal, proof: "engine", engineBound: "9.5435" }, []],
    ["an engine's word that it did not give", { ...optimal, proof: "engine" }, ["plan.engineBound"]],
    ["another word", { ...optimal, proof: "engine", engineBound: "9.5434" }, ["plan.engineBound"]],
    [
      "an engine's word above the plan",
      { ...optimal, proof: "engine", engineBound: "9.5436" },
      ["plan.engineBound", "plan.engineBound"],
    ],
    ["an engine's word for a feasible plan", { proof: "engine", engineBound: "2.3445" }, ["plan.proof"]],
    ["a certificate that proves less", { ...optimal }, ["plan.bound"]],
    ["an engine that claims more beside it", { engineBound: "3.00" }, []],
    ["an engine that claims no more", { engineBound: "2.3445" }, ["plan.engineBound"]],
    ["no proof and no bound", { proof: "none", bound: null, gap: null }, []],
    ["no proof but a bound", { proof: "none" }, ["plan.proof"]],
    ["no bound but a gap", { proof: "none", bound: null }, ["plan.gap"]],
    ["optimal, without the bound", { status: "optimal" }, ["plan.status"]],
    [
      "feasible, with the bound",
      { ...optimal, status: "feasible", proof: "engine", engineBound: "9.5435" },
      ["plan.status", "plan.proof"],
    ],
    ["a gap within the tolerance", { gap: 7.199 / 9.5435 + 5e-13 }, []],
    ["a gap beyond it", { gap: 7.199 / 9.5435 + 2e-12 }, ["plan.gap"]],
  ])("%s", (_, change, rules) => {
    expect(check(change)).toEqual(rules);
  });
});

test("without planAt the time columns are empty", () => {
  const plan = handPlan();
  Object.assign(plan.contract, { planAt: null });
  const { packages } = plan.folder as Mutable<PlanFolder>;
  const of = () => checkPlan(plan).violations.filter(({ rule }) => rule === "packages.startsAt").length;
  expect(of()).toBe(2);
  packages[0]!.startsAt = "";
  packages[1]!.startsAt = "";
  expect(of()).toBe(0);
});
