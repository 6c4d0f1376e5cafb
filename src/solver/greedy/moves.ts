import type { Packing } from "./packing.js";
import { largest } from "./select.js";

/**
 * Improvement by moving single orders and by exchanging two. Every move keeps every limit and time; its gain is known
 * exactly but for the delay that it causes others, so callers compare whole packings before they keep the result.
 */

/** Gains below this many cost units are ties, decided by waiting. */
const TIE = 0.5;

/**
 * Moves orders one at a time to where they cost less, the penalty of deferral included; at equal cost to where they
 * wait less.
 *
 * @param onto `[channel]` 1 where orders may go; all channels by default
 * @returns number of moves
 */
export function relocateOrders(packing: Packing, onto?: Uint8Array): number {
  const { classes, orders, contract } = packing.problem;
  const { volumes } = packing;
  const C = classes.channels;
  let moves = 0;
  const { start, channel: option } = packing.options;
  const batch = contract.channels.map((channel) => channel.mode === "batch");
  // Channels that are full stay full here but for what leaves them, which the next sweep sees.
  const open = Uint8Array.from(contract.channels, (_, c) => (onto?.[c] !== 0 && packing.accepts(c) ? 1 : 0));
  for (let i = 0; i < orders.count; i++) {
    const k = classes.classOf[i]!;
    if (k < 0) continue;
    const from = packing.channelOf[i]!;
    const source = packing.packageOf[i]!;
    if (source >= 0) {
      const rest = packing.size[source]! - 1;
      if (rest > 0 && rest < contract.channels[from]!.package.minOrders) continue;
    }
    const here = packing.costAt(i);
    const amount = orders.amount[i]!;
    const weighted = packing.rate * classes.weight[k]!;
    const waitsHere = from < 0 ? 0 : packing.finishOf(i);
    let least =
      from >= 0 && source >= 0 && packing.size[source] === 1 ? here + packing.ownFeeOf(source) : here;
    let leastWait = waitsHere;
    let target = -1;
    let targetPackage = -1;
    // A deferral that costs less than routing is a move too.
    let defer = false;
    if (from >= 0 && classes.penalty[k]! < least - TIE) {
      least = classes.penalty[k]!;
      leastWait = 0;
      defer = true;
    }
    for (let o = start[k]!, end = start[k + 1]!; o < end; o++) {
      const c = option[o]!;
      const charge = classes.charge[k * C + c]!;
      // At equal cost only waiting less is a gain. All further ones charge as much or more; their volume may save it.
      if (charge > (leastWait > 0 ? least + TIE : least - TIE) && !volumes.any) break;
      if (c === from || open[c] === 0) continue;
      let finish: number;
      let p = -1;
      if (!batch[c]) {
        finish = packing.singleFinish(c);
      } else {
        p = packing.findPackage(c, i);
        if (p < 0) continue;
        finish = packing.finish[p]!;
      }
      const change = volumes.any ? volumes.change(c, k, amount, 1) : 0;
      const cost = charge + packing.joiningFee(c, p) + weighted * finish + change;
      const better = cost < least - TIE || (cost < least + TIE && from >= 0 && finish < leastWait);
      if (!better || !hasRoomAfter(packing, i, c) || (p < 0 && !packing.singleHasTime(c, k))) continue;
      least = Math.min(least, cost);
      leastWait = finish;
      target = c;
      targetPackage = p;
      defer = false;
    }
    if (target < 0 && !defer) continue;
    if (from >= 0) takeOut(packing, i);
    if (target >= 0) packing.add(i, target, targetPackage);
    moves++;
  }
  return moves;
}

/** Takes an order off its channel and closes its package when that is empty then. */
export function takeOut(packing: Packing, order: number): void {
  const p = packing.packageOf[order]!;
  packing.remove(order);
  if (p >= 0 && packing.size[p] === 0) packing.close(p);
}

