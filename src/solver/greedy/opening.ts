import { leastOwnFee, ownFee } from "../packageFee.js";
import { closeFreed } from "./closing.js";
import { putOn, takeOut } from "./moves.js";
import type { Packing } from "./packing.js";
import { largest, sumOfLargest } from "./select.js";
import type { Trials } from "./trials.js";

/**
 * Opens packages where the orders that would fill them save more than it costs.
 *
 * @param movers orders that may leave where they are, no package being closed for it; by default all
 * @returns how many
 */
export function openPackages(trials: Trials, movers?: Int32Array): number {
  const { packing } = trials;
  const candidates = movers ?? Int32Array.from(packing.channelOf.keys());
  const { contract } = packing.problem;
  let opened = 0;
  for (let c = 0; c < contract.channels.length; c++) {
    if (contract.channels[c]!.mode !== "batch") continue;
    const before = packing.count.slice();
    const byAmount = limitsAmount(packing, c);
    // `[key]` what a package promised when none of the trials kept what it did.
    const disappointed = new Map<number, number>();
    for (let again = true; again && !trials.shouldStop(); ) {
      again = false;
      for (const { key, promise } of worthOpening(packing, c, candidates)) {
        if (trials.shouldStop()) return opened;
        if (promise <= (disappointed.get(key) ?? 0)) continue;
        before.set(packing.count);
        // First by what is saved at once; then counting on the places that the leavers free.
        const saved =
          trials.attempt(() => openPackage(packing, { c, key, candidates, freed: 0 })) ||
          (movers === undefined &&
            trials.attempt(
              () => openPackage(packing, { c, key, candidates, freed: 1 }) && closeFreed(packing, before),
            )) ||
          (byAmount &&
            trials.attempt(() => openPackage(packing, { c, key, candidates, freed: 0, byAmount })));
        if (saved) {
          opened++;
          again = true;
        } else disappointed.set(key, promise);
      }
    }
  }
  return opened;
}

/** Whether the amount that a package of a channel may hold, or the channel all together, is limited. */
function limitsAmount(packing: Packing, c: number): boolean {
  const { contract, limits } = packing.problem;
  const binds = (limit: number) => limit >= 0 && limits.maxAmount[limit]! < Infinity;
  return (
    contract.channels[c]!.package.maxAmount < Infinity ||
    limits.ofChannel[c]!.some(binds) ||
    limits.ofRule[c]!.some(binds)
  );
}

/**
 * Separation keys for which the orders that gain most from a new package, as many as fit and at least its minimum, gain
 * more than its fee.
 */
function worthOpening(
  packing: Packing,
  c: number,
  candidates: Int32Array,
): { readonly key: number; readonly promise: number }[] {
  const { classes, contract } = packing.problem;
  const C = classes.channels;
  if (!packing.usage.hasPackageRoom(c)) return [];
  const { maxOrders, minOrders } = contract.channels[c]!.package;
  const fee = leastOwnFee(contract.channels[c]!, Infinity);
  const room = Math.min(maxOrders, packing.roomOf(c));
  const shares = contract.channels.map((_, from) => ownShare(packing, from));
  const finish = finishOfNext(packing, c);
  const { charge, key, weight, classOf, penalty } = classes;
  const { channelOf, packageOf } = packing;
  const singleFinish = contract.channels.map((channel, from) =>
    channel.mode === "single" ? packing.singleFinish(from) : 0,
  );
  const gains = new Map<number, number[]>();
  const twins = classes.twins[c]!;
  const bestOfSet = new Map<number, number>();
  for (const i of candidates) {
    const k = classOf[i]!;
    const from = channelOf[i]!;
    if (k < 0) continue;
    const units = charge[k * C + c]!;
    if (units < 0) continue;
    const there = units + packing.orderFee[c]!;
    const p = packageOf[i]!;
    const here =
      from < 0
        ? penalty[k]!
        : charge[k * C + from]! +
          packing.orderFee[from]! +
          shares[from]! +
          packing.rate * weight[k]! * (p >= 0 ? packing.finish[p]! : singleFinish[from]!);
    // Orders of the channel's other packages gain nothing, but may be lent to reach the minimum.
    const gain = from === c ? 0 : here - there - packing.rate * weight[k]! * finish;
    if (gain <= 0 && minOrders <= 1) continue;
    const which = key[k * C + c]!;
    let same = gains.get(which);
    if (same === undefined) {
      same = [];
      gains.set(which, same);
    }
    // Of orders that may not share the package only the best counts.
    const twin = twins?.of[i] ?? -1;
    const at = twin < 0 ? undefined : bestOfSet.get(twin);
    if (at !== undefined) {
      same[at] = Math.max(same[at]!, gain);
      continue;
    }
    if (twin >= 0) bestOfSet.set(twin, same.length);
    same.push(gain);
  }
  return [...gains]
    .filter(([, each]) => each.length >= minOrders)
    .map(([which, each]) => ({ key: which, promise: bestFill(each, minOrders, room) }))
    .filter(({ promise }) => promise > fee)
    .sort((a, b) => a.key - b.key);
}

