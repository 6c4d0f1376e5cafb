import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { channelsTreeOf } from "../../src/io/channelsReader.js";
import { readScenarios } from "../../src/io/scenariosReader.js";
import { applyChanges } from "../../src/model/changes.js";
import { channelsFields } from "../../src/model/channelsFields.js";
import { SourceNumber } from "../../src/model/fields.js";
import type { WhatIfFile } from "../../src/model/whatIfFile.js";
import { realistic as writeRealistic } from "../../test/conformance/instances.mjs";
import type { InstanceFiles } from "../../test/real/planned.js";
import { runPlanCommand, runScript, scriptAt } from "../command.js";
import { count, duration, finePercent, percent } from "../format.js";
import { BANKS, filesIn } from "../instances.js";
import type { BenchOptions, Section } from "../section.js";
import { median } from "../stats.js";

const CHANNELS = 24;
const SEED = 7;
/** Of a cold plan's time. */
const ASKED = 0.15;
/** As many at a time as there are threads. */
const THREADS = 2;

/** Unlike each other: charges, package fees and limits, up and down, few and many, and a channel that is down. */
const SCENARIOS = {
  scenarios: [
    { id: "package fee of one × 1.5", changes: [{ scale: { "channels.b14.package.fee": "1.5" } }] },
    { id: "all package fees halved", changes: [{ scale: { "channels.*.package.fee": "0.5" } }] },
    { id: "charges of one × 0.8", changes: [{ scale: { "channels.b10.fee.flat": "0.8" } }] },
    { id: "one channel down", changes: [{ off: ["b0"] }] },
    { id: "limits of ten halved", changes: [{ scale: { "channels.b1*.limits.maxOrders": "0.5" } }] },
    { id: "waiting twice as dear", changes: [{ scale: { "objective.delayCostPerOrderHour": "2" } }] },
  ],
};

/** A scenario of many orders against a cold plan of its channels file that stops at the gap which the scenario has reached. */
export async function whatIf({ quick, dir, say }: BenchOptions): Promise<Section> {
  const orders = quick ? 10_000 : 100_000;
  writeRealistic(dir, { N: orders, B: BANKS, C: CHANNELS, seed: SEED });
  const files = filesIn(dir);
  say("scenarios");
  const { base, scenarios, unroutedPenalty } = await runWhatIf(files, dir);
  /** Each has its thread for itself; so many are done in the time. */
  const each = scenarios.map(({ ms }) => ms / THREADS);
  const cold: Awaited<ReturnType<typeof runPlanCommand>>[] = [];
  for (const { id, gap } of scenarios) {
    say(`cold: ${id}`);
    const out = join(dir, "plan");
    const changed = await changedFiles(files, dir, id, unroutedPenalty);
    // A little looser than what is written in full, or a plan that is as close would not do.
    cold.push(await runPlanCommand(changed, out, ["--gap", ((gap ?? 1) + 1e-6).toFixed(6)]));
  }
  const ratios = each.map((ms, i) => ms / cold[i]!.ms);
  return {
    tables: [
      {
        caption:
          `\`realistic\` of ${count(orders)} orders, ${BANKS} banks and ${CHANNELS} channels, seed ${SEED}, on ${THREADS} threads. The base plan took ` +
          `${duration(base.ms)} and ended at a gap of ${finePercent(base.gap ?? 1)}. A scenario has one thread, ${THREADS} run at a time: \`each\` is its ` +
          "time from classing to the end of its check, divided by that. `cold` is the whole `plan` command, on all threads, of the same " +
          "channels file and stopped at the scenario's gap; where it ends at a wider one, the time limit was met.",
        columns: ["scenario", "gap", "one thread", "each", "cold", "cold gap", "ratio"],
        rows: scenarios.map(({ id, gap, ms }, i) => [
          id,
          finePercent(gap ?? 1),
          duration(ms),
          duration(each[i]!),
          duration(cold[i]!.ms),
          finePercent(cold[i]!.plan.gap ?? 1),
          percent(ratios[i]!),
        ]),
      },
    ],
    targets: [
      {
        name: `a scenario of ${count(orders)} orders × ${CHANNELS} channels against a cold plan at the same gap`,
        asked: `≤ ${percent(ASKED)}`,
        measured: `${percent(median(ratios))}, median of ${ratios.length}`,
        met: median(ratios) <= ASKED,
      },
    ],
  };
}

async function runWhatIf({ channels, orders }: InstanceFiles, dir: string): Promise<WhatIfFile> {
  const scenarios = join(dir, "scenarios.json");
  writeFileSync(scenarios, JSON.stringify(SCENARIOS));
  const { output } = await runScript(scriptAt("../src/cli/main.js"), [
    "what-if",
    ...["--channels", channels, "--orders", orders, "--scenarios", scenarios],
    ...["--out", join(dir, "what-if"), "--threads", String(THREADS), "--overwrite", "--quiet", "--json"],
  ]);
  return JSON.parse(output!) as WhatIfFile;
}

/** The channels file of a scenario, with the penalty of the base: a default would follow its own charges. */
async function changedFiles(
  { channels, orders }: InstanceFiles,
  dir: string,
  id: string,
  unroutedPenalty: string,
): Promise<InstanceFiles> {
  const { tree, contract } = channelsTreeOf(JSON.parse(readFileSync(channels, "utf8")));
  const { scenarios } = await readScenarios(SCENARIOS);
  const scenario = scenarios.find((one) => one.id === id)!;
  const penalty = { verb: "set", path: "objective.unroutedPenalty", value: unroutedPenalty } as const;
  const changed = applyChanges(tree, channelsFields(contract.exponent), [...scenario.changes, penalty]);
  if (changed.refusals.length > 0) throw new Error(changed.refusals[0]!.message);
  const folder = join(dir, "cold");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "channels.json");
  const text = (_: string, value: unknown) => (value instanceof SourceNumber ? value.text : value);
  writeFileSync(file, JSON.stringify(changed.tree, text));
  return { channels: file, orders };
}
