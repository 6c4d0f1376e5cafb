import { Command, InvalidArgumentError } from "commander";
import type { PlanPaths } from "../app/planOptions.js";
import type { Ending } from "./ending.js";
import { listenForInterrupts, untilRead } from "./interrupt.js";
import { demandOptions, path } from "./options.js";
import { threadsOption, timeLimitOption } from "./sharedOptions.js";

interface ExplainFlags {
  readonly channels: string;
  readonly orders: string;
  readonly order?: readonly string[];
  readonly all?: boolean;
  readonly deferred?: boolean;
  readonly out?: string;
  readonly overwrite?: boolean;
  readonly timeLimit: number;
  readonly threads?: number;
  readonly json?: boolean;
}

export function explainCommand(ending: Ending): Command {
  const command = new Command("explain")
    .summary("say why a plan has orders where they are, and what would place the others")
    .description(
      "Says why a plan has orders where they are, what else they could have and what that would cost,\nor which least change of the contract would place the deferred ones.",
    )
    .argument("<dir>", "plan folder", path)
    .option("--channels <file>", "channels file that was planned with", path)
    .option("--orders <file>", "orders file that was planned; - is standard input", path)
    .option("--order <id>", "explain this order; may be given again", orderIds)
    .option("--all", "explain every order, a row for each in the file --out")
    .option("--out <file>", "CSV file that --all writes", path)
    .option("--overwrite", "replace a file that exists")
    .option("--deferred", "say what would place the deferred orders")
    .addOption(timeLimitOption("for all trial plans of --deferred together"))
    .addOption(threadsOption("worker threads of --deferred"))
    .option("--json", "print JSON instead of text")
    .action(async (folder: string, flags: ExplainFlags) => {
      const paths = { folder, channels: flags.channels, orders: flags.orders };
      if (flags.order !== undefined) await explainOrders(paths, flags.order, flags, ending);
      else if (flags.all) await explainEvery(paths, flags, ending);
      else await explainUnplaced(paths, flags, ending);
    });
  return onlyOneQuestion(demandOptions(command, ["channels", "orders"]));
}

function orderIds(id: string, ids: readonly string[] = []): readonly string[] {
  if (id === "") throw new InvalidArgumentError("It must be the id of an order.");
  return [...ids, id];
}

/** Refuses to run a command that asks nothing, or several things at once. */
function onlyOneQuestion(command: Command): Command {
  return command.hook("preAction", () => {
    const { order, all, deferred, out } = command.opts<ExplainFlags>();
    const asked = [order !== undefined, all, deferred].filter(Boolean).length;
    if (asked !== 1) command.error("error: give one of '--order <id>', '--all' and '--deferred'");
    if (all && out === undefined) command.error("error: '--all' needs '--out <file>' to write to");
    if (!all && out !== undefined) command.error("error: '--out <file>' goes with '--all' alone");
  });
}

async function explainOrders(
  paths: PlanPaths,
  ids: readonly string[],
  { json }: ExplainFlags,
  { exitNow }: Ending,
): Promise<void> {
  const [{ explain }, { renderExplanation }, { describeTerminal }] = await Promise.all([
    import("../app/explainPlan.js"),
    import("../report/explanation.js"),
    import("./terminal.js"),
  ]);
  const found = await untilRead(exitNow, (onRead) => explain({ ...paths, ids, onRead }));
  write(json ? found : renderExplanation({ ...found, ...describeTerminal(process.stdout) }));
}

async function explainEvery(
  paths: PlanPaths,
  { out = "", overwrite = false, json }: ExplainFlags,
  { exitNow }: Ending,
): Promise<void> {
  const [{ explainAll }, { renderCodes }, { Leftovers }] = await Promise.all([
    import("../app/explainAll.js"),
    import("../report/explanation.js"),
    import("./leftovers.js"),
  ]);
  const leftovers = new Leftovers(out);
  // Half a file is of no use: the first Ctrl-C ends it at once.
  const interrupts = listenForInterrupts({ beforeExit: () => leftovers.remove(), exitNow });
  try {
    const found = await explainAll({ ...paths, out, overwrite });
    write(json ? found : renderCodes(found, out));
  } finally {
    interrupts.stop();
  }
}

async function explainUnplaced(
  paths: PlanPaths,
  { timeLimit, threads, json }: ExplainFlags,
  { exitNow }: Ending,
): Promise<void> {
  const [{ explainDeferred }, { renderRelaxations }, { describeTerminal }] = await Promise.all([
    import("../app/explainDeferred.js"),
    import("../report/relaxations.js"),
    import("./terminal.js"),
  ]);
  let reading = true;
  const interrupts = listenForInterrupts({ onFirst: () => !reading, beforeExit: () => {}, exitNow });
  try {
    const found = await explainDeferred({
      ...paths,
      timeLimit,
      ...(threads === undefined ? {} : { threads }),
      signal: interrupts.signal,
      onRead: () => {
        reading = false;
      },
    });
    write(json ? found : renderRelaxations(found, describeTerminal(process.stdout)));
  } finally {
    interrupts.stop();
  }
}

function write(found: string | object): void {
  process.stdout.write(typeof found === "string" ? found : `${JSON.stringify(found, null, 2)}\n`);
}
