import { setTimeout as sleep } from "node:timers/promises";

/**
 * Channels call back when a package is done. A call may be lost, repeated or forged, and so it only says that it is time to ask:
 * whoever waits asks every few seconds anyway.
 */
export class Callbacks {
  readonly #waiting = new Map<string, () => void>();

  constructor(
    /** Where this service answers. */
    readonly url: string,
    /** Seconds between two looks where nobody calls back. */
    readonly poll: number,
  ) {}

  address(batch: string, name: string): string {
    return `${this.url}/callbacks/${encodeURIComponent(batch)}/${encodeURIComponent(name)}`;
  }

  /** Resolves when it is time to ask about a package again. */
  async next(batch: string, name: string): Promise<void> {
    const key = `${batch}/${name}`;
    const timer = new AbortController();
    const called = new Promise<void>((resolve) => this.#waiting.set(key, resolve));
    const pause = sleep(this.poll * 1_000, undefined, { signal: timer.signal }).catch(() => {});
    await Promise.race([called, pause]);
    timer.abort();
    this.#waiting.delete(key);
  }

  called(batch: string, name: string): void {
    this.#waiting.get(`${batch}/${name}`)?.();
  }
}
