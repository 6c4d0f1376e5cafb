import type { PlanProgress } from "../app/planOptions.js";
import type { Ending } from "./ending.js";

export interface Searching {
  /** Seconds. */
  readonly timeLimit: number;
  readonly quiet: boolean;
  /** Plan folder to make, if any. */
  readonly out?: string | undefined;
  /** Whether there is a search that a first Ctrl-C can end early; without one it ends the process. */
  readonly searches?: boolean;
  readonly exitNow: Ending["exitNow"];
}

/** What the work of a command takes from the command line. */
export interface Hooks {
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
  readonly onProgress: (news: PlanProgress) => void;
}

/** Shows the progress of a search and listens to Ctrl-C while it lasts. Ended at once, it leaves nothing behind. */
export async function whileSearching<Result>(
  { timeLimit, quiet, out, searches = true, exitNow }: Searching,
  work: (hooks: Hooks) => Promise<Result>,
): Promise<Result> {
  const [{ showProgress }, { describeTerminal }, { listenForInterrupts }, { Leftovers }] = await Promise.all([
    import("./progress.js"),
    import("./terminal.js"),
    import("./interrupt.js"),
    import("./leftovers.js"),
  ]);
  const leftovers = out === undefined ? undefined : new Leftovers(out);
  const progress = await showProgress(
    { stream: process.stderr, terminal: describeTerminal(process.stderr), timeLimitSeconds: timeLimit },
    quiet,
  );
  let reading = true;
  const interrupts = listenForInterrupts({
    onFirst: () => {
      const goesOn = searches && !reading;
      if (goesOn || reading)
        progress.say(
          goesOn
            ? "Ending with the best plan so far; once more ends at once and leaves nothing."
            : "Ended before all orders were read: there is no plan yet, and nothing is left.",
        );
      return goesOn;
    },
    beforeExit: () => {
      progress.stop();
      leftovers?.remove();
    },
    exitNow,
  });
  try {
    return await work({
      signal: interrupts.signal,
      onProgress: (news) => {
        reading = news.phase === "read";
        progress.update(news);
      },
    });
  } finally {
    progress.stop();
    interrupts.stop();
  }
}
