import { Command, Option } from "commander";
import type { PlanBatchOptions } from "../app/planBatch.js";
import type { Ending } from "./ending.js";
import { EXIT } from "./failure.js";
import { demandOptions, path, seconds, share, wholeNumber } from "./options.js";

type EngineName = NonNullable<PlanBatchOptions["engine"]>;
type MipEngineName = NonNullable<PlanBatchOptions["mip"]>;

interface PlanFlags {
  readonly channels: string;
  readonly orders: string;
  readonly out: string;
  readonly timeLimit: number;
  readonly gap: number;
  readonly engine: EngineName;
  readonly mip: MipEngineName;
  readonly seed: number;
  readonly threads?: number;
  readonly strict?: true;
  readonly json?: true;
  readonly overwrite?: true;
  readonly format: "csv" | "parquet";
  readonly quiet?: true;
}

const ENGINES: readonly EngineName[] = ["auto", "exact", "greedy"];
const MIP_ENGINES: readonly MipEngineName[] = ["javascript-lp-solver", "highs"];
/** What every engine takes as a seed. */
const HIGHEST_SEED = 2 ** 31 - 1;

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
    .option("--time-limit <seconds>", "for the search; what comes before and after it aside", seconds, 60)
    .option("--gap <share>", "stop when (objective - bound) / objective is at most this", share, 0)
    .addOption(new Option("--engine <name>", "how to search").choices(ENGINES).default("auto"))
    .addOption(
      new Option("--mip <name>", "engine of the integer program")
        .choices(MIP_ENGINES)
        .default("javascript-lp-solver"),
    )
    .option("--seed <n>", "of the search", wholeNumber({ from: 0, to: HIGHEST_SEED, example: 1 }), 1)
    .option(
      "--threads <n>",
      "worker threads (default: one per processor, at most 8)",
      wholeNumber({ from: 1, to: 64, example: 4 }),
    )
    .addOption(
      new Option("--format <name>", "of assignments and packages").choices(["csv", "parquet"]).default("csv"),
    )
    .option("--strict", "exit with 3 if any order is not routed; the plan is made all the same")
    .option("--json", "print plan.json instead of the summary")
    .option("--overwrite", "replace a plan folder that exists")
    .option("--quiet", "show no progress")
    .action((flags: PlanFlags) => runPlan(flags, ending));
  return demandOptions(command, ["channels", "orders", "out"]);
}

async function runPlan(flags: PlanFlags, { setExitCode, exitNow }: Ending): Promise<void> {
  const [{ planBatch }, { showProgress }, { describeTerminal }, { listenForInterrupts }, { Leftovers }] =
    await Promise.all([
      import("../app/planBatch.js"),
      import("./progress.js"),
      import("./terminal.js"),
      import("./interrupt.js"),
      import("./leftovers.js"),
    ]);
  const { strict, json, quiet = false, ...options } = flags;
  const leftovers = new Leftovers(flags.out);
  const progress = await showProgress(
    {
      stream: process.stderr,
      terminal: describeTerminal(process.stderr),
      timeLimitSeconds: flags.timeLimit,
    },
    quiet,
  );
  const interrupts = listenForInterrupts({
    onFirst: () =>
      progress.say("Ending with the best plan so far; once more ends at once and leaves nothing."),
    beforeExit: () => {
      progress.stop();
      leftovers.remove();
    },
    exitNow,
  });
  let result: Awaited<ReturnType<typeof planBatch>>;
  try {
    result = await planBatch({
      ...options,
      signal: interrupts.signal,
      onProgress: (news) => progress.update(news),
    });
  } finally {
    progress.stop();
    interrupts.stop();
  }
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
