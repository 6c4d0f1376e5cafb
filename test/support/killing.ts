import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { runCli } from "./service.js";

/** Jobs that are asked for and followed while processes die: what every one of them must have come to in the end. */

/** What a plan folder holds; what is less is not whole. */
export const WHOLE = [
  "assignments.csv",
  "certificate.json",
  "packages.csv",
  "plan.json",
  "report.html",
  "unrouted.csv",
];

/** A job as the service tells of it. */
export interface ToldJob {
  readonly id: string;
  readonly state: "queued" | "running" | "done" | "failed" | "cancelled";
  readonly attempt: number;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly problem: object | null;
  readonly progress: { readonly phase?: string } | null;
  readonly files: readonly { readonly name: string; readonly href: string }[];
  readonly inputs: readonly { readonly name: string; readonly href: string }[];
}

const isEnded = ({ state }: Pick<ToldJob, "state">) => state !== "queued" && state !== "running";
/** No process is away for longer than this. */
const PATIENCE_MS = 120_000;

/** Asks a service that may be away, or elsewhere the next time, until it answers. */
export class PatientCaller {
  /** Answers that were not there: refused, broken off, or an error that asks to come again. */
  repeats = 0;

  /** @param urlNow where the service is; it changes when it is started again */
  constructor(readonly urlNow: () => string) {}

  /** Makes a job, and only one however often it has to be asked. @returns its id */
  async submit(path: string, body: object): Promise<string> {
    const headers = { "content-type": "application/json", "idempotency-key": randomUUID() };
    const response = await this.#ask(path, { method: "POST", headers, body: JSON.stringify(body) });
    return ((await response.json()) as { id: string }).id;
  }

  async put(path: string, type: string, body: string | Buffer): Promise<void> {
    // Files are read into memory of their own.
    const content = body as string | Uint8Array<ArrayBuffer>;
    await this.#ask(path, { method: "PUT", headers: { "content-type": type }, body: content });
  }

  async delete(path: string): Promise<void> {
    await this.#ask(path, { method: "DELETE" });
  }

  async job(id: string): Promise<ToldJob> {
    return (await (await this.#ask(`/v1/jobs/${id}`)).json()) as ToldJob;
  }

  async list(): Promise<readonly ToldJob[]> {
    return ((await (await this.#ask("/v1/jobs?limit=1000")).json()) as { jobs: ToldJob[] }).jobs;
  }

  async bytes(href: string): Promise<Buffer> {
    return this.#until(async (url) => {
      const response = await fetch(url + href);
      if (!response.ok) throw new Refused(response.status, await response.text());
      return Buffer.from(await response.arrayBuffer());
    });
  }

  /** Waits until a job is as wanted. */
  async when(id: string, is: (job: ToldJob) => boolean): Promise<ToldJob> {
    const until = performance.now() + PATIENCE_MS;
    for (;;) {
      const job = await this.job(id);
      if (is(job)) return job;
      if (performance.now() > until) throw new Error(`Job ${id} stays ${JSON.stringify(job)}`);
      await setTimeout(50);
    }
  }

  ended(id: string): Promise<ToldJob> {
    return this.when(id, isEnded);
  }

  #ask(path: string, init: RequestInit = {}): Promise<Response> {
    return this.#until(async (url) => {
      const response = await fetch(url + path, init);
      // All of it, so that one that breaks off is asked again.
      const body = await response.text();
      if (!response.ok) throw new Refused(response.status, body);
      return new Response(response.status === 204 ? null : body, response);
    });
  }

  async #until<T>(work: (url: string) => Promise<T>): Promise<T> {
    const until = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await work(this.urlNow());
      } catch (error) {
        // What is in the way of a service is told by 503, a request of the same key that is still being read by 409.
        const { status = 503 } = error as Partial<Refused>;
        if ((status !== 503 && status !== 409) || performance.now() > until) throw error;
      }
      this.repeats++;
      await setTimeout(200);
    }
  }
}

class Refused extends Error {
  constructor(
    readonly status: number,
    body: string,
  ) {
    super(`${status}: ${body}`);
  }
}

/**
 * Fetches a plan as it is stored and judges it: all files, as many lines as its counts say, and `packwright verify`.
 *
 * @param dir an empty folder
 * @throws Error that says what is wrong with it
 */
export async function mustBeWhole(caller: PatientCaller, job: ToldJob, dir: string): Promise<void> {
  const fail = (what: string) => {
    throw new Error(`Job ${job.id}: ${what}`);
  };
  if (job.state !== "done") fail(`ended as ${job.state}: ${JSON.stringify(job.problem)}`);
  const names = job.files.map(({ name }) => name).sort();
  if (names.join() !== WHOLE.join()) fail(`has the files ${names.join(", ")}`);
  const keep = async (href: string, path: string) => {
    const bytes = await caller.bytes(href);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
    return bytes;
  };
  const files = new Map<string, Buffer>();
  for (const { name, href } of job.files) files.set(name, await keep(href, join(dir, "plan", name)));
  const rows = (name: string) => files.get(name)!.toString("utf8").trimEnd().split("\n").length - 1;
  const { counts } = JSON.parse(files.get("plan.json")!.toString("utf8")) as {
    counts: { orders: number; routed: number; rejected: number; deferred: number; packages: number };
  };
  const found = {
    orders: rows("assignments.csv") + rows("unrouted.csv"),
    routed: rows("assignments.csv"),
    unrouted: rows("unrouted.csv"),
    packages: rows("packages.csv"),
  };
  const { orders, routed, rejected, deferred, packages } = counts;
  const told = { orders, routed, unrouted: rejected + deferred, packages };
  if (JSON.stringify(found) !== JSON.stringify(told))
    fail(`tells of ${JSON.stringify(told)} and has ${JSON.stringify(found)}`);
  const inputs: Record<string, string> = {};
  for (const { name, href } of job.inputs) {
    const path = join(dir, name);
    await keep(href, path);
    inputs[name.split(".")[0]!] = path;
  }
  const { code, output } = await runCli([
    "verify",
    join(dir, "plan"),
    ...["--channels", inputs.channels!, "--orders", inputs.orders!],
  ]);
  if (code !== 0) fail(`does not hold: ${output}`);
}

/** An instance in a folder, as requests want it: its channels and its orders as CSV. */
export function jsonOf(dir: string): { readonly channels: object; readonly orders: Buffer } {
  return {
    channels: JSON.parse(readFileSync(join(dir, "channels.json"), "utf8")) as object,
    orders: readFileSync(join(dir, "orders.csv")),
  };
}
