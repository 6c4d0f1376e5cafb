import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { Agent, request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fuzz } from "../../bench/service/fuzzing.js";
import { type Ask, asking, openApiOf } from "./asking.js";
import { packwright, SMALL_CHANNELS, SMALL_ORDERS } from "./cli.js";
import { type Program, startService } from "./program.js";

/** What whoever means ill, or is merely wrong, can do to the service. */

const folder = mkdtempSync(join(tmpdir(), "packwright-security-"));
const data = join(folder, "data");
const REQUEST = {
  channels: SMALL_CHANNELS,
  orders: [{ id: "o1", bank: "ICBC", amount: "10.00" }],
};
const MIB = 2 ** 20;

let service: Program;
let ask: Ask;

beforeAll(async () => {
  service = await startService(data, "--max-json", String(4 * MIB), "--max-body", String(8 * MIB));
  ask = asking(service.url, await openApiOf(service.url));
}, 60_000);
afterAll(async () => {
  await service.end();
  rmSync(folder, { recursive: true, force: true });
});

interface Raw {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Asks with whatever head, which fetch would not send. */
function raw(method: string, path: string, headers: Record<string, string>, body = ""): Promise<Raw> {
  const { hostname, port } = new URL(service.url);
  return new Promise((resolve, reject) => {
    const request = httpRequest({ hostname, port, method, path, headers, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (piece) => {
        text += piece;
      });
      response.on("end", () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: text }),
      );
    });
    request.on("error", reject);
    request.end(body);
  });
}

