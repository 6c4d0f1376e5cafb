import type { RankedMargins } from "./margins.js";
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
  /** What opening one package earns, in price units: tangent less fee and prices; mostly negative. */
  readonly perPackage: bigint;
  /** `[orders]` price of the queue for a package of so many orders; null where places pay it. */
  readonly queuePrice: Float64Array | null;
  /** Most that the orders of one package can bring in together; null where that is not worked out. */
  readonly contents: bigint | null;
  /** Fewest and most packages. */
  readonly from: number;
  readonly to: number;
  /** Most orders that so many packages can hold beside their own limits. */
  readonly room: (packages: number) => number;
}

/** @returns null where no number of packages is possible */
export function greatestProfit(trade: PackageTrade, amountUnit: bigint): bigint | null {
  const { margins, maxOrders, minOrders, from, to, perPackage, contents } = trade;
  const least = minOrders > 1 ? minOrders : 0;
  const most = Math.min(to, minOrders > 1 ? Math.floor(trade.orders / minOrders) : trade.orders);
  if (from > most) return null;
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
  // Where a package costs nothing and more of them forbid nothing, as on a single channel, the most of them earn most.
  const more = perPackage >= 0n && least === 0 && trade.room(1) === trade.room(most);
  for (let n = more ? most : Math.max(1, from); n >= 1 && n <= most; n++) {
    offer(n);
    const saturated =
      n * maxOrders >= offered &&
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

function amountIncome({ amountPrice, maxAmount, amount }: PackageTrade, n: number, unit: bigint): bigint {
  if (amountPrice === 0) return 0n;
  const room = maxAmount === Infinity ? amount : BigInt(n) * BigInt(maxAmount);
  const sold = room < amount ? room : amount;
  return (BigInt(amountPrice) * sold + unit - 1n) / unit;
}
