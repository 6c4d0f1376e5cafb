import { isEnded } from "../model/job.js";
import { isAway } from "../store/database.js";
import type { Job, JobStore } from "../store/jobStore.js";

/** How often jobs that somebody waits for are looked at, beside being told. */
const LOOK_MS = 250;

/**
 * Tells those who wait for jobs how far they are, wherever those are worked out. One look at the database serves everybody, and
 * there is none where nobody waits.
 */
export class JobWatch {
  readonly #jobs: JobStore;
  readonly #watchers = new Map<string, Set<Watcher>>();
  #timer: NodeJS.Timeout | undefined;
  #looking = false;
  #again = false;
  #closed = false;
  readonly #onTrouble: (error: Error) => void;

  /** @param onTrouble told of what went wrong with a look; the next one may go better */
  constructor(jobs: JobStore, onTrouble: (error: Error) => void) {
    this.#jobs = jobs;
    this.#onTrouble = onTrouble;
  }

  /** Tells of a job now and whenever something of it may have changed. @returns what ends that */
  watch(id: string, watcher: Watcher): () => void {
    if (this.#closed) {
      watcher.close();
      return () => {};
    }
    const watchers = this.#watchers.get(id) ?? new Set();
    this.#watchers.set(id, watchers.add(watcher));
    this.look();
    return () => {
      watchers.delete(watcher);
      if (watchers.size === 0 && this.#watchers.get(id) === watchers) this.#watchers.delete(id);
    };
  }

  /**
   * Waits until a job has ended.
   *
   * @returns it as it is then, when the time is up, the signal given or the service ends; null where there is none
   */
  async ended(id: string, seconds: number, signal: AbortSignal): Promise<Job | null> {
    const first = await this.#jobs.get(id);
    if (first === null || isEnded(first.state) || seconds === 0 || signal.aborted) return first;
    return new Promise((resolve) => {
      let latest: Job | null = first;
      const finish = () => {
        clearTimeout(timer);
        unwatch();
        signal.removeEventListener("abort", finish);
        resolve(latest);
      };
      const timer = setTimeout(finish, seconds * 1_000);
      signal.addEventListener("abort", finish);
      const unwatch = this.watch(id, {
        tell(job) {
          latest = job;
          if (job === null || isEnded(job.state)) finish();
        },
        // After this function has returned, so that there is something to finish.
        close: () => queueMicrotask(finish),
      });
    });
  }

  /** Looks at once: something may have happened. */
  look(): void {
    if (this.#closed) return;
    // What is being read now may be older than what happened.
    if (this.#looking) this.#again = true;
    else this.#lookIn(0);
  }

  /** Ends all waiting. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    const watchers = [...this.#watchers.values()].flatMap((each) => [...each]);
    this.#watchers.clear();
    for (const { close } of watchers) close();
  }

  #lookIn(ms: number): void {
    clearTimeout(this.#timer);
    if (this.#watchers.size > 0 && !this.#closed) this.#timer = setTimeout(() => void this.#lookNow(), ms);
  }

  async #lookNow(): Promise<void> {
    this.#looking = true;
    this.#again = false;
    try {
      const ids = [...this.#watchers.keys()];
      const jobs = new Map((await this.#jobs.getAll(ids)).map((job) => [job.id, job]));
      for (const id of ids)
        for (const { tell } of [...(this.#watchers.get(id) ?? [])]) tell(jobs.get(id) ?? null);
    } catch (error) {
      // Those who wait go on waiting, up to their own limits.
      if (!isAway(error)) this.#onTrouble(error as Error);
    } finally {
      this.#looking = false;
    }
    this.#lookIn(this.#again ? 0 : LOOK_MS);
  }
}

/** Somebody who waits for a job. */
export interface Watcher {
  /** @param job null where there is none any more */
  tell(job: Job | null): void;
  /** The service ends. */
  close(): void;
}
