import { AMOUNT_PRICE_UNIT } from "../../model/certificate.js";
import type { Channel } from "../../model/contract.js";
import { PackageFees } from "./packageFees.js";
import type { Range } from "./premises.js";
import { greatestProfit } from "./profit.js";
import { lastRow } from "./queueWait.js";
import type { Terms } from "./terms.js";
import { Unusable } from "./unusable.js";

/**
 * The greatest profit that a channel could make at its prices (docs/certificate.md, step 6); null where it cannot have
 * such a count of packages or such a volume.
 *
 * @param channel its terms, or others to ask what would be if
 */
export function greatestChannelProfit(
  terms: Terms,
  { from, to, volumeFrom, volumeTo }: Range,
  channel: Channel = terms.channel,
): bigint | null {
  const { index, prices, waiting, lightest, minOrders } = terms;
  const { scale, work } = terms.premises;
  const { package: packages, queue, limits } = channel;
  const single = channel.mode === "single";
  const { laneOrders = 0, packageOrders = 0, mostPackages = 0, leastPackages = 0, contents } = prices;
  const maxOrders = single ? 1 : packages.maxOrders;
  const least = terms.volume.least(channel, volumeFrom, volumeTo);
  if (least === null) return null;
  let profit = terms.wait.slotIncome(channel) - least;
  if (!single) profit += BigInt(queue.lanes) * waiting.tangent(lightest, queue.perOrder, laneOrders);
  const perPackage = single
    ? 0n
    : waiting.tangent(lightest, queue.perOrder, packageOrders) -
      terms.limits.packages[index]! -
      BigInt(mostPackages) +
      BigInt(leastPackages);
  // A price for the most that are allowed is refused where any number is.
  if (mostPackages > 0) profit += BigInt(mostPackages) * BigInt(to);
  profit -= BigInt(leastPackages) * BigInt(from);
  const used = Array.from(terms.offers.keys()).filter((key) => terms.offers[key]!.orders > 0);
  if (used.length === 0) return single || from === 0 ? profit : null;
  const last = lastRow(channel);
  const inTime = last === Infinity ? Infinity : last * queue.lanes;
  for (const key of used) {
    const offers = terms.offers[key]!;
    const { orders, amount } = offers;
    const margins = offers.margins.highestFirst();
    if (orders * Math.max(0, margins.values[0] ?? 0) > Number.MAX_SAFE_INTEGER)
      throw new Unusable(`Its prices of channel ${channel.id} are too large to add up exactly.`);
    const earned = greatestProfit(
      {
        margins,
        orders,
        amount: amount.total,
        maxOrders,
        minOrders,
        maxAmount: packages.maxAmount,
        amountPrice: terms.amountPrice[key]!,
        perPackage,
        fees: single ? null : new PackageFees(packages, orders, scale),
        queuePrice: terms.wait.packagePrice(Math.min(maxOrders, margins.offered), last),
        contents:
          contents === undefined
            ? null
            : offers.contents(Math.floor(packages.maxAmount / contents.unit), maxOrders, work),
        full: (n) => offers.heldBy(n) === orders,
        // With several keys the counts are of all together, and each may have any number.
        from: single || used.length > 1 ? 0 : from,
        to: Math.min(single ? Infinity : Math.min(to, limits.maxPackages), inTime),
        room: (n) => Math.min(limits.maxOrders, ordersInTime(channel, n), offers.heldBy(n)),
      },
      BigInt(AMOUNT_PRICE_UNIT),
    );
    if (earned === null) return null;
    profit += earned;
  }
  return profit;
}

/** Orders that so many packages can hold and still leave all lanes by the cut-off. */
function ordersInTime({ mode, queue }: Channel, packages: number): number {
  if (mode === "single" || queue.cutOff === Infinity || queue.perOrder === 0) return Infinity;
  const { lanes, cutOff, start, perPackage, perOrder } = queue;
  const all = lanes * (cutOff - start);
  const taken = packages * perPackage;
  if (all <= Number.MAX_SAFE_INTEGER && taken <= Number.MAX_SAFE_INTEGER)
    return Math.floor((all - taken) / perOrder);
  const left = BigInt(lanes) * BigInt(cutOff - start) - BigInt(packages) * BigInt(perPackage);
  return left < 0n ? -1 : Number(left / BigInt(perOrder));
}
