import type { PackageTerms } from "../../model/contract.js";
import { intoFewer } from "./fewerPackages.js";

/** Orders that are to travel on one channel, with what decides who may share a package. */
export interface Cargo {
  /** Orders in the order of urgency: earlier ones go into earlier packages. */
  readonly orders: Int32Array;
  /** `[order]` amount in minor units. */
  readonly amount: Float64Array;
  /** Separation key of an order. */
  readonly keyOf: (order: number) => number;
}

/**
 * Puts orders into as few packages as it finds, within `maxOrders`, `maxAmount` and separation keys. Where the amount
 * cannot bind that is exact; where it can, the best of first fit in the given order, best fit decreasing and an even
 * spread over the least possible number of packages, and then as many fewer as exchanges bring.
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
  return [...byKey.values()].flatMap((orders) => packKey(orders, cargo.amount, terms));
}

function packKey(orders: readonly number[], amount: Float64Array, terms: PackageTerms): Int32Array[] {
  if (!amountCanBind(orders, amount, terms)) {
    const packages: Int32Array[] = [];
    const size = Math.min(terms.maxOrders, orders.length);
    for (let start = 0; start < orders.length; start += size)
      packages.push(Int32Array.from(orders.slice(start, start + size)));
    return packages;
  }
  const total = orders.reduce((sum, order) => sum + amount[order]!, 0);
  const least = Math.max(Math.ceil(orders.length / terms.maxOrders), Math.ceil(total / terms.maxAmount));
  let best = firstFit(orders, amount, terms);
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

function firstFit(orders: readonly number[], amount: Float64Array, terms: PackageTerms): number[][] {
  const packages: number[][] = [];
  const room: number[] = [];
  let open: number[] = [];
  for (const order of orders) {
    const value = amount[order]!;
    let target = open.find((p) => room[p]! >= value);
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
