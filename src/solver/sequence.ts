import type { Queue } from "../model/contract.js";
import { leaveTimes, singleLeaveTime } from "../model/queue.js";

/** What the sequence of a channel's packages depends on. */
export interface SequencedPackage {
  readonly orders: number;
  /** Sum of its orders' delay weights. */
  readonly weight: number;
  /** Earliest `dueBy` inside, or Infinity. */
  readonly due: number;
}

/**
 * The order in which to submit packages: by weight over hold time (Smith's rule, doi:10.1002/nav.3800030106), or by
 * due time where Smith's rule makes one late.
 *
 * @returns indices into `packages`, and whether every cut-off and due time holds
 */
export function sequencePackages(
  packages: readonly SequencedPackage[],
  queue: Queue,
): { readonly sequence: number[]; readonly leave: Float64Array; readonly inTime: boolean } {
  const hold = (p: number) => queue.perPackage + queue.perOrder * packages[p]!.orders;
  const indices = packages.map((_, p) => p);
  const ratio = Float64Array.from(packages, (each, p) => each.weight / Math.max(1, hold(p)));
  const smith = indices.sort((a, b) => ratio[b]! - ratio[a]! || packages[a]!.due - packages[b]!.due || a - b);
  const first = timed(smith, packages, queue);
  if (first.inTime) return first;
  const byDue = [...smith].sort((a, b) => {
    const [dueA, dueB] = [packages[a]!.due, packages[b]!.due];
    return dueA < dueB ? -1 : dueA > dueB ? 1 : ratio[b]! - ratio[a]! || a - b;
  });
  return timed(byDue, packages, queue);
}

function timed(sequence: number[], packages: readonly SequencedPackage[], queue: Queue) {
  const leave = leaveTimes(
    queue,
    sequence.map((p) => packages[p]!.orders),
  );
  const inTime = sequence.every(
    (p, i) => leave[i]! <= queue.cutOff && leave[i]! + queue.result <= packages[p]!.due,
  );
  return { sequence, leave, inTime };
}

/**
 * The order in which to submit single orders so that all are in time and the weighted delay is least: slots are filled
 * from the last to the first, each with the lightest order that may finish as late (exact for equal hold times; Smith
 * 1956, doi:10.1002/nav.3800030106). Orders that cannot all be in time end up late at the front.
 */
export function sequenceSingles(
  orders: Int32Array,
  queue: Queue,
  due: (order: number) => number,
  weight: (order: number) => number,
): Int32Array {
  const byDue = Array.from(orders);
  const dues = new Map(byDue.map((order) => [order, due(order)]));
  const first = byDue[0];
  if (first === undefined) return orders;
  if (byDue.every((order) => dues.get(order) === dues.get(first) && weight(order) === weight(first)))
    return orders;
  byDue.sort((a, b) => {
    const [dueA, dueB] = [dues.get(a)!, dues.get(b)!];
    return dueA < dueB ? 1 : dueA > dueB ? -1 : b - a;
  });
  const heap = new Heap((a, b) => weight(a) - weight(b) || b - a);
  const sequence = new Int32Array(orders.length);
  let next = 0;
  for (let slot = orders.length - 1; slot >= 0; slot--) {
    const finish = singleLeaveTime(queue, slot) + queue.result;
    while (next < byDue.length && dues.get(byDue[next]!)! >= finish) heap.push(byDue[next++]!);
    sequence[slot] = heap.size > 0 ? heap.pop() : byDue[next++]!;
  }
  return sequence;
}

/** A binary heap, least first. */
class Heap {
  readonly #values: number[] = [];
  readonly #compare: (a: number, b: number) => number;

  constructor(compare: (a: number, b: number) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#values.length;
  }

  push(value: number): void {
    const values = this.#values;
    let i = values.length;
    values.push(value);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (this.#compare(values[parent]!, value) <= 0) break;
      values[i] = values[parent]!;
      i = parent;
    }
    values[i] = value;
  }

  pop(): number {
    const values = this.#values;
    const least = values[0]!;
    const last = values.pop()!;
    if (values.length > 0) {
      let i = 0;
      for (;;) {
        let child = 2 * i + 1;
        if (child >= values.length) break;
        if (child + 1 < values.length && this.#compare(values[child + 1]!, values[child]!) < 0) child++;
        if (this.#compare(values[child]!, last) >= 0) break;
        values[i] = values[child]!;
        i = child;
      }
      values[i] = last;
    }
    return least;
  }
}
