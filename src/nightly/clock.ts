import { setTimeout } from "node:timers/promises";

/** Milliseconds since 1970, and waiting. */
export interface Clock {
  now(): number;
  /** @throws the signal's reason where that is given meanwhile */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  wait: (ms, signal) => setTimeout(ms, undefined, { signal }),
};
