import { PairNumbers } from "../exact.js";
import type { Instance } from "../instance.js";

/** Orders that no price can tell apart: each once, with how many there are. */
export interface Likes {
  /** `[like]` one of the orders. */
  readonly order: Int32Array;
  readonly count: Float64Array;
}

/** Every order on its own. */
export function eachAlone({ orders }: Instance): Likes {
  return {
    order: Int32Array.from({ length: orders.count }, (_, i) => i),
    count: new Float64Array(orders.count).fill(1),
  };
}

/** Puts together orders of equal profile, amount and group: worth the trouble where many sets of prices are to be tried. */
export function findLikes({ orders }: Instance, groups: readonly (number | null)[] | undefined): Likes {
  const amounts = new Map<number, number>();
  const pairs = new PairNumbers();
  const withGroup = new PairNumbers();
  /** Groups as they come, from 1: a certificate may number them as it likes, pairs are of small numbers only. */
  const groupNumbers = new Map<number, number>();
  const groupOf = (order: number): number => {
    const group = groups?.[order] ?? null;
    if (group === null) return 0;
    const known = groupNumbers.get(group) ?? groupNumbers.size + 1;
    groupNumbers.set(group, known);
    return known;
  };
  const order: number[] = [];
  const count: number[] = [];
  for (let i = 0; i < orders.count; i++) {
    const amount = orders.amount[i]!;
    let number = amounts.get(amount);
    if (number === undefined) {
      number = amounts.size;
      amounts.set(amount, number);
    }
    const like = withGroup.of(pairs.of(orders.profile[i]!, number), groupOf(i));
    if (like === order.length) {
      order.push(i);
      count.push(0);
    }
    count[like]!++;
  }
  return { order: Int32Array.from(order), count: Float64Array.from(count) };
}
