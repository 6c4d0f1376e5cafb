import type { PackageTerms } from "../../model/contract.js";
import { holdTwins, type Twins } from "../twins.js";
import { intoFewer } from "./fewerPackages.js";

/** Orders that are to travel on one channel, with what decides who may share a package. */
export interface Cargo {
  /** Orders in the order of urgency: earlier ones go into earlier packages. */
  readonly orders: Int32Array;
  /** `[order]` amount in minor units. */
  readonly amount: Float64Array;
  /** Separation key of an order. */
  readonly keyOf: (order: number) => number;
  /** Which of them may not share a package; null where all may. */
  readonly twins: Twins | null;
}

/**
 * Puts orders into as few packages as it finds, within `maxOrders`, `maxAmount` and separation keys. Where the amount
 * cannot bind that is exact; where it can, the best of first fit in the given order, best fit decreasing and an even
 * spread over the least possible number of packages, and then as many fewer as exchanges bring. Orders that may not share a
 * package are dealt out, or by first fit where amounts can bind.
 *
 * @returns packages in the order in which they were opened, their orders in the given order
 */
export function packOrders(cargo: Cargo, terms: PackageTerms): Int32Array[] {
  const byKey = new Map<number, number[]>();
  for (const order of cargo.orders) {
    const key = cargo.keyOf(order);
    const same = byKey.get(key);
    if (same === undefined) byKey.set(key, [order]);
    else same.push(order);
  }
  return [...byKey.values()].flatMap((orders) => {
    const apart = cargo.twins !== null && holdTwins(cargo.twins, orders) ? cargo.twins : null;
    return packKey(orders, cargo.amount, terms, apart);
  });
}

function packKey(
  orders: readonly number[],
  amount: Float64Array,
  terms: PackageTerms,
  twins: Twins | null,
): Int32Array[] {
  if (!amountCanBind(orders, amount, terms)) {
    if (twins !== null) return dealt(orders, terms.maxOrders, twins);
    const packages: Int32Array[] = [];
    const size = Math.min(terms.maxOrders, orders.length);
    for (let start = 0; start < orders.length; start += size)
      packages.push(Int32Array.from(orders.slice(start, start + size)));
    return packages;
  }
  const total = orders.reduce((sum, order) => sum + amount[order]!, 0);
  const least = Math.max(Math.ceil(orders.length / terms.maxOrders), Math.ceil(total / terms.maxAmount));
  let best = firstFit(orders, amount, terms, twins);
  if (twins !== null) return best.map((inside) => Int32Array.from(inside));
  if (best.length > least) {
    const decreasing = [...orders].sort((a, b) => amount[b]! - amount[a]!);
    const candidates = [
      () => bestFit(decreasing, amount, terms),
      () => evenSpread(decreasing, amount, terms, least),
    ];
    for (const candidate of candidates) {
      const packages = candidate();
      if (packages !== null && packages.length < best.length) best = packages;
      if (best.length === least) break;
    }
  }
  const fewest = intoFewer(best, amount, terms, least);
  if (fewest.length === best.length) return best.map((inside) => Int32Array.from(inside));
  // Back into the given order, which says what is urgent.
  const rank = new Map(orders.map((order, i) => [order, i]));
  return fewest
    .map((inside) => Int32Array.from(inside).sort((x, y) => rank.get(x)! - rank.get(y)!))
    .sort((x, y) => rank.get(x[0]!)! - rank.get(y[0]!)!);
}

