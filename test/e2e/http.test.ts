import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { OpenApi } from "../support/openapi.js";
import { type Ask, asking, openApiOf, type Told } from "./asking.js";
import { SMALL_CHANNELS, SMALL_ORDERS } from "./cli.js";
import { type Program, startService } from "./program.js";

/** The HTTP API, asked as callers ask it. Every answer is held against /openapi.json. */

const folder = mkdtempSync(join(tmpdir(), "packwright-http-"));
const WAIT = { prefer: "wait=30" };
const CSV = { "content-type": "text/csv" };
const NDJSON = { "content-type": "application/x-ndjson" };
const GZIP = { "content-encoding": "gzip" };
const ORDERS = [
  { id: "o1", bank: "ICBC", amount: "10.00" },
  { id: "o2", bank: "ICBC", amount: "20.00" },
  { id: "o3", bank: "CCB", amount: "30.00" },
  { id: "o4", bank: "ABC", amount: "40.00" },
];
const LIMITS = ["--max-orders", "100", "--max-channels", "3", "--max-time-limit", "60"];
const REQUEST = { channels: SMALL_CHANNELS, orders: ORDERS };

let service: Program;
let document: OpenApi;
let ask: Ask;
/** A plan that is there. */
let plan: Told["json"];

beforeAll(async () => {
  service = await startService(join(folder, "data"), ...LIMITS);
  document = await openApiOf(service.url);
  ask = asking(service.url, document);
  plan = (await ask("POST", "/v1/plans", { headers: WAIT, body: REQUEST })).json;
}, 60_000);
afterAll(async () => {
  await service.end();
  expect(
    service
      .output()
      .split("\n")
      .filter((line) => /"level":[56]0/.test(line)),
  ).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});

const codes = ({ json }: Told) =>
  json.problems.map(({ code, path }: { code: string; path: string }) => `${path} ${code}`);

