import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { JobState } from "../../../src/model/job.js";
import type { Store } from "../../../src/store/index.js";
import type { Job, Lease, Retaking } from "../../../src/store/jobStore.js";
import { keepText, makeJob, onEachDatabase } from "../../support/store.js";

const KEEP = 3_600;
const RETAKING: Retaking = { own: [], losses: 3, problem: { code: "LOST" }, keepSeconds: KEEP, wait: 0 };

describe("JobStore", () => {
  onEachDatabase((test) => {
    const claim = (id: string, seconds = 60) =>
      test.store.database.transaction((within) => test.store.jobs.claim(within, id, "worker", seconds));
    const claimed = async (job: Job, seconds?: number) => (await claim(job.id, seconds))!;
    const retake = (options: Partial<Retaking> = {}) =>
      test.store.database.transaction((within) =>
        test.store.jobs.retake(within, { ...RETAKING, ...options }),
      );
    const giveBack = (lease: Lease, crash: { most: number; problem: object } | null) =>
      test.store.database.transaction((within) => test.store.jobs.giveBack(within, lease, crash, KEEP));
    const get = async (id: string) => (await test.store.jobs.get(id))!;

    it("keeps what was asked", async () => {
      const orders = await keepText(test.store, "id,bank,amount\n");
      const job = await makeJob(test.store, {
        kind: "what-if",
        size: "large",
        request: { options: { timeLimit: 5 }, channels: { name: "c", version: 2 } },
        createdBy: "abc",
        traceparent: "00-1",
        inputs: [{ name: "orders.csv", blob: orders }],
      });
      expect(job).toMatchObject({
        kind: "what-if",
        size: "large",
        state: "queued",
        request: { options: { timeLimit: 5 }, channels: { name: "c", version: 2 } },
        createdBy: "abc",
        traceparent: "00-1",
        attempt: 0,
        stop: null,
        keepUntil: null,
      });
      expect(job.createdAt).toBeInstanceOf(Date);
      expect(await test.store.jobs.files(job.id, "input")).toEqual([
        {
          name: "orders.csv",
          blob: orders,
          bytes: 15,
          sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
      ]);
    });

    it("takes texts that jsonb refuses", async () => {
      const text = 'a\0b\\u0000 \ud800 "\\\0';
      const job = await makeJob(test.store, { request: { options: { [text]: text } } });
      const lease = await claimed(job);
      await test.store.jobs.renew(lease, 60, { phase: text });
      await test.store.jobs.end(lease, { state: "failed", problem: { detail: text } }, KEEP);
      const read = 'a\ufffdb\\u0000 \ufffd "\\\ufffd';
      expect(await get(job.id)).toMatchObject({
        request: { options: { [read]: read } },
        progress: { phase: read },
        problem: { detail: read },
      });
    });

    it("lets one have a job at a time", async () => {
      const job = await makeJob(test.store);
      const leases = await Promise.all(Array.from({ length: 8 }, () => claim(job.id)));
      expect(leases.filter((lease) => lease !== null)).toHaveLength(1);
      expect(await get(job.id)).toMatchObject({ state: "running", attempt: 1 });
      expect(await claim(randomUUID())).toBeNull();
    });

    it("ends a job with its files, once", async () => {
      const job = await makeJob(test.store);
      const lease = await claimed(job);
      const outputs = [{ name: "plan.json", blob: await keepText(test.store, "{}") }];
      const ending = { state: "done" as const, result: { objective: "1.00" }, outputs };
      expect(await test.store.jobs.end(lease, ending, KEEP)).toBe(true);
      // The answer was lost on its way, and it is asked again.
      expect(await test.store.jobs.end(lease, ending, KEEP)).toBe(true);
      expect(await get(job.id)).toMatchObject({ state: "done", result: { objective: "1.00" } });
      expect((await test.store.jobs.files(job.id, "output")).map(({ name }) => name)).toEqual(["plan.json"]);
      expect(await test.store.jobs.renew(lease, 60, null)).toBeNull();
    });

    it("writes nothing of a job whose files are not there", async () => {
      const job = await makeJob(test.store);
      const lease = await claimed(job);
      const outputs = [{ name: "plan.json", blob: randomUUID() }];
      await expect(test.store.jobs.end(lease, { state: "done", outputs }, KEEP)).rejects.toThrow();
      expect(await get(job.id)).toMatchObject({ state: "running" });
      expect(await test.store.jobs.files(job.id, "output")).toEqual([]);
    });

    it("retakes what was not renewed, and lets the first worker write nothing any more", async () => {
      const job = await makeJob(test.store);
      const first = await claimed(job, -1);
      const kept = await claimed(await makeJob(test.store), 60);
      expect((await retake()).map(({ id, state }) => ({ id, state }))).toEqual([
        { id: job.id, state: "queued" },
      ]);
      expect(await test.store.jobs.renew(first, 60, null)).toBeNull();
      const second = await claimed(job);
      expect(second.job.attempt).toBe(2);
      expect(await test.store.jobs.renew(first, 60, null)).toBeNull();
      expect(await test.store.jobs.end(first, { state: "done" }, KEEP)).toBe(false);
      expect(await giveBack(first, null)).toBeNull();
      expect(await test.store.jobs.end(second, { state: "done", result: { by: 2 } }, KEEP)).toBe(true);
      expect(await get(job.id)).toMatchObject({ state: "done", attempt: 2, result: { by: 2 } });
      expect(await test.store.jobs.renew(kept, 60, null)).toEqual({ stop: null });
    });

    it("retakes no own jobs, nothing while the server is new, everything where nobody else can be", async () => {
      const late = await claimed(await makeJob(test.store), -1);
      const renewed = await claimed(await makeJob(test.store), 60);
      const own = await claimed(await makeJob(test.store), -1);
      expect(await retake({ own: [late.job.id, own.job.id] })).toEqual([]);
      expect(await retake({ wait: 1_000_000 })).toEqual([]);
      const retaken = await retake({ wait: null, own: [own.job.id] });
      expect(retaken.map(({ id }) => id).sort()).toEqual([late.job.id, renewed.job.id].sort());
    });

    it("retakes also where the server's clock was set back after it began", async () => {
      const { database, jobs } = test.store;
      const { id } = (await claimed(await makeJob(test.store), -1)).job;
      const begun = (ago: string) =>
        database.transaction(async (within) => {
          await within.script(
            `CREATE SCHEMA IF NOT EXISTS clock; CREATE OR REPLACE FUNCTION clock.pg_postmaster_start_time()
               RETURNS timestamptz LANGUAGE sql AS $$ SELECT now() - interval '${ago}' $$;
             SET LOCAL search_path = clock, pg_catalog`,
          );
          return (await jobs.retake(within, { ...RETAKING, wait: 8 })).map((job) => job.id);
        });
      expect(await begun("5 seconds")).toEqual([]);
      expect(await begun("-8 hours")).toEqual([id]);
    });

    it("fails what took its worker along too often, however often it was given back", async () => {
      const job = await makeJob(test.store);
      for (let i = 0; i < 5; i++) expect(await giveBack(await claimed(job), null)).toBe("queued");
      for (const state of ["queued", "queued", "failed"] as const) {
        await claimed(job, -1);
        expect(await retake()).toMatchObject([{ id: job.id, state }]);
      }
      expect(await get(job.id)).toMatchObject({ state: "failed", problem: { code: "LOST" }, attempt: 8 });
      expect((await get(job.id)).keepUntil).toBeInstanceOf(Date);
    });

    it("gives back without counting, and counts crashes", async () => {
      const job = await makeJob(test.store);
      const crash = { most: 2, problem: { code: "DIED" } };
      expect(await giveBack(await claimed(job), null)).toBe("queued");
      expect(await giveBack(await claimed(job), crash)).toBe("queued");
      expect(await giveBack(await claimed(job), null)).toBe("queued");
      expect((await get(job.id)).problem).toBeNull();
      expect(await giveBack(await claimed(job), crash)).toBe("failed");
      expect(await get(job.id)).toMatchObject({ state: "failed", problem: { code: "DIED" }, attempt: 4 });
    });

    it.each<[how: string, free: (lease: Lease) => Promise<unknown>]>([
      ["given back", (lease) => giveBack(lease, null)],
      ["crashed", (lease) => giveBack(lease, { most: 3, problem: {} })],
      ["lost", () => retake({ wait: null })],
    ])("cancels what is to be thrown away when it is %s", async (_how, free) => {
      const job = await makeJob(test.store);
      const lease = await claimed(job);
      await test.store.jobs.stop(job.id, "discard", KEEP);
      await free(lease);
      expect(await get(job.id)).toMatchObject({ state: "cancelled", problem: null });
      expect((await get(job.id)).finishedAt).toBeInstanceOf(Date);
    });

    it("tells a running job to stop, and cancels a waiting one", async () => {
      const waiting = await makeJob(test.store);
      expect(await test.store.jobs.stop(waiting.id, "keep", KEEP)).toMatchObject({ state: "cancelled" });
      expect(await claim(waiting.id)).toBeNull();
      const running = await makeJob(test.store);
      const lease = await claimed(running);
      await test.store.jobs.stop(running.id, "keep", KEEP);
      expect(await test.store.jobs.renew(lease, 60, { phase: "solve" })).toEqual({ stop: "keep" });
      await test.store.jobs.stop(running.id, "discard", KEEP);
      await test.store.jobs.stop(running.id, "keep", KEEP);
      expect(await test.store.jobs.renew(lease, 60, null)).toEqual({ stop: "discard" });
      expect((await get(running.id)).progress).toEqual({ phase: "solve" });
      await test.store.jobs.end(lease, { state: "cancelled" }, KEEP);
      expect(await test.store.jobs.stop(running.id, "discard", KEEP)).toMatchObject({ state: "cancelled" });
      expect(await test.store.jobs.stop(randomUUID(), "keep", KEEP)).toBeNull();
    });

    it("tries again what failed or was cancelled, as if it were new", async () => {
      const retry = (id: string) =>
        test.store.database.transaction((within) => test.store.jobs.retry(within, id));
      const job = await makeJob(test.store);
      expect(await retry(job.id)).toBeNull();
      const lease = await claimed(job);
      expect(await retry(job.id)).toBeNull();
      await test.store.jobs.end(lease, { state: "failed", problem: { code: "X" } }, KEEP);
      expect(await retry(job.id)).toMatchObject({
        state: "queued",
        attempt: 0,
        problem: null,
        keepUntil: null,
        startedAt: null,
      });
      await test.store.jobs.stop(job.id, "discard", KEEP);
      expect(await retry(job.id)).toMatchObject({ state: "queued", stop: null });
      await test.store.jobs.end(await claimed(job), { state: "done" }, KEEP);
      expect(await retry(job.id)).toBeNull();
    });

    it("throws away what was kept long enough, and never what runs or waits", async () => {
      const end = async (state: "done" | "failed" | "cancelled", keep: number) => {
        const job = await makeJob(test.store);
        const outputs = state === "done" ? [{ name: "a", blob: await keepText(test.store, "a") }] : [];
        await test.store.jobs.end(await claimed(job), { state, outputs }, keep);
        return job.id;
      };
      const gone = [await end("done", -1), await end("failed", -1), await end("cancelled", -1)];
      const kept = await end("done", 60);
      const running = await makeJob(test.store);
      await claimed(running);
      const waiting = await makeJob(test.store);
      await test.store.database.query(
        "UPDATE packwright.job SET keep_until = now() - interval '1 day' WHERE id = $1",
        [running.id],
      );
      await test.store.jobs.expire();
      for (const id of gone) expect(await test.store.jobs.get(id)).toBeNull();
      for (const id of [kept, running.id, waiting.id]) expect(await test.store.jobs.get(id)).not.toBeNull();
      expect(await test.store.database.query("SELECT job FROM packwright.job_file")).toEqual([{ job: kept }]);
    });

    it("removes what does not run", async () => {
      const job = await makeJob(test.store);
      const lease = await claimed(job);
      expect(await test.store.jobs.remove(job.id)).toBe(false);
      await test.store.jobs.end(lease, { state: "done" }, KEEP);
      expect(await test.store.jobs.remove(job.id)).toBe(true);
      expect(await test.store.jobs.remove(job.id)).toBe(false);
    });

    it("lists page by page, newest first", async () => {
      const ids: string[] = [];
      for (let i = 0; i < 5; i++) {
        const { id } = await makeJob(test.store, { kind: i % 2 === 0 ? "plan" : "verify" });
        await at(test.store, id, i);
        ids.unshift(id);
      }
      const list = async (filter: object) =>
        (await test.store.jobs.list({ limit: 2, ...filter })).map(({ id }) => id);
      expect(await list({})).toEqual(ids.slice(0, 2));
      expect(await list({ after: ids[1] })).toEqual(ids.slice(2, 4));
      expect(await list({ after: ids[3] })).toEqual(ids.slice(4));
      expect(await list({ kind: "verify" })).toEqual([ids[1], ids[3]]);
      expect(await list({ state: "done" satisfies JobState })).toEqual([]);
      expect(await test.store.jobs.waiting()).toEqual([{ state: "queued", size: "small", jobs: 5 }]);
    });
  });
});

async function at(store: Store, id: string, second: number): Promise<void> {
  await store.database.query(
    "UPDATE packwright.job SET created_at = timestamptz '2026-01-01' + make_interval(secs => $2) WHERE id = $1",
    [id, second],
  );
}
