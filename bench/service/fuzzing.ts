import { request as httpRequest } from "node:http";
import fc from "fast-check";
import { answerJudge, type GivenAnswer, type OpenApi } from "../../test/support/openapi.js";
import { type ApiDocument, type FuzzRequest, type Known, requests } from "./fuzzRequests.js";

/** What came of many requests. */
export interface FuzzOutcome {
  /** How many were answered so, by status; 0 for callers that went away. */
  readonly answers: ReadonlyMap<number, number>;
  /** What must not be, each with the request that led to it. */
  readonly violations: readonly string[];
  /** Of the slowest answer. */
  readonly slowestMs: number;
}

export interface FuzzOptions {
  /** Of a service that needs no key. */
  readonly url: string;
  readonly requests: number;
  readonly seed: number;
  /** Requests at a time; default 8. */
  readonly parallel?: number;
  /** Told of every answer. */
  readonly onAnswer?: (request: FuzzRequest, answer: Answer) => void;
  readonly say?: (text: string) => void;
}

export interface Answer {
  /** 0 where the caller went away. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

const LONGEST_MS = 30_000;

/** Asks a service what its own document describes, rightly and wrongly. */
export async function fuzz(options: FuzzOptions): Promise<FuzzOutcome> {
  const { url, seed, parallel = 8, onAnswer, say } = options;
  const document = (await json(url, "/openapi.json")) as ApiDocument & OpenApi;
  const judge = answerJudge(document);
  const known = await prepare(url);
  const all = fc.sample(requests(document, known), { numRuns: options.requests, seed });
  const answers = new Map<number, number>();
  const violations: string[] = [];
  let slowestMs = 0;
  let next = 0;
  const ask = async () => {
    for (;;) {
      const request = all[next++];
      if (request === undefined) return;
      const started = performance.now();
      const answer = await send(url, request).catch((error: Error) => error);
      slowestMs = Math.max(slowestMs, performance.now() - started);
      const wrong = answer instanceof Error ? answer.message : wrongIn(request, answer, judge);
      if (wrong !== null) violations.push(`${wrong}: ${shown(request)}`);
      if (answer instanceof Error) continue;
      answers.set(answer.status, (answers.get(answer.status) ?? 0) + 1);
      onAnswer?.(request, answer);
      if (next % 1_000 === 0) say?.(`${next} requests, ${violations.length} violations`);
    }
  };
  await Promise.all(Array.from({ length: parallel }, ask));
  violations.push(...(await faultsOfJobs(url)));
  return { answers, violations, slowestMs };
}

/** A plan, an order set and a contract to ask about. */
async function prepare(url: string): Promise<Known> {
  const document = (await json(url, "/openapi.json")) as {
    paths: Record<string, Record<string, { requestBody: { content: Record<string, { example: unknown }> } }>>;
  };
  const example = (path: string, method: string, type: string) =>
    document.paths[path]![method]!.requestBody.content[type]!.example;
  await json(url, "/v1/channels/c1", "PUT", example("/v1/channels/{name}", "put", "application/json"));
  await json(url, "/v1/order-sets/s1", "PUT", example("/v1/order-sets/{id}", "put", "application/json"));
  const plan = (await json(url, "/v1/plans", "POST", example("/v1/plans", "post", "application/json"), {
    prefer: "wait=30",
  })) as { id: string };
  const others = await Promise.all(
    Array.from({ length: 5 }, () =>
      json(url, "/v1/plans", "POST", example("/v1/plans", "post", "application/json")),
    ),
  );
  const page = (await json(url, `/v1/plans/${plan.id}/assignments?limit=1`)) as { next: string };
  return {
    id: [plan.id],
    // What is thrown away can be asked nothing more.
    "delete jobs.id": (others as { id: string }[]).map(({ id }) => id),
    "order-sets.id": ["s1", "s2"],
    "channels.name": ["c1", "c2"],
    name: ["plan.json", "assignments.csv", "report.html", "channels.json", "orders.json"],
    order: ["o1", "o4"],
    channels: ["c1"],
    bank: ["ICBC", "ABC", "XXX"],
    cursor: [page.next],
    after: [plan.id, "s1"],
  };
}

async function json(
  url: string,
  path: string,
  method = "GET",
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<unknown> {
  const response = await fetch(url + path, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text);
}

function send(url: string, { method, path, headers, body, aborted }: FuzzRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const length = body === null || "transfer-encoding" in headers ? {} : { "content-length": body.length };
    const gone = { status: 0, headers: {}, body: Buffer.alloc(0) };
    let request: ReturnType<typeof httpRequest>;
    try {
      // No address is too strange to be sent; Node itself would refuse a few.
      request = httpRequest({
        hostname,
        port,
        method,
        path: path || "/",
        headers: { ...length, ...headers },
        agent: false,
      });
    } catch {
      resolve(gone);
      return;
    }
    const timer = setTimeout(() => {
      request.destroy();
      reject(new Error(`no answer within ${LONGEST_MS / 1_000} s`));
    }, LONGEST_MS);
    const done = (answer: Answer) => {
      clearTimeout(timer);
      resolve(answer);
    };
    request.on("error", (error: NodeJS.ErrnoException) => {
      // A body that was not wanted may be refused while it is being sent, and a length that is none ends as it likes.
      if (aborted !== null || "content-length" in headers || "transfer-encoding" in headers) done(gone);
      else {
        clearTimeout(timer);
        reject(new Error(`no answer, ${error.code ?? error.message}`));
      }
    });
    request.on("response", (response) => {
      const pieces: Buffer[] = [];
      // Events go on as long as their job.
      const isEndless = String(response.headers["content-type"]).startsWith("text/event-stream");
      const answer = () => ({
        status: response.statusCode!,
        headers: response.headers,
        body: Buffer.concat(pieces),
      });
      response.on("data", (piece: Buffer) => {
        pieces.push(piece);
        if (isEndless) response.destroy();
      });
      response.on("close", () => done(answer()));
      response.on("error", () => done(answer()));
    });
    if (body === null) request.end();
    else if (aborted === null) {
      request.end(body);
      // A length that promises more than comes is a caller that went away.
      if ("content-length" in headers) setTimeout(() => request.destroy(), 300);
    } else {
      request.write(body.subarray(0, Math.floor(body.length * aborted)));
      setTimeout(() => request.destroy(), 5);
    }
  });
}

