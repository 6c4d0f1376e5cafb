import type { Queue } from "../model/contract.js";
import { Lanes } from "../model/queue.js";
import type { Micros } from "../model/time.js";
import type { DrawnPackage, PackageTimes } from "./packages.js";

/** Which lane held which package: the files do not say, but the times and the queue's rule do. */

export interface Span {
  readonly from: Micros;
  readonly to: Micros;
}

export interface TimedPackage extends DrawnPackage {
  readonly times: PackageTimes;
}

export function timed(packages: readonly DrawnPackage[]): readonly TimedPackage[] {
  return packages.filter((entry): entry is TimedPackage => entry.times !== null);
}

/**
 * Gives every package, in submission sequence, the lane that frees first; lanes that held none are not listed. Where
 * a package's times fit no lane, which a checked plan's always do, it has one of its own and is not drawn over others.
 *
 * @returns `[lane][package]`
 */
export function assignLanes(
  packages: readonly TimedPackage[],
  queue: Queue,
): readonly (readonly TimedPackage[])[] {
  const free = new Lanes(queue, packages.length);
  const lanes: TimedPackage[][] = [];
  const beside: TimedPackage[][] = [];
  for (const entry of packages) {
    if (free.nextFree > entry.times.start) {
      beside.push([entry]);
      continue;
    }
    const lane = lanes[free.next];
    if (lane === undefined) lanes[free.next] = [entry];
    else lane.push(entry);
    free.hold(entry.times.leave);
  }
  return [...lanes, ...beside];
}

/** The spans that packages spend waiting for their results, overlaps merged. */
export function waitingSpans(packages: readonly TimedPackage[]): readonly Span[] {
  const spans = packages
    .map(({ times }) => ({ from: times.leave, to: times.finish }))
    .filter(({ from, to }) => to > from)
    .sort((a, b) => a.from - b.from);
  const merged: { from: Micros; to: Micros }[] = [];
  for (const span of spans) {
    const last = merged.at(-1);
    if (last !== undefined && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else merged.push({ ...span });
  }
  return merged;
}

/**
 * How much of each of `bins` equal parts of `[0, end]` the spans cover, summed over the spans: 2 is two spans all the
 * while.
 */
export function density(spans: readonly Span[], end: Micros, bins: number): readonly number[] {
  const covered = new Array<number>(bins).fill(0);
  const width = end / bins;
  for (const { from, to } of spans) {
    const last = Math.min(bins - 1, Math.floor(to / width));
    for (let bin = Math.max(0, Math.floor(from / width)); bin <= last; bin++)
      covered[bin]! += Math.max(0, Math.min(to, (bin + 1) * width) - Math.max(from, bin * width)) / width;
  }
  return covered;
}
