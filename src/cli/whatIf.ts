import { Command } from "commander";
import type { WhatIfBatchOptions, WhatIfProgress } from "../app/whatIf.js";
import type { Ending } from "./ending.js";
import { demandOptions, path } from "./options.js";
import { addSearchOptions, channelsOption, ordersOption } from "./sharedOptions.js";

interface WhatIfFlags extends Omit<WhatIfBatchOptions, "onProgress" | "signal"> {
  readonly timeLimit: number;
  readonly json?: true;
  readonly quiet?: true;
}

export function whatIfCommand(ending: Ending): Command {
  const command = addSearchOptions(
    new Command("what-if")
      .summary("say what other fees, limits or channels would cost")
      .description(
        "Plans the same orders under the channels file as it is and under every scenario, and compares them.",
      )
      .addOption(channelsOption())
      .addOption(ordersOption())
      .option("--scenarios <file>", "scenarios file, YAML or JSON", path)
      .option("--out <dir>", "folder to make", path),
    "for the search of each plan",
    "scenarios at a time",
  )
    .option("--json", "print what-if.json instead of the summary")
    .option("--overwrite", "replace a folder of scenarios that exists")
    .option("--quiet", "show no progress")
    .action((flags: WhatIfFlags) => runWhatIf(flags, ending));
  return demandOptions(command, ["channels", "orders", "scenarios", "out"]);
}

const WORDS: Readonly<Record<WhatIfProgress["phase"], (done: number, total: number) => string>> = {
  read: () => "reading",
  base: () => "planning as it is",
  scenarios: (done, total) => `${done} of ${total} scenarios`,
  check: (done, total) => `checked ${done} of ${total}`,
};

async function runWhatIf(flags: WhatIfFlags, { exitNow }: Ending): Promise<void> {
  const [{ whatIfBatch }, { renderWhatIf }, { runStudy }] = await Promise.all([
    import("../app/whatIf.js"),
    import("../report/whatIfSummary.js"),
    import("./studying.js"),
  ]);
  const { json = false, quiet = false, ...options } = flags;
  const { out } = options;
  await runStudy({
    out,
    json,
    quiet,
    exitNow,
    tell: ({ phase, done, total }: WhatIfProgress) => WORDS[phase](done, total),
    work: (hooks) => whatIfBatch({ ...options, ...hooks }),
    render: (input) => renderWhatIf({ ...input, folder: out }),
  });
}
