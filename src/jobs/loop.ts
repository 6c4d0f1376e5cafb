import { setTimeout } from "node:timers/promises";

/** Things that are done again and again until they are stopped, and what they have begun beside. */
export class Loops {
  readonly #stopping = new AbortController();
  readonly #loops: Promise<void>[] = [];
  readonly #open = new Set<Promise<void>>();

  /** Aborted when they are stopped. */
  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  /** How many things that were begun have not ended. */
  get open(): number {
    return this.#open.size;
  }

  /** Does a thing again and again. @param step never rejects */
  repeat(step: () => Promise<void>): void {
    const loop = async () => {
      while (!this.signal.aborted) await step();
    };
    this.#loops.push(loop());
  }

  /** Lets a thing go on beside. @param work never rejects */
  begin(work: Promise<void>): void {
    const open = work.finally(() => this.#open.delete(open));
    this.#open.add(open);
  }

  /** Waits, but not for longer than until they are stopped. */
  async pause(ms: number): Promise<void> {
    await setTimeout(ms, undefined, { signal: this.signal }).catch(() => {});
  }

  /** Ends when all of them, and all that they have begun, have ended. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#loops);
    await Promise.all(this.#open);
  }
}
