import { Command } from "commander";
import type { Ending } from "./ending.js";
import { untilRead } from "./interrupt.js";
import { demandOptions, path } from "./options.js";

interface ExplainFlags {
  readonly channels: string;
  readonly orders: string;
  readonly order?: readonly string[];
  readonly json?: boolean;
}

export function explainCommand({ exitNow }: Ending): Command {
  const command = new Command("explain")
    .summary("say why a plan has orders where they are")
    .description(
      "Says why a plan has orders where they are, what else they could have, and what that would cost.",
    )
    .argument("<dir>", "plan folder", path)
    .option("--channels <file>", "channels file that was planned with", path)
    .option("--orders <file>", "orders file that was planned; - is standard input", path)
    .option("--order <id>", "an order to explain; may be given again", (id: string, ids: string[] = []) => [
      ...ids,
      id,
    ])
    .option("--json", "print JSON instead of text")
    .action(async (folder: string, flags: ExplainFlags) => {
      const paths = { folder, channels: flags.channels, orders: flags.orders };
      const [{ explain }, { renderExplanation }, { describeTerminal }] = await Promise.all([
        import("../app/explainPlan.js"),
        import("../report/explanation.js"),
        import("./terminal.js"),
      ]);
      const found = await untilRead(exitNow, (onRead) =>
        explain({ ...paths, ids: flags.order ?? [], onRead }),
      );
      process.stdout.write(
        flags.json
          ? `${JSON.stringify(found, null, 2)}\n`
          : renderExplanation({ ...found, ...describeTerminal(process.stdout) }),
      );
    });
  return demandOptions(command, ["channels", "orders"]);
}
