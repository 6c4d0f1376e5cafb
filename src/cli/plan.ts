import { Command } from "commander";
import type { Ending } from "./ending.js";
import { EXIT } from "./failure.js";
import { decimal, demandOptions, path } from "./options.js";
import {
  addSearchOptions,
  channelsOption,
  formatOption,
  ordersOption,
  type SearchFlags,
} from "./sharedOptions.js";

interface PlanFlags extends SearchFlags {
  readonly channels: string;
  readonly orders: string;
  readonly out: string;
  readonly from?: string;
  readonly sent?: string;
  readonly moveCost?: string;
  readonly strict?: true;
  readonly json?: true;
  readonly overwrite?: true;
  readonly quiet?: true;
}

export function planCommand(ending: Ending): Command {
  const command = addSearchOptions(
    new Command("plan")
      .summary("make a plan folder")
      .description(
        "Plans a batch of orders at the least total cost, checks the plan and writes it into a folder.",
      )
      .addOption(channelsOption())
      .addOption(ordersOption())
      .option("--out <dir>", "plan folder to make", path)
      .option("--from <dir>", "plan this old plan folder again: what was sent stays", path)
      .option("--sent <file>", "CSV whose column package names what was sent of it", path)
      .option("--move-cost <money>", "of each order that moves to another channel (default: 0)", decimal),
    "for the search; what comes before and after it aside",
  )
    .addOption(formatOption())
    .option("--strict", "exit with 3 if any order is not routed; the plan is made all the same")
    .option("--json", "print plan.json instead of the summary")
    .option("--overwrite", "replace a plan folder that exists")
    .option("--quiet", "show no progress")
    .action((flags: PlanFlags) => runPlan(flags, ending));
  return onlyWithOldPlan(demandOptions(command, ["channels", "orders", "out"]));
}

/** Refuses what says how to plan an old plan again where there is none. */
function onlyWithOldPlan(command: Command): Command {
  return command.hook("preAction", () => {
    const { from, sent, moveCost } = command.opts<PlanFlags>();
    const given = [
      ...(sent === undefined ? [] : ["'--sent <file>'"]),
      ...(moveCost === undefined ? [] : ["'--move-cost <money>'"]),
    ];
    if (from !== undefined || given.length === 0) return;
    const go = given.length === 1 ? "goes" : "go";
    command.error(`error: ${given.join(" and ")} ${go} with '--from <dir>' alone`);
  });
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
