import type { Problem } from "../problem.js";

/** Like orders that the relaxation treats as one: members of one class with amounts that lie close together. */
export interface Lots {
  readonly count: number;
  /** `[lot]` */
  readonly classOf: Int32Array;
  /** `[lot]` orders it stands for; a sample's lots stand for more than they hold. */
  readonly size: Float64Array;
  /** `[lot]` mean amount in minor units. */
  readonly amount: Float64Array;
  /** `[order]` its lot; null where the lots are a sample. Rejected orders have -1. */
  readonly lotOf: Int32Array | null;
}

/** Lots that hold all orders between them. */
export type CompleteLots = Lots & { readonly lotOf: Int32Array };

export function isComplete(lots: Lots): lots is CompleteLots {
  return lots.lotOf !== null;
}

/**
 * Cuts the orders into at most about so many lots: every class whole where it is one charge, in slices of like amounts
 * where amounts matter, and an even sample where there are more classes than that. Deterministic.
 */
export function lotsOf(problem: Problem, target: number): Lots {
  const { classes, orders } = problem;
  const total = classes.members.length;
  if (classes.count > target) {
    const stride = Math.ceil(total / target);
    const count = Math.ceil(total / stride);
    const lots = { ...emptyLots(count), lotOf: null };
    for (let s = 0; s < count; s++) {
      const order = classes.members[s * stride]!;
      lots.classOf[s] = classes.classOf[order]!;
      lots.size[s] = total / count;
      lots.amount[s] = orders.amount[order]!;
    }
    return lots;
  }
  const slices = amountsMatter(problem)
    ? Math.max(1, Math.min(8, Math.floor(target / Math.max(1, classes.count))))
    : 1;
  const lotOf = new Int32Array(orders.count).fill(-1);
  const classOf: number[] = [];
  const size: number[] = [];
  const amount: number[] = [];
  for (let k = 0; k < classes.count; k++) {
    const begin = classes.memberStart[k]!;
    const end = classes.memberStart[k + 1]!;
    const members = classes.members.slice(begin, end);
    if (slices > 1) members.sort((a, b) => orders.amount[a]! - orders.amount[b]!);
    const parts = Math.min(slices, members.length);
    for (let part = 0; part < parts; part++) {
      const from = Math.floor((part * members.length) / parts);
      const to = Math.floor(((part + 1) * members.length) / parts);
      let sum = 0;
      for (let i = from; i < to; i++) {
        sum += orders.amount[members[i]!]!;
        lotOf[members[i]!] = classOf.length;
      }
      classOf.push(k);
      size.push(to - from);
      amount.push(sum / (to - from));
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

function emptyLots(count: number): Omit<Lots, "lotOf"> {
  return {
    count,
    classOf: new Int32Array(count),
    size: new Float64Array(count),
    amount: new Float64Array(count),
  };
}

/** Whether any package or limit counts amounts. */
function amountsMatter({ contract, limits }: Problem): boolean {
  return (
    limits.maxAmount.some((max) => max < Infinity) ||
    contract.channels.some((channel) => channel.package.maxAmount < Infinity)
  );
}
