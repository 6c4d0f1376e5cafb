import { Command } from "commander";
import { VERSION } from "../version.js";
import { breakEvenCommand } from "./breakEven.js";
import type { Ending } from "./ending.js";
import { evaluateCommand } from "./evaluate.js";
import { explainCommand } from "./explain.js";
import { frontierCommand } from "./frontier.js";
import { generateCommand } from "./generate.js";
import { jobsCommand } from "./jobs.js";
import { keysCommand } from "./keys.js";
import { nightlyCommand } from "./nightly.js";
import { tellAllWrongValues } from "./options.js";
import { planCommand } from "./plan.js";
import { serveCommand } from "./serve.js";
import { validateCommand } from "./validate.js";
import { verifyCommand } from "./verify.js";
import { whatIfCommand } from "./whatIf.js";
import { workerCommand } from "./worker.js";

/** The command line. What a command needs is loaded when it runs, so that `--help` is quick. */
export function makeProgram(ending: Ending): Command {
  const program = new Command("packwright")
    .description("Routes debit orders over batch and single payment channels at the least total cost.")
    .version(VERSION, "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print help for a command");
  const commands = [
    planCommand(ending),
    verifyCommand(ending),
    validateCommand(ending),
    explainCommand(ending),
    evaluateCommand(ending),
    generateCommand(ending),
    whatIfCommand(ending),
    breakEvenCommand(ending),
    frontierCommand(ending),
    serveCommand(ending),
    workerCommand(ending),
    nightlyCommand(ending),
    keysCommand(),
    jobsCommand(),
  ];
  for (const command of commands) {
    const name = `packwright ${command.name()}`;
    command.helpOption("-h, --help", "print help").showHelpAfterError(`Try \`${name} --help\`.`);
    // A command that is added keeps its own settings, so each needs this one.
    program.addCommand(tellAllWrongValues(command).exitOverride());
  }
  program.showHelpAfterError("Try `packwright --help`.");
  program.addHelpText(
    "after",
    "\nExit codes: 0 done; 1 a fault of ours; 2 bad input or usage; 3 a demand not met\n(--strict, evaluate --out of a plan that breaks rules, or verify found a violation).",
  );
  return program.exitOverride();
}
