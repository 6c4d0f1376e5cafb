/** Margins in price units, highest first, with how many orders have each. Sums are exact while they stay safe integers. */
export interface RankedMargins {
  readonly values: Float64Array;
  readonly counts: Float64Array;
}

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
  const offered = margins.counts.reduce((sum, count) => sum + count, 0);
  let best: bigint | null = from === 0 ? 0n : null;
  for (let n = Math.max(1, from); n <= most; n++) {
    const high = Math.min(n * maxOrders, trade.orders, trade.room(n));
    const low = n * least;
    if (low <= high) {
      const profit = gross(low, high) + BigInt(n) * perPackage + amountIncome(trade, n, amountUnit);
      if (best === null || profit > best) best = profit;
    }
    const saturated =
      n * maxOrders >= offered &&
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
function placeSales({ values, counts }: RankedMargins) {
  const orders = new Float64Array(values.length + 1);
  const sums = new Float64Array(values.length + 1);
  let positive = 0;
  for (let i = 0; i < values.length; i++) {
    orders[i + 1] = orders[i]! + counts[i]!;
    sums[i + 1] = sums[i]! + counts[i]! * values[i]!;
    if (values[i]! > 0) positive = orders[i + 1]!;
  }
  return (low: number, high: number): bigint => {
    const sold = Math.max(low, Math.min(high, positive));
    let from = 0;
    let to = values.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (orders[middle + 1]! <= sold) from = middle + 1;
      else to = middle;
    }
    // Of the margin at `from` only some are sold.
    const rest = from < values.length ? (sold - orders[from]!) * values[from]! : 0;
    return BigInt(sums[from]! + rest);
  };
}

/** The same less the queue's price of the packages that so many orders fill; `low` is left out, which allows more. */
function packageSales({ values, counts }: RankedMargins, maxOrders: number, queuePrice: Float64Array) {
  const orders = counts.reduce((sum, count) => sum + count, 0);
  const best = new Float64Array(orders + 1);
  let sum = 0;
  let q = 0;
  values.forEach((margin, i) => {
    for (let each = 0; each < counts[i]!; each++) {
      q++;
      sum += margin;
      const full = maxOrders === Infinity ? 0 : Math.floor(q / maxOrders);
      const rest = full === 0 ? q : q - full * maxOrders;
      const price = full === 0 ? queuePrice[rest]! : full * queuePrice[maxOrders]! + queuePrice[rest]!;
      best[q] = Math.max(best[q - 1]!, sum - price);
    }
  });
  return (_low: number, high: number): bigint => BigInt(best[Math.min(high, orders)]!);
}
