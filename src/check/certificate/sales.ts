import type { RankedMargins } from "./margins.js";

/** Best sum of margins of between `low` and `high` orders. */
export type Sales = (low: number, high: number) => bigint;

export function placeSales({ values, counts }: RankedMargins): Sales {
  const orders = new Float64Array(values.length + 1);
  const sums = new Float64Array(values.length + 1);
  let positive = 0;
  for (let i = 0; i < values.length; i++) {
    orders[i + 1] = orders[i]! + counts[i]!;
    sums[i + 1] = sums[i]! + times(counts[i]!, values[i]!);
    if (values[i]! > 0) positive = orders[i + 1]!;
  }
  // Where orders are taken at a loss, sums can fall below what doubles hold; no rounding hides that they do.
  let exact: readonly bigint[] | null = null;
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
    const some = from < values.length ? sold - orders[from]! : 0;
    const sum = sums[from]! + (some === 0 ? 0 : times(some, values[from]!));
    if (sum >= -Number.MAX_SAFE_INTEGER) return BigInt(sum);
    exact ??= exactSums(values, counts);
    return exact[from]! + (some === 0 ? 0n : BigInt(some) * BigInt(values[from]!));
  };
}

/** A product that is exact, or below all that doubles hold. */
function times(count: number, margin: number): number {
  const product = count * margin;
  return product < -Number.MAX_SAFE_INTEGER ? -Infinity : product;
}

function exactSums(values: Float64Array, counts: Float64Array): bigint[] {
  let sum = 0n;
  const sums = [sum];
  values.forEach((value, i) => {
    sum += BigInt(value) * BigInt(counts[i]!);
    sums.push(sum);
  });
  return sums;
}

/** The same less the queue's price of the packages that so many orders fill; `low` is left out, which allows more. */
export function packageSales(
  { values, counts, offered: orders }: RankedMargins,
  maxOrders: number,
  queuePrice: Float64Array,
): Sales {
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
