import { MoveGraph } from "./chains.js";
import { bestOtherPlace, putOn, relocateOrders, swapOrders, takeOut } from "./moves.js";
import type { Packing } from "./packing.js";

/**
 * Improvement by whole packages: close one and place its orders elsewhere, or open one and fill it from other
 * channels. A trial is made on the packing itself and taken back from a copy unless the whole plan costs less then.
 */
export class Trials {
  readonly #saved: Packing;

  constructor(
    readonly packing: Packing,
    spare: Packing,
    readonly shouldStop: () => boolean,
  ) {
    this.#saved = spare;
    this.#saved.copyFrom(packing);
  }

  /** Makes a change and keeps it only if the plan is in time and costs less. The packing must be refreshed before. */
  attempt(change: () => boolean): boolean {
    const before = this.packing.objective;
    const kept = change() && this.#settle() && this.packing.objective < before - 0.5;
    if (kept) this.#saved.copyFrom(this.packing);
    else this.packing.copyFrom(this.#saved);
    return kept;
  }

  /** Keeps what was changed outside of attempts. */
  keep(): void {
    this.#saved.copyFrom(this.packing);
  }

  #settle(): boolean {
    const { packages } = this.packing;
    if (packages.some((each, c) => each.some((p) => this.packing.isBelowMinimum(p, c)))) return false;
    this.packing.refreshDues();
    return this.packing.refreshAll();
  }
}

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
  const saved = packing.problem.contract.channels[c]!.package.fee + packing.delay[c]! + 1;
  return emptiest.filter((p) => -sumOfLargest(losses.get(packing.key[p]!)!, packing.size[p]!) < saved);
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
  const { classes, contract } = packing.problem;
  const leaving = packing.size[p]!;
  const key = packing.key[p]!;
  const fee = contract.channels[c]!.package.fee;
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
  // Later packages finish earlier without this one: at most by its whole delay.
  if (loss >= fee + packing.delay[c]! + 1) return false;
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
    const k = classes.classOf[order]!;
    packing.remove(order);
    // The channel gets shorter by a package: its slack is worked out when all is done.
    packing.slack[c] = Infinity;
    const q = packing.packages[c]!.find(
      (other) => other !== p && packing.packageHasRoom(other, k, packing.problem.orders.amount[order]!),
    );
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

/** Opens packages where the orders that would fill them save more than it costs. Returns how many. */
export function openPackages(trials: Trials): number {
  const { packing } = trials;
  const { contract } = packing.problem;
  let opened = 0;
  for (let c = 0; c < contract.channels.length; c++) {
    if (contract.channels[c]!.mode !== "batch") continue;
    for (let again = true; again && !trials.shouldStop(); ) {
      again = false;
      for (const key of worthOpening(packing, c)) {
        if (trials.shouldStop()) return opened;
        // First by what is saved at once; then counting on the places that the leavers free.
        const saved =
          trials.attempt(() => openPackage(packing, c, key, 0)) ||
          trials.attempt(() => openPackage(packing, c, key, 1) && closeFreed(packing));
        if (saved) {
          opened++;
          again = true;
        }
      }
    }
  }
  return opened;
}

/** Separation keys for which the orders that gain most from a new package, as many as fit, gain more than its fee. */
function worthOpening(packing: Packing, c: number): number[] {
  const { classes, contract } = packing.problem;
  const C = classes.channels;
  if (!packing.usage.hasPackageRoom(c)) return [];
  const { fee, maxOrders } = contract.channels[c]!.package;
  const room = Math.min(maxOrders, packing.roomOf(c));
  if (room <= 0) return [];
  const shares = contract.channels.map((channel, from) => channel.package.fee / placesOf(packing, from));
  const finish = finishOfNext(packing, c);
  const { charge, key, weight, classOf, penalty } = classes;
  const { channelOf, packageOf } = packing;
  const singleFinish = contract.channels.map((channel, from) =>
    channel.mode === "single" ? packing.singleFinish(from) : 0,
  );
  const gains = new Map<number, number[]>();
  for (let i = 0; i < channelOf.length; i++) {
    const k = classOf[i]!;
    const from = channelOf[i]!;
    if (k < 0 || from === c) continue;
    const there = charge[k * C + c]!;
    if (there < 0) continue;
    const p = packageOf[i]!;
    const here =
      from < 0
        ? penalty[k]!
        : charge[k * C + from]! +
          shares[from]! +
          packing.rate * weight[k]! * (p >= 0 ? packing.finish[p]! : singleFinish[from]!);
    const gain = here - there - packing.rate * weight[k]! * finish;
    if (gain <= 0) continue;
    const which = key[k * C + c]!;
    const same = gains.get(which);
    if (same === undefined) gains.set(which, [gain]);
    else same.push(gain);
  }
  return [...gains]
    .filter(([, each]) => sumOfLargest(each, room) > fee)
    .map(([which]) => which)
    .sort((a, b) => a - b);
}

function sumOfLargest(values: readonly number[], count: number): number {
  const sorted = Float64Array.from(values).sort();
  let sum = 0;
  for (let i = sorted.length - 1; i >= Math.max(0, sorted.length - count); i--) sum += sorted[i]!;
  return sum;
}

/** When an empty package at the end of a channel's sequence would finish. */
function finishOfNext(packing: Packing, c: number): number {
  const { queue } = packing.problem.contract.channels[c]!;
  const leave = packing.packages[c]!.map((p) => packing.finish[p]! - queue.result).sort((a, b) => a - b);
  const free = leave.length < queue.lanes ? queue.start : leave[leave.length - queue.lanes]!;
  return free + queue.perPackage + queue.result;
}

