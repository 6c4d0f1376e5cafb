import type { JobQueue } from "../jobs/queue.js";
import type { Tracing } from "../jobs/tracing.js";
import type { Store } from "../store/index.js";
import type { Clock } from "./clock.js";

/** What nights are worked on with. */
export interface NightParts {
  readonly store: Store;
  readonly queue: JobQueue;
  readonly clock: Clock;
  readonly tracing: Tracing;
  /** Tells workers of this process that there is a job to do. */
  readonly nudge: (job: string) => void;
  /** How long nights are kept once they have ended. */
  readonly keepSeconds: number;
  readonly log: NightLog;
  /** Told how far the job of a night is, as the store has it. */
  readonly onProgress?: (progress: object) => void;
}

/** What is worth telling, with words for people. */
export interface NightLog {
  info(told: object, words: string): void;
  warn(told: object, words: string): void;
  error(told: object, words: string): void;
}
