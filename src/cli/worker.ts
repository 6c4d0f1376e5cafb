import { Command } from "commander";
import type { Ending } from "./ending.js";
import { demandOptions } from "./options.js";
import {
  databaseOption,
  type WebhookFlags,
  type WorkerFlags,
  webhookOptions,
  webhooksOf,
  workerOptions,
  workplaceOf,
} from "./serviceOptions.js";
import { unlessAsked } from "./unlessAsked.js";

type Flags = WorkerFlags & WebhookFlags & { readonly databaseUrl: string };

export function workerCommand({ exitNow }: Ending): Command {
  const command = new Command("worker")
    .summary("work on the jobs of services elsewhere")
    .description(
      "Works on the jobs that `packwright serve` accepts on the same database, on as many machines as wanted.",
    );
  for (const option of [databaseOption(), ...webhookOptions(), ...workerOptions()]) command.addOption(option);
  demandOptions(command, ["databaseUrl"]);
  return command.action((flags: Flags) => runWorker(flags, exitNow));
}

async function runWorker(flags: Flags, exitNow: Ending["exitNow"]): Promise<void> {
  const [{ openWorkplace }, { makeLogger }, { untilAskedToEnd }] = await Promise.all([
    import("../jobs/workplace.js"),
    import("../jobs/logger.js"),
    import("./untilAskedToEnd.js"),
  ]);
  const logger = makeLogger(flags.logLevel);
  const asked = untilAskedToEnd(exitNow);
  const workplace = await unlessAsked(asked, (signal) =>
    openWorkplace({ ...workplaceOf({ ...flags, work: true }), webhooks: webhooksOf(flags), logger, signal }),
  );
  if (workplace === null) return;
  workplace.start();
  process.stdout.write(`packwright works as ${workplace.name}\n`);
  await Promise.race([asked, workplace.failed]);
  logger.info("ending");
  await workplace.close();
}
