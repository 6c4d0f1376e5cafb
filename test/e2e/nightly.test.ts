import { type ChildProcess, spawn } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { eventually, isSignedBy, type Receiver, receive } from "../support/receiver.js";
import {
  CLI,
  NIGHTLY,
  namesIn,
  type Outcome,
  PLAN_FILES,
  packwright,
  SMALL_CHANNELS,
  SMALL_ORDERS,
  scratch,
} from "./cli.js";

// Several processes one after the other, each with a database of its own to open.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const SECRET = `whsec_${Buffer.alloc(32, 5).toString("base64")}`;
const HOOKS = ["--webhook-hosts", "127.0.0.1", "--webhook-secret", SECRET];

/** A night that is over, so that nothing of it depends on when the test runs. */
const DATE = "2026-03-29";
const CHANNELS = JSON.stringify({
  ...SMALL_CHANNELS,
  planAt: "2026-03-20T22:00:00+01:00",
  channels: SMALL_CHANNELS.channels.map((channel) => ({
    ...channel,
    queue: { cutOff: "2026-03-21T06:00:00+01:00", secondsPerOrder: 1 },
  })),
});

interface Scene {
  readonly folder: string;
  readonly plans: string;
  run(...more: string[]): Promise<Outcome>;
}

function scene(fields: Readonly<Record<string, string>> = {}): Scene {
  const folder = scratch();
  mkdirSync(join(folder, "inbox"));
  writeFileSync(join(folder, "channels.json"), CHANNELS);
  const schedule = {
    cron: '"30 21 * * *"',
    timeZone: "Europe/Berlin",
    source: '{ folder: inbox, files: "orders-{yyyymmdd}*.csv", marker: .done }',
    channels: "channels.json",
    moveDates: "true",
    options: "{ timeLimit: 5 }",
    destination: '{ folder: "plans/{date}" }',
    ...fields,
  };
  const lines = Object.entries(schedule).map(([key, value]) => `    ${key}: ${value}\n`);
  writeFileSync(join(folder, "nightly.yaml"), `schedules:\n  - id: bank-run\n${lines.join("")}`);
  return {
    folder,
    plans: join(folder, "plans"),
    run: (...more) => packwright(argumentsOf(folder, more), { cwd: folder }),
  };
}

function argumentsOf(folder: string, more: readonly string[]): string[] {
  return [
    "nightly",
    "--config",
    join(folder, "nightly.yaml"),
    "--data",
    join(folder, "data"),
    "--log-level",
    "warn",
    ...more,
  ];
}

const byHand = ["--run", "bank-run", "--date", DATE];

function giveOrders(folder: string, text = SMALL_ORDERS): void {
  const file = join(folder, "inbox", "orders-20260329.csv");
  writeFileSync(file, text);
  writeFileSync(`${file}.done`, "");
}

const receivers: Receiver[] = [];
const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  for (const receiver of receivers.splice(0)) await receiver.close();
});

async function listening(...args: Parameters<typeof receive>): Promise<Receiver> {
  const receiver = await receive(...args);
  receivers.push(receiver);
  return receiver;
}

/** Whether a job is being worked on. */
function isWorking(data: string): boolean {
  const tmp = join(data, "tmp");
  if (!existsSync(tmp)) return false;
  const names = readdirSync(tmp, { recursive: true, encoding: "utf8" });
  return names.some((name) => /job-\w+\/orders\.csv$/.test(name));
}

/** A process in the background. */
function begin(folder: string, more: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [CLI, ...argumentsOf(folder, more)], {
    cwd: folder,
    stdio: "ignore",
  });
  children.push(child);
  return child;
}

function killed(child: ChildProcess): Promise<unknown> {
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  return gone;
}

