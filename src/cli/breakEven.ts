import { Command } from "commander";
import type { BreakEvenInput, BreakEvenProgress } from "../app/breakEven.js";
import { SWEEP_STEPS } from "../app/optionRanges.js";
import type { Ending } from "./ending.js";
import { demandOptions, path, wholeNumber } from "./options.js";
import { addSearchOptions, channelsOption, ordersOption } from "./sharedOptions.js";

interface BreakEvenFlags extends Omit<BreakEvenInput, "onProgress" | "signal"> {
  readonly channels: string;
  readonly orders: string;
  readonly out?: string;
  readonly overwrite?: true;
  readonly json?: true;
  readonly quiet?: true;
}

export function breakEvenCommand(ending: Ending): Command {
  const command = addSearchOptions(
    new Command("break-even")
      .summary("say from which fee on another plan is cheaper")
      .description(
        "The least cost of the same orders as one number of the channels file changes, and where the plan changes.",
      )
      .addOption(channelsOption())
      .addOption(ordersOption())
      .option("--channel <id>", "channel whose number is varied, with --field")
      .option("--field <path>", "which of its numbers, for example package.fee")
      .option("--path <path>", "the number instead, for example objective.unroutedPenalty")
      .option("--from <value>", "first value")
      .option("--to <value>", "last value")
      .option(
        "--steps <n>",
        "values to look at where cost is no straight line (default: 21)",
        wholeNumber({ ...SWEEP_STEPS, example: 21 }),
      )
      .option("--out <dir>", "folder to make", path),
    "for the search of each plan",
    "plans searched at a time",
  )
    .option("--json", "print break-even.json instead of the summary")
    .option("--overwrite", "replace a folder of a break-even curve that exists")
    .option("--quiet", "show no progress")
    .action((flags: BreakEvenFlags) => runBreakEven(flags, ending));
  return demandOptions(command, ["channels", "orders", "from", "to"]);
}

const WORDS: Readonly<Record<BreakEvenProgress["phase"], (done: number, most: number) => string>> = {
  read: () => "reading",
  base: () => "planning as it is",
  search: (done, most) => `${done} searches of at most ${most}`,
};

async function runBreakEven(flags: BreakEvenFlags, { exitNow }: Ending): Promise<void> {
  const [{ breakEven, breakEvenBatch }, { renderBreakEven }, { runStudy }] = await Promise.all([
    import("../app/breakEven.js"),
    import("../report/breakEvenSummary.js"),
    import("./studying.js"),
  ]);
  const { json = false, quiet = false, out, overwrite = false, ...options } = flags;
  await runStudy({
    out,
    json,
    quiet,
    exitNow,
    tell: ({ phase, done, most }: BreakEvenProgress) => WORDS[phase](done, most),
    work: (hooks) => {
      const input = { ...options, ...hooks };
      return out === undefined ? breakEven(input) : breakEvenBatch({ ...input, out, overwrite });
    },
    render: (input) => renderBreakEven({ ...input, folder: out ?? null }),
  });
}
