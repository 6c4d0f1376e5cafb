import { Command, Option } from "commander";
import type { FrontierBatchOptions, FrontierProgress } from "../app/frontier.js";
import { AGAINST, POINTS } from "../app/optionRanges.js";
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

interface FrontierFlags extends Omit<FrontierBatchOptions, "onProgress" | "signal" | "out"> {
  readonly out?: string;
  readonly timeLimit: number;
  readonly json?: true;
  readonly quiet?: true;
}

export function frontierCommand(ending: Ending): Command {
  const command = new Command("frontier")
    .summary("say what an earlier finish or fewer packages would cost")
    .description(
      "Plans the same orders with ever less time, or ever fewer packages, and keeps the plans that no other one beats in both.",
    )
    .addOption(channelsOption())
    .addOption(ordersOption())
    .addOption(new Option("--against <what>", "what cost is held against").choices(AGAINST))
    .option("--points <n>", "plans to search at most", wholeNumber({ ...POINTS, example: 12 }), 12)
    .option("--out <dir>", "folder to make", path)
    .option("--plans", "write the plan folder of every point, too, into plans/ of --out")
    .addOption(timeLimitOption("for the search of each plan"))
    .addOption(gapOption())
    .addOption(engineOption())
    .addOption(mipOption())
    .addOption(seedOption())
    .addOption(threadsOption("plans at a time"))
    .option("--json", "print frontier.json instead of the summary")
    .option("--overwrite", "replace a folder of a frontier that exists")
    .option("--quiet", "show no progress")
    .action((flags: FrontierFlags) => {
      if (flags.plans && flags.out === undefined)
        command.error("error: option '--plans' needs a folder to write to: name one with '--out <dir>'");
      return runFrontier(flags, ending);
    });
  return demandOptions(command, ["channels", "orders", "against"]);
}

async function runFrontier(flags: FrontierFlags, { exitNow }: Ending): Promise<void> {
  const [
    { frontier, frontierBatch },
    { renderFrontier },
    { describeTerminal },
    { listenForInterrupts },
    { Leftovers },
  ] = await Promise.all([
    import("../app/frontier.js"),
    import("../report/frontierSummary.js"),
    import("./terminal.js"),
    import("./interrupt.js"),
    import("./leftovers.js"),
  ]);
  const { json, quiet = false, out, plans, overwrite, ...options } = flags;
  const say = (line: string) => {
    if (!quiet) process.stderr.write(`packwright: ${line}\n`);
  };
  let planning = false;
  const leftovers = out === undefined ? undefined : new Leftovers(out);
  const interrupts = listenForInterrupts({
    onFirst: () => {
      if (planning) say("Ending every search with the best plan so far; once more ends at once.");
      return planning;
    },
    beforeExit: () => leftovers?.remove(),
    exitNow,
  });
  try {
    const input = {
      ...options,
      signal: interrupts.signal,
      onProgress: (progress: FrontierProgress) => {
        planning = progress.phase !== "read";
        say(told(progress));
      },
    };
    const { file, contract } =
      out === undefined
        ? await frontier(input)
        : await frontierBatch({
            ...input,
            out,
            ...(plans === undefined ? {} : { plans }),
            ...(overwrite === undefined ? {} : { overwrite }),
          });
    if (json) process.stdout.write(`${JSON.stringify(file, null, 2)}\n`);
    else {
      const { color, width } = describeTerminal(process.stdout);
      const folder = out ?? null;
      process.stdout.write(renderFrontier({ file, exponent: contract.exponent, folder, color, width }));
    }
  } finally {
    interrupts.stop();
  }
}

function told({ phase, done, total }: FrontierProgress): string {
  switch (phase) {
    case "read":
      return "reading";
    case "base":
      return "planning without a limit";
    case "points":
      return `${done} of at most ${total} plans`;
    case "check":
      return `checking point ${done} of ${total}`;
    case "write":
      return `writing plan ${done} of ${total}`;
  }
}
