import type { SingleBar } from "cli-progress";
import type { PlanProgress } from "../app/planOptions.js";
import { formatCost } from "../model/money.js";
import { formatShare, group } from "../report/numbers.js";
import type { Terminal } from "./terminal.js";

/** Shows how far a plan is, until it is stopped. */
export interface ProgressView {
  update(progress: PlanProgress): void;
  /** A line of its own among the progress. */
  say(line: string): void;
  stop(): void;
}

export interface ProgressOptions {
  readonly stream: NodeJS.WriteStream;
  readonly terminal: Terminal;
  readonly timeLimitSeconds: number;
  /** Milliseconds; for tests. */
  readonly now?: () => number;
}

type Phase = PlanProgress["phase"];

const PHASE_WORDS: Readonly<Record<Phase, string>> = {
  read: "reading",
  class: "classing",
  solve: "solving",
  describe: "describing",
  write: "writing",
  check: "checking",
};

/** A bar on a terminal, plain lines elsewhere, nothing where it is to be quiet. */
export async function showProgress(options: ProgressOptions, quiet: boolean): Promise<ProgressView> {
  if (quiet) return new Silence(options.stream);
  if (!options.terminal.isTerminal) return new PlainLines(options);
  const { SingleBar } = await import("cli-progress");
  return new Bar(options, SingleBar);
}

/** Incumbent, bound and gap, as far as they are known. */
function figures({ incumbent, bound, gap, currency }: PlanProgress): string[] {
  const parts: string[] = [];
  if (currency !== undefined) {
    const money = (units: number | bigint) => group(formatCost(units, currency.exponent));
    if (incumbent !== undefined) parts.push(`best ${currency.code} ${money(incumbent)}`);
    if (bound !== undefined) parts.push(`bound ${money(bound)}`);
  }
  if (gap !== undefined) parts.push(`gap ${formatShare(gap)}`);
  return parts;
}

class Silence implements ProgressView {
  constructor(readonly stream: NodeJS.WriteStream) {}
  update(): void {}
  say(line: string): void {
    this.stream.write(`${line}\n`);
  }
  stop(): void {}
}

/** Between two lines of the same phase, at first; it doubles, so that a long search fills no log. */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;

/** A line when a phase begins, and of the solve now and then one with what it has found. */
class PlainLines implements ProgressView {
  readonly #now: () => number;
  readonly #started: number;
  #phase: Phase | undefined;
  #lastAt = 0;
  #pause = FIRST_PAUSE_MS;
  #held: PlanProgress | undefined;

  constructor(readonly options: ProgressOptions) {
    this.#now = options.now ?? (() => performance.now());
    this.#started = this.#now();
  }

  update(progress: PlanProgress): void {
    if (progress.phase !== this.#phase) {
      this.#flush();
      this.#phase = progress.phase;
      this.#pause = FIRST_PAUSE_MS;
      this.#write(progress);
      return;
    }
    if (progress.incumbent === undefined) return;
    this.#held = progress;
    if (this.#now() - this.#lastAt < this.#pause) return;
    this.#pause = Math.min(LONGEST_PAUSE_MS, this.#pause * 2);
    this.#flush();
  }

  say(line: string): void {
    this.#flush();
    this.options.stream.write(`${line}\n`);
  }

  stop(): void {
    this.#flush();
  }

  /** What was held back so as not to write too often. */
  #flush(): void {
    if (this.#held !== undefined) this.#write(this.#held);
  }

  #write(progress: PlanProgress): void {
    this.#held = undefined;
    this.#lastAt = this.#now();
    const elapsed = ((this.#lastAt - this.#started) / 1000).toFixed(1);
    const line = (shown: PlanProgress) =>
      `packwright: ${elapsed} s ${[PHASE_WORDS[shown.phase], ...figures(shown)].join(", ")}`;
    const whole = line(progress);
    // The gap says what the bound does.
    const { bound: _, ...others } = progress;
    this.options.stream.write(`${whole.length <= this.options.terminal.width ? whole : line(others)}\n`);
  }
}

/** Cells of the bar itself; it gives way where the figures need the room. */
const BAR_CELLS = 20;
const TICK_MS = 100;
/** Columns that stay free at the end: a terminal writes `^C` there, and a line that wraps cannot be drawn again. */
const MARGIN = 5;

/** One line that is drawn again and again: phase, time against its limit, and what the solve has found. */
class Bar implements ProgressView {
  readonly #bar: SingleBar;
  readonly #timer: NodeJS.Timeout;
  #latest: PlanProgress = { phase: "read", elapsedMs: 0 };
  #solveStarted: number | undefined;

  constructor(
    readonly options: ProgressOptions,
    Single: typeof SingleBar,
  ) {
    this.#bar = new Single({
      stream: options.stream,
      format: () => this.#line(),
      clearOnComplete: true,
      hideCursor: false,
      // The process decides itself what a signal does.
      gracefulExit: false,
      forceRedraw: true,
      // Every line is cut to the terminal here; without wrapping, a process that is killed would leave it off.
      linewrap: true,
    });
    this.#bar.start(1, 0);
    this.#timer = setInterval(() => this.#bar.update(this.#share()), TICK_MS);
    this.#timer.unref();
  }

  update(progress: PlanProgress): void {
    // Figures stay in sight while the plan is written and checked.
    const { phase, elapsedMs, ...known } = progress;
    this.#latest = { ...this.#latest, ...known, phase, elapsedMs };
    if (phase === "solve") this.#solveStarted ??= performance.now() - elapsedMs;
    this.#bar.update(this.#share());
  }

  say(line: string): void {
    // The library goes back to where its line began when it stops, so the line must not move under it.
    this.#bar.stop();
    this.options.stream.write(`${line}\n`);
    this.#bar.start(1, this.#share());
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#bar.stop();
  }

  #elapsed(): number {
    return this.#solveStarted === undefined ? 0 : (performance.now() - this.#solveStarted) / 1000;
  }

  /** Of the time limit while it solves; all of it from then on. */
  #share(): number {
    const { phase } = this.#latest;
    if (phase === "describe" || phase === "write" || phase === "check") return 1;
    return Math.min(1, this.#elapsed() / this.options.timeLimitSeconds);
  }

  #line(): string {
    const { timeLimitSeconds, terminal } = this.options;
    const parts = [PHASE_WORDS[this.#latest.phase].padEnd(10)];
    if (this.#latest.phase === "solve")
      parts.push(`${Math.floor(this.#elapsed())}/${Math.ceil(timeLimitSeconds)} s`);
    parts.push(...figures(this.#latest));
    const text = parts.join("  ");
    const width = terminal.width - MARGIN;
    const cells = Math.min(BAR_CELLS, width - text.length - 2);
    if (cells < 4) return text.slice(0, width);
    const full = Math.round(this.#share() * cells);
    return `${"█".repeat(full)}${"░".repeat(cells - full)}  ${text}`;
  }
}
