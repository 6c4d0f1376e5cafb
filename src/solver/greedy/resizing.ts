import { hasFeeTiers, ownFee } from "../packageFee.js";
import { cheapestSizes } from "../packageSizes.js";
import type { Packing } from "./packing.js";
import type { Trials } from "./trials.js";

/**
 * Shares the orders of a separation key out anew over packages of other sizes, where package fees have tiers and these
 * sizes pay less. Returns how often.
 */
export function resizePackages(trials: Trials): number {
  const { packing } = trials;
  let resized = 0;
  packing.problem.contract.channels.forEach((channel, c) => {
    if (channel.mode !== "batch" || !hasFeeTiers(channel.package)) return;
    for (const key of new Set(packing.packages[c]!.map((p) => packing.key[p]!))) {
      if (trials.shouldStop()) return;
      const sizes = cheaperSizes(packing, c, key);
      if (sizes !== null && trials.attempt(() => share(packing, c, key, sizes))) resized++;
    }
  });
  return resized;
}

/** Sizes that pay less than those at hand; null where none are known. */
function cheaperSizes(packing: Packing, c: number, key: number): number[] | null {
  const channel = packing.problem.contract.channels[c]!;
  const own = packing.packages[c]!.filter((p) => packing.key[p] === key);
  const orders = own.reduce((sum, p) => sum + packing.size[p]!, 0);
  if (orders === 0) return null;
  const sizes = cheapestSizes(channel, orders, own.length + packing.usage.packageRoom(c));
  if (sizes === null) return null;
  const now = own.reduce((sum, p) => sum + packing.ownFeeOf(p), 0);
  const then = sizes.reduce((sum, size) => sum + ownFee(channel, size), 0);
  return then < now ? sizes : null;
}

/** Puts the orders of a key into packages of these sizes, most urgent first. */
function share(packing: Packing, c: number, key: number, sizes: readonly number[]): boolean {
  const { classes, contract } = packing.problem;
  const { maxAmount } = contract.channels[c]!.package;
  const { due, weight, classOf } = classes;
  const rows: number[] = [];
  for (let i = 0; i < packing.channelOf.length; i++)
    if (packing.channelOf[i] === c && packing.key[packing.packageOf[i]!] === key) rows.push(i);
  rows.sort((a, b) => {
    const [ka, kb] = [classOf[a]!, classOf[b]!];
    return due[ka]! < due[kb]! ? -1 : due[ka]! > due[kb]! ? 1 : weight[kb]! - weight[ka]! || a - b;
  });
  for (const order of rows) packing.remove(order);
  for (const p of packing.packages[c]!.filter((p) => packing.key[p] === key)) packing.close(p);
  let next = 0;
  for (const size of sizes) {
    const p = packing.openWith(c, rows.slice(next, next + size));
    next += size;
    if (packing.amount[p]! > maxAmount) return false;
  }
  return true;
}
