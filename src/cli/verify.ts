import { Command } from "commander";
import type { Verification } from "../app/verifyPlan.js";
import { violationLine } from "../report/evaluation.js";
import type { Ending } from "./ending.js";
import { EXIT } from "./failure.js";
import { untilRead } from "./interrupt.js";
import { demandOptions, path } from "./options.js";
import { failsLines, holdsLine } from "./verdict.js";

interface VerifyFlags {
  readonly channels: string;
  readonly orders: string;
}

export function verifyCommand({ setExitCode, exitNow }: Ending): Command {
  const command = new Command("verify")
    .summary("check a plan folder against its inputs")
    .description(
      "Works out every rule and figure of a plan again, from the inputs alone, and its bound from the certificate.",
    )
    .argument("<dir>", "plan folder", path)
    .option("--channels <file>", "channels file that was planned with", path)
    .option("--orders <file>", "orders file that was planned; - is standard input", path)
    .action(async (folder: string, flags: VerifyFlags) => {
      const { verify } = await import("../app/verifyPlan.js");
      const { describeTerminal, fitted } = await import("./terminal.js");
      const write = (line: string) =>
        process.stdout.write(`${fitted(line, describeTerminal(process.stdout))}\n`);
      const found = await untilRead(exitNow, (onRead) => verify({ folder, ...flags, onRead }));
      if (found.total === 0) {
        write(holdsLine(found));
        return;
      }
      for (const line of violationLines(found, flags)) write(line);
      setExitCode(EXIT.demandNotMet);
    });
  return demandOptions(command, ["channels", "orders"]);
}

function violationLines(found: Verification, given: VerifyFlags): string[] {
  const { violations, total } = found;
  const lines = violations.map((violation) => violationLine(violation));
  const more = total - violations.length;
  if (more > 0) lines.push(`… and ${more} more`);
  return [...lines, ...failsLines(found, given)];
}
