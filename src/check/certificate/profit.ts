/**
 * The greatest profit that a channel could make from orders of one separation key at given margins
 * (docs/certificate.md, step 6).
 */
export interface PackageTrade {
  /** Margins of the orders that the channel could take, highest first, in price units; those not above 0 may be left out where no minimum asks for them. */
  readonly margins: Float64Array;
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
  /** Fewest and most packages. */
  readonly from: number;
  readonly to: number;
  /** Most orders that so many packages can hold beside their own limits. */
  readonly room: (packages: number) => number;
}

/** @returns null where no number of packages is possible */
export function greatestProfit(trade: PackageTrade, amountUnit: bigint): bigint | null {
  const { margins, maxOrders, minOrders, from, to, perPackage } = trade;
  const least = minOrders > 1 ? minOrders : 0;
  const most = Math.min(to, minOrders > 1 ? Math.floor(trade.orders / minOrders) : trade.orders);
  if (from > most) return null;
  const gross =
    trade.queuePrice === null ? placeSales(margins) : packageSales(margins, maxOrders, trade.queuePrice);
  let best: bigint | null = from === 0 ? 0n : null;
  for (let n = Math.max(1, from); n <= most; n++) {
    const high = Math.min(n * maxOrders, trade.orders, trade.room(n));
    const low = n * least;
    if (low <= high) {
      const profit = gross(low, high) + BigInt(n) * perPackage + amountIncome(trade, n, amountUnit);
      if (best === null || profit > best) best = profit;
    }
    const saturated =
      n * maxOrders >= margins.length &&
      (trade.amountPrice === 0 || BigInt(n) * BigInt(trade.maxAmount) >= trade.amount);
    if (saturated && n < most) {
      // More packages sell nothing more. If each still earned something, the most of them would earn most.
      if (perPackage > 0n) {
        const profit =
          gross(0, trade.orders) + BigInt(most) * perPackage + amountIncome(trade, most, amountUnit);
        if (best === null || profit > best) best = profit;
      }
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

/** Best sum of margins of between `low` and `high` orders. */
function placeSales(margins: Float64Array) {
  const sums = prefixSums(margins);
  let positive = 0;
  while (positive < margins.length && margins[positive]! > 0) positive++;
  return (low: number, high: number): bigint => BigInt(sums[Math.max(low, Math.min(high, positive))]!);
}

/** The same less the queue's price of the packages that so many orders fill; `low` is left out, which allows more. */
function packageSales(margins: Float64Array, maxOrders: number, queuePrice: Float64Array) {
  const sums = prefixSums(margins);
  const best = new Float64Array(margins.length + 1);
  for (let q = 1; q <= margins.length; q++) {
    const full = maxOrders === Infinity ? 0 : Math.floor(q / maxOrders);
    const rest = full === 0 ? q : q - full * maxOrders;
    const price = full === 0 ? queuePrice[rest]! : full * queuePrice[maxOrders]! + queuePrice[rest]!;
    best[q] = Math.max(best[q - 1]!, sums[q]! - price);
  }
  return (_low: number, high: number): bigint => BigInt(best[Math.min(high, margins.length)]!);
}

/** Exact as long as no sum leaves the safe integers, which the caller sees to. */
function prefixSums(margins: Float64Array): Float64Array {
  const sums = new Float64Array(margins.length + 1);
  for (let i = 0; i < margins.length; i++) sums[i + 1] = sums[i]! + margins[i]!;
  return sums;
}
