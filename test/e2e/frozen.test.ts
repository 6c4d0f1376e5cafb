import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import pg from "pg";
import { afterEach, describe, expect, it } from "vitest";
import { endless } from "../support/endless.js";
import { jsonOf, mustBeWhole, PatientCaller } from "../support/killing.js";
import { startPostgres, WITHOUT_POSTGRES } from "../support/postgres.js";
import { endAll, type ServiceProcess, startService, startWorker } from "../support/service.js";

/** Processes that stand still and go on later, with their connections as they were. */

const closing: (() => unknown)[] = [];
afterEach(async () => {
  endAll();
  for (const close of closing.splice(0).reverse()) await close();
});

/** From the moment when others can go on. */
const RETAKEN_MS = 15_000;
const SLOTS = ["--slots", "1", "--small-slots", "1", "--threads", "1"];

describe.skipIf(WITHOUT_POSTGRES !== null)("a worker that stands still", () => {
  it("in the middle of ending a job keeps it from nobody, and spoils nothing when it goes on", {
    timeout: 180_000,
  }, async () => {
    const dir = mkdtempSync(join(tmpdir(), "packwright-frozen-"));
    closing.push(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }));
    const server = await startPostgres(["fsync=off"]);
    closing.push(() => server.remove());
    const url = await server.url();
    const ending = (process: ServiceProcess) => {
      closing.push(() => process.end("SIGKILL"));
      return process;
    };
    const service = ending(await startService(["--database-url", url, "--no-work"]));
    const frozen = ending(await startWorker(["--database-url", url, ...SLOTS]));
    const caller = new PatientCaller(() => service.said);
    const { options } = endless(dir);
    const { channels, orders } = jsonOf(dir);
    await caller.put("/v1/order-sets/some", "text/csv", orders);
    const id = await caller.submit("/v1/plans", { channels, orders: { set: "some" }, options });
    await caller.when(id, ({ progress }) => progress?.phase === "solve");

    const inTheWay = new pg.Client(url);
    await inTheWay.connect();
    closing.push(() => inTheWay.end());
    await inTheWay.query("BEGIN; LOCK TABLE packwright.job_file IN EXCLUSIVE MODE");
    await caller.delete(`/v1/plans/${id}`);
    // It has written that the job is done, and waits to write which files it has.
    const waiting = "SELECT 1 FROM pg_locks WHERE relation = 'packwright.job_file'::regclass AND NOT granted";
    while ((await inTheWay.query(waiting)).rowCount === 0) await setTimeout(20);
    process.kill(frozen.pid, "SIGSTOP");
    await inTheWay.query("ROLLBACK");
    const other = ending(await startWorker(["--database-url", url, ...SLOTS]));
    const free = performance.now();
    const again = await caller.when(id, ({ attempt }) => attempt > 1);
    expect(performance.now() - free).toBeLessThan(RETAKEN_MS);
    expect(again.attempt).toBe(2);
    const done = await caller.ended(id);

    process.kill(frozen.pid, "SIGCONT");
    while (frozen.told("job ended").length === 0) await setTimeout(50);
    expect(frozen.told("job ended")).toMatchObject([{ job: id, state: "lost" }]);
    expect(await caller.job(id)).toEqual(done);
    const own = join(dir, "plan");
    mkdirSync(own);
    await mustBeWhole(caller, done, own);
    expect(other.told("job ended")).toMatchObject([{ job: id, state: "done" }]);
    expect(await Promise.all([frozen.end(), other.end(), service.end()])).toEqual([0, 0, 0]);
  });
});
