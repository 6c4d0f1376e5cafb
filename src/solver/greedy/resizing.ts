import { feeSteps, hasFeeTiers, ownFee } from "../packageFee.js";
import { cheapestSizes } from "../packageSizes.js";
import { takeOut } from "./moves.js";
import type { Packing } from "./packing.js";
import type { Trials } from "./trials.js";

/**
 * Shares the orders of a separation key out anew over packages of other sizes, where package fees have tiers and these
 * sizes pay less. Returns how often.
 */
export function resizePackages(trials: Trials): number {
  const { packing } = trials;
  let resized = 0;
  packing.problem.contract.channels.forEach((channel, c) => {
    if (channel.mode !== "batch" || !hasFeeTiers(channel.package)) return;
    for (const key of new Set(packing.packages[c]!.map((p) => packing.key[p]!))) {
      if (trials.shouldStop()) return;
      const sizes = cheaperSizes(packing, c, key);
      if (sizes !== null && trials.attempt(() => share(packing, c, key, sizes))) resized++;
    }
  });
  return resized;
}

/** Sizes that pay less than those at hand; null where none are known. */
function cheaperSizes(packing: Packing, c: number, key: number): number[] | null {
  const channel = packing.problem.contract.channels[c]!;
  const own = packing.packages[c]!.filter((p) => packing.key[p] === key);
  const orders = own.reduce((sum, p) => sum + packing.size[p]!, 0);
  if (orders === 0) return null;
  const sizes = cheapestSizes(channel, orders, own.length + packing.usage.packageRoom(c));
  if (sizes === null) return null;
  const now = own.reduce((sum, p) => sum + packing.ownFeeOf(p), 0);
  const then = sizes.reduce((sum, size) => sum + ownFee(channel, size), 0);
  return then < now ? sizes : null;
}

/** Puts the orders of a key into packages of these sizes, most urgent first. */
function share(packing: Packing, c: number, key: number, sizes: readonly number[]): boolean {
  const { classes, contract } = packing.problem;
  const { maxAmount } = contract.channels[c]!.package;
  const { due, weight, classOf } = classes;
  const rows: number[] = [];
  for (let i = 0; i < packing.channelOf.length; i++)
    if (packing.channelOf[i] === c && packing.key[packing.packageOf[i]!] === key) rows.push(i);
  rows.sort((a, b) => {
    const [ka, kb] = [classOf[a]!, classOf[b]!];
    return due[ka]! < due[kb]! ? -1 : due[ka]! > due[kb]! ? 1 : weight[kb]! - weight[ka]! || a - b;
  });
  for (const order of rows) packing.remove(order);
  for (const p of packing.packages[c]!.filter((p) => packing.key[p] === key)) packing.close(p);
  let next = 0;
  for (const size of sizes) {
    const p = packing.openWith(c, rows.slice(next, next + size));
    next += size;
    if (packing.amount[p]! > maxAmount) return false;
  }
  return true;
}

/**
 * Fills a package, or a new one, up to where a cheaper tier of its fee begins, with the orders that lose least by it. No
 * single move does: the first orders of these only cost more. Returns how often that pays.
 */
export function fillTiers(trials: Trials): number {
  const { packing } = trials;
  let filled = 0;
  packing.problem.contract.channels.forEach((channel, c) => {
    if (channel.mode !== "batch" || !hasFeeTiers(channel.package)) return;
    const ends = feeSteps(channel, Infinity).map(({ least }) => least);
    for (const [key, joiners] of joinersOf(packing, c)) {
      const own = packing.packages[c]!.filter((p) => packing.key[p] === key);
      for (const size of ends) {
        // The one that lacks least, or a new one.
        const fullest = own
          .filter((p) => packing.size[p]! < size)
          .reduce((most, p) => (most < 0 || packing.size[p]! > packing.size[most]! ? p : most), -1);
        const opened = packing.usage.hasPackageRoom(c) ? [-1] : [];
        for (const p of fullest < 0 ? opened : [fullest, ...opened]) {
          if (trials.shouldStop()) return;
          const before = p < 0 ? 0 : packing.size[p]!;
          if (size - before > joiners.length) continue;
          const loss = joiners.slice(0, size - before).reduce((sum, joiner) => sum + joiner.loss, 0);
          const fee = ownFee(channel, size) - (p < 0 ? 0 : packing.ownFeeOf(p));
          if (loss + fee >= 0) continue;
          if (!trials.attempt(() => fill(packing, { c, key, p, size, joiners }))) continue;
          filled++;
          // Who loses what has changed.
          return;
        }
      }
    }
  });
  return filled;
}

/** An order and what it would lose by joining a package, its share in the one that it leaves counted as saved. */
interface Joiner {
  readonly order: number;
  readonly loss: number;
}

/** `[key]` orders elsewhere that could go to a channel, those that lose least first. */
function joinersOf(packing: Packing, c: number): Map<number, Joiner[]> {
  const { classes } = packing.problem;
  const { charge, classOf, channels, weight, key } = classes;
  const finish = packing.packages[c]!.reduce((latest, p) => Math.max(latest, packing.finish[p]!), 0);
  const joiners = new Map<number, Joiner[]>();
  for (let i = 0; i < packing.channelOf.length; i++) {
    const k = classOf[i]!;
    if (k < 0 || packing.channelOf[i] === c || charge[k * channels + c]! < 0) continue;
    const p = packing.packageOf[i]!;
    const share = p < 0 ? 0 : packing.ownFeeOf(p) / Math.max(1, packing.size[p]!);
    const there = charge[k * channels + c]! + packing.orderFee[c]! + packing.rate * weight[k]! * finish;
    const joiner = { order: i, loss: there - packing.costAt(i) - share };
    const same = joiners.get(key[k * channels + c]!);
    if (same === undefined) joiners.set(key[k * channels + c]!, [joiner]);
    else same.push(joiner);
  }
  for (const each of joiners.values()) each.sort((a, b) => a.loss - b.loss || a.order - b.order);
  return joiners;
}

interface Filling {
  readonly c: number;
  readonly key: number;
  /** -1 for a new one. */
  readonly p: number;
  readonly size: number;
  readonly joiners: readonly Joiner[];
}

function fill(packing: Packing, { c, key, p: given, size, joiners }: Filling): boolean {
  const { classes, orders } = packing.problem;
  const p = given < 0 ? packing.open(c, key) : given;
  if (given < 0) packing.refresh(c);
  for (const { order } of joiners) {
    if (packing.size[p]! >= size) break;
    const k = classes.classOf[order]!;
    const amount = orders.amount[order]!;
    if (!packing.packageHasRoom(p, order)) continue;
    const from = packing.channelOf[order]!;
    const source = packing.packageOf[order]!;
    if (from >= 0) takeOut(packing, order);
    if (packing.usage.hasRoom(c, classes.rule[k * classes.channels + c]!, amount)) packing.add(order, c, p);
    else if (from >= 0) {
      if (source >= 0 && packing.channel[source] !== from) return false;
      packing.add(order, from, source);
    }
  }
  return packing.size[p]! >= size;
}
