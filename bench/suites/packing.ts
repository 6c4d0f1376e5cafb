import { join } from "node:path";
import { SolvePool } from "../../src/workers/pool.js";
import { bppCases, readBpp } from "../../test/support/public/bpp.js";
import type { PublicInstance } from "../../test/support/public/instanceFiles.js";
import { withPublicData } from "../../test/support/public/publicData.js";
import { readVsbpp, vsbppCases } from "../../test/support/public/vsbpp.js";
import { duration } from "../format.js";
import { planInPool } from "../publicPlan.js";
import type { BenchOptions, Section, Table, Target } from "../section.js";
import { median } from "../stats.js";

/** Seconds for each instance. */
const LIMIT = 10;
/** Median that Falkenauer's families are to be proven in, in milliseconds. */
const MEDIAN_MS = 2_000;
/** Share of bins of several sizes that is to be proven. */
const SHARE = 0.95;

interface Case {
  readonly name: string;
  readonly group: string;
  readonly optimum: number;
  readonly read: () => PublicInstance;
}

interface Proven {
  readonly group: string;
  /** Optimal by a certificate, which both the plan's checker and the published optimum agree with. */
  readonly proven: boolean;
  readonly ms: number;
}

/** Packing where amounts bind, on public data: the share that is proven optimal by a certificate, and in what time. */
export async function packing(options: BenchOptions): Promise<Section> {
  const tables: Table[] = [];
  const targets: Target[] = [];
  const pool = new SolvePool();
  try {
    for (const [data, casesIn, target] of [
      ["bpp", binCases, binTarget],
      ["vsbpp", sizeCases, sizeTarget],
    ] as const) {
      const { folder, missing, title } = withPublicData(data);
      options.say(missing ? title(data) : data);
      if (missing) continue;
      const proven = await proveAll(pool, options, casesIn(folder, options));
      const groups = [...new Set(proven.map(({ group }) => group))];
      tables.push({
        caption: `\`${data}\`: proven optimal by a certificate within ${LIMIT} s each, and time of classing and search.`,
        columns: ["group", "files", "proven", "median", "longest"],
        rows: groups.map((group) =>
          rowOf(
            group,
            proven.filter((each) => each.group === group),
          ),
        ),
      });
      targets.push(target(proven));
    }
  } finally {
    await pool.close();
  }
  return { tables, targets };
}

function binCases(folder: string, { quick }: BenchOptions): Case[] {
  return bppCases(folder)
    .map(({ name, file, optimum }) => ({
      name,
      group: name.split("_")[1]!,
      optimum,
      read: () => readBpp(file),
    }))
    .filter((_, i) => !quick || i % 10 === 0);
}

function sizeCases(folder: string, { quick }: BenchOptions): Case[] {
  return vsbppCases(folder)
    .filter(({ name, optimum }) => optimum !== null && (!quick || /_[A-Z]_2_0$/.test(name)))
    .map(({ name, file, orders, optimum }) => ({
      name,
      group: `${orders} orders`,
      optimum: optimum!,
      read: () => readVsbpp(file),
    }));
}

async function proveAll(
  pool: SolvePool,
  { dir, say }: BenchOptions,
  cases: readonly Case[],
): Promise<Proven[]> {
  const found: Proven[] = [];
  for (const { name, group, optimum, read } of cases) {
    const { plan, ms } = await planInPool(pool, join(dir, "packing"), read(), LIMIT * 1000);
    const [objective, bound] = [Number(plan.cost.objective), Number(plan.bound)];
    if (objective < optimum || bound > optimum)
      throw new Error(`${name}: objective ${objective}, bound ${bound}, published optimum ${optimum}.`);
    const proven = plan.status === "optimal" && plan.proof === "certificate";
    if (!proven) say(`${name}: ${objective} planned, ${bound} proven, optimum ${optimum}`);
    found.push({ group, proven, ms });
  }
  return found;
}

const countOf = (found: readonly Proven[]) => found.filter(({ proven }) => proven).length;

function rowOf(group: string, found: readonly Proven[]): string[] {
  const times = found.map(({ ms }) => ms);
  return [
    group,
    String(found.length),
    `${countOf(found)} of ${found.length}`,
    duration(median(times)),
    duration(Math.max(...times)),
  ];
}

function binTarget(found: readonly Proven[]): Target {
  const middle = median(found.map(({ ms }) => ms));
  return {
    name: "Falkenauer's u120, u250, t60, t120: proven optimal by a certificate",
    asked: `all, median at most ${duration(MEDIAN_MS)}`,
    measured: `${countOf(found)} of ${found.length}, median ${duration(middle)}`,
    met: countOf(found) === found.length && middle <= MEDIAN_MS,
  };
}

function sizeTarget(found: readonly Proven[]): Target {
  return {
    name: `Bins of several sizes: proven optimal by a certificate within ${LIMIT} s`,
    asked: `at least ${100 * SHARE}%`,
    measured: `${countOf(found)} of ${found.length}`,
    met: countOf(found) >= SHARE * found.length,
  };
}
