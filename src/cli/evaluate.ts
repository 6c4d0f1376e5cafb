import { Command } from "commander";
import type { EvaluationFile } from "../model/evaluation.js";
import type { Ending } from "./ending.js";
import { EXIT } from "./failure.js";
import { demandOptions, path } from "./options.js";
import {
  channelsOption,
  formatOption,
  gapOption,
  ordersOption,
  type SearchFlags,
  seedOption,
  threadsOption,
  timeLimitOption,
} from "./sharedOptions.js";

interface EvaluateFlags extends Omit<SearchFlags, "engine" | "mip"> {
  readonly assignments: string;
  readonly channels: string;
  readonly orders: string;
  readonly out?: string;
  readonly plan: boolean;
  readonly against?: string;
  readonly strict?: true;
  readonly json?: true;
  readonly overwrite?: true;
  readonly quiet?: true;
}

export function evaluateCommand(ending: Ending): Command {
  const command = new Command("evaluate")
    .summary("price a plan that somebody else made, and compare it")
    .description(
      "Prices the assignments of others by the contract, says every rule that they break, and compares them with a plan of ours.",
    )
    .option(
      "--assignments <file>",
      "who goes where: CSV (also .gz) or Parquet with order, channel and perhaps package and sequence; or a plan folder; - is standard input",
      path,
    )
    .addOption(channelsOption())
    .addOption(ordersOption())
    .option("--out <dir>", "plan folder to make of the assignments, where they break no rule", path)
    .option("--against <dir>", "compare with this plan folder of the same inputs", path)
    .option("--no-plan", "compare with nothing")
    .addOption(timeLimitOption("for the search of our plan"))
    .addOption(gapOption())
    .addOption(seedOption())
    .addOption(threadsOption())
    .addOption(formatOption())
    .option("--strict", "exit with 3 if the assignments break a rule")
    .option("--json", "print the evaluation as JSON")
    .option("--overwrite", "replace a plan folder that exists")
    .option("--quiet", "show no progress")
    .action((flags: EvaluateFlags) => runEvaluate(flags, ending));
  return demandOptions(command, ["assignments", "channels", "orders"]);
}

async function runEvaluate(flags: EvaluateFlags, { setExitCode, exitNow }: Ending): Promise<void> {
  const [{ evaluate }, { whileSearching }, { describeTerminal }] = await Promise.all([
    import("../app/evaluatePlan.js"),
    import("./searching.js"),
    import("./terminal.js"),
  ]);
  const { strict = false, json, quiet = false, ...options } = flags;
  const { timeLimit, out } = flags;
  const searches = flags.plan && flags.against === undefined;
  const { evaluation, contract, folder } = await whileSearching(
    { timeLimit, quiet, out, searches, exitNow },
    (hooks) => evaluate({ ...options, ...hooks }),
  );
  if (json) process.stdout.write(`${JSON.stringify(evaluation, null, 2)}\n`);
  else {
    const { renderEvaluation } = await import("../report/evaluation.js");
    const { color, width } = describeTerminal(process.stdout);
    process.stdout.write(renderEvaluation({ evaluation, contract, folder, color, width }));
  }
  const complaint = unmet(evaluation, strict, out);
  if (complaint === null) return;
  process.stderr.write(`packwright: ${complaint}\n`);
  setExitCode(EXIT.demandNotMet);
}

/** What was asked for and is not so; null where all is. */
function unmet(
  { valid, violations: { total } }: EvaluationFile,
  strict: boolean,
  out: string | undefined,
): string | null {
  if (valid) return null;
  const count = `${total} violation${total === 1 ? "" : "s"}`;
  if (out !== undefined)
    return `${count}: no plan folder was written, since it could not pass verify (--out).`;
  return strict ? `${count} (--strict).` : null;
}