describe("plans", () => {
  it("are answered at once where that is preferred", () => {
    expect(plan).toMatchObject({
      state: "done",
      kind: "plan",
      plan: { status: "optimal", cost: { objective: "2.90" } },
    });
  });

  it("are told of without how far they were, once they have ended", () => {
    expect(plan.progress).toBeNull();
  });

  it("are accepted otherwise, and are there when they have ended", async () => {
    const told = await ask("POST", "/v1/plans", { body: REQUEST });
    expect(told.status).toBe(202);
    const { id } = told.json;
    expect(told.headers.get("location")).toBe(`/v1/plans/${id}`);
    const events = await (await fetch(`${service.url}/v1/plans/${id}/events`)).text();
    expect(events).toMatch(/event: end\ndata: \{"state":"done"/);
    // How far it was before says nothing any more.
    const late = await (await fetch(`${service.url}/v1/plans/${id}/events`)).text();
    expect(late).toMatch(/^event: end\ndata: \{"state":"done"[^\n]*\n\n$/);
    expect((await ask("GET", `/v1/plans/${id}`)).json.plan.cost.objective).toBe("2.90");
  });

  it("are answered as is preferred, and say what was heard of it", async () => {
    const told = async (prefer: string | undefined, body: object = REQUEST) => {
      const headers = prefer === undefined ? {} : { prefer };
      const { status, headers: answered } = await ask("POST", "/v1/plans", { headers, body });
      return [status, answered.get("preference-applied")];
    };
    expect(await told(undefined)).toEqual([202, null]);
    expect(await told("respond-async")).toEqual([202, "respond-async"]);
    expect(await told("wait=0")).toEqual([202, "wait=0"]);
    expect(await told("respond-async, wait=0")).toEqual([202, "respond-async, wait=0"]);
    expect(await told("wait=30 ,respond-async")).toEqual([200, "wait=30"]);
    expect(await told("wait=1000")).toEqual([200, "wait=60"]);
  });

  it("come of NDJSON, packed or not, and of order sets and stored channels", async () => {
    const body = [{ channels: SMALL_CHANNELS }, ...ORDERS].map((line) => JSON.stringify(line)).join("\n");
    await ask("PUT", "/v1/order-sets/by-reference", { headers: CSV, body: SMALL_ORDERS });
    await ask("PUT", "/v1/channels/by-reference", { body: SMALL_CHANNELS });
    const reference = { channels: "by-reference", orders: { set: "by-reference" } };
    const asked = [
      { headers: { ...WAIT, ...NDJSON }, body },
      { headers: { ...WAIT, ...NDJSON, ...GZIP }, body: new Uint8Array(gzipSync(body)) },
      {
        headers: { ...WAIT, ...GZIP, "content-type": "application/json" },
        body: new Uint8Array(gzipSync(JSON.stringify(REQUEST))),
      },
      { headers: WAIT, body: reference },
      { headers: WAIT, body: { ...reference, channels: { name: "by-reference", version: 1 } } },
    ];
    for (const each of asked) {
      const { status, json } = await ask("POST", "/v1/plans", each);
      expect(status).toBe(200);
      expect(json.plan.cost.objective).toBe("2.90");
      expect(json.channels).toEqual(
        each.body === body || each.body instanceof Uint8Array ? null : { name: "by-reference", version: 1 },
      );
    }
  });

  it("tell all problems of a request, and those of its inputs with place and hint", async () => {
    const wrong = await ask("POST", "/v1/plans", {
      body: { ...REQUEST, optons: {}, options: { timeLimit: -1, gap: 2, engine: "fast" } },
    });
    expect(wrong.status).toBe(422);
    expect(codes(wrong).sort()).toEqual([
      "options.engine UNKNOWN_VALUE",
      "options.gap OUT_OF_RANGE",
      "options.timeLimit OUT_OF_RANGE",
      "optons UNKNOWN_KEY",
    ]);
    // What is given here at most is one problem among the others.
    const beyond = await ask("POST", "/v1/plans", {
      body: { ...REQUEST, options: { timeLimit: 99_999, gap: -1, foo: 1 } },
    });
    expect(codes(beyond).sort()).toEqual([
      "options.foo UNKNOWN_KEY",
      "options.gap OUT_OF_RANGE",
      "options.timeLimit OUT_OF_RANGE",
    ]);
    const places = ({ json }: Told) =>
      json.problems.map(({ code: _, file, line, path }: Record<string, string | number>) => [
        file,
        line,
        path,
      ]);
    // Nobody who sent them in a request has a file of channels or of orders.
    const [batch, single] = SMALL_CHANNELS.channels;
    const fields = [
      '"currency":"CNY"',
      `"channels":[\n${JSON.stringify(batch)},\n${JSON.stringify({ ...single, fee: { flat: "x" } })}]`,
    ];
    const within = await ask("POST", "/v1/plans", {
      headers: { ...WAIT, "content-type": "application/json" },
      body: `{"orders":[{"id":"a","bank":"ICBC","amount":"1.234"}],\n"channels":{\n${fields.join()}}}`,
    });
    expect(places(within)).toEqual([
      [undefined, 5, "channels.channels[1].fee.flat"],
      [undefined, undefined, "orders[0].amount"],
    ]);
    const amount = await ask("POST", "/v1/plans", {
      headers: WAIT,
      body: { ...REQUEST, orders: [ORDERS[0], { ...ORDERS[1], amount: "1.234" }] },
    });
    expect(places(amount)).toEqual([[undefined, undefined, "orders[1].amount"]]);
    const twice = await ask("POST", "/v1/plans", {
      headers: { ...WAIT, "content-type": "application/json" },
      body: `{"channels":${JSON.stringify(SMALL_CHANNELS)},\n"orders":[\n{"id":"a","bank":"A","amount":"1","amount":"2"}]}`,
    });
    expect(places(twice)).toEqual([[undefined, 3, "orders"]]);
    const scenarios = { scenarios: [{ id: "s", changes: [{ set: { "channels[9].fee": "1" } }] }] };
    const study = await ask("POST", "/v1/what-if", { headers: WAIT, body: { ...REQUEST, scenarios } });
    expect(study.json.problems[0]).toMatchObject({
      path: expect.stringMatching(/^scenarios\.scenarios\[0\]/),
    });
    expect(study.json.problems[0].file).toBeUndefined();
    await ask("PUT", "/v1/order-sets/wrong-amount", { headers: CSV, body: "id,bank,amount\na,ICBC,1.234\n" });
    const uploaded = await ask("POST", "/v1/plans", {
      headers: WAIT,
      body: { ...REQUEST, orders: { set: "wrong-amount" } },
    });
    expect(places(uploaded)).toEqual([["orders.csv", 2, "amount"]]);
    const inputs = await ask("POST", "/v1/plans", {
      headers: { ...WAIT, ...NDJSON },
      body: `${JSON.stringify({ channels: SMALL_CHANNELS })}\n{"id":"a","bank":"ICBC","amount":"1.234"}\n{"id":"a","amount":"1"}\n`,
    });
    expect(inputs.status).toBe(422);
    expect(inputs.json.job).toMatch(/^[0-9a-f-]{36}$/);
    expect(inputs.json.problems).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ line: 2, path: "amount", code: "TOO_MANY_DECIMALS" }),
        expect.objectContaining({ line: 3, path: "bank", code: "MISSING_FIELD" }),
      ]),
    );
    expect(places(inputs).every(([file]: unknown[]) => file === undefined)).toBe(true);
  });

  it("say what to write instead", async () => {
    const told = async (method: string, path: string, body?: unknown, headers = {}) => {
      const { status, json } = await ask(method, path, { body, headers });
      const [{ path: at = "", message = "", hint = "" } = {}] = json.problems ?? [];
      return `${status} ${at}: ${message}. ${hint}${json.problems ? "" : `${json.title} ${json.detail ?? ""}`}`;
    };
    const json = { "content-type": "application/json" };
    const body = { ...REQUEST, options: { path: "channels[0].package.fee", from: 0, to: "1" } };
    expect(await told("POST", "/v1/break-even", body)).toBe(
      '422 options.from: "0" must be a string. Write it as a text: "0".',
    );
    expect(await told("POST", "/v1/plans", "{wrong", json)).toMatch(
      /^400 body: has no key in double quotes at byte 1\. /,
    );
    expect(await told("POST", "/v1/plans", undefined)).toMatch(/^422 body: is missing\. Send a JSON object/);
    const lines = `${JSON.stringify({ channels: SMALL_CHANNELS })}\noops\n`;
    expect(await told("POST", "/v1/plans", lines, { ...WAIT, ...NDJSON })).toMatch(
      /^422 : is not JSON: JSON value expected\. /,
    );
    expect(await told("GET", "/v1/jobs?limit=5000")).toBe('400 limit: "5000" must be at most 1000. ');
    expect(await told("GET", "/v1/plans/nonsense")).toBe('404 : . There is no plan "nonsense". ');
    expect(await told("GET", "/v1/jobs/nonsense")).toBe('404 : . There is no job "nonsense". ');
    expect(await told("POST", "/v1/plans", { ...REQUEST, orders: null })).toBe(
      '422 orders: must be a list of orders, or {"set": NAME}. ',
    );
    expect(await told("POST", "/v1/plans", { ...REQUEST, channels: 7 })).toMatch(
      /^422 channels: "7" must be the name of a stored contract, /,
    );
    const names = `"options":{"path":"channels[0].package.fee","from":"0","to":"1","to":"2"}`;
    expect(
      await told("POST", "/v1/break-even", `${JSON.stringify(REQUEST).slice(0, -1)},${names}}`, json),
    ).toBe('422 options: key "to" stands twice in the same object. Keep one of the two.');
    const latin = Buffer.from('{"channels":"a",\n"orders":[{"id":"\xe9"}]}', "latin1");
    expect(await told("POST", "/v1/plans", new Uint8Array(latin), json)).toBe(
      "422 body: is Latin-1 (ISO 8859-1 or Windows-1252), or another single-byte encoding, not UTF-8. JSON is sent as UTF-8: convert it before.",
    );
    await ask("PUT", "/v1/channels/december", { body: SMALL_CHANNELS });
    expect(await told("POST", "/v1/plans", { ...REQUEST, channels: "decembre" })).toBe(
      '404 : . There is no stored channel contract decembre. Did you mean "december"?',
    );
  });

  it.each([
    ["nothing", undefined, {}, 422],
    ["no JSON", "{", {}, 400],
    ["a list", "[]", {}, 400],
    ["a key twice", '{"channels":"a","channels":"b"}', {}, 422],
    ["a key twice within", `${JSON.stringify(REQUEST).slice(0, -1)},"options":{"gap":0,"gap":1}}`, {}, 422],
    ["text that is not UTF-8", Buffer.from(JSON.stringify({ ...REQUEST, from: "\xe9" }), "latin1"), {}, 422],
    ["an empty object", "{}", {}, 422],
    ["channels that are not there", '{"channels":"nobody","orders":[]}', {}, 404],
    [
      "a set that is not there",
      '{"channels":{"currency":"CNY","channels":[]},"orders":{"set":"nobody"}}',
      {},
      404,
    ],
    ["NDJSON without an order", `${JSON.stringify({ channels: SMALL_CHANNELS })}\n\n`, NDJSON, 422],
    ["NDJSON of its first line alone", JSON.stringify({ channels: SMALL_CHANNELS }), NDJSON, 422],
    ["no orders", JSON.stringify({ channels: SMALL_CHANNELS }), {}, 422],
    ["a time limit beyond the largest", JSON.stringify({ ...REQUEST, options: { timeLimit: 61 } }), {}, 422],
    [
      "more orders than are taken",
      JSON.stringify({ ...REQUEST, orders: Array(101).fill(ORDERS[0]) }),
      {},
      422,
    ],
    ["another type", "x", { "content-type": "text/plain" }, 415],
    ["another encoding", "x", { "content-encoding": "br" }, 415],
    ["broken gzip", "x", GZIP, 400],
    ["half of gzip", gzipSync(JSON.stringify(REQUEST)).subarray(0, 100), GZIP, 400],
  ])("are not made of %s", async (_what, body, headers, status) => {
    const sent = body instanceof Uint8Array ? new Uint8Array(body) : body;
    const typed = body === undefined ? {} : { "content-type": "application/json" };
    const told = await ask("POST", "/v1/plans", { headers: { ...typed, ...headers }, body: sent });
    expect(told.status).toBe(status);
    expect(told.type).toMatch(/^application\/problem\+json/);
    expect(told.json).toMatchObject({ status, code: expect.any(String), requestId: expect.any(String) });
  });

  it("are read page by page, as NDJSON and as CSV", async () => {
    const path = `/v1/plans/${plan.id}/assignments`;
    const rows: { order: string }[] = [];
    let cursor = "";
    for (let pages = 0; pages < 4; pages++) {
      const page = (await ask("GET", `${path}?limit=3${cursor}`)).json;
      rows.push(...page.rows);
      if (page.next === null) break;
      cursor = `&cursor=${page.next}`;
    }
    expect(rows.map(({ order }) => order).sort()).toEqual(["o1", "o2", "o3", "o4"]);
    const lines = (await ask("GET", path, { headers: { accept: "application/x-ndjson" } })).text
      .trim()
      .split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual(rows);
    const csv = await ask("GET", path, { headers: { accept: "text/csv" } });
    expect(csv.text.split("\n")[0]).toBe("order,channel,package,charge");
    expect(csv.text.trim().split("\n").length).toBe(5);
    expect((await ask("GET", `${path}?cursor=17`)).json.code).toBe("WRONG_CURSOR");
    expect((await ask("GET", `${path}?limit=0`)).status).toBe(400);
    expect((await ask("GET", path, { headers: { accept: "image/png" } })).status).toBe(406);
    expect((await ask("GET", `/v1/plans/${plan.id}/packages`)).json.rows.length).toBe(1);
    expect((await ask("GET", `/v1/plans/${plan.id}/unrouted`)).json).toEqual({ rows: [], next: null });
  });

  it("have tables as Parquet where that was wanted, and no others", async () => {
    const body = { ...REQUEST, options: { format: "parquet" } };
    const { id } = (await ask("POST", "/v1/plans", { headers: WAIT, body })).json;
    const parquet = await ask("GET", `/v1/plans/${id}/assignments`, {
      headers: { accept: "application/vnd.apache.parquet" },
    });
    expect(parquet.text.startsWith("PAR1")).toBe(true);
    expect((await ask("GET", `/v1/plans/${id}/assignments`)).status).toBe(406);
  });

  it("have a certificate, a report and explanations", async () => {
    expect((await ask("GET", `/v1/plans/${plan.id}/certificate`)).json.schemaVersion).toBeGreaterThan(0);
    const report = await ask("GET", `/v1/plans/${plan.id}/report`);
    expect(report.text).toMatch(/^<!doctype html>/);
    const { json } = await ask("GET", `/v1/plans/${plan.id}/explanations/o4`);
    expect(json.orders).toMatchObject([{ order: "o4" }]);
    const unknown = await ask("GET", `/v1/plans/${plan.id}/explanations/o5`);
    expect([unknown.status, unknown.json.code]).toEqual([404, "UNKNOWN_ORDER"]);
  });

  it("are planned again from an old one", async () => {
    const body = { channels: SMALL_CHANNELS, from: { plan: plan.id, moveCost: "0.10" } };
    const { status, json } = await ask("POST", "/v1/plans", { headers: WAIT, body });
    expect([status, json.plan.cost.objective]).toEqual([200, "2.90"]);
  });

  it("stop when they are deleted, and keep the best so far", async () => {
    const orders = Array.from({ length: 100 }, (_, i) => ({
      id: `n${i}`,
      bank: i % 2 ? "ICBC" : "CCB",
      amount: `${i + 1}.07`,
    }));
    const channels = structuredClone(SMALL_CHANNELS) as Record<string, unknown> & {
      channels: Record<string, unknown>[];
    };
    channels.channels[0]!.package = { fee: "1.00", maxOrders: 7, maxAmount: "311.13", separateBy: ["bank"] };
    const { id } = (
      await ask("POST", "/v1/plans", { body: { channels, orders, options: { timeLimit: 60 } } })
    ).json;
    for (;;) {
      const { state, progress } = (await ask("GET", `/v1/plans/${id}`)).json;
      if (state !== "queued" && progress?.incumbent !== undefined) break;
      if (state === "done") break;
    }
    expect([200, 202]).toContain((await ask("DELETE", `/v1/plans/${id}`)).status);
    await (await fetch(`${service.url}/v1/plans/${id}/events`)).text();
    expect((await ask("GET", `/v1/plans/${id}`)).json).toMatchObject({
      state: "done",
      plan: { counts: { orders: 100 } },
    });
    expect((await ask("DELETE", `/v1/plans/${id}`)).json.state).toBe("done");
  });
});