/** Whether a channel's limits let an order in once it has left where it is: a shared quota may stay as full as it was. */
export function hasRoomAfter(packing: Packing, order: number, c: number): boolean {
  const { classes, orders } = packing.problem;
  const k = classes.classOf[order]!;
  const C = classes.channels;
  const from = packing.channelOf[order]!;
  const amount = orders.amount[order]!;
  const rule = classes.rule[k * C + c]!;
  if (from < 0) return packing.usage.hasRoom(c, rule, amount);
  const fromRule = classes.rule[k * C + from]!;
  packing.usage.count(from, fromRule, amount, -1);
  const room = packing.usage.hasRoom(c, rule, amount);
  packing.usage.count(from, fromRule, amount, 1);
  return room;
}

/** Orders looked at on each side of a pair of channels in one sweep. */
const SWAP_CANDIDATES = 2_000;
/** Of large numbers of orders, this part at least. */
const SWAP_SHARE = 0.02;

/**
 * Exchanges orders between pairs of channels where both together then cost less. Counts of packages, singles and
 * limits of orders stay as they are, so times do too; amounts, rules, keys and due times are asked.
 *
 * @returns number of exchanges
 */
export function swapOrders(packing: Packing): number {
  const { classes, orders } = packing.problem;
  const C = classes.channels;
  const { start, channel: option } = packing.options;
  const back = leastDifferences(packing);
  // The most that the other order of an exchange could save.
  const bestBack = new Float64Array(C);
  for (let from = 0; from < C; from++)
    for (let c = 0; c < C; c++) bestBack[from] = Math.min(bestBack[from]!, back[c * C + from]!);
  let swaps = 0;
  const candidates: (number[] | undefined)[] = new Array(C * C);
  for (let i = 0; i < orders.count; i++) {
    const from = packing.channelOf[i]!;
    if (from < 0) continue;
    const k = classes.classOf[i]!;
    const here = classes.charge[k * C + from]!;
    for (let o = start[k]!, end = start[k + 1]!; o < end; o++) {
      const c = option[o]!;
      const change = classes.charge[k * C + c]! - here;
      if (change + bestBack[from]! >= -TIE) break;
      if (c === from || change + back[c * C + from]! >= -TIE) continue;
      const pair = from * C + c;
      candidates[pair] ??= [];
      candidates[pair].push(i);
    }
  }
  for (let a = 0; a < C; a++) {
    for (let b = a + 1; b < C; b++) {
      const [out, opposite] = [candidates[a * C + b], candidates[b * C + a]];
      if (out === undefined || opposite === undefined) continue;
      swaps += swapPair(packing, a, b, out, opposite);
    }
  }
  return swaps;
}

/** `[from * C + to]` the least change of charge of any order that moved so; Infinity where none can. */
function leastDifferences(packing: Packing): Float64Array {
  const { classes } = packing.problem;
  const C = classes.channels;
  const { start, channel: option } = packing.options;
  const least = new Float64Array(C * C).fill(Infinity);
  for (let i = 0; i < packing.channelOf.length; i++) {
    const from = packing.channelOf[i]!;
    if (from < 0) continue;
    const k = classes.classOf[i]!;
    const here = classes.charge[k * C + from]!;
    for (let o = start[k]!, end = start[k + 1]!; o < end; o++) {
      const pair = from * C + option[o]!;
      const change = classes.charge[k * C + option[o]!]! - here;
      if (change < least[pair]!) least[pair] = change;
    }
  }
  return least;
}

/** Partners tried for an order whose amount or due time does not suit the best one. */
const PARTNERS = 8;

function swapPair(
  packing: Packing,
  a: number,
  b: number,
  out: readonly number[],
  back: readonly number[],
): number {
  const left = rankedByChange(packing, out, a, b);
  const right = rankedByChange(packing, back, b, a);
  const used = new Uint8Array(right.orders.length);
  let first = 0;
  let swaps = 0;
  for (let l = 0; l < left.orders.length; l++) {
    while (first < used.length && used[first] === 1) first++;
    const change = left.change[l]!;
    if (first >= used.length || change + right.change[first]! >= -TIE) break;
    for (let r = first, tried = 0; r < used.length && tried < PARTNERS; r++) {
      if (used[r] === 1) continue;
      tried++;
      if (change + right.change[r]! >= -TIE) break;
      if (!exchange(packing, left.orders[l]!, right.orders[r]!)) continue;
      used[r] = 1;
      swaps++;
      break;
    }
  }
  return swaps;
}

