import type { Channel } from "../../model/contract.js";
import { holdTime, singlesBy } from "../../model/queue.js";
import type { Problem } from "../problem.js";

/**
 * What channels ask on top of the charge: for a place in a package, for a unit of amount, for a moment of the queue and
 * for what their limits make scarce. Orders choose by charge plus price. In cost units, as doubles: prices steer, they
 * prove nothing here.
 */
export interface Prices {
  /** `[channel]` for every order. */
  readonly place: Float64Array;
  /** `[channel]` for a minor unit of amount. */
  readonly amount: Float64Array;
  /** `[channel][key]` for a minor unit of amount, beside that. */
  readonly keyAmount: readonly Float64Array[];
  /** `[channel]` for a millionth of delay weight: the cost of finishing when the channel's queue ends. */
  readonly delay: Float64Array;
  /** `[channel][rule]` for every order that the rule takes. */
  readonly ruleOrder: readonly Float64Array[];
  /** `[channel][rule]` for a minor unit of such an order. */
  readonly ruleAmount: readonly Float64Array[];
  /** `[channel][key]` share of a package's fee that an order of this separation key bears. */
  readonly share: readonly Float64Array[];
}

/** Charge plus price of an order of class k on channel c; meaningless where the channel cannot take it. */
export function pricedCost(problem: Problem, prices: Prices, k: number, c: number, amount: number): number {
  const { classes } = problem;
  const cell = k * classes.channels + c;
  const rule = classes.rule[cell]!;
  return (
    classes.charge[cell]! +
    prices.place[c]! +
    prices.share[c]![classes.key[cell]!]! +
    prices.delay[c]! * classes.weight[k]! +
    prices.ruleOrder[c]![rule]! +
    (prices.amount[c]! + prices.keyAmount[c]![classes.key[cell]!]! + prices.ruleAmount[c]![rule]!) * amount
  );
}

/** Orders that a channel can work off by its cut-off, in full packages and one more on each lane. */
export function ordersInTime({ queue, mode, package: terms }: Channel): number {
  if (mode === "single") return singlesBy(queue, Infinity);
  const hold = holdTime(queue, terms.maxOrders);
  const time = queue.cutOff - queue.start;
  if (time === Infinity || hold === 0) return Infinity;
  if (time < holdTime(queue, 1)) return 0;
  if (hold === Infinity) return Math.floor((time - queue.perPackage) / queue.perOrder) * queue.lanes;
  const full = Math.floor(time / hold);
  const rest = time - full * hold - queue.perPackage;
  const last = rest > 0 && queue.perOrder > 0 ? Math.floor(rest / queue.perOrder) : 0;
  return (full * terms.maxOrders + Math.min(last, terms.maxOrders)) * queue.lanes;
}
