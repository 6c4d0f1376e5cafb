import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { askService } from "../../../src/cli/remote.js";
import { Fault, InputError } from "../../../src/index.js";

/** What a command makes of whatever answers at --url. */

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server === undefined ? resolve(null) : server.close(resolve)));
});

async function answering(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server!.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function refusal(asked: Promise<unknown>) {
  const error = await asked.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(InputError);
  const [{ code, message }] = (error as InputError).issues as [{ code: string; message: string }];
  return `${code}: ${message}`;
}

describe("askService", () => {
  it("finds a service below a path", async () => {
    const url = await answering(({ url: asked, headers }, response) =>
      response.end(JSON.stringify({ asked, key: headers.authorization })),
    );
    for (const base of ["/base", "/base/", "/base//", "/base/?x=1#y"])
      expect(await askService({ url: url + base, key: "k" }, "GET", "/v1/jobs?limit=2")).toEqual({
        asked: "/base/v1/jobs?limit=2",
        key: "Bearer k",
      });
    for (const base of ["", "/"])
      expect(await askService({ url: url + base }, "GET", "/v1/jobs")).toEqual({ asked: "/v1/jobs" });
  });

  it("says where a key is given, where one is wanted", async () => {
    const url = await answering((_, response) => {
      response.statusCode = 401;
      response.end(
        JSON.stringify({
          status: 401,
          code: "UNAUTHORIZED",
          title: "A key is needed here.",
          detail: "Send it.",
        }),
      );
    });
    const asked = async (key?: string) => {
      const error = await askService({ url, ...(key ? { key } : {}) }, "GET", "/v1/jobs").catch(
        (thrown) => thrown,
      );
      return (error as InputError).issues[0]!.hint;
    };
    expect(await asked()).toBe("Give a key that may, with --key or in PACKWRIGHT_KEY.");
    expect(await asked("k")).toBe("Send it. Give a key that may, with --key or in PACKWRIGHT_KEY.");
  });

  it("tells what is no service of ours, whatever status it has", async () => {
    for (const [status, body] of [
      [200, "<html>sign in</html>"],
      [200, ""],
      [502, "<html>bad gateway</html>"],
      [404, '{"error":"not here"}'],
    ] as const) {
      const url = await answering((_, response) => response.writeHead(status).end(body));
      const told = await refusal(askService({ url: `${url}/base` }, "GET", "/v1/jobs"));
      expect(told).toContain(`NO_SERVICE: what answers at ${url}/base is no packwright: status ${status}`);
      server!.close();
    }
  });

  it("waits no longer than it should, for the head or for the rest", async () => {
    for (const begins of [false, true]) {
      const url = await answering((_, response) => {
        if (begins) response.writeHead(200).write("{");
      });
      expect(await refusal(askService({ url }, "GET", "/v1/jobs", undefined, 50))).toBe(
        `NO_SERVICE: no service answers at ${url} within 0.05 s`,
      );
      server!.closeAllConnections();
      server!.close();
    }
  });

  it("tells where nothing answers, and what is no address, without a password", async () => {
    const url = await answering(() => {});
    await new Promise((resolve) => server!.close(resolve));
    expect(await refusal(askService({ url }, "GET", "/v1/jobs"))).toContain(
      `no service answers at ${url}: connect ECONNREFUSED`,
    );
    expect(await refusal(askService({ url: "localhost:8080" }, "GET", "/v1/jobs"))).toBe(
      "NO_SERVICE: localhost:8080 is not the address of a service",
    );
    const told = await refusal(askService({ url: "http://me:secret@localhost:1/x" }, "GET", "/v1/jobs"));
    expect(told).toBe("NO_SERVICE: http://localhost:1/x holds a user or a password");
  });

  it("passes on what a service says, its own faults as faults", async () => {
    const problem = (status: number, more: object) =>
      answering((_, response) =>
        response.writeHead(status).end(JSON.stringify({ title: "A fault of ours.", status, ...more })),
      );
    const refused = await problem(422, { code: "BAD", problems: [{ code: "A", message: "is wrong" }] });
    expect(await refusal(askService({ url: refused }, "GET", "/v1/jobs"))).toBe("A: is wrong");
    server!.close();
    const faulty = await problem(500, { code: "UNEXPECTED" });
    await expect(askService({ url: faulty }, "GET", "/v1/jobs")).rejects.toThrow(Fault);
    server!.close();
    const gone = await answering((_, response) => response.writeHead(204).end());
    expect(await askService({ url: gone }, "DELETE", "/v1/jobs/x")).toBeNull();
  });
});
