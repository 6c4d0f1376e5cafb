import { Fault, formatIssue, InputError } from "../model/issue.js";
import { printable } from "../report/textWidth.js";
import { StatementTimeout, StorageFull, Unavailable } from "../store/database.js";

/** What the process ends with. */
export const EXIT = {
  done: 0,
  ourFault: 1,
  badInput: 2,
  demandNotMet: 3,
  /** 128 and the signal's number, as shells have it. */
  interrupted: { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 },
} as const;

export interface Failure {
  readonly text: string;
  readonly exitCode: number;
}

/**
 * What to tell about an error and what to exit with.
 *
 * @param debug the DEBUG variable: with `packwright` in it the stack of a fault is told too
 */
export function describeFailure(error: unknown, debug: string): Failure {
  if (error instanceof InputError) return { text: inputText(error), exitCode: EXIT.badInput };
  const stack = /(^|[\s,])packwright($|[\s,:*])/.test(debug) ? `\n${stackOf(error)}` : "";
  if (error instanceof Fault)
    return { text: `packwright: ${error.message} [${error.code}]${stack}`, exitCode: EXIT.ourFault };
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof StatementTimeout)
    return {
      text: `packwright: the database took too long over it: ${message}. Look what holds a lock there. [DATABASE_SLOW]${stack}`,
      exitCode: EXIT.badInput,
    };
  if (error instanceof StorageFull)
    return {
      text: `packwright: ${error.message}. Make room where the data are. [DISK_FULL]${stack}`,
      exitCode: EXIT.badInput,
    };
  if (error instanceof Unavailable)
    return {
      text: `packwright: the database does not answer: ${message}. Try again when it does. [DATABASE_UNAVAILABLE]${stack}`,
      exitCode: EXIT.badInput,
    };
  const advice =
    stack === "" ? " Run it again with DEBUG=packwright to see where, and please report it." : "";
  return {
    text: `packwright: a fault of ours, not of your input: ${message.replace(/\.?$/, ".")}${advice}${stack}`,
    exitCode: EXIT.ourFault,
  };
}

/** Every problem on a line of its own, however its text came by a line break, and none that moves the cursor. */
function inputText({ issues, total }: InputError): string {
  const lines = issues.map((issue) => printable(formatIssue(issue).replace(/\s*[\r\n]+\s*/g, " ")));
  const more = total - issues.length;
  if (more > 0) lines.push(`… and ${more} more`);
  return lines.join("\n");
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\nCaused by: ${stackOf(error.cause)}`;
}
