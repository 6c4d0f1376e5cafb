import { ContentSearch } from "./contentSearch.js";
import type { Goods } from "./goods.js";

/** States of a dynamic program up to which nothing is quicker. */
const QUICK_STATES = 400_000;
/** Contents looked at where the best are not asked for. */
const QUICK_LOOKS = 20_000;

/**
 * Finds the contents of a package that bring in most: a bounded knapsack over steps of amount, and over orders where
 * more would fit than a package may hold. By dynamic programming, in which pieces of 1, 2, 4, … copies make every number of
 * copies; where that would be long, a search tries first.
 */
export class ContentFinder {
  /** Copies of each of the goods in the contents last found. */
  readonly chosen: Int32Array;
  readonly #search: ContentSearch;
  readonly #room: number;
  readonly #maxOrders: number;
  readonly #pieceGood: Int32Array;
  readonly #pieceCopies: Int32Array;
  #value = new Float64Array(0);
  /** `[piece][places][steps]` */
  #taken = new Uint8Array(0);

  /**
   * @param most goods
   * @param orders of all goods together
   */
  constructor(room: number, maxOrders: number, most: number, orders: number) {
    this.#search = new ContentSearch(room, maxOrders, most);
    this.#room = room;
    this.#maxOrders = maxOrders;
    this.chosen = new Int32Array(most);
    this.#pieceGood = new Int32Array(orders);
    this.#pieceCopies = new Int32Array(orders);
  }

  /** Whether it takes a while to find contents of such goods. */
  isSlow(goods: Goods): boolean {
    return this.#states(goods) > QUICK_STATES;
  }

  /** States of the dynamic program, about. */
  #states(goods: Goods): number {
    return goods.count * (this.#room + 1) * (this.#places(goods) + 1);
  }

  /**
   * @param above what contents must bring in to be of interest
   * @param exact false where it may miss some rather than take long
   * @returns what the contents in {@link chosen} bring in; at most `above` where there are none of interest
   */
  find(goods: Goods, above: number, exact: boolean): number {
    const states = this.#states(goods);
    if (states <= QUICK_STATES) return this.#program(goods);
    // A look costs about ten times a state.
    const looks = exact ? states / 20 : QUICK_LOOKS;
    const found = this.#search.find(goods, above, looks, this.chosen);
    if (this.#search.complete || found > above || !exact) return found;
    return this.#program(goods);
  }

  #program(goods: Goods): number {
    const places = this.#places(goods);
    const pieces = this.#cut(goods);
    this.chosen.fill(0, 0, goods.count);
    const cells = this.#room + 1;
    const states = cells * (places + 1);
    if (this.#value.length < states) this.#value = new Float64Array(states);
    if (this.#taken.length < states * pieces) this.#taken = new Uint8Array(2 * states * pieces);
    const value = this.#value.fill(0, 0, states);
    const taken = this.#taken.fill(0, 0, states * pieces);
    for (let p = 0; p < pieces; p++) {
      const good = this.#pieceGood[p]!;
      const copies = this.#pieceCopies[p]!;
      const size = goods.size[good]! * copies;
      const margin = goods.margin[good]! * copies;
      const used = places === 0 ? 0 : copies;
      const base = p * states;
      for (let n = places; n >= used; n--) {
        const to = n * cells;
        const from = (n - used) * cells - size;
        for (let u = this.#room; u >= size; u--) {
          const more = value[from + u]! + margin;
          if (more > value[to + u]!) {
            value[to + u] = more;
            taken[base + to + u] = 1;
          }
        }
      }
    }
    let n = places;
    let u = this.#room;
    const best = value[n * cells + u]!;
    for (let p = pieces - 1; p >= 0; p--) {
      if (taken[p * states + n * cells + u] === 0) continue;
      const good = this.#pieceGood[p]!;
      const copies = this.#pieceCopies[p]!;
      this.chosen[good]! += copies;
      u -= goods.size[good]! * copies;
      if (places > 0) n -= copies;
    }
    return best;
  }

  /** Most orders, where more of the goods would fit by amount; else 0. */
  #places(goods: Goods): number {
    if (this.#maxOrders === Infinity) return 0;
    let least = Infinity;
    let orders = 0;
    for (let i = 0; i < goods.count; i++) {
      least = Math.min(least, goods.size[i]!);
      orders += goods.copies[i]!;
    }
    const fit = least === 0 ? orders : Math.min(orders, Math.floor(this.#room / least));
    return fit > this.#maxOrders ? this.#maxOrders : 0;
  }

  #cut(goods: Goods): number {
    let pieces = 0;
    for (let i = 0; i < goods.count; i++) {
      const size = goods.size[i]!;
      let left = Math.min(goods.copies[i]!, this.#maxOrders);
      if (size > 0) left = Math.min(left, Math.floor(this.#room / size));
      for (let some = 1; left > 0; some *= 2) {
        const copies = Math.min(some, left);
        left -= copies;
        this.#pieceGood[pieces] = i;
        this.#pieceCopies[pieces] = copies;
        pieces++;
      }
    }
    return pieces;
  }
}
