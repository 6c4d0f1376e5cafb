import type { Problem } from "../problem.js";
import type { ExactLots } from "../relaxation/lots.js";

/** Lots of equal amounts: every order of a lot is like every other in all that counts. */
export function exactLots({ classes, orders }: Problem): ExactLots {
  const lotOf = new Int32Array(orders.count).fill(-1);
  const classOf: number[] = [];
  const size: number[] = [];
  const amount: number[] = [];
  for (let k = 0; k < classes.count; k++) {
    const byAmount = new Map<number, number>();
    for (let m = classes.memberStart[k]!; m < classes.memberStart[k + 1]!; m++) {
      const order = classes.members[m]!;
      const each = orders.amount[order]!;
      let lot = byAmount.get(each);
      if (lot === undefined) {
        lot = classOf.length;
        byAmount.set(each, lot);
        classOf.push(k);
        size.push(0);
        amount.push(each);
      }
      lotOf[order] = lot;
      size[lot]!++;
    }
  }
  return {
    count: classOf.length,
    classOf: Int32Array.from(classOf),
    size: Float64Array.from(size),
    amount: Float64Array.from(amount),
    lotOf,
  };
}
