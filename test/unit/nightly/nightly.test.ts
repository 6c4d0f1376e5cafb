import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { JobQueue } from "../../../src/jobs/queue.js";
import { openTracing } from "../../../src/jobs/tracing.js";
import type { Schedule } from "../../../src/nightly/config.js";
import { Nightly } from "../../../src/nightly/nightly.js";
import type { NightParts } from "../../../src/nightly/nightParts.js";
import { openStore, type Store } from "../../../src/store/index.js";
import { nightSchedule } from "../../support/nights.js";
import { eventually } from "../../support/receiver.js";

/** When nights are entered, by how many processes, and what becomes of those that nobody was there for. None finds orders. */

const folder = mkdtempSync(join(tmpdir(), "packwright-test-"));
let store: Store;
let parts: NightParts;
let now = 0;
const open: Nightly[] = [];

beforeAll(async () => {
  store = await openStore({ data: join(folder, "data") });
  parts = {
    store,
    queue: await JobQueue.open(store.database, () => {}),
    clock: { now: () => now, wait: (ms, signal) => setTimeout(Math.min(ms, 50), undefined, { signal }) },
    tracing: await openTracing("test", {}),
    nudge: () => {},
    keepSeconds: 3_600,
    log: { info: () => {}, warn: () => {}, error: () => {} },
  };
});
afterEach(async () => {
  for (const nightly of open.splice(0)) await nightly.stop();
  await store.database.script(
    "DELETE FROM packwright.night; DELETE FROM packwright.schedule; DELETE FROM packwright.webhook",
  );
});
afterAll(async () => {
  await parts.queue.close();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const SCHEDULE = nightSchedule(
  folder,
  { files: "none-{date}.csv", marker: null },
  { moveDates: true, options: {}, latestEnd: null },
);

function begin(schedule: Schedule = SCHEDULE): Nightly {
  const nightly = new Nightly([schedule], "test", parts);
  open.push(nightly);
  nightly.start();
  return nightly;
}

async function nights(): Promise<string[]> {
  const rows = await store.database.query<{ due: Date; revision: number; state: string }>(
    "SELECT due, revision, state FROM packwright.night ORDER BY due, revision",
  );
  return rows.map(({ due, revision, state }) => `${due.toISOString().slice(0, 16)} ${revision} ${state}`);
}

async function events(): Promise<string[]> {
  const rows = await store.database.query<{ event: string; due: string; code: string }>(
    "SELECT event, content ->> 'due' AS due, content -> 'problem' ->> 'code' AS code FROM packwright.webhook ORDER BY 2",
  );
  return rows.map(({ event, due, code }) => `${event} ${due} ${code}`);
}

const settled = (expected: readonly string[]) =>
  eventually(nights, (found) => JSON.stringify(found) === JSON.stringify(expected));
/** Waits until so many schedules have been seen: from then on their nights are due. */
const known = (schedules: number) =>
  eventually(
    () => store.database.query("SELECT 1 FROM packwright.schedule"),
    (rows) => rows.length === schedules,
  );
const at = (text: string) => Date.parse(`${text}:00Z`);

it("enters nothing of before it was known, and each due instant once on however many processes", async () => {
  now = at("2026-11-20T23:00");
  begin();
  begin();
  await known(1);
  now = at("2026-11-21T21:30");
  begin();
  await settled(["2026-11-21T21:30 1 failed"]);
  now = at("2026-11-22T21:31");
  await settled(["2026-11-21T21:30 1 failed", "2026-11-22T21:30 1 failed"]);
  expect(await events()).toEqual([
    "night.failed 2026-11-21T21:30:00Z SOURCE_MISSING",
    "night.failed 2026-11-22T21:30:00Z SOURCE_MISSING",
  ]);
});

it("catches up what was missed within the window, and tells of what was missed before", async () => {
  now = at("2026-11-20T12:00");
  const first = begin();
  await known(1);
  await first.stop();
  // Down for two nights and the hours after the third.
  now = at("2026-11-23T03:29");
  begin();
  await settled(["2026-11-20T21:30 1 missed", "2026-11-21T21:30 1 missed", "2026-11-22T21:30 1 failed"]);
  expect(await events()).toContain("night.failed 2026-11-22T21:30:00Z SOURCE_MISSING");
  expect(await events()).toContain("night.missed 2026-11-21T21:30:00Z NIGHT_MISSED");
});

it("does not catch up by a cron that it did not have then", async () => {
  now = at("2026-11-22T22:00");
  const first = begin();
  await known(1);
  await first.stop();
  now = at("2026-11-23T01:00");
  begin({ ...SCHEDULE, cron: "30 0 * * *" });
  now = at("2026-11-23T01:01");
  await setTimeout(1_500);
  expect(await nights()).toEqual([]);
});

it("enters what was due before a night that somebody has run by hand, and that one not again", async () => {
  now = at("2026-11-20T12:00");
  const first = begin();
  await known(1);
  await first.stop();
  now = at("2026-11-22T22:00");
  const byHand = (await store.nights.begin(
    { schedule: "bank-run", due: new Date(at("2026-11-22T21:30")) },
    "somebody",
    60,
  ))!;
  await store.nights.end(
    store.database,
    byHand,
    { state: "done", complete: true, problem: null, result: null },
    { seconds: 60, atLeastUntil: new Date(0) },
  );
  begin();
  await settled(["2026-11-20T21:30 1 missed", "2026-11-21T21:30 1 missed", "2026-11-22T21:30 1 done"]);
});

it("enters nothing again that has been thrown away since", async () => {
  now = at("2026-11-21T12:00");
  const first = begin();
  await known(1);
  now = at("2026-11-21T21:30");
  await settled(["2026-11-21T21:30 1 failed"]);
  await first.stop();
  await store.database.script("DELETE FROM packwright.night");
  begin();
  now = at("2026-11-22T21:30");
  await settled(["2026-11-22T21:30 1 failed"]);
});

it("goes on after an unexpected error, leaving no due instant out", async () => {
  now = at("2026-11-20T12:00");
  const logged: unknown[] = [];
  const failing = { since: 1, enter: 2 };
  const nights = new Proxy(store.nights, {
    get(target, name: "since" | "enter") {
      const work = (target as never)[name] as (...args: unknown[]) => unknown;
      return (...args: unknown[]) => {
        if (failing[name] === undefined || --failing[name] !== 0) return work.apply(target, args);
        throw new Error(`${name} is out of order`);
      };
    },
  });
  const nightly = new Nightly([SCHEDULE], "test", {
    ...parts,
    store: { ...store, nights },
    log: { ...parts.log, error: ({ err }: { err?: Error }) => logged.push(err?.message) },
  });
  open.push(nightly);
  nightly.start();
  await known(1);
  now = at("2026-11-22T22:00");
  await settled(["2026-11-20T21:30 1 missed", "2026-11-21T21:30 1 missed", "2026-11-22T21:30 1 failed"]);
  expect(logged.filter(Boolean)).toEqual(["since is out of order", "enter is out of order"]);
});

it("goes on with a night that another process has left", async () => {
  now = at("2026-11-22T21:31");
  await store.nights.enter("bank-run", new Date(at("2026-11-22T21:30")));
  const lease = await store.nights.claim(["bank-run"], "gone", 2);
  expect(lease!.night.revision).toBe(1);
  expect(await store.nights.claim(["bank-run"], "other", 2)).toBeNull();
  begin();
  await settled(["2026-11-22T21:30 1 failed"]);
  // Whoever had it has it no more.
  expect(await store.nights.renew(lease!, 60)).toBe(false);
});

it("works on a few nights of a schedule at a time where all of them are caught up, and leaves others their turn", async () => {
  now = at("2026-11-20T12:00");
  const waiting = { ...SCHEDULE.source, waitUntil: 23 * 60 } as Schedule["source"];
  const often: Schedule = { ...SCHEDULE, id: "often", cron: "*/15 * * * *", source: waiting };
  const daily: Schedule = { ...SCHEDULE, cron: "0 18 * * *", source: waiting };
  const both = () => {
    const nightly = new Nightly([often, daily], "test", parts);
    open.push(nightly);
    nightly.start();
    return nightly;
  };
  const first = both();
  await known(2);
  await first.stop();
  now = at("2026-11-20T18:01");
  both();
  const workedOn = () =>
    store.database.query(
      `SELECT schedule, count(*)::int AS nights FROM packwright.night WHERE lease_until > now() GROUP BY 1 ORDER BY 1`,
    );
  await eventually(workedOn, (rows) => rows.length === 2);
  expect(await workedOn()).toEqual([
    { schedule: "bank-run", nights: 1 },
    { schedule: "often", nights: 8 },
  ]);
});
