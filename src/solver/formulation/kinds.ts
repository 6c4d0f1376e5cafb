import type { Problem } from "../problem.js";

/** Orders that the program counts together. */
export interface Kind {
  readonly class: number;
  /** Rows of the order table. */
  readonly orders: Int32Array;
  /** Amount of each, or the least where they differ and it cannot matter. */
  readonly amount: number;
  /** `[channel]` the set of twins that all of them are of, or -1; null where they have none anywhere. */
  readonly twins: readonly number[] | null;
}

/** Why there is no program. */
export interface TooLarge {
  readonly tooLarge: string;
}

/**
 * Classes, split by amount where an amount limit could bind for them, and by twins; else too many columns would come of
 * nothing.
 */
export function kindsOf(problem: Problem, maxKinds: number): Kind[] | TooLarge {
  const { classes, orders } = problem;
  const matters = amountMatters(problem);
  const kinds: Kind[] = [];
  const apart = classes.twins.some((twins) => twins !== null);
  for (let k = 0; k < classes.count; k++) {
    const members = classes.members.subarray(classes.memberStart[k]!, classes.memberStart[k + 1]!);
    if (matters[k] === 0 && !apart) {
      kinds.push({ class: k, orders: members, amount: orders.amount[members[0]!]!, twins: null });
      continue;
    }
    const alike = new Map<string, number[]>();
    for (const order of members) {
      const amount = matters[k] === 0 ? 0 : orders.amount[order]!;
      const name = `${amount}|${twinNumbers(problem, order)?.join() ?? ""}`;
      const same = alike.get(name);
      if (same === undefined) alike.set(name, [order]);
      else same.push(order);
    }
    for (const rows of alike.values())
      kinds.push({
        class: k,
        orders: Int32Array.from(rows),
        amount: orders.amount[rows[0]!]!,
        twins: twinNumbers(problem, rows[0]!),
      });
    if (kinds.length > maxKinds)
      return { tooLarge: `more than ${maxKinds} kinds of order, told apart by charge, amount or twins` };
  }
  if (kinds.length > maxKinds)
    return { tooLarge: `more than ${maxKinds} kinds of order, told apart by charge` };
  return kinds;
}

/** `[channel]` the set of twins of an order; null where it has none anywhere. */
function twinNumbers({ classes }: Problem, order: number): number[] | null {
  const numbers = classes.twins.map((twins) => twins?.of[order] ?? -1);
  return numbers.every((number) => number < 0) ? null : numbers;
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
