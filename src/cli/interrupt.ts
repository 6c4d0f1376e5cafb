import type { Ending } from "./ending.js";
import { EXIT } from "./failure.js";

type Signal = keyof typeof EXIT.interrupted;

export interface InterruptHandlers {
  /**
   * Of the first Ctrl-C: says what comes of it.
   *
   * @returns whether the work goes on to an end of its own; without it the process ends at once
   */
  readonly onFirst?: () => boolean;
  /** Before the process ends at once; must not wait for anything. */
  readonly beforeExit: () => void;
  readonly exitNow: Ending["exitNow"];
}

/** Listens to the signals that ask a process to end, until it is stopped. */
export interface Interrupts {
  /** Aborted by the first of them. */
  readonly signal: AbortSignal;
  stop(): void;
}

/**
 * The first Ctrl-C (or SIGTERM) ends the work with what it has, where it has anything; a second one, or a terminal that
 * goes away, at once.
 */
export function listenForInterrupts({ onFirst, beforeExit, exitNow }: InterruptHandlers): Interrupts {
  const controller = new AbortController();
  const listener = (name: Signal) => {
    const isFirst = name !== "SIGHUP" && !controller.signal.aborted;
    if (isFirst && onFirst?.()) {
      controller.abort();
      return;
    }
    beforeExit();
    exitNow(EXIT.interrupted[name]);
  };
  const names = Object.keys(EXIT.interrupted) as Signal[];
  for (const name of names) process.on(name, listener);
  return {
    signal: controller.signal,
    stop: () => {
      for (const name of names) process.off(name, listener);
    },
  };
}

/**
 * Reads what may be spooled into a temporary file, which a process that a signal kills would leave: until all is read
 * the first Ctrl-C ends the process in order. After that, nothing stands between a signal and its end.
 *
 * @param work is handed what to call when all is read
 */
export async function untilRead<Result>(
  exitNow: Ending["exitNow"],
  work: (onRead: () => void) => Promise<Result>,
): Promise<Result> {
  const interrupts = listenForInterrupts({ beforeExit: () => {}, exitNow });
  try {
    return await work(interrupts.stop);
  } finally {
    interrupts.stop();
  }
}
