import { describe, expect, test } from "vitest";
import { examine, judgePlan } from "../../../src/check/index.js";
import type { AssignmentRows, GivenPlan } from "../../../src/model/planFolder.js";
import { handPlan } from "./handPlan.js";

/** Assignments of the hand-made plan, changed. */
function judged(
  change: (rows: AssignmentRows) => Partial<AssignmentRows> = () => ({}),
  packages?: GivenPlan["packages"],
) {
  const { contract, orders, folder } = handPlan();
  const { charge: _, ...rows } = folder.assignments;
  const given = { packages: packages ?? folder.packages, assignments: { ...rows, ...change(rows) } };
  return judgePlan(examine(contract, orders), given, (row) => `o${row + 1}`);
}

/** Without some of its rows. */
const without = (gone: readonly number[]) => (rows: AssignmentRows) => {
  const kept = [...rows.order.keys()].filter((row) => !gone.includes(row));
  const pick = (column: Int32Array) => Int32Array.from(kept, (row) => column[row]!);
  return {
    count: kept.length,
    order: pick(rows.order),
    channel: pick(rows.channel),
    package: pick(rows.package),
  };
};

describe("a given plan", () => {
  test("costs what a plan folder with the same assignments costs", () => {
    const { figures, unpriced, total } = judged();
    expect(total).toBe(0);
    expect(unpriced).toBe(0);
    // By hand: 0.47 + 0.40 + 0.30 + 0.40 + 0.80; 1.00 + 0.50; 630 + 100 + 5 s; 5.60 for o7.
    expect(figures.cost).toEqual({
      charges: 2_370_000n,
      packageFees: 1_500_000n,
      delay: 73_500n,
      volume: 0n,
      penalties: 5_600_000n,
    });
    expect(figures.counts).toEqual({ orders: 7, routed: 5, rejected: 1, deferred: 1, packages: 2 });
  });

  test("counts orders in no row as deferred", () => {
    const { figures, total, byCode } = judged(without([4]));
    expect(total).toBe(0);
    expect(byCode.size).toBe(0);
    expect(figures.counts).toMatchObject({ routed: 4, deferred: 2 });
    expect(figures.cost).toMatchObject({ charges: 1_570_000n, penalties: 11_100_000n });
  });

  test("is priced as far as it has a price, and all that is wrong is named", () => {
    // o3 goes to a, which does not cover its bank; o4 is then alone in a package of two at least.
    const { figures, unpriced, violations, byCode } = judged((rows) => ({
      channel: rows.channel.with(2, rows.channel[0]!),
      package: rows.package.with(2, rows.package[0]!),
    }));
    expect(unpriced).toBe(1);
    expect(figures.cost.charges).toBe(2_070_000n);
    expect(violations).toMatchObject([
      { code: "NOT_COVERED", rule: "channel.coverage", order: 2, package: "a-1", channel: "a" },
      { code: "PACKAGE_MIN_ORDERS", rule: "package.minOrders", package: "b-1" },
    ]);
    expect([...byCode]).toEqual([
      ["NOT_COVERED", 1],
      ["PACKAGE_MIN_ORDERS", 1],
    ]);
  });

  test("pays no fee for a package that no order of its channel's is in", () => {
    const { figures, violations } = judged((rows) => ({
      order: Int32Array.of(5),
      count: 1,
      channel: rows.channel.slice(0, 1),
      package: rows.package.slice(0, 1),
    }));
    expect(violations.map(({ code }) => code)).toEqual(["NOT_COVERED"]);
    expect(figures.counts.packages).toBe(0);
    expect(figures.cost.packageFees).toBe(0n);
  });

  test("pays no fee for a package that only second rows of orders are in", () => {
    const { packages } = handPlan().folder;
    const more = [...packages, { package: "a-2", channel: "a", sequence: "2" }];
    const again = (column: Int32Array, value: number) => Int32Array.from([...column, value]);
    const { figures, violations } = judged(
      (rows) => ({
        count: rows.count + 1,
        order: again(rows.order, rows.order[0]!),
        channel: again(rows.channel, rows.channel[0]!),
        package: again(rows.package, rows.packageNames.length),
        packageNames: [...rows.packageNames, "a-2"],
      }),
      more,
    );
    expect(violations.map(({ code }) => code)).toEqual(["ORDER_TWICE"]);
    expect(figures.cost).toEqual(judged().figures.cost);
    expect(figures.counts.packages).toBe(packages.length);
  });

  test("pays no fee for a package that a row of another channel names", () => {
    const { folder } = handPlan();
    // o6 is on a, which does not cover it; o5 is single, and names the package of o6.
    const { figures, violations } = judged(
      (rows) => ({
        count: 2,
        order: Int32Array.of(5, 4),
        channel: Int32Array.of(rows.channel[0]!, rows.channel[4]!),
        package: Int32Array.of(rows.package[0]!, rows.package[0]!),
      }),
      folder.packages.slice(0, 1),
    );
    expect(violations.map(({ code }) => code)).toEqual(["NOT_COVERED", "SINGLE_IN_PACKAGE"]);
    expect(figures.cost.packageFees).toBe(0n);
  });

  test("pays for its packages by their size, and names orders that are to be apart", () => {
    const { contract, orders, folder } = handPlan();
    const changed = {
      ...contract,
      channels: contract.channels.map((channel) => ({
        ...channel,
        package:
          channel.id === "b"
            ? {
                ...channel.package,
                uniqueBy: ["bank"],
                feeTiers: [
                  { upTo: 1, fee: 500_000, perOrder: 0 },
                  { upTo: Infinity, fee: 100_000, perOrder: 30_000 },
                ],
              }
            : channel.package,
      })),
    };
    const { figures, violations, total } = judgePlan(
      examine(changed, orders),
      folder,
      (row) => `o${row + 1}`,
    );
    // 1.00 for the package on a, 0.10 + 2 × 0.03 for the one on b.
    expect(figures.cost.packageFees).toBe(1_160_000n);
    expect(figures.channels.map(({ packageFees }) => packageFees)).toEqual([1_000_000n, 160_000n, 0n]);
    expect(total).toBe(1);
    expect(violations).toEqual([
      {
        code: "PACKAGE_NOT_UNIQUE",
        rule: "package.uniqueBy",
        order: 3,
        channel: "b",
        package: "b-1",
        message: "Order o4 has the bank of another order of package b-1.",
      },
    ]);
  });

  test("may hold no order that no channel could take", () => {
    const { contract, orders, folder } = handPlan();
    const profiles = orders.profiles.map((profile, p) => (p === 4 ? { ...profile, dueBy: 1 } : profile));
    const { violations } = judgePlan(
      examine(contract, { ...orders, profiles }),
      folder,
      (row) => `o${row + 1}`,
    );
    expect(violations[0]).toEqual({
      code: "REJECTED_ASSIGNED",
      rule: "order.rejected",
      order: 4,
      channel: "s",
      message: "Order o5 is on s, but no channel could take it even alone: it is rejected.",
    });
  });
});
