import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { JobQueue } from "../../../src/jobs/queue.js";
import { openTracing } from "../../../src/jobs/tracing.js";
import { JOB_PRIORITIES } from "../../../src/model/job.js";
import { workNight } from "../../../src/nightly/night.js";
import type { NightParts } from "../../../src/nightly/nightParts.js";
import { type Database, Unavailable } from "../../../src/store/database.js";
import { openStore, type Store } from "../../../src/store/index.js";
import type { Lease } from "../../../src/store/jobStore.js";
import type { NightLease } from "../../../src/store/nightStore.js";
import { nightSchedule } from "../../support/nights.js";
import { eventually } from "../../support/receiver.js";
import { keepText, makeJob } from "../../support/store.js";

/** A night step by step; its job is ended by the tests. */

const folder = mkdtempSync(join(tmpdir(), "packwright-test-"));
const DUE = new Date("2026-11-22T21:30:00Z");
const PLACE = join(folder, "plans", "2026-11-22");
let store: Store;
let queue: JobQueue;
let parts: NightParts;
let now = DUE.getTime();
let stopping: AbortController;
const open: Promise<unknown>[] = [];

beforeAll(async () => {
  store = await openStore({ data: join(folder, "data") });
  queue = await JobQueue.open(store.database, () => {});
  parts = {
    store,
    queue,
    clock: { now: () => now, wait: (_ms, signal) => setTimeout(20, undefined, { signal }) },
    tracing: await openTracing("test", {}),
    nudge: () => {},
    keepSeconds: 3_600,
    log: { info: () => {}, warn: () => {}, error: () => {} },
  };
  writeFileSync(join(folder, "orders.csv"), "id,bank,amount\na,ICBC,1.00\n");
  writeFileSync(join(folder, "orders.csv.done"), "");
});
afterEach(async () => {
  stopping?.abort();
  await Promise.allSettled(open.splice(0));
  rmSync(join(folder, "plans"), { recursive: true, force: true });
  await store.database.script(
    `DELETE FROM packwright.night; DELETE FROM packwright.webhook; DELETE FROM packwright.job;
     DELETE FROM packwright_queue.job`,
  );
  now = DUE.getTime();
});
afterAll(async () => {
  await queue.close();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const SCHEDULE = nightSchedule(
  folder,
  { files: "orders.csv", marker: ".done" },
  { moveDates: false, options: { timeLimit: 600 }, latestEnd: 23 * 60 },
);

async function begin(withParts: NightParts = parts, schedule = SCHEDULE, due = DUE) {
  stopping = new AbortController();
  await store.nights.enter(schedule.id, due);
  const lease = (await store.nights.claim([schedule.id], "test", 60))!;
  const end = workNight(lease, schedule, withParts, stopping.signal);
  open.push(end);
  return { lease, end };
}

/** Parts whose database does everything, and loses the answer to the transactions that are asked for. */
function forgetting(isLost: (transaction: number) => boolean): NightParts {
  let count = 0;
  const database: Database = {
    ...store.database,
    async transaction(work) {
      const done = await store.database.transaction(work);
      if (isLost(++count)) throw new Unavailable("Connection terminated");
      return done;
    },
  };
  return { ...parts, store: { ...store, database } };
}

const jobs = () => store.jobs.list({ limit: 10 });
const night = async () => (await store.nights.revisions("bank-run", DUE))[0]!;
const take = () =>
  queue.take("large", (within, id) => store.jobs.claim(within, id, "worker", 60)) as Promise<Lease | null>;
const taken = () => eventually(take, (lease) => lease !== null);

async function finish(lease: Lease): Promise<void> {
  const blob = await keepText(store, '{ "schemaVersion": 1 }');
  const outputs = [{ name: "plan.json", blob }];
  await store.jobs.end(lease, { state: "done", result: { stoppedBy: "gap" }, outputs }, 3_600);
}

it("has one job and is told of once, though every answer of the database is lost on its way the first time", async () => {
  // One transaction makes the job, one ends the night; each is tried again.
  const { end } = await begin(forgetting((transaction) => transaction % 2 === 1));
  const lease = (await taken())!;
  await finish(lease);
  expect(await end).toMatchObject({ state: "done", revision: 1 });
  expect(await jobs()).toHaveLength(1);
  expect((await night()).job).toBe(lease.job.id);
  expect(await take()).toBeNull();
  expect(await store.database.query("SELECT event FROM packwright.webhook")).toEqual([
    { event: "night.ready" },
  ]);
  expect(JSON.parse(readFileSync(join(PLACE, "night.json"), "utf8"))).toMatchObject({ job: lease.job.id });
});

it("has its job done before those of requests, and before all nights when its time gets short", async () => {
  const request = await makeJob(store, { size: "large" });
  await store.database.transaction((within) => queue.send(within, request, true));
  await begin();
  await eventually(jobs, ({ length }) => length === 2);
  const other = await makeJob(store, { size: "large", priority: JOB_PRIORITIES.night });
  await store.database.transaction((within) => queue.send(within, other, true));
  // The search ends at 22:59, and wants ten minutes.
  now = Date.parse("2026-11-22T22:48:59Z");
  await setTimeout(200);
  expect((await night()).job).not.toBeNull();
  expect((await store.jobs.get((await night()).job!))!.priority).toBe(JOB_PRIORITIES.night);
  now = Date.parse("2026-11-22T22:49:00Z");
  const { job } = await night();
  await eventually(
    () => store.jobs.get(job!),
    (found) => found!.priority === JOB_PRIORITIES.urgent,
  );
  const order = [];
  for (let n = 0; n < 4; n++) order.push((await take())?.job.id);
  expect(order).toEqual([job, other.id, request.id, undefined]);
});

it("delivers nothing where its lease was lost while it was planned", async () => {
  const { lease, end } = await begin();
  const job = (await taken())!;
  const other = await losing(lease);
  await finish(job);
  expect(await end).toBeNull();
  expect(existsSync(PLACE)).toBe(false);
  expect(await store.nights.renew(other, 60)).toBe(true);
  expect(await night()).toMatchObject({ state: "planning" });
});

async function losing({ night: { schedule, due } }: NightLease): Promise<NightLease> {
  await store.database.query(
    "UPDATE packwright.night SET lease_until = now() - interval '1 s' WHERE schedule = $1 AND due = $2",
    [schedule, due],
  );
  return (await store.nights.claim([schedule], "other", 60))!;
}

it("is kept as long as jobs are, and at least until no schedule looks back as far", async () => {
  // Both are missed: one long ago, and one that would be told as missed for two days more.
  const ends = [];
  for (const due of [new Date("2020-11-22T21:30:00Z"), new Date("2999-11-22T21:30:00Z")]) {
    now = due.getTime() + 7 * 3_600_000;
    ends.push(await (await begin(parts, SCHEDULE, due)).end);
  }
  expect(ends).toMatchObject([{ state: "missed" }, { state: "missed" }]);
  const [later, earlier] = await store.nights.list(["bank-run"], 10);
  const kept = await store.database.query(
    `SELECT due, keep_until - finished_at = interval '1 hour' AS "anHour", keep_until AS until FROM packwright.night ORDER BY due DESC`,
  );
  expect(kept).toEqual([
    { due: later!.due, anHour: false, until: new Date("2999-11-25T03:30:00Z") },
    { due: earlier!.due, anHour: true, until: expect.any(Date) },
  ]);
});

it("keeps its job until it is delivered, however long ago that was to be thrown away", async () => {
  const { id } = await makeJob(store);
  await store.database.script(
    `UPDATE packwright.job SET state = 'done', keep_until = now() - interval '1 s';
     INSERT INTO packwright.night (schedule, due, revision, state, job) VALUES ('bank-run', now(), 1, 'planning', '${id}')`,
  );
  await store.jobs.expire();
  expect(await jobs()).toHaveLength(1);
  await store.database.script("UPDATE packwright.night SET state = 'done'");
  await store.jobs.expire();
  expect(await jobs()).toEqual([]);
});

it("counts its revisions on, and is the same as before, though its job and its older revisions are thrown away", async () => {
  const { end } = await begin();
  const lease = (await taken())!;
  await finish(lease);
  const first = (await end)!;
  const again = async (options = SCHEDULE.options) => {
    const begun = (await store.nights.begin({ schedule: "bank-run", due: DUE }, "test", 60))!;
    return workNight(begun, { ...SCHEDULE, options }, parts, stopping.signal);
  };
  const expire = async () => {
    await store.database.script(
      `UPDATE packwright.night SET keep_until = now() - interval '1 s';
       UPDATE packwright.job SET keep_until = now() - interval '1 s'`,
    );
    await store.jobs.expire();
    await store.nights.expire();
  };
  await expire();
  expect(await store.jobs.get(lease.job.id)).toBeNull();
  expect(await again()).toEqual({
    state: "unchanged",
    revision: 1,
    result: (first as { result: unknown }).result,
  });
  expect(await jobs()).toEqual([]);
  const other = again({ timeLimit: 500 });
  await finish((await taken())!);
  expect(await other).toMatchObject({ state: "done", revision: 2 });
  await expire();
  expect(await store.nights.revisions("bank-run", DUE)).toMatchObject([{ revision: 2 }]);
  expect(await store.database.query("SELECT content ->> 'revision' AS n FROM packwright.webhook")).toEqual([
    { n: "1" },
    { n: "2" },
  ]);
});
