import type { Queue } from "../model/contract.js";
import type { Micros } from "../model/time.js";

/** The lanes of a batch channel as its packages take them: a heap of the moments at which they free. */
export class Lanes {
  readonly #frees: Float64Array;

  /** @param packages at most this many will be held, so that no more lanes than that are kept */
  constructor(queue: Queue, packages: number) {
    this.#frees = new Float64Array(Math.max(1, Math.min(queue.lanes, packages))).fill(queue.start);
  }

  /** When the lane that frees first does so. */
  get next(): Micros {
    return this.#frees[0]!;
  }

  /** Holds the lane that frees first until the given moment. Which of several lanes it is changes no time. */
  hold(until: Micros): void {
    const frees = this.#frees;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= frees.length) break;
      if (child + 1 < frees.length && frees[child + 1]! < frees[child]!) child++;
      if (frees[child]! >= until) break;
      frees[at] = frees[child]!;
      at = child;
    }
    frees[at] = until;
  }
}

/** How long a package of a batch channel holds its lane. */
export function packageTakes(queue: Queue, orders: number): Micros {
  return queue.perPackage + queue.perOrder * orders;
}

/**
 * When the order of a single channel that has `ahead` orders before it leaves its lane: all take equally long, so they
 * leave in rows of one for each lane.
 */
export function singleLeaves(queue: Queue, ahead: number): Micros {
  return queue.start + (Math.floor(ahead / queue.lanes) + 1) * queue.perOrder;
}
