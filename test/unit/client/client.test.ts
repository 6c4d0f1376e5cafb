import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import {
  CancelledError,
  Client,
  type Order,
  ProblemError,
  UnreachableError,
} from "../../../src/client/index.js";
import { pause } from "../../../src/client/retries.js";

/** What a service, or something on the way to it, may do, played by a server of a few lines. */

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

type Answer = (response: ServerResponse, asked: Asked) => void;

const servers: { close(): void; closeAllConnections(): void }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** Answers one call after the other; the last answer goes for all that come after. */
async function playing(...answers: readonly Answer[]) {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const { method = "", url = "", headers } = request;
    asked.push({ method, url, headers, body: Buffer.concat(pieces) });
    answers[Math.min(asked.length, answers.length) - 1]!(response, asked.at(-1)!);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { asked, url, client: new Client({ url, retries: { first: 0.001 } }) };
}

const json =
  (value: object, status = 200, headers: object = {}): Answer =>
  (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));
  };
const refusal = (status: number, code: string, headers: object = {}) =>
  json({ type: "urn:packwright:x", title: "No.", status, code }, status, {
    "content-type": "application/problem+json",
    ...headers,
  });
const broken: Answer = (response) => {
  response.destroy();
};
const PLAN = { id: "p1", state: "queued", problem: null };
const DONE = { ...PLAN, state: "done", plan: { cost: { objective: "1.00" } } };
const ORDERS: Order[] = [{ id: "a", bank: "ICBC", amount: "10.00" }];
const caught = (call: Promise<unknown>) =>
  call.then(
    () => expect.unreachable(),
    (error: unknown) => error,
  );

describe("calls", () => {
  it("are sent as they are described", async () => {
    const { client, asked } = await playing(json(PLAN, 202));
    await client.plans.create({ channels: "night", orders: ORDERS }, { wait: 1.2 });
    const [{ method, url, headers, body }] = asked as [Asked];
    expect([method, url]).toEqual(["POST", "/v1/plans"]);
    expect(headers).toMatchObject({ prefer: "wait=2", "content-type": "application/json" });
    expect(headers["idempotency-key"]).toMatch(/^[0-9a-f]{32}$/);
    expect(JSON.parse(body.toString())).toEqual({ channels: "night", orders: ORDERS });
  });

  it("bring the key, and go below the path of the address", async () => {
    const { url, asked } = await playing(json({ status: "ok" }));
    const client = new Client({ url: `${url}/pw/`, key: "secret", headers: { traceparent: "00-1" } });
    await client.health();
    expect(asked[0]).toMatchObject({ url: "/pw/healthz" });
    expect(asked[0]!.headers).toMatchObject({ authorization: "Bearer secret", traceparent: "00-1" });
  });

  it("do not follow to anywhere else with the key", async () => {
    const { client } = await playing((response) => {
      response.writeHead(307, { location: "http://127.0.0.1:1/" }).end();
    });
    expect(await caught(client.health())).toMatchObject({ code: "NETWORK" });
  });

  it("encode what callers name", async () => {
    const { client, asked } = await playing(json({}));
    await client.plans.explanation("p/1", "a b?");
    await client.coverage("night", { bank: "A&B", version: 3 });
    expect(asked.map(({ url }) => url)).toEqual([
      "/v1/plans/p%2F1/explanations/a%20b%3F",
      "/v1/coverage?channels=night&version=3&bank=A%26B",
    ]);
  });
});

