import type { RankedMargins } from "./margins.js";
import type { Corner, PackageFees } from "./packageFees.js";
import { packageSales, placeSales } from "./sales.js";

/**
 * The greatest profit that a channel could make from orders of one separation key at given margins
 * (docs/certificate.md, step 6).
 */
export interface PackageTrade {
  /** Of the orders that the channel could take; those not above 0 may be left out where no minimum asks for them. */
  readonly margins: RankedMargins;
  /** Orders that the channel could take, margin or none. */
  readonly orders: number;
  /** Sum of their amounts in minor units. */
  readonly amount: bigint;
  readonly maxOrders: number;
  readonly minOrders: number;
  /** Of a package, in minor units; Infinity where there is none. */
  readonly maxAmount: number;
  /** Price units for {@link AMOUNT_PRICE_UNIT} minor units. */
  readonly amountPrice: number;
  /** What opening one package earns, its fee aside, in price units: tangent less prices. */
  readonly perPackage: bigint;
  /** What packages pay by their sizes; null on a single channel. */
  readonly fees: PackageFees | null;
  /** `[orders]` price of the queue for a package of so many orders; null where places pay it. */
  readonly queuePrice: Float64Array | null;
  /** Most that the orders of one package can bring in together; null where that is not worked out. */
  readonly contents: bigint | null;
  /** Fewest and most packages. */
  readonly from: number;
  readonly to: number;
  /** Whether so many packages can hold all orders, as far as these may share one. */
  readonly full: (packages: number) => boolean;
  /** Most orders that so many packages can hold beside their own limits. */
  readonly room: (packages: number) => number;
}

/** @returns null where no number of packages is possible */
export function greatestProfit(trade: PackageTrade, amountUnit: bigint): bigint | null {
  const { margins, maxOrders, minOrders, from, to, contents } = trade;
  const least = minOrders > 1 ? minOrders : 0;
  const most = Math.min(to, minOrders > 1 ? Math.floor(trade.orders / minOrders) : trade.orders);
  if (from > most) return null;
  if (trade.fees?.isTiered && trade.queuePrice === null)
    return tieredProfit(trade, trade.fees, most, amountUnit);
  const perPackage = trade.perPackage - (trade.fees?.least ?? 0n);
  const sales =
    trade.queuePrice === null ? placeSales(margins) : packageSales(margins, maxOrders, trade.queuePrice);
  const all = sales(0, trade.orders);
  const { offered } = margins;
  let best: bigint | null = from === 0 ? 0n : null;
  const profitOf = (n: number, sold: bigint) =>
    sold + BigInt(n) * perPackage + amountIncome(trade, n, amountUnit);
  const offer = (n: number) => {
    const high = Math.min(n * maxOrders, trade.orders, trade.room(n));
    const low = n * least;
    if (low > high) return;
    const sold = sales(low, high);
    const inside = contents === null ? null : BigInt(n) * contents;
    const profit = profitOf(n, inside !== null && inside < sold ? inside : sold);
    if (best === null || profit > best) best = profit;
  };
  // Where a package costs nothing and more of them forbid nothing, as on a single channel, the most of them earn most. More may
  // hold more, too, but leave less time: that room is the same for one and for the most says nothing of those between.
  const more = perPackage >= 0n && least === 0 && trade.full(1) && trade.room(1) === trade.room(most);
  for (let n = more ? most : Math.max(1, from); n >= 1 && n <= most; n++) {
    offer(n);
    const saturated =
      n * maxOrders >= offered &&
      trade.full(n) &&
      (contents === null || BigInt(n) * contents >= all) &&
      (trade.amountPrice === 0 || BigInt(n) * BigInt(trade.maxAmount) >= trade.amount);
    if (saturated && n < most) {
      // More packages sell nothing more. Where each still earns something, the most that can be are best, or nearly.
      if (perPackage > 0n)
        for (let more = most; more > n && (best === null || profitOf(more, all) > best); more--) offer(more);
      break;
    }
  }
  return best;
}

/** The same where what a package pays depends on how many orders it holds. */
function tieredProfit(
  trade: PackageTrade,
  fees: PackageFees,
  most: number,
  amountUnit: bigint,
): bigint | null {
  const { margins, maxOrders, minOrders, orders, from, perPackage, contents } = trade;
  const sales = placeSales(margins);
  const atMost = sales(0, orders) + amountIncome(trade, most, amountUnit);
  const each = perPackage - fees.least;
  let best: bigint | null = from === 0 ? 0n : null;
  const offer = (n: number) => {
    const low = minOrders > 1 ? n * minOrders : 0;
    const high = Math.min(n * maxOrders, orders, trade.room(n));
    const inside = contents === null ? null : BigInt(n) * contents;
    const sold = (count: number) => {
      const sum = sales(low, count);
      return inside !== null && inside < sum ? inside : sum;
    };
    for (const line of fees.lines(n)) {
      const gained = bestOnLine(line, low, high, sold);
      if (gained === null) continue;
      const profit = gained + BigInt(n) * perPackage + amountIncome(trade, n, amountUnit);
      if (best === null || profit > best) best = profit;
    }
  };
  // All that there is to sell, less what so many packages pay at least: beyond that no number of them earns more.
  const mayEarnMore = (n: number) => best === null || atMost + BigInt(n) * each > best;
  const first = Math.max(1, from);
  if (each > 0n) for (let n = most; n >= first && mayEarnMore(n); n--) offer(n);
  else for (let n = first; n <= most && mayEarnMore(n); n++) offer(n);
  return best;
}

/** Greatest sales of between `low` and `high` orders less the fee on a line, rounded up; null where no order count is on it. */
function bestOnLine(
  line: readonly Corner[],
  low: number,
  high: number,
  sold: (orders: number) => bigint,
): bigint | null {
  let best: bigint | null = null;
  line.forEach((begin, i) => {
    const end = line[i + 1] ?? begin;
    let from = Math.max(low, begin.orders);
    let to = Math.min(high, end.orders);
    if (from > to) return;
    const run = BigInt(Math.max(1, end.orders - begin.orders));
    // Times the run, so that every count of orders has a whole fee.
    const gain = (orders: number) =>
      (sold(orders) - begin.fee) * run - (end.fee - begin.fee) * BigInt(orders - begin.orders);
    // Sales rise by less and less, the fee by as much with each order: one summit.
    while (from < to) {
      const middle = Math.floor((from + to) / 2);
      if (gain(middle) < gain(middle + 1)) from = middle + 1;
      else to = middle;
    }
    const top = gain(from);
    const rounded = top > 0n ? (top + run - 1n) / run : top / run;
    if (best === null || rounded > best) best = rounded;
  });
  return best;
}

function amountIncome({ amountPrice, maxAmount, amount }: PackageTrade, n: number, unit: bigint): bigint {
  if (amountPrice === 0) return 0n;
  const room = maxAmount === Infinity ? amount : BigInt(n) * BigInt(maxAmount);
  const sold = room < amount ? room : amount;
  return (BigInt(amountPrice) * sold + unit - 1n) / unit;
}
