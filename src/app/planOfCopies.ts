import type { Plan } from "../model/plan.js";

/**
 * A plan of orders that are copies of others: the first copy takes the place of its origin. It may have packages that are too
 * small.
 */
export function planOfCopies({ loads }: Plan, origin: Int32Array): Plan {
  const firstCopy = new Map<number, number>();
  origin.forEach((row, copy) => {
    if (!firstCopy.has(row)) firstCopy.set(row, copy);
  });
  return {
    loads: loads.map(({ orders, packageSizes }) => {
      const kept: number[] = [];
      const sizes: number[] = [];
      let next = 0;
      const take = (size: number) => {
        const before = kept.length;
        for (const order of orders.subarray(next, next + size)) {
          const copy = firstCopy.get(order);
          if (copy !== undefined) kept.push(copy);
        }
        next += size;
        return kept.length - before;
      };
      for (const size of packageSizes) {
        const left = take(size);
        if (left > 0) sizes.push(left);
      }
      take(orders.length - next);
      return { orders: Int32Array.from(kept), packageSizes: Int32Array.from(sizes) };
    }),
  };
}
