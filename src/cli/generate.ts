import { Command } from "commander";
import type { Ending } from "./ending.js";
import { demandOptions, path, wholeNumber } from "./options.js";

interface GenerateFlags {
  readonly orders: number;
  readonly banks: number;
  readonly channels: number;
  readonly seed: number;
  readonly out: string;
  readonly overwrite?: true;
}

export function generateCommand({ exitNow }: Ending): Command {
  const command = new Command("generate")
    .summary("make a realistic instance")
    .description(
      "Makes a channels file and an orders file like those of a payment team; a seed gives the same files always.",
    )
    .option("--orders <n>", "orders", wholeNumber({ from: 1, to: 1_000_000_000, example: 20000 }))
    .option("--banks <n>", "banks", wholeNumber({ from: 1, to: 10_000, example: 150 }), 150)
    .option("--channels <n>", "channels", wholeNumber({ from: 2, to: 1000, example: 8 }), 8)
    .option(
      "--seed <n>",
      "of the instance",
      wholeNumber({ from: 0, to: Number.MAX_SAFE_INTEGER, example: 1 }),
      1,
    )
    .option("--out <dir>", "folder to make", path)
    .option("--overwrite", "replace the two files in a folder that exists")
    .action((flags: GenerateFlags) => runGenerate(flags, exitNow));
  return demandOptions(command, ["orders", "out"]);
}

async function runGenerate(
  { out, overwrite, ...options }: GenerateFlags,
  exitNow: Ending["exitNow"],
): Promise<void> {
  const [
    { generateInstance, writeInstance, CHANNELS_FILE, ORDERS_FILE },
    { Leftovers },
    { listenForInterrupts },
  ] = await Promise.all([import("../generate/index.js"), import("./leftovers.js"), import("./interrupt.js")]);
  const leftovers = new Leftovers(out);
  // Half an instance is of no use: the first Ctrl-C ends it at once.
  const interrupts = listenForInterrupts({ beforeExit: () => leftovers.remove(), exitNow });
  try {
    await writeInstance(out, generateInstance(options), { overwrite: overwrite ?? false });
  } finally {
    interrupts.stop();
  }
  const [{ join }, { describeTerminal }] = await Promise.all([import("node:path"), import("./terminal.js")]);
  const files = [
    `--channels ${join(out, CHANNELS_FILE)}`,
    `--orders ${join(out, ORDERS_FILE)}`,
    "--out <dir>",
  ];
  const { width } = describeTerminal(process.stdout);
  process.stdout.write(`Made ${out}. Plan it with:\n\n${commandText("packwright plan", files, width)}\n`);
}

/** A command to be copied, on several lines where one is too long. */
function commandText(command: string, options: readonly string[], width: number): string {
  const line = `  ${[command, ...options].join(" ")}`;
  return line.length <= width ? line : `  ${[command, ...options].join(" \\\n    ")}`;
}