describe("channels and orders of a request", () => {
  const channel = (id: string) => ({ ...SMALL_CHANNELS.channels[1]!, id });
  const four = {
    ...SMALL_CHANNELS,
    channels: [...SMALL_CHANNELS.channels, channel("c"), channel("d")],
  };
  const assignments = ORDERS.map(({ id }) => ({ order: id, channel: "fast-single" }));
  const scenarios = (...all: object[]) => ({ scenarios: all.map((each, i) => ({ id: `s${i}`, ...each })) });
  const adding = (id: string) => ({ changes: [{ channel: channel(id) }] });

  it.each([
    ["a list", "/v1/plans", { ...REQUEST, channels: four }],
    ["a text", "/v1/plans", { ...REQUEST, channels: { format: "json", text: JSON.stringify(four) } }],
    [
      "a break-even",
      "/v1/break-even",
      { ...REQUEST, channels: four, options: { channel: "c", field: "fee.flat", from: "1", to: "2" } },
    ],
    ["a frontier", "/v1/frontier", { ...REQUEST, channels: four, options: { against: "packages" } }],
    ["an evaluation", "/v1/evaluate", { ...REQUEST, channels: four, assignments }],
    [
      "scenarios, one after the other",
      "/v1/what-if",
      {
        ...REQUEST,
        scenarios: scenarios({ id: "one", ...adding("c") }, { extends: "one", ...adding("d") }),
      },
    ],
    [
      "a scenario that gives all of them",
      "/v1/what-if",
      { ...REQUEST, scenarios: scenarios({ changes: [{ set: { channels: four.channels } }] }) },
    ],
  ])("are counted in %s", async (_what, path, body) => {
    const { status, json } = await ask("POST", path, { headers: WAIT, body });
    expect([status, json.code]).toEqual([422, "TOO_MANY_CHANNELS"]);
  });

  it("are as many as are taken, and are stored so", async () => {
    const three = { ...four, channels: four.channels.slice(0, 3) };
    const body = { ...REQUEST, channels: { format: "json", text: JSON.stringify(three) } };
    expect((await ask("POST", "/v1/plans", { headers: WAIT, body })).status).toBe(200);
    const added = { ...REQUEST, scenarios: scenarios(adding("c"), adding("d")) };
    const told = await ask("POST", "/v1/what-if", { headers: WAIT, body: added });
    expect(told.status).toBe(200);
    // What its file holds, without another request.
    const { href } = told.json.files.find(({ name }: { name: string }) => name === "what-if.json");
    expect(told.json.result).toEqual((await ask("GET", href)).json);
    expect((await ask("PUT", "/v1/channels/counted", { body: three })).status).toBe(201);
    const many = await ask("PUT", "/v1/channels/counted", { body: four });
    expect([many.status, many.json.code]).toEqual([422, "TOO_MANY_CHANNELS"]);
  });

  it("hold no more orders in a scenario either", async () => {
    const of = (scale: string) => ({ ...REQUEST, scenarios: scenarios({ orders: { scale } }) });
    expect((await ask("POST", "/v1/what-if", { headers: WAIT, body: of("25") })).status).toBe(200);
    const many = await ask("POST", "/v1/what-if", { headers: WAIT, body: of("25.1") });
    expect([many.status, many.json.code]).toEqual([422, "TOO_MANY_ORDERS"]);
  });

  it("are no larger in a request than when they are stored", async () => {
    const text = `currency: CNY # ${"x".repeat(2 ** 20)}`;
    for (const channels of [
      { format: "yaml", text },
      { ...SMALL_CHANNELS, text },
    ]) {
      const told = await ask("POST", "/v1/plans", { body: { ...REQUEST, channels } });
      expect([told.status, told.json.code]).toEqual([413, "BODY_TOO_LARGE"]);
    }
  });
});

