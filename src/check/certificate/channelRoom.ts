import { AMOUNT_PRICE_UNIT } from "../../model/certificate.js";
import type { Channel } from "../../model/contract.js";
import { MICROS_PER_HOUR } from "../../model/time.js";
import { aloneLeaves } from "../survey.js";
import { greatestChannelProfit } from "./channelProfit.js";
import type { Range } from "./premises.js";
import { lastRow, rowTime } from "./queueWait.js";
import { type ChannelRoom, isOpen } from "./room.js";
import type { Terms } from "./terms.js";

/** What more room of each kind on a channel would lower the bound by, the prices kept. */
export function channelRoom(terms: Terms, range: Range): ChannelRoom {
  const { channel, index, prices } = terms;
  const { package: packages, limits, queue } = channel;
  const batch = channel.mode === "batch";
  const before = greatestChannelProfit(terms, range) ?? 0n;
  /** What the channel would earn beyond, were its terms these. */
  const earned = (changed: Partial<Channel>, counts = range): bigint =>
    (greatestChannelProfit(terms, counts, { ...channel, ...changed }) ?? before) - before;
  const { orders, amount, packages: ofPackage } = terms.limits.own[index]!;
  const first = prices.slots?.prices[0];
  // What larger packages would hold is not worked out where they are priced as wholes: that may take long.
  const wholes = prices.contents !== undefined;
  const later = { queue: { ...queue, cutOff: queue.cutOff + MICROS_PER_HOUR } };
  /** A part that asks for no more than the contract allows now speaks of one more then, too. */
  const onePackageMore =
    range.to < limits.maxPackages ? range : { ...range, to: Math.max(range.to, limits.maxPackages + 1) };
  return {
    order: isOpen(limits.maxOrders)
      ? BigInt(orders) + earned({ limits: { ...limits, maxOrders: limits.maxOrders + 1 } })
      : null,
    // It bounds what the channel sells only where volume has a price.
    amount: isOpen(limits.maxAmount)
      ? BigInt(amount) + earned({ limits: { ...limits, maxAmount: limits.maxAmount + AMOUNT_PRICE_UNIT } })
      : null,
    package:
      batch && isOpen(limits.maxPackages)
        ? BigInt(ofPackage) +
          earned({ limits: { ...limits, maxPackages: limits.maxPackages + 1 } }, onePackageMore)
        : null,
    place:
      batch && packages.maxOrders < Infinity && !wholes
        ? earned({ package: { ...packages, maxOrders: packages.maxOrders + 1 } })
        : null,
    packageAmount:
      batch && isOpen(packages.maxAmount) && !wholes
        ? earned({ package: { ...packages, maxAmount: packages.maxAmount + AMOUNT_PRICE_UNIT } })
        : null,
    lane:
      rowTime(channel) + queue.perOrder > 0 ? earned({ queue: { ...queue, lanes: queue.lanes + 1 } }) : null,
    cutOffHour: keepsWaits(terms, { ...channel, ...later }) ? earned(later) : null,
    queueHead:
      first === undefined
        ? null
        : {
            per: prices.slots?.per === "package" ? "package" : "order",
            price: BigInt(first.price),
            amount: first.amount ? BigInt(first.amount) : null,
          },
    packageCost:
      batch && packages.feeTiers.length === 1
        ? BigInt(terms.premises.scale) * BigInt(packages.feeTiers[0]!.fee) + terms.limits.packages[index]!
        : null,
  };
}

/**
 * Whether a later cut-off changes nothing but how much the channel could carry: it could take its orders before, and
 * no order would wait cheaper in a row that there was no time for.
 */
function keepsWaits({ channel, wait }: Terms, later: Channel): boolean {
  const { cutOff } = channel.queue;
  return cutOff < Infinity && aloneLeaves(channel) <= cutOff && wait.staysUpTo(lastRow(later));
}
