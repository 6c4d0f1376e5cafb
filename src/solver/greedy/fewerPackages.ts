/** Orders up to which it is worth a try: the search is quadratic. */
const MOST_ORDERS = 2_000;
/** Attempts to make room for one order. */
const MOST_EXCHANGES = 4_000;

/** What a package may hold. */
export interface PackageRoom {
  readonly maxOrders: number;
  readonly maxAmount: number;
}

/**
 * Tries to pack the same orders into one package fewer, again and again: the package of least amount is given up, and its
 * orders go where there is room, in exchange for a lighter order, or where an exchange between two others makes room.
 * Every exchange leaves less amount without a place, so that it ends.
 *
 * @param packages orders of each; not changed
 * @param least packages below which there can be none
 */
export function intoFewer(
  packages: readonly (readonly number[])[],
  amount: Float64Array,
  room: PackageRoom,
  least: number,
): readonly (readonly number[])[] {
  const orders = packages.reduce((sum, inside) => sum + inside.length, 0);
  if (orders > MOST_ORDERS) return packages;
  let best = packages;
  while (best.length > least) {
    const fewer = new Repacking(best, amount, room).run();
    if (fewer === null) return best;
    best = fewer;
  }
  return best;
}

class Repacking {
  readonly #packages: number[][];
  readonly #left: number[];
  readonly #amount: Float64Array;
  readonly #maxOrders: number;
  /** Without a place, heaviest last. */
  readonly #loose: number[];
  #exchanges = MOST_EXCHANGES;

  constructor(packages: readonly (readonly number[])[], amount: Float64Array, room: PackageRoom) {
    const used = packages.map((inside) => inside.reduce((sum, order) => sum + amount[order]!, 0));
    const lightest = used.indexOf(Math.min(...used));
    this.#amount = amount;
    this.#maxOrders = room.maxOrders;
    this.#packages = packages.filter((_, p) => p !== lightest).map((inside) => [...inside]);
    this.#left = used.filter((_, p) => p !== lightest).map((sum) => room.maxAmount - sum);
    this.#loose = [...packages[lightest]!].sort((a, b) => amount[a]! - amount[b]!);
  }

  /** The packages, all orders in them; null where it finds no way. */
  run(): number[][] | null {
    for (let order = this.#loose.pop(); order !== undefined; order = this.#loose.pop()) {
      if (this.#exchanges-- <= 0) return null;
      if (!this.#place(order) && !this.#replace(order) && !this.#makeRoom(order)) return null;
    }
    return this.#packages;
  }

  #isFree(p: number): boolean {
    return this.#packages[p]!.length < this.#maxOrders;
  }

  /** Where least amount is left over. */
  #place(order: number): boolean {
    const value = this.#amount[order]!;
    let target = -1;
    for (let p = 0; p < this.#packages.length; p++) {
      if (!this.#isFree(p) || this.#left[p]! < value) continue;
      if (target < 0 || this.#left[p]! < this.#left[target]!) target = p;
    }
    if (target < 0) return false;
    this.#packages[target]!.push(order);
    this.#left[target]! -= value;
    return true;
  }

  /** In the place of a lighter order, the lightest that will do, which is loose then. */
  #replace(order: number): boolean {
    const value = this.#amount[order]!;
    let [target, index] = [-1, -1];
    let least = value;
    for (let p = 0; p < this.#packages.length; p++)
      this.#packages[p]!.forEach((other, i) => {
        const freed = this.#amount[other]!;
        if (freed >= least || this.#left[p]! + freed < value) return;
        [target, index, least] = [p, i, freed];
      });
    if (target < 0) return false;
    const other = this.#packages[target]![index]!;
    this.#packages[target]![index] = order;
    this.#left[target]! += least - value;
    const at = this.#loose.findIndex((each) => this.#amount[each]! >= least);
    this.#loose.splice(at < 0 ? this.#loose.length : at, 0, other);
    return true;
  }

  /** Into a package that gives a heavier order for a lighter one of another package. */
  #makeRoom(order: number): boolean {
    const value = this.#amount[order]!;
    for (let p = 0; p < this.#packages.length; p++) {
      if (!this.#isFree(p)) continue;
      const missing = value - this.#left[p]!;
      for (let i = 0; i < this.#packages[p]!.length; i++)
        for (let q = 0; q < this.#packages.length; q++) {
          if (q === p) continue;
          for (let j = 0; j < this.#packages[q]!.length; j++) {
            const [heavy, light] = [this.#packages[p]![i]!, this.#packages[q]![j]!];
            const moved = this.#amount[heavy]! - this.#amount[light]!;
            if (moved < missing || moved > this.#left[q]!) continue;
            this.#packages[p]![i] = light;
            this.#packages[q]![j] = heavy;
            this.#left[q]! -= moved;
            this.#left[p]! += moved - value;
            this.#packages[p]!.push(order);
            return true;
          }
        }
    }
    return false;
  }
}
