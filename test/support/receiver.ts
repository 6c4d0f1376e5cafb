import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly at: number;
}

/** A receiver of webhooks that writes down what it hears. */
export interface Receiver {
  readonly url: string;
  readonly port: number;
  readonly heard: readonly Received[];
  close(): Promise<void>;
}

/** @param answer status of an answer, from the number of what was heard before; with a location it is a redirect */
export async function receive(
  answer: (before: number) => number = () => 204,
  port = 0,
  location = "",
): Promise<Receiver> {
  const heard: Received[] = [];
  const server: Server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (piece: string) => {
      text += piece;
    });
    request.on("end", () => {
      const status = answer(heard.length);
      heard.push({ headers: request.headers, text, at: Date.now() });
      if (status === 0) return;
      response.writeHead(status, location === "" ? {} : { location }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const own = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${own}/told?who=router`,
    port: own,
    heard,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Written after the standard's text, apart from ours: whether one of the signatures is that of the secret. */
export function isSignedBy(secret: string, { headers, text }: Received): boolean {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${text}`;
  const expected = createHmac("sha256", key).update(signed, "utf8").digest();
  return String(headers["webhook-signature"])
    .split(" ")
    .filter((part) => part.startsWith("v1,"))
    .map((part) => Buffer.from(part.slice(3), "base64"))
    .some((given) => given.length === expected.length && timingSafeEqual(given, expected));
}

/** Waits until something holds. @throws what it looks like where it does not in time */
export async function eventually<T>(
  look: () => T | Promise<T>,
  holds: (found: T) => boolean = Boolean,
  seconds = 40,
): Promise<T> {
  const until = Date.now() + seconds * 1_000;
  for (;;) {
    const found = await look();
    if (holds(found)) return found;
    if (Date.now() > until) throw new Error(`never came about: ${JSON.stringify(found)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
