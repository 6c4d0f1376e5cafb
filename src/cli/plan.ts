import { Command, Option } from "commander";
import { ENGINES, MIP_ENGINES, SEEDS, TABLE_FORMATS, THREADS } from "../app/optionRanges.js";
import type { PlanBatchOptions } from "../app/planOptions.js";
import type { Ending } from "./ending.js";
import { EXIT } from "./failure.js";
import { decimal, demandOptions, path, seconds, share, wholeNumber } from "./options.js";

interface PlanFlags {
  readonly channels: string;
  readonly orders: string;
  readonly out: string;
  readonly from?: string;
  readonly sent?: string;
  readonly moveCost?: string;
  readonly timeLimit: number;
  readonly gap: number;
  readonly engine: NonNullable<PlanBatchOptions["engine"]>;
  readonly mip: NonNullable<PlanBatchOptions["mip"]>;
  readonly seed: number;
  readonly threads?: number;
  readonly strict?: true;
  readonly json?: true;
  readonly overwrite?: true;
  readonly format: NonNullable<PlanBatchOptions["format"]>;
  readonly quiet?: true;
}

export function planCommand(ending: Ending): Command {
  const command = new Command("plan")
    .summary("make a plan folder")
    .description(
      "Plans a batch of orders at the least total cost, checks the plan and writes it into a folder.",
    )
    .option("--channels <file>", "channels file, YAML or JSON", path)
    .option(
      "--orders <file>",
      "orders: CSV, NDJSON, JSON (each also .gz) or Parquet; - is standard input",
      path,
    )
    .option("--out <dir>", "plan folder to make", path)
    .option("--from <dir>", "plan this old plan folder again: what was sent stays", path)
    .option("--sent <file>", "CSV whose column package names what was sent of it", path)
    .option("--move-cost <money>", "of each order that moves to another channel (default: 0)", decimal)
    .option("--time-limit <seconds>", "for the search; what comes before and after it aside", seconds, 60)
    .option("--gap <share>", "stop when (objective - bound) / objective is at most this", share, 0)
    .addOption(new Option("--engine <name>", "how to search").choices(ENGINES).default("auto"))
    .addOption(
      new Option("--mip <name>", "engine of the integer program")
        .choices(MIP_ENGINES)
        .default("javascript-lp-solver"),
    )
    .option("--seed <n>", "of the search", wholeNumber({ ...SEEDS, example: 1 }), 1)
    .option(
      "--threads <n>",
      "worker threads (default: one per processor, at most 8)",
      wholeNumber({ ...THREADS, example: 4 }),
    )
    .addOption(
      new Option("--format <name>", "of assignments and packages").choices(TABLE_FORMATS).default("csv"),
    )
    .option("--strict", "exit with 3 if any order is not routed; the plan is made all the same")
    .option("--json", "print plan.json instead of the summary")
    .option("--overwrite", "replace a plan folder that exists")
    .option("--quiet", "show no progress")
    .action((flags: PlanFlags) => runPlan(flags, ending));
  return demandOptions(command, ["channels", "orders", "out"]);
}

async function runPlan(flags: PlanFlags, { setExitCode, exitNow }: Ending): Promise<void> {
  const [{ planBatch }, { whileSearching }, { describeTerminal }] = await Promise.all([
    import("../app/planBatch.js"),
    import("./searching.js"),
    import("./terminal.js"),
  ]);
  const { strict, json, quiet = false, ...options } = flags;
  const { timeLimit, out } = flags;
  const result = await whileSearching({ timeLimit, quiet, out, exitNow }, (hooks) =>
    planBatch({ ...options, ...hooks }),
  );
  const { plan, contract, folder } = result;
  if (json) {
    const [{ readFile }, { join }] = await Promise.all([import("node:fs/promises"), import("node:path")]);
    process.stdout.write(await readFile(join(folder, "plan.json")));
  } else {
    const { renderSummary } = await import("../report/summary.js");
    const { color, width } = describeTerminal(process.stdout);
    process.stdout.write(renderSummary({ plan, contract, folder, color, width }));
  }
  const unrouted = plan.counts.rejected + plan.counts.deferred;
  if (strict && unrouted > 0) {
    process.stderr.write(
      `packwright: ${unrouted} of ${plan.counts.orders} orders are not routed (--strict).\n`,
    );
    setExitCode(EXIT.demandNotMet);
  }
}
