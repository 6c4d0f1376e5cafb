import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A small HTTP server: this service and the channels of this example need no more. */

export interface Asked {
  /** What the route's groups matched, decoded. */
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
}

export interface Answer {
  readonly status: number;
  readonly body: object;
}

export interface Route {
  /** `*` for any. */
  readonly method: string;
  readonly path: RegExp;
  /** @returns null for no answer at all, as from a server that dies */
  readonly handle: (asked: Asked) => Promise<Answer | null> | Answer | null;
}

const LARGEST = 64 * 2 ** 20;

/** Answers on loopback. @returns the server and its address */
export async function serve(
  routes: readonly Route[],
  port: number,
  log: (message: string) => void,
): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer((request, response) => {
    answer(routes, request)
      .catch((error: unknown) => {
        log(`${request.method} ${request.url}: ${error instanceof Error ? error.stack : String(error)}`);
        return { status: 500, body: { message: "A fault of ours." } };
      })
      .then((found) => {
        if (found === null) return request.socket.destroy();
        response.writeHead(found.status, { "content-type": "application/json" });
        response.end(JSON.stringify(found.body));
        return undefined;
      })
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function answer(routes: readonly Route[], request: IncomingMessage): Promise<Answer | null> {
  const { method, headers } = request;
  const url = new URL(request.url ?? "/", "http://localhost");
  const text = await textOf(request);
  if (text === null) return { status: 413, body: { message: `More than ${LARGEST} bytes are not taken.` } };
  for (const route of routes) {
    const found = route.path.exec(url.pathname);
    if (found === null || (route.method !== "*" && route.method !== method)) continue;
    const parts = found.slice(1).map(decodeURIComponent);
    return route.handle({ parts, query: url.searchParams, headers, text });
  }
  return { status: 404, body: { message: `There is no ${method} ${url.pathname}.` } };
}

async function textOf(request: IncomingMessage): Promise<string | null> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > LARGEST) return null;
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString("utf8");
}
