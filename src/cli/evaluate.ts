import { Command, Option } from "commander";
import { SEEDS, TABLE_FORMATS, THREADS } from "../app/optionRanges.js";
import type { EvaluateOptions } from "../app/planOptions.js";
import type { EvaluationFile } from "../model/evaluation.js";
import type { Ending } from "./ending.js";
import { EXIT } from "./failure.js";
import { demandOptions, path, seconds, share, wholeNumber } from "./options.js";

interface EvaluateFlags {
  readonly assignments: string;
  readonly channels: string;
  readonly orders: string;
  readonly out?: string;
  readonly plan: boolean;
  readonly against?: string;
  readonly timeLimit: number;
  readonly gap: number;
  readonly seed: number;
  readonly threads?: number;
  readonly strict?: true;
  readonly json?: true;
  readonly overwrite?: true;
  readonly format: NonNullable<EvaluateOptions["format"]>;
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
    .option("--channels <file>", "channels file, YAML or JSON", path)
    .option(
      "--orders <file>",
      "orders: CSV, NDJSON, JSON (each also .gz) or Parquet; - is standard input",
      path,
    )
    .option("--out <dir>", "plan folder to make of the assignments, where they break no rule", path)
    .addOption(
      new Option("--against <dir>", "compare with this plan folder of the same inputs").argParser(path),
    )
    .option("--no-plan", "compare with nothing")
    .option("--time-limit <seconds>", "for the search of our plan", seconds, 60)
    .option("--gap <share>", "stop it when (objective - bound) / objective is at most this", share, 0)
    .option("--seed <n>", "of the search", wholeNumber({ ...SEEDS, example: 1 }), 1)
    .option(
      "--threads <n>",
      "worker threads (default: one per processor, at most 8)",
      wholeNumber({ ...THREADS, example: 4 }),
    )
    .addOption(
      new Option("--format <name>", "of assignments and packages").choices(TABLE_FORMATS).default("csv"),
    )
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