/** @param judge what the document has against an answer */
function wrongIn(
  { method, path, operation }: FuzzRequest,
  { status, headers, body }: Answer,
  judge: (answer: GivenAnswer) => string | null,
): string | null {
  if (status === 0) return null;
  if (status >= 500 && status !== 503) return `${status} ${body.toString("utf8", 0, 500)}`;
  if (status === 503 && headers["retry-after"] === undefined) return "503 without Retry-After";
  if (method === "HEAD") return null;
  const type = headers["content-type"] === undefined ? null : String(headers["content-type"]);
  const against = judge({ method, path, status, type, text: body.toString("utf8") });
  // Whatever stands in an address may make another one of it, or none.
  const isNoOperation = against?.endsWith("is not described") && (operation === null || status >= 400);
  if (against !== null && !isNoOperation) return against;
  if (status < 400) return null;
  if (!String(headers["content-type"]).startsWith("application/problem+json"))
    return `${status} as ${headers["content-type"]}`;
  const told = JSON.parse(body.toString("utf8")) as Record<string, unknown>;
  const isProblem =
    told.status === status && /^[A-Z_]+$/.test(String(told.code)) && typeof told.title === "string";
  return isProblem ? null : `${status} with ${body.toString("utf8", 0, 500)}`;
}

/** Jobs that accepted input has led to must not end as faults either. */
async function faultsOfJobs(url: string): Promise<string[]> {
  const found: string[] = [];
  for (let after: string | null = null; ; ) {
    const query: string = after === null ? "" : `&after=${after}`;
    const page = (await json(url, `/v1/jobs?state=failed&limit=1000${query}`)) as {
      jobs: { id: string; kind: string; problem: { status: number; code: string; detail?: string } }[];
      next: string | null;
    };
    for (const { id, kind, problem } of page.jobs)
      if (problem.status >= 500) found.push(`job ${id}, ${kind}: ${problem.code} ${problem.detail ?? ""}`);
    if (page.next === null) return found;
    after = page.next;
  }
}

function shown({ method, path, headers, body, aborted }: FuzzRequest): string {
  const sent = body === null ? "" : ` ${body.toString("utf8", 0, 600)}`;
  return `${method} ${path.slice(0, 300)} ${JSON.stringify(headers)}${aborted === null ? "" : " aborted"}${sent}`;
}
