import { ownFee } from "../packageFee.js";
import { type SequencedPackage, sequencePackages } from "../sequence.js";
import { evenlyMixed, type Freight, frontLoaded, type Room } from "./frontLoading.js";
import { amountCanBind } from "./pack.js";
import type { Packing } from "./packing.js";

/** Costs less by fewer cost units than this are ties. */
const TIE = 0.5;

/**
 * Packs the channels anew whose packages wait for each other and can be full by amount, so that those that leave first
 * hold as much weight as can be. A channel is changed only if its fees and delay cost less then: it keeps its orders, and
 * has no more packages than before. The packing must be refreshed before, and is then.
 *
 * @returns how many channels were changed
 */
export function refillForQueue(packing: Packing): number {
  let changed = 0;
  for (const channel of refillable(packing)) {
    const loaded = cheapestLoaded(packing, channel);
    if (loaded.cost >= channel.cost - TIE) continue;
    replace(packing, channel, loaded.packages);
    changed++;
  }
  return changed;
}

/**
 * Mixes large and small orders evenly again on channels that {@link refillForQueue} would put back at no higher cost.
 * Packages of like orders have few exchanges to offer: a search does better among packages that are all alike. The
 * packing must be refreshed before, and is then.
 */
export function mixForSearch(packing: Packing): void {
  for (const channel of refillable(packing)) {
    const keys: Key[] = [];
    for (const key of channel.keys) {
      const mixed = packed(packing, channel, key, key.packages.length, evenlyMixed);
      if (mixed !== null) keys.push({ ...key, members: mixed.map(({ inside }) => inside) });
    }
    if (keys.length < channel.keys.length) continue;
    const packages = keys.flatMap(({ members }) => members.map((inside) => packageOf(packing, inside)));
    if (costOf(packing, channel, packages) === Infinity) continue;
    if (cheapestLoaded(packing, { ...channel, keys }).cost > channel.cost + TIE) continue;
    replace(packing, channel, packages);
  }
}

/** A channel of which packages may be packed anew. */
interface Refillable {
  readonly c: number;
  readonly keys: readonly Key[];
  /** Its other packages. */
  readonly others: readonly SequencedPackage[];
  /** Fees and delay as it stands, in cost units. */
  readonly cost: number;
}

/** The packages of one key among them. */
interface Key {
  /** By number. */
  readonly packages: readonly number[];
  /** `[package]` */
  readonly members: readonly (readonly number[])[];
  readonly orders: Int32Array;
  readonly freight: Freight;
  /** Packages below which there can be none. */
  readonly least: number;
}

/** A package as it would be: what its place in the queue depends on, and its orders. */
interface NewPackage extends SequencedPackage {
  readonly inside: readonly number[];
}

interface Loaded {
  readonly packages: readonly NewPackage[];
  /** As that of {@link Refillable}. */
  readonly cost: number;
}

type Pack = (freight: Freight, room: Room, count: number) => Int32Array | null;

function refillable(packing: Packing): Refillable[] {
  if (packing.rate === 0) return [];
  const { channels } = packing.problem.contract;
  const { twins } = packing.problem.classes;
  const waiting = channels.flatMap(({ queue, package: terms }, c) =>
    packing.packages[c]!.length > 1 && queue.perPackage > 0 && terms.maxAmount < Infinity && twins[c] === null
      ? [c]
      : [],
  );
  if (waiting.length === 0) return [];
  const members = packing.members();
  return waiting.flatMap((c) => {
    const keys = keysFullByAmount(packing, c, members);
    if (keys.length === 0) return [];
    const anew = new Set(keys.flatMap((key) => key.packages));
    const others = packing.packages[c]!.filter((p) => !anew.has(p)).map((p) => ({
      orders: packing.size[p]!,
      weight: packing.weight[p]!,
      due: packing.due[p]!,
    }));
    const fees = packing.packages[c]!.reduce((sum, p) => sum + packing.ownFeeOf(p), 0);
    const cost = packing.delay[c]! + fees;
    return [{ c, keys, others, cost }];
  });
}

