import { setTimeout } from "node:timers/promises";
import { Unavailable } from "../store/database.js";
import { openStore, type Store, type StorePlace } from "../store/index.js";
import { JobQueue } from "./queue.js";

/** What is kept, and which jobs wait in it. */
export interface Opened {
  readonly store: Store;
  readonly queue: JobQueue;
  close(): Promise<void>;
}

export interface OpeningOptions {
  /** Ends the waiting. */
  readonly signal?: AbortSignal;
  /** Told when the database is waited for, at first and every now and then. */
  readonly onWait?: (why: Unavailable) => void;
  /** Told of faults of the queue's upkeep, which it tries again by itself. */
  readonly onTrouble: (error: Error) => void;
}

const AGAIN_MS = 1_000;
/** Tries between two words of it. */
const TOLD_EVERY = 15;

/**
 * Opens the store and its queue. A database that does not answer is waited for: after a loss of power it may come up later than
 * whoever wants it.
 *
 * @throws InputError where the place is none, is in use, lets nobody in, or was written by a newer version
 * @throws the signal's reason where it is aborted meanwhile
 */
export async function openWork(place: StorePlace, options: OpeningOptions): Promise<Opened> {
  const { signal, onWait } = options;
  for (let tries = 0; ; tries++) {
    signal?.throwIfAborted();
    try {
      return await openOnce(place, options);
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      if (tries % TOLD_EVERY === 0) onWait?.(error);
    }
    await setTimeout(AGAIN_MS, null, signal === undefined ? {} : { signal }).catch(() => {});
  }
}

async function openOnce(place: StorePlace, { signal, onTrouble }: OpeningOptions): Promise<Opened> {
  const store = await openStore(place, signal);
  try {
    const queue = await JobQueue.open(store.database, onTrouble);
    return {
      store,
      queue,
      async close() {
        await queue.close();
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}
