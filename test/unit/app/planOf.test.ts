import { describe, expect, it } from "vitest";
import { planFolderOf } from "../../../src/app/planFolderOf.js";
import { planOf } from "../../../src/app/planOf.js";
import type { PlanFolder } from "../../../src/model/planFolder.js";
import { baselinePlans } from "../../../src/solver/baselines.js";
import { contentsOf } from "../../support/folder.js";
import { problemFrom } from "../../support/instance.js";

const problem = problemFrom({
  channels: {
    currency: "CNY",
    channels: [
      {
        id: "batch",
        mode: "batch",
        coverage: [{ banks: "*" }],
        fee: { flat: "0.30" },
        package: { maxOrders: 2 },
      },
      { id: "single", mode: "single", coverage: [{ banks: "*" }], fee: { flat: "0.90" } },
    ],
  },
  orders: Array.from({ length: 5 }, (_, i) => ({
    id: `o${i}`,
    bank: "A",
    amount: "1.00",
    ...(i === 2 ? { channels: "single" } : {}),
  })),
});
const { contract, orders, classes } = problem;
const { plan } = baselinePlans(contract, orders, classes)[3]!;
const folder = planFolderOf(contract, orders, plan, contentsOf(problem, plan));
const changed = (change: Partial<PlanFolder["packages"][number]>) =>
  planOf(contract, {
    ...folder,
    packages: folder.packages.map((row, p) => (p === 1 ? { ...row, ...change } : row)),
  });

describe("a plan from the tables of its folder", () => {
  it("is the plan", () => {
    expect(plan.loads[0]!.packageSizes).toEqual(Int32Array.of(2, 2));
    expect(planOf(contract, folder)).toEqual(plan);
  });

  it("follows the sequence of the packages, whatever that of the rows", () => {
    const { assignments, packages } = folder;
    expect(planOf(contract, { assignments, packages: packages.toReversed() })).toEqual(plan);
  });

  it("is none where packages do not count, are empty or unknown", () => {
    expect(changed({ sequence: "1" })).toBeNull();
    expect(changed({ sequence: "3" })).toBeNull();
    expect(changed({ sequence: "x" })).toBeNull();
    expect(changed({ channel: "nowhere" })).toBeNull();
    expect(changed({ channel: "single" })).toBeNull();
    expect(changed({ package: "another" })).toBeNull();
  });

  it("is none where an order or a channel is unknown", () => {
    const { assignments } = folder;
    const order = assignments.order.with(0, -1);
    expect(planOf(contract, { ...folder, assignments: { ...assignments, order } })).toBeNull();
    const channelNames = ["nowhere", "single"];
    expect(planOf(contract, { ...folder, assignments: { ...assignments, channelNames } })).toBeNull();
  });
});