/** The keys of which amounts can fill packages. What is due before the channel is done stays where it is. */
function keysFullByAmount(packing: Packing, c: number, members: readonly (readonly number[])[]): Key[] {
  const terms = packing.problem.contract.channels[c]!.package;
  const { amount } = packing.problem.orders;
  const { classOf, weight } = packing.problem.classes;
  const finish = packing.packages[c]!.reduce((latest, p) => Math.max(latest, packing.finish[p]!), 0);
  const byKey = new Map<number, number[]>();
  for (const p of packing.packages[c]!) {
    if (packing.due[p]! < finish || packing.size[p] === 0) continue;
    const same = byKey.get(packing.key[p]!);
    if (same === undefined) byKey.set(packing.key[p]!, [p]);
    else same.push(p);
  }
  return [...byKey.values()].flatMap((packages) => {
    const inside = packages.map((p) => members[p]!);
    // In file order, so that ties fall the same way however the orders are packed now.
    const orders = Int32Array.from(inside.flat()).sort();
    if (packages.length < 2 || !amountCanBind(orders, amount, terms)) return [];
    const freight = { amount: new Float64Array(orders.length), weight: new Float64Array(orders.length) };
    let total = 0;
    for (let i = 0; i < orders.length; i++) {
      freight.amount[i] = amount[orders[i]!]!;
      freight.weight[i] = weight[classOf[orders[i]!]!]!;
      total += freight.amount[i]!;
    }
    const least = Math.max(Math.ceil(orders.length / terms.maxOrders), Math.ceil(total / terms.maxAmount));
    return [{ packages, members: inside, orders, freight, least }];
  });
}

/** Part of `maxAmount` to leave free in each package while others packages are filled. */
const CLEARANCE = 0.001;
/** Orders up to which none is tried too: amounts of few orders leave gaps that are larger, or none. */
const FEW_ORDERS = 20_000;

/** The cheapest of as many packages as now and of as few as there can be, those that leave first as full as can be. */
function cheapestLoaded(packing: Packing, channel: Refillable): Loaded {
  const { keys } = channel;
  const orders = keys.reduce((sum, key) => sum + key.orders.length, 0);
  let best: Loaded = { packages: [], cost: Infinity };
  for (const clearance of orders <= FEW_ORDERS ? [CLEARANCE, 0] : [CLEARANCE]) {
    const pack: Pack = (freight, room, count) => frontLoaded(freight, room, count, clearance);
    const asMany = keys.map(
      (key) =>
        packed(packing, channel, key, key.packages.length, pack) ??
        key.members.map((inside) => packageOf(packing, inside)),
    );
    best = cheaper(best, asMany.flat());
    if (keys.every((key) => key.least === key.packages.length)) continue;
    // A package fewer saves its fee, but the orders that fill the last gaps wait for it.
    best = cheaper(
      best,
      keys.flatMap((key, k) => packed(packing, channel, key, key.least, pack) ?? asMany[k]!),
    );
  }
  return best;

  function cheaper(than: Loaded, packages: readonly NewPackage[]): Loaded {
    const cost = costOf(packing, channel, packages);
    return cost < than.cost ? { packages, cost } : than;
  }
}

/** The orders of a key in so many packages; null where that is not to be had. */
function packed(
  packing: Packing,
  { c }: Refillable,
  { orders, freight }: Key,
  count: number,
  pack: Pack,
): NewPackage[] | null {
  const packageAt = pack(freight, packing.problem.contract.channels[c]!.package, count);
  if (packageAt === null) return null;
  const inside: number[][] = Array.from({ length: count }, () => []);
  for (let i = 0; i < orders.length; i++) inside[packageAt[i]!]!.push(orders[i]!);
  return inside.map((each) => packageOf(packing, each));
}

function packageOf(packing: Packing, inside: readonly number[]): NewPackage {
  const { classOf, weight, due } = packing.problem.classes;
  let total = 0;
  let earliest = Infinity;
  for (const order of inside) {
    total += weight[classOf[order]!]!;
    if (due[classOf[order]!]! < earliest) earliest = due[classOf[order]!]!;
  }
  return { orders: inside.length, weight: total, due: earliest, inside };
}

/** Fees and delay with these packages instead, in cost units; Infinity where one is late. */
function costOf(packing: Packing, { c, others }: Refillable, anew: readonly NewPackage[]): number {
  const channel = packing.problem.contract.channels[c]!;
  const { queue } = channel;
  const packages: SequencedPackage[] = [...others, ...anew];
  const { sequence, leave, inTime } = sequencePackages(packages, queue);
  if (!inTime) return Infinity;
  let weighted = 0;
  sequence.forEach((index, i) => {
    weighted += packages[index]!.weight * (leave[i]! + queue.result);
  });
  return packing.rate * weighted + packages.reduce((sum, { orders }) => sum + ownFee(channel, orders), 0);
}

function replace(packing: Packing, { c, keys }: Refillable, anew: readonly NewPackage[]): void {
  for (const { packages, orders } of keys) {
    for (const order of orders) packing.remove(order);
    for (const p of packages) packing.close(p);
  }
  for (const { inside } of anew) packing.openWith(c, inside);
  packing.refresh(c);
}
