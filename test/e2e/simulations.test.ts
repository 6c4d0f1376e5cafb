import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client, ProblemError, type SimulationRequest } from "../../src/client/index.js";
import { SMALL_CHANNELS } from "./cli.js";
import { type Program, startService } from "./program.js";

/** Plans under changed contracts, asked of a real service. */

const folder = mkdtempSync(join(tmpdir(), "packwright-simulations-"));
const FEE = "channels.union-batch.package.fee";
const orders = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    id: `o${i}`,
    bank: i % 4 === 3 ? "ABC" : "ICBC",
    amount: "10.00",
  }));
let service: Program;
let client: Client;
let plan: string;

beforeAll(async () => {
  const limits = ["--max-channels", "3", "--max-orders", "2000", "--max-time-limit", "30"];
  service = await startService(join(folder, "data"), ...limits);
  client = new Client({ url: service.url, retries: { times: 0 } });
  plan = await makePlan(4);
}, 120_000);
afterAll(async () => {
  await service.end();
  rmSync(folder, { recursive: true, force: true });
});

async function makePlan(count: number): Promise<string> {
  const job = await client.plans.create({ channels: SMALL_CHANNELS, orders: orders(count) });
  return (await job.wait()).id;
}

const feeOf = (value: string) => ({ changes: [{ set: { [FEE]: value } }] });

/** Processes of simulations that the service has. */
function simulators(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const isOurs =
          readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1]!.split(" ")[1] === `${service.pid}`;
        return isOurs && readFileSync(`/proc/${pid}/cmdline`, "latin1").includes("simulatorMain");
      } catch {
        // It has ended while it was looked at.
        return false;
      }
    });
}

async function refusal(asked: Promise<unknown>) {
  const error = await asked.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ProblemError);
  return (error as ProblemError).problem;
}

