import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { realistic as writeRealistic } from "../../test/conformance/instances.mjs";
import type { InstanceFiles } from "../../test/real/planned.js";
import { mustHoldApart, runPlanCommand, runScript, runWeighed, scriptAt } from "../command.js";
import { count, duration, finePercent, memory, ratio } from "../format.js";
import { BANKS, filesIn } from "../instances.js";
import type { BenchOptions, Section, Table, Target } from "../section.js";
import { median } from "../stats.js";

const CHANNELS = 24;
const SEED = 7;

interface Size {
  readonly orders: number;
  /** Certified gap that is asked for, and at which the search stops. */
  readonly gap: number;
}

const SIZES: readonly Size[] = [
  { orders: 10_000, gap: 0.001 },
  { orders: 100_000, gap: 0.0002 },
  { orders: 1_000_000, gap: 0.00005 },
];
const GROWTH = 11;
const AGAINST_DUCKDB = 4;
const MOST_MEMORY = 2e9;

/** Realistic instances with everything on: certified gap, growth, memory, and the command against DuckDB alone. */
export async function realistic({ quick, dir, say }: BenchOptions): Promise<Section> {
  const sizes = quick ? SIZES.slice(0, 2) : SIZES;
  const measured = [];
  for (const size of sizes) {
    say(`${count(size.orders)} orders`);
    const files = instance(dir, size.orders);
    measured.push({ ...size, files, ...(await measure(files, dir, optionsOf(size, quick), quick ? 1 : 3)) });
  }
  const [before, last] = measured.slice(-2);
  const growth = last!.ms / before!.ms;
  const targets = measured.map(
    ({ orders, gap, plan }): Target => ({
      name: `realistic, ${count(orders)} orders × ${CHANNELS} channels: certified gap`,
      asked: `≤ ${finePercent(gap)}`,
      measured: `${finePercent(plan.gap ?? 1)}, ended by ${plan.stoppedBy}`,
      met: (plan.gap ?? 1) <= gap,
    }),
  );
  const large = `realistic, ${count(last!.orders)} orders`;
  targets.push(
    {
      name: `${large}: whole command with its self-check, stopped at that gap, against DuckDB alone`,
      asked: `≤ ${AGAINST_DUCKDB}×`,
      measured: `${ratio(last!.ratio)}; ${ratio(last!.ratioWithoutSearch)} without search`,
      met: last!.ratio <= AGAINST_DUCKDB,
    },
    {
      name: `${large}: peak memory`,
      asked: `≤ ${memory(MOST_MEMORY)}`,
      measured: memory(last!.peak),
      met: last!.peak <= MOST_MEMORY,
    },
    {
      name: `realistic, from ${count(before!.orders)} to ${count(last!.orders)} orders: time of the whole command`,
      asked: `≤ ${GROWTH}×`,
      measured: ratio(growth),
      met: growth <= GROWTH,
    },
  );
  return { tables: [tableOf(measured)], targets };
}

type Run = Awaited<ReturnType<typeof measure>> & Size;

function tableOf(runs: readonly Run[]): Table {
  const phases = ["read", "class", "solve", "describe", "write", "check"] as const;
  return {
    caption:
      `\`realistic\` of ${BANKS} banks and ${CHANNELS} channels, seed ${SEED}, stopped at the gap asked for or after the default ` +
      "time limit. The first plan of each size was looked at by `verify` and by `test/conformance/check.mjs`. Then pairs of " +
      "fresh processes in turn, `plan` then DuckDB alone, which checks ids and amounts: medians of times and ratios.",
    columns: [
      "orders",
      "gap",
      "ended by",
      "pairs",
      ...phases,
      "whole",
      "DuckDB",
      "ratio",
      "without search",
      "peak memory",
    ],
    rows: runs.map((run) => [
      count(run.orders),
      finePercent(run.plan.gap ?? 1),
      run.plan.stoppedBy,
      String(run.pairs),
      ...phases.map((phase) => duration(run.plan.timings[phase] ?? 0)),
      duration(run.ms),
      duration(run.duckdb),
      ratio(run.ratio),
      ratio(run.ratioWithoutSearch),
      memory(run.peak),
    ]),
  };
}

function instance(dir: string, orders: number): InstanceFiles {
  const folder = join(dir, String(orders));
  mkdirSync(folder, { recursive: true });
  writeRealistic(folder, { N: orders, B: BANKS, C: CHANNELS, seed: SEED });
  return filesIn(folder);
}

function optionsOf({ gap }: Size, quick: boolean): string[] {
  return ["--gap", gap.toFixed(6), ...(quick ? ["--time-limit", "10"] : [])];
}

async function measure(files: InstanceFiles, dir: string, options: readonly string[], pairs: number) {
  const out = join(dir, "plan");
  const copy = join(dir, "copy.csv");
  const plan = [
    "plan",
    ...["--channels", files.channels, "--orders", files.orders, "--out", out],
    ...["--overwrite", "--quiet", "--json"],
    ...options,
  ];
  const { peak } = await runWeighed(plan, join(dir, "taken"));
  await mustHoldApart(out, files);
  const duckdb = () => runScript(scriptAt("./duckdbCopy.js"), [files.orders, copy]);
  await duckdb();
  const ours = [];
  const theirs: number[] = [];
  for (let i = 0; i < pairs; i++) {
    ours.push(await runPlanCommand(files, out, options));
    theirs.push((await duckdb()).ms);
  }
  const middle = [...ours].sort((a, b) => a.ms - b.ms)[Math.floor(ours.length / 2)]!;
  return {
    plan: middle.plan,
    pairs,
    peak,
    ms: median(ours.map(({ ms }) => ms)),
    duckdb: median(theirs),
    ratio: median(ours.map(({ ms }, i) => ms / theirs[i]!)),
    ratioWithoutSearch: median(ours.map((run, i) => (run.ms - (run.plan.timings.solve ?? 0)) / theirs[i]!)),
  };
}