describe("Idempotency-Key", () => {
  const keyed = (key: string) => ({ ...WAIT, "idempotency-key": key });

  it("leads the same request to the same plan, and refuses another one", async () => {
    const first = await ask("POST", "/v1/plans", { headers: keyed("a"), body: REQUEST });
    const again = await ask("POST", "/v1/plans", { headers: keyed("a"), body: REQUEST });
    expect(again.json.id).toBe(first.json.id);
    const other = await ask("POST", "/v1/plans", {
      headers: keyed("a"),
      body: { ...REQUEST, options: { seed: 2 } },
    });
    expect([other.status, other.json.code]).toEqual([422, "IDEMPOTENCY_KEY_REUSED"]);
    const elsewhere = await ask("POST", "/v1/evaluate", {
      headers: keyed("a"),
      body: { ...REQUEST, assignments: [] },
    });
    expect(elsewhere.status).toBe(422);
  });

  it("leads requests at the same time to one job", async () => {
    const told = await Promise.all(
      Array.from({ length: 8 }, () => ask("POST", "/v1/plans", { headers: keyed("b"), body: REQUEST })),
    );
    const ids = new Set(told.filter(({ status }) => status < 300).map(({ json }) => json.id));
    expect(ids.size).toBe(1);
    for (const { status, headers, json } of told.filter((each) => each.status >= 300)) {
      expect([status, json.code]).toEqual([409, "REQUEST_IN_PROGRESS"]);
      expect(headers.get("retry-after")).not.toBeNull();
    }
  });

  it("is let go where the request was refused", async () => {
    const headers = keyed("c");
    expect((await ask("POST", "/v1/plans", { headers, body: {} })).status).toBe(422);
    await expect
      .poll(async () => (await ask("POST", "/v1/plans", { headers, body: REQUEST })).status)
      .toBe(200);
  });

  it("holds for trying again, too", async () => {
    const failed = await ask("POST", "/v1/plans", {
      headers: WAIT,
      body: { ...REQUEST, orders: [{ id: "x" }] },
    });
    const path = `/v1/jobs/${failed.json.job}/retry`;
    const headers = { "idempotency-key": "d" };
    expect((await ask("POST", path, { headers })).status).toBe(202);
    expect((await ask("POST", path, { headers })).status).toBe(202);
    const { id } = plan;
    const done = await ask("POST", `/v1/jobs/${id}/retry`);
    expect([done.status, done.json.code]).toEqual([409, "NOT_ENDED_BADLY"]);
    expect((await ask("POST", `/v1/jobs/${id}/retry`, { headers })).status).toBe(422);
  });
});

