import type { PackingModel } from "./model.js";
import type { Duals } from "./pricing.js";

/** What an order of so many of a package's steps takes of the package, between 0 and 1. */
type Share = (steps: number, room: number) => number;

/** Thresholds and denominators that are tried; more found nothing more. */
const THRESHOLDS = 40;
const DENOMINATORS = 20;
/** Shares worked out in all: a moment. */
const MOST_SHARES = 2 ** 23;

/**
 * Worths from dual-feasible functions: shares of a package such that whatever fits into one never takes more than 1 in
 * sum, so that no channel gains by orders that pay their share of its package fee. Tries the two families of Fekete and
 * Schepers (2001, doi:10.1007/s101070100243) and the rounding `u` on top of the first, and returns the best.
 */
export function dualFeasibleWorths(model: PackingModel, shouldStop: () => boolean): Duals {
  let best: Float64Array = new Float64Array(model.lots.count);
  let most = -1;
  let left = MOST_SHARES;
  for (const share of shares(model)) {
    if (most >= 0 && (left <= 0 || shouldStop())) break;
    left -= model.expense.length;
    const worth = worthsOf(model, share);
    const sum = worth.reduce((total, each, lot) => total + each * model.lots.size[lot]!, 0);
    if (sum <= most) continue;
    most = sum;
    best = worth;
  }
  return { lot: best, side: new Float64Array(model.sides.length) };
}

function* shares(model: PackingModel): Generator<Share> {
  for (const part of thresholds(model)) {
    for (let k = 0; k <= DENOMINATORS; k++)
      yield (steps, room) => rounded(onlyLarge(steps, room, part * room), room, k);
    if (part > 0) yield (steps, room) => byNumber(steps, room, Math.max(1, Math.ceil(part * room)));
  }
}

/** Shares of packages at which orders are told small from large: 0, and up to a half where there are orders. */
function thresholds({ channels, steps, lots }: PackingModel): number[] {
  const found = new Set([0]);
  for (const { index, room, unit } of channels) {
    if (unit === 0) continue;
    for (let lot = 0; lot < lots.count; lot++) {
      const part = steps[lot * channels.length + index]! / room;
      if (part > 0 && part <= 0.5) found.add(part);
    }
  }
  const all = [...found].sort((a, b) => a - b);
  const stride = Math.ceil(all.length / THRESHOLDS);
  return all.filter((_, i) => i % stride === 0);
}

/** Small ones count nothing, and then what leaves no room for more than small ones counts as a whole package. */
function onlyLarge(steps: number, room: number, small: number): number {
  if (steps < small) return 0;
  return steps > room - small ? room : steps;
}

/** `x` where `(k + 1) x` is whole, else `⌊(k + 1) x⌋ / k`; as it is where `k` is 0. */
function rounded(steps: number, room: number, k: number): number {
  if (k === 0 || ((k + 1) * steps) % room === 0) return steps / room;
  return Math.floor(((k + 1) * steps) / room) / k;
}

/** Counts how many of at least `small` steps fit beside a large order. */
function byNumber(steps: number, room: number, small: number): number {
  if (steps < small) return 0;
  const fit = Math.floor(room / small);
  return 2 * steps > room ? 1 - Math.floor((room - steps) / small) / fit : 1 / fit;
}

/** `[lot]` the least that an order pays anywhere with its share of a package. */
function worthsOf({ lots, channels, expense, steps, penalty }: PackingModel, share: Share): Float64Array {
  const C = channels.length;
  return Float64Array.from(penalty, (deferred, lot) => {
    let least = deferred;
    for (const { index, fee, unit, room, maxOrders } of channels) {
      const cell = lot * C + index;
      if (expense[cell] === Infinity) continue;
      const part = unit === 0 ? 1 / maxOrders : share(steps[cell]!, room);
      least = Math.min(least, expense[cell]! + fee * part);
    }
    return lots.size[lot] === 0 ? 0 : least;
  });
}
