import type { Goods } from "./goods.js";

/**
 * Looks for the best contents of a package by depth-first branch and bound, best margin per step first (Horowitz and
 * Sahni 1974, doi:10.1145/321812.321823). Quick where few orders fill a package, whatever the number of steps.
 */
export class ContentSearch {
  /** Whether nothing better than what was found last can exist. */
  complete = false;
  readonly #room: number;
  readonly #maxOrders: number;
  readonly #ranked: number[] = [];
  readonly #ratio: Float64Array;
  /** `[rank]` greatest margin from there on. */
  readonly #greatest: Float64Array;
  readonly #left: Int32Array;
  readonly #path: number[] = [];
  #goods!: Goods;
  #chosen!: Int32Array;
  #best = 0;
  #found = false;
  #looks = 0;
  #mostLooks = 0;

  constructor(room: number, maxOrders: number, most: number) {
    this.#room = room;
    this.#maxOrders = maxOrders;
    this.#ratio = new Float64Array(most);
    this.#greatest = new Float64Array(most + 1);
    this.#left = new Int32Array(most);
  }

  /**
   * @param above what contents must bring in to be of interest
   * @param mostLooks contents to look at before it gives up
   * @param chosen takes the copies of each of the goods in the best contents
   * @returns what these bring in; `above` where none were found
   */
  find(goods: Goods, above: number, mostLooks: number, chosen: Int32Array): number {
    this.#mostLooks = mostLooks;
    this.#goods = goods;
    this.#chosen = chosen;
    this.#best = above;
    this.#found = false;
    this.#looks = 0;
    this.#path.length = 0;
    chosen.fill(0, 0, goods.count);
    const { margin, size } = goods;
    this.#ranked.length = 0;
    for (let i = 0; i < goods.count; i++) {
      if (size[i]! > this.#room) continue;
      this.#ranked.push(i);
      this.#ratio[i] = size[i] === 0 ? Infinity : margin[i]! / size[i]!;
      this.#left[i] = goods.copies[i]!;
    }
    this.#ranked.sort((a, b) => this.#ratio[b]! - this.#ratio[a]! || a - b);
    const n = this.#ranked.length;
    this.#greatest[n] = 0;
    for (let r = n - 1; r >= 0; r--)
      this.#greatest[r] = Math.max(this.#greatest[r + 1]!, margin[this.#ranked[r]!]!);
    this.complete = this.#extend(0, this.#room, this.#maxOrders, 0);
    return this.#best;
  }

  get found(): boolean {
    return this.#found;
  }

  /** Adds one more order of every kind from a rank on; false where it gave up. */
  #extend(rank: number, room: number, places: number, value: number): boolean {
    const { margin, size } = this.#goods;
    for (let r = rank; r < this.#ranked.length; r++) {
      const i = this.#ranked[r]!;
      const more = Math.min(room * this.#ratio[i]!, places * this.#greatest[r]!);
      // With no room left, orders without size still go in.
      if (!(value + more > this.#best) && this.#ratio[i]! < Infinity) return true;
      if (this.#left[i] === 0 || size[i]! > room) continue;
      if (++this.#looks > this.#mostLooks) return false;
      this.#left[i]!--;
      this.#path.push(i);
      const next = value + margin[i]!;
      if (next > this.#best) this.#keep(next);
      const done = places === 1 || this.#extend(r, room - size[i]!, places - 1, next);
      this.#path.pop();
      this.#left[i]!++;
      if (!done) return false;
    }
    return true;
  }

  #keep(value: number): void {
    this.#best = value;
    this.#found = true;
    this.#chosen.fill(0, 0, this.#goods.count);
    for (const i of this.#path) this.#chosen[i]!++;
  }
}