/** What a package gains in all by its best orders: all that gain, as many as fit, and others up to the minimum. */
function bestFill(gains: readonly number[], minOrders: number, room: number): number {
  let positive = 0;
  for (const gain of gains) if (gain > 0) positive++;
  return sumOfLargest(gains, Math.max(minOrders, Math.min(positive, room)));
}

/** When an empty package at the end of a channel's sequence would finish. */
function finishOfNext(packing: Packing, c: number): number {
  const { queue } = packing.problem.contract.channels[c]!;
  const leave = packing.packages[c]!.map((p) => packing.finish[p]! - queue.result).sort((a, b) => a - b);
  const free = leave.length < queue.lanes ? queue.start : leave[leave.length - queue.lanes]!;
  return free + queue.perPackage + queue.result;
}

interface Opening {
  readonly c: number;
  readonly key: number;
  /** Orders that may move into it. */
  readonly candidates: Int32Array;
  /**
   * How much of its share in the package fee an order is credited for the place that it leaves; with 1, it may also leave a
   * package below its minimum, for `closeFreed` to dissolve.
   */
  readonly freed: 0 | 1;
  /** Whether those go first that gain most for their amount; default false. */
  readonly byAmount?: boolean;
}

/**
 * Opens a package of that key and pulls in the orders that gain most; where they are fewer than its minimum, also those
 * that lose least.
 */
function openPackage(packing: Packing, { c, key, candidates, freed, byAmount = false }: Opening): boolean {
  const { contract, orders, classes } = packing.problem;
  const C = classes.channels;
  const { package: terms } = contract.channels[c]!;
  if (!packing.usage.hasPackageRoom(c)) return false;
  const p = packing.open(c, key);
  packing.refresh(c);
  if (!(packing.slack[c]! >= 0)) return false;
  const { rows, gains, gaining } = offersFor(packing, p, candidates, freed);
  const most = Math.min(terms.maxOrders, packing.roomOf(c) + lendable(packing, c));
  const wanted = Math.max(terms.minOrders, Math.min(gaining, most));
  if (
    rows.length < terms.minOrders ||
    sumOfLargest(gains, wanted) <= leastOwnFee(contract.channels[c]!, Infinity)
  )
    return false;
  const rank = byAmount
    ? gains.map((gain, o) => (gain > 0 ? gain / orders.amount[rows[o]!]! : gain * orders.amount[rows[o]!]!))
    : gains;
  // More than fit: some may find a limit or the package's amount in their way.
  const tried = Math.max(terms.minOrders + SPARE, Math.min(gaining, most * 4 + SPARE));
  for (const offer of largest(rank, tried)) {
    if (packing.size[p]! >= most || (gains[offer]! <= 0 && packing.size[p]! >= terms.minOrders)) break;
    const order = rows[offer]!;
    const k = classes.classOf[order]!;
    const from = packing.channelOf[order]!;
    const source = packing.packageOf[order]!;
    const amount = orders.amount[order]!;
    if (from === c) {
      // Its package and this one take their times from each other: whether they hold is asked when all is done.
      if (packing.size[source]! <= terms.minOrders || packing.amount[p]! + amount > terms.maxAmount) continue;
      if (packing.holdsTwin(p, c, order)) continue;
      packing.remove(order);
      packing.add(order, c, p);
      continue;
    }
    if (!packing.packageHasRoom(p, order)) continue;
    if (
      freed === 0 &&
      source >= 0 &&
      packing.size[source]! > 1 &&
      packing.size[source]! <= contract.channels[from]!.package.minOrders
    )
      continue;
    const rule = classes.rule[k * C + c]!;
    if (from >= 0) takeOut(packing, order);
    if (packing.usage.hasRoom(c, rule, amount)) packing.add(order, c, p);
    else if (from >= 0 && !putOn(packing, order, from, true)) return false;
  }
  return packing.size[p]! >= terms.minOrders;
}

