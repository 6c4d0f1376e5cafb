import type { PackageTerms } from "../../model/contract.js";
import { FittingOrders } from "./fittingOrders.js";
import { ascending } from "./select.js";

/** Orders of one channel and key, by position. */
export interface Freight {
  /** `[position]` minor units. */
  readonly amount: Float64Array;
  /** `[position]` delay weight in millionths. */
  readonly weight: Float64Array;
}

/** What packages of a channel may hold. */
export type Room = Pick<PackageTerms, "minOrders" | "maxOrders" | "maxAmount">;

/**
 * Packs orders into so many packages, of which the first ones hold as much weight as can be: an order waits for all
 * packages before its own. Each package, from the last one on, takes no more than those before it cannot hold, in
 * orders that are large for their weight. Once all that are left have to be full of orders, these are spread evenly. See
 * formulation.md (filling for the queue).
 *
 * @param clearance part of `maxAmount` that is left free in each package as long as others are to be filled: many orders
 * rarely add up to all the room that there is
 * @returns `[position]` its package, 0 leaves first; null where it finds no way to use so many
 */
export function frontLoaded(
  freight: Freight,
  room: Room,
  count: number,
  clearance: number,
): Int32Array | null {
  const loading = new FrontLoading(freight, room);
  let packages = count;
  while (packages > 1 && loading.fillLast(packages, clearance * room.maxAmount)) packages--;
  return spread(freight.amount, room, packages, loading.packageOf) ? loading.packageOf : null;
}

/**
 * Packs orders into so many packages that are all alike: as many orders in each, amounts spread evenly.
 *
 * @returns `[position]` its package; null where one would be too large or too small
 */
export function evenlyMixed({ amount }: Freight, room: Room, count: number): Int32Array | null {
  const packageOf = new Int32Array(amount.length).fill(-1);
  return spread(amount, room, count, packageOf) ? packageOf : null;
}

class FrontLoading {
  /** `[position]` its package, or -1. */
  readonly packageOf: Int32Array;
  readonly #room: Room;
  /** `[rank]` position; ranks by amount for its weight, least first. */
  readonly #byRank: Int32Array;
  readonly #amount: Float64Array;
  /** `[rank]` sum of the amounts of all ranks below. */
  readonly #below: Float64Array;
  readonly #fitting: FittingOrders;
  /** Least rank without a package. */
  #front = 0;
  #orders: number;
  #left: number;

  constructor({ amount, weight }: Freight, room: Room) {
    const n = amount.length;
    this.packageOf = new Int32Array(n).fill(-1);
    this.#room = room;
    this.#byRank = ascending(amount.map((value, i) => value / weight[i]!));
    this.#amount = valuesAt(amount, this.#byRank);
    this.#below = new Float64Array(n + 1);
    for (let rank = 0; rank < n; rank++) this.#below[rank + 1] = this.#below[rank]! + this.#amount[rank]!;
    this.#fitting = new FittingOrders(this.#amount);
    this.#orders = n;
    this.#left = this.#below[n]!;
  }

  /**
   * Fills the last of so many packages with what those before it cannot hold.
   *
   * @param clearance amount to leave free in each of those before it, if there is so much
   * @returns false where it would have to be full as they are, or finds no such orders: then it holds none
   */
  fillLast(packages: number, clearance: number): boolean {
    const { minOrders, maxOrders, maxAmount } = this.#room;
    const before = packages - 1;
    const least = Math.max(1, minOrders, this.#orders - before * maxOrders);
    if (least >= Math.min(maxOrders, this.#orders)) return false;
    const free = packages * maxAmount - this.#left;
    const needed = this.#left - before * maxAmount;
    const enough = needed + before * Math.min(free / packages, clearance);
    const inside: number[] = [];
    let amount = 0;
    while (inside.length < maxOrders && (inside.length < least || amount < enough)) {
      // Those that lack in number will be the smallest: nothing may take their room.
      const lacking = Math.max(0, least - inside.length - 1);
      const kept = this.#below[this.#front + lacking]! - this.#below[this.#front]!;
      const rank = this.#fitting.lastWithin(maxAmount - amount - kept);
      if (rank < 0) break;
      this.#fitting.take(rank);
      inside.push(rank);
      amount += this.#amount[rank]!;
    }
    if (inside.length < least || amount < needed || inside.length === this.#orders) return false;
    for (const rank of inside) this.packageOf[this.#byRank[rank]!] = before;
    while (this.packageOf[this.#byRank[this.#front]!]! >= 0) this.#front++;
    this.#orders -= inside.length;
    this.#left -= amount;
    return true;
  }
}

/**
 * Deals the orders that have no package to the first packages, the largest orders first: each round gives every package
 * one, the larger ones to those that hold less.
 *
 * @param packageOf `[position]` gets the package
 * @returns whether every package holds as much as it may
 */
function spread(amount: Float64Array, room: Room, packages: number, packageOf: Int32Array): boolean {
  const { minOrders, maxOrders, maxAmount } = room;
  const positions: number[] = [];
  for (let i = 0; i < packageOf.length; i++) if (packageOf[i]! < 0) positions.push(i);
  const each = positions.length / packages;
  if (Math.ceil(each) > maxOrders || Math.floor(each) < Math.max(1, minOrders)) return false;
  const bySize = ascending(valuesAt(amount, positions));
  const used = new Float64Array(packages);
  const emptiest = Int32Array.from(used, (_, p) => p);
  for (let next = bySize.length - 1; next >= 0; ) {
    emptiest.sort((a, b) => used[a]! - used[b]! || a - b);
    for (let p = 0; p < packages && next >= 0; p++, next--) {
      const position = positions[bySize[next]!]!;
      packageOf[position] = emptiest[p]!;
      used[emptiest[p]!]! += amount[position]!;
    }
  }
  return used.every((sum) => sum <= maxAmount);
}

function valuesAt(values: Float64Array, indices: ArrayLike<number>): Float64Array {
  const found = new Float64Array(indices.length);
  for (let i = 0; i < found.length; i++) found[i] = values[indices[i]!]!;
  return found;
}
