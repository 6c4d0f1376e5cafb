import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { JobQueue } from "../../src/jobs/queue.js";
import type { Database } from "../../src/store/database.js";
import { openStore } from "../../src/store/index.js";
import { openPostgres } from "../../src/store/postgres.js";
import { type Postgres, startPostgres, WITHOUT_POSTGRES } from "../support/postgres.js";
import { eventually, type Receiver, receive } from "../support/receiver.js";
import { makeJob } from "../support/store.js";
import { CLI, packwright, SMALL_CHANNELS, scratch } from "./cli.js";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const SECRET = `whsec_${Buffer.alloc(32, 9).toString("base64")}`;
const HOOKS = ["--webhook-hosts", "127.0.0.1", "--webhook-secret", SECRET];
const DATE = "2026-11-22";

let server: Postgres;
let book: Database;
let environment: Record<string, string>;
const children: ChildProcess[] = [];
let receiver: Receiver;

beforeAll(async () => {
  if (WITHOUT_POSTGRES !== null) return;
  server = await startPostgres(["fsync=off"]);
  environment = {
    PACKWRIGHT_DATABASE_URL: await server.url("service"),
    ORDERS_URL: await server.url("book"),
    PLANS_URL: await server.url("plans"),
  };
  book = openPostgres({ url: environment.ORDERS_URL!, connections: 1 });
  await book.script(
    `CREATE TABLE debit (id bigint PRIMARY KEY, bank text, amount numeric(14, 2), due date, kind text, by timestamptz)`,
  );
  receiver = await receive();
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});
afterAll(async () => {
  await receiver?.close();
  await book?.close();
  await server?.remove();
});

const QUERY = `SELECT id, bank, amount, kind AS "accountType", by AS "dueBy" FROM debit WHERE due = '{date}' ORDER BY id -- all`;

function scene(fields: Readonly<Record<string, string>> = {}): string {
  const folder = scratch();
  writeFileSync(
    join(folder, "channels.json"),
    JSON.stringify({ ...SMALL_CHANNELS, planAt: "2026-11-01T22:00:00+08:00" }),
  );
  const schedule = {
    id: "bank-run",
    cron: '"30 21 * * *"',
    timeZone: "Asia/Shanghai",
    source: `{ databaseFrom: ORDERS_URL, query: ${JSON.stringify(QUERY)} }`,
    channels: "channels.json",
    moveDates: "true",
    options: "{ timeLimit: 5 }",
    destination: "{ databaseFrom: PLANS_URL }",
    webhook: receiver.url,
    ...fields,
  };
  const lines = Object.entries(schedule).map(([key, value]) => `    ${key}: ${value}\n`);
  writeFileSync(join(folder, "nightly.yaml"), `schedules:\n  -\n${lines.join("")}`);
  return folder;
}

const nightly = (folder: string, more: readonly string[]) =>
  packwright(["nightly", "--config", "nightly.yaml", "--log-level", "warn", ...more], {
    cwd: folder,
    env: environment,
  });

async function rowsOf(sql: string): Promise<Record<string, unknown>[]> {
  const plans = openPostgres({ url: environment.PLANS_URL!, connections: 1 });
  try {
    return await plans.query(sql);
  } finally {
    await plans.close();
  }
}

