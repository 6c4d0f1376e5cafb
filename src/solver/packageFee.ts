import type { Channel, PackageFeeTier, PackageTerms } from "../model/contract.js";
import type { CostTotal, CostUnits } from "../model/money.js";

/**
 * What packages cost by the number of their orders. A fee falls into two parts: what every order pays whatever package
 * it travels in, and what the package then pays beyond. Where there is one tier, the second is a constant.
 */

/** The tier that decides for so many orders. */
function feeTierOf({ feeTiers }: PackageTerms, orders: number): PackageFeeTier {
  let t = 0;
  while (orders > feeTiers[t]!.upTo) t++;
  return feeTiers[t]!;
}

/** Fee of a package of so many orders. Exact. */
export function packageFee(terms: PackageTerms, orders: number): CostTotal {
  const { fee, perOrder } = feeTierOf(terms, orders);
  return BigInt(fee) + BigInt(perOrder) * BigInt(orders);
}

/** Whether what a package pays beyond its orders' part depends on how many they are. */
export function hasFeeTiers({ feeTiers }: PackageTerms): boolean {
  return feeTiers.length > 1;
}

/** What every order of a channel pays for its package at least; 0 on a single channel. */
export function orderFeeOf({ package: { feeTiers } }: Channel): CostUnits {
  return feeTiers.reduce((least, { perOrder }) => Math.min(least, perOrder), Infinity);
}

/** What a package of so many orders pays beyond its orders' part, as a double. */
export function ownFee(channel: Channel, orders: number): number {
  const { fee, perOrder } = feeTierOf(channel.package, orders);
  return perOrder === 0 ? fee : fee + (perOrder - orderFeeOf(channel)) * orders;
}

/** A tier as far as packages can be of such a size: from `least` to `most` orders. */
export interface FeeStep {
  readonly least: number;
  readonly most: number;
  readonly fee: CostUnits;
  /** For each order beyond the {@link orderFeeOf} of the channel. */
  readonly extra: CostUnits;
}

/** The tiers that packages of between `minOrders` and so many orders can be in. */
export function feeSteps(channel: Channel, mostOrders: number): FeeStep[] {
  const { feeTiers, minOrders, maxOrders } = channel.package;
  const orderFee = orderFeeOf(channel);
  const steps: FeeStep[] = [];
  let from = 1;
  for (const { upTo, fee, perOrder } of feeTiers) {
    const least = Math.max(from, minOrders);
    const most = Math.min(upTo, maxOrders, mostOrders);
    if (least <= most) steps.push({ least, most, fee, extra: perOrder - orderFee });
    from = upTo + 1;
  }
  return steps;
}

/** The least that a package of up to so many orders pays beyond its orders' part. */
export function leastOwnFee(channel: Channel, mostOrders: number): number {
  if (!hasFeeTiers(channel.package)) return channel.package.feeTiers[0]!.fee;
  return feeSteps(channel, mostOrders).reduce(
    (low, { least, fee, extra }) => Math.min(low, fee + extra * least),
    Infinity,
  );
}

/** The number of orders, up to so many, for which packages cost least for each of them. */
export function cheapestSize(channel: Channel, mostOrders: number): number {
  let best = Math.min(channel.package.maxOrders, mostOrders);
  let each = ownFee(channel, best) / best;
  for (const { most, fee, extra } of feeSteps(channel, mostOrders)) {
    const price = fee / most + extra;
    if (price < each) [best, each] = [most, price];
  }
  return best;
}

/**
 * Whether no package of up to so many orders costs more than two that hold its orders: where the fee is a straight line in
 * each of three tiers, the difference is greatest at a corner of the sizes that meet them.
 */
export function mergingIsFree(channel: Channel, mostOrders: number): boolean {
  if (!hasFeeTiers(channel.package)) return true;
  const steps = feeSteps(channel, mostOrders);
  const costsMore = (one: number, other: number) =>
    ownFee(channel, one + other) > ownFee(channel, one) + ownFee(channel, other);
  for (const a of steps) {
    for (const b of steps) {
      for (const both of steps) {
        const corners: [number, number][] = [];
        for (const one of [a.least, a.most]) {
          for (const other of [b.least, b.most]) corners.push([one, other]);
          for (const sum of [both.least, both.most]) corners.push([one, sum - one]);
        }
        for (const other of [b.least, b.most])
          for (const sum of [both.least, both.most]) corners.push([sum - other, other]);
        for (const [one, other] of corners) {
          const sum = one + other;
          const meets = one >= a.least && one <= a.most && other >= b.least && other <= b.most;
          if (meets && sum >= both.least && sum <= both.most && costsMore(one, other)) return false;
        }
      }
    }
  }
  return true;
}
