import type { Queue } from "../model/contract.js";
import type { Micros } from "../model/time.js";
import { packageTakes } from "./queue.js";

/** A package of a channel as it stands in the plan. */
export interface Submitted {
  readonly orders: number;
  /** By when it must have left its lane: the cut-off, or its orders' `dueBy` less the wait for results. */
  readonly leaveBy: Micros;
  /** Whether anyone asks if it may be longer. */
  readonly asked: boolean;
}

/**
 * Tells which packages of a batch channel may be one order longer with every package of the channel in time.
 *
 * A longer package frees its lane later, and that is how its queue differs from the plan's at the next package and at
 * all after it: by lanes that free later. Every longer package is followed in this form until it is clear how it ends.
 *
 * @param sequence in submission sequence
 * @returns `[place]`, of use where asked; all false where the plan itself makes a package late
 */
export function mayBeLonger(queue: Queue, sequence: readonly Submitted[]): readonly boolean[] {
  const run = runQueue(queue, sequence);
  const spare = Float64Array.from(sequence, ({ leaveBy }, i) => leaveBy - run.leaves[i]!);
  const may = sequence.map(() => true);
  if (spare.some((time) => time < 0)) return may.fill(false);
  const { harmless, bearable } = boundsOf(run, spare);
  const row = new LaneRow(run.lanes, queue.start);
  const bearableOn = new Float64Array(run.lanes).fill(Infinity);
  const followed = new Followed(run.lanes);
  const fail = ({ places }: Difference) => {
    for (const place of places) may[place] = false;
  };
  for (let i = 0; i < sequence.length; i++) {
    // Whatever is longer up to here, nothing from here on is late.
    if (Math.min(harmless[i]!, spare[i]!) >= queue.perOrder) break;
    const lane = run.lane[i]!;
    const anew: Difference[] = [];
    for (const difference of followed.on(lane)) {
      const later = difference.later.get(lane)!;
      if (later > run.untilSecond[i]!) {
        followed.drop(difference);
        anew.push(afterChange(difference, row));
      } else if (difference.most <= harmless[i]!) followed.drop(difference);
      // Else it stays as it is, and bearable: what its lane bears is no more than the package and what follows do.
    }
    if (sequence[i]!.asked) anew.push(new Difference(new Map([[lane, queue.perOrder]]), [i]));
    row.hold(run.leaves[i]!);
    bearableOn[lane] = bearable[i]!;
    for (const difference of anew) {
      let fails = (difference.later.get(lane) ?? 0) > spare[i]!;
      for (const [each, later] of difference.later) fails ||= later > bearableOn[each]!;
      if (fails) fail(difference);
      else if (difference.most > harmless[i]!) followed.add(difference);
    }
  }
  return may;
}

/** How the packages of the plan go through the queue. */
interface Run {
  /** Lanes that come into question. */
  readonly lanes: number;
  /** `[place]` the lane that it takes. */
  readonly lane: Int32Array;
  readonly leaves: Float64Array;
  /** `[place]` how much later than its lane another one frees. */
  readonly untilSecond: Float64Array;
  /** `[place]` places of the packages before it on its lane and on that other one; -1 where there is none. */
  readonly before: Int32Array;
  readonly beforeOnSecond: Int32Array;
}

function runQueue(queue: Queue, sequence: readonly Submitted[]): Run {
  const count = sequence.length;
  const lanes = Math.max(1, Math.min(queue.lanes, count));
  const run: Run = {
    lanes,
    lane: new Int32Array(count),
    leaves: new Float64Array(count),
    untilSecond: new Float64Array(count).fill(Infinity),
    before: new Int32Array(count),
    beforeOnSecond: new Int32Array(count).fill(-1),
  };
  const row = new LaneRow(lanes, queue.start);
  const last = new Int32Array(lanes).fill(-1);
  for (let i = 0; i < count; i++) {
    const { first, second } = row;
    run.lane[i] = first.lane;
    run.before[i] = last[first.lane]!;
    if (second !== undefined) {
      run.untilSecond[i] = second.frees - first.frees;
      run.beforeOnSecond[i] = last[second.lane]!;
    }
    run.leaves[i] = first.frees + packageTakes(queue, sequence[i]!.orders);
    last[first.lane] = i;
    row.hold(run.leaves[i]!);
  }
  return run;
}

interface LaneTime {
  readonly lane: number;
  readonly frees: Micros;
}

/** The lanes of a queue, told apart, as a heap by when they free. */
class LaneRow {
  readonly #heap: LaneTime[];
  /** `[lane]` */
  readonly #frees: Float64Array;

  constructor(lanes: number, start: Micros) {
    this.#heap = Array.from({ length: lanes }, (_, lane) => ({ lane, frees: start }));
    this.#frees = new Float64Array(lanes).fill(start);
  }

  get first(): LaneTime {
    return this.#heap[0]!;
  }

