import { hasFeeTiers } from "../packageFee.js";
import { bestOtherPlace, putOn, relocateOrders } from "./moves.js";
import type { Packing } from "./packing.js";
import { sumOfLargest } from "./select.js";
import type { Trials } from "./trials.js";

/** Closes packages whose orders cost less elsewhere than the package saves. Returns how many. */
export function closePackages(trials: Trials): number {
  const { packing } = trials;
  let closed = 0;
  for (let c = 0; c < packing.packages.length; c++) {
    // The emptiest package of each key is the cheapest to close; again while that pays.
    for (const p of worthClosing(packing, c)) {
      if (trials.shouldStop()) return closed;
      if (packing.channel[p] === c && trials.attempt(() => closePackage(packing, c, p))) closed++;
    }
  }
  return closed;
}

/** The emptiest package of each key, where as many orders of the key as it holds could leave for less than it costs. */
function worthClosing(packing: Packing, c: number): number[] {
  const emptiest = emptiestByKey(packing, c);
  if (emptiest.length === 0) return emptiest;
  const losses = new Map(emptiest.map((p) => [packing.key[p]!, [] as number[]]));
  for (let i = 0; i < packing.channelOf.length; i++) {
    if (packing.channelOf[i] !== c) continue;
    losses
      .get(packing.key[packing.packageOf[i]!]!)!
      .push(packing.costAt(i) - bestOtherPlace(packing, i).cost);
  }
  const saved = savedByClosing(packing, c);
  return emptiest.filter((p) => -sumOfLargest(losses.get(packing.key[p]!)!, packing.size[p]!) < saved);
}

/**
 * At most what a package less could save: a fee, and all delay of the channel, since later packages finish earlier. With
 * tiers, those that take its orders may come into a cheaper one, too.
 */
function savedByClosing(packing: Packing, c: number): number {
  const channel = packing.problem.contract.channels[c]!;
  const fee = hasFeeTiers(channel.package)
    ? packing.packages[c]!.reduce((sum, p) => sum + packing.ownFeeOf(p), 0)
    : channel.package.feeTiers[0]!.fee;
  return fee + packing.delay[c]! + 1;
}

function emptiestByKey(packing: Packing, c: number): number[] {
  const emptiest = new Map<number, number>();
  for (const p of packing.packages[c]!) {
    const best = emptiest.get(packing.key[p]!);
    if (best === undefined || packing.size[p]! < packing.size[best]!) emptiest.set(packing.key[p]!, p);
  }
  return [...emptiest.values()];
}

/**
 * Closes package p: as many orders of its channel and key as it holds leave, those that lose least by it, and its own
 * take their places.
 */
function closePackage(packing: Packing, c: number, p: number): boolean {
  const { contract } = packing.problem;
  const leaving = packing.size[p]!;
  const key = packing.key[p]!;
  const offers: { order: number; loss: number }[] = [];
  const inside: number[] = [];
  for (let i = 0; i < packing.channelOf.length; i++) {
    if (packing.channelOf[i] !== c || packing.key[packing.packageOf[i]!] !== key) continue;
    if (packing.packageOf[i] === p) inside.push(i);
    offers.push({ order: i, loss: bestOtherPlace(packing, i).cost - packing.costAt(i) });
  }
  offers.sort((a, b) => a.loss - b.loss || a.order - b.order);
  let loss = 0;
  for (let o = 0; o < leaving; o++) loss += offers[o]!.loss;
  if (loss >= savedByClosing(packing, c)) return false;
  // Of each package at least the minimum stays; the package to close is emptied.
  const minimum = contract.channels[c]!.package.minOrders;
  let gone = 0;
  for (const { order } of offers) {
    if (gone === leaving) break;
    const q = packing.packageOf[order]!;
    if (q !== p && packing.size[q]! <= minimum) continue;
    const place = bestOtherPlace(packing, order);
    packing.remove(order);
    if (place.channel >= 0) putOn(packing, order, place.channel, false);
    gone++;
  }
  const slack = packing.slack[c]!;
  for (const order of inside) {
    if (packing.packageOf[order] !== p) continue;
    packing.remove(order);
    // The channel gets shorter by a package: its slack is worked out when all is done.
    packing.slack[c] = Infinity;
    const q = packing.packages[c]!.find((other) => other !== p && packing.packageHasRoom(other, order));
    if (q !== undefined) {
      packing.add(order, c, q);
    } else {
      const place = bestOtherPlace(packing, order);
      if (place.channel >= 0) putOn(packing, order, place.channel, false);
    }
  }
  packing.slack[c] = slack;
  if (packing.size[p] !== 0) return false;
  packing.close(p);
  return true;
}

/**
 * After orders have left: dissolves the packages that are below their minimum, gathers the emptied places of each
 * channel, closes the packages that this empties and lets other orders move into the places.
 *
 * @param before `[channel]` orders on it before they left
 */
export function closeFreed(packing: Packing, before: Float64Array): boolean {
  const freed = Uint8Array.from(before, (count, c) => (packing.count[c]! !== count ? 1 : 0));
  dissolveSmall(packing);
  packing.refreshDues();
  if (!packing.refreshAll()) return false;
  for (let c = 0; c < packing.packages.length; c++) if (freed[c] === 1) mergePackages(packing, c);
  relocateOrders(packing, freed);
  return true;
}

/** Sends the orders of packages below their minimum to where each costs least then, and closes these packages. */
export function dissolveSmall(packing: Packing): void {
  const small = packing.packages.flatMap((each, c) => each.filter((p) => packing.isBelowMinimum(p, c)));
  if (small.length === 0) return;
  const inside = new Set(small);
  for (let i = 0; i < packing.packageOf.length; i++) {
    if (!inside.has(packing.packageOf[i]!)) continue;
    const place = bestOtherPlace(packing, i);
    packing.remove(i);
    if (place.channel >= 0) putOn(packing, i, place.channel, false);
  }
  for (const p of small) if (packing.size[p] === 0) packing.close(p);
}

/** Empties the emptiest package of each key into the places of the others, as far as they go. */
export function mergePackages(packing: Packing, c: number): void {
  const { contract } = packing.problem;
  const { maxOrders } = contract.channels[c]!.package;
  for (const p of emptiestByKey(packing, c)) {
    const others = packing.packages[c]!.filter((q) => q !== p && packing.key[q] === packing.key[p]);
    const room = others.reduce((sum, q) => sum + maxOrders - packing.size[q]!, 0);
    if (others.length === 0 || room < packing.size[p]!) continue;
    for (let i = 0; i < packing.packageOf.length; i++) {
      if (packing.packageOf[i] !== p) continue;
      const q = others.find((other) => packing.packageHasRoom(other, i));
      if (q === undefined) break;
      packing.remove(i);
      packing.add(i, c, q);
    }
    if (packing.size[p] === 0) packing.close(p);
  }
  packing.refresh(c);
}
