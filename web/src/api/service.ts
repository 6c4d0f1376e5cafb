import type { Sending } from "../../../src/client/bodies.js";
import { ndjsonOf } from "../../../src/client/lines.js";
import { randomKey } from "../../../src/client/submitting.js";
import { type Call, type CallOptions, Transport } from "../../../src/client/transport.js";

/** The service that the page came from, asked as every caller asks it: by the transport of packwright/client. */

const KEY = "packwright-key";

/** The key of this tab; null where none has been given. */
export function currentKey(): string | null {
  return sessionStorage.getItem(KEY);
}

/** Keeps a key until the tab is closed, or forgets it. */
export function setKey(key: string | null): void {
  if (key === null) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, key);
}

let refused = (): void => {};

/** @param tell told whenever the service asks for a key. @returns what ends that */
export function onRefused(tell: () => void): () => void {
  refused = tell;
  return () => {
    refused = () => {};
  };
}

/** With the key of the tab, as it is at the time. */
async function fetchWithKey(address: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const key = currentKey();
  const headers = {
    ...(init.headers as object),
    ...(key === null ? {} : { authorization: `Bearer ${key}` }),
  };
  const response = await fetch(address, { ...init, headers, cache: "no-store", credentials: "omit" });
  if (response.status === 401) refused();
  return response;
}

/** Below the page's own address, so that a service behind a prefix is found, too. */
const transport = new Transport({
  url: new URL(".", document.baseURI).href,
  fetch: fetchWithKey,
  // A person sees that there is no answer, and tries again.
  retries: { times: 2 },
});

/** What may be said of a call beside its method and path. */
type Asking = Partial<Omit<Call, "method" | "path">>;

/** A body that is there as a whole. The client's own can pack it, too, and weigh more. */
function sending(content: string | Blob, headers: Sending["headers"]): Sending {
  return { headers, isRepeatable: true, open: async () => content };
}

function jsonBody(value: object): Sending {
  return sending(JSON.stringify(value), { "content-type": "application/json" });
}

/** @throws ProblemError where it is not served @throws UnreachableError where nobody answers @throws the signal's reason */
export function askJson<Answer>(path: string, asking: Asking = {}): Promise<Answer> {
  return transport.json({ ...asking, method: "GET", path });
}

/** Asks for something that is kept, once: where the answer is lost it is asked for with the same key, and not made twice. */
export function submit<Answer>(path: string, body: object): Promise<Answer> {
  const headers = { "idempotency-key": randomKey() };
  return transport.json({ method: "POST", path, body: jsonBody(body), headers });
}

/** Asks a question of which nothing is kept. */
export function question<Answer>(path: string, body: object, asking: Asking = {}): Promise<Answer> {
  return transport.json({ ...asking, method: "POST", path, body: jsonBody(body) });
}

/** Sends a file as it is. @param headers that say what it is */
export function put(path: string, file: Blob, headers: Readonly<Record<string, string>>): Promise<void> {
  return transport.done({ method: "PUT", path, body: sending(file, headers) });
}

export function remove<Answer>(path: string): Promise<Answer> {
  return transport.json({ method: "DELETE", path });
}

/** As {@link remove}, of what answers nothing. */
export function removeQuietly(path: string): Promise<void> {
  return transport.done({ method: "DELETE", path });
}

/** The pieces of an answer, as they come. */
export function stream(path: string, accept: string, options: CallOptions = {}): AsyncGenerator<Uint8Array> {
  return transport.stream({ ...options, method: "GET", path, accept });
}

/** Rows that come one a line. */
export async function askRows<Row>(path: string, options: CallOptions = {}): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of ndjsonOf<Row>(stream(path, "application/x-ndjson", options))) rows.push(row);
  return rows;
}

export async function askFile(path: string): Promise<Blob> {
  const pieces: BlobPart[] = [];
  for await (const piece of stream(path, "*/*")) pieces.push(piece as Uint8Array<ArrayBuffer>);
  return new Blob(pieces);
}