describe("orders", () => {
  const lines = (body: Buffer) =>
    body
      .toString()
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown);

  it("that come one by one are sent line by line", async () => {
    const { client, asked } = await playing(json(PLAN, 202));
    async function* orders() {
      yield* ORDERS;
    }
    await client.plans.create({ channels: "night", orders: orders() });
    expect(asked[0]!.headers["content-type"]).toBe("application/x-ndjson");
    expect(lines(asked[0]!.body)).toEqual([{ channels: "night" }, ...ORDERS]);
  });

  it("that are many are sent line by line, packed where wanted", async () => {
    const { client, asked } = await playing(json(PLAN, 202));
    const many = Array.from({ length: 6_000 }, (_, i) => ({ id: `o${i}`, bank: "ICBC", amount: "1.00" }));
    await client.plans.create({ channels: "night", orders: many }, { gzip: true });
    expect(asked[0]!.headers["content-encoding"]).toBe("gzip");
    expect(lines(gunzipSync(asked[0]!.body))).toEqual([{ channels: "night" }, ...many]);
  });

  it("are sent again whole where a function gives them, and not at all where they are gone", async () => {
    const give = () => ORDERS;
    const again = await playing(refusal(503, "BUSY"), json(PLAN, 202));
    await again.client.plans.create({ channels: "night", orders: give });
    expect(again.asked.map(({ body }) => lines(body).length)).toEqual([2, 2]);
    const once = await playing(refusal(503, "BUSY"), json(PLAN, 202));
    const gone = caught(once.client.plans.create({ channels: "night", orders: ORDERS.values() }));
    expect(await gone).toMatchObject({ code: "BUSY" });
    expect(once.asked.length).toBe(1);
  });

  it("whose source fails end the call with its fault", async () => {
    const { client } = await playing(json({}));
    const fault = new Error("the disk is gone");
    async function* orders(): AsyncGenerator<Order> {
      yield ORDERS[0]!;
      throw fault;
    }
    expect(await caught(client.plans.create({ channels: "night", orders }))).toBe(fault);
    const missing = await caught(client.orderSets.put("s", { file: "/nowhere/orders.csv" }));
    expect(missing).toMatchObject({ code: "ENOENT" });
  });

  it("are uploaded from text, bytes, blobs and streams", async () => {
    const { client, asked } = await playing(json({ id: "s" }));
    const csv = "id,bank,amount\na,ICBC,10.00\n";
    const bytes = new TextEncoder().encode(csv);
    const format = "csv" as const;
    await client.orderSets.put("s", csv, { format });
    await client.orderSets.put("s", bytes, { format });
    await client.orderSets.put("s", new Blob([csv]), { format, gzip: true });
    await client.orderSets.put("s", new Blob([csv]).stream(), { format });
    await client.orderSets.put("s", () => new Blob([csv]).stream(), { format, gzip: true });
    expect(asked.map(({ headers, body }) => [headers["content-type"], body.length > 0])).toEqual(
      Array(5).fill(["text/csv", true]),
    );
    const texts = asked.map(({ headers, body }) =>
      (headers["content-encoding"] === "gzip" ? gunzipSync(body) : body).toString(),
    );
    expect(texts).toEqual(Array(5).fill(csv));
    await expect(client.orderSets.put("s", csv)).rejects.toThrow(TypeError);
  });
});

