import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client, type Order, ProblemError } from "../../src/client/index.js";
import { NIGHTLY, ROOT, SMALL_CHANNELS, SMALL_ORDERS } from "./cli.js";
import { type Program, startService } from "./program.js";

/** The client against a real service. */

const folder = mkdtempSync(join(tmpdir(), "packwright-client-"));
let service: Program;
let client: Client;

beforeAll(async () => {
  service = await startService(join(folder, "data"));
  client = new Client({ url: service.url });
}, 120_000);
afterAll(async () => {
  await service.end();
  rmSync(folder, { recursive: true, force: true });
});

const ORDERS: Order[] = [
  { id: "o1", bank: "ICBC", amount: "10.00" },
  { id: "o2", bank: "ICBC", amount: "20.00" },
  { id: "o3", bank: "CCB", amount: "30.00" },
  { id: "o4", bank: "ABC", amount: "40.00" },
];

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe("the client", () => {
  /** Calls every method there is, and notes what is asked for instead of asking. */
  async function everyRoute(): Promise<string[]> {
    const asked: string[] = [];
    const spy = new Client({
      url: "http://spy",
      retries: { times: 0 },
      fetch: async (url, init) => {
        asked.push(`${init?.method} ${new URL(String(url)).pathname}`);
        throw new Error("noted");
      },
    });
    const id = "ID";
    const name = "NAME";
    const table = (of: "assignments" | "packages" | "unrouted") => {
      const { page, pages, rows, csv, parquet } = spy.plans[of](id);
      return [page(), pages().next(), rows().next(), csv().next(), parquet().next()];
    };
    const calls: Record<string, () => Promise<unknown> | Promise<unknown>[]> = {
      "plans.create": () => spy.plans.create({ channels: name, orders: [] }),
      "plans.get": () => spy.plans.get(id),
      "plans.stop": () => spy.plans.stop(id),
      "plans.events": () => spy.plans.events(id).next(),
      "plans.assignments": () => table("assignments"),
      "plans.packages": () => table("packages"),
      "plans.unrouted": () => table("unrouted"),
      "plans.certificate": () => spy.plans.certificate(id),
      "plans.report": () => spy.plans.report(id),
      "plans.explanation": () => spy.plans.explanation(id, "ORDER"),
      "plans.terms": () => spy.plans.terms(id),
      "plans.simulate": () => spy.plans.simulate(id, { changes: [] }),
      "orderSets.put": () => spy.orderSets.put(id, "id\n", { format: "csv" }),
      "orderSets.get": () => spy.orderSets.get(id),
      "orderSets.content": () => spy.orderSets.content(id).next(),
      "orderSets.list": () => spy.orderSets.list(),
      "orderSets.pages": () => spy.orderSets.pages().next(),
      "orderSets.delete": () => spy.orderSets.delete(id),
      "channels.put": () => spy.channels.put(name, "currency: CNY"),
      "channels.get": () => spy.channels.get(name),
      "channels.list": () => spy.channels.list(),
      "channels.pages": () => spy.channels.pages().next(),
      "channels.versions": () => spy.channels.versions(name),
      "jobs.list": () => spy.jobs.list(),
      "jobs.pages": () => spy.jobs.pages().next(),
      "jobs.get": () => spy.jobs.get(id),
      "jobs.events": () => spy.jobs.events(id).next(),
      "jobs.file": () => spy.jobs.file(id, "FILE").next(),
      "jobs.input": () => spy.jobs.input(id, "FILE").next(),
      "jobs.delete": () => spy.jobs.delete(id),
      "jobs.retry": () => spy.jobs.retry(id),
      "keys.create": () => spy.keys.create({ name, scopes: ["read"] }),
      "keys.list": () => spy.keys.list(),
      "keys.revoke": () => spy.keys.revoke(id),
      whatIf: () => spy.whatIf({ scenarios: {} }),
      breakEven: () => spy.breakEven({ options: { from: "0", to: "1" } }),
      frontier: () => spy.frontier({ options: { against: "finish" } }),
      evaluate: () => spy.evaluate({ assignments: [] }),
      verify: () => spy.verify({}),
      coverage: () => spy.coverage(name),
      health: () => spy.health(),
      ready: () => spy.ready(),
      metrics: () => spy.metrics(),
    };
    // Whatever methods there are must be among them; `pending` asks for nothing.
    const methods = (of: object) =>
      Object.getOwnPropertyNames(Object.getPrototypeOf(of)).filter((each) => each !== "constructor");
    const groups = ["plans", "orderSets", "channels", "jobs", "keys"] as const;
    const there = [
      ...groups.flatMap((group) => methods(spy[group]).map((method) => `${group}.${method}`)),
      ...methods(spy),
    ].filter((method) => method !== "jobs.pending");
    expect(Object.keys(calls).sort()).toEqual(there.sort());
    for (const call of Object.values(calls))
      for (const promise of [call()].flat()) await expect(promise).rejects.toThrow("noted");
    return asked;
  }

  it("has a method for every route, and none for others", async () => {
    const document = (await (await fetch(`${service.url}/openapi.json`)).json()) as {
      paths: Record<string, object>;
    };
    const blank = (route: string) => route.replace(/\{[^}]+\}|\b(ID|NAME|ORDER|FILE)\b/g, "…");
    const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => blank(`${method.toUpperCase()} ${path}`)),
    );
    expect([...new Set((await everyRoute()).map(blank))].sort()).toEqual(routes.sort());
  });

  it("brings nothing of the server along", () => {
    const dist = join(ROOT, "dist", "client");
    const files = readdirSync(dist).filter((name) => name.endsWith(".js"));
    const imports = files.flatMap((name) => {
      const found = readFileSync(join(dist, name), "utf8").matchAll(/\b(?:from|import\(?)\s*"([^"]+)"/g);
      return [...found].map(([, path]) => path!);
    });
    expect(imports.length).toBeGreaterThan(10);
    // Files to upload: in Node alone.
    expect(imports.filter((path) => !/^\.\/\w+\.js$/.test(path))).toEqual(["node:fs"]);
    expect(files.reduce((sum, name) => sum + statSync(join(dist, name)).size, 0)).toBeLessThan(50_000);
  });

  it("stores channels, and asks what they cover", async () => {
    const stored = await client.channels.put("small", SMALL_CHANNELS);
    expect(stored).toMatchObject({ name: "small", version: 1, format: "json" });
    expect((await client.channels.put("small", SMALL_CHANNELS)).version).toBe(1);
    const raised = { ...SMALL_CHANNELS, objective: { unroutedPenalty: "100.00" } };
    expect((await client.channels.put("small", raised)).version).toBe(2);
    expect((await client.channels.versions("small")).map(({ version }) => version)).toEqual([2, 1]);
    expect(JSON.parse(await client.channels.get("small", { version: 1 }))).toEqual(SMALL_CHANNELS);
    expect((await client.channels.list()).channels.map(({ name }) => name)).toEqual(["small"]);
    const { banks, version } = await client.coverage("small", { bank: "ABC" });
    expect(version).toBe(2);
    expect(banks[0]!.single.map(({ channel }) => channel)).toEqual(["fast-single"]);
    expect(banks[0]!.batch).toEqual([]);
  });

  it("uploads orders from a file, packed or not", async () => {
    const plain = join(folder, "orders.csv");
    const packed = join(folder, "packed.csv.gz");
    writeFileSync(plain, SMALL_ORDERS);
    writeFileSync(packed, gzipSync(SMALL_ORDERS));
    const sets = [
      await client.orderSets.put("plain", { file: plain }),
      await client.orderSets.put("on-the-way", { file: plain }, { gzip: true }),
      await client.orderSets.put("packed", { file: packed }),
    ];
    expect(new Set(sets.map(({ sha256, bytes, format }) => `${sha256} ${bytes} ${format}`)).size).toBe(1);
    expect(await text(client.orderSets.content("packed"))).toBe(SMALL_ORDERS);
    const names: string[] = [];
    for await (const { orderSets } of client.orderSets.pages({ limit: 2 }))
      names.push(...orderSets.map(({ id }) => id));
    expect(names).toEqual(["on-the-way", "packed", "plain"]);
    await client.orderSets.delete("packed");
    await expect(client.orderSets.get("packed")).rejects.toMatchObject({ code: "NOT_FOUND", status: 404 });
  });

  it("gets a plan at once, and reads all of it", async () => {
    const plan = await client.plans.create({ channels: "small", orders: { set: "plain" } }, { wait: 30 });
    expect(plan).toMatchObject({ state: "done", channels: { name: "small", version: 2 } });
    const done = await plan.wait();
    expect(done.plan.cost.objective).toBe("2.90");
    const { id } = plan;
    const rows = await all(client.plans.assignments(id));
    expect(rows.map(({ order }) => order).sort()).toEqual(["o1", "o2", "o3", "o4"]);
    const pages = await all(client.plans.assignments(id).pages({ limit: 3 }));
    expect(pages.map((page) => page.rows.length)).toEqual([3, 1]);
    expect(pages.flatMap((page) => page.rows)).toEqual(rows);
    expect(await text(client.plans.assignments(id).csv())).toMatch(/^order,channel,package,charge\n/);
    expect(await all(client.plans.packages(id))).toMatchObject([{ channel: "union-batch", fee: "1.00" }]);
    expect(await all(client.plans.unrouted(id))).toEqual([]);
    expect((await client.plans.certificate(id)).bound).toBe("2.90");
    expect(await client.plans.report(id)).toMatch(/^<!doctype html>/i);
    const { orders } = await client.plans.explanation(id, "o4");
    expect(orders[0]).toMatchObject({ order: "o4", channel: "fast-single" });
  });

  it("follows a plan whose orders come one by one", async () => {
    async function* orders() {
      yield* ORDERS;
    }
    const request = { channels: SMALL_CHANNELS, orders };
    const plan = await client.plans.create(request, { gzip: true, idempotencyKey: "night-1" });
    expect(plan.plan === null || plan.state === "done").toBe(true);
    const done = await plan.wait();
    expect(done.plan.counts.routed).toBe(4);
    const again = await client.plans.create(request, { idempotencyKey: "night-1" });
    expect(again.id).toBe(plan.id);
    const events = await all(client.plans.events(plan.id));
    expect(events.at(-1)).toMatchObject({ event: "end", state: "done", problem: null });
    const other = client.plans.create({ channels: "small", orders: [] }, { idempotencyKey: "night-1" });
    await expect(other).rejects.toMatchObject({ code: "IDEMPOTENCY_KEY_REUSED", status: 422 });
  });

  it("waits through the death of the service", async () => {
    const data = join(folder, "killed");
    const first = await startService(data);
    const own = new Client({ url: first.url, retries: { times: 60, most: 1 } });
    await own.orderSets.put("night", { file: NIGHTLY.orders });
    await own.channels.put("night", { file: NIGHTLY.channels });
    const pending = await own.plans.create({
      channels: "night",
      orders: { set: "night" },
      options: { timeLimit: 3 },
    });
    let begun = () => {};
    const running = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const done = pending.wait({ onProgress: ({ state }) => state === "running" && begun() });
    await running;
    await first.end("SIGKILL");
    const second = await startService(data, "--port", new URL(first.url).port);
    const { plan, attempt } = await done;
    expect([plan.counts.orders, attempt]).toEqual([20_000, 2]);
    await second.end();
  }, 120_000);

  it("stops a plan", async () => {
    const plan = await client.plans.create({ channels: "small", orders: ORDERS });
    const stopped = await client.plans.stop(plan.id);
    expect(["running", "done", "cancelled"]).toContain(stopped.state);
  });

  it("has other things worked out", async () => {
    const inputs = { channels: SMALL_CHANNELS, orders: ORDERS };
    const assignments = ORDERS.slice(3).map(({ id }) => ({ order: id, channel: "fast-single" }));
    const evaluated = await (await client.evaluate({ ...inputs, assignments })).wait();
    expect(evaluated.summary).toMatchObject({ valid: true });
    const [file] = evaluated.files;
    expect(file!.name).toBe("evaluation.json");
    expect(JSON.parse(await text(client.jobs.file(evaluated.id, file!.name)))).toMatchObject({ valid: true });
    const input = evaluated.inputs.find(({ name }) => name === "orders.json")!;
    expect(JSON.parse(await text(client.jobs.input(evaluated.id, input.name)))).toEqual(ORDERS);
    const asked = { channel: "union-batch", field: "package.fee", from: "0", to: "3" };
    const curve = await (await client.breakEven({ ...inputs, options: asked })).wait();
    expect(curve.files.map(({ name }) => name)).toContain("break-even.json");
    const { jobs } = await client.jobs.list({ kind: "break-even" });
    expect(jobs.map(({ id }) => id)).toEqual([curve.id]);
    await expect(client.jobs.retry(curve.id)).rejects.toMatchObject({ code: "NOT_ENDED_BADLY" });
    await client.jobs.delete(curve.id);
    await expect(client.jobs.get(curve.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("says all that is wrong, at once or in the end", async () => {
    const wrong = { channels: "small", orders: [], surplus: 1 } as never;
    await expect(client.plans.create(wrong)).rejects.toMatchObject({
      status: 422,
      problems: [{ code: "UNKNOWN_KEY" }],
    });
    const bad = [
      { id: "a", bank: "ICBC", amount: "1.234" },
      { id: "a", bank: "", amount: "1.00" },
    ];
    const plan = await client.plans
      .create({ channels: "small", orders: bad })
      .catch((error: unknown) => error);
    const error =
      plan instanceof ProblemError
        ? plan
        : await (plan as { wait(): Promise<unknown> }).wait().catch((e: unknown) => e);
    expect(error).toMatchObject({ name: "ProblemError", status: 422, code: "BAD_INPUT" });
    expect((error as ProblemError).problems.length).toBeGreaterThan(1);
  });

  it("does what docs/client.md says", async () => {
    const document = readFileSync(join(ROOT, "docs", "client.md"), "utf8");
    const codes = [...document.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code!);
    expect(codes.length).toBe(3);
    // Inside the project, so that the package finds itself by its name.
    const place = join(ROOT, "out", `client-${process.pid}`);
    mkdirSync(place, { recursive: true });
    try {
      for (const code of codes) {
        const file = join(place, "example.mjs");
        writeFileSync(file, code.replace("http://127.0.0.1:8080", service.url));
        const { stdout } = await promisify(execFile)(process.execPath, [file]);
        const [, promised] = /console\.log\(.*\); \/\/ (.*)/.exec(code)!;
        expect(stdout.split("\n")[0]).toBe(promised);
      }
    } finally {
      rmSync(place, { recursive: true, force: true });
    }
  }, 120_000);

  it("makes keys, and revokes them", async () => {
    const made = await client.keys.create({ name: "routing", scopes: ["plan"] });
    const own = new Client({ url: service.url, key: made.text });
    await expect(own.keys.list()).rejects.toMatchObject({ status: 403, code: "FORBIDDEN" });
    expect((await client.keys.list()).map(({ name }) => name)).toEqual(["routing"]);
    await client.keys.revoke(made.key.id);
    await expect(own.jobs.list()).rejects.toMatchObject({ status: 401, code: "UNAUTHORIZED" });
  });

  it("asks how the service is", async () => {
    expect((await client.health()).status).toBe("ok");
    expect((await client.ready()).status).toBe("ok");
    expect(await client.metrics()).toContain("# HELP");
  });
});