describe("order sets", () => {
  it("are told of to each caller as its own upload left them", async () => {
    const put = async (orders: number) => {
      const rows = Array.from({ length: orders }, (_, i) => `s${i},ICBC,1.00\n`).join("");
      const { json } = await ask("PUT", "/v1/order-sets/shared", {
        headers: CSV,
        body: `id,bank,amount\n${rows}`,
      });
      return json.orders;
    };
    const counts = Array.from({ length: 20 }, (_, i) => i + 1);
    expect(await Promise.all(counts.map(put))).toEqual(counts);
  });

  it("are taken in every format, told of, given back and forgotten", async () => {
    const json = JSON.stringify(ORDERS);
    const ndjson = ORDERS.map((order) => JSON.stringify(order)).join("\n");
    const sets: [string, Record<string, string>, string | Uint8Array][] = [
      ["a", CSV, SMALL_ORDERS],
      ["b", { ...CSV, ...GZIP }, new Uint8Array(gzipSync(SMALL_ORDERS))],
      ["c", NDJSON, ndjson],
      ["d", { "content-type": "application/json" }, json],
    ];
    for (const [id, headers, body] of sets) {
      expect((await ask("PUT", `/v1/order-sets/${id}`, { headers, body })).status).toBe(201);
      const again = await ask("PUT", `/v1/order-sets/${id}`, { headers, body });
      expect([again.status, again.json.orders]).toEqual([200, ORDERS.length]);
      expect((await ask("GET", `/v1/order-sets/${id}`)).json).toEqual(again.json);
      const told = await ask("POST", "/v1/plans", {
        headers: WAIT,
        body: { channels: SMALL_CHANNELS, orders: { set: id } },
      });
      expect(told.json.plan.cost.objective).toBe("2.90");
    }
    expect((await ask("GET", "/v1/order-sets/b/content")).text).toBe(SMALL_ORDERS);
    const page = (await ask("GET", "/v1/order-sets?limit=2")).json;
    expect(page.orderSets.map(({ id }: { id: string }) => id)).toEqual(["a", "b"]);
    expect((await ask("GET", `/v1/order-sets?limit=1&after=${page.next}`)).json.orderSets[0].id).toBe(
      "by-reference",
    );
    expect((await ask("DELETE", "/v1/order-sets/a")).status).toBe(204);
    expect((await ask("GET", "/v1/order-sets/a")).status).toBe(404);
    expect((await ask("DELETE", "/v1/order-sets/a")).status).toBe(404);
  });

  it("take Parquet, and count its rows", async () => {
    const orders = Array.from({ length: 101 }, (_, i) => ({ ...ORDERS[0], id: `p${i}` }));
    const { DuckDBInstance } = await import("@duckdb/node-api");
    const connection = await (await DuckDBInstance.create()).connect();
    const parquetOf = async (rows: number) => {
      const path = join(folder, `${rows}.parquet`);
      const values = orders
        .slice(0, rows)
        .map(({ id }) => `('${id}', 'ICBC', '10.00')`)
        .join(", ");
      await connection.run(
        `COPY (SELECT * FROM (VALUES ${values}) AS o(id, bank, amount)) TO '${path}' (FORMAT parquet)`,
      );
      const { readFileSync } = await import("node:fs");
      return new Uint8Array(readFileSync(path));
    };
    const headers = { "content-type": "application/vnd.apache.parquet" };
    const few = await ask("PUT", "/v1/order-sets/few", { headers, body: await parquetOf(100) });
    expect([few.status, few.json.orders]).toEqual([201, 100]);
    const many = await ask("PUT", "/v1/order-sets/many", { headers, body: await parquetOf(101) });
    expect([many.status, many.json.code]).toEqual([422, "TOO_MANY_ORDERS"]);
    const none = await ask("PUT", "/v1/order-sets/none", { headers, body: "PAR1 and no more" });
    expect([none.status, none.json.code]).toEqual([422, "NOT_PARQUET"]);
    connection.closeSync();
  });

  it("count orders, not lines", async () => {
    const rows = (count: number) =>
      `id,bank,amount,note\n${Array.from({ length: count }, (_, i) => `r${i},ICBC,1.00,"a\n\nb"\n`).join("")}`;
    const few = await ask("PUT", "/v1/order-sets/notes", { headers: CSV, body: rows(100) });
    expect([few.status, few.json.orders]).toEqual([201, 100]);
    const many = await ask("PUT", "/v1/order-sets/notes", { headers: CSV, body: rows(101) });
    expect([many.status, many.json.code]).toEqual([422, "TOO_MANY_ORDERS"]);
  });

  it.each([
    ["an empty body", CSV, "", 422],
    ["another type", { "content-type": "text/html" }, "x", 415],
    ["gzip that the head does not tell of", CSV, new Uint8Array(gzipSync(SMALL_ORDERS)), 415],
  ])("are not taken of %s", async (_what, headers, body, status) => {
    expect((await ask("PUT", "/v1/order-sets/wrong", { headers, body })).status).toBe(status);
    expect((await ask("GET", "/v1/order-sets/wrong")).status).toBe(404);
  });
});