describe("simulations", { timeout: 120_000 }, () => {
  it("are plans under the changed contract, proven, against the plan as it is", async () => {
    // Three orders that pay 0.30 each and a package together, or 1.00 each; the fourth is taken singly.
    const dear = await client.plans.simulate(plan, { ...feeOf("3.00"), moved: 2 });
    expect(dear.plan.cost.objective).toBe("4.00");
    expect(dear.plan.bound).toBe("4.00");
    expect(dear.difference).toMatchObject({ money: "1.10", proven: true });
    expect(dear.moved!.orders).toBe(3);
    expect(dear.named).toEqual(
      ["o0", "o1"].map((id) => ({ id, from: { channel: "union-batch" }, to: { channel: "fast-single" } })),
    );
    expect(dear.packages).toEqual([]);
    // As in the plan itself: of the places of the machine nothing is told.
    expect(dear.plan.inputs).toEqual((await client.plans.get(plan)).plan!.inputs);
    const cheap = await client.plans.simulate(plan, feeOf("0.50"));
    expect(cheap.plan.cost.objective).toBe("2.40");
    expect(cheap.packages).toHaveLength(1);
  });

  it("name the numbers that can be changed", async () => {
    const { numbers } = await client.plans.terms(plan);
    expect(numbers.find(({ path }) => path === FEE)).toMatchObject({ value: "1.00", quantity: "money" });
  });

  it("say everything that is wrong with a question", async () => {
    const wrong = await refusal(
      client.plans.simulate(plan, { changes: [{ set: { [FEE]: "much" } }, { off: ["nobody"] }] }),
    );
    expect(wrong.status).toBe(422);
    expect(wrong.problems!.map(({ code }) => code).sort()).toEqual(["NOT_A_DECIMAL", "UNKNOWN_CHANNEL"]);
    expect(JSON.stringify(wrong)).not.toMatch(/scenarios?\b|tmp/);
    expect((await refusal(client.plans.simulate(crypto.randomUUID(), {}))).status).toBe(404);
    expect((await refusal(client.plans.simulate(plan, { within: 1 }))).status).toBe(422);
  });

  it("ask for no more channels, orders or time than are taken", async () => {
    const channel = (id: string) => ({ ...SMALL_CHANNELS.channels[1]!, id });
    const added = (...ids: string[]) => ({ changes: ids.map((id) => ({ channel: channel(id) })) });
    const codes = async (question: SimulationRequest) => {
      const { status, problems = [] } = await refusal(client.plans.simulate(plan, question));
      return [status, ...problems.map(({ code, path }) => `${path} ${code}`)];
    };
    expect((await client.plans.simulate(plan, added("x"))).plan.channels).toHaveLength(3);
    expect(await codes(added("x", "y"))).toEqual([422, "channels TOO_MANY_CHANNELS"]);
    expect((await client.plans.simulate(plan, { orders: { scale: "500" } })).plan.counts.orders).toBe(2000);
    expect(await codes({ orders: { scale: "500.01" } })).toEqual([422, "orders.scale TOO_MANY_ORDERS"]);
    expect(await codes({ within: 30_001 })).toEqual([422, "within OUT_OF_RANGE"]);
  });

  it("hold an Idempotency-Key for one question, which is answered anew", async () => {
    const ask = (key: string, question: object, of = plan) =>
      client.plans.simulate(of, question, { headers: { "idempotency-key": key } });
    const figures = ({ plan: { cost, bound } }: Awaited<ReturnType<typeof ask>>) => ({ cost, bound });
    const first = await ask("k", feeOf("3.00"));
    expect(figures(await ask("k", feeOf("3.00")))).toEqual(figures(first));
    expect((await refusal(ask("k", feeOf("4.00")))).code).toBe("IDEMPOTENCY_KEY_REUSED");
    expect((await refusal(ask("k", feeOf("3.00"), await makePlan(3)))).code).toBe("IDEMPOTENCY_KEY_REUSED");
    // One that was refused lets its key go, which its caller may hear of a little earlier.
    await refusal(ask("l", { changes: [{ off: ["nobody"] }] }));
    await expect.poll(async () => (await ask("l", feeOf("3.00"))).plan.cost.objective).toBe("4.00");
  });

  it("are given up when the caller hangs up, whether the plan is open or still being opened", async () => {
    const other = await makePlan(9);
    for (const of of [other, plan]) {
      const hanging = new AbortController();
      const given = client.plans.simulate(of, feeOf("2.00"), { signal: hanging.signal });
      setTimeout(() => hanging.abort(), 5);
      await expect(given).rejects.toThrow();
    }
    expect((await client.plans.simulate(plan, feeOf("2.00"))).plan.cost.objective).toBe("3.90");
    expect((await client.plans.simulate(other, feeOf("2.00"))).plan.counts.orders).toBe(9);
  });

  it("go on with other plans, of which a few are open at a time", async () => {
    const plans = await Promise.all([5, 6, 7, 8].map(makePlan));
    const ask = async (id: string) => (await client.plans.simulate(id, feeOf("0.00"))).plan.counts.orders;
    const asked = await Promise.allSettled(plans.map(ask));
    expect(asked.flatMap((each) => (each.status === "fulfilled" ? [each.value] : [])).length).toBe(3);
    const [refused] = asked.flatMap((each) => (each.status === "rejected" ? [each.reason] : []));
    expect((refused as ProblemError).problem).toMatchObject({ status: 503, code: "BUSY" });
    expect((refused as ProblemError).retryAfter).toBeGreaterThan(0);
    const one = [];
    for (const id of [...plans, plan]) one.push(await ask(id));
    expect(one).toEqual([5, 6, 7, 8, 4]);
    expect(simulators()).toHaveLength(1);
  });

  it("survive the death of their process", async () => {
    const [before] = simulators();
    process.kill(before!, "SIGKILL");
    await expect.poll(simulators).not.toContain(before);
    expect((await client.plans.simulate(plan, feeOf("3.00"))).plan.cost.objective).toBe("4.00");
    expect(simulators()).toHaveLength(1);
  });
});
