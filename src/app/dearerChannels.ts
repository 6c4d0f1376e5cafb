import { type Channel, type Contract, hasVolume } from "../model/contract.js";
import type { Classes } from "../solver/classes.js";
import { packageFee } from "../solver/packageFee.js";

/**
 * Whether every order that a channel could take would cost less on another one, whatever else the plan holds: alone in
 * a package there, and without anybody waiting longer. Such a channel is of use only where the others are full or late.
 *
 * A cheaper charge alone does not show it: a package fee may eat it up, a package may need more orders than there are,
 * and in a longer queue the order, and all behind it, may wait for more than it saves.
 *
 * @param channel its index in the contract
 */
export function isDearerEverywhere(contract: Contract, classes: Classes, channel: number): boolean {
  const C = classes.channels;
  const own = contract.channels[channel]!;
  // A discount for more volume, or charges that are owed anyway, may make it the cheaper one after all.
  if (hasVolume(own)) return false;
  const waitingCosts = contract.objective.delayCostPerOrderHour > 0;
  const others = contract.channels.flatMap((other, c) =>
    c !== channel && takesOne(other) && !hasVolume(other) && (!waitingCosts || neverSlower(other, own))
      ? [{ c, fee: Number(packageFee(other.package, 1)) }]
      : [],
  );
  for (let k = 0; k < classes.count; k++) {
    const charge = classes.charge[k * C + channel]!;
    if (charge < 0) continue;
    const cheaper = others.some(({ c, fee }) => {
      const there = classes.charge[k * C + c]!;
      return there >= 0 && there + fee < charge;
    });
    if (!cheaper) return false;
  }
  return true;
}

/** Whether an order may travel alone. */
function takesOne({ mode, package: { minOrders } }: Channel): boolean {
  return mode === "single" || minOrders <= 1;
}

/** Whether one more order on `other` delays nobody there and finishes no later than the first one on `own` could. */
function neverSlower(other: Channel, own: Channel): boolean {
  const { start, perPackage, perOrder, result } = other.queue;
  const soonest = own.queue.start + own.queue.perPackage + own.queue.perOrder + own.queue.result;
  return perPackage === 0 && perOrder === 0 && start + result <= soonest;
}
