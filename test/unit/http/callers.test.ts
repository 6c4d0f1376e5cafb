import type { FastifyReply, FastifyRequest } from "fastify";
import { describe, expect, it } from "vitest";
import { callerHook } from "../../../src/http/callers.js";
import type { HttpProblem } from "../../../src/http/httpProblem.js";
import type { Scope } from "../../../src/model/apiKey.js";

const KEYS: Record<string, Scope> = { reader: "read", planner: "plan", boss: "admin" };

interface Asked {
  readonly needsKeys?: boolean;
  readonly scope?: Scope | null;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly is404?: boolean;
}

/** @returns the status that a caller is refused with; 200 for one that is let in */
async function judged({ needsKeys = false, scope, method = "POST", headers = {}, is404 = false }: Asked) {
  const keys = {
    find: async (text: string) =>
      KEYS[text] === undefined ? null : { id: text, scopes: [KEYS[text]], perMinute: 10 },
  };
  const hook = callerHook({ store: { keys } as never, needsKeys });
  const config = scope === undefined ? {} : { scope };
  const request = { headers, method, is404, routeOptions: { config } } as unknown as FastifyRequest;
  const reply = { header: () => reply } as unknown as FastifyReply;
  return hook(request, reply).then(
    () => 200,
    (error: HttpProblem) => error.status,
  );
}

describe("without keys", () => {
  const local = (headers: Record<string, string>, method = "POST") =>
    judged({ scope: "plan", headers, method });

  it.each(["localhost", "LocalHost:8080", "127.0.0.1:8080", "127.0.0.5", "[::1]", "[::1]:8080"])(
    "serves programs that ask by the name %s",
    async (host) => {
      expect(await local({ host })).toBe(200);
    },
  );

  it.each([
    "evil.example",
    "evil.example:8080",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "",
    "10.0.0.1",
  ])("refuses the name %j, which a page elsewhere may have made lead here", async (host) => {
    expect(await local({ host })).toBe(403);
  });

  it("serves its own pages alone", async () => {
    const host = "localhost:8080";
    expect(await local({ host, origin: "http://localhost:8080" })).toBe(200);
    expect(await local({ host: "[::1]:8080", origin: "http://[::1]:8080" })).toBe(200);
    for (const origin of [
      "null",
      "https://evil.example",
      "http://localhost",
      "http://localhost:8081",
      "http://127.0.0.1:8080",
      "",
    ])
      expect(await local({ host, origin }), origin).toBe(403);
  });

  it("refuses what a browser says comes from another site, but for links", async () => {
    const host = "localhost:8080";
    const from = (site: string, mode: string, method: string) =>
      local({ host, "sec-fetch-site": site, "sec-fetch-mode": mode }, method);
    expect(await from("same-origin", "cors", "GET")).toBe(200);
    expect(await from("none", "navigate", "GET")).toBe(200);
    expect(await from("cross-site", "navigate", "GET")).toBe(200);
    expect(await from("cross-site", "no-cors", "GET")).toBe(403);
    expect(await from("same-site", "no-cors", "GET")).toBe(403);
    expect(await from("cross-site", "navigate", "POST")).toBe(403);
  });

  it("does not look where it comes from where it shows a key", async () => {
    const headers = { host: "evil.example", authorization: "Bearer planner" };
    expect(await judged({ scope: "plan", headers })).toBe(200);
    expect(await judged({ scope: "admin", headers })).toBe(403);
  });
});

describe("with keys", () => {
  const shown = (key: string, scope?: Scope | null) =>
    judged({
      needsKeys: true,
      headers: { authorization: `Bearer ${key}` },
      ...(scope === undefined ? {} : { scope }),
    });

  it("lets each scope do what the one before it may", async () => {
    const scopes: Scope[] = ["read", "plan", "admin"];
    const table = await Promise.all(
      ["reader", "planner", "boss"].map((key) => Promise.all(scopes.map((scope) => shown(key, scope)))),
    );
    expect(table).toEqual([
      [200, 403, 403],
      [200, 200, 403],
      [200, 200, 200],
    ]);
  });

  it("asks for the highest where a route says nothing", async () => {
    expect(await shown("planner")).toBe(403);
    expect(await shown("boss")).toBe(200);
  });

  it("refuses whoever shows none, or one that is not known", async () => {
    expect(await judged({ needsKeys: true, scope: "read" })).toBe(401);
    expect(await shown("unknown", "read")).toBe(401);
    expect(await shown("unknown", null)).toBe(401);
    expect(await judged({ needsKeys: true, scope: "read", headers: { authorization: "Basic boss" } })).toBe(
      401,
    );
  });

  it("needs none for what anybody may see, and to say that there is nothing", async () => {
    expect(await judged({ needsKeys: true, scope: null })).toBe(200);
    expect(await judged({ needsKeys: true, is404: true })).toBe(200);
  });
});
