import { Command } from "commander";
import type { BreakEvenInput } from "../app/breakEven.js";
import { SWEEP_STEPS } from "../app/optionRanges.js";
import type { Ending } from "./ending.js";
import { demandOptions, path, wholeNumber } from "./options.js";
import {
  channelsOption,
  engineOption,
  gapOption,
  mipOption,
  ordersOption,
  seedOption,
  threadsOption,
  timeLimitOption,
} from "./sharedOptions.js";

interface BreakEvenFlags extends Omit<BreakEvenInput, "onProgress" | "signal"> {
  readonly channels: string;
  readonly orders: string;
  readonly out?: string;
  readonly overwrite?: true;
  readonly json?: true;
  readonly quiet?: true;
}

export function breakEvenCommand(ending: Ending): Command {
  const command = new Command("break-even")
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
    .option("--out <dir>", "folder to make", path)
    .addOption(timeLimitOption("for the search of each plan"))
    .addOption(gapOption())
    .addOption(engineOption())
    .addOption(mipOption())
    .addOption(seedOption())
    .addOption(threadsOption("plans searched at a time"))
    .option("--json", "print break-even.json instead of the summary")
    .option("--overwrite", "replace a folder of a break-even curve that exists")
    .option("--quiet", "show no progress")
    .action((flags: BreakEvenFlags) => runBreakEven(flags, ending));
  return demandOptions(command, ["channels", "orders", "from", "to"]);
}

async function runBreakEven(flags: BreakEvenFlags, { exitNow }: Ending): Promise<void> {
  const [{ breakEven, breakEvenBatch }, { renderBreakEven }, { describeTerminal }, { listenForInterrupts }] =
    await Promise.all([
      import("../app/breakEven.js"),
      import("../report/breakEvenSummary.js"),
      import("./terminal.js"),
      import("./interrupt.js"),
    ]);
  const { json, quiet = false, out, overwrite, ...options } = flags;
  const say = (line: string) => {
    if (!quiet) process.stderr.write(`packwright: ${line}\n`);
  };
  let planning = false;
  const interrupts = listenForInterrupts({
    onFirst: () => {
      if (planning) say("Ending every search with the best plan so far; once more ends at once.");
      return planning;
    },
    beforeExit: () => {},
    exitNow,
  });
  try {
    const asked: BreakEvenInput = {
      ...options,
      signal: interrupts.signal,
      onProgress: ({ phase, done, most }) => {
        planning = phase !== "read";
        say(
          phase === "read"
            ? "reading"
            : phase === "base"
              ? "planning as it is"
              : `${done} searches of at most ${most}`,
        );
      },
    };
    const place = overwrite === undefined ? {} : { overwrite };
    const { file, contract } =
      out === undefined
        ? await breakEven(asked)
        : await breakEvenBatch({ ...asked, channels: flags.channels, orders: flags.orders, out, ...place });
    if (json) process.stdout.write(`${JSON.stringify(file, null, 2)}\n`);
    else {
      const { color, width } = describeTerminal(process.stdout);
      process.stdout.write(
        renderBreakEven({ file, exponent: contract.exponent, folder: out ?? null, color, width }),
      );
    }
  } finally {
    interrupts.stop();
  }
}
