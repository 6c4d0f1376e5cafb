import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openSimulation, type SimulationQuestion } from "../../src/index.js";
import { count, finePercent } from "../format.js";
import type { BenchOptions, Section } from "../section.js";
import { median } from "../stats.js";

const EXAMPLE = fileURLToPath(new URL("../../../../examples/nightly", import.meta.url));
const THREADS = 2;
/** Milliseconds from question to checked answer: of most, and of each. */
const MEDIAN_MS = 600;
const WORST_MS = 1000;
/** Of the base plan's gap, for the median. */
const CLOSE = 2;
/** Questions after which memory is looked at. */
const LONG = 200;
const ABORTED = 20;
const ABORT_MS = 50;

const set = (path: string, value: string): object => ({ set: { [path]: value } });
const sets = (path: string, values: readonly string[]) => values.map((value) => [set(path, value)]);

/** As a person at a page would ask: kinds of changes, each with its questions. */
const KINDS: Readonly<Record<string, readonly (readonly object[])[]>> = {
  "fee of a batch channel": [
    ...sets("channels.union-batch.fee.flat", ["0.36", "0.39", "0.45", "0.50", "0.60"]),
    ...sets("channels.netpay-batch.fee.rate", ["0.04%", "0.05%", "0.08%"]),
    ...sets("channels.harbor-batch-dawn.fee.flat", ["0.10", "0.18", "0.30"]),
    ...sets("channels.lotus-batch.fee.flat", ["0.15", "0.30"]),
    ...sets("channels.union-batch.coverage.2.fee.flat", ["0.90", "1.50"]),
  ],
  "fee of a single channel": [
    ...sets("channels.union-single.fee.rate", ["0.1%", "0.15%", "0.25%"]),
    ...sets("channels.union-single.fee.min", ["0.40", "0.60"]),
    ...sets("channels.fast-single.fee.max", ["10.00", "30.00"]),
  ],
  "package fee": [
    ...sets("channels.union-batch.package.fee", ["0.00", "8.00", "24.00", "40.00"]),
    ...sets("channels.city-batch.package.fee", ["1.00", "2.00", "6.00"]),
    ...sets("channels.harbor-batch-dawn.package.fee", ["10.00", "50.00"]),
    ...sets("channels.lotus-batch.package.fee", ["20.00", "90.00"]),
  ],
  "a channel closed": [
    "union-batch",
    "lotus-batch",
    "harbor-batch-evening",
    "union-single",
    "city-batch",
  ].map((id) => [{ off: [id] }]),
  "a limit": [
    ...sets("channels.harbor-batch-dawn.limits.maxOrders", ["3000", "4500", "6000"]),
    ...sets("channels.netpay-batch.limits.maxPackages", ["9", "13"]),
    ...sets("channels.lotus-batch.limits.maxPackages", ["1", "3"]),
  ],
  "delay cost": sets("objective.delayCostPerOrderHour", ["0.005", "0.015", "0.02", "0.03"]),
  "several at once": [
    [set("channels.union-batch.fee.flat", "0.38"), set("channels.union-batch.package.fee", "30.00")],
    [set("channels.harbor-batch-dawn.fee.flat", "0.18"), { off: ["lotus-batch"] }],
  ],
};

