import { hostname } from "node:os";
import { Fault } from "../model/issue.js";
import type { JobKind } from "../model/job.js";
import type { Store, StorePlace } from "../store/index.js";
import type { Logger } from "./logger.js";
import { openWork } from "./opening.js";
import type { JobQueue } from "./queue.js";
import { makeScratch } from "./scratch.js";
import { openTracing, type Tracing } from "./tracing.js";
import type { WebhookSettings } from "./webhooks/sender.js";
import { startSender } from "./webhooks/sending.js";
import { Worker, type WorkerOptions } from "./worker.js";
import { lostLog, openingLog, workerLog } from "./workerLog.js";

export interface WorkplaceOptions {
  readonly place: StorePlace;
  /** Slots and threads; null where all work is done by workers elsewhere. */
  readonly worker: Pick<WorkerOptions, "slots" | "smallSlots" | "threads" | "onlyNamed"> | null;
  /** Null where others tell by webhook. */
  readonly webhooks: WebhookSettings | null;
  /** How long ended jobs are kept. */
  readonly keepSeconds: number;
  /** Seconds for running jobs when it is closed. */
  readonly graceSeconds: number;
  readonly logger: Logger;
  /** Ends the waiting for a database that does not answer yet. */
  readonly signal?: AbortSignal | undefined;
}

/** What a process of the service has, whichever it is: what is kept, and work on its jobs. */
export interface Workplace {
  /** What it is called in the database and in logs. */
  readonly name: string;
  readonly store: Store;
  readonly queue: JobQueue;
  readonly tracing: Tracing;
  /** Folder for what tasks read and write. */
  readonly scratch: string;
  /** Rejects where it cannot go on: its data were taken by another process. Then nothing is to be written, not even to close. */
  readonly failed: Promise<never>;
  /**
   * Begins to work, and to tell by webhook.
   *
   * @param onJobEnd told of attempts, with the seconds that they took
   */
  start(onJobEnd?: (kind: JobKind, state: string, seconds: number) => void): void;
  /** Says that there is a job to do. @param id which */
  nudge(id?: string): void;
  /** Takes no more jobs, ends or gives back those that run, and closes what is kept. */
  close(): Promise<void>;
}

/**
 * Opens what is kept. A database that does not answer yet is waited for.
 *
 * @throws InputError where the data are in use or newer, or the database lets nobody in
 * @throws the signal's reason where it is aborted meanwhile
 */
export async function openWorkplace(options: WorkplaceOptions): Promise<Workplace> {
  const { logger, keepSeconds, graceSeconds, webhooks, signal } = options;
  const { place, failed } = watched(options);
  const name = `${hostname()}:${process.pid}`;
  const closing: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const each of closing.splice(0).reverse()) await each();
  };
  try {
    const tracing = await openTracing("packwright", process.env);
    closing.push(() => tracing.close());
    const work = await openWork(place, {
      ...openingLog(logger),
      ...(signal === undefined ? {} : { signal }),
    });
    const { store, queue } = work;
    closing.push(work.close);
    const scratch = await makeScratch(place);
    closing.push(() => scratch.release());
    let nudge = (_id?: string) => {};
    return {
      name,
      store,
      queue,
      tracing,
      scratch: scratch.path,
      failed,
      start(onJobEnd = () => {}) {
        if (options.worker !== null) {
          const log = workerLog(logger, onJobEnd);
          const worker = new Worker({
            ...options.worker,
            store,
            queue,
            name,
            tmp: scratch.path,
            keepSeconds,
            tracing,
            log,
          });
          worker.start();
          closing.push(() => worker.stop(graceSeconds));
          nudge = (id) => worker.nudge(id);
        }
        if (webhooks === null) return;
        const sender = startSender(store.webhooks, webhooks, logger);
        closing.push(() => sender.stop());
      },
      nudge: (id) => nudge(id),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A place that tells when it is lost. */
function watched({ place, logger }: Pick<WorkplaceOptions, "place" | "logger">): {
  readonly place: StorePlace;
  readonly failed: Promise<never>;
} {
  if ("databaseUrl" in place)
    return { place: { ...place, onLost: lostLog(logger) }, failed: new Promise(() => {}) };
  let tell = (_error: Error) => {};
  const failed = new Promise<never>((_resolve, reject) => {
    tell = reject;
  });
  // Whoever waits for it hears of it; nobody may.
  failed.catch(() => {});
  return {
    place: {
      ...place,
      onTaken: () =>
        tell(
          new Fault("DATA_TAKEN", `${place.data} was taken by another process while this one stood still`),
        ),
    },
    failed,
  };
}
