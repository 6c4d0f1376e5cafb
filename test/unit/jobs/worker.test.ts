import { randomUUID } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { JobQueue } from "../../../src/jobs/queue.js";
import { openTracing } from "../../../src/jobs/tracing.js";
import { Worker, type WorkerLog } from "../../../src/jobs/worker.js";
import { isEnded } from "../../../src/model/job.js";
import type { Job, NewJob } from "../../../src/store/jobStore.js";
import { endless } from "../../support/endless.js";
import { keepText, makeJob, onEachDatabase, onPostgres, type TestStore } from "../../support/store.js";

const CHANNELS = {
  currency: "CNY",
  channels: [
    {
      id: "batch",
      mode: "batch",
      coverage: [{ banks: "*" }],
      fee: { flat: "0.30" },
      package: { fee: "1.00", maxOrders: 3 },
    },
  ],
};
const ORDERS = "id,bank,amount\no1,ICBC,10.00\no2,ICBC,20.00\n";

describe("Worker", () => {
  onEachDatabase((test) => {
    const { work, submit, when, ended, heard, workers } = withWorkers(test);

    it("works out what waits, with all its files, and leaves nothing behind", async () => {
      const ids = await Promise.all([submit(), submit({ size: "large" }), submit()]);
      const cancelled = await submit();
      await test.store.jobs.stop(cancelled, "discard", 60);
      await work();
      for (const id of ids) {
        expect(await ended(id)).toMatchObject({ state: "done", attempt: 1, problem: null });
        const files = (await test.store.jobs.files(id, "output")).map(({ name }) => name);
        expect(files).toContain("plan.json");
        expect(files).toContain("certificate.json");
      }
      expect(await ended(cancelled)).toMatchObject({ state: "cancelled", attempt: 0 });
      await workers.pop()!.stop(5);
      expect(await test.store.database.query("SELECT id FROM packwright_queue.job")).toEqual([]);
      expect(heard.filter((line) => line.includes("trouble"))).toEqual([]);
    });

    it("tells what is wrong with an input, and does not try again", async () => {
      const orders = await keepText(test.store, "id,bank,amount\no1,ICBC,-1\n");
      const channels = await keepText(test.store, JSON.stringify(CHANNELS));
      const id = await submit({
        inputs: [
          { name: "channels.json", blob: channels },
          { name: "orders.csv", blob: orders },
        ],
      });
      await work();
      expect(await ended(id)).toMatchObject({
        state: "failed",
        attempt: 1,
        problem: { status: 422, problems: [{ file: "orders.csv", line: 2 }] },
      });
    });

    it("says so where a file of a job is gone", async () => {
      const id = await submit();
      const [file] = await test.store.jobs.files(id, "input");
      if (test.store.isShared)
        await test.store.database.query("DELETE FROM packwright.blob_chunk WHERE blob = $1", [file!.blob]);
      else {
        const { data } = test.place as { data: string };
        rmSync(join(data, "blobs", file!.blob.slice(0, 2), file!.blob));
      }
      await work();
      expect(await ended(id)).toMatchObject({ state: "failed", problem: { code: "BLOB_MISSING" } });
    });

    it("ends what is done while it stops", async () => {
      const id = await submit();
      const worker = await work();
      await when(id, ({ state }) => state !== "queued");
      await worker.stop(120);
      expect(await test.store.jobs.get(id)).toMatchObject({ state: "done", attempt: 1 });
    });
  });

  onPostgres((test) => {
    const { work, submit, submitSlow, when, ended, heard } = withWorkers(test);

    it("tries three times what takes its process along", async () => {
      const id = await submitSlow();
      await work();
      for (let attempt = 1; attempt <= 3; attempt++) {
        const solving = ({ progress }: Job) => (progress as { phase?: string } | null)?.phase === "solve";
        await when(id, (job) => job.attempt === attempt && solving(job));
        // Idle ones, too, which are started again when they are wanted.
        for (const pid of runners()) process.kill(pid, "SIGKILL");
      }
      expect(await ended(id)).toMatchObject({
        state: "failed",
        attempt: 3,
        problem: { code: "WORKER_DIED" },
      });
      expect(heard.filter((line) => line.endsWith("died"))).toHaveLength(3);
      // Its processes are as good as new for the next one.
      expect(await ended(await submit())).toMatchObject({ state: "done", attempt: 1 });
    });

    it("gives back what runs when it stops", async () => {
      const id = await submitSlow();
      const first = await work();
      await when(id, ({ state }) => state === "running");
      await first.stop(0);
      expect(await test.store.jobs.get(id)).toMatchObject({ state: "queued", attempt: 1 });
      await test.store.jobs.stop(id, "keep", 60);
      expect(await test.store.jobs.get(id)).toMatchObject({ state: "cancelled" });
    });

    it("stops a job that is cancelled, and keeps what there is where that is wanted", async () => {
      const [thrown, kept] = [await submitSlow(), await submitSlow()];
      await work({ slots: 2 });
      const solving = ({ progress }: Job) => (progress as { phase?: string } | null)?.phase === "solve";
      const [{ progress }] = await Promise.all([when(thrown, solving), when(kept, solving)]);
      // It has read its inputs before it searches.
      const { elapsedMs, phaseMs } = progress as { readonly elapsedMs: number; readonly phaseMs: number };
      expect(elapsedMs).toBeGreaterThan(phaseMs);
      await test.store.jobs.stop(thrown, "discard", 60);
      await test.store.jobs.stop(kept, "keep", 60);
      expect(await ended(thrown)).toMatchObject({ state: "cancelled", result: null });
      expect(await test.store.jobs.files(thrown, "output")).toEqual([]);
      expect(await ended(kept)).toMatchObject({ state: "done", result: { stoppedBy: "interrupt" } });
    });

    it("does not take its own jobs for lost where it stood still", async () => {
      const own = await submitSlow();
      await work();
      await when(own, ({ state }) => state === "running");
      // Renewed as often as it may be, its lease has always run out.
      await test.store.database.script(
        `CREATE FUNCTION packwright.too_late() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN NEW.lease_until := now() - interval '1 minute'; RETURN NEW; END $$;
         CREATE TRIGGER too_late BEFORE UPDATE ON packwright.job FOR EACH ROW
           WHEN (NEW.id = '${own}' AND NEW.state = 'running') EXECUTE FUNCTION packwright.too_late()`,
      );
      try {
        for (let looks = 0; looks < 2; looks++) {
          // Each look that takes this one, whose worker is gone, has seen the own one, too.
          const { id: lost } = await makeJob(test.store);
          const { database, jobs } = test.store;
          await database.transaction((within) => jobs.claim(within, lost, "gone", -1));
          await when(lost, ({ state }) => state !== "running");
          expect(heard).toContain(`one retook ${lost}`);
        }
      } finally {
        await test.store.database.script("DROP FUNCTION packwright.too_late CASCADE");
      }
      expect(heard.filter((line) => line.includes(own))).toEqual([`one began ${own} 1`]);
      expect(await test.store.jobs.get(own)).toMatchObject({ state: "running", attempt: 1 });
    });

    it("stops without waiting for upkeep, which somebody else goes on with", async () => {
      const { id } = await makeJob(test.store);
      const { database, jobs } = test.store;
      await database.script(
        `UPDATE packwright.job SET state = 'done', keep_until = now() - interval '1 day' WHERE id = '${id}';
         CREATE FUNCTION packwright.slowly() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN PERFORM pg_sleep(6); RETURN OLD; END $$;
         CREATE TRIGGER slowly BEFORE DELETE ON packwright.job FOR EACH ROW EXECUTE FUNCTION packwright.slowly()`,
      );
      try {
        const worker = await work();
        await setTimeout(500);
        const begun = performance.now();
        await worker.stop(1);
        expect(performance.now() - begun).toBeLessThan(3_000);
        expect(heard).toEqual([]);
        expect(await jobs.get(id)).not.toBeNull();
      } finally {
        await database.script("DROP FUNCTION packwright.slowly CASCADE");
      }
    });
  });
});