/** Changes of the nightly example, one after the other, each from question to checked answer. */
export async function simulation({ quick, dir, say }: BenchOptions): Promise<Section> {
  const folder = join(dir, "files");
  mkdirSync(folder);
  const [channels, orders] = ["channels.yaml", "orders.csv"].map((name) => {
    const to = join(folder, name);
    copyFileSync(join(EXAMPLE, name), to);
    return to;
  }) as [string, string];
  say("base plan");
  const opened = await openSimulation({ channels, orders, threads: THREADS });
  try {
    const ask = async (question: SimulationQuestion) => {
      const from = performance.now();
      const { plan } = await opened.answer(question);
      return { ms: performance.now() - from, gap: plan.gap ?? 1 };
    };
    const baseGap = opened.base.gap ?? 1;
    const rows: string[][] = [];
    const all: { readonly ms: number; readonly gap: number }[] = [];
    for (const [kind, asked] of Object.entries(KINDS)) {
      say(kind);
      const found = [];
      for (const changes of quick ? asked.slice(0, 1) : asked) found.push(await ask({ changes }));
      rows.push(rowOf(kind, found));
      all.push(...found);
    }
    rows.push(rowOf("all", all));
    say("aborted questions");
    const aborted = await abortTimes(opened.answer.bind(opened), quick ? 3 : ABORTED);
    const asked = Object.values(KINDS).flat();
    const questions = quick ? 10 : LONG;
    const memory: number[] = [];
    for (let i = 0; i < questions; i++) {
      if (i % 50 === 0) say(`question ${i} of ${questions}`);
      await ask({ changes: asked[i % asked.length]! });
      memory.push(process.memoryUsage().rss / 2 ** 20);
    }
    // A single look would tell of garbage that has not been collected yet.
    const half = Math.floor(questions / 2);
    const grown = median(memory.slice(half)) - median(memory.slice(0, half));
    const times = all.map(({ ms }) => ms);
    const gaps = all.map(({ gap }) => gap);
    return {
      tables: [
        {
          caption:
            `The nightly example, ${count(opened.base.counts.orders)} orders and ${opened.contract.channels.length} channels, on ${THREADS} threads, within the default of 900 ms. ` +
            `The base plan's gap is ${finePercent(baseGap)}. Each question is asked once, in this order; \`ms\` is from the question to the checked answer.`,
          columns: ["change", "questions", "median ms", "worst ms", "median gap", "worst gap"],
          rows,
        },
      ],
      targets: [
        target("median answer of a simulation", MEDIAN_MS, median(times)),
        target("worst answer of a simulation", WORST_MS, Math.max(...times)),
        {
          name: "median gap of a simulation's answers",
          asked: `≤ ${finePercent(CLOSE * baseGap)}, twice the base plan's`,
          measured: finePercent(median(gaps)),
          met: median(gaps) <= CLOSE * baseGap,
        },
        target("a question given up, worst", ABORT_MS, Math.max(...aborted)),
        {
          name: `memory of a simulation over ${questions} questions more`,
          asked: "≤ 50 MB more in the second half than in the first",
          measured: `${grown < 0 ? "−" : "+"}${Math.abs(grown).toFixed(0)} MB of ${median(memory).toFixed(0)} MB, all threads`,
          met: grown <= 50,
        },
      ],
    };
  } finally {
    await opened.close();
  }
}

function rowOf(kind: string, found: readonly { readonly ms: number; readonly gap: number }[]): string[] {
  const ms = found.map((each) => each.ms);
  const gaps = found.map(({ gap }) => gap);
  return [
    kind,
    count(found.length),
    count(Math.round(median(ms))),
    count(Math.round(Math.max(...ms))),
    finePercent(median(gaps)),
    finePercent(Math.max(...gaps)),
  ];
}

function target(name: string, most: number, ms: number) {
  return { name, asked: `≤ ${most} ms`, measured: `${Math.round(ms)} ms`, met: ms <= most };
}

/** Milliseconds from the signal to the refusal, of questions that are given up at unlike moments. */
async function abortTimes(
  answer: Awaited<ReturnType<typeof openSimulation>>["answer"],
  questions: number,
): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < questions; i++) {
    const given = new AbortController();
    const asked = answer(
      { changes: [set("channels.union-batch.fee.flat", `0.${40 + i}`)] },
      { signal: given.signal },
    );
    const refused = asked.then(
      () => {},
      () => {},
    );
    await new Promise((resolve) => setTimeout(resolve, 20 * i));
    const from = performance.now();
    given.abort();
    await refused;
    times.push(performance.now() - from);
  }
  return times;
}