describe("what goes wrong in passing", () => {
  it("is tried again with the same key, as soon as the service would have it", async () => {
    const { client, asked } = await playing(
      refusal(503, "BUSY", { "retry-after": "1" }),
      broken,
      refusal(429, "TOO_MANY_REQUESTS"),
      refusal(409, "REQUEST_IN_PROGRESS"),
      json(PLAN, 202),
    );
    const from = performance.now();
    const plan = await client.plans.create({ channels: "night", orders: ORDERS });
    expect(plan.id).toBe("p1");
    expect(performance.now() - from).toBeGreaterThan(990);
    expect(new Set(asked.map(({ headers }) => headers["idempotency-key"])).size).toBe(1);
    expect(asked.length).toBe(5);
    await client.plans.create({ channels: "night", orders: ORDERS });
    expect(asked[5]!.headers["idempotency-key"]).not.toBe(asked[4]!.headers["idempotency-key"]);
  });

  it("is tried again where the answer was cut off", async () => {
    const { client, asked } = await playing(
      (response) => {
        response.writeHead(200, { "content-length": "100" }).write('{"status":');
        setTimeout(() => response.destroy(), 20);
      },
      json({ status: "ok" }),
    );
    expect(await client.health()).toEqual({ status: "ok" });
    expect(asked.length).toBe(2);
  });

  it("is not tried again where that would do something twice", async () => {
    const { client, asked } = await playing(broken);
    expect(await caught(client.keys.create({ name: "a", scopes: ["read"] }))).toMatchObject({
      code: "NETWORK",
    });
    expect(asked.length).toBe(1);
    expect(asked[0]!.headers["idempotency-key"]).toBeUndefined();
    expect(await caught(client.jobs.retry("j1"))).toMatchObject({ code: "NETWORK" });
    expect(asked.length).toBe(7);
    expect(new Set(asked.slice(1).map(({ headers }) => headers["idempotency-key"])).size).toBe(1);
  });

  it("is told in the end", async () => {
    const { url, asked } = await playing(broken);
    const client = new Client({ url, retries: { times: 2, first: 0.001 } });
    const error = await caught(client.health());
    expect(error).toBeInstanceOf(UnreachableError);
    expect(error).toMatchObject({ code: "NETWORK" });
    expect(asked.length).toBe(3);
  });

  it.each([400, 401, 404, 409, 413, 422, 500])(
    "is not tried again where it does not pass: %i",
    async (status) => {
      const { client, asked } = await playing(refusal(status, "SOMETHING"));
      expect(await caught(client.health())).toMatchObject({
        name: "ProblemError",
        status,
        code: "SOMETHING",
      });
      expect(asked.length).toBe(1);
    },
  );

  it("waits longer each time, scattered, and never less than asked", () => {
    const retries = { times: 9, first: 1, most: 5 };
    const error = new UnreachableError("NETWORK", "");
    expect([1, 2, 3, 4, 9].map((tries) => pause(error, tries, retries, 0))).toEqual([0.5, 1, 2, 2.5, 2.5]);
    expect(pause(error, 2, retries, 0.5)).toBe(1.5);
    const asked = new ProblemError({ type: "", title: "", status: 503, code: "BUSY" }, 60);
    expect(pause(asked, 1, retries, 0)).toBe(60);
  });
});

describe("errors", () => {
  it("have all that the service says", async () => {
    const problems = [{ code: "WRONG_TYPE", message: "is wrong", path: "orders" }];
    const problem = {
      type: "urn:packwright:bad-input",
      title: "2 problems.",
      status: 422,
      code: "BAD_INPUT",
    };
    const { client } = await playing(
      json({ ...problem, detail: "Look.", problems, total: 2, job: "j1" }, 422, {
        "content-type": "application/problem+json; charset=utf-8",
      }),
    );
    const error = (await caught(client.plans.create({ channels: "x", orders: [] }))) as ProblemError;
    expect(error).toBeInstanceOf(ProblemError);
    expect(error.message).toBe("2 problems. Look.");
    expect(error.problems).toEqual(problems);
    expect(error.problem).toMatchObject({ total: 2, job: "j1" });
  });

  it("tell what something on the way answers", async () => {
    const { client } = await playing(
      (response) => {
        response.writeHead(403, { "content-type": "text/html" }).end("<h1>Proxy</h1>");
      },
      (response) => {
        response.writeHead(200, { "content-type": "text/html" }).end("<h1>Log in</h1>");
      },
    );
    expect(await caught(client.health())).toMatchObject({ code: "HTTP_403", status: 403 });
    expect(await caught(client.health())).toMatchObject({ code: "FOREIGN_ANSWER" });
  });
});

describe("silence and signals", () => {
  const mute: Answer = () => {};

  it("ends a call that nothing is heard of", async () => {
    const { url } = await playing(mute);
    const client = new Client({ url, timeout: 0.05, retries: { times: 0 } });
    expect(await caught(client.health())).toMatchObject({ name: "UnreachableError", code: "TIMEOUT" });
  });

  it("hears nothing for as long as a simulation may search, and does not mind", async () => {
    const { url } = await playing((response) => setTimeout(() => response.end("{}"), 300));
    const client = new Client({ url, timeout: 0.05, retries: { times: 0 } });
    expect(await client.plans.simulate("p1", { within: 30_000 })).toEqual({});
    expect(await caught(client.plans.simulate("p1", {}))).toMatchObject({ code: "TIMEOUT" });
  });

  it("ends an answer that stops in the middle, but not one whose reader takes its time", async () => {
    const { url } = await playing((response) => {
      response.writeHead(200, { "content-type": "application/x-ndjson" }).write('{"order":"a"}\n');
    });
    const client = new Client({ url, timeout: 0.2 });
    const rows = client.plans.unrouted("p1").rows();
    expect(await rows.next()).toEqual({ done: false, value: { order: "a" } });
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await caught(rows.next())).toMatchObject({ code: "TIMEOUT" });
  });

  it("ends with the caller's reason, between tries as well", async () => {
    const reason = new Error("enough");
    const first = await playing(mute);
    const controller = new AbortController();
    const call = caught(first.client.health({ signal: controller.signal }));
    setTimeout(() => controller.abort(reason), 50);
    expect(await call).toBe(reason);
    const second = await playing(refusal(503, "BUSY", { "retry-after": "600" }));
    const all = new AbortController();
    const waiting = caught(new Client({ url: second.url, signal: all.signal }).health());
    setTimeout(() => all.abort(reason), 50);
    expect(await waiting).toBe(reason);
  });
});

