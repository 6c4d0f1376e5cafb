import { describe, expect, it } from "vitest";
import {
  leastRelaxation,
  type Question,
  type Trial,
  type TryContract,
  widestRelaxation,
} from "../../../src/app/leastRelaxation.js";
import { leverUse, leverValue, withLever } from "../../../src/app/levers.js";
import type { Contract } from "../../../src/model/contract.js";
import type { Lever } from "../../../src/model/explanation.js";
import { baselinePlans } from "../../../src/solver/baselines.js";
import { pricePlan } from "../../../src/solver/cost.js";
import { isFeasible } from "../../../src/solver/feasible.js";
import { problemOf } from "../../../src/solver/problem.js";
import { contractOf, tableOf } from "../../support/instance.js";

const CHANNELS = {
  currency: "CNY",
  planAt: "2026-11-22T22:00:00+08:00",
  objective: { unroutedPenalty: "50.00" },
  quotas: [{ id: "day", channels: ["batch"], limits: { maxOrders: 9, maxAmount: "200.00" } }],
  channels: [
    {
      id: "batch",
      mode: "batch",
      coverage: [{ banks: "*", limits: { maxOrders: 9 } }],
      fee: { flat: "0.30" },
      package: { fee: "1.00", maxOrders: 3, maxAmount: "30.00", minOrders: 2 },
      limits: { maxPackages: 2, maxOrders: 9, maxAmount: "200.00" },
      queue: { cutOff: "2026-11-22T22:04:00+08:00", secondsPerPackage: 60, secondsPerOrder: 1 },
    },
  ],
};
const ORDERS = Array.from({ length: 9 }, (_, i) => ({ id: `o${i}`, bank: "A", amount: "10.00" }));

const contract = contractOf(CHANNELS);
const table = tableOf(contract, ORDERS);

/** The best of the baselines: it tells the truth here, and always the same. */
const tryContract: TryContract = async (changed) => planned(changed);
function planned(changed: Contract): Trial {
  const problem = problemOf(changed, table);
  return baselinePlans(changed, table, problem.classes)
    .map(({ plan }) => {
      const { objective, penalties, deferred } = pricePlan(changed, table, problem.classes, plan);
      return { problem, plan, left: deferred, objective, penalties };
    })
    .reduce((a, b) => (b.left < a.left ? b : a));
}

const question = (from: Contract, lever: Lever): Question => ({
  contract: from,
  lever,
  now: leverValue(from, lever),
  left: planned(from).left,
});

async function leastOf(asked: Question, trier = tryContract) {
  const widest = await widestRelaxation(asked, trier);
  if (widest === null || widest === "untried") return widest;
  return leastRelaxation(asked, widest, trier);
}

describe("the least relaxation", () => {
  const cases: readonly [Lever, number, number][] = [
    [{ channel: "batch", field: "limits.maxPackages" }, 2, 3],
    [{ channel: "batch", field: "limits.maxOrders" }, 5, 6],
    [{ channel: "batch", rule: 0, field: "limits.maxOrders" }, 4, 6],
    [{ quota: "day", field: "limits.maxOrders" }, 3, 6],
    [{ quota: "day", field: "limits.maxAmount" }, 3500, 6000],
    [{ channel: "batch", field: "limits.maxAmount" }, 3500, 6000],
    [{ channel: "batch", field: "queue.cutOff" }, 70_000_000, 126_000_000],
  ];
  it.each(cases)("of %j from %d is %d", async (lever, now, least) => {
    const tight = withLever(contract, lever, now);
    const asked = question(tight, lever);
    const found = await leastOf(asked);
    if (found === null || found === "untried") throw new Error(`${found}`);
    expect(found.value).toBe(least);
    expect(found.searched).toBe(true);
    // Its plan keeps the changed contract, and a step less places fewer.
    expect(isFeasible(problemOf(withLever(tight, lever, found.value), table), found.trial.plan)).toBe(true);
    const step = lever.field === "queue.cutOff" ? 1_000_000 : lever.field === "limits.maxAmount" ? 100 : 1;
    expect(planned(withLever(tight, lever, least - step)).left).toBeGreaterThan(found.trial.left);
  });

  it("goes down where less is looser", async () => {
    const lever: Lever = { channel: "batch", field: "package.minOrders" };
    const few = tableOf(contract, ORDERS.slice(0, 1));
    const trier: TryContract = async (changed) => {
      const problem = problemOf(changed, few);
      const { plan } = baselinePlans(changed, few, problem.classes)[1]!;
      const { objective, penalties, deferred } = pricePlan(changed, few, problem.classes, plan);
      return { problem, plan, left: deferred, objective, penalties };
    };
    const found = await leastOf({ contract, lever, now: 2, left: 1 }, trier);
    expect(found).toMatchObject({ value: 1, searched: true });
  });

  it("is none where the number is not what stands in the way", async () => {
    expect(await leastOf(question(contract, { quota: "day", field: "limits.maxOrders" }))).toBeNull();
  });

  it("is found wherever it lies", async () => {
    const lever: Lever = { channel: "batch", field: "queue.lanes" };
    const any = planned(contract);
    for (let least = 2; least <= 17; least++) {
      const found = await leastOf({ contract, lever, now: 1, left: 1 }, async (changed) => ({
        ...any,
        left: changed.channels[0]!.queue.lanes >= least ? 0 : 1,
      }));
      expect(found).toMatchObject({ value: least, searched: true });
    }
  });

  it("says that it was not searched to the end where the time is up", async () => {
    const lever: Lever = { quota: "day", field: "limits.maxAmount" };
    const tight = withLever(contract, lever, 1000);
    let trials = 0;
    const found = await leastOf(question(tight, lever), async (changed) =>
      trials++ === 0 ? planned(changed) : null,
    );
    expect(found).toMatchObject({ value: 6000, searched: false });
    expect(await leastOf(question(tight, lever), async () => null)).toBe("untried");
  });

  it("counts what a plan takes of a number", () => {
    const { problem, plan } = planned(contract);
    const use = (lever: Lever) => leverUse(problem, lever, plan);
    expect(use({ channel: "batch", field: "limits.maxPackages" })).toBe(2);
    expect(use({ channel: "batch", field: "limits.maxOrders" })).toBe(6);
    expect(use({ quota: "day", field: "limits.maxAmount" })).toBe(6000);
    expect(use({ channel: "batch", field: "package.maxOrders" })).toBe(3);
    expect(use({ channel: "batch", field: "package.maxAmount" })).toBe(3000);
    expect(use({ channel: "batch", field: "package.minOrders" })).toBe(3);
    expect(use({ channel: "batch", field: "queue.cutOff" })).toBe(126_000_000);
    expect(use({ channel: "batch", field: "queue.lanes" })).toBeNaN();
  });
});
