import { type Classes, sharedInt32 } from "../classes.js";
import type { Problem } from "../problem.js";
import { runningSpread } from "./spread.js";

/** Orders that one worth is stated for. */
export interface OrderGroups {
  readonly count: number;
  /** `[group]` class of its orders. */
  readonly classOf: Int32Array;
  /** `[group]` number of orders. */
  readonly size: Float64Array;
  /** `[order]` its group; rejected orders have -1. */
  readonly lotOf: Int32Array;
}

/** Groups of orders of one class and one amount. */
export interface ExactLots extends OrderGroups {
  /** `[lot]` in minor units. */
  readonly amount: Float64Array;
}

/** Like orders that the relaxation treats as one: they meet the same rules and keys, and their amounts lie close together. */
export interface Lots {
  readonly count: number;
  /** `[lot]` class of one of its orders: rules, keys, due time and weight are those of all. */
  readonly classOf: Int32Array;
  /** `[lot]` orders it stands for; a sample's lots stand for more than they hold. */
  readonly size: Float64Array;
  /** `[lot]` mean amount in minor units. */
  readonly amount: Float64Array;
  /** `[lot * channels + channel]` mean charge in cost units, -1 where the channel could not take them. */
  readonly charge: Float64Array;
  /** `[lot]` mean penalty in cost units. */
  readonly penalty: Float64Array;
  /** `[order]` its lot; null where the lots are a sample. Rejected orders have -1. */
  readonly lotOf: Int32Array | null;
  /** Whether all orders of a lot are of its class. */
  readonly ofOneClass: boolean;
}

/** Lots that hold all orders between them. */
export type WholeLots = Lots & { readonly lotOf: Int32Array };

/** An even sample of about so many orders, each a lot of its own. Deterministic. */
export function sampleOf({ classes, orders }: Problem, target: number): Lots {
  const total = classes.members.length;
  const stride = Math.max(1, Math.ceil(total / target));
  const count = Math.ceil(total / stride);
  const order = Int32Array.from({ length: count }, (_, s) => classes.members[s * stride]!);
  const classOf = order.map((i) => classes.classOf[i]!);
  return {
    count,
    classOf,
    size: new Float64Array(count).fill(total / count),
    amount: Float64Array.from(order, (i) => orders.amount[i]!),
    ...pricesOfClasses(classes, classOf),
    lotOf: null,
    ofOneClass: true,
  };
}

function pricesOfClasses({ channels: C, charge, penalty }: Classes, classOf: Int32Array) {
  const charges = new Float64Array(classOf.length * C);
  classOf.forEach((k, lot) => {
    charges.set(charge.subarray(k * C, (k + 1) * C), lot * C);
  });
  return { charge: charges, penalty: Float64Array.from(classOf, (k) => penalty[k]!) };
}

/**
 * Cuts the orders into at most about so many lots: every class whole where it is one charge, in slices of like amounts
 * where amounts matter. Where there are more classes than that, classes of like charges together, at least one lot for each
 * combination of rules, keys, due time and weight. Deterministic.
 *
 * @param coarse lots where there are more classes than `target`, about
 */
export function lotsOf(problem: Problem, target: number, coarse = target): WholeLots {
  const { classes, orders } = problem;
  if (classes.count > target) return digest(problem, coarse);
  const slices = amountsMatter(problem)
    ? Math.max(1, Math.min(8, Math.floor(target / Math.max(1, classes.count))))
    : 1;
  const lotOf = sharedInt32(orders.count).fill(-1);
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
  const first = Int32Array.from(classOf);
  return {
    count: classOf.length,
    classOf: first,
    size: Float64Array.from(size),
    amount: Float64Array.from(amount),
    ...pricesOfClasses(classes, first),
    lotOf,
    ofOneClass: true,
  };
}

/**
 * Classes that differ in charges and penalty alone, in slices of like charges: of the orders of one kind, sorted by amount,
 * each slice is about as long as every other one by {@link runningSpread}.
 */
function digest({ classes, orders }: Problem, target: number): WholeLots {
  const { channels: C, members } = classes;
  const kindOf = kindsOf(classes);
  const kindOfOrder = (order: number) => kindOf[classes.classOf[order]!]!;
  const sorted = members
    .slice()
    .sort((a, b) => kindOfOrder(a) - kindOfOrder(b) || orders.amount[a]! - orders.amount[b]! || a - b);
  const kind = sorted.map(kindOfOrder);
  const spread = runningSpread(classes, orders.amount, sorted, kind);
  const total = sorted.length;
  const kinds = kind.reduce((sum, own, m) => sum + (m === 0 || own !== kind[m - 1] ? 1 : 0), 0);
  const slice = (spread[total - 1] ?? 0) / Math.max(1, target - kinds);
  const lotOf = sharedInt32(orders.count).fill(-1);
  const classOf: number[] = [];
  const size: number[] = [];
  const amount: number[] = [];
  for (let from = 0, first = 0; from < total; ) {
    // Slices are counted from the first order of the kind.
    if (kind[from] !== kind[first]) first = from;
    const placeOf = (m: number) => (slice > 0 ? Math.floor((spread[m]! - spread[first]!) / slice) : 0);
    const place = placeOf(from);
    let sum = 0;
    let to = from;
    for (; to < total && kind[to] === kind[first] && placeOf(to) === place; to++) {
      sum += orders.amount[sorted[to]!]!;
      lotOf[sorted[to]!] = classOf.length;
    }
    classOf.push(classes.classOf[sorted[from]!]!);
    size.push(to - from);
    amount.push(sum / (to - from));
    from = to;
  }
  const count = classOf.length;
  const charge = new Float64Array(count * C);
  const penalty = new Float64Array(count);
  for (const order of members) {
    const k = classes.classOf[order]!;
    const lot = lotOf[order]!;
    penalty[lot]! += classes.penalty[k]! / size[lot]!;
    for (let c = 0; c < C; c++) charge[lot * C + c]! += classes.charge[k * C + c]! / size[lot]!;
  }
  for (let lot = 0; lot < count; lot++)
    for (let c = 0; c < C; c++) if (classes.charge[classOf[lot]! * C + c]! < 0) charge[lot * C + c] = -1;
  return {
    count,
    classOf: Int32Array.from(classOf),
    size: Float64Array.from(size),
    amount: Float64Array.from(amount),
    charge,
    penalty,
    lotOf,
    ofOneClass: false,
  };
}

/** `[class]` a number that classes share which agree in rules, keys, due time and weight. */
function kindsOf({ count, channels: C, rule, key, due, weight }: Classes): Int32Array {
  const kinds = new Map<string, number>();
  return Int32Array.from({ length: count }, (_, k) => {
    const name = `${rule.subarray(k * C, (k + 1) * C).join()};${key.subarray(k * C, (k + 1) * C).join()};${due[k]};${weight[k]}`;
    const known = kinds.get(name);
    if (known !== undefined) return known;
    kinds.set(name, kinds.size);
    return kinds.size - 1;
  });
}

/** Whether any package or limit counts amounts. */
function amountsMatter({ contract, limits }: Problem): boolean {
  return (
    limits.maxAmount.some((max) => max < Infinity) ||
    contract.channels.some((channel) => channel.package.maxAmount < Infinity)
  );
}
