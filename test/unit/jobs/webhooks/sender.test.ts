import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { post } from "../../../../src/jobs/webhooks/post.js";
import { secondsToNext, WebhookSender } from "../../../../src/jobs/webhooks/sender.js";
import { parseSecret } from "../../../../src/jobs/webhooks/signature.js";
import { openStore, type Store } from "../../../../src/store/index.js";
import { eventually, isSignedBy, type Receiver, receive } from "../../../support/receiver.js";

const SECRET = `whsec_${Buffer.alloc(32, 3).toString("base64")}`;
const TRACE = `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;

const folder = mkdtempSync(join(tmpdir(), "packwright-test-"));
let store: Store;
const receivers: Receiver[] = [];
const senders: WebhookSender[] = [];

beforeAll(async () => {
  store = await openStore({ data: folder });
});
afterEach(async () => {
  for (const sender of senders.splice(0)) await sender.stop();
  for (const receiver of receivers.splice(0)) await receiver.close();
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function listening(...args: Parameters<typeof receive>): Promise<Receiver> {
  const receiver = await receive(...args);
  receivers.push(receiver);
  return receiver;
}

function sending(allowed: readonly string[] = ["127.0.0.1"]): void {
  const quiet = () => {};
  const sender = new WebhookSender({
    webhooks: store.webhooks,
    secrets: [parseSecret(SECRET)!],
    allowed,
    log: { told: quiet, failed: quiet, trouble: quiet },
  });
  senders.push(sender);
  sender.start();
}

async function makeJob(webhook: string | null, kind: "plan" | "verify" = "plan"): Promise<string> {
  const id = randomUUID();
  await store.database.transaction((within) =>
    store.jobs.create(within, {
      id,
      kind,
      size: "small",
      request: { options: {}, ...(webhook === null ? {} : { webhook }) },
      createdBy: null,
      traceparent: TRACE,
      inputs: [],
    }),
  );
  return id;
}

async function claimed(id: string) {
  return (await store.database.transaction((within) => store.jobs.claim(within, id, "test", 60)))!;
}

describe("what ends a job", () => {
  const ends: readonly (readonly [string, string, (id: string) => Promise<unknown>])[] = [
    [
      "a result",
      "job.done",
      async (id) => store.jobs.end(await claimed(id), { state: "done", result: { gap: 0 } }, 60),
    ],
    [
      "a failure",
      "job.failed",
      async (id) =>
        store.jobs.end(
          await claimed(id),
          {
            state: "failed",
            problem: { code: "BAD_INPUT", status: 422, total: 2, title: '"6222" is wrong' },
          },
          60,
        ),
    ],
    ["being stopped while it waits", "job.cancelled", (id) => store.jobs.stop(id, "keep", 60)],
    [
      "too many crashes",
      "job.failed",
      async (id) => {
        const lease = await claimed(id);
        const crash = { most: 1, problem: { code: "WORKER_DIED", status: 500 } };
        await store.database.transaction((within) => store.jobs.giveBack(within, lease, crash, 60));
      },
    ],
    [
      "too many lost workers",
      "job.failed",
      async (id) => {
        await claimed(id);
        await store.database.query(
          "UPDATE packwright.job SET lease_until = now() - interval '1 s' WHERE id = $1",
          [id],
        );
        const lost = {
          own: [],
          wait: null,
          losses: 1,
          problem: { code: "WORKER_LOST", status: 500 },
          keepSeconds: 60,
        };
        await store.database.transaction((within) => store.jobs.retake(within, lost));
      },
    ],
  ];

  it.each(ends)("is told, be it %s", async (_, event, end) => {
    const id = await makeJob("https://hooks.example.com/");
    expect(await store.webhooks.ofJob(id)).toEqual([]);
    await end(id);
    const [webhook, ...more] = await store.webhooks.ofJob(id);
    expect(more).toEqual([]);
    expect(webhook).toMatchObject({ event, state: "pending", attempts: 0, traceparent: TRACE });
    expect(JSON.stringify(webhook!.content)).not.toContain("6222");
    await store.database.query("DELETE FROM packwright.webhook");
  });

  it("is told of nobody who did not ask for it", async () => {
    const id = await makeJob(null);
    await store.jobs.stop(id, "keep", 60);
    expect(await store.webhooks.ofJob(id)).toEqual([]);
  });

  it("is told once for every end: a job that is tried again ends again", async () => {
    const id = await makeJob("https://hooks.example.com/");
    await store.jobs.stop(id, "keep", 60);
    await store.jobs.stop(id, "keep", 60);
    await store.database.transaction((within) => store.jobs.retry(within, id));
    await store.jobs.end(await claimed(id), { state: "done", result: {} }, 60);
    const told = await store.webhooks.ofJob(id);
    expect(told.map(({ event }) => event)).toEqual(["job.cancelled", "job.done"]);
    await store.database.query("DELETE FROM packwright.webhook");
  });
});

describe("telling", () => {
  it("sends what happened, signed and with its trace, and again after a 500", async () => {
    const receiver = await listening((before) => (before === 0 ? 500 : 204));
    const id = await makeJob(receiver.url);
    await store.jobs.end(await claimed(id), { state: "done", result: { gap: 0.01 } }, 60);
    sending();
    const [webhook] = await eventually(
      () => store.webhooks.ofJob(id),
      ([one]) => one?.state === "delivered",
    );
    expect(webhook).toMatchObject({ attempts: 2, lastStatus: 204, lastError: null });
    const [first, second] = receiver.heard;
    expect(receiver.heard).toHaveLength(2);
    for (const each of [first!, second!]) {
      expect(isSignedBy(SECRET, each)).toBe(true);
      expect(each.headers.traceparent).toBe(TRACE);
      expect(each.headers["webhook-id"]).toBe(webhook!.id);
      expect(JSON.parse(each.text)).toEqual({
        event: "job.done",
        job: id,
        kind: "plan",
        state: "done",
        finishedAt: expect.any(String),
        summary: { gap: 0.01 },
        problem: null,
        links: { job: `/v1/jobs/${id}`, plan: `/v1/plans/${id}` },
        traceparent: TRACE,
      });
    }
    expect(second!.at - first!.at).toBeGreaterThan(1_900);
  });

  it("follows no redirect, reaches nobody who is not listed any more, and says so", async () => {
    const receiver = await listening();
    const redirecting = await listening(() => 307, 0, receiver.url);
    const redirected = await makeJob(redirecting.url);
    const unlisted = await makeJob(`http://localhost:${receiver.port}/`);
    for (const id of [redirected, unlisted]) await store.jobs.stop(id, "keep", 60);
    sending();
    const errorOf = async (id: string) =>
      (
        await eventually(
          () => store.webhooks.ofJob(id),
          ([one]) => one!.lastError !== null,
        )
      )[0]!.lastError;
    expect(await errorOf(redirected)).toBe("answered 307");
    expect(await errorOf(unlisted)).toBe("the host is not in the list of those that may be told");
    expect(receiver.heard).toEqual([]);
    await store.database.query("DELETE FROM packwright.webhook");
  });

  it("takes 410 for a last word", async () => {
    const receiver = await listening(() => 410);
    const id = await makeJob(receiver.url);
    await store.jobs.stop(id, "keep", 60);
    sending();
    await eventually(
      () => store.webhooks.ofJob(id),
      ([one]) => one!.state === "givenUp",
    );
    expect(receiver.heard).toHaveLength(1);
  });

  it("is told by several senders once", async () => {
    const receiver = await listening();
    const ids: string[] = [];
    for (let i = 0; i < 20; i++) ids.push(await makeJob(receiver.url));
    for (const id of ids) await store.jobs.stop(id, "keep", 60);
    sending();
    sending();
    await eventually(
      () => Promise.all(ids.map((id) => store.webhooks.ofJob(id))),
      (all) => all.every(([one]) => one!.state === "delivered"),
    );
    expect(receiver.heard.map(({ text }) => (JSON.parse(text) as { job: string }).job).sort()).toEqual(
      ids.sort(),
    );
  });
});

it("refuses a name that leads to a private address, and gives up on who does not answer", async () => {
  const receiver = await listening(() => 0);
  const posting = { headers: {}, body: "{}", timeoutMs: 300 };
  const named = `http://localhost:${receiver.port}/`;
  await expect(post({ ...posting, url: named, allowed: ["localhost"] })).rejects.toThrow("private address");
  expect(receiver.heard).toEqual([]);
  await expect(post({ ...posting, url: named, allowed: ["localhost", "127.0.0.1", "::1"] })).rejects.toThrow(
    "no answer within 0.3 s",
  );
  expect(receiver.heard).toHaveLength(1);
});

it("tries again for a day, later and later", () => {
  const delays: number[] = [];
  for (let attempt = 1; ; attempt++) {
    const next = secondsToNext(attempt);
    if (next === null) break;
    delays.push(next);
  }
  expect(delays.slice(0, 4)).toEqual([2, 4, 8, 16]);
  expect(Math.max(...delays)).toBe(4 * 3_600);
  const hours = delays.reduce((sum, each) => sum + each) / 3_600;
  expect(hours).toBeGreaterThan(24);
  expect(hours).toBeLessThan(26);
});
