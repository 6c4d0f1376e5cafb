import type { JobKind } from "../model/job.js";
import { isAway } from "../store/database.js";
import type { Logger } from "./logger.js";
import type { OpeningOptions } from "./opening.js";
import type { WorkerLog } from "./worker.js";

/** A database that is away is in the way of everything, many times a second: one line in so long says it. */
const AWAY_MS = 10_000;

/**
 * Tells a log what a worker does.
 *
 * @param onEnd told of attempts, with the seconds that they took
 */
export function workerLog(
  logger: Logger,
  onEnd: (kind: JobKind, state: string, seconds: number) => void,
): WorkerLog {
  let told = Number.NEGATIVE_INFINITY;
  return {
    began: ({ id, kind, size, traceparent }, attempt) =>
      logger.info({ job: id, kind, size, attempt, traceparent }, "job began"),
    ended({ id, kind, traceparent }, state, ms, detail) {
      const line = {
        job: id,
        kind,
        state,
        ms: Math.round(ms),
        traceparent,
        ...(detail === undefined ? {} : { detail }),
      };
      if (state === "died") logger.error(line, "the process of a job died");
      else logger.info(line, "job ended");
      onEnd(kind, state, ms / 1_000);
    },
    retaken: ({ id, traceparent, state }) =>
      logger.warn({ job: id, traceparent, state }, "job taken from a worker that is not heard of"),
    trouble(what, error) {
      if (!isAway(error)) return logger.error({ what, err: error }, "trouble");
      if (performance.now() - told < AWAY_MS) return;
      told = performance.now();
      logger.warn({ what, reason: error.message }, "the database does not answer");
    },
  };
}

/** Tells a log how the store and its queue are. */
export function openingLog(logger: Logger): Pick<OpeningOptions, "onWait" | "onTrouble"> {
  return {
    onWait: (error) => logger.warn({ reason: error.message }, "waiting for the database"),
    onTrouble: (error) => logger.warn({ err: error }, "the queue's upkeep failed"),
  };
}

/** Tells a log of connections that were lost while nobody used them. */
export function lostLog(logger: Logger): (error: Error) => void {
  return (error) => logger.warn({ reason: error.message }, "a connection to the database was lost");
}