/** Orders by how their charge would change from one channel to another, the most saved first, as many as are tried. */
function rankedByChange(packing: Packing, orders: readonly number[], from: number, to: number) {
  const { classOf, channels, charge } = packing.problem.classes;
  const saved = new Float64Array(orders.length);
  for (let i = 0; i < orders.length; i++) {
    const base = classOf[orders[i]!]! * channels;
    saved[i] = charge[base + from]! - charge[base + to]!;
  }
  const ranked = largest(saved, Math.max(SWAP_CANDIDATES, SWAP_SHARE * packing.channelOf.length));
  return {
    orders: Int32Array.from(ranked, (i) => orders[i]!),
    change: Float64Array.from(ranked, (i) => -saved[i]!),
  };
}

/** Exchanges two orders if every rule allows it and it costs less. */
function exchange(packing: Packing, i: number, j: number): boolean {
  const { classes, orders, contract } = packing.problem;
  const C = classes.channels;
  const [ci, cj] = [packing.channelOf[i]!, packing.channelOf[j]!];
  if (ci < 0 || cj < 0 || ci === cj) return false;
  const [pi, pj] = [packing.packageOf[i]!, packing.packageOf[j]!];
  const [ki, kj] = [classes.classOf[i]!, classes.classOf[j]!];
  const [ai, aj] = [orders.amount[i]!, orders.amount[j]!];
  const before = packing.chargeAt(i) + packing.chargeAt(j);
  const finishI = packing.finishOf(i);
  const finishJ = packing.finishOf(j);
  const after =
    classes.charge[ki * C + cj]! +
    classes.charge[kj * C + ci]! +
    packing.rate * (classes.weight[ki]! * finishJ + classes.weight[kj]! * finishI);
  if (after >= before - TIE) return false;
  if (packing.holdsTwin(pj, cj, i, j) || packing.holdsTwin(pi, ci, j, i)) return false;
  if (!suits(packing, pj, cj, ki, kj, aj, ai) || !suits(packing, pi, ci, kj, ki, ai, aj)) return false;
  const restoreTimes = timesOf(packing, ci, cj, pi, pj);
  packing.remove(i);
  packing.remove(j);
  const room =
    packing.usage.hasRoom(cj, classes.rule[ki * C + cj]!, ai) &&
    packing.usage.hasRoom(ci, classes.rule[kj * C + ci]!, aj);
  const time =
    (contract.channels[cj]!.mode === "batch" || packing.singleHasTime(cj, ki)) &&
    (contract.channels[ci]!.mode === "batch" || packing.singleHasTime(ci, kj));
  if (room && time) {
    packing.add(i, cj, pj);
    // Both at once could break a quota that holds the two channels, although each alone does not.
    if (packing.usage.hasRoom(ci, classes.rule[kj * C + ci]!, aj)) {
      packing.add(j, ci, pi);
      restoreTimes();
      return true;
    }
    packing.remove(i);
  }
  packing.add(i, ci, pi);
  packing.add(j, cj, pj);
  restoreTimes();
  return false;
}

/** An exchange leaves all sizes as they were, so what adding did to the times is undone. */
function timesOf(packing: Packing, ci: number, cj: number, pi: number, pj: number): () => void {
  const slack = [packing.slack[ci]!, packing.slack[cj]!] as const;
  const finish = [packing.finish[pi] ?? 0, packing.finish[pj] ?? 0] as const;
  return () => {
    [packing.slack[ci], packing.slack[cj]] = slack;
    if (pi >= 0) packing.finish[pi] = finish[0];
    if (pj >= 0) packing.finish[pj] = finish[1];
  };
}

