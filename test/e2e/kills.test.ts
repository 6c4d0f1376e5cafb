import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { realistic } from "../conformance/instances.mjs";
import { endless } from "../support/endless.js";
import { jsonOf, mustBeWhole, PatientCaller, type ToldJob } from "../support/killing.js";
import { type Postgres, startPostgres, WITHOUT_POSTGRES } from "../support/postgres.js";
import { endAll, type ServiceProcess, startService, startWorker } from "../support/service.js";

/** Processes that are killed while jobs run; the benchmark `kills` does it fifty times. */

const closing: (() => unknown)[] = [];
afterEach(async () => {
  endAll();
  for (const close of closing.splice(0).reverse()) await close();
});

/** From the moment when one that works is lost and one is there that can go on: how long a machine takes to start it is not ours. */
const RETAKEN_MS = 15_000;
const SLOTS = ["--slots", "1", "--small-slots", "1", "--threads", "1"];

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), "packwright-kills-"));
  closing.push(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }));
  return dir;
}

/** A process that is started again after it was killed. */
async function kept(start: () => Promise<ServiceProcess>) {
  const held = { process: await start() };
  closing.push(() => held.process.end("SIGKILL"));
  return {
    get said() {
      return held.process.said;
    },
    get process() {
      return held.process;
    },
    async killAndStart() {
      await held.process.end("SIGKILL");
      held.process = await start();
    },
  };
}

/** Asks for plans, the first of which, the one that is struck, ends only when it is told to. @returns the ids */
async function submit(caller: PatientCaller, dir: string, jobs: number): Promise<string[]> {
  const own = join(dir, "endless");
  mkdirSync(own);
  const { options } = endless(own);
  await caller.put("/v1/order-sets/endless", "text/csv", jsonOf(own).orders);
  const first = caller.submit("/v1/plans", {
    channels: jsonOf(own).channels,
    orders: { set: "endless" },
    options,
  });
  realistic(dir, { N: 600, B: 12, C: 5, seed: 5 });
  const { channels, orders } = jsonOf(dir);
  await caller.put("/v1/order-sets/night", "text/csv", orders);
  return Promise.all([
    first,
    ...Array.from({ length: jobs - 1 }, (_, seed) =>
      caller.submit("/v1/plans", { channels, orders: { set: "night" }, options: { timeLimit: 1.5, seed } }),
    ),
  ]);
}

/** Ends a search with the best plan so far, once there is one. */
async function endKeeping(caller: PatientCaller, id: string): Promise<void> {
  await running(caller, id);
  await caller.delete(`/v1/plans/${id}`);
}

async function mustAllBeWhole(
  caller: PatientCaller,
  ids: readonly string[],
  dir: string,
): Promise<ToldJob[]> {
  const ended: ToldJob[] = [];
  for (const id of ids) {
    const job = await caller.ended(id);
    const own = join(dir, id);
    mkdirSync(own);
    await mustBeWhole(caller, job, own);
    ended.push(job);
  }
  // None that was asked for once is there twice.
  expect((await caller.list()).map(({ id }) => id).sort()).toEqual([...ids].sort());
  return ended;
}

const running = (caller: PatientCaller, id: string) =>
  caller.when(id, ({ state, progress }) => state === "running" && progress?.phase === "solve");

describe("kill -9", () => {
  it("of the service on a folder loses no job and doubles none", { timeout: 180_000 }, async () => {
    const dir = folder();
    const service = await kept(() => startService(["--data", join(dir, "data"), ...SLOTS]));
    const caller = new PatientCaller(() => service.said);
    const ids = await submit(caller, dir, 3);
    await running(caller, ids[0]!);
    await service.killAndStart();
    const ready = Date.now();
    const again = await caller.when(ids[0]!, ({ attempt }) => attempt === 2);
    expect(Date.parse(again.startedAt!) - ready).toBeLessThan(RETAKEN_MS);
    await endKeeping(caller, ids[0]!);
    const ended = await mustAllBeWhole(caller, ids, dir);
    expect(ended[0]!.attempt).toBe(2);
    expect(await service.process.end()).toBe(0);
  });

  it.skipIf(WITHOUT_POSTGRES !== null)(
    "of a worker, of the service and of PostgreSQL loses no job and doubles none",
    { timeout: 240_000 },
    async () => {
      const dir = folder();
      const server: Postgres = await startPostgres();
      closing.push(() => server.remove());
      const place = ["--database-url", await server.url()];
      const worker = await kept(() => startWorker([...place, ...SLOTS]));
      const service = await kept(() => startService([...place, "--no-work"]));
      const caller = new PatientCaller(() => service.said);
      const ids = await submit(caller, dir, 4);

      await running(caller, ids[0]!);
      await setTimeout(Math.random() * 500);
      const other = await startWorker([...place, ...SLOTS]);
      closing.push(() => other.end("SIGKILL"));
      await worker.process.end("SIGKILL");
      const lost = Date.now();
      const again = await caller.when(ids[0]!, ({ attempt, state }) => attempt === 2 && state !== "queued");
      expect(Date.parse(again.startedAt!) - lost).toBeLessThan(RETAKEN_MS);

      await service.killAndStart();
      await running(caller, ids[0]!);
      await server.kill();
      const asked = caller.submit("/v1/plans", {
        channels: jsonOf(dir).channels,
        orders: { set: "night" },
        options: { timeLimit: 1 },
      });
      while (caller.repeats === 0) await setTimeout(20);
      await setTimeout(Math.random() * 1_500);
      await server.start();
      await endKeeping(caller, ids[0]!);
      await mustAllBeWhole(caller, [...ids, await asked], dir);
      expect(await Promise.all([service.process.end(), other.end()])).toEqual([0, 0]);
    },
  );
});
