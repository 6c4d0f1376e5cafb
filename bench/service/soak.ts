import { readFileSync } from "node:fs";
import { join } from "node:path";
import { realistic } from "../../test/conformance/instances.mjs";
import { startService } from "../../test/support/service.js";
import { count, memory, ratio } from "../format.js";
import { filesIn } from "../instances.js";
import type { BenchOptions, Section } from "../section.js";
import { median } from "../stats.js";
import { ordersOf } from "./latency.js";
import { residentTree } from "./residentTree.js";

const SECONDS = 600;
const SETTLED_SECONDS = 120;
const SAMPLE_MS = 2_000;
/** As much more memory at the end than after the first two minutes is noise. */
const FLAT = 1.1;
/** What may be answered under load beside success: too much to do, and what the soak itself asks wrongly. */
const DOCUMENTED = new Set([200, 201, 202, 204, 422, 429, 503]);

/** Callers that do all that callers do, for ten minutes, as fast as they are answered. */
export async function soak({ quick, dir, say }: BenchOptions): Promise<Section> {
  const seconds = quick ? 60 : SECONDS;
  const service = await startService([
    "--data",
    join(dir, "data"),
    "--log-level",
    "warn",
    "--keep-hours",
    "1",
  ]);
  const trouble = () =>
    service
      .log()
      .split("\n")
      .filter((line) => /"level":[56]0/.test(line) || (line !== "" && !line.startsWith("{")));
  const answers = new Map<string, number>();
  const wrong: string[] = [];
  const samples: { readonly at: number; readonly tree: number }[] = [];
  const started = performance.now();
  const elapsed = () => (performance.now() - started) / 1_000;
  const pid = service.pid;
  const sampler = setInterval(() => {
    samples.push({ at: elapsed(), tree: residentTree(pid) });
    if (samples.length % 30 === 0) say(`${Math.round(elapsed())} s: ${memory(samples.at(-1)!.tree)}`);
  }, SAMPLE_MS);
  try {
    const { small, large } = bodiesIn(dir);
    const ask: Ask = async (name, path, init, statuses = [200]) => {
      const response = await fetch(service.said + path, init);
      const text = await response.text();
      answers.set(`${name} ${response.status}`, (answers.get(`${name} ${response.status}`) ?? 0) + 1);
      if (!DOCUMENTED.has(response.status)) wrong.push(`${name}: ${response.status} ${text.slice(0, 300)}`);
      return statuses.includes(response.status) ? (JSON.parse(text) as Record<string, unknown>) : null;
    };
    const callers = [
      smallPlans(ask, small),
      smallPlans(ask, small),
      largePlans(ask, large),
      uploads(ask, dir),
      nonsense(ask),
    ];
    await Promise.all(
      callers.map(async (call) => {
        while (elapsed() < seconds) await call();
      }),
    );
    clearInterval(sampler);
    const settled = quick ? seconds / 3 : SETTLED_SECONDS;
    const between = (from: number, to: number) =>
      median(samples.filter(({ at }) => at >= from && at < to).map(({ tree }) => tree));
    const before = between(settled, settled + settled);
    const after = between(seconds - settled, Infinity);
    const requests = [...answers.values()].reduce((sum, each) => sum + each, 0);
    return {
      tables: [
        {
          caption: `${callers.length} callers for ${seconds} s: plans of 200 and of 10,000 orders, uploads with plans by reference, tables, verification, requests that are wrong. ${count(requests)} requests; memory is that of the service and its runners.`,
          columns: ["", ""],
          rows: [
            ["after the first minutes", memory(before)],
            ["in the last minutes", memory(after)],
            ["largest", memory(Math.max(...samples.map(({ tree }) => tree)))],
            ...[...answers].sort().map(([name, times]) => [name, count(times)]),
          ],
        },
      ],
      targets: [
        {
          name: `memory after ${seconds} s at full load against that after the first minutes`,
          asked: `≤ ${ratio(FLAT)}`,
          measured: ratio(after / before),
          met: after <= FLAT * before,
        },
        {
          name: "answers but documented ones, and troubles in the log",
          asked: "0",
          measured: `${wrong.length} and ${trouble().length}${wrong.length > 0 ? `: ${wrong[0]}` : ""}${trouble().length > 0 ? `: ${trouble()[0]}` : ""}`,
          met: wrong.length === 0 && trouble().length === 0,
        },
      ],
    };
  } finally {
    clearInterval(sampler);
    await service.end();
  }
}

type Ask = (
  name: string,
  path: string,
  init?: RequestInit,
  statuses?: readonly number[],
) => Promise<Record<string, unknown> | null>;

function bodiesIn(dir: string): { readonly small: string; readonly large: string } {
  const body = (orders: number) => {
    realistic(dir, { N: orders, B: 60, C: 8, seed: orders });
    const files = filesIn(dir);
    const channels = JSON.parse(readFileSync(files.channels, "utf8")) as object;
    return JSON.stringify({
      channels,
      orders: ordersOf(files.orders),
      options: { timeLimit: orders > 1_000 ? 2 : 0.5 },
    });
  };
  return { small: body(200), large: body(10_000) };
}

const post = (body: string, more: Record<string, string> = {}): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json", prefer: "wait=60", ...more },
  body,
});

function smallPlans(ask: Ask, body: string) {
  return async () => {
    const made = await ask(
      "plan of 200",
      "/v1/plans",
      post(body, { "idempotency-key": crypto.randomUUID() }),
    );
    if (made === null) return;
    await ask("assignments", `/v1/plans/${made.id}/assignments?limit=50`);
    await ask("packages", `/v1/plans/${made.id}/packages`);
  };
}

function largePlans(ask: Ask, body: string) {
  return async () => {
    const made = await ask("plan of 10,000", "/v1/plans", post(body));
    if (made === null) return;
    await ask("plan", `/v1/plans/${made.id}`);
    await ask("verify", "/v1/verify", post(JSON.stringify({ plan: made.id })));
  };
}

function uploads(ask: Ask, dir: string) {
  const { orders, channels } = filesIn(dir);
  const content = readFileSync(orders);
  const contract = readFileSync(channels);
  return async () => {
    const json = { "content-type": "application/json" };
    await ask("channels", "/v1/channels/soak", { method: "PUT", headers: json, body: contract }, []);
    await ask(
      "order set",
      "/v1/order-sets/soak",
      { method: "PUT", headers: { "content-type": "text/csv" }, body: content },
      [],
    );
    const request = { channels: "soak", orders: { set: "soak" }, options: { timeLimit: 1 } };
    await ask("plan by reference", "/v1/plans", post(JSON.stringify(request)));
    await ask("jobs", "/v1/jobs?limit=20");
  };
}

function nonsense(ask: Ask) {
  return async () => {
    await ask(
      "wrong",
      "/v1/plans",
      post('{"channels":{"currency":"CNY","channels":[]},"orders":[{"id":1}]}'),
      [],
    );
    await ask("wrong", "/v1/plans", post('{"chanels":1}'), []);
    await new Promise((resolve) => setTimeout(resolve, 200));
  };
}
