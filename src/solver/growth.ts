import type { Queue } from "../model/contract.js";
import { Lanes } from "../model/queue.js";
import type { Micros } from "../model/time.js";

/** A channel's packages in sequence, as far as it decides which of them may grow. */
export interface GrowingLoad {
  /** `[package]` earliest `dueBy` inside, or Infinity. */
  readonly dues: ArrayLike<number>;
  /** When each package leaves, as `leaveTimes` has it. */
  readonly leave: Float64Array;
  /** `[package]` 1 where anyone asks if it may grow. */
  readonly asked: Uint8Array;
}

/**
 * Which packages may be one order longer while every package of the channel still leaves by the cut-off and finishes by
 * its orders' `dueBy` (docs/deferral.md). The plan itself must be in time. Says nothing about places and amounts.
 *
 * Looks at every package once, and not at the queue for every package: what comes after a longer package starts later
 * by the time of one order at most, so that it is settled as soon as nothing that follows is that close to being late.
 *
 * @returns `[package]` 1 where it may; of use where asked
 */
export function mayGrow(queue: Queue, load: GrowingLoad): Uint8Array {
  const { dues, leave } = load;
  const grows = new Uint8Array(leave.length).fill(1);
  const slack = Float64Array.from(leave, (time, p) => Math.min(queue.cutOff, dues[p]! - queue.result) - time);
  // An earlier package that is close to being late is one that a longer one before it may make late.
  let close = leave.length;
  while (close > 0 && slack[close - 1]! >= queue.perOrder) close--;
  if (close > 0) follow(queue, load, limitsOf(queue, load, slack), close, grows);
  return grows;
}

/** How much later than in the plan a queue may run. */
interface DelayLimits {
  /** `[package]` how much later it may leave. */
  readonly slack: Float64Array;
  /** `[package]` least slack of what comes after it: no lane later by more makes anything late. */
  readonly least: Float64Array;
  /** `[package]` its lane being later by more than this when it has left makes something late. */
  readonly most: Float64Array;
}

function limitsOf(queue: Queue, { leave }: GrowingLoad, slack: Float64Array): DelayLimits {
  const count = leave.length;
  const least = new Float64Array(count);
  const most = new Float64Array(count).fill(Infinity);
  // Package before it on its lane, or -1; how much later the second lane frees, and the package that it is held by.
  const before = new Int32Array(count);
  const gap = new Float64Array(count);
  const beside = new Int32Array(count);
  const lanes = new Lanes(queue, count);
  const last = new Int32Array(lanes.count).fill(-1);
  for (let p = 0; p < count; p++) {
    const lane = lanes.next;
    const second = lanes.firstWhere((each) => each !== lane);
    before[p] = last[lane]!;
    gap[p] = second < 0 ? Infinity : lanes.freeAt(second) - lanes.nextFree;
    beside[p] = second < 0 ? -1 : last[second]!;
    lanes.hold(leave[p]!);
    last[lane] = p;
  }
  let slackAfter = Infinity;
  for (let p = count - 1; p >= 0; p--) {
    least[p] = slackAfter;
    slackAfter = Math.min(slackAfter, slack[p]!);
    if (before[p]! < 0) continue;
    // A lane later by more than the gap holds the package up by the gap alone, and the second lane by the rest.
    const own = Math.min(slack[p]!, most[p]!);
    const rest = beside[p]! < 0 ? Infinity : most[beside[p]!]!;
    most[before[p]!] = gap[p]! <= own ? gap[p]! + rest : own;
  }
  return { slack, least, most };
}

/** The queue with one package longer by an order, as it differs from the plan's. Several packages may differ alike. */
interface Longer {
  /** Lanes that free later than in the plan, and by how much. */
  readonly late: ReadonlyMap<number, Micros>;
  /** The most of it. */
  readonly latest: Micros;
  /** The longer package, or those that come to the same from here on. */
  packages: number[];
}

/**
 * Runs the queue up to package `close`, and beside it those that have one package longer and are not settled: package
 * after package, only those touched that have its lane later than the plan, and as one those that have become alike.
 *
 * @param grows gets 0 where a longer package makes one late
 */