describe("channels", () => {
  it("are kept in versions, and plans say which one they were made with", async () => {
    const put = (body: object) => ask("PUT", "/v1/channels/versioned", { body });
    const raised = { ...SMALL_CHANNELS, objective: { unroutedPenalty: "100.00" } };
    expect([(await put(SMALL_CHANNELS)).status, (await put(SMALL_CHANNELS)).status]).toEqual([201, 200]);
    expect((await put(raised)).json.version).toBe(2);
    const made = await ask("POST", "/v1/plans", {
      headers: WAIT,
      body: { channels: "versioned", orders: ORDERS },
    });
    expect(made.json.channels).toEqual({ name: "versioned", version: 2 });
    const old = await ask("GET", "/v1/channels/versioned?version=1");
    expect(old.json).toEqual(SMALL_CHANNELS);
    expect(old.headers.get("packwright-channels-version")).toBe("1");
    expect((await ask("GET", "/v1/channels/versioned/versions")).json.versions.length).toBe(2);
    expect((await ask("GET", "/v1/channels/versioned?version=3")).status).toBe(404);
    expect(
      (await ask("GET", "/v1/channels")).json.channels.map(({ name }: { name: string }) => name),
    ).toContain("versioned");
  });

  it("are judged as files are", async () => {
    const wrong = await ask("PUT", "/v1/channels/wrong", {
      headers: { "content-type": "application/yaml" },
      body: "currency: XXY\nchannels:\n  - id: a\n    mode: both\n",
    });
    expect(wrong.status).toBe(422);
    expect(wrong.json.problems.length).toBeGreaterThan(1);
    expect(wrong.json.problems[0]).toMatchObject({ file: "channels.yaml", line: expect.any(Number) });
    expect((await ask("GET", "/v1/channels/wrong")).status).toBe(404);
  });

  it("have versions up to what can be counted", async () => {
    await ask("PUT", "/v1/channels/counting", { body: SMALL_CHANNELS });
    for (const [version, status] of [
      [2 ** 31 - 1, 404],
      [2 ** 31, 400],
      ["9".repeat(30), 400],
    ])
      for (const path of ["/v1/channels/counting?", "/v1/coverage?channels=counting&"])
        expect((await ask("GET", `${path}version=${version}`)).status).toBe(status);
    const body = { ...REQUEST, channels: { name: "counting", version: 2 ** 31 } };
    expect((await ask("POST", "/v1/plans", { body })).status).toBe(422);
  });

  it("tell what they cover", async () => {
    await ask("PUT", "/v1/channels/covering", { body: SMALL_CHANNELS });
    const { json } = await ask("GET", "/v1/coverage?channels=covering");
    expect(json.banks.map(({ bank }: { bank: string }) => bank)).toEqual(["ABC", "CCB", "ICBC"]);
    const one = (await ask("GET", "/v1/coverage?channels=covering&bank=ABC")).json;
    expect(one.banks).toMatchObject([{ bank: "ABC", batch: [], single: [{ channel: "fast-single" }] }]);
    expect(one.channels.map(({ id }: { id: string }) => id)).toEqual(["fast-single"]);
    const [batch, single] = SMALL_CHANNELS.channels;
    const rules = ["0.10", "0.20"].map((flat) => ({ banks: ["ICBC"], fee: { flat } }));
    await ask("PUT", "/v1/channels/twice", {
      body: { ...SMALL_CHANNELS, channels: [{ ...batch, coverage: rules }, single] },
    });
    const { banks } = (await ask("GET", "/v1/coverage?channels=twice&bank=ICBC")).json;
    expect(banks[0].batch).toHaveLength(1);
    const none = (await ask("GET", "/v1/coverage?channels=covering&bank=%00nobody")).json;
    expect(none.banks).toMatchObject([{ batch: [], single: [] }]);
    expect((await ask("GET", "/v1/coverage")).status).toBe(400);
  });

  it("tell what they cover at a moment, and until when", async () => {
    const [batch, single] = SMALL_CHANNELS.channels;
    const queue = {
      opensAt: "2020-11-22T22:30:00+08:00",
      cutOff: "2020-11-23T06:00:00+08:00",
      secondsPerPackage: 60,
      secondsPerOrder: 1,
    };
    const body = {
      ...SMALL_CHANNELS,
      planAt: "2020-11-22T22:00:00+08:00",
      channels: [{ ...batch, queue, package: { ...batch!.package, minOrders: 2 } }, single],
    };
    await ask("PUT", "/v1/channels/tonight", { body });
    const batches = async (at: string) => {
      const { json } = await ask("GET", `/v1/coverage?channels=tonight&bank=ICBC${at}`);
      const [{ batch: found, single: alone }] = json.banks;
      expect(json.others).toEqual({ batch: [], single: [] });
      return [found.map(({ until }: { until: string }) => until), alone.length];
    };
    // Two orders at the least: 62 seconds.
    const until = "2020-11-23T05:58:58+08:00";
    // Whoever comes before it opens waits for it.
    expect(await batches("&at=2020-11-22T13:59:59Z")).toEqual([[until], 1]);
    expect(await batches("&at=2020-11-22T22:30:00%2B08:00")).toEqual([[until], 1]);
    // As nobody encodes it.
    expect(await batches("&at=2020-11-23T05:58:58+08:00")).toEqual([[until], 1]);
    expect(await batches("&at=2020-11-23T05:58:59%2B08:00")).toEqual([[], 1]);
    // That night is over.
    expect(await batches("")).toEqual([[], 1]);
    // As it is asked in a contract, too: without seconds.
    expect(await batches("&at=2020-11-23T05:58%2B08:00")).toEqual([[until], 1]);
    const wrong = await ask("GET", "/v1/coverage?channels=tonight&at=tonight");
    expect([wrong.status, wrong.json.problems[0].path]).toEqual([400, "at"]);
  });
});

