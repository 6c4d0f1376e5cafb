import type { Problem } from "../problem.js";

/** Orders that the program counts together. */
export interface Kind {
  readonly class: number;
  /** Rows of the order table. */
  readonly orders: Int32Array;
  /** Amount of each, or the least where they differ and it cannot matter. */
  readonly amount: number;
}

/** Why there is no program. */
export interface TooLarge {
  readonly tooLarge: string;
}

/**
 * Classes, split by amount where an amount limit could bind for them; else too many columns would come of nothing.
 */
export function kindsOf(problem: Problem, maxKinds: number): Kind[] | TooLarge {
  const { classes, orders } = problem;
  const matters = amountMatters(problem);
  const kinds: Kind[] = [];
  for (let k = 0; k < classes.count; k++) {
    const members = classes.members.subarray(classes.memberStart[k]!, classes.memberStart[k + 1]!);
    if (matters[k] === 0) {
      kinds.push({ class: k, orders: members, amount: orders.amount[members[0]!]! });
      continue;
    }
    const byAmount = new Map<number, number[]>();
    for (const order of members) {
      const same = byAmount.get(orders.amount[order]!);
      if (same === undefined) byAmount.set(orders.amount[order]!, [order]);
      else same.push(order);
    }
    for (const [amount, rows] of byAmount) kinds.push({ class: k, orders: Int32Array.from(rows), amount });
    if (kinds.length > maxKinds)
      return { tooLarge: `more than ${maxKinds} kinds of order, told apart by charge and amount` };
  }
  if (kinds.length > maxKinds)
    return { tooLarge: `more than ${maxKinds} kinds of order, told apart by charge` };
  return kinds;
}

/** `[class]` 1 where some channel that can take its orders has an amount limit that could bind. */
function amountMatters(problem: Problem): Uint8Array {
  const { contract, classes, orders, limits } = problem;
  const C = classes.channels;
  const total = new Float64Array(limits.count);
  const channelTotal = new Float64Array(C);
  const largest = new Float64Array(C);
  for (let k = 0; k < classes.count; k++) {
    let amount = 0;
    let most = 0;
    for (let m = classes.memberStart[k]!; m < classes.memberStart[k + 1]!; m++) {
      const value = orders.amount[classes.members[m]!]!;
      amount += value;
      if (value > most) most = value;
    }
    for (let c = 0; c < C; c++) {
      if (classes.charge[k * C + c]! < 0) continue;
      channelTotal[c]! += amount;
      if (most > largest[c]!) largest[c] = most;
      for (const limit of limits.ofChannel[c]!) total[limit]! += amount;
      const rule = limits.ofRule[c]![classes.rule[k * C + c]!]!;
      if (rule >= 0) total[rule]! += amount;
    }
  }
  const binds = contract.channels.map(({ package: terms }, c) => {
    const inPackage =
      Math.min(channelTotal[c]!, largest[c]! * Math.min(terms.maxOrders, 2 ** 53)) > terms.maxAmount;
    return inPackage || limits.ofChannel[c]!.some((limit) => total[limit]! > limits.maxAmount[limit]!);
  });
  const matters = new Uint8Array(classes.count);
  for (let k = 0; k < classes.count; k++) {
    for (let c = 0; c < C; c++) {
      if (classes.charge[k * C + c]! < 0) continue;
      const rule = limits.ofRule[c]![classes.rule[k * C + c]!]!;
      if (binds[c]! || (rule >= 0 && total[rule]! > limits.maxAmount[rule]!)) matters[k] = 1;
    }
  }
  return matters;
}
