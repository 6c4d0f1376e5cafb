import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { realistic } from "../conformance/instances.mjs";
import { endless } from "../support/endless.js";
import { jsonOf, mustBeWhole, PatientCaller } from "../support/killing.js";
import { startPostgres, WITHOUT_POSTGRES } from "../support/postgres.js";
import { endAll, runCli, type ServiceProcess, startService, startWorker } from "../support/service.js";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  endAll();
  for (const close of closing.splice(0).reverse()) await close();
});

const SLOTS = ["--slots", "1", "--small-slots", "1", "--threads", "1"];

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), "packwright-workers-"));
  closing.push(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }));
  return dir;
}

function ending(process: ServiceProcess): ServiceProcess {
  closing.push(() => process.end("SIGKILL"));
  return process;
}

describe("packwright serve, worker and jobs", () => {
  it("refuses a second service on the same folder, and jobs there ask the one that runs", {
    timeout: 180_000,
  }, async () => {
    const dir = folder();
    const data = join(dir, "data");
    expect((await runCli(["serve", "--data", data, "--no-work"])).output).toContain("[BAD_OPTION]");
    const service = ending(await startService(["--data", data, ...SLOTS]));
    const second = await runCli(["serve", "--data", data, "--port", "0"]);
    expect(second.code).toBe(2);
    expect(second.output).toMatch(/is used by process \d+ on .*\[DATA_IN_USE\]/);

    const caller = new PatientCaller(() => service.said);
    const { options } = endless(dir);
    const { channels, orders } = jsonOf(dir);
    await caller.put("/v1/order-sets/many", "text/csv", orders);
    const id = await caller.submit("/v1/plans", { channels, orders: { set: "many" }, options });
    await caller.when(id, ({ progress }) => progress?.phase === "solve");
    const inUse = await runCli(["jobs", "list", "--data", data]);
    expect(inUse).toMatchObject({ code: 2, output: expect.stringMatching(/--url.*\[DATA_IN_USE\]/) });

    const jobs = (...args: string[]) => runCli(["jobs", ...args, "--url", service.said]);
    const listed = await jobs("list");
    expect(listed.code).toBe(0);
    expect(listed.stdout).toContain(id);
    for (const line of listed.stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    expect((await jobs("show", id)).stdout).toMatch(/state +running/);
    expect(await jobs("delete", id)).toMatchObject({
      code: 2,
      output: expect.stringContaining("[WRONG_STATE]"),
    });
    expect((await jobs("cancel", id)).code).toBe(0);
    await caller.ended(id);
    expect(JSON.parse((await jobs("list", "--state", "cancelled", "--json")).stdout)).toMatchObject({
      jobs: [{ id, state: "cancelled" }],
    });
    expect(await service.end()).toBe(0);

    // Nobody uses the folder any more.
    const there = (...args: string[]) => runCli(["jobs", ...args, "--data", data]);
    expect((await there("retry", id)).code).toBe(0);
    expect((await there("show", id)).stdout).toMatch(/state +queued/);
    expect(await there("retry", id, "nonsense")).toMatchObject({
      code: 2,
      output: expect.stringContaining("[WRONG_JOB_ID]"),
    });
    const again = ending(await startService(["--data", data, ...SLOTS]));
    const next = new PatientCaller(() => again.said);
    await next.when(id, ({ progress }) => progress?.phase === "solve");
    expect((await runCli(["jobs", "cancel", id, "--keep", "--url", again.said])).code).toBe(0);
    expect((await next.ended(id)).state).toBe("done");
    expect((await runCli(["jobs", "delete", id, "--url", again.said])).code).toBe(0);
    expect(await again.end()).toBe(0);
    expect((await runCli(["jobs", "list", "--data", join(dir, "nothing")])).output).toContain("[NO_DATA]");
  });

  it.skipIf(WITHOUT_POSTGRES !== null)(
    "share out jobs between two workers that waited for their database, each job once",
    { timeout: 240_000 },
    async () => {
      const dir = folder();
      const server = await startPostgres();
      closing.push(() => server.remove());
      const place = ["--database-url", await server.url()];
      await server.stop();
      let waiting = 0;
      const options = () => {
        let told = false;
        const onLog = (log: string) => {
          if (told || !log.includes("waiting for the database")) return;
          told = true;
          // The last one that waits brings it up.
          if (++waiting === 3) void server.start();
        };
        return { onLog };
      };
      const starting = [
        startWorker([...place, ...SLOTS], options()),
        startWorker([...place, ...SLOTS], options()),
        startService([...place, "--no-work"], options()),
      ];
      const [one, two, service] = (await Promise.all(starting)).map(ending) as [
        ServiceProcess,
        ServiceProcess,
        ServiceProcess,
      ];
      expect(waiting).toBe(3);

      const caller = new PatientCaller(() => service.said);
      realistic(dir, { N: 20_000, B: 30, C: 6, seed: 1 });
      const large = jsonOf(dir);
      await caller.put("/v1/order-sets/large", "text/csv", large.orders);
      const few = join(dir, "few");
      realistic(few, { N: 100, B: 8, C: 4, seed: 2 });
      const small = jsonOf(few);
      await caller.put("/v1/order-sets/few", "text/csv", small.orders);
      const submit = (set: string, channels: object, timeLimit: number, seed: number) =>
        caller.submit("/v1/plans", { channels, orders: { set }, options: { timeLimit, seed } });
      const never = join(dir, "endless");
      mkdirSync(never);
      const { options: asked } = endless(never);
      const { channels, orders } = jsonOf(never);
      await caller.put("/v1/order-sets/endless", "text/csv", orders);
      // Each worker has one slot for such: one of them each.
      const stopped = await Promise.all(
        [1, 2].map(() =>
          caller.submit("/v1/plans", { channels, orders: { set: "endless" }, options: asked }),
        ),
      );
      const ids = await Promise.all([
        submit("large", large.channels, 1, 1),
        ...Array.from({ length: 8 }, (_, seed) => submit("few", small.channels, 0.2, seed)),
      ]);

      for (const id of stopped) await caller.when(id, ({ progress }) => progress?.phase === "solve");
      // By itself none of them would end while anybody waits for it.
      for (const id of stopped) await caller.delete(`/v1/jobs/${id}`);
      for (const id of stopped) expect((await caller.ended(id)).state).toBe("cancelled");

      for (const id of ids) {
        const job = await caller.ended(id);
        expect(job.attempt, id).toBe(1);
        const own = join(dir, id);
        mkdirSync(own);
        await mustBeWhole(caller, job, own);
      }
      const begun = [one, two].map((each) => each.told("job began").map(({ job }) => job as string));
      expect(begun.flat().sort()).toEqual([...stopped, ...ids].sort());
      for (const own of begun) expect(own).not.toHaveLength(0);
      expect(await Promise.all([one.end(), two.end(), service.end()])).toEqual([0, 0, 0]);
    },
  );

  it.skipIf(WITHOUT_POSTGRES !== null)("refuse a database that lets nobody in", async () => {
    const server = await startPostgres(["fsync=off"]);
    closing.push(() => server.remove());
    const url = await server.url();
    const refused = await runCli(["worker", "--database-url", `${url}-not-there`]);
    expect(refused).toMatchObject({ code: 2, output: expect.stringContaining("[DATABASE_REFUSED]") });
    expect((await runCli(["worker"])).code).toBe(2);
    const away = await runCli(["jobs", "list", "--database-url", "postgres://me:secret@localhost:1/there"]);
    expect(away).toMatchObject({
      code: 2,
      output: expect.stringMatching(/answer at localhost:1\/there: \S.*\[DATABASE_UNAVAILABLE\]/),
    });
    expect(away.output).not.toContain("secret");
    expect((await runCli(["worker", "--database-url", "localhost:5432"])).output).toContain(
      "[WRONG_ADDRESS]",
    );
  });
});