describe("the document", () => {
  it("is OpenAPI 3.1 without loose ends", () => {
    expect(document.openapi).toBe("3.1.0");
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)];
    expect(refs.length).toBeGreaterThan(10);
    const names = Object.keys(document.components.schemas);
    for (const [, name] of refs) expect(names).toContain(name);
    expect(names.filter((name) => name.endsWith("Input"))).toEqual([]);
  });

  it("has examples that work", async () => {
    type Described = { requestBody?: { content: Record<string, { example?: unknown }> } };
    let tried = 0;
    for (const [path, methods] of Object.entries(document.paths))
      for (const [method, operation] of Object.entries(methods))
        for (const [type, { example }] of Object.entries(
          (operation as Described).requestBody?.content ?? {},
        )) {
          if (example === undefined) continue;
          const filled = path.replace("/plans/{id}", `/plans/${plan.id}`).replace(/\{\w+\}/g, "an-example");
          const body =
            typeof example === "string"
              ? example
              : JSON.stringify(example).replace(/0{8}-0{4}-4[^"]+/, plan.id);
          const told = await ask(method.toUpperCase(), filled, {
            headers: { ...WAIT, "content-type": type },
            body,
          });
          expect(told.status, `${method} ${path} as ${type}: ${told.text}`).toBeLessThan(202);
          tried++;
        }
    expect(tried).toBeGreaterThan(12);
  });

  it("can be browsed without another host, and without anything that stands within the page", async () => {
    const page = await ask("GET", "/docs/");
    expect(page.headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self'/,
    );
    expect(page.text).not.toMatch(/<script>|<style|https?:\/\//);
    for (const [, path] of page.text.matchAll(/(?:src|href)="\.(\/[^"]+)"/g))
      expect((await ask("GET", `/docs${path}`)).status).toBe(200);
  });
});

describe("HTTP", () => {
  it("knows which methods an address has", async () => {
    const wrong = await ask("PATCH", "/v1/plans", { body: REQUEST });
    expect([wrong.status, wrong.json.code, wrong.headers.get("allow")]).toEqual([
      405,
      "METHOD_NOT_ALLOWED",
      "OPTIONS, POST",
    ]);
    const options = await fetch(`${service.url}/v1/plans/${plan.id}`, { method: "OPTIONS" });
    expect([options.status, options.headers.get("allow")]).toEqual([204, "DELETE, GET, HEAD, OPTIONS"]);
    const head = await fetch(`${service.url}/v1/plans/${plan.id}/report`, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    expect(Number(head.headers.get("content-length"))).toBeGreaterThan(1_000);
    expect((await ask("GET", "/nowhere")).json.code).toBe("NOT_FOUND");
    for (const type of ["text/csv", "application/json", "application/x-ndjson"]) {
      const nothing = await ask("PUT", "/nowhere", { headers: { "content-type": type }, body: "x" });
      expect([type, nothing.status]).toEqual([type, 404]);
    }
  });

  it("sends what never changes once only", async () => {
    const path = `/v1/plans/${plan.id}/certificate`;
    const first = await fetch(service.url + path);
    await first.text();
    const etag = first.headers.get("etag")!;
    const again = await fetch(service.url + path, { headers: { "if-none-match": etag } });
    expect([again.status, await again.text()]).toEqual([304, ""]);
  });

  it("says that it is alive and ready, and counts", async () => {
    expect((await ask("GET", "/healthz")).json.status).toBe("ok");
    expect((await ask("GET", "/readyz")).json.status).toBe("ok");
    const { text } = await ask("GET", "/metrics");
    const solved = [...text.matchAll(/^packwright_solves_total\{engine="\w+",status="\w+"\} (\d+)$/gm)];
    expect(solved.reduce((sum, [, count]) => sum + Number(count), 0)).toBeGreaterThan(5);
    expect((await ask("GET", "/metrics")).text.match(/^packwright_solves_total.*$/gm)).toEqual(
      text.match(/^packwright_solves_total.*$/gm),
    );
    expect(text).toMatch(/^packwright_plan_gap_count \d+$/m);
    expect(text).toMatch(/^packwright_jobs\{state="queued",size="small"\} \d+$/m);
    expect(text).toMatch(
      /^packwright_http_request_seconds_count\{method="POST",route="\/v1\/plans",status="200"\} \d+$/m,
    );
  });

  it("lists jobs page by page, and throws them away", async () => {
    const { json } = await ask("GET", "/v1/jobs?limit=2&kind=plan&state=done");
    expect(json.jobs.length).toBe(2);
    const next = (await ask("GET", `/v1/jobs?limit=2&kind=plan&state=done&after=${json.next}`)).json;
    expect(next.jobs.map(({ id }: { id: string }) => id)).not.toContain(json.jobs[0].id);
    const [{ id }] = json.jobs;
    const { files, inputs } = (await ask("GET", `/v1/jobs/${id}`)).json;
    for (const { href, bytes } of [...files, ...inputs])
      expect(Buffer.byteLength((await ask("GET", href)).text)).toBe(bytes);
    expect((await ask("DELETE", `/v1/jobs/${id}`)).status).toBe(204);
    expect((await ask("GET", `/v1/jobs/${id}`)).status).toBe(404);
    // Nothing would look like the end of the list.
    const lost = await ask("GET", `/v1/jobs?after=${id}`);
    expect([lost.status, lost.json.code]).toEqual([400, "WRONG_CURSOR"]);
    const { jobs } = (await ask("GET", "/v1/jobs?limit=1000")).json;
    const end = await ask("GET", `/v1/jobs?after=${jobs.at(-1).id}`);
    expect([end.status, end.json]).toEqual([200, { jobs: [], next: null }]);
  });
});