describe("pages of others", () => {
  const host = () => new URL(service.url).host;
  const post = (headers: Record<string, string>) =>
    raw("POST", "/v1/plans", { "content-type": "application/json", ...headers }, JSON.stringify(REQUEST));

  it("are refused, by whatever name they found the service", async () => {
    expect((await post({})).status).toBe(202);
    expect((await post({ host: "rebound.example" })).status).toBe(403);
    expect((await post({ origin: "https://evil.example" })).status).toBe(403);
    expect((await post({ origin: "null" })).status).toBe(403);
    expect((await post({ origin: `http://${host()}` })).status).toBe(202);
    const told = await raw("GET", "/v1/jobs", { host: "rebound.example" });
    expect([told.status, JSON.parse(told.body).code]).toEqual([403, "FOREIGN_PAGE"]);
  });

  it("get no leave to read from answers either", async () => {
    const { headers } = await raw("OPTIONS", "/v1/plans", { "access-control-request-method": "POST" });
    expect(Object.keys(headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
    expect(headers["cross-origin-resource-policy"]).toBe("same-origin");
  });
});

describe("pages of ours", () => {
  it("run nothing, and load nothing from elsewhere", async () => {
    const { json } = await ask("POST", "/v1/plans", { headers: { prefer: "wait=30" }, body: REQUEST });
    for (const path of [`/v1/plans/${json.id}/report`, `/v1/jobs/${json.id}/files/report.html`]) {
      const { headers, text } = await ask("GET", path);
      const policy = headers.get("content-security-policy")!;
      expect(policy).toMatch(
        /^default-src 'none'; style-src 'sha256-[^']+'; .*frame-ancestors 'none'; sandbox$/,
      );
      // The policy that the page was written with lets the same sheet in.
      expect(text).toContain(/style-src '[^']+'/.exec(policy)![0]);
    }
    for (const path of ["/v1/jobs", "/healthz", "/nowhere"])
      expect((await ask("GET", path)).headers.get("content-security-policy")).toBe(
        "default-src 'none'; frame-ancestors 'none'",
      );
  });
});

describe("limits", () => {
  const packed = (bytes: number) => new Uint8Array(gzipSync(Buffer.alloc(bytes, "\n")));
  const GZIP = { "content-encoding": "gzip" };

  it.each([
    ["POST", "/v1/plans", "application/json"],
    ["PUT", "/v1/order-sets/bomb", "application/json"],
    ["PUT", "/v1/order-sets/bomb", "application/vnd.apache.parquet"],
    ["PUT", "/v1/channels/bomb", "application/yaml"],
  ])("hold for what a body unfolds to: %s %s as %s", async (method, path, type) => {
    const told = await ask(method, path, {
      headers: { ...GZIP, "content-type": type },
      body: packed(64 * MIB),
    });
    expect([told.status, told.json.code]).toEqual([413, "BODY_TOO_LARGE"]);
  });

  it("hold for what NDJSON unfolds to, its first line and the others", async () => {
    const headers = { ...GZIP, "content-type": "application/x-ndjson" };
    for (const begins of ["{}", '{"channels":"c"}\n'])
      for (const fill of [" ", "\n"]) {
        const body = new Uint8Array(gzipSync(begins + fill.repeat(32 * MIB)));
        const { status, json } = await ask("POST", "/v1/plans", { headers, body });
        expect([status, json.code], `${begins} ${fill}`).toEqual(
          begins.endsWith("\n") && fill === " " ? [422, "ORDER_TOO_LARGE"] : [413, "BODY_TOO_LARGE"],
        );
      }
  });

  it("hold up nobody by problems without end", async () => {
    const many = (text: string, count: number) => Array(count).fill(text).join();
    const keys = (count: number) => Array.from({ length: count }, (_, i) => `"k${i}":0`).join();
    const bodies: [string, string, number][] = [
      ["/v1/evaluate", `{"channels":"c","orders":[],"assignments":[${many("1", 1e6)}]}`, 100],
      ["/v1/plans", `{"channels":"c","orders":[],"from":{"plan":"x","sent":[${many("1", 1e6)}]}}`, 100],
      ["/v1/plans", `{"channels":"c","orders":[],"options":{${keys(9_000)}}}`, 100],
      ["/v1/plans", `{"channels":"c","orders":[],"options":{${keys(2e5)}}}`, 1],
      ["/v1/plans", `{${keys(2e5)}}`, 1],
    ];
    const headers = { "content-type": "application/json" };
    for (const [path, body, told] of bodies) {
      const start = performance.now();
      const { status, json } = await ask("POST", path, { headers, body });
      expect([status, json.problems.length]).toEqual([422, told]);
      expect(performance.now() - start, body.slice(0, 60)).toBeLessThan(5_000);
    }
  });

  it("cost nobody the connection", async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const { hostname, port } = new URL(service.url);
    const sockets = new Set<Socket>();
    const send = (method: string, path: string, body: Buffer) =>
      new Promise<number>((resolve, reject) => {
        const headers = { "content-type": "text/csv", "content-length": body.length };
        const request = httpRequest({ hostname, port, method, path, headers, agent }, (response) => {
          response.resume().on("end", () => resolve(response.statusCode!));
        });
        request.on("socket", (socket) => sockets.add(socket)).on("error", reject);
        request.end(body);
      });
    const large = Buffer.alloc(2 * MIB, "x");
    expect(await send("PUT", "/v1/order-sets/large", large)).toBe(422);
    // Answered as soon as the rest of the body before it has been read away, long before the connection would be closed.
    expect(await send("GET", "/healthz", Buffer.alloc(0))).toBe(200);
    expect(sockets.size).toBe(1);
    agent.destroy();
  });

  it("hold for what is not packed, and the answer is heard before all is sent", async () => {
    const body = new Uint8Array(32 * MIB);
    for (const [method, path] of [
      ["POST", "/v1/plans"],
      ["PUT", "/v1/channels/large"],
    ] as const) {
      const told = await ask(method, path, { headers: { "content-type": "application/json" }, body });
      expect(told.status).toBe(413);
    }
  });

  it.each([
    ["text/csv", 'id,bank,amount,note\no1,ICBC,1.00,"'],
    ["application/x-ndjson", '{"id":"o1","note":"'],
    ["application/json", '[{"id":"o1","note":"'],
  ])("hold for an order without end: %s", async (type, begins) => {
    const body = new Uint8Array(Buffer.from(begins + "x".repeat(2 * MIB)));
    const told = await ask("PUT", "/v1/order-sets/endless", { headers: { "content-type": type }, body });
    expect([told.status, told.json.code]).toEqual([422, "ORDER_TOO_LARGE"]);
  });

  it("hold for a long order within a request", async () => {
    const order = (note: string) => ({ id: "o1", bank: "ICBC", amount: "1.00", note });
    const orders = [order(""), order("x".repeat(1.5 * MIB)), order("")];
    const body = new Uint8Array(gzipSync(JSON.stringify({ channels: "c", orders })));
    const headers = { ...GZIP, "content-type": "application/json" };
    const told = await ask("POST", "/v1/plans", { headers, body });
    expect([told.status, told.json.code]).toEqual([422, "ORDER_TOO_LARGE"]);
  });

  it("hold for what Parquet unfolds to", async () => {
    const { DuckDBInstance } = await import("@duckdb/node-api");
    const connection = await (await DuckDBInstance.create()).connect();
    const upload = async (note: string, rows: number) => {
      const path = join(folder, "bomb.parquet");
      const orders = `SELECT 'o' || i AS id, 'ICBC' AS bank, '1.00' AS amount, ${note} AS note FROM range(${rows}) AS t(i)`;
      await connection.run(`COPY (${orders}) TO '${path}' (FORMAT parquet, COMPRESSION zstd)`);
      const body = new Uint8Array(readFileSync(path));
      expect(body.length).toBeLessThan(MIB / 4);
      const headers = { "content-type": "application/vnd.apache.parquet" };
      const { status, json } = await ask("PUT", "/v1/order-sets/bomb", { headers, body });
      return [status, json.code];
    };
    expect(await upload("repeat('x', 100)", 1_000)).toEqual([201, undefined]);
    expect(await upload("repeat('x', 100000)", 100)).toEqual([413, "BODY_TOO_LARGE"]);
    expect(await upload("repeat('x', 2000000)", 1)).toEqual([422, "ORDER_TOO_LARGE"]);
    connection.closeSync();
  });

  it("hold for names, heads and addresses", async () => {
    expect((await ask("GET", `/v1/order-sets/${"x".repeat(101)}`)).status).toBe(400);
    const long = await raw("GET", `/v1/jobs?kind=${"x".repeat(20_000)}`, {});
    expect([long.status, JSON.parse(long.body).code]).toEqual([431, "HEADER_TOO_LARGE"]);
    const head = await raw("GET", "/v1/jobs", { "x-long": "x".repeat(20_000) });
    expect(head.status).toBe(431);
  });

  it.each([
    ["lists within lists", "[".repeat(100_000)],
    ["closed lists within lists", `{"channels":${"[".repeat(50_000)}${"]".repeat(50_000)},"orders":[]}`],
    ["objects within objects", `{"a":`.repeat(50_000)],
    ["orders within orders", `{"channels":"c","orders":${"[".repeat(50_000)}${"]".repeat(50_000)}}`],
    [
      "scenarios within scenarios",
      `{"scenarios":${`{"a":`.repeat(20_000)}1${"}".repeat(20_000)},"options":{}}`,
    ],
  ])("hold for %s", async (_what, body) => {
    const headers = { "content-type": "application/json", prefer: "wait=30" };
    for (const path of ["/v1/plans", "/v1/what-if"]) {
      const told = await ask("POST", path, { headers, body });
      expect(told.status, told.text).toBeGreaterThanOrEqual(400);
      expect(told.status, told.text).toBeLessThan(500);
    }
  });
});

describe("strange texts", () => {
  it("break nothing, wherever they stand", async () => {
    const wait = { prefer: "wait=30", "content-type": "application/json" };
    const strange = ["\\u0000", "\\ud800", "\\udc00x", "=1+1", "\\u202e"];
    for (const text of strange) {
      const channels = JSON.stringify(SMALL_CHANNELS);
      const bodies: [string, string][] = [
        [
          "/v1/plans",
          `{"channels":${channels},"orders":[{"id":"${text}","bank":"${text}","amount":"1.00"}]}`,
        ],
        ["/v1/plans", `{"channels":${channels.replace("union-batch", text)},"orders":[]}`],
        ["/v1/plans", `{"channels":${channels},"orders":[],"from":{"plan":"${text}"}}`],
        ["/v1/plans", `{"channels":${channels},"orders":[],"${text}":1}`],
        [
          "/v1/break-even",
          `{"channels":${channels},"orders":[],"options":{"channel":"${text}","field":"${text}","from":"${text}","to":"1"}}`,
        ],
        ["/v1/what-if", `{"channels":${channels},"orders":[],"scenarios":{"scenarios":[{"id":"${text}"}]}}`],
        [
          "/v1/evaluate",
          `{"channels":${channels},"orders":[],"assignments":[{"order":"${text}","channel":"${text}"}]}`,
        ],
        ["/v1/keys", `{"name":"${text}","scopes":["read"]}`],
      ];
      for (const [path, body] of bodies) {
        const told = await ask("POST", path, { headers: wait, body });
        expect(told.status, `${path} ${body}: ${told.text}`).toBeLessThan(500);
      }
    }
  });

  it("are no members that every object has", async () => {
    const body = `{"__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}},"channels":"c","orders":[]}`;
    const told = await ask("POST", "/v1/plans", { headers: { "content-type": "application/json" }, body });
    expect(told.status).toBe(422);
    const keys = told.json.problems.map(({ path }: { path: string }) => path);
    expect(keys).toContain("constructor");
    expect((await ask("GET", "/healthz")).json.polluted).toBeUndefined();
  });

  it("lead nowhere in names of files and ids", async () => {
    const { json } = await ask("POST", "/v1/plans", { headers: { prefer: "wait=30" }, body: REQUEST });
    const paths = [
      `/v1/jobs/${json.id}/files/../../../../etc/passwd`,
      `/v1/jobs/${json.id}/files/..%2f..%2f..%2fetc%2fpasswd`,
      `/v1/jobs/${json.id}/files//etc/passwd`,
      `/v1/jobs/${json.id}/inputs/%2e%2e/plan.json`,
      `/v1/jobs/${json.id}/files/plan.json%00`,
      "/docs/static/../../../package.json",
      "/docs/static/%2e%2e/%2e%2e/package.json",
      "/v1/order-sets/..%2f..%2fetc",
    ];
    for (const path of paths) expect([400, 404], path).toContain((await raw("GET", path, {})).status);
  });
});

describe("slow and broken callers", () => {
  it("are answered, or let go", async () => {
    const { hostname, port } = new URL(service.url);
    const talk = (text: string) =>
      new Promise<string>((resolve) => {
        const socket = connect(Number(port), hostname, () => socket.write(text));
        let told = "";
        socket.setEncoding("utf8").on("data", (piece) => {
          told += piece;
        });
        socket.on("error", () => {}).on("close", () => resolve(told));
      });
    expect(await talk("nonsense\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 .*application\/problem\+json/s);
    expect(await talk("GET / HTTP/1.1\r\n\r\n")).toMatch(/^HTTP\/1\.1 400/);
    const smuggled =
      "POST /v1/plans HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    expect(await talk(smuggled)).toMatch(/^HTTP\/1\.1 400/);
  });

  it("hold up nobody else", async () => {
    const { hostname, port } = new URL(service.url);
    const slow = Array.from({ length: 200 }, () => {
      const socket = connect(Number(port), hostname, () =>
        socket.write(
          "POST /v1/plans HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{",
        ),
      );
      return socket.on("error", () => {});
    });
    await setTimeout(300);
    expect((await ask("POST", "/v1/plans", { headers: { prefer: "wait=30" }, body: REQUEST })).status).toBe(
      200,
    );
    for (const socket of slow) socket.destroy();
  });
});

describe("processes of tasks", () => {
  /** The environment of every process that another one has started. */
  const environments = (parent: number) =>
    readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .filter((name) => {
        try {
          const stat = readFileSync(`/proc/${name}/stat`, "latin1");
          return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) === parent;
        } catch {
          return false;
        }
      })
      .map((name) => readFileSync(`/proc/${name}/environ`, "latin1"));

  it.runIf(process.platform === "linux")("know no secrets of the service", async () => {
    const found = environments(service.pid!);
    expect(found.length).toBeGreaterThan(0);
    for (const environment of found) {
      expect(environment).toContain("PATH=");
      expect(environment).not.toMatch(/PACKWRIGHT_|DATABASE|SECRET|npm_/);
    }
  });

  it("read no other files, whatever an order set says", async () => {
    const lines =
      "id,bank,amount\n/etc/passwd,ICBC,1.00\n*.csv,ICBC,1.00\n\"read_csv('/etc/passwd')\",ICBC,1.00\n";
    await ask("PUT", "/v1/order-sets/paths", { headers: { "content-type": "text/csv" }, body: lines });
    const told = await ask("POST", "/v1/plans", {
      headers: { prefer: "wait=30" },
      body: { channels: SMALL_CHANNELS, orders: { set: "paths" } },
    });
    expect(told.json.plan.counts).toMatchObject({ orders: 3, routed: 3 });
    expect(JSON.stringify(told.json)).not.toContain("root:");
  });
});

describe("logs", () => {
  it("tell ids, and neither amounts nor keys", async () => {
    const logged = await startService(join(folder, "logged"), "--log-level", "debug");
    const asked = asking(logged.url, await openApiOf(logged.url));
    const { text } = (await asked("POST", "/v1/keys", { body: { name: "x", scopes: ["plan"] } })).json;
    const orders = [{ id: "SECRETORDER", bank: "ICBC", amount: "98765.43" }];
    const headers = { authorization: `Bearer ${text}`, prefer: "wait=30" };
    const { json } = await asked("POST", "/v1/plans", { headers, body: { ...REQUEST, orders } });
    await asked("GET", `/v1/plans/${json.id}/explanations/SECRETORDER`);
    await logged.end();
    const output = logged.output();
    expect(output).toContain(json.id);
    // The secret may hold underscores of its own, even as its first character.
    const [, id, secret] = /^pw_([^_]+)_(.+)$/.exec(text)!;
    expect(output).toContain(id);
    for (const hidden of ["98765", "SECRETORDER", secret]) expect(output).not.toContain(hidden);
  });
});

describe("keys", () => {
  const place = join(folder, "keyed");
  const create = async (...args: string[]) => {
    const { code, stdout } = await packwright(["keys", "create", "--data", place, "--json", ...args]);
    expect(code).toBe(0);
    return JSON.parse(stdout) as { key: { id: string }; text: string };
  };

  it("are demanded on every address but loopback, and no start without", async () => {
    const refused = await packwright(["serve", "--host", "0.0.0.0", "--port", "0", "--data", place]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("[NO_KEYS]");
    expect(refused.stderr).toMatch(/^host: /m);
    const demanding = await packwright(["serve", "--require-keys", "--port", "0", "--data", place]);
    expect(demanding.stderr).toMatch(/^require-keys: .*\[NO_KEYS\]$/m);
    expect(refused.stderr).toContain(`packwright keys create --name ops --scope admin --data ${place}`);
  });

  it("open what their scope allows, until they are revoked, and so often a minute", async () => {
    const [reader, boss, few] = [
      await create("--name", "reader", "--scope", "read"),
      await create("--name", "boss", "--scope", "admin"),
      await create("--name", "few", "--scope", "read", "--per-minute", "3"),
    ];
    const keyed = await startService(place, "--require-keys");
    const url = keyed.url;
    const document = await openApiOf(url);
    const by = (text?: string): Ask =>
      asking(url, document, text === undefined ? {} : { authorization: `Bearer ${text}` });
    const status = async (text: string | undefined, method: string, path: string) =>
      (await by(text)(method, path)).status;
    expect(await status(undefined, "GET", "/v1/jobs")).toBe(401);
    expect(await status(`pw_${reader.key.id}_${"a".repeat(43)}`, "GET", "/v1/jobs")).toBe(401);
    expect(await status(undefined, "GET", "/healthz")).toBe(200);
    expect(await status(undefined, "GET", "/docs/")).toBe(200);
    expect(await status(undefined, "GET", "/metrics")).toBe(401);
    expect(await status(reader.text, "GET", "/v1/jobs")).toBe(200);
    expect(await status(reader.text, "POST", "/v1/plans")).toBe(403);
    expect(await status(reader.text, "GET", "/v1/keys")).toBe(403);
    expect(await status(boss.text, "GET", "/v1/keys")).toBe(200);

    const often = [];
    for (let i = 0; i < 5; i++) often.push(await by(few.text)("GET", "/v1/jobs"));
    expect(often.map((told) => told.status)).toEqual([200, 200, 200, 429, 429]);
    expect(often[0]!.headers.get("ratelimit-remaining")).toBe("2");
    expect(Number(often[4]!.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(often[4]!.json.code).toBe("TOO_MANY_REQUESTS");

    const inUse = await packwright(["keys", "list", "--data", place]);
    expect(inUse.code).toBe(2);
    expect(inUse.stderr).toContain("--url");
    const env = { PACKWRIGHT_URL: url, PACKWRIGHT_KEY: boss.text };
    expect((await packwright(["keys", "revoke", reader.key.id], { env })).code).toBe(0);
    expect(await status(reader.text, "GET", "/v1/jobs")).toBe(401);
    const listed = await packwright(["keys", "list"], { env });
    expect(listed.stdout).toMatch(/reader .*revoked/);
    expect(listed.stdout.split("\n").every((line) => line.length <= 80)).toBe(true);
    const again = await packwright(["keys", "revoke", reader.key.id], { env });
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining("NOT_FOUND")]);
    const made = await packwright(
      ["keys", "create", "--name", "more", "--scope", "read", "--expires-days", "1"],
      { env },
    );
    expect(await status(made.stdout.trim(), "GET", "/v1/jobs")).toBe(200);
    await keyed.end();
    // Only what cannot be turned back is kept.
    const kept = readdirSync(place, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    const secret = Buffer.from(boss.text.split("_").slice(2).join("_"));
    for (const { parentPath, name } of kept)
      expect(readFileSync(join(parentPath, name)).includes(secret)).toBe(false);
  });
});

describe("scopes", () => {
  const place = join(folder, "scoped");
  let scoped: Program;
  let by: Readonly<Record<"read" | "plan" | "admin", Ask>>;
  const WAIT = { prefer: "wait=30" };

  beforeAll(async () => {
    const key = async (scope: string) => {
      const args = ["keys", "create", "--data", place, "--name", scope, "--scope", scope];
      return { authorization: `Bearer ${(await packwright(args)).stdout.trim()}` };
    };
    const keys = [await key("read"), await key("plan"), await key("admin")] as const;
    scoped = await startService(place, "--require-keys");
    const document = await openApiOf(scoped.url);
    const [read, plan, admin] = keys.map((each) => asking(scoped.url, document, each)) as [Ask, Ask, Ask];
    by = { read, plan, admin };
  }, 60_000);
  afterAll(() => scoped.end());

  /** Statuses by scope; what lets nobody begin changes nothing. */
  async function statuses(method: string, path: string, body?: unknown): Promise<number[]> {
    const told = [];
    for (const scope of ["read", "plan", "admin"] as const)
      told.push((await by[scope](method, path, body === undefined ? {} : { body })).status);
    return told;
  }

  it("say who makes, and who throws away what is there", async () => {
    expect(await statuses("POST", "/v1/plans", REQUEST)).toEqual([403, 202, 202]);
    expect(await statuses("PUT", "/v1/channels/c", SMALL_CHANNELS)).toEqual([403, 403, 201]);
    expect(await statuses("PUT", "/v1/order-sets/s", REQUEST.orders)).toEqual([403, 201, 200]);
    expect(await statuses("DELETE", "/v1/order-sets/s")).toEqual([403, 204, 404]);
    expect(await statuses("POST", "/v1/keys", { name: "k", scopes: ["read"] })).toEqual([403, 403, 201]);
    expect(await statuses("DELETE", "/v1/keys/000000000000")).toEqual([403, 403, 404]);
    const { json } = await by.plan("POST", "/v1/plans", { headers: WAIT, body: REQUEST });
    expect(await statuses("GET", `/v1/plans/${json.id}`)).toEqual([200, 200, 200]);
    expect(await statuses("GET", `/v1/plans/${json.id}/terms`)).toEqual([200, 200, 200]);
    expect(await statuses("POST", `/v1/plans/${json.id}/simulations`, {})).toEqual([403, 200, 200]);
    // A plan that has ended stays when it is stopped; thrown away it is by an administrator alone.
    expect(await statuses("DELETE", `/v1/plans/${json.id}`)).toEqual([403, 200, 200]);
    expect(await statuses("DELETE", `/v1/jobs/${json.id}`)).toEqual([403, 403, 204]);
  });

  it("let a planner cancel a study that runs, and try it again", async () => {
    const orders = Array.from({ length: 100 }, (_, i) => ({
      id: `n${i}`,
      bank: i % 2 ? "ICBC" : "CCB",
      amount: `${i + 1}.07`,
    }));
    const [batch, single] = SMALL_CHANNELS.channels;
    const tight = { fee: "1.00", maxOrders: 7, maxAmount: "311.13", separateBy: ["bank"] };
    const channels = { ...SMALL_CHANNELS, channels: [{ ...batch, package: tight }, single] };
    const options = { against: "packages", points: 100, timeLimit: 600 };
    const { id } = (await by.plan("POST", "/v1/frontier", { body: { channels, orders, options } })).json;
    const cancelled = async () => (await by.read("GET", `/v1/jobs/${id}`)).json.state;
    await expect.poll(cancelled, { timeout: 30_000 }).toBe("running");
    expect(await statuses("POST", `/v1/jobs/${id}/retry`)).toEqual([403, 409, 409]);
    expect((await by.read("DELETE", `/v1/jobs/${id}`)).status).toBe(403);
    expect((await by.plan("DELETE", `/v1/jobs/${id}`)).status).toBe(202);
    await expect.poll(cancelled, { timeout: 30_000 }).toBe("cancelled");
    expect((await by.plan("DELETE", `/v1/jobs/${id}`)).status).toBe(403);
    expect((await by.read("POST", `/v1/jobs/${id}/retry`)).status).toBe(403);
    expect((await by.plan("POST", `/v1/jobs/${id}/retry`)).status).toBe(202);
    expect((await by.plan("DELETE", `/v1/jobs/${id}`)).status).toBe(202);
    await expect.poll(cancelled, { timeout: 30_000 }).toBe("cancelled");
    expect((await by.admin("DELETE", `/v1/jobs/${id}`)).status).toBe(204);
  });
});

describe("whatever else comes", () => {
  it("is answered without a fault", async () => {
    const { violations, answers } = await fuzz({ url: service.url, requests: 300, seed: 1, parallel: 4 });
    expect(violations).toEqual([]);
    expect(answers.size).toBeGreaterThan(5);
    expect(
      (
        await ask("PUT", "/v1/order-sets/after", {
          headers: { "content-type": "text/csv" },
          body: SMALL_ORDERS,
        })
      ).status,
    ).toBeLessThan(300);
  });
});