describe.skipIf(WITHOUT_POSTGRES !== null)("nights between tables", () => {
  it("takes orders by a query, exact as they are, and puts the rows of a night in one transaction", async () => {
    await book.script(`INSERT INTO debit VALUES
      (1, 'ICBC', 10.00, '${DATE}', 'personal', '2026-11-23 12:00+08'), (2, 'ICBC', 20.10, '${DATE}', NULL, NULL),
      (3, 'CCB', 123456789012.34, '${DATE}', NULL, NULL), (4, 'ABC', 40.00, '${DATE}', NULL, NULL),
      (5, 'XYZ', 40.00, '${DATE}', NULL, NULL), (6, 'ABC', 1.00, '2026-11-21', NULL, NULL)`);
    const folder = scene();
    const byHand = ["--run", "bank-run", "--date", DATE, ...HOOKS];
    const first = await nightly(folder, byHand);
    expect(first.code, first.stderr).toBe(0);
    expect(first.stdout).toContain("tables in packwright_nights");
    expect(
      await rowsOf(
        "SELECT order_id, channel, package, charge::text FROM packwright_nights.assignment ORDER BY order_id",
      ),
    ).toEqual([
      { order_id: "1", channel: "union-batch", package: expect.any(String), charge: "0.30" },
      { order_id: "2", channel: "union-batch", package: expect.any(String), charge: "0.30" },
      { order_id: "3", channel: "union-batch", package: expect.any(String), charge: "0.30" },
      { order_id: "4", channel: "fast-single", package: null, charge: "1.00" },
    ]);
    expect(await rowsOf("SELECT order_id, reason FROM packwright_nights.unrouted")).toEqual([
      { order_id: "5", reason: "BANK_NOT_COVERED" },
    ]);
    const packages = await rowsOf(
      "SELECT orders, amount::text, fee::text, starts_at FROM packwright_nights.package",
    );
    expect(packages).toEqual([
      { orders: 3, amount: "123456789042.44", fee: "1.00", starts_at: new Date("2026-11-22T14:00:00Z") },
    ]);
    const night =
      "SELECT revision, complete, plan -> 'cost' ->> 'objective' AS cost, delivered_at FROM packwright_nights.night";
    const [before] = await rowsOf(night);
    expect(before).toMatchObject({ revision: 1, complete: true, cost: "2.90" });

    const again = await nightly(folder, byHand);
    expect(again.stdout).toContain("nothing has changed since revision 1");
    expect(await rowsOf(night)).toEqual([before]);

    await book.script("DELETE FROM debit WHERE id = 4");
    const changed = await nightly(folder, byHand);
    expect(changed.stdout).toContain("revision 2 is delivered");
    expect(await rowsOf(night)).toMatchObject([{ revision: 2, cost: "1.90" }]);
    expect(await rowsOf("SELECT count(*)::int AS orders FROM packwright_nights.assignment")).toEqual([
      { orders: 3 },
    ]);
  });

  it("can only read what it asks, and says what the database says", async () => {
    const writing = await nightly(
      scene({
        source:
          '{ databaseFrom: ORDERS_URL, query: "WITH gone AS (DELETE FROM debit RETURNING *) SELECT * FROM gone" }',
      }),
      ["--run", "bank-run", "--date", "2026-11-20", ...HOOKS],
    );
    expect(writing.code).toBe(2);
    expect(writing.stderr).toContain("[QUERY_FAILED]");
    expect(await book.query("SELECT count(*)::int AS orders FROM debit")).toEqual([{ orders: 5 }]);
  });

  it("works at no job of others when a night is run by hand", async () => {
    const store = await openStore({ databaseUrl: environment.PACKWRIGHT_DATABASE_URL! });
    const queue = await JobQueue.open(store.database, () => {});
    const job = await makeJob(store, { size: "large" });
    await store.database.transaction((within) => queue.send(within, job));
    const { code, stdout, stderr } = await nightly(scene(), [
      "--run",
      "bank-run",
      "--date",
      "2026-11-21",
      ...HOOKS,
    ]);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain("revision 1 is delivered");
    // Before the night's in the queue, and still there.
    expect(await store.jobs.get(job.id)).toMatchObject({ state: "queued", attempt: 0 });
    expect(
      await queue.take("large", (within, id) => store.jobs.claim(within, id, "worker", 1)),
    ).toMatchObject({ job: { id: job.id } });
    await queue.close();
    await store.close();
  });

  it("runs each due instant once on two machines, the one of which that has the night is killed while it is planned", async () => {
    await book.script(`INSERT INTO debit SELECT 1000 + n, 'ICBC', n, date '2026-11-21' + d, NULL, NULL
      FROM generate_series(1, 300) n, generate_series(0, 0) d`);
    const before = receiver.heard.length;
    const folder = scene({
      id: "often",
      // Due once, so that nothing else happens.
      cron: '"0 0 1 1 *"',
      source: `{ databaseFrom: ORDERS_URL, query: "SELECT id, bank, amount FROM debit WHERE id > 1000 ORDER BY id" }`,
      destination: '{ folder: "plans/{date}" }',
      catchUpHours: "9000",
    });
    const service = openPostgres({ url: environment.PACKWRIGHT_DATABASE_URL!, connections: 1 });
    const year = new Date(Date.now() + 8 * 3_600_000).getUTCFullYear();
    const due = new Date(`${year}-01-01T00:00:00+08:00`);
    await service.query(
      "INSERT INTO packwright.schedule (id, cron, since) VALUES ('often', '0 0 1 1 * Asia/Shanghai', $1)",
      [new Date(due.getTime() - 1)],
    );
    const begin = (command: readonly string[]) => {
      const child = spawn(process.execPath, [CLI, ...command, "--log-level", "warn", ...HOOKS], {
        cwd: folder,
        env: { ...process.env, ...environment },
        stdio: "ignore",
      });
      children.push(child);
      return child;
    };
    // Nobody works at jobs until the one that has the night is dead: it is killed while its plan is waited for.
    const machines = [1, 2].map(() => begin(["nightly", "--config", "nightly.yaml", "--no-work"]));
    const nights = () =>
      service.query<{ state: string; revision: number; job: string | null; owner: string }>(
        `SELECT state, revision, job, lease_owner AS owner FROM packwright.night WHERE schedule = 'often' AND due = $1`,
        [due],
      );
    const [held] = await eventually(nights, ([night]) => night?.state === "planning", 120);
    const pidOf = (owner: string) => Number(owner.split(":").at(-1));
    const owner = machines.find(({ pid }) => pid === pidOf(held!.owner))!;
    const other = machines.find((child) => child !== owner)!;
    owner.kill("SIGKILL");
    await eventually(nights, ([night]) => pidOf(night!.owner) === other.pid, 120);
    begin(["worker"]);
    const [night, ...more] = await eventually(nights, ([one]) => one?.state === "done", 120);
    expect(more).toEqual([]);
    expect(night).toMatchObject({ revision: 1, job: held!.job });
    const head = JSON.parse(readFileSync(join(folder, "plans", `${year}-01-01`, "night.json"), "utf8")) as {
      job: string;
    };
    expect(head.job).toBe(night!.job);
    const told = () =>
      new Set(
        receiver.heard
          .slice(before)
          .filter(({ text }) => text.includes(night!.job!))
          .map(({ headers }) => headers["webhook-id"]),
      );
    await eventually(told, ({ size }) => size > 0);
    expect(told().size).toBe(1);
    const jobs = await service.query(
      "SELECT 1 FROM packwright.job WHERE request -> 'night' ->> 'schedule' = 'often'",
    );
    expect(jobs).toHaveLength(1);
    await service.close();
  });
});