/** Deals orders out evenly, twins one after another: no package gets two of a set, and no number of packages less would do. */
function dealt(orders: readonly number[], maxOrders: number, { of }: Twins): Int32Array[] {
  const sets = new Map<number, number[]>();
  for (const order of orders) {
    const set = sets.get(of[order]!);
    if (set === undefined) sets.set(of[order]!, [order]);
    else set.push(order);
  }
  const free = sets.get(-1) ?? [];
  sets.delete(-1);
  const kept = [...sets.values()];
  const most = kept.reduce((largest, set) => Math.max(largest, set.length), 1);
  const packages: number[][] = Array.from(
    { length: Math.max(most, Math.ceil(orders.length / maxOrders)) },
    () => [],
  );
  [...kept, free].flat().forEach((order, i) => {
    packages[i % packages.length]!.push(order);
  });
  const rank = new Map(orders.map((order, i) => [order, i]));
  return packages.map((inside) => Int32Array.from(inside.sort((a, b) => rank.get(a)! - rank.get(b)!)));
}

/** Whether some permitted set of the orders could be too large in amount for a package. */
export function amountCanBind(
  orders: Int32Array | readonly number[],
  amount: Float64Array,
  terms: PackageTerms,
): boolean {
  if (terms.maxAmount === Infinity) return false;
  let largest = 0;
  let total = 0;
  for (const order of orders) {
    total += amount[order]!;
    if (amount[order]! > largest) largest = amount[order]!;
  }
  return Math.min(total, largest * terms.maxOrders) > terms.maxAmount;
}

/** Packages that first fit keeps open: beyond, it forgets the fullest, which keeps it linear. */
const OPEN_PACKAGES = 64;

function firstFit(
  orders: readonly number[],
  amount: Float64Array,
  terms: PackageTerms,
  twins: Twins | null,
): number[][] {
  const packages: number[][] = [];
  const room: number[] = [];
  /** Twins by package: package × number of sets + set. */
  const held = new Set<number>();
  let open: number[] = [];
  for (const order of orders) {
    const value = amount[order]!;
    const twin = twins?.of[order] ?? -1;
    let target = open.find((p) => room[p]! >= value && !(twin >= 0 && held.has(p * twins!.count + twin)));
    if (target === undefined) {
      target = packages.length;
      packages.push([]);
      room.push(terms.maxAmount);
      open.push(target);
      if (open.length > OPEN_PACKAGES) {
        const fullest = open.reduce((a, b) => (room[b]! < room[a]! ? b : a));
        open = open.filter((p) => p !== fullest);
      }
    }
    packages[target]!.push(order);
    room[target]! -= value;
    if (twin >= 0) held.add(target * twins!.count + twin);
    if (packages[target]!.length >= terms.maxOrders) open = open.filter((p) => p !== target);
  }
  return packages;
}

/** Best fit over orders of descending amount: each goes where least amount is left over. */
function bestFit(
  decreasing: readonly number[],
  amount: Float64Array,
  terms: PackageTerms,
): number[][] | null {
  if (decreasing.length > 20_000) return null; // quadratic at worst; large loads fill well by first fit
  const packages: number[][] = [];
  const room: number[] = [];
  for (const order of decreasing) {
    const value = amount[order]!;
    let target = -1;
    for (let p = 0; p < packages.length; p++) {
      if (packages[p]!.length >= terms.maxOrders || room[p]! < value) continue;
      if (target < 0 || room[p]! < room[target]!) target = p;
    }
    if (target < 0) {
      target = packages.length;
      packages.push([]);
      room.push(terms.maxAmount);
    }
    packages[target]!.push(order);
    room[target]! -= value;
  }
  return packages;
}

/** The least possible number of packages, each order into the one of least amount; null where that does not hold. */
function evenSpread(
  decreasing: readonly number[],
  amount: Float64Array,
  terms: PackageTerms,
  count: number,
): number[][] | null {
  const packages: number[][] = Array.from({ length: count }, () => []);
  const used = new Float64Array(count);
  for (const order of decreasing) {
    let target = -1;
    for (let p = 0; p < count; p++) {
      if (packages[p]!.length >= terms.maxOrders) continue;
      if (target < 0 || used[p]! < used[target]!) target = p;
    }
    if (target < 0 || used[target]! + amount[order]! > terms.maxAmount) return null;
    packages[target]!.push(order);
    used[target]! += amount[order]!;
  }
  return packages;
}
