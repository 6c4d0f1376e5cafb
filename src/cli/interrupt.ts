import type { Ending } from "./ending.js";
import { EXIT } from "./failure.js";

type Signal = keyof typeof EXIT.interrupted;

export interface InterruptHandlers {
  /** Of the first Ctrl-C: what is said about it. */
  readonly onFirst?: () => void;
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

/** The first Ctrl-C (or SIGTERM) ends the work with what it has; a second one, or a terminal that goes away, at once. */
export function listenForInterrupts({ onFirst, beforeExit, exitNow }: InterruptHandlers): Interrupts {
  const controller = new AbortController();
  const listener = (name: Signal) => {
    if (name !== "SIGHUP" && onFirst !== undefined && !controller.signal.aborted) {
      controller.abort();
      onFirst();
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
