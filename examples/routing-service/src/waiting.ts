import { setTimeout as sleep } from "node:timers/promises";

/** Something out there does not answer, or not now: nobody knows whether it has done what it was asked. */
export class Unknown extends Error {}

/**
 * Asks until there is an answer, a little later each time, however long that takes: money may have moved, and only who was
 * asked can say. It is for a person to decide that a channel will never answer, not for a timeout.
 */
export async function untilKnown<T>(ask: () => Promise<T>, log: (message: string) => void): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Unknown)) throw error;
      if (tries === 1 || tries % 20 === 0) log(`${error.message}; asked again until it answers`);
      await sleep(Math.min(5_000, 100 * 2 ** Math.min(tries, 10)) * (0.5 + Math.random() / 2));
    }
  }
}

/** Lets so many of something run at a time; the others wait in their order. */
export class Lanes {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(lanes: number) {
    this.#free = lanes;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}
