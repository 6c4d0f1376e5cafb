import { readFileSync } from "node:fs";
import { join } from "node:path";
import { mustHold } from "../../test/real/planned.js";
import { runPlanCommand, runScript, scriptAt } from "../command.js";
import { count, duration, ratio } from "../format.js";
import { CHANNELS, FAMILIES } from "../instances.js";
import type { BenchOptions, Section, Target } from "../section.js";
import { median } from "../stats.js";

/** The whole `plan` command against a process in which DuckDB alone reads the orders and writes as many rows. */
export async function wholeCommand({ quick, dir, say }: BenchOptions): Promise<Section> {
  const orders = quick ? 10_000 : 100_000;
  const pairs = quick ? 2 : 5;
  const rows: string[][] = [];
  const targets: Target[] = [];
  for (const { name, make } of FAMILIES) {
    const files = make(join(dir, name), orders, 1);
    const out = join(dir, "plan");
    const copy = join(dir, "copy.csv");
    const duckdb = () => runScript(scriptAt("./duckdbCopy.js"), [files.orders, copy]);
    const { plan } = await runPlanCommand(files, out);
    mustHold(out, files);
    await duckdb();
    if (linesOf(copy) !== linesOf(files.orders)) throw new Error("DuckDB wrote another number of rows.");
    const ours: number[] = [];
    const search: number[] = [];
    const theirs: number[] = [];
    for (let i = 0; i < pairs; i++) {
      say(`${name}: pair ${i + 1} of ${pairs}`);
      const run = await runPlanCommand(files, out);
      if (run.plan.cost.objective !== plan.cost.objective) say(`${name}: run ${i + 1} found another plan`);
      ours.push(run.ms);
      search.push(run.plan.timings.solve ?? 0);
      theirs.push((await duckdb()).ms);
    }
    const ratios = ours.map((ms, i) => ms / theirs[i]!);
    const without = ours.map((ms, i) => (ms - search[i]!) / theirs[i]!);
    rows.push([
      name,
      count(orders),
      String(pairs),
      duration(median(ours)),
      duration(median(search)),
      duration(median(theirs)),
      ratio(median(ratios)),
      `${ratio(Math.min(...ratios))} – ${ratio(Math.max(...ratios))}`,
      ratio(median(without)),
    ]);
    targets.push({
      name: `whole \`plan\` of ${count(orders)} orders × ${CHANNELS} channels against DuckDB alone (${name})`,
      asked: "≤ 8×",
      measured: ratio(median(ratios)),
      met: median(ratios) <= 8,
    });
  }
  return {
    tables: [
      {
        caption:
          "Pairs of fresh processes in turn, `plan` then DuckDB; medians, and the median of the pairs' ratios.",
        columns: [
          "instance",
          "orders",
          "pairs",
          "plan",
          "of it search",
          "DuckDB",
          "ratio",
          "from – to",
          "ratio without search",
        ],
        rows,
      },
    ],
    targets,
  };
}

function linesOf(file: string): number {
  return readFileSync(file, "utf8").trimEnd().split("\n").length;
}