/**
 * Opens a package of that key and pulls in the orders that gain most.
 *
 * @param freed how much of its share in the package fee an order is credited for the place that it leaves
 */
function openPackage(packing: Packing, c: number, key: number, freed: 0 | 1): boolean {
  const { classes, contract, orders } = packing.problem;
  const C = classes.channels;
  const { package: terms, queue } = contract.channels[c]!;
  if (!packing.usage.hasPackageRoom(c)) return false;
  const p = packing.open(c, key);
  packing.refresh(c);
  if (packing.finish[p]! - queue.result > queue.cutOff) return false;
  const finish = packing.finish[p]!;
  const shares = contract.channels.map((channel, from) =>
    freed === 1 ? channel.package.fee / placesOf(packing, from) : 0,
  );
  const rows: number[] = [];
  const gains: number[] = [];
  for (let i = 0; i < packing.channelOf.length; i++) {
    const k = classes.classOf[i]!;
    const from = packing.channelOf[i]!;
    if (k < 0 || from === c) continue;
    const charge = classes.charge[k * C + c]!;
    if (charge < 0 || classes.key[k * C + c] !== key || finish + queue.perOrder > classes.due[k]!) continue;
    const share = from >= 0 ? shares[from]! : 0;
    const gain = packing.costAt(i) + share - charge - packing.rate * classes.weight[k]! * finish;
    if (gain <= 0) continue;
    rows.push(i);
    gains.push(gain);
  }
  const most = Math.min(terms.maxOrders, packing.roomOf(c));
  if (rows.length < terms.minOrders || sumOfLargest(gains, most) <= terms.fee) return false;
  const offers = Int32Array.from(rows, (_, o) => o).sort((a, b) => gains[b]! - gains[a]! || a - b);
  for (const offer of offers) {
    if (packing.size[p]! >= most) break;
    const order = rows[offer]!;
    const k = classes.classOf[order]!;
    const from = packing.channelOf[order]!;
    const source = packing.packageOf[order]!;
    if (!packing.packageHasRoom(p, k, orders.amount[order]!)) continue;
    if (
      source >= 0 &&
      packing.size[source]! > 1 &&
      packing.size[source]! <= contract.channels[from]!.package.minOrders
    )
      continue;
    const rule = classes.rule[k * C + c]!;
    if (from >= 0) takeOut(packing, order);
    if (packing.usage.hasRoom(c, rule, orders.amount[order]!)) packing.add(order, c, p);
    else if (from >= 0 && !putOn(packing, order, from, true)) return false;
  }
  return packing.size[p]! >= terms.minOrders;
}

/** Orders in a typical package of a channel. */
function placesOf(packing: Packing, c: number): number {
  const packages = packing.packages[c]!.length;
  return packages === 0 ? 1 : Math.max(1, packing.count[c]! / packages);
}

/** After orders have left, gathers the emptied places of each channel and closes the packages that this empties. */
function closeFreed(packing: Packing): boolean {
  packing.refreshDues();
  if (!packing.refreshAll()) return false;
  for (let c = 0; c < packing.packages.length; c++) mergePackages(packing, c);
  relocateOrders(packing);
  return true;
}

/** Empties the emptiest package of each key into the places of the others, as far as they go. */
export function mergePackages(packing: Packing, c: number): void {
  const { classes, orders, contract } = packing.problem;
  const { maxOrders } = contract.channels[c]!.package;
  for (const p of emptiestByKey(packing, c)) {
    const others = packing.packages[c]!.filter((q) => q !== p && packing.key[q] === packing.key[p]);
    const room = others.reduce((sum, q) => sum + maxOrders - packing.size[q]!, 0);
    if (others.length === 0 || room < packing.size[p]!) continue;
    for (let i = 0; i < packing.packageOf.length; i++) {
      if (packing.packageOf[i] !== p) continue;
      const k = classes.classOf[i]!;
      const amount = orders.amount[i]!;
      const q = others.find((other) => packing.packageHasRoom(other, k, amount));
      if (q === undefined) break;
      packing.remove(i);
      packing.add(i, c, q);
    }
    if (packing.size[p] === 0) packing.close(p);
  }
  packing.refresh(c);
}

/** Rounds that gain less than this part of the objective are the last: what is left is not worth the time. */
export const WORTHWHILE = 1e-5;

/** Moves and exchanges until a whole round gains next to nothing. The packing is refreshed afterwards. */
export function polish(trials: Trials): void {
  const { packing } = trials;
  for (let round = 0; round < 20 && !trials.shouldStop(); round++) {
    const before = packing.objective;
    trials.attempt(() => relocateOrders(packing) > 0);
    // Chains first: they do in bulk what exchanges do one by one.
    applyChains(trials);
    trials.attempt(() => swapOrders(packing) > 0);
    if (before - packing.objective < Math.max(0.5, before * WORTHWHILE)) break;
  }
}

/** Chains tried in a row: each one may be applied thousands of times. */
const CHAINS = 40;

function applyChains(trials: Trials): void {
  const { packing } = trials;
  const graph = new MoveGraph(packing);
  if (graph.isTooLarge) return;
  for (let tries = 0; tries < CHAINS && !trials.shouldStop(); tries++) {
    const before = packing.objective;
    const chain = graph.negativeChain();
    if (chain === undefined || !trials.attempt(() => graph.apply(chain) > 0)) return;
    if (before - packing.objective < before * WORTHWHILE * 0.1) return;
    graph.update(chain);
  }
}
