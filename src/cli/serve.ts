import { Command } from "commander";
import type { Ending } from "./ending.js";
import {
  type PlaceFlags,
  placeOptions,
  type ServerFlags,
  serverOptions,
  type WebhookFlags,
  type WorkerFlags,
  webhookOptions,
  webhooksOf,
  workerOptions,
  workplaceOf,
} from "./serviceOptions.js";
import { unlessAsked } from "./unlessAsked.js";

type ServeFlags = PlaceFlags & ServerFlags & WebhookFlags & WorkerFlags;

export function serveCommand({ exitNow }: Ending): Command {
  const command = new Command("serve")
    .summary("answer over HTTP, and show the page")
    .description("Serves the HTTP API and its page, and works on the jobs that come of it.");
  for (const option of [...serverOptions(), ...placeOptions(), ...webhookOptions(), ...workerOptions()])
    command.addOption(option);
  return command.action((flags: ServeFlags) => runServe(flags, exitNow));
}

async function runServe(flags: ServeFlags, exitNow: Ending["exitNow"]): Promise<void> {
  const [{ serve }, { DEFAULT_LIMITS }, { makeLogger }, { untilAskedToEnd }] = await Promise.all([
    import("../http/serve.js"),
    import("../http/limits.js"),
    import("../jobs/logger.js"),
    import("./untilAskedToEnd.js"),
  ]);
  const logger = makeLogger(flags.logLevel);
  const asked = untilAskedToEnd(exitNow);
  const serving = await unlessAsked(asked, (signal) =>
    serve({
      ...workplaceOf(flags),
      webhooks: webhooksOf(flags),
      logger,
      signal,
      host: flags.host,
      requireKeys: flags.requireKeys === true,
      port: flags.port,
      limits: {
        ...DEFAULT_LIMITS,
        bodyBytes: flags.maxBody,
        jsonBytes: flags.maxJson,
        orders: flags.maxOrders,
        channels: flags.maxChannels,
        timeLimit: flags.maxTimeLimit,
        queue: flags.maxQueue,
        wait: flags.maxWait,
      },
    }),
  );
  if (serving === null) return;
  process.stdout.write(`packwright answers at ${serving.url}\n`);
  await Promise.race([asked, serving.failed]);
  logger.info("ending");
  await serving.stop();
}