/** Orders offered to a package beyond those that fit. */
const SPARE = 64;

/** Orders of a channel's packages that these could do without. */
function lendable(packing: Packing, c: number): number {
  const { minOrders } = packing.problem.contract.channels[c]!.package;
  let count = 0;
  for (const p of packing.packages[c]!) count += Math.max(0, packing.size[p]! - minOrders);
  return count;
}

/**
 * Who could move into an empty package, and what each would gain; without a minimum only those that gain. Of orders that may not
 * share it the one that gains most.
 */
function offersFor(packing: Packing, p: number, candidates: Int32Array, freed: 0 | 1) {
  const { classes, contract } = packing.problem;
  const C = classes.channels;
  const c = packing.channel[p]!;
  const key = packing.key[p]!;
  const finish = packing.finish[p]!;
  const { package: terms, queue } = contract.channels[c]!;
  const shares = contract.channels.map((_, from) => (freed === 1 ? ownShare(packing, from) : 0));
  const rows: number[] = [];
  const gains: number[] = [];
  const twins = classes.twins[c]!;
  const bestOfSet = new Map<number, number>();
  for (const i of candidates) {
    const k = classes.classOf[i]!;
    if (k < 0) continue;
    const charge = classes.charge[k * C + c]!;
    if (charge < 0 || classes.key[k * C + c] !== key || finish + queue.perOrder > classes.due[k]!) continue;
    const from = packing.channelOf[i]!;
    const share = from >= 0 && from !== c ? shares[from]! : 0;
    let gain =
      packing.costAt(i) + share - charge - packing.orderFee[c]! - packing.rate * classes.weight[k]! * finish;
    // What a full package would save by sending some of its orders in another is not looked for here.
    if (from === c && gain > 0) gain = 0;
    if (gain <= 0 && terms.minOrders <= 1) continue;
    const twin = twins?.of[i] ?? -1;
    const at = twin < 0 ? undefined : bestOfSet.get(twin);
    if (at !== undefined) {
      if (gain > gains[at]!) [rows[at], gains[at]] = [i, gain];
      continue;
    }
    if (twin >= 0) bestOfSet.set(twin, rows.length);
    rows.push(i);
    gains.push(gain);
  }
  return { rows, gains, gaining: gains.reduce((count, gain) => count + (gain > 0 ? 1 : 0), 0) };
}

/** What an order of a typical package of a channel pays of its fee beyond the part of each order. */
function ownShare(packing: Packing, c: number): number {
  const places = placesOf(packing, c);
  return ownFee(packing.problem.contract.channels[c]!, Math.max(1, Math.round(places))) / places;
}

/** Orders in a typical package of a channel. */
function placesOf(packing: Packing, c: number): number {
  const packages = packing.packages[c]!.length;
  return packages === 0 ? 1 : Math.max(1, packing.count[c]! / packages);
}
