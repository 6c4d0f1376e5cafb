import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { request as ask, createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client } from "../../src/client/index.js";
import { startPostgres } from "../support/postgres.js";
import { startService as startServing } from "../support/service.js";
import { ROOT } from "./cli.js";
import { type Program, start, startService } from "./program.js";

/** The example in examples/routing-service: real processes, real queues, and things that go wrong. */

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "packwright-routing-"));
const example = join(folder, "example");
const built = (name: string) => join(example, "dist", `${name}.js`);

let service: Program;
let client: Client;

beforeAll(async () => {
  // As in a clone after `npm install` and `npm run build`: it is compiled against what packwright publishes.
  const source = join(ROOT, "examples", "routing-service");
  mkdirSync(join(example, "node_modules"), { recursive: true });
  for (const name of ["src", "package.json", "tsconfig.json", "channels.yaml"])
    cpSync(join(source, name), join(example, name), { recursive: true });
  symlinkSync(ROOT, join(example, "node_modules", "packwright"));
  symlinkSync(join(ROOT, "node_modules", "@types"), join(example, "node_modules", "@types"));
  const tsc = join(ROOT, "node_modules", "typescript", "bin", "tsc");
  [service] = await Promise.all([
    startService(join(folder, "packwright")),
    run(process.execPath, [tsc, "-p", example]),
  ]);
  client = new Client({ url: service.url });
  await client.channels.put("example", { file: join(example, "channels.yaml") });
}, 120_000);
afterAll(async () => {
  await service.end();
  rmSync(folder, { recursive: true, force: true });
});

interface Money {
  readonly [part: string]: string;
}
interface Report {
  readonly plan: string;
  readonly balanced: boolean;
  readonly orders: { readonly [part: string]: number };
  readonly amounts: Money;
  readonly charges: readonly { what: string; orders: number; planned: string; charged: string }[];
  readonly planned: string;
  readonly charged: string;
  readonly discrepancies: readonly string[];
}
interface Statement {
  readonly packages: readonly { package: string; fee: string }[];
  readonly debits: readonly { order: string; outcome: string; fee: string; amount: string }[];
}

/** In millionths, as whole numbers. */
const units = (text: string) => {
  const [whole = "", fraction = ""] = text.split(".");
  return BigInt(whole + fraction.padEnd(6, "0"));
};
const total = (texts: Iterable<string>) => [...texts].reduce((sum, text) => sum + units(text), 0n);

async function json<T>(url: string, init?: RequestInit): Promise<T> {
  const response = await fetch(url, init);
  return (await response.json()) as T;
}

