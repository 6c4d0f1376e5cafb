import { type Command, Option } from "commander";
import { ENGINES, MIP_ENGINES, SEEDS, TABLE_FORMATS, THREADS } from "../app/optionRanges.js";
import type { FolderOptions, SearchOptions } from "../app/planOptions.js";
import { path, seconds, share, wholeNumber } from "./options.js";

/** Options that several commands have, in the same words and with the same defaults. */

/** What the command line makes of them; a command has those that it names. */
export interface SearchFlags
  extends Required<Pick<SearchOptions, "timeLimit" | "gap" | "engine" | "mip" | "seed">> {
  readonly threads?: number;
  readonly format: NonNullable<FolderOptions["format"]>;
}

export function channelsOption(): Option {
  return new Option("--channels <file>", "channels file, YAML or JSON").argParser(path);
}

export function ordersOption(): Option {
  return new Option(
    "--orders <file>",
    "orders: CSV, NDJSON, JSON (each also .gz) or Parquet; - is standard input",
  ).argParser(path);
}

/** @param whose what the time is for */
export function timeLimitOption(whose: string): Option {
  return new Option("--time-limit <seconds>", whose).argParser(seconds).default(60);
}

export function gapOption(): Option {
  return new Option("--gap <share>", "stop when (objective - bound) / objective is at most this")
    .argParser(share)
    .default(0);
}

function engineOption(): Option {
  return new Option("--engine <name>", "how to search").choices(ENGINES).default("auto");
}

function mipOption(): Option {
  return new Option("--mip <name>", "engine of the integer program")
    .choices(MIP_ENGINES)
    .default("javascript-lp-solver");
}

export function seedOption(): Option {
  return new Option("--seed <n>", "of the search")
    .argParser(wholeNumber({ ...SEEDS, example: 1 }))
    .default(1);
}

/** @param what they are, or what each of them does */
export function threadsOption(what = "worker threads"): Option {
  return new Option("--threads <n>", `${what} (default: one per processor, at most 8)`).argParser(
    wholeNumber({ ...THREADS, example: 4 }),
  );
}

/** Of the tables of a plan folder. */
export function formatOption(): Option {
  return new Option("--format <name>", "of assignments and packages").choices(TABLE_FORMATS).default("csv");
}

/** Adds those of every search, in the order in which help tells them; see the single ones. */
export function addSearchOptions(command: Command, timeIs: string, threadsAre?: string): Command {
  return command
    .addOption(timeLimitOption(timeIs))
    .addOption(gapOption())
    .addOption(engineOption())
    .addOption(mipOption())
    .addOption(seedOption())
    .addOption(threadsOption(threadsAre));
}
