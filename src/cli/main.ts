#!/usr/bin/env node
import { CommanderError } from "commander";
import { describeFailure, EXIT } from "./failure.js";
import { makeProgram } from "./program.js";
import { describeTerminal, fittedLines } from "./terminal.js";

/** The only place that ends the process. */
async function main(): Promise<number> {
  let code: number = EXIT.done;
  const program = makeProgram({
    setExitCode: (value) => {
      code = value;
    },
    exitNow: (value) => process.exit(value),
  });
  try {
    await program.parseAsync(process.argv);
    return code;
  } catch (error) {
    // Commander has said what is wrong; its own code for it is 1.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.badInput;
    const failure = describeFailure(error, process.env.DEBUG ?? "");
    process.stderr.write(`${fittedLines(failure.text, describeTerminal(process.stderr))}\n`);
    return failure.exitCode;
  }
}

/** A reader that stops reading, such as `head`, ends the output and not the work. */
function ignoreBrokenPipe(stream: NodeJS.WriteStream): void {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

/** Resolves when all that was written is out of the process, or cannot get out. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed) resolve();
    else stream.write("", () => resolve());
  });
}

ignoreBrokenPipe(process.stdout);
ignoreBrokenPipe(process.stderr);
const code = await main();
await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
// Not left to the event loop: standard input may still be open.
process.exit(code);