/** Workers within this process, on jobs of the tests. */
function withWorkers(test: TestStore) {
  let queue: JobQueue;
  let tmp: string;
  const workers: Worker[] = [];
  const heard: string[] = [];

  beforeEach(async () => {
    queue = await JobQueue.open(test.store.database, (error) => heard.push(`queue: ${error.message}`));
    await test.store.database.script("DELETE FROM packwright_queue.job");
    tmp = await mkdtemp(join(tmpdir(), "packwright-worker-"));
    heard.length = 0;
  });
  afterEach(async () => {
    for (const worker of workers.splice(0)) await worker.stop(0);
    await queue.close();
    rmSync(tmp, { recursive: true, force: true });
  });

  async function work(options: { name?: string; slots?: number } = {}): Promise<Worker> {
    const { name = "one", slots = 1 } = options;
    const worker = new Worker({
      store: test.store,
      queue,
      name,
      tmp,
      slots,
      smallSlots: 1,
      threads: 1,
      keepSeconds: 3_600,
      tracing: await openTracing("test", {}),
      log: logInto(heard, name),
    });
    worker.start();
    workers.push(worker);
    return worker;
  }

  async function submit(job: Partial<NewJob> = {}): Promise<string> {
    const id = randomUUID();
    const full: NewJob = {
      id,
      kind: "plan",
      size: "small",
      request: { options: { timeLimit: 5 } },
      createdBy: null,
      traceparent: null,
      inputs: [
        { name: "channels.json", blob: await keepText(test.store, JSON.stringify(CHANNELS)) },
        { name: "orders.csv", blob: await keepText(test.store, ORDERS) },
      ],
      ...job,
    };
    await test.store.database.transaction(async (within) => {
      await test.store.jobs.create(within, full);
      await queue.send(within, full);
    });
    return id;
  }

  async function when(id: string, is: (job: Job) => boolean): Promise<Job> {
    for (let i = 0; i < 1_200; i++) {
      const job = await test.store.jobs.get(id);
      if (is(job!)) return job!;
      await setTimeout(25);
    }
    throw new Error(`Job ${id} stays ${JSON.stringify(await test.store.jobs.get(id))}; ${heard.join("; ")}`);
  }
  /** One that does not end within its ten minutes, unless it is told to. */
  async function submitSlow(): Promise<string> {
    const { options } = endless(tmp);
    const file = async (name: string) => ({
      name,
      blob: await keepText(test.store, readFileSync(join(tmp, name), "utf8")),
    });
    const inputs = await Promise.all([file("channels.json"), file("orders.csv")]);
    return submit({ request: { options }, inputs });
  }

  const ended = (id: string) => when(id, ({ state }) => isEnded(state));

  return { work, submit, submitSlow, when, ended, heard, workers };
}

function logInto(heard: string[], name: string): WorkerLog {
  return {
    began: ({ id }, attempt) => heard.push(`${name} began ${id} ${attempt}`),
    ended: ({ id }, state) => heard.push(`${name} ended ${id}: ${state}`),
    retaken: ({ id }) => heard.push(`${name} retook ${id}`),
    trouble: (what, error) => heard.push(`${name} trouble with ${what}: ${error.message}`),
  };
}

/** Processes of runners that this one has started. */
function runners(): number[] {
  return readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, "latin1")
    .split(" ")
    .filter(Boolean)
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "latin1").includes("runnerMain");
      } catch {
        return false;
      }
    });
}
