import { Command, Option } from "commander";
import type { FrontierBatchOptions, FrontierProgress } from "../app/frontier.js";
import { AGAINST, POINTS } from "../app/optionRanges.js";
import type { Ending } from "./ending.js";
import { demandOptions, path, wholeNumber } from "./options.js";
import { addSearchOptions, channelsOption, ordersOption } from "./sharedOptions.js";

interface FrontierFlags extends Omit<FrontierBatchOptions, "onProgress" | "signal" | "out"> {
  readonly out?: string;
  readonly timeLimit: number;
  readonly json?: true;
  readonly quiet?: true;
}

export function frontierCommand(ending: Ending): Command {
  const command = addSearchOptions(
    new Command("frontier")
      .summary("say what an earlier finish or fewer packages would cost")
      .description(
        "Plans the same orders with ever less time, or ever fewer packages, and keeps the plans that no other one beats in both.",
      )
      .addOption(channelsOption())
      .addOption(ordersOption())
      .addOption(new Option("--against <what>", "what cost is held against").choices(AGAINST))
      .option("--points <n>", "plans to search at most", wholeNumber({ ...POINTS, example: 12 }), 12)
      .option("--out <dir>", "folder to make", path)
      .option("--plans", "write the plan folder of every point, too, into plans/ of --out"),
    "for the search of each plan",
    "plans at a time",
  )
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

const WORDS: Readonly<Record<FrontierProgress["phase"], (done: number, total: number) => string>> = {
  read: () => "reading",
  base: () => "planning without a limit",
  points: (done, total) => `${done} of at most ${total} plans`,
  check: (done, total) => `checking point ${done} of ${total}`,
  write: (done, total) => `writing plan ${done} of ${total}`,
};

async function runFrontier(flags: FrontierFlags, { exitNow }: Ending): Promise<void> {
  const [{ frontier, frontierBatch }, { renderFrontier }, { runStudy }] = await Promise.all([
    import("../app/frontier.js"),
    import("../report/frontierSummary.js"),
    import("./studying.js"),
  ]);
  const { json = false, quiet = false, out, plans = false, overwrite = false, ...options } = flags;
  await runStudy({
    out,
    json,
    quiet,
    exitNow,
    tell: ({ phase, done, total }: FrontierProgress) => WORDS[phase](done, total),
    work: (hooks) => {
      const input = { ...options, ...hooks };
      return out === undefined ? frontier(input) : frontierBatch({ ...input, out, plans, overwrite });
    },
    render: (input) => renderFrontier({ ...input, folder: out ?? null }),
  });
}
