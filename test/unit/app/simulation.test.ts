import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import {
  type InputError,
  openSimulation,
  planBatch,
  type Simulation,
  type SimulationOptions,
  whatIf,
} from "../../../src/index.js";
import { parseCost } from "../../../src/model/money.js";

const open: Simulation[] = [];
async function simulationOf(options: SimulationOptions): Promise<Simulation> {
  const simulation = await openSimulation(options);
  open.push(simulation);
  return simulation;
}
afterEach(async () => {
  for (const simulation of open.splice(0)) await simulation.close();
});

const dir = mkdtempSync(join(tmpdir(), "packwright-simulation-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Few orders, whose plans are optimal at once. */
const FEW = {
  channels: {
    currency: "CNY",
    objective: { unroutedPenalty: "9.00" },
    channels: [
      {
        id: "files",
        mode: "batch",
        coverage: [{ banks: "*" }],
        fee: { flat: "0.10" },
        package: { fee: "3.00", maxOrders: 10 },
      },
      { id: "one-by-one", mode: "single", coverage: [{ banks: "*" }], fee: { flat: "1.00" } },
    ],
  },
  orders: Array.from({ length: 4 }, (_, i) => ({
    id: `o${i}`,
    bank: "A",
    amount: `${i + 1}.00`,
    channels: i === 0 ? "one-by-one" : "",
  })),
};

/** Many orders of charges of their own: more cells than are branched on to the end. */
const MANY = {
  channels: {
    currency: "CNY",
    objective: { unroutedPenalty: "9.00" },
    channels: [
      {
        id: "rate",
        mode: "batch",
        coverage: [{ banks: "*" }],
        fee: { flat: "0.05", rate: "0.05%" },
        package: { fee: "9.00", maxOrders: 150 },
        limits: { maxOrders: 900 },
      },
      {
        id: "flat",
        mode: "batch",
        coverage: [{ banks: ["A", "B"] }],
        fee: { flat: "0.30" },
        package: { fee: "6.00", maxOrders: 100 },
      },
      { id: "single", mode: "single", coverage: [{ banks: "*" }], fee: { rate: "0.2%", min: "0.40" } },
      { id: "dear", mode: "single", coverage: [{ banks: "*" }], fee: { flat: "1.20" } },
    ],
  },
  orders: Array.from({ length: 2000 }, (_, i) => ({
    id: `o${i}`,
    bank: "ABC"[i % 3]!,
    amount: `${10 + ((i * 7919) % 1800)}.${String(i % 100).padStart(2, "0")}`,
  })),
};

const units = (text: string | null) => parseCost(text!, 2)!;

describe("a simulation of few orders", () => {
  it("answers what scenarios cost, and what moves", async () => {
    const simulation = await simulationOf({ ...FEW, threads: 1 });
    expect(simulation.base.cost.objective).toBe("4.00");
    const question = { changes: [{ set: { "channels.files.package.fee": "2.00" } }] };
    const answer = await simulation.answer(question, { name: 2 });
    expect(answer.plan).toMatchObject({ status: "optimal", proof: "certificate", bound: "3.30", gap: 0 });
    expect(answer.difference).toMatchObject({ money: "-0.70", proven: true });
    expect(answer.moved).toMatchObject({
      orders: 3,
      moves: [{ from: { channel: "one-by-one" }, to: { channel: "files" }, orders: 3 }],
    });
    expect(answer.named.map(({ id }) => id)).toEqual(["o1", "o2"]);
    expect(answer.newlyRejected).toBe(0);
    expect(answer.packages.map(({ package: name, orders }) => [name, orders])).toEqual([["files-0001", "3"]]);
    expect(answer.plan.baselines.find(({ id }) => id === "single-only")!.saving.money).toBe("0.70");
    const { file } = await whatIf({
      ...FEW,
      scenarios: { scenarios: [{ id: "same", ...question }] },
      threads: 1,
    });
    expect(file.scenarios[0]!.cost).toEqual(answer.plan.cost);
  });

  it("tells of orders that a change lets nobody take", async () => {
    const simulation = await simulationOf({ ...FEW, threads: 1 });
    const { moved, newlyRejected, difference } = await simulation.answer({
      changes: [{ off: ["one-by-one"] }],
    });
    expect(newlyRejected).toBe(1);
    expect(moved!.orders).toBe(4);
    // Three orders in a package, and the one that may not use it costs nothing.
    expect(difference.money).toBe("-0.70");
  });

  it("plans other numbers of orders, of which none has moved", async () => {
    const simulation = await simulationOf({ ...FEW, threads: 1 });
    const { plan, moved, newlyRejected, named } = await simulation.answer(
      { orders: { scale: "3" } },
      { name: 5 },
    );
    expect(plan.counts.orders).toBe(12);
    expect(plan.cost.objective).toBe("6.90");
    expect([moved, newlyRejected, named]).toEqual([null, null, []]);
  });

  it("says everything that is wrong with a question, where it is", async () => {
    const simulation = await simulationOf({ ...FEW, threads: 1 });
    const changes = [
      { set: { "channels.files.package.fee": "two" } },
      { set: { "channels.fils.fee.flat": "0.10" } },
      { of: ["files"] },
    ];
    const problems = await simulation.answer({ changes }).catch((error: InputError) => error.issues);
    expect(problems).toMatchObject([
      { code: "UNKNOWN_KEY", path: "changes[2].of" },
      { code: "UNKNOWN_PATH", path: "changes[1].set.channels.fils.fee.flat" },
      { path: "channels[0].package.fee", value: "two" },
    ]);
    const options = { within: 0, name: -1, sooner: true };
    await expect(simulation.answer({}, options)).rejects.toMatchObject({
      issues: [{ path: "within" }, { path: "name" }, { path: "sooner" }],
    });
    await expect(simulation.answer({})).resolves.toMatchObject({ difference: { money: "0.00" } });
  });

  it("knows the attributes that were read, and no others", async () => {
    const rule = { banks: "*", where: { kind: ["x"] } };
    const changes = [{ set: { "channels.files.coverage": [rule] } }];
    const orders = FEW.orders.map((order, i) => ({ ...order, kind: i < 2 ? "x" : "y" }));
    const without = await simulationOf({ ...FEW, orders, threads: 1 });
    await expect(without.answer({ changes })).rejects.toMatchObject({
      issues: [{ code: "ATTRIBUTE_NOT_READ", path: "changes", value: "kind" }],
    });
    const withIt = await simulationOf({ ...FEW, orders, attributes: ["kind"], threads: 1 });
    await expect(withIt.answer({ changes })).resolves.toMatchObject({
      plan: { cost: { objective: "4.00" } },
    });
  });

  it("is at an end once it is closed", async () => {
    const simulation = await simulationOf({ ...FEW, threads: 1 });
    await simulation.close();
    await expect(simulation.answer({})).rejects.toThrow("The simulation has been closed.");
  });
});

describe("a simulation of many orders", () => {
  const CHANGES = [
    [{ set: { "channels.rate.fee.flat": "0.20" } }],
    [{ set: { "channels.flat.package.fee": "20.00" } }],
    [{ off: ["rate"] }],
    [{ set: { "channels.rate.limits.maxOrders": "300" } }],
    [{ remove: ["channels.flat"] }],
  ];

  it.each([1, 2])("answers in time, whatever was asked before (threads: %i)", async (threads) => {
    const simulation = await simulationOf({ ...MANY, threads });
    const costs: string[][] = [];
    for (const sequence of [CHANGES, CHANGES.toReversed()]) {
      const found: string[] = [];
      for (const changes of sequence) {
        const { plan } = await simulation.answer({ changes }, { within: 5000 });
        expect(plan.proof).toBe("certificate");
        expect(units(plan.bound)).toBeLessThanOrEqual(units(plan.cost.objective));
        expect(plan.gap).toBeLessThan(0.02);
        found.push(plan.cost.objective);
      }
      costs.push(found);
    }
    // Later ones may begin with better plans.
    costs[1]!.toReversed().forEach((cost, i) => {
      expect(units(cost)).toBeLessThanOrEqual(units(costs[0]![i]!));
    });
  });

  it("searches on to the gap of the question, where that has one of its own", async () => {
    // Whatever is found first is close enough, unless a question says otherwise.
    const simulation = await simulationOf({ ...MANY, gap: 1, threads: 1 });
    const [changes] = CHANGES as [object[]];
    const coarse = await simulation.answer({ changes }, { within: 4000 });
    const close = await simulation.answer({ changes }, { within: 4000, gap: 0 });
    expect(close.plan.gap).toBeLessThan(coarse.plan.gap!);
    expect(units(close.plan.cost.objective)).toBeLessThanOrEqual(units(coarse.plan.cost.objective));
    await expect(simulation.answer({ changes }, { gap: 2 })).rejects.toMatchObject({
      issues: [{ code: "OUT_OF_RANGE", path: "gap" }],
    });
  });

  it("gives a question up at once, and answers the next", async () => {
    const simulation = await simulationOf({ ...MANY, threads: 2 });
    const [changes, next] = CHANGES as [object[], object[]];
    for (const after of [0, 5, 20, 60]) {
      const moved = new AbortController();
      const asked = simulation.answer({ changes }, { signal: moved.signal });
      asked.catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, after));
      const aborted = performance.now();
      moved.abort(new Error("moved on"));
      await expect(asked).rejects.toThrow("moved on");
      expect(performance.now() - aborted).toBeLessThan(50);
      const { plan } = await simulation.answer({ changes: next });
      expect(plan.proof).toBe("certificate");
    }
  });

  it("begins with a plan folder, and with none that is of other files", async () => {
    const [channels, orders] = [join(dir, "channels.json"), join(dir, "orders.json")];
    writeFileSync(channels, JSON.stringify(MANY.channels));
    writeFileSync(orders, JSON.stringify(MANY.orders));
    const folder = join(dir, "plan");
    await planBatch({ channels, orders, out: folder, timeLimit: 5 });
    const simulation = await simulationOf({ channels, orders, folder, threads: 2 });
    const { moved, difference } = await simulation.answer({});
    expect(units(difference.money)).toBeLessThanOrEqual(0n);
    expect(moved!.orders).toBeLessThan(2000);
    await expect(openSimulation({ ...MANY, folder, threads: 1 })).rejects.toMatchObject({
      issues: expect.arrayContaining([expect.objectContaining({ code: "OTHER_INPUT" })]),
    });
  });
});