describe("a night by hand", () => {
  let night: Scene;
  let heard: Receiver;
  let first: Outcome;
  let verified: Outcome;
  let list: Outcome;
  let json: Outcome;
  let nowhere: Outcome;
  beforeAll(async () => {
    heard = await receive();
    night = scene({ webhook: heard.url });
    giveOrders(night.folder);
    first = await night.run(...byHand, ...HOOKS);
    const { ino } = statSync(join(night.plans, DATE));
    const again = await night.run(...byHand, ...HOOKS);
    expect(again.code).toBe(0);
    expect(again.stdout).toContain("nothing has changed since revision 1");
    expect(statSync(join(night.plans, DATE)).ino).toBe(ino);
    // What is wrong is told with the names that people know.
    appendFileSync(join(night.folder, "inbox", "orders-20260329.csv"), "o5,ICBC,1.234\no6,,7.00\n");
    const wrong = await night.run(...byHand, ...HOOKS);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toMatch(/inbox\/orders-20260329\.csv:6: amount: .*\[TOO_MANY_DECIMALS\]/);
    expect(wrong.stderr).toMatch(/inbox\/orders-20260329\.csv:7: bank: .*\[/);
    expect(statSync(join(night.plans, DATE)).ino).toBe(ino);
    giveOrders(night.folder, `${SMALL_ORDERS}o5,ICBC,1.00\no6,XYZ,1.00\n`);
    const changed = await night.run(...byHand, ...HOOKS);
    expect(changed.code).toBe(0);
    expect(changed.stdout).toContain("revision 3 is delivered");
    await eventually(
      () => heard.heard.length >= 3 || night.run(...byHand, ...HOOKS).then(() => heard.heard.length >= 3),
    );
    await heard.close();
    const orders = join(night.folder, "inbox", "orders-20260329.csv");
    const channels = join(night.plans, DATE, "channels.json");
    verified = await packwright([
      "verify",
      join(night.plans, DATE),
      "--channels",
      channels,
      "--orders",
      orders,
    ]);
    list = await night.run("--list", ...HOOKS);
    json = await night.run("--list", "--json", "--limit", "2", ...HOOKS);
    nowhere = await scene().run("--list");
  });

  it("is delivered as a plan folder, and what is rejected with it", () => {
    expect(first.code, first.stderr).toBe(0);
    expect(first.stdout).toContain("bank-run 2026-03-29: revision 1 is delivered.");
    expect(first.stdout).toContain("4 orders: 4 routed, 0 rejected, 0 deferred");
    expect(first.stdout).toContain("  CNY 2.90, optimal\n");
    expect(first.stderr).toMatch(/^packwright: \d\.\d s [a-z]+/m);
    const folder = join(night.plans, DATE);
    expect(namesIn(night.plans)).toEqual([DATE]);
    expect(namesIn(folder)).toEqual(["channels.json", "night.json", ...PLAN_FILES].sort());
    expect(JSON.parse(readFileSync(join(folder, "night.json"), "utf8"))).toMatchObject({
      schemaVersion: 1,
      schedule: "bank-run",
      due: "2026-03-29T21:30:00+02:00",
      revision: 3,
      complete: true,
    });
    expect(readFileSync(join(folder, "unrouted.csv"), "utf8")).toContain("o6,BANK_NOT_COVERED");
    // Made for another night, when clocks were an hour behind.
    expect(readFileSync(join(folder, "packages.csv"), "utf8")).toContain(",2026-03-29T22:00:00+02:00,");
  });

  it("can be verified by what lies in its folder and the orders", () => {
    expect(verified.stdout).toMatch(/^The plan holds/);
    expect(verified.code).toBe(0);
  });

  it("is listed with what became of it, newest first", () => {
    expect(list.code, list.stderr).toBe(0);
    const { nights } = JSON.parse(json.stdout) as {
      nights: { revision: number; state: string; complete: boolean | null; job: string; endedAt: string }[];
    };
    expect(nights.map(({ revision, state, complete }) => [revision, state, complete])).toEqual([
      [3, "done", true],
      [2, "failed", null],
    ]);
    const [last] = nights;
    expect(list.stdout).toContain(`bank-run 2026-03-29T21:30:00+02:00
  state     delivered
  revision  3, by hand
  ended     ${last!.endedAt}
  to        ${join(night.plans, DATE)}
  job       ${last!.job}

bank-run 2026-03-29T21:30:00+02:00
  state     failed
  revision  2, by hand
`);
    expect(list.stdout).toContain("[TOO_MANY_DECIMALS]");
    for (const line of list.stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    expect(nowhere.code).toBe(2);
    expect(nowhere.stderr).toMatch(/\/data: holds no data of nights\. .*\[NO_DATA\]/);
  });

  it("is told by webhook, once for every revision, problems and all but no orders", () => {
    const told = heard.heard.map(({ text }) => JSON.parse(text) as Record<string, unknown>);
    expect(told.map(({ event, revision }) => [event, revision])).toEqual([
      ["night.ready", 1],
      ["night.failed", 2],
      ["night.ready", 3],
    ]);
    for (const each of heard.heard) {
      expect(isSignedBy(SECRET, each)).toBe(true);
      expect(each.text).not.toMatch(/1\.234|"o5"/);
    }
    expect(told[0]).toMatchObject({
      schedule: "bank-run",
      due: "2026-03-29T21:30:00+02:00",
      state: "done",
      complete: true,
      deliveredTo: { folder: join(night.plans, DATE) },
      summary: { currency: "CNY", cost: { objective: "2.90" } },
      problem: null,
    });
    expect(told[1]).toMatchObject({
      state: "failed",
      problem: {
        code: "BAD_INPUT",
        total: 2,
        problems: [
          { line: 6, path: "amount" },
          { line: 7, path: "bank" },
        ],
      },
    });
  });
});

it("is delivered once and whole, and told of, though its process is killed in the middle and the receiver is down", async () => {
  const heard = await listening();
  const { port } = heard;
  const night = scene({ webhook: heard.url, channels: NIGHTLY.channels, options: "{ timeLimit: 4 }" });
  await heard.close();
  giveOrders(night.folder, readFileSync(NIGHTLY.orders, "utf8").split("\n").slice(0, 2_001).join("\n"));
  const child = begin(night.folder, [...byHand, ...HOOKS]);
  await eventually(() => isWorking(join(night.folder, "data")), Boolean, 120);
  await killed(child);
  expect(existsSync(night.plans)).toBe(false);
  // What was begun by hand is gone on with by whoever comes next: here by schedule.
  const next = begin(night.folder, HOOKS);
  await eventually(() => existsSync(join(night.plans, DATE)), Boolean, 120);
  await new Promise((resolve) => setTimeout(resolve, 700));
  await killed(next);
  expect(namesIn(night.plans)).toEqual([DATE]);
  expect(namesIn(join(night.plans, DATE))).toEqual(["channels.json", "night.json", ...PLAN_FILES].sort());
  const again = await receive(() => 204, port);
  receivers.push(again);
  begin(night.folder, HOOKS);
  await eventually(() => again.heard.length > 0, Boolean, 120);
  const told = JSON.parse(again.heard[0]!.text) as { event: string; job: string };
  expect(told.event).toBe("night.ready");
  const head = JSON.parse(readFileSync(join(night.plans, DATE, "night.json"), "utf8")) as { job: string };
  expect(told.job).toBe(head.job);
  expect(isSignedBy(SECRET, again.heard[0]!)).toBe(true);
});

it("ends at once where its data are taken by another process, whatever it is at", async () => {
  const night = scene({ channels: NIGHTLY.channels, options: "{ timeLimit: 900 }" });
  giveOrders(night.folder, readFileSync(NIGHTLY.orders, "utf8"));
  const data = join(night.folder, "data");
  const ended = night.run(...byHand, "--grace", "900");
  await eventually(() => isWorking(data), Boolean, 120);
  const other = JSON.stringify({ token: "other", pid: 1, began: null, host: "elsewhere" });
  writeFileSync(join(data, "lock"), other);
  const { code, stderr } = await ended;
  expect(code).toBe(1);
  expect(stderr).toContain("[DATA_TAKEN]");
  expect(readFileSync(join(data, "lock"), "utf8")).toBe(other);
  expect(existsSync(night.plans)).toBe(false);
});

it("delivers the best plan so far by the latest end, and marks it", async () => {
  const minute = Math.floor(Date.now() / 60_000) * 60_000;
  const clock = (at: number) => new Date(at).toISOString().slice(11, 16);
  const [hours, minutes] = clock(minute).split(":").map(Number) as [number, number];
  const end = minute + 3 * 60_000;
  // Some seconds of search are left.
  const finish = Math.round((end - Date.now()) / 1_000) - 9;
  const night = scene({
    cron: `"${minutes} ${hours} * * *"`,
    timeZone: "UTC",
    channels: NIGHTLY.channels,
    options: "{ timeLimit: 600 }",
    source: '{ folder: inbox, files: "orders.csv", marker: .done }',
    latestEnd: `"${clock(end)}"`,
    finishSeconds: String(finish),
    destination: '{ folder: "plans/{due}" }',
  });
  writeFileSync(join(night.folder, "inbox", "orders.csv"), readFileSync(NIGHTLY.orders));
  writeFileSync(join(night.folder, "inbox", "orders.csv.done"), "");
  const date = new Date(minute).toISOString().slice(0, 10);
  const { code, stdout, stderr } = await night.run("--run", "bank-run", "--date", date);
  expect(code, stderr).toBe(0);
  expect(stdout).toContain("cut short by the latest end");
  const [name] = namesIn(night.plans);
  const head = JSON.parse(readFileSync(join(night.plans, name!, "night.json"), "utf8")) as Record<
    string,
    unknown
  >;
  expect(head).toMatchObject({ complete: false, late: false });
  expect(["time", "interrupt"]).toContain(head.stoppedBy);
  expect(Date.now()).toBeLessThan(end);
});

it("is looked at before it runs", async () => {
  const { run, folder } = scene({ latestEnd: '"05:30"' });
  const fine = await run("--check");
  expect(fine.code).toBe(0);
  expect(fine.stdout).toMatch(
    /^bank-run: 30 21 \* \* \*, Europe\/Berlin\n( {2}\d{4}-\d\d-\d\dT21:30:00\+0[12]:00\n){5}/,
  );
  expect(fine.stdout).toMatch(
    /from .*inbox\/orders-\d{8}\*\.csv\n {2}to {3}.*plans\/\d{4}-\d\d-\d\d\n {2}by {3}\S+T05:30/,
  );
  writeFileSync(
    join(folder, "channels.json"),
    CHANNELS.replace("CNY", "CNX").replace('"mode":"batch"', '"mode":"parcel"'),
  );
  const wrong = await run("--check");
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toMatch(/\[UNKNOWN_CURRENCY\]\n.*\[UNKNOWN_VALUE\]/);
  rmSync(join(folder, "channels.json"));
  const file = join(folder, "nightly.yaml");
  writeFileSync(file, readFileSync(file, "utf8").replace("30 21", "30 99"));
  const both = await run("--check");
  expect(both.stderr).toMatch(/has "99" as its hour.*\[NOT_A_CRON\]\n.*channels\.json.*\[FILE_NOT_FOUND\]/);
  const half = await run("--run", "bank-run");
  expect(half.code).toBe(2);
  expect(half.stderr).toContain("belong together");
  const unsigned = await run("--check", "--webhook-hosts", "127.0.0.1");
  expect(unsigned.stderr).toContain("[WEBHOOK_SECRET_MISSING]");
});

it("is shown by an example that can be used", async () => {
  const { code, stdout } = await packwright([
    "nightly",
    "--config",
    "examples/nightly-service/nightly.yaml",
    "--check",
  ]);
  expect(code).toBe(0);
  expect(stdout).toContain("bank-run: 30 21 * * 1-5, Asia/Shanghai");
  for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
});
