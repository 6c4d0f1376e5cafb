import type { Channel } from "../model/contract.js";
import { fieldOf, type OrderTable } from "../model/order.js";

/**
 * Orders of a channel that may not share a package (`uniqueBy`). Only those count that have a twin: of the same separation
 * key, equal in all the fields. Plain data on shared memory.
 */
export interface Twins {
  /** `[order]` which twins it is one of, or -1 where it may travel with any. */
  readonly of: Int32Array;
  /** Sets of twins there are. */
  readonly count: number;
  /** `[key]` how many orders each set of twins has, most first. */
  readonly setsOf: readonly Int32Array[];
}

/**
 * @param keyOf separation key of an order that the channel could take, -1 of others
 * @returns null where no two orders are kept apart
 */
export function twinsOf(
  { package: { uniqueBy } }: Channel,
  orders: OrderTable,
  keyOf: (order: number) => number,
): Twins | null {
  if (uniqueBy.length === 0) return null;
  const names = new Map<string, number>();
  const nameOf = orders.profiles.map((profile) => {
    const values = uniqueBy.map((field) => fieldOf(profile, field));
    if (values.includes("")) return -1;
    const text = JSON.stringify(values);
    if (!names.has(text)) names.set(text, names.size);
    return names.get(text)!;
  });
  const sets = new Map<number, { key: number; orders: number; number: number }>();
  const setOf = (order: number) => keyOf(order) * names.size + nameOf[orders.profile[order]!]!;
  const isKept = (order: number) => keyOf(order) >= 0 && nameOf[orders.profile[order]!]! >= 0;
  for (let i = 0; i < orders.count; i++) {
    if (!isKept(i)) continue;
    const set = sets.get(setOf(i));
    if (set === undefined) sets.set(setOf(i), { key: keyOf(i), orders: 1, number: -1 });
    else set.orders++;
  }
  const setsOfKey: number[][] = [];
  let count = 0;
  for (const set of sets.values()) {
    if (set.orders < 2) continue;
    set.number = count++;
    while (setsOfKey.length <= set.key) setsOfKey.push([]);
    setsOfKey[set.key]!.push(set.orders);
  }
  if (count === 0) return null;
  const of = new Int32Array(new SharedArrayBuffer(orders.count * 4)).fill(-1);
  for (let i = 0; i < orders.count; i++) if (isKept(i)) of[i] = sets.get(setOf(i))!.number;
  return { of, count, setsOf: setsOfKey.map((sizes) => Int32Array.from(sizes).sort().reverse()) };
}

/** Whether some of these orders may not share a package. */
export function holdTwins({ of }: Twins, orders: ArrayLike<number>): boolean {
  const seen = new Set<number>();
  for (let i = 0; i < orders.length; i++) {
    const twin = of[orders[i]!]!;
    if (twin < 0) continue;
    if (seen.has(twin)) return true;
    seen.add(twin);
  }
  return false;
}

/**
 * @param members orders of a channel, package after package
 * @returns `[set of twins]` packages that hold one of them
 */
export function packagesWith(
  { of }: Twins,
  members: Int32Array,
  sizes: Int32Array,
): ReadonlyMap<number, ReadonlySet<number>> {
  const holding = new Map<number, Set<number>>();
  let next = 0;
  sizes.forEach((size, p) => {
    for (const end = next + size; next < end; next++) {
      const twin = of[members[next]!]!;
      if (twin < 0) continue;
      const packages = holding.get(twin);
      if (packages === undefined) holding.set(twin, new Set([p]));
      else packages.add(p);
    }
  });
  return holding;
}