async function until(what: string, holds: () => boolean | Promise<boolean>, seconds = 100): Promise<void> {
  const end = Date.now() + seconds * 1_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`it was never so: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Two mock channels, so many times as fast as their queues say. */
async function channels(speed: number) {
  const options = ["--port", "0", "--speed", String(speed)];
  const [batch, single] = await Promise.all([
    start([built("mock/batchChannel"), ...options]),
    start([built("mock/singleChannel"), ...options]),
  ]);
  return { batch, single };
}

type Channels = Awaited<ReturnType<typeof channels>>;

function faults({ url }: Program, set: object) {
  return json(`${url}/faults`, { method: "PUT", body: JSON.stringify(set) });
}

interface RoutingOptions {
  readonly data: string;
  readonly packwright?: string;
  readonly poll?: number;
  /** Seconds that a channel may take to answer. */
  readonly timeout?: number;
}

function startRouting(
  { batch, single }: Channels,
  { data, packwright, poll = 0.3, timeout = 30 }: RoutingOptions,
) {
  return start([
    built("main"),
    ...["--data", data, "--port", "0", "--poll", String(poll), "--time-limit", "3"],
    ...["--channel-timeout", String(timeout)],
    ...["--packwright", packwright ?? service.url, "--contract", "example"],
    ...["--channel", `union-batch=${batch.url}`, "--channel", `fast-single=${single.url}`],
  ]);
}

function put({ url }: Program, id: string, csv: string) {
  return fetch(`${url}/batches/${id}`, { method: "PUT", body: csv, headers: { "content-type": "text/csv" } });
}

async function reportOf({ url, output }: Program, id: string): Promise<Report> {
  const isDone = async () => {
    const shown = await json<{ isReconciled: boolean; trouble: string | null }>(`${url}/batches/${id}`);
    if (shown.trouble !== null) throw new Error(`${shown.trouble}\n${output()}`);
    return shown.isReconciled;
  };
  await until("reconciled", isDone);
  return json(`${url}/batches/${id}/report`);
}

async function ordersFile(count: number): Promise<string> {
  const { stdout } = await run(process.execPath, [built("tools/makeOrders"), String(count)]);
  return stdout;
}

/** Works everything out again from the file, the plan and the channels' own books, and shares nothing with the example. */
async function audit(csv: string, id: string, report: Report, { batch, single }: Channels) {
  const [, ...lines] = csv.trimEnd().split("\n");
  const amounts = new Map(lines.map((line) => line.split(",")).map(([order, , amount]) => [order!, amount!]));
  const books = await Promise.all(
    [batch, single].map(({ url }) => json<Statement>(`${url}/statement?batch=${id}`)),
  );
  const [batchBook, singleBook] = books as [Statement, Statement];
  const settled = books.flatMap(({ debits }) => debits.filter(({ outcome }) => outcome === "settled"));
  const settledIds = new Set(settled.map(({ order }) => order));
  // Nobody is debited twice, and nobody has more than one try on a channel.
  expect(settledIds.size).toBe(settled.length);
  for (const { debits } of books) expect(new Set(debits.map(({ order }) => order)).size).toBe(debits.length);
  for (const { order, amount } of settled) expect(amount).toBe(amounts.get(order));
  // Whoever failed on both, or on the one it had.
  const tried = new Set(books.flatMap(({ debits }) => debits.map(({ order }) => order)));
  const { plan } = await client.plans.get(report.plan);
  const unrouted = new Map<string, string>();
  for await (const row of client.plans.unrouted(report.plan)) unrouted.set(row.order, row.reason);
  const planned = new Set<string>();
  for await (const { order } of client.plans.assignments(report.plan)) planned.add(order);
  const refused = [...amounts.keys()].filter((order) => !planned.has(order) && !unrouted.has(order));
  const failed = [...planned].filter((order) => !settledIds.has(order));
  const end = {
    settled: [...settledIds],
    failed,
    refused,
    deferred: [...unrouted.keys()],
  };
  expect(report.orders).toEqual({
    in: amounts.size,
    ...Object.fromEntries(Object.entries(end).map(([name, ids]) => [name, ids.length])),
  });
  expect(Object.values(end).flat().length).toBe(amounts.size);
  const sums = Object.entries(end).map(([name, ids]) => [
    name,
    total(ids.map((order) => amounts.get(order)!)),
  ]);
  expect(
    Object.fromEntries(Object.entries(report.amounts).map(([name, text]) => [name, units(text)])),
  ).toEqual({
    in: total(amounts.values()),
    ...Object.fromEntries(sums),
  });
  // All that was charged is in the report, and all that was planned.
  const fees = books.flatMap(({ debits, packages }) => [...debits, ...packages].map(({ fee }) => fee));
  expect(units(report.charged)).toBe(total(fees));
  expect(units(report.planned)).toBe(units(plan!.cost.charges) + units(plan!.cost.packageFees));
  return { batchBook, singleBook, tried, planned, unrouted, refused, settledIds };
}

describe("the routing service", () => {
  it("brings 2,000 orders to their ends, whatever is killed, refused, lost and down", async () => {
    const csv = await ordersFile(2_000);
    const both = await channels(20);
    const data = join(folder, "faults");
    const journal = () => {
      try {
        return readFileSync(join(data, "night", "journal.ndjson"), "utf8");
      } catch {
        return "";
      }
    };
    await faults(both.batch, { refusePackages: 1, failOneIn: 25, loseAnswers: 2 });
    await faults(both.single, { failOneIn: 30, loseAnswers: 5 });
    let routing = await startRouting(both, { data });
    expect((await put(routing, "night", csv)).status).toBe(202);

    // Between submission and result: the channel works on packages that nobody waits for.
    await until("a package is taken", () => journal().includes('"packageTaken"'));
    await faults(both.single, { downForSeconds: 1 });
    await routing.end("SIGKILL");
    expect(journal()).not.toContain('"packageDone"');
    routing = await startRouting(both, { data });

    // Between a result and what follows from it.
    await until("a package is done", () => journal().includes('"packageDone"'));
    await routing.end("SIGKILL");
    // As if it had been in the middle of writing: results without the line that ends them, and a line without its end.
    const cut = journal().slice(0, journal().lastIndexOf("packageDone"));
    expect(cut).toContain('"result"');
    writeFileSync(join(data, "night", "journal.ndjson"), cut);
    routing = await startRouting(both, { data });
    expect((await put(routing, "night", csv)).status).toBe(200);

    const report = await reportOf(routing, "night");
    expect(report.discrepancies).toEqual([]);
    expect(report.balanced).toBe(true);
    const found = await audit(csv, "night", report, both);
    const { batchBook, singleBook, planned, unrouted, refused } = found;
    // All that was to go wrong did, and so did all that follows from it.
    const rows = new Map(report.charges.map((row) => [row.what, row]));
    expect([...rows.keys()].sort()).toEqual([
      "failed in a package, then singly",
      "failed where planned",
      "in a refused package",
      "package fees",
      "settled as planned",
    ]);
    const packages = (await client.plans.get(report.plan)).plan!.counts.packages;
    expect(batchBook.packages.length).toBe(packages - 1);
    // What fell back is singly debited besides what was planned to be.
    const inPackages = new Set(batchBook.debits.map(({ order }) => order));
    const failedThere = batchBook.debits.filter(({ outcome }) => outcome === "failed");
    expect(failedThere.length).toBeGreaterThan(10);
    const both_ = singleBook.debits.filter(({ order }) => inPackages.has(order));
    expect(both_.length).toBeGreaterThan(10);
    for (const { order } of both_) expect(failedThere.map((row) => row.order)).toContain(order);
    for (const { order } of singleBook.debits) expect(planned.has(order)).toBe(true);
    // Nobody covers this bank; RURAL takes no corporate accounts; nobody else was refused.
    const fields = new Map(csv.split("\n").map((line) => [line.split(",")[0]!, line.split(",")]));
    for (const order of refused) {
      const [, bank, , , type] = fields.get(order)!;
      expect(bank === "NOWHERE" || (bank === "RURAL" && type === "corporate")).toBe(true);
    }
    expect(unrouted.size).toBeGreaterThan(0);
    for (const [order] of unrouted) expect(fields.get(order)![5]).toBe("0.40");
    // No account has left the house but to be debited.
    const sent = await client.jobs.get(report.plan);
    expect(sent.inputs.map(({ name }) => name)).toContain("orders.ndjson");
    let kept = "";
    for await (const piece of client.jobs.input(report.plan, "orders.ndjson")) kept += Buffer.from(piece);
    expect(kept).not.toContain(fields.get("R000001")![3]);
    expect(kept).toContain('"R000001"');

    await hearsOfEveryFault(join(data, "night"), both);
    await routing.end("SIGKILL");
    await both.batch.end();
    await both.single.end();
  }, 240_000);

  /** Books that are wrong in one place each, and what reconciliation has to say about that. */
  async function hearsOfEveryFault(at: string, { batch, single }: Channels) {
    type Books = ReadonlyMap<string, Statement>;
    const load = (name: string) =>
      import(pathToFileURL(built(name)).href) as Promise<Record<string, unknown>>;
    const { Batch } = (await load("batch")) as { Batch: { open(at: string, id: string): Promise<unknown> } };
    const { reconcile } = (await load("reconciling")) as { reconcile(of: unknown, books: Books): Report };
    const kept = await Batch.open(at, "night");
    const books = async () =>
      new Map([
        ["union-batch", await json<Statement>(`${batch.url}/statement?batch=night`)],
        ["fast-single", await json<Statement>(`${single.url}/statement?batch=night`)],
      ]);
    expect(reconcile(kept, await books()).discrepancies).toEqual([]);
    const withRows = async (channel: string, change: (statement: Statement) => Statement) => {
      const found = await books();
      found.set(channel, change(found.get(channel)!));
      return reconcile(kept, found);
    };
    const first = (change: object) => (statement: Statement) => {
      const at = statement.debits.findIndex(({ outcome }) => outcome === "settled");
      return {
        ...statement,
        debits: statement.debits.map((row, i) => (i === at ? { ...row, ...change } : row)),
      };
    };
    const stray = { order: "R999999", outcome: "settled", fee: "0.30", amount: "1.00" };
    const cases: [string, (statement: Statement) => Statement, RegExp][] = [
      ["union-batch", first({ fee: "0.31" }), /is stated at 0\.31, we have 0\.30/],
      ["union-batch", first({ amount: "0.01" }), /was debited 0\.01 instead of/],
      ["fast-single", first({ outcome: "failed" }), /is stated as failed, we have settled/],
      ["fast-single", (rows) => ({ ...rows, debits: rows.debits.slice(1) }), /does not state it/],
      ["fast-single", (rows) => ({ ...rows, debits: [...rows.debits, stray] }), /we know nothing of it/],
      ["union-batch", (rows) => ({ ...rows, debits: [...rows.debits, ...rows.debits] }), /is stated twice/],
      [
        "union-batch",
        (rows) => ({ ...rows, packages: rows.packages.slice(1) }),
        /not by the channel's statement/,
      ],
      [
        "union-batch",
        (rows) => ({ ...rows, packages: rows.packages.map((row) => ({ ...row, fee: "6.00" })) }),
        /cost 6\.00 instead of 5\.00/,
      ],
    ];
    for (const [channel, change, expected] of cases) {
      const { balanced, discrepancies } = await withRows(channel, change);
      expect(balanced).toBe(false);
      expect(discrepancies.join("\n")).toMatch(expected);
    }
    const twice = await books();
    const [settled] = twice.get("union-batch")!.debits.filter(({ outcome }) => outcome === "settled");
    const own = twice.get("fast-single")!;
    twice.set("fast-single", { ...own, debits: [...own.debits, settled!] });
    expect(reconcile(kept, twice).discrepancies.join("\n")).toMatch(
      /was debited on union-batch and on fast-single/,
    );
  }

  it("waits for packwright where it is busy or away, and asks it for one plan", async () => {
    const csv = await ordersFile(60);
    const both = await channels(200);
    const away = await front(service.url);
    const data = join(folder, "away");
    let routing = await startRouting(both, { data, packwright: away.url });
    away.mode = "gone";
    expect((await put(routing, "noon", csv)).status).toBe(202);
    const asked = away.asked;
    await until("it is asked again", () => away.asked > asked + 1);
    away.mode = "busy";
    const busy = away.asked;
    await until("it is asked again", () => away.asked > busy + 1);
    expect(await json(`${routing.url}/batches/noon`)).toMatchObject({ stage: "planning", trouble: null });
    // It comes back, but its answer to the request for a plan never arrives: the plan is asked for a second time.
    away.mode = "lost";
    await until("a plan is asked for", () => away.plans > 0);
    await routing.end("SIGKILL");
    away.mode = "through";
    routing = await startRouting(both, { data, packwright: away.url });
    const report = await reportOf(routing, "noon");
    expect(report.balanced).toBe(true);
    await audit(csv, "noon", report, both);
    expect(away.plans).toBeGreaterThan(1);
    // All the same there is one.
    const { jobs } = await client.jobs.list({ kind: "plan" });
    const same = await Promise.all(jobs.map(({ id }) => client.jobs.get(id)));
    const orders = same.map(({ inputs }) => inputs.find(({ name }) => name.startsWith("orders."))!.sha256);
    const own = orders[jobs.findIndex(({ id }) => id === report.plan)];
    expect(orders.filter((sha256) => sha256 === own).length).toBe(1);
    for (const program of [routing, both.batch, both.single]) await program.end("SIGKILL");
    away.server.closeAllConnections();
    away.server.close();
  }, 120_000);

  it("debits nobody twice and loses nobody where channels answer wrongly, late or not at all", async () => {
    const csv = await ordersFile(150);
    const both = await channels(200);
    const data = join(folder, "wrong");
    let routing = await startRouting(both, { data, timeout: 0.5 });
    // What a channel has done before it answers with an error, or never, is done.
    await faults(both.batch, { failAnswers: 1, hangAnswers: 1, failOneIn: 10 });
    await faults(both.single, { failAnswers: 3, hangAnswers: 3 });
    expect((await put(routing, "late", csv)).status).toBe(202);
    const late = await reportOf(routing, "late");
    expect(late.discrepancies).toEqual([]);
    await audit(csv, "late", late, both);
    for (const { url } of [both.batch, both.single]) {
      const left = await json<object>(`${url}/faults`, { method: "PUT", body: "{}" });
      expect(left).toMatchObject({ failAnswers: 0, hangAnswers: 0 });
    }

    // What is no result of what was asked is not believed: nothing is kept of it, and nothing follows from it.
    await faults(both.batch, { failOneIn: 0 });
    for (const [id, channel, results, trouble] of [
      ["twice", "batch", "twice", /the results of package .* are not those of what was asked/],
      ["strange", "batch", "strange", /the results of package .* are not those of what was asked/],
      ["nobody", "single", "strange", /the answer of fast-single for order .* are not those/],
      ["open", "single", "open", /say neither that it is settled nor that it failed/],
    ] as const) {
      await faults(both[channel], { results });
      expect((await put(routing, id, csv)).status).toBe(202);
      const shown = () => json<{ trouble: string | null }>(`${routing.url}/batches/${id}`);
      await until("it stands still", async () => (await shown()).trouble !== null);
      expect((await shown()).trouble).toMatch(trouble);
      const written = readFileSync(join(data, id, "journal.ndjson"), "utf8");
      expect(written).not.toContain('"fallBack"');
      expect(written).not.toContain("NOBODY");
      const name = channel === "batch" ? "union-batch" : "fast-single";
      expect(written).not.toContain(`"channel":"${name}","outcome"`);
      // The channel is put right, and the batch taken up again.
      await faults(both[channel], { results: "right" });
      await routing.end("SIGKILL");
      routing = await startRouting(both, { data, timeout: 0.5 });
      const report = await reportOf(routing, id);
      expect(report.discrepancies).toEqual([]);
      await audit(csv, id, report, both);
    }

    // Money that was taken and not asked for is told to the cent.
    await faults(both.batch, { wrongAmounts: 1 });
    await faults(both.single, { wrongAmounts: 1 });
    expect((await put(routing, "more", csv)).status).toBe(202);
    const more = await reportOf(routing, "more");
    expect(more.balanced).toBe(false);
    expect(more.discrepancies).toHaveLength(2);
    for (const sentence of more.discrepancies) {
      const [, was, asked] = /was debited ([\d.]+) instead of ([\d.]+)$/.exec(sentence)!;
      expect(units(was!) - units(asked!)).toBe(10_000n);
    }
    for (const program of [routing, both.batch, both.single]) await program.end("SIGKILL");
  }, 120_000);

  it("hands a batch back whose plan somebody has cancelled", async () => {
    // Nobody works here, so that the plan waits.
    const postgres = await startPostgres();
    const idle = await startServing(["--no-work", "--database-url", await postgres.url()]);
    const own = new Client({ url: idle.said });
    await own.channels.put("example", { file: join(example, "channels.yaml") });
    const both = await channels(200);
    const routing = await startRouting(both, { data: join(folder, "cancelled"), packwright: idle.said });
    expect((await put(routing, "c1", await ordersFile(20))).status).toBe(202);
    const waiting = async () => (await own.jobs.list({ state: "queued" })).jobs;
    await until("a plan is asked for", async () => (await waiting()).length > 0);
    await own.plans.stop((await waiting())[0]!.id);
    const report = await reportOf(routing, "c1");
    expect(report.orders).toMatchObject({ in: 20, settled: 0, refused: 20 });
    expect(report.balanced).toBe(true);
    expect(await json(`${routing.url}/batches/c1`)).toMatchObject({ stage: "unplannable", trouble: null });
    const { debits } = await json<Statement>(`${both.single.url}/statement?batch=c1`);
    expect(debits).toEqual([]);
    for (const program of [routing, both.batch, both.single, idle]) await program.end("SIGKILL");
    await postgres.remove();
  }, 120_000);

  it("begins no batch anew whose journal is gone, and passes over one that never came in whole", async () => {
    const { Batch } = (await import(pathToFileURL(built("batch")).href)) as {
      Batch: {
        create(at: string, csv: string): Promise<void>;
        open(
          at: string,
          id: string,
        ): Promise<{ orders: ReadonlyMap<string, unknown>; close(): Promise<void> } | null>;
      };
    };
    const at = join(folder, "journals", "b");
    mkdirSync(at, { recursive: true });
    expect(await Batch.open(at, "b")).toBeNull();
    await Batch.create(at, "id,bank,amount,account\na,ICBC,1.00,62\n");
    const batch = (await Batch.open(at, "b"))!;
    expect(batch.orders.size).toBe(1);
    await batch.close();
    rmSync(join(at, "journal.ndjson"));
    await expect(Batch.open(at, "b")).rejects.toThrow("journal.ndjson");
  });

  it("hands back what cannot be done, with all that is wrong", async () => {
    const both = await channels(200);
    const routing = await startRouting(both, { data: join(folder, "bad") });
    const bad = await put(routing, "bad", "id,bank,amount,account\na,ICBC,1.234,62\na,,5.00,62\nb,CCB,0,\n");
    expect(bad.status).toBe(422);
    const { problems } = (await bad.json()) as { problems: { line: number; message: string }[] };
    expect(problems.map(({ line, message }) => `${line} ${message}`)).toEqual([
      '2 "1.234" is no amount: write it like 12.50.',
      "3 bank is empty.",
      "3 There is an order a already.",
      "4 account is empty.",
      '4 "0" is no amount: write it like 12.50.',
    ]);
    // Nothing is wrong with it by the look of it; that a penalty is no money is for packwright to say.
    const csv =
      'id,bank,amount,account,accountType,unroutedPenalty\n"o,1",ICBC,12.50,6200,personal,much\no2,CMB,5.00,6201,personal,\n';
    expect((await put(routing, "b1", csv)).status).toBe(202);
    expect((await put(routing, "b1", csv.replace("12.50", "12.51"))).status).toBe(409);
    const report = await reportOf(routing, "b1");
    expect(report.orders).toEqual({ in: 2, settled: 0, failed: 0, refused: 2, deferred: 0 });
    expect(report.balanced).toBe(true);
    expect(await json(`${routing.url}/batches/b1`)).toMatchObject({
      stage: "unplannable",
      plan: null,
      problems: [{ order: "o,1", message: expect.stringContaining('"much"') }],
    });
    expect(await json(`${routing.url}/batches/b1/orders/o%2C1`)).toMatchObject({
      end: "refused",
      reason: "NOT_A_DECIMAL",
      attempts: [],
    });
    for (const program of [routing, both.batch, both.single]) await program.end("SIGKILL");
  }, 120_000);
});

interface Front {
  readonly server: Server;
  readonly url: string;
  /** `gone` breaks connections, `busy` answers 503, `lost` does what is asked and breaks the connection then. */
  mode: "gone" | "busy" | "lost" | "through";
  asked: number;
  /** Requests for a plan that went through. */
  plans: number;
}

/** Stands between, and lets through what it is told to. */
async function front(behind: string): Promise<Front> {
  const server = createServer((request, response) => {
    front.asked++;
    const { mode } = front;
    if (mode === "gone") return void request.socket.destroy();
    if (mode === "busy") {
      const problem = { type: "urn:packwright:busy", title: "Busy.", status: 503, code: "BUSY" };
      response.writeHead(503, { "content-type": "application/problem+json", "retry-after": "0" });
      return void request.resume().once("end", () => response.end(JSON.stringify(problem)));
    }
    const isPlan = request.method === "POST" && request.url === "/v1/plans";
    const { method, headers, url = "" } = request;
    const onward = ask(new URL(url, behind), { method, headers: { ...headers, host: new URL(behind).host } });
    onward.on("error", () => response.destroy());
    onward.on("response", (answer) => {
      if (isPlan) front.plans++;
      if (mode === "lost" && isPlan) return void request.socket.destroy();
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const front: Front = { server, url, mode: "through", asked: 0, plans: 0 };
  return front;
}
