import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { realistic } from "../../test/conformance/instances.mjs";
import { jsonOf, mustBeWhole, PatientCaller, type ToldJob } from "../../test/support/killing.js";
import { startPostgres } from "../../test/support/postgres.js";
import { runCli, startService, startWorker } from "../../test/support/service.js";
import { count, duration } from "../format.js";
import type { BenchOptions, Section } from "../section.js";

const SMALL_PLANS = 60;
const STOP_MS = 1_000;

/** Two workers on one database: a large order set, many small plans beside it, and jobs that are stopped. */
export async function workers({ quick, dir, say }: BenchOptions): Promise<Section> {
  const size = quick ? 50_000 : 1_000_000;
  const files = { large: join(dir, "large"), small: join(dir, "small") };
  say(`generating ${count(size)} orders`);
  await runCli([
    "generate",
    ...["--orders", String(size), "--banks", "60", "--channels", "8", "--seed", "1", "--out", files.large],
  ]);
  realistic(files.small, { N: 200, B: 10, C: 4, seed: 2 });
  const server = await startPostgres();
  const place = ["--database-url", await server.url(), "--log-level", "warn"];
  const slots = ["--slots", "1", "--small-slots", "1"];
  const working = await Promise.all([startWorker([...place, ...slots]), startWorker([...place, ...slots])]);
  const service = await startService([...place, "--no-work"]);
  const caller = new PatientCaller(() => service.said);
  try {
    const uploaded = performance.now();
    await caller.put("/v1/order-sets/large", "text/csv", readFileSync(join(files.large, "orders.csv")));
    const uploadMs = performance.now() - uploaded;
    await caller.put(
      "/v1/channels/large",
      "application/yaml",
      readFileSync(join(files.large, "channels.yaml")),
    );
    const stops = await stopping(caller, dir, quick, say);
    say(`a plan of ${count(size)} orders and ${SMALL_PLANS} small ones`);
    const small = jsonOf(files.small);
    await caller.put("/v1/order-sets/small", "text/csv", small.orders);
    const from = performance.now();
    const large = await caller.submit("/v1/plans", {
      channels: "large",
      orders: { set: "large" },
      options: { timeLimit: 20 },
    });
    const plans = await Promise.all(
      Array.from({ length: SMALL_PLANS }, (_, seed) =>
        caller.submit("/v1/plans", {
          channels: small.channels,
          orders: { set: "small" },
          options: { timeLimit: 0.5, seed },
        }),
      ),
    );
    const ended: ToldJob[] = [];
    for (const id of [...plans, large]) ended.push(await caller.ended(id));
    const tookMs = performance.now() - from;
    say("looking at every plan");
    for (const job of ended) {
      const own = join(dir, job.id);
      mkdirSync(own);
      await mustBeWhole(caller, job, own);
    }
    const once = ended.filter(({ attempt }) => attempt === 1).length;
    return {
      tables: [
        {
          caption: `Two workers (\`--slots 1 --small-slots 1\`) and a service without work on one PostgreSQL: an order set of ${count(size)} rows planned by reference (20 s of search) beside ${SMALL_PLANS} plans of 200 orders.`,
          columns: ["", ""],
          rows: [
            ["upload of the set", duration(uploadMs)],
            ["all plans", duration(tookMs)],
            ["the large one, from its beginning to its end", duration(msOf(ended.at(-1)!))],
            ["plans begun once", `${once} of ${ended.length}`],
          ],
        },
        {
          caption: "From the request that stops a plan on a worker of another process to its end.",
          columns: ["orders", "thrown away", "best plan kept"],
          rows: stops.map(({ orders, discarded, kept }) => [
            count(orders),
            duration(discarded),
            duration(kept),
          ]),
        },
      ],
      targets: [
        {
          name: `${count(size)} orders by reference and ${SMALL_PLANS} small plans on two workers: each begun once and whole`,
          asked: "all",
          measured: `${once} of ${ended.length}`,
          met: once === ended.length,
        },
        {
          name: "a cancelled job stops",
          asked: "≤ 1 s",
          measured: duration(Math.max(...stops.map(({ discarded }) => discarded))),
          met: stops.every(({ discarded }) => discarded <= STOP_MS),
        },
      ],
    };
  } finally {
    for (const each of [...working, service]) await each.end("SIGKILL");
    await server.remove();
  }
}

function msOf({ startedAt, finishedAt }: ToldJob): number {
  return Date.parse(finishedAt!) - Date.parse(startedAt!);
}

interface Stopped {
  readonly orders: number;
  /** Milliseconds from the request to the end. */
  readonly discarded: number;
  readonly kept: number;
}

async function stopping(
  caller: PatientCaller,
  dir: string,
  quick: boolean,
  say: (text: string) => void,
): Promise<Stopped[]> {
  const found: Stopped[] = [];
  for (const orders of quick ? [5_000] : [20_000, 100_000]) {
    say(`stopping plans of ${count(orders)} orders`);
    const files = join(dir, `stop-${orders}`);
    realistic(files, { N: orders, B: 60, C: 8, seed: 3 });
    const instance = jsonOf(files);
    await caller.put("/v1/order-sets/stop", "text/csv", instance.orders);
    const stop = async (how: "jobs" | "plans") => {
      const id = await caller.submit("/v1/plans", {
        channels: instance.channels,
        orders: { set: "stop" },
        options: { timeLimit: 600 },
      });
      await caller.when(id, ({ progress }) => progress?.phase === "solve");
      const asked = performance.now();
      await caller.delete(`/v1/${how}/${id}`);
      const { state } = await caller.ended(id);
      const ms = performance.now() - asked;
      if (state !== (how === "jobs" ? "cancelled" : "done")) throw new Error(`It ended as ${state}`);
      return ms;
    };
    found.push({ orders, discarded: await stop("jobs"), kept: await stop("plans") });
  }
  return found;
}
