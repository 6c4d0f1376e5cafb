import { ownFee } from "../packageFee.js";
import { dissolveSmall } from "./closing.js";
import { bestOtherPlace, openFor, putOn, takeOut } from "./moves.js";
import type { Packing } from "./packing.js";
import { largest } from "./select.js";
import type { Trials } from "./trials.js";

/** Orders touched by all trials together: what bounds their time. */
const WORK = 24_000_000;
/** Trials at most, and the fewest that are worth beginning. */
const MOST_TRIALS = 800;
const FEWEST_TRIALS = 20;
/** Orders taken out at once, beyond which what is rebuilt is no better than what was there. */
const MOST_OUT = 6_000;

/**
 * Ruin and recreate (Schrimpf et al. 2000, doi:10.1006/jcph.1999.6413): takes out a few packages, or some orders, and
 * puts them back one by one where each then costs least, new packages among the places. It finds what no single move
 * does: a package that goes to another channel, two that become one, an order for which two others make room.
 * Deterministic: the numbers that choose come from a fixed seed.
 *
 * @returns number of trials that gained
 */
export function ruinAndRecreate(trials: Trials): number {
  const { packing } = trials;
  const { count } = packing.problem.orders;
  const tries = Math.min(MOST_TRIALS, Math.floor(WORK / Math.max(1, count)));
  if (tries < FEWEST_TRIALS) return 0;
  const random = randomFrom(1);
  let gained = 0;
  for (let t = 0; t < tries && !trials.shouldStop(); t++) {
    if (trials.attempt(() => rebuildSome(packing, random))) gained++;
  }
  return gained;
}

function rebuildSome(packing: Packing, random: () => number): boolean {
  const { channelOf } = packing;
  const { classOf } = packing.problem.classes;
  const open = packing.packages.flat();
  const ruined = new Set<number>();
  for (let n = Math.floor(1 + random() * 1.99); n > 0 && open.length > 0; n--) {
    ruined.add(open[Math.floor(random() * open.length)]!);
  }
  const most = Math.min(MOST_OUT, channelOf.length);
  // Single orders beside the packages: many of few, few of many.
  const chance =
    random() < 0.6 ? 0 : Math.min(random() * random() * 0.5, Math.max(50, most * 0.1) / channelOf.length);
  const out: number[] = [];
  for (let i = 0; i < channelOf.length; i++) {
    if (classOf[i]! < 0) continue;
    const deferred = channelOf[i]! < 0;
    if (!deferred && !ruined.has(packing.packageOf[i]!) && !(chance > 0 && random() < chance)) continue;
    out.push(i);
    if (out.length > most) return false;
  }
  if (out.length === 0) return false;
  for (const order of out) if (channelOf[order]! >= 0) packing.remove(order);
  for (const p of open) if (packing.size[p] === 0) packing.close(p);
  packing.refreshDues();
  packing.refreshAll();
  shuffle(out, random);
  const eligible = countByPlace(packing, out);
  // Now and then a channel opens none, so that what it would attract in vain goes elsewhere.
  const shut = random() < 0.5 ? 0.3 : 0;
  const mayOpen = Uint8Array.from(packing.packages, () => (shut > 0 && random() < shut ? 0 : 1));
  const boldness = random() * 2;
  for (const order of out) insert(packing, order, eligible, mayOpen, boldness);
  topUpSmall(packing, random);
  dissolveSmall(packing);
  return true;
}