/** Whether an order of class k and amount may take the place of one of class `leaver` in package p. */
function suits(
  packing: Packing,
  p: number,
  c: number,
  k: number,
  leaver: number,
  leaving: number,
  amount: number,
): boolean {
  const { classes, contract } = packing.problem;
  const C = classes.channels;
  if (p < 0) return true;
  if (classes.key[k * C + c] !== classes.key[leaver * C + c]) return false;
  if (packing.amount[p]! - leaving + amount > contract.channels[c]!.package.maxAmount) return false;
  return packing.finish[p]! <= classes.due[k]!;
}

/** Where an order could go at what cost, now; `channel` -1 is deferral. */
export interface Place {
  readonly channel: number;
  readonly cost: number;
}

/** The cheapest other place of an order among those with room, deferral included. Opens nothing. */
export function bestOtherPlace(packing: Packing, order: number): Place {
  const { classes, orders, contract } = packing.problem;
  const C = classes.channels;
  const k = classes.classOf[order]!;
  const amount = orders.amount[order]!;
  const from = packing.channelOf[order]!;
  let best: Place = { channel: -1, cost: classes.penalty[k]! };
  const { start, channel: option } = packing.options;
  for (let o = start[k]!, end = start[k + 1]!; o < end; o++) {
    const c = option[o]!;
    const charge = classes.charge[k * C + c]!;
    if (charge >= best.cost && !packing.volumes.any) break;
    if (c === from || packing.roomOf(c) < 1) continue;
    let finish: number;
    let p = -1;
    if (contract.channels[c]!.mode === "single") {
      if (!packing.singleHasTime(c, k)) continue;
      finish = packing.singleFinish(c);
    } else {
      p = packing.findPackage(c, order);
      if (p < 0) continue;
      finish = packing.finish[p]!;
    }
    const change = packing.volumes.any ? packing.volumes.change(c, k, amount, 1) : 0;
    const cost = charge + packing.joiningFee(c, p) + packing.rate * classes.weight[k]! * finish + change;
    if (cost < best.cost && hasRoomAfter(packing, order, c)) best = { channel: c, cost };
  }
  return best;
}

/** Puts a deferred order on a channel, into the earliest package with room or the queue; false if there is none. */
export function putOn(packing: Packing, order: number, c: number, mayOpen: boolean): boolean {
  const { classes, orders, contract } = packing.problem;
  const k = classes.classOf[order]!;
  const amount = orders.amount[order]!;
  if (!packing.usage.hasRoom(c, classes.rule[k * classes.channels + c]!, amount)) return false;
  if (contract.channels[c]!.mode === "single") {
    if (!packing.singleHasTime(c, k)) return false;
    packing.add(order, c, -1);
    return true;
  }
  let p = packing.findPackage(c, order);
  if (p < 0 && mayOpen) p = openFor(packing, c, k);
  if (p < 0) return false;
  packing.add(order, c, p);
  return true;
}

/**
 * Opens a package at the end of a channel's sequence for a class of orders, if limits and times allow; else -1.
 *
 * @param fillsLater whether the caller sees to its minimum
 */
export function openFor(packing: Packing, c: number, k: number, fillsLater = false): number {
  const { classes, contract } = packing.problem;
  const { queue, package: terms } = contract.channels[c]!;
  if ((terms.minOrders > 1 && !fillsLater) || !packing.usage.hasPackageRoom(c)) return -1;
  const p = packing.open(c, classes.key[k * classes.channels + c]!);
  packing.refresh(c);
  const leave = packing.finish[p]! - queue.result;
  if (
    packing.slack[c]! >= queue.perOrder &&
    leave + queue.perOrder <= queue.cutOff &&
    packing.finish[p]! + queue.perOrder <= classes.due[k]!
  )
    return p;
  packing.close(p);
  packing.refresh(c);
  return -1;
}
