import { Command } from "commander";
import type { Ending } from "./ending.js";
import { untilRead } from "./interrupt.js";
import { demandOptions } from "./options.js";
import { channelsOption, ordersOption } from "./sharedOptions.js";

interface ValidateFlags {
  readonly channels: string;
  readonly orders?: string;
}

export function validateCommand({ exitNow }: Ending): Command {
  const command = new Command("validate")
    .summary("say what is wrong or odd about the inputs, and what is covered")
    .description("Reads the inputs, says every problem and oddity, and which orders can go where.")
    .addOption(channelsOption())
    .addOption(ordersOption())
    .action(async (flags: ValidateFlags) => {
      const [{ validate }, { renderValidation }, { describeTerminal }] = await Promise.all([
        import("../app/validateInput.js"),
        import("./validation.js"),
        import("./terminal.js"),
      ]);
      const result = await untilRead(exitNow, (onRead) => validate({ ...flags, onRead }));
      process.stdout.write(renderValidation(result, describeTerminal(process.stdout)));
    });
  return demandOptions(command, ["channels"]);
}
