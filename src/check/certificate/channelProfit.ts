import { AMOUNT_PRICE_UNIT } from "../../model/certificate.js";
import type { Channel } from "../../model/contract.js";
import { ExactSum } from "../../model/money.js";
import { Contents } from "./contents.js";
import type { Counts } from "./premises.js";
import { greatestProfit } from "./profit.js";
import { rankMargins } from "./sales.js";
import type { Terms } from "./terms.js";
import { Unusable } from "./unusable.js";

/**
 * The greatest profit that a channel could make at its prices (docs/certificate.md, step 6); null where it cannot have
 * such a count of packages.
 *
 * @param worth of each like
 */
export function greatestChannelProfit(terms: Terms, worth: Float64Array, counts: Counts): bigint | null {
  const { channel, index, prices, waiting, lightest } = terms;
  const { scale } = terms.premises;
  const { package: packages, queue, limits } = channel;
  const single = channel.mode === "single";
  const { laneOrders = 0, packageOrders = 0 } = prices;
  const minOrders = single ? 1 : packages.minOrders;
  const maxOrders = single ? 1 : packages.maxOrders;
  const offers = offersOf(terms, worth, minOrders > 1);
  let profit = terms.wait.slotIncome();
  if (!single) profit += BigInt(queue.lanes) * waiting.tangent(lightest, queue.perOrder, laneOrders);
  const perPackage = single
    ? 0n
    : waiting.tangent(lightest, queue.perOrder, packageOrders) -
      BigInt(scale) * BigInt(packages.fee) -
      terms.limits.packages[index]!;
  const used = offers.filter(({ taken }) => taken > 0);
  const from = single ? 0 : counts.from[index]!;
  const to = single ? Infinity : counts.to[index]!;
  if (used.length === 0) return from === 0 ? profit : null;
  const { lastRow } = terms.wait;
  const inTime = lastRow === Infinity ? Infinity : lastRow * queue.lanes;
  for (const { margins, steps, taken, amount, greatest, key } of used) {
    if (taken * greatest > Number.MAX_SAFE_INTEGER)
      throw new Unusable(`Its prices of channel ${channel.id} are too large to add up exactly.`);
    const ranked = rankMargins(margins);
    const offered = ranked.counts.reduce((sum, count) => sum + count, 0);
    const earned = greatestProfit(
      {
        margins: ranked,
        orders: taken,
        amount: amount.total,
        maxOrders,
        minOrders,
        maxAmount: packages.maxAmount,
        amountPrice: terms.amountPrice[key]!,
        perPackage,
        queuePrice: terms.wait.packagePrice(Math.min(maxOrders, offered)),
        contents:
          prices.contents === undefined
            ? null
            : new Contents(margins, steps, {
                room: Math.floor(packages.maxAmount / prices.contents.unit),
                maxOrders,
              }).greatest(terms.premises.work),
        // With several keys the counts are of all together, and each may have any number.
        from: used.length === 1 ? from : 0,
        to: Math.min(to, inTime, single ? Infinity : limits.maxPackages),
        room: (n) => Math.min(limits.maxOrders, ordersInTime(channel, n)),
      },
      BigInt(AMOUNT_PRICE_UNIT),
    );
    if (earned === null) return null;
    profit += earned;
  }
  return profit;
}

/** What orders of one separation key offer a channel. */
interface Offers {
  readonly key: number;
  /** Margins with how many orders have each; those not above 0 are left out where no minimum asks for them. */
  readonly margins: { value: number[]; count: number[] };
  /** Steps of package amount that an order of each margin takes; empty where contents are not counted. */
  readonly steps: number[];
  /** Orders that the channel could take, margin or none. */
  taken: number;
  /** All their amounts together, where amount has a price. */
  readonly amount: ExactSum;
  /** Margin. */
  greatest: number;
}

/** `[separation key]` */
function offersOf(terms: Terms, worth: Float64Array, keepAll: boolean): Offers[] {
  const { instance, survey, likes } = terms.premises;
  const { contents } = terms.prices;
  const offers = Array.from(
    { length: terms.separation.keys },
    (_, key): Offers => ({
      key,
      margins: { value: [], count: [] },
      steps: [],
      taken: 0,
      amount: new ExactSum(),
      greatest: 0,
    }),
  );
  for (let u = 0; u < worth.length; u++) {
    const i = likes.order[u]!;
    if (!survey.takes.has(i, terms.index)) continue;
    const offer = offers[terms.separation.key(i)]!;
    const priced = terms.amountPrice[offer.key]! > 0;
    const count = likes.count[u]!;
    offer.taken += count;
    if (priced) offer.amount.addBig(BigInt(instance.amount(i)) * BigInt(count));
    const margin = Math.max(-(2 ** 52), worth[u]! - terms.expense(i));
    if (margin > offer.greatest) offer.greatest = margin;
    if (margin <= 0 && !keepAll) continue;
    offer.margins.value.push(margin);
    offer.margins.count.push(count);
    if (contents !== undefined) offer.steps.push(Math.floor(instance.amount(i) / contents.unit));
  }
  return offers;
}

/** Orders that so many packages can hold and still leave all lanes by the cut-off. */
function ordersInTime({ mode, queue }: Channel, packages: number): number {
  if (mode === "single" || queue.cutOff === Infinity || queue.perOrder === 0) return Infinity;
  return Math.floor(
    (queue.lanes * (queue.cutOff - queue.start) - packages * queue.perPackage) / queue.perOrder,
  );
}
