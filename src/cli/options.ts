import { type Command, InvalidArgumentError } from "commander";
import { LONGEST_SECONDS, type NumberRange } from "../app/optionRanges.js";
import { describeTerminal, fittedLines } from "./terminal.js";

/** Readers of option values. What is wrong is said with what to write instead; commander adds the option's name. */

export interface WholeRange extends NumberRange {
  readonly example: number;
}

/** A whole number in plain digits. */
export function wholeNumber({ from, to, example }: WholeRange): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= from && value <= to) return value;
    throw new InvalidArgumentError(
      `It must be a whole number from ${from} to ${to} in plain digits, for example ${example}.`,
    );
  };
}

/** Seconds in plain decimals, more than 0. */
export function seconds(text: string): number {
  const value = plainDecimal(text);
  if (value > 0 && value <= LONGEST_SECONDS) return value;
  throw new InvalidArgumentError(
    `It must be a number of seconds above 0 and at most ${LONGEST_SECONDS}, in plain decimals, for example 30 or 0.5.`,
  );
}

/** A share from 0 to 1. */
export function share(text: string): number {
  const value = plainDecimal(text);
  if (value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError(
    "It must be a share from 0 to 1 in plain decimals, for example 0.01 for 1%.",
  );
}

/** Money in plain decimals, as text: how many of them the currency has is known later. */
export function decimal(text: string): string {
  if (!Number.isNaN(plainDecimal(text))) return text;
  throw new InvalidArgumentError("It must be money in plain decimals, for example 0.05.");
}

/** The name of a file or folder. */
export function path(text: string): string {
  if (text !== "") return text;
  throw new InvalidArgumentError("It must name a file or a folder.");
}

/** NaN where the text is anything else than plain decimals. */
function plainDecimal(text: string): number {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
}

/**
 * Refuses to run a command without these options, and names all that are missing. Commander's own required options are
 * asked for one by one, and before a misspelt one is noticed.
 */
export function demandOptions(command: Command, names: readonly string[]): Command {
  const demanded = command.options.filter((option) => names.includes(option.attributeName()));
  for (const option of demanded) option.description += " (required)";
  return command.hook("preAction", () => {
    const missing = demanded.filter((option) => command.getOptionValue(option.attributeName()) === undefined);
    if (missing.length === 0) return;
    const flags = missing.map((option) => `'${option.flags}'`).join(", ");
    command.error(`error: required option${missing.length === 1 ? "" : "s"} ${flags} not specified`);
  });
}

/** Tells of every option's wrong value, together with whatever else is wrong: commander itself ends at the first. */
export function tellAllWrongValues(command: Command): Command {
  const wrong: string[] = [];
  for (const option of command.options) {
    const read = option.parseArg;
    if (read === undefined) continue;
    option.argParser<unknown>((text, before) => {
      try {
        return read(text, before);
      } catch (error) {
        if (!(error instanceof InvalidArgumentError)) throw error;
        // Each on a line of its own, whatever the value is.
        const told = text.replace(/\s*[\r\n]+\s*/g, " ");
        wrong.push(`error: option '${option.flags}' argument '${told}' is invalid. ${error.message}`);
        // Given all the same, so that nobody misses it; nothing runs with it.
        return text;
      }
    });
  }
  command.configureOutput({
    outputError: (text, write) =>
      write(fittedLines([...wrong, text].join("\n"), describeTerminal(process.stderr))),
  });
  return command.hook("preAction", () => {
    const last = wrong.pop();
    if (last !== undefined) command.error(last);
  });
}