function follow(
  queue: Queue,
  { leave, asked }: GrowingLoad,
  { slack, least, most }: DelayLimits,
  close: number,
  grows: Uint8Array,
): void {
  const lanes = new Lanes(queue, leave.length);
  /** `[lane]` how much later it may be. */
  const mostOf = new Float64Array(lanes.count).fill(Infinity);
  const running = new Running();
  const makeLate = (longer: Longer) => {
    for (const p of longer.packages) grows[p] = 0;
  };
  for (let p = 0; p < close; p++) {
    const lane = lanes.next;
    const starts = lanes.nextFree;
    const second = lanes.firstWhere((each) => each !== lane);
    const gap = second < 0 ? Infinity : lanes.freeAt(second) - starts;
    const changed: Map<number, Micros>[] = [];
    const before: Longer[] = [];
    for (const longer of running.on(lane)) {
      const by = longer.late.get(lane)!;
      if (by > gap) {
        before.push(longer);
        changed.push(exchanged(longer, lanes));
      } else if (longer.latest <= least[p]!) running.remove(longer);
      // Else it goes on: what its lane may be later by has been looked at, and follows from what the package may.
    }
    lanes.hold(leave[p]!);
    mostOf[lane] = most[p]!;
    const settle = (late: Map<number, Micros>, packages: number[]) => {
      let latest = 0;
      let isLate = (late.get(lane) ?? 0) > slack[p]!;
      for (const [each, by] of late) {
        latest = Math.max(latest, by);
        isLate ||= by > mostOf[each]!;
      }
      const longer = { late, latest, packages };
      if (isLate) makeLate(longer);
      else if (latest > least[p]!) running.add(longer);
    };
    for (const longer of before) running.remove(longer);
    before.forEach(({ packages }, i) => {
      settle(changed[i]!, packages);
    });
    if (asked[p] === 1) settle(new Map([[lane, queue.perOrder]]), [p]);
  }
}

/**
 * How a longer queue differs after the next package, of which the lane is later by so much that another might be free
 * sooner. Where it takes another one than in the plan, the lanes change names: the one that the package leaves counts
 * as the plan's, and the other one is as late as the plan's was.
 */
function exchanged({ late }: Longer, lanes: Lanes): Map<number, Micros> {
  const lane = lanes.next;
  const frees = lanes.nextFree + late.get(lane)!;
  let other = lanes.firstWhere((each) => !late.has(each));
  let starts = other < 0 ? Infinity : lanes.freeAt(other);
  for (const [each, by] of late) {
    if (each === lane || lanes.freeAt(each) + by >= starts) continue;
    other = each;
    starts = lanes.freeAt(each) + by;
  }
  const changed = new Map(late);
  if (frees <= starts) return changed;
  changed.set(other, frees - lanes.freeAt(other));
  if (starts > lanes.nextFree) changed.set(lane, starts - lanes.nextFree);
  else changed.delete(lane);
  return changed;
}

/** All that are not settled, to be found by lane and by what they are. */
class Running {
  readonly #known = new Map<string, Longer>();
  readonly #byLane = new Map<number, Set<Longer>>();

  /** Those that have the lane later; they may be removed on the way. */
  on(lane: number): Iterable<Longer> {
    return this.#byLane.get(lane) ?? [];
  }

  /** Adds one, or its packages to one that is alike. */
  add(longer: Longer): void {
    const name = nameOf(longer);
    const alike = this.#known.get(name);
    if (alike !== undefined) {
      const [few, many] = [longer.packages, alike.packages].sort((a, b) => a.length - b.length);
      for (const p of few!) many!.push(p);
      alike.packages = many!;
      return;
    }
    this.#known.set(name, longer);
    for (const lane of longer.late.keys()) {
      const those = this.#byLane.get(lane);
      if (those === undefined) this.#byLane.set(lane, new Set([longer]));
      else those.add(longer);
    }
  }

  remove(longer: Longer): void {
    this.#known.delete(nameOf(longer));
    for (const lane of longer.late.keys()) this.#byLane.get(lane)!.delete(longer);
  }
}

function nameOf({ late }: Longer): string {
  return [...late].sort(([a], [b]) => a - b).join();
}
