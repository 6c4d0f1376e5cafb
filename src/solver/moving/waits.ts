import type { Queue } from "../../model/contract.js";
import { holdTime, Lanes, leaveTimes, singleLeaveTime } from "../../model/queue.js";
import type { Micros } from "../../model/time.js";

/**
 * How the waiting on a channel changes when one order joins or leaves and the whole queue is run again. Exact: sums of
 * delays in microseconds, as they are and times the weights in millionths.
 */
export interface WaitChange {
  readonly weighted: bigint;
  readonly waiting: bigint;
}

const NONE: WaitChange = { weighted: 0n, waiting: 0n };

/** The packages of a batch channel, in sequence. */
export class PackageWaits {
  /** `[package]` when it leaves its lane. */
  readonly leave: Float64Array;
  /** When a package of one order at the end of the sequence would leave. */
  readonly newLeave: Micros;
  readonly #queue: Queue;
  readonly #sizes: Int32Array;
  /** `[package]` sum of its orders' weights. */
  readonly #weight: readonly bigint[];
  /** `[package]` weights and orders of it and all after it; one more for the end. */
  readonly #weightFrom: bigint[];
  readonly #ordersFrom: Float64Array;
  /** `[package]` what follows where it holds its lane for longer, shorter, or not at all; worked out when asked for. */
  readonly #longer: WaitChange[] = [];
  readonly #shorter: WaitChange[] = [];

  /** @param weight `[package]` sum of its orders' weights, in millionths */
  constructor(queue: Queue, sizes: Int32Array, weight: readonly bigint[]) {
    this.#queue = queue;
    this.#sizes = sizes;
    this.#weight = weight;
    this.leave = leaveTimes(queue, sizes);
    const lanes = new Lanes(queue, sizes.length + 1);
    for (const leave of this.leave) lanes.hold(leave);
    this.newLeave = lanes.nextFree + holdTime(queue, 1);
    this.#weightFrom = new Array<bigint>(sizes.length + 1).fill(0n);
    this.#ordersFrom = new Float64Array(sizes.length + 1);
    for (let p = sizes.length - 1; p >= 0; p--) {
      this.#weightFrom[p] = this.#weightFrom[p + 1]! + weight[p]!;
      this.#ordersFrom[p] = this.#ordersFrom[p + 1]! + sizes[p]!;
    }
  }

  /** When the orders of a package finish that is one longer. */
  longerFinish(p: number): Micros {
    return this.leave[p]! + this.#queue.perOrder + this.#queue.result;
  }

  get newFinish(): Micros {
    return this.newLeave + this.#queue.result;
  }

  /** An order joins a package. */
  join(p: number, weight: number): WaitChange {
    const { perOrder } = this.#queue;
    this.#longer[p] ??= this.#plus(p, perOrder);
    const { weighted, waiting } = this.#longer[p];
    const finish = BigInt(this.longerFinish(p));
    return { weighted: weighted + BigInt(weight) * finish, waiting: waiting + finish };
  }

  /** An order gets a package of its own at the end of the sequence. */
  open(weight: number): WaitChange {
    const finish = BigInt(this.newFinish);
    return { weighted: BigInt(weight) * finish, waiting: finish };
  }

  /** An order leaves its package, which is gone where it was the only one. */
  quit(p: number, weight: number): WaitChange {
    const { perOrder, result } = this.#queue;
    const alone = this.#sizes[p] === 1;
    this.#shorter[p] ??= alone ? this.#after(p, -holdTime(this.#queue, 1)) : this.#plus(p, -perOrder);
    const { weighted, waiting } = this.#shorter[p];
    // Of those that stay, the package counts its own order too, which does not.
    const stays = BigInt(this.leave[p]! + result - (alone ? 0 : perOrder));
    return { weighted: weighted - BigInt(weight) * stays, waiting: waiting - stays };
  }

  /** The package and all after it, where it holds its lane longer by so much. */
  #plus(p: number, by: Micros): WaitChange {
    const { weighted, waiting } = this.#after(p, by);
    return {
      weighted: weighted + this.#weight[p]! * BigInt(by),
      waiting: waiting + BigInt(this.#sizes[p]!) * BigInt(by),
    };
  }

  /** All after a package, where that one holds its lane longer by so much; shorter below 0. */
  #after(p: number, by: Micros): WaitChange {
    if (by === 0) return NONE;
    if (this.#queue.lanes === 1)
      return {
        weighted: BigInt(by) * this.#weightFrom[p + 1]!,
        waiting: BigInt(by) * BigInt(this.#ordersFrom[p + 1]!),
      };
    const { leave } = this;
    const lanes = new Lanes(this.#queue, leave.length);
    for (let r = 0; r < p; r++) lanes.hold(leave[r]!);
    lanes.hold(leave[p]! + by);
    let weighted = 0n;
    let waiting = 0n;
    for (let r = p + 1; r < leave.length; r++) {
      const leaves = lanes.nextFree + holdTime(this.#queue, this.#sizes[r]!);
      lanes.hold(leaves);
      if (leaves === leave[r]) continue;
      const later = BigInt(leaves - leave[r]!);
      weighted += this.#weight[r]! * later;
      waiting += BigInt(this.#sizes[r]!) * later;
    }
    return { weighted, waiting };
  }
}

/** The orders of a single channel, in sequence. */
export class SingleWaits {
  readonly #queue: Queue;
  readonly #count: number;
  /** `[row]` weights of the orders that come first in this row of lanes or a later one: whoever moves up a row is one of them. */
  readonly #firstFrom: bigint[];

  /** @param weight `[place]` in millionths */
  constructor(queue: Queue, weight: Float64Array) {
    this.#queue = queue;
    this.#count = weight.length;
    const rows = Math.ceil(weight.length / queue.lanes);
    this.#firstFrom = new Array<bigint>(rows + 1).fill(0n);
    for (let row = rows - 1; row >= 0; row--)
      this.#firstFrom[row] = this.#firstFrom[row + 1]! + BigInt(weight[row * queue.lanes]!);
  }

  /** When an order at the end of the queue would leave. */
  get newLeave(): Micros {
    return singleLeaveTime(this.#queue, this.#count);
  }

  get newFinish(): Micros {
    return this.newLeave + this.#queue.result;
  }

  /** An order joins the end. */
  open(weight: number): WaitChange {
    const finish = BigInt(this.newFinish);
    return { weighted: BigInt(weight) * finish, waiting: finish };
  }

  /** An order leaves, and all behind it move up by one. */
  quit(place: number, weight: number): WaitChange {
    const { lanes, perOrder, result } = this.#queue;
    const finish = BigInt(singleLeaveTime(this.#queue, place) + result);
    const next = Math.floor(place / lanes) + 1;
    const rows = this.#firstFrom.length - 1 - next;
    return {
      weighted: -BigInt(weight) * finish - BigInt(perOrder) * this.#firstFrom[next]!,
      waiting: -finish - BigInt(perOrder) * BigInt(Math.max(0, rows)),
    };
  }
}