/** Packages below their minimum get the orders that lose least by it, from wherever they can be spared. */
function topUpSmall(packing: Packing, random: () => number): void {
  const { classes, contract, orders } = packing.problem;
  const C = classes.channels;
  packing.packages.forEach((packages, c) => {
    const { minOrders, maxAmount } = contract.channels[c]!.package;
    for (const p of packages.slice()) {
      if (packing.channel[p] !== c || !packing.isBelowMinimum(p, c)) continue;
      const rows: number[] = [];
      const ease: number[] = [];
      for (let i = 0; i < orders.count; i++) {
        const k = classes.classOf[i]!;
        if (k < 0 || packing.packageOf[i] === p || classes.charge[k * C + c]! < 0) continue;
        if (classes.key[k * C + c] !== packing.key[p] || packing.finish[p]! > classes.due[k]!) continue;
        const there = classes.charge[k * C + c]! + packing.rate * classes.weight[k]! * packing.finish[p]!;
        rows.push(i);
        // Of those that lose alike any may be the one that can be spared.
        ease.push((packing.costAt(i) - there) * (0.5 + random()) - random());
      }
      for (const which of largest(ease, minOrders * 8)) {
        if (packing.size[p]! >= minOrders) break;
        const order = rows[which]!;
        const rule = classes.rule[classes.classOf[order]! * C + c]!;
        if (packing.amount[p]! + orders.amount[order]! > maxAmount) continue;
        if (packing.channelOf[order]! >= 0) takeOut(packing, order);
        if (packing.usage.hasRoom(c, rule, orders.amount[order]!)) packing.add(order, c, p);
      }
    }
  });
}

/** `channel * 2^20 + key` → how many of the orders could share such a package. */
function countByPlace(packing: Packing, orders: readonly number[]): Map<number, number> {
  const { classes } = packing.problem;
  const { start, channel } = packing.options;
  const counts = new Map<number, number>();
  for (const order of orders) {
    const k = classes.classOf[order]!;
    for (let o = start[k]!; o < start[k + 1]!; o++) {
      const place = placeId(packing, k, channel[o]!);
      counts.set(place, (counts.get(place) ?? 0) + 1);
    }
  }
  return counts;
}

function placeId(packing: Packing, k: number, c: number): number {
  const { classes } = packing.problem;
  return c * 2 ** 20 + classes.key[k * classes.channels + c]!;
}

/**
 * Puts a deferred order where it costs least; a new package counts with a share of its fee.
 *
 * @param mayOpen `[channel]` 1 where packages may be opened
 * @param boldness how many of those that could share a new package are expected to; 1 = all
 */
function insert(
  packing: Packing,
  order: number,
  eligible: Map<number, number>,
  mayOpen: Uint8Array,
  boldness: number,
): void {
  const { classes, contract, orders } = packing.problem;
  const { start, channel } = packing.options;
  const k = classes.classOf[order]!;
  const amount = orders.amount[order]!;
  const place = bestOtherPlace(packing, order);
  let { cost } = place;
  let opens = -1;
  for (let o = start[k]!; o < start[k + 1]!; o++) {
    const c = channel[o]!;
    const cell = k * classes.channels + c;
    const charge = classes.charge[cell]!;
    if (charge >= cost) break;
    const { mode, package: terms, queue } = contract.channels[c]!;
    if (mode !== "batch" || mayOpen[c] === 0 || !packing.usage.hasPackageRoom(c)) continue;
    const companions = eligible.get(placeId(packing, k, c))!;
    if (companions < terms.minOrders || !packing.usage.hasRoom(c, classes.rule[cell]!, amount)) continue;
    const size = Math.max(1, Math.floor(Math.min(terms.maxOrders, companions * boldness)));
    const share = packing.orderFee[c]! + ownFee(contract.channels[c]!, size) / size;
    const last = packing.packages[c]!.at(-1);
    const finish =
      (last === undefined ? queue.start : packing.finish[last]!) + queue.perPackage + queue.perOrder;
    const estimate = charge + share + packing.rate * classes.weight[k]! * finish;
    if (estimate < cost) {
      cost = estimate;
      opens = c;
    }
  }
  if (opens >= 0) {
    const p = openFor(packing, opens, k, true);
    if (p >= 0) {
      packing.add(order, opens, p);
      return;
    }
  }
  if (place.channel >= 0) putOn(packing, order, place.channel, false);
}

function shuffle(list: number[], random: () => number): void {
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [list[i], list[j]] = [list[j]!, list[i]!];
  }
}

/** Numbers in [0, 1), the same for the same seed (Mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
