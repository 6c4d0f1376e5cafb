import type { Queue } from "./contract.js";
import type { Micros } from "./time.js";

/**
 * The queue of a channel: packages (single orders) in sequence, each on the lane that frees first, ties to the first
 * such lane. All times in microseconds since time zero.
 */
export class Lanes {
  /** `[lane]` when it frees. */
  readonly free: Float64Array;

  /** @param packages how many will come at most: lanes beyond are never used */
  constructor(queue: Queue, packages = Number.POSITIVE_INFINITY) {
    this.free = new Float64Array(Math.max(1, Math.min(queue.lanes, packages))).fill(queue.start);
  }

  /** The lane that the next package takes. */
  next(): number {
    const free = this.free;
    let lane = 0;
    for (let i = 1; i < free.length; i++) if (free[i]! < free[lane]!) lane = i;
    return lane;
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
    const lane = lanes.next();
    leave[p] = lanes.free[lane]! + holdTime(queue, sizes[p]!);
    lanes.free[lane] = leave[p]!;
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
