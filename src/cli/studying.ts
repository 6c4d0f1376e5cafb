import type { Ending } from "./ending.js";

/** A command that plans the same orders more than once. */
export interface Studying<Progress, File> {
  /** Folder to make, if any. */
  readonly out: string | undefined;
  /** Whether the file is printed instead of the summary. */
  readonly json: boolean;
  readonly quiet: boolean;
  readonly exitNow: Ending["exitNow"];
  /** A line of progress. */
  readonly tell: (progress: Progress) => string;
  readonly work: (hooks: StudyHooks<Progress>) => Promise<StudyResult<File>>;
  /** The summary for a terminal. */
  readonly render: (input: StudySummary<File>) => string;
}

/** What the work takes from the command line. */
export interface StudyHooks<Progress> {
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

export interface StudyResult<File> {
  readonly file: File;
  readonly contract: { readonly exponent: number };
}

export interface StudySummary<File> {
  readonly file: File;
  /** Decimals of the currency. */
  readonly exponent: number;
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
}

/**
 * Studies with a line of progress at every step, and prints what came out. A first Ctrl-C ends every search with the best
 * plan so far; while inputs are read, and the second time, it ends the process and leaves nothing behind.
 */
export async function runStudy<Progress extends { readonly phase: string }, File>({
  out,
  json,
  quiet,
  exitNow,
  tell,
  work,
  render,
}: Studying<Progress, File>): Promise<void> {
  const [{ describeTerminal }, { listenForInterrupts }, { Leftovers }] = await Promise.all([
    import("./terminal.js"),
    import("./interrupt.js"),
    import("./leftovers.js"),
  ]);
  const say = (line: string) => {
    if (!quiet) process.stderr.write(`packwright: ${line}\n`);
  };
  const leftovers = out === undefined ? undefined : new Leftovers(out);
  let planning = false;
  const interrupts = listenForInterrupts({
    onFirst: () => {
      if (planning) say("Ending every search with the best plan so far; once more ends at once.");
      return planning;
    },
    beforeExit: () => leftovers?.remove(),
    exitNow,
  });
  try {
    const { file, contract } = await work({
      signal: interrupts.signal,
      onProgress: (progress) => {
        planning = progress.phase !== "read";
        say(tell(progress));
      },
    });
    const { color, width } = describeTerminal(process.stdout);
    process.stdout.write(
      json
        ? `${JSON.stringify(file, null, 2)}\n`
        : render({ file, exponent: contract.exponent, color, width }),
    );
  } finally {
    interrupts.stop();
  }
}
