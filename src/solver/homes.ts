import type { CostUnits } from "../model/money.js";
import { type Classes, membersOf, sharedFloat64, sharedInt32 } from "./classes.js";

/**
 * Classes of orders that would rather stay: each class by the channels that its orders were on, and every other place,
 * deferral among them, dearer by what a move costs, which no channel bills. Orders without such a channel pay as before.
 *
 * @param home `[order]` channel that it was on, or -1
 * @param moveCost of one order; safe with the highest charge and penalty
 */
export function splitByHome(classes: Classes, home: ArrayLike<number>, moveCost: CostUnits): Classes {
  const { channels: C, classOf } = classes;
  const ids = new Map<number, number>();
  /** `[new class]` the class that it is part of, and its channel. */
  const partOf: number[] = [];
  const homeOf: number[] = [];
  const split = sharedInt32(classOf.length);
  for (let i = 0; i < classOf.length; i++) {
    const k = classOf[i]!;
    split[i] = -1;
    if (k < 0) continue;
    // A channel that cannot take the order any more is no place to stay on.
    const at = home[i]!;
    const stays = at >= 0 && classes.charge[k * C + at]! >= 0 ? at : -1;
    const name = k * (C + 1) + stays + 1;
    let id = ids.get(name);
    if (id === undefined) {
      id = partOf.push(k) - 1;
      homeOf.push(stays);
      ids.set(name, id);
    }
    split[i] = id;
  }
  const K = partOf.length;
  const size = sharedInt32(K);
  for (const k of split) if (k >= 0) size[k]! += 1;
  const columns = {
    charge: sharedFloat64(K * C),
    billed: sharedFloat64(K * C),
    rule: sharedInt32(K * C),
    key: sharedInt32(K * C),
    penalty: sharedFloat64(K),
    due: sharedFloat64(K),
    weight: sharedFloat64(K),
  };
  partOf.forEach((part, k) => {
    const stays = homeOf[k]!;
    const extra = stays < 0 ? 0 : moveCost;
    columns.penalty[k] = classes.penalty[part]! + extra;
    columns.due[k] = classes.due[part]!;
    columns.weight[k] = classes.weight[part]!;
    for (let c = 0; c < C; c++) {
      const charge = classes.charge[part * C + c]!;
      columns.charge[k * C + c] = charge < 0 || c === stays ? charge : charge + extra;
      columns.billed[k * C + c] = charge;
      columns.rule[k * C + c] = classes.rule[part * C + c]!;
      columns.key[k * C + c] = classes.key[part * C + c]!;
    }
  });
  return { ...classes, count: K, classOf: split, size, ...columns, ...membersOf(split, size) };
}