describe("waiting for a job", () => {
  const stream =
    (text: string, ends = true): Answer =>
    (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" }).write(text);
      if (ends) response.end();
      else setTimeout(() => response.destroy(), 20);
    };
  const running = 'event: progress\ndata: {"state":"running","phase":"solve"}\n\n';

  it("follows its events to the end, over broken streams", async () => {
    const { client, asked } = await playing(
      json(PLAN, 202),
      stream(running, false),
      json({ ...PLAN, state: "running" }),
      stream(`${running}event: end\ndata: {"state":"done"}\n\n`),
      json(DONE),
    );
    const plan = await client.plans.create({ channels: "night", orders: ORDERS });
    const phases: unknown[] = [];
    const done = await plan.wait({ onProgress: ({ phase }) => phases.push(phase) });
    expect(done.plan.cost.objective).toBe("1.00");
    expect(phases).toEqual(["solve", "solve"]);
    const { url: last } = asked.at(-1)!;
    expect([asked.length, last]).toEqual([5, "/v1/plans/p1"]);
  });

  it("looks again and again where that is wanted", async () => {
    const { client, asked } = await playing(json(PLAN), json({ ...PLAN, state: "running" }), json(DONE));
    const plan = await client.plans.get("p1");
    expect(await plan.wait({ poll: 0.001 })).toEqual(DONE);
    expect(asked.map(({ url }) => url)).toEqual(Array(3).fill("/v1/plans/p1"));
  });

  it("asks no more where it has ended", async () => {
    const { client, asked } = await playing(json(DONE));
    const plan = await client.plans.get("p1");
    expect(await plan.wait()).toEqual(DONE);
    expect(asked.length).toBe(1);
    expect(JSON.stringify(plan)).toBe(JSON.stringify(DONE));
  });

  it("ends with its problem, or as cancelled", async () => {
    const problem = { type: "", title: "No.", status: 422, code: "BAD_INPUT" };
    const { client } = await playing(
      json({ ...PLAN, state: "failed", problem }),
      json({ ...PLAN, state: "cancelled" }),
    );
    const failed = await caught((await client.jobs.get("p1")).wait());
    expect(failed).toMatchObject({ code: "BAD_INPUT", problem: { job: "p1" } });
    expect(await caught((await client.plans.get("p1")).wait())).toBeInstanceOf(CancelledError);
  });
});

describe("tables", () => {
  it("come page by page", async () => {
    const { client, asked } = await playing(
      json({ rows: [{ order: "a" }], next: "17" }),
      json({ rows: [{ order: "b" }], next: null }),
    );
    const pages: unknown[] = [];
    for await (const { rows } of client.plans.assignments("p1").pages({ limit: 1 })) pages.push(...rows);
    expect(pages).toEqual([{ order: "a" }, { order: "b" }]);
    expect(asked.map(({ url }) => url)).toEqual([
      "/v1/plans/p1/assignments?limit=1",
      "/v1/plans/p1/assignments?limit=1&cursor=17",
    ]);
  });

  it("let go of the connection where the reader has enough", async () => {
    const closed = new Promise<void>((resolve) => {
      void playing((response) => {
        response.once("close", () => resolve());
        response.writeHead(200).write('{"order":"a"}\n');
      }).then(async ({ client }) => {
        for await (const _row of client.plans.packages("p1")) break;
      });
    });
    await closed;
  });
});
