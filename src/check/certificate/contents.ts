import type { Work } from "./work.js";

/** Orders of equal steps and margin, as one piece of a knapsack that is taken whole or not at all. */
interface Piece {
  readonly orders: number;
  readonly steps: number;
  readonly margin: number;
}

/** Margins with how many orders have each, and the steps of amount that each takes. */
export interface Likely {
  readonly value: number[];
  readonly count: number[];
  readonly steps: number[];
}

export interface PackageRoom {
  /** Steps of amount that a package holds. */
  readonly room: number;
  readonly maxOrders: number;
}

/** The most that the orders of one package can bring in together, by dynamic programming over steps of amount. */
export class Contents {
  readonly #pieces: readonly Piece[];
  readonly #room: number;
  /** Most orders, where more would fit by amount; 0 where that can never be. */
  readonly #places: number;
  readonly #work: number;

  /** @param likely of which margins not above 0 are of no use */
  constructor({ value, count, steps }: Likely, { room, maxOrders }: PackageRoom) {
    const likes = new Map<string, { steps: number; margin: number; count: number }>();
    value.forEach((margin, i) => {
      if (margin <= 0) return;
      const name = `${steps[i]!} ${margin}`;
      const like = likes.get(name);
      if (like === undefined) likes.set(name, { steps: steps[i]!, margin, count: count[i]! });
      else like.count += count[i]!;
    });
    const alike = [...likes.values()].sort((a, b) => a.steps - b.steps);
    const orders = alike.reduce((sum, { count }) => sum + count, 0);
    this.#room = room;
    this.#places = orders > maxOrders && leastSteps(alike, maxOrders + 1) <= room ? maxOrders : 0;
    this.#work = orders * (room + 1) * Math.max(1, this.#places);
    this.#pieces = alike.flatMap((like) => piecesOf(like));
  }

  greatest(work: Work): bigint {
    work.add(this.#work);
    return BigInt(this.#places === 0 ? this.#bySteps() : this.#byStepsAndOrders());
  }

  #bySteps(): number {
    /** `[steps]` */
    const best = new Float64Array(this.#room + 1);
    for (const { steps, margin } of this.#pieces)
      for (let used = this.#room; used >= steps; used--) {
        const more = best[used - steps]! + margin;
        if (more > best[used]!) best[used] = more;
      }
    return best[this.#room]!;
  }

  #byStepsAndOrders(): number {
    const row = this.#room + 1;
    /** `[orders][steps]` of at most so many of both. */
    const best = new Float64Array((this.#places + 1) * row);
    for (const { orders, steps, margin } of this.#pieces)
      for (let n = this.#places; n >= orders; n--) {
        const to = n * row;
        const from = (n - orders) * row - steps;
        for (let used = this.#room; used >= steps; used--) {
          const more = best[from + used]! + margin;
          if (more > best[to + used]!) best[to + used] = more;
        }
      }
    return best[this.#places * row + this.#room]!;
  }
}

/** Steps of the so many orders that take least. */
function leastSteps(
  ascending: readonly { readonly steps: number; readonly count: number }[],
  orders: number,
): number {
  let left = orders;
  let sum = 0;
  for (const { steps, count } of ascending) {
    sum += steps * Math.min(left, count);
    left -= Math.min(left, count);
  }
  return sum;
}

/** 1, 2, 4, … orders and the rest: every number up to the count is a sum of some of them. */
function piecesOf({
  steps,
  margin,
  count,
}: {
  readonly steps: number;
  readonly margin: number;
  readonly count: number;
}): Piece[] {
  const pieces: Piece[] = [];
  let left = count;
  for (let orders = 1; left > 0; orders *= 2) {
    const taken = Math.min(orders, left);
    pieces.push({ orders: taken, steps: taken * steps, margin: taken * margin });
    left -= taken;
  }
  return pieces;
}