  get second(): LaneTime | undefined {
    const [, left, right] = this.#heap;
    return right !== undefined && right.frees < left!.frees ? right : left;
  }

  freesAt(lane: number): Micros {
    return this.#frees[lane]!;
  }

  /** The first lane beside those, if there is any. */
  firstBeside(those: { has(lane: number): boolean }, at = 0): LaneTime | undefined {
    const here = this.#heap[at];
    if (here === undefined || !those.has(here.lane)) return here;
    const left = this.firstBeside(those, 2 * at + 1);
    const right = this.firstBeside(those, 2 * at + 2);
    return left === undefined || (right !== undefined && right.frees < left.frees) ? right : left;
  }

  /** The first lane frees then. */
  hold(until: Micros): void {
    const heap = this.#heap;
    const held = { lane: this.first.lane, frees: until };
    this.#frees[held.lane] = until;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && heap[below + 1]!.frees < heap[below]!.frees) below++;
      if (heap[below]!.frees >= until) break;
      heap[at] = heap[below]!;
      at = below;
    }
    heap[at] = held;
  }
}

/** What is known of the end before a queue is followed to it. */
interface Bounds {
  /** `[place]` with no lane later by more than this after it, nothing is late; Infinity where nothing could be. */
  readonly harmless: Float64Array;
  /** `[place]` with its own lane later by more than this after it, something is. */
  readonly bearable: Float64Array;
}

function boundsOf(run: Run, spare: Float64Array): Bounds {
  const harmless = new Float64Array(spare.length).fill(Infinity);
  const bearable = new Float64Array(spare.length).fill(Infinity);
  for (let i = spare.length - 1; i >= 0; i--) {
    const previous = run.before[i]!;
    if (i > 0) harmless[i - 1] = Math.min(harmless[i]!, spare[i]!);
    if (previous < 0) continue;
    // Alone, a later lane makes the package wait until the second frees at most; that one is then later by the rest.
    const waits = Math.min(spare[i]!, bearable[i]!);
    const second = run.beforeOnSecond[i]!;
    const rest = second < 0 ? Infinity : bearable[second]!;
    bearable[previous] = run.untilSecond[i]! > waits ? waits : run.untilSecond[i]! + rest;
  }
  return { harmless, bearable };
}

/** How a queue with a longer package differs from the plan's. */
class Difference {
  /** Most that a lane is later. */
  readonly most: Micros;
  /** The same for the same lanes and times. */
  readonly name: string;

  /**
   * @param later by lane, how much later than in the plan it frees; above 0
   * @param places of the packages that come to this by being longer
   */
  constructor(
    readonly later: ReadonlyMap<number, Micros>,
    public places: number[],
  ) {
    const entries = [...later].sort(([a], [b]) => a - b);
    this.name = entries.join(" ");
    this.most = entries.reduce((most, [, time]) => Math.max(most, time), 0);
  }
}

/**
 * The difference after a package whose lane is later by so much that the package might take another. If it does, that
 * lane is as busy from then on as the plan's would have been, and the other way round.
 *
 * @param row the plan's lanes before the package
 */
function afterChange({ later, places }: Difference, row: LaneRow): Difference {
  const { lane, frees } = row.first;
  const then = (each: number) => row.freesAt(each) + (later.get(each) ?? 0);
  let taken = lane;
  for (const each of later.keys()) if (then(each) < then(taken)) taken = each;
  const onTime = row.firstBeside(later);
  if (onTime !== undefined && onTime.frees < then(taken)) taken = onTime.lane;
  const changed = new Map(later);
  if (taken !== lane) {
    changed.set(taken, then(lane) - row.freesAt(taken));
    changed.delete(lane);
    if (then(taken) > frees) changed.set(lane, then(taken) - frees);
  }
  return new Difference(changed, places);
}

/** Differences that may still end either way. */
class Followed {
  readonly #byName = new Map<string, Difference>();
  /** `[lane]` those that have it later. */
  readonly #onLane: readonly Set<Difference>[];

  constructor(lanes: number) {
    this.#onLane = Array.from({ length: lanes }, () => new Set());
  }

  /** Those that have a lane later; they may be dropped meanwhile. */
  on(lane: number): Iterable<Difference> {
    return this.#onLane[lane]!;
  }

  add(difference: Difference): void {
    const same = this.#byName.get(difference.name);
    if (same === undefined) {
      this.#byName.set(difference.name, difference);
      for (const lane of difference.later.keys()) this.#onLane[lane]!.add(difference);
      return;
    }
    // The shorter list moves, so that no place does so often.
    const [longer, shorter] =
      same.places.length < difference.places.length
        ? [difference.places, same.places]
        : [same.places, difference.places];
    for (const place of shorter) longer.push(place);
    same.places = longer;
  }

  drop(difference: Difference): void {
    this.#byName.delete(difference.name);
    for (const lane of difference.later.keys()) this.#onLane[lane]!.delete(difference);
  }
}
