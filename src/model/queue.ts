import type { Queue } from "./contract.js";
import type { Micros } from "./time.js";

/**
 * The queue of a channel: packages (single orders) in sequence, each on the lane that frees first, ties to the first
 * such lane. All times in microseconds since time zero.
 */
export class Lanes {
  /** `[lane]` when it frees. */
  readonly #free: Float64Array;
  /** The lanes as a binary heap: on top the one that the next package takes. */
  readonly #heap: Int32Array;

  /** @param packages how many will come at most: lanes beyond are never used */
  constructor(queue: Queue, packages: number) {
    const lanes = Math.max(1, Math.min(queue.lanes, packages));
    this.#free = new Float64Array(lanes).fill(queue.start);
    // No package could take a lane that frees after as many others as there are packages.
    if (queue.lanesFree !== undefined) this.#free.set(queue.lanesFree.slice(0, lanes));
    this.#heap = new Int32Array(lanes);
    for (let lane = 1; lane < lanes; lane++) this.#heap[lane] = lane;
  }

  /** How many there are. */
  get count(): number {
    return this.#heap.length;
  }

  /** The lane that the next package takes. */
  get next(): number {
    return this.#heap[0]!;
  }

  /** When that lane frees. */
  get nextFree(): Micros {
    return this.#free[this.#heap[0]!]!;
  }

  /** When all lanes free, ascending. */
  get free(): Float64Array {
    return this.#free.slice().sort();
  }

  /** When a lane frees. */
  freeAt(lane: number): Micros {
    return this.#free[lane]!;
  }

  /** Gives the next package its lane until a moment, which must not be before the lane frees. */
  hold(until: Micros): void {
    const heap = this.#heap;
    const lane = heap[0]!;
    this.#free[lane] = until;
    let at = 0;
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && this.#goesFirst(heap[child + 1]!, heap[child]!)) child++;
      if (this.#goesFirst(lane, heap[child]!)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = lane;
  }

  /** The first of the lanes that pass a test, or -1; asks of few more lanes than fail it. */
  firstWhere(passes: (lane: number) => boolean, at = 0): number {
    const lane = this.#heap[at];
    if (lane === undefined) return -1;
    if (passes(lane)) return lane;
    const left = this.firstWhere(passes, 2 * at + 1);
    const right = this.firstWhere(passes, 2 * at + 2);
    if (left < 0 || right < 0) return Math.max(left, right);
    return this.#goesFirst(left, right) ? left : right;
  }

  #goesFirst(a: number, b: number): boolean {
    const [freeA, freeB] = [this.#free[a]!, this.#free[b]!];
    return freeA < freeB || (freeA === freeB && a < b);
  }
}

/** How long a package of so many orders holds its lane; for single channels, of one order. */
export function holdTime(queue: Queue, orders: number): Micros {
  return queue.perPackage + queue.perOrder * orders;
}

/**
 * When each package has left its lane, in sequence. The result comes `queue.result` later.
 *
 * @param sizes orders of each package, in sequence
 */
export function leaveTimes(queue: Queue, sizes: ArrayLike<number>): Float64Array {
  const leave = new Float64Array(sizes.length);
  const lanes = new Lanes(queue, sizes.length);
  for (let p = 0; p < sizes.length; p++) {
    leave[p] = lanes.nextFree + holdTime(queue, sizes[p]!);
    lanes.hold(leave[p]!);
  }
  return leave;
}

/** When the order at a position (from 0) of a single channel's queue has left its lane: lanes free in turn. */
export function singleLeaveTime(queue: Queue, position: number): Micros {
  return queue.start + (Math.floor(position / queue.lanes) + 1) * queue.perOrder;
}

/** Orders that a single channel can finish by a moment (the result included). */
export function singlesBy(queue: Queue, finishBy: Micros): number {
  const leaveBy = Math.min(queue.cutOff, finishBy - queue.result);
  if (leaveBy < queue.start) return 0;
  if (queue.perOrder === 0 || leaveBy === Infinity) return Infinity;
  return Math.floor((leaveBy - queue.start) / queue.perOrder) * queue.lanes;
}
