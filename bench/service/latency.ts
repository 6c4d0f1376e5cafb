import { readFileSync } from "node:fs";
import { join } from "node:path";
import { realistic } from "../../test/conformance/instances.mjs";
import { startService } from "../../test/support/service.js";
import { runScript, scriptAt } from "../command.js";
import { count, duration, ratio } from "../format.js";
import { filesIn } from "../instances.js";
import type { BenchOptions, Section } from "../section.js";
import { median } from "../stats.js";

const ORDERS = 10_000;
const CHANNELS = 8;
const BANKS = 60;
const CALLERS = 4;
const TIME_LIMIT = 2;
/** Times the median of the library. */
const ASKED = 6;
/** A small plan that does not wait behind a large one takes no more of the time that it takes alone. */
const BESIDE = 2;

/** Four callers at once, each with 10,000 orders, against the same solve through the library; and small plans beside a large one. */
export async function latency({ quick, dir, say }: BenchOptions): Promise<Section> {
  realistic(dir, { N: ORDERS, B: BANKS, C: CHANNELS, seed: 11 });
  const files = filesIn(dir);
  say("through the library, one thread");
  const { output } = await runScript(scriptAt("service/libraryChild.js"), [
    files.channels,
    files.orders,
    String(TIME_LIMIT),
    quick ? "3" : "9",
  ]);
  const alone = median(JSON.parse(output!) as number[]);
  const service = await startService(["--data", join(dir, "data"), "--log-level", "warn"]);
  try {
    const channels = JSON.parse(readFileSync(files.channels, "utf8")) as object;
    const body = JSON.stringify({
      channels,
      orders: ordersOf(files.orders),
      options: { timeLimit: TIME_LIMIT },
    });
    say(`${CALLERS} callers at once`);
    const each = quick ? 3 : 25;
    const times = (
      await Promise.all(
        Array.from({ length: CALLERS }, async () => {
          const own: number[] = [];
          for (let i = 0; i < each; i++) own.push(await timed(() => planned(service.said, body)));
          return own;
        }),
      )
    ).flat();
    times.sort((a, b) => a - b);
    const p99 = times[Math.ceil(times.length * 0.99) - 1]!;
    say("small plans beside a large one");
    const { smallAlone, smallBeside } = await besideALarge(service.said, dir, quick);
    return {
      tables: [
        {
          caption:
            `\`realistic\` of ${count(ORDERS)} orders and ${CHANNELS} channels, ${TIME_LIMIT} s of search; ${CALLERS} callers, each asking again as soon as it has its ` +
            `answer, ${times.length} requests with JSON bodies of ${(body.length / 1e6).toFixed(1)} MB, on one process with its data in a folder.`,
          columns: ["", "median", "p99", "worst"],
          rows: [
            ["library, one thread, alone", duration(alone), "", ""],
            ["request", duration(median(times)), duration(p99), duration(times.at(-1)!)],
            [
              "request of 200 orders, nothing else",
              duration(median(smallAlone)),
              "",
              duration(Math.max(...smallAlone)),
            ],
            [
              "the same beside a plan of 200,000 orders",
              duration(median(smallBeside)),
              "",
              duration(Math.max(...smallBeside)),
            ],
          ],
        },
      ],
      targets: [
        {
          name: `p99 of ${count(ORDERS)} orders, ${CALLERS} callers at once, against the library's median on one thread`,
          asked: `≤ ${ASKED} ×`,
          measured: ratio(p99 / alone),
          met: p99 <= ASKED * alone,
        },
        {
          name: "plans of 200 orders beside one of 200,000, against the same alone, medians",
          asked: `≤ ${ratio(BESIDE)}`,
          measured: ratio(median(smallBeside) / median(smallAlone)),
          met: median(smallBeside) <= BESIDE * median(smallAlone),
        },
      ],
    };
  } finally {
    await service.end();
  }
}

async function besideALarge(url: string, dir: string, quick: boolean) {
  const small = { N: 200, B: BANKS, C: CHANNELS, seed: 12 };
  realistic(dir, small);
  const files = filesIn(dir);
  const channels = JSON.parse(readFileSync(files.channels, "utf8")) as object;
  const body = JSON.stringify({ channels, orders: ordersOf(files.orders), options: { timeLimit: 1 } });
  const several = async () => {
    const times: number[] = [];
    for (let i = 0; i < (quick ? 3 : 9); i++) times.push(await timed(() => planned(url, body)));
    return times;
  };
  const smallAlone = await several();
  realistic(dir, { ...small, N: quick ? 20_000 : 200_000 });
  const set = await fetch(`${url}/v1/order-sets/large`, {
    method: "PUT",
    headers: { "content-type": "text/csv" },
    body: readFileSync(filesIn(dir).orders),
  });
  if (!set.ok) throw new Error(await set.text());
  const large = await fetch(`${url}/v1/plans`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ channels, orders: { set: "large" }, options: { timeLimit: 60 } }),
  });
  const { id } = (await large.json()) as { id: string };
  const state = async () =>
    ((await (await fetch(`${url}/v1/plans/${id}`)).json()) as { state: string }).state;
  while ((await state()) === "queued") await new Promise((resolve) => setTimeout(resolve, 100));
  const smallBeside = await several();
  const still = await state();
  if (still !== "running")
    throw new Error(`The large plan is ${still}: small ones were not measured beside it.`);
  await fetch(`${url}/v1/jobs/${id}`, { method: "DELETE" });
  return { smallAlone, smallBeside };
}

async function planned(url: string, body: string): Promise<void> {
  const response = await fetch(`${url}/v1/plans`, {
    method: "POST",
    headers: { "content-type": "application/json", prefer: "wait=60" },
    body,
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${response.status}: ${text.slice(0, 500)}`);
}

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Orders of a plain CSV file as a request has them. */
export function ordersOf(file: string): object[] {
  const [head, ...lines] = readFileSync(file, "utf8").trim().split("\n");
  const columns = head!.split(",");
  return lines.map((line) => {
    const cells = line.split(",");
    return Object.fromEntries(columns.flatMap((name, i) => (cells[i] ? [[name, cells[i]]] : [])));
  });
}
