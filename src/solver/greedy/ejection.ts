import { ownFee } from "../packageFee.js";
import { bestOtherPlace, putOn } from "./moves.js";
import type { Packing } from "./packing.js";
import { largest } from "./select.js";
import type { Trials } from "./trials.js";

/** Deferred orders that are looked at in one sweep, those with most to save. */
const DEFERRED = 2_000;
/** Orders that may have to leave for one to get in. */
const LEAVERS = 6;
/** Orders tried as leavers for one order on one channel. */
const TRIES = 40;

/** Deferred orders tried one by one where all at once are too many for the times. */
const ONE_BY_ONE = 50;

/**
 * Routes deferred orders on channels that are full, by sending orders that lose less from there to another channel.
 *
 * @returns whether any was
 */
export function routeDeferred(trials: Trials): boolean {
  const { packing } = trials;
  const deferred = deferredOrders(packing);
  if (deferred.length === 0) return false;
  if (trials.attempt(() => squeezeAll(packing, deferred))) return true;
  let routed = false;
  for (const order of deferred.slice(0, ONE_BY_ONE)) {
    if (trials.shouldStop()) break;
    if (trials.attempt(() => squeezeAll(packing, [order]))) routed = true;
  }
  return routed;
}

/** Those with most to save first. */
function deferredOrders(packing: Packing): readonly number[] {
  const { classes, orders } = packing.problem;
  const { start, channel } = packing.options;
  const deferred: number[] = [];
  const savings: number[] = [];
  for (let i = 0; i < orders.count; i++) {
    const k = classes.classOf[i]!;
    if (k < 0 || packing.channelOf[i]! >= 0) continue;
    const saved = classes.penalty[k]! - classes.charge[k * classes.channels + channel[start[k]!]!]!;
    if (saved <= 0) continue;
    deferred.push(i);
    savings.push(saved);
  }
  return Array.from(largest(savings, DEFERRED), (d) => deferred[d]!);
}

function squeezeAll(packing: Packing, deferred: readonly number[]): boolean {
  const { classes } = packing.problem;
  const { start, channel } = packing.options;
  const leavers = leaversOf(packing, deferred);
  let routed = false;
  for (const order of deferred) {
    const k = classes.classOf[order]!;
    for (let o = start[k]!; o < start[k + 1]!; o++) {
      const c = channel[o]!;
      if (classes.charge[k * classes.channels + c]! >= classes.penalty[k]!) break;
      if (!squeezeIn(packing, order, c, leavers[c]!)) continue;
      routed = true;
      break;
    }
  }
  return routed;
}

/** `[channel]` orders that lose least by leaving it, for an order or, where amounts are limited, for what they free. */
function leaversOf(packing: Packing, deferred: readonly number[]): readonly Int32Array[] {
  const { classes, contract, orders, limits } = packing.problem;
  const { start, channel } = packing.options;
  const wanted = new Uint8Array(contract.channels.length);
  for (const order of deferred) {
    const k = classes.classOf[order]!;
    for (let o = start[k]!; o < start[k + 1]!; o++) wanted[channel[o]!] = 1;
  }
  const rows: number[][] = contract.channels.map(() => []);
  const ease: number[][] = contract.channels.map(() => []);
  const byAmount = contract.channels.map(
    ({ package: terms }, c) =>
      terms.maxAmount < Infinity ||
      limits.ofChannel[c]!.some((limit) => limits.maxAmount[limit]! < Infinity) ||
      limits.ofRule[c]!.some((limit) => limit >= 0 && limits.maxAmount[limit]! < Infinity),
  );
  for (let i = 0; i < orders.count; i++) {
    const c = packing.channelOf[i]!;
    if (c < 0 || wanted[c] === 0) continue;
    const loss = Math.max(1, bestOtherPlace(packing, i).cost - packing.costAt(i));
    rows[c]!.push(i);
    ease[c]!.push(byAmount[c] ? -loss / orders.amount[i]! : -loss);
  }
  const most = TRIES * 4 + deferred.length * LEAVERS;
  return rows.map((list, c) => Int32Array.from(largest(ease[c]!, most), (i) => list[i]!));
}

/** Puts a deferred order on a channel after others have left it, if all together then costs less; else changes nothing. */
function squeezeIn(packing: Packing, order: number, c: number, leavers: Int32Array): boolean {
  const { classes, orders, contract } = packing.problem;
  const C = classes.channels;
  const k = classes.classOf[order]!;
  const amount = orders.amount[order]!;
  const cell = k * C + c;
  const batch = contract.channels[c]!.mode === "batch";
  let gain = classes.penalty[k]! - classes.charge[cell]! - packing.orderFee[c]!;
  if (putOn(packing, order, c, batch && gain > ownFee(contract.channels[c]!, 1))) return true;
  const gone: { readonly order: number; readonly p: number }[] = [];
  const slack = packing.slack.slice();
  const finish = packing.finish.slice();
  const undo = () => {
    for (const { order: left } of gone) if (packing.channelOf[left]! >= 0) packing.remove(left);
    for (const { order: left, p } of gone) packing.add(left, c, p);
    packing.slack.set(slack);
    packing.finish.set(finish);
    return false;
  };
  // Leavers of one package make room in it; which package is decided by the first.
  let source = -1;
  let tries = 0;
  for (const leaver of leavers) {
    if (tries >= TRIES || gone.length >= LEAVERS) break;
    if (packing.channelOf[leaver] !== c) continue;
    const p = packing.packageOf[leaver]!;
    if (batch) {
      if (source >= 0 && p !== source) continue;
      if (packing.key[p] !== classes.key[cell] || packing.finish[p]! > classes.due[k]!) continue;
      if (packing.size[p]! <= contract.channels[c]!.package.minOrders) continue;
    }
    tries++;
    const place = bestOtherPlace(packing, leaver);
    const loss = place.cost - packing.costAt(leaver);
    if (loss >= gain) continue;
    packing.remove(leaver);
    if (place.channel >= 0 && !putOn(packing, leaver, place.channel, false)) {
      packing.add(leaver, c, p);
      continue;
    }
    gain -= loss;
    source = p;
    gone.push({ order: leaver, p });
    if (!packing.usage.hasRoom(c, classes.rule[cell]!, amount)) continue;
    if (!batch && !packing.singleHasTime(c, k)) continue;
    if (batch) {
      packing.slack[c]! += contract.channels[c]!.queue.perOrder;
      packing.finish[p]! -= contract.channels[c]!.queue.perOrder;
      if (!packing.packageHasRoom(p, order)) continue;
    }
    packing.add(order, c, p);
    return true;
  }
  return undo();
}
