import { AMOUNT_PRICE_UNIT } from "../../model/certificate.js";
import type { Channel } from "../../model/contract.js";
import { amountReached, type ChannelReach } from "../classes.js";
import { hasFeeTiers } from "../packageFee.js";
import type { Problem } from "../problem.js";
import { Knapsack } from "./contents.js";
import { ceilDivide } from "./exact.js";
import { FeeCurves, type FeeSegment } from "./feeCurves.js";
import { byKey, type MarginList } from "./margins.js";
import type { Market } from "./market.js";
import type { ProofPrices } from "./prices.js";
import { Sales } from "./sales.js";

/** Why a channel has no greatest profit: it cannot have so many packages, or the prices are none to work it out by. */
export type NoProfit = "noSuchCount" | "unusable";

/** What a channel can make of the margins at the prices: its greatest profit (docs/certificate.md, step 6). */
export class Profit {
  readonly #problem: Problem;
  readonly #prices: ProofPrices;
  readonly #market: Market;
  readonly #c: number;
  readonly #channel: Channel;
  /** `[key]` margins above 0; all where minimums count. */
  readonly #margins: readonly MarginList[];
  readonly #reach: ChannelReach;
  /** `[key]` as far as asked for. */
  readonly #amounts = new Map<number, bigint>();

  /** @param notes of all slices of a pass over the orders, on this channel */
  constructor(
    problem: Problem,
    prices: ProofPrices,
    c: number,
    market: Market,
    notes: readonly MarginList[],
  ) {
    this.#problem = problem;
    this.#prices = prices;
    this.#market = market;
    this.#c = c;
    this.#channel = problem.contract.channels[c]!;
    this.#margins = byKey(notes, market.keys);
    this.#reach = problem.classes.reach[c]!;
  }

  /** The greatest profit with so many packages. */
  greatest(from: number, to: number): bigint | NoProfit {
    // Packages at a price, and any number of them.
    if (to === Infinity && this.#prices.mostPackages[this.#c]! > 0) return "unusable";
    const { queue, mode, limits } = this.#channel;
    const single = mode === "single";
    let profit = this.#market.queue.income();
    if (!single)
      profit += BigInt(queue.lanes) * this.#market.queue.tangent(this.#prices.laneOrders[this.#c]!);
    let perPackage = 0n;
    if (!single) {
      perPackage = this.#market.queue.tangent(this.#prices.packageOrders[this.#c]!);
      const most = BigInt(this.#prices.mostPackages[this.#c]!);
      const least = BigInt(this.#prices.leastPackages[this.#c]!);
      perPackage += least - most;
      if (most > 0n) profit += most * BigInt(to);
      profit -= least * BigInt(from);
      for (const limit of this.#problem.limits.ofChannel[this.#c]!)
        perPackage -= BigInt(this.#prices.limitPackages[limit]!);
    }
    const used = this.#reach.ordersOf.reduce((n, orders) => n + (orders > 0 ? 1 : 0), 0);
    if (used === 0) return from > 0 && !single ? "noSuchCount" : profit;
    const { lastRow } = this.#market.queue;
    const inTime = lastRow === Infinity ? Infinity : lastRow * queue.lanes;
    for (let key = 0; key < this.#market.keys; key++) {
      if (this.#reach.ordersOf[key] === 0) continue;
      const best = this.#keyProfit(key, perPackage, {
        from: single || used > 1 ? 0 : from,
        to: single ? inTime : Math.min(to, inTime, limits.maxPackages),
      });
      if (typeof best !== "bigint") return best;
      profit += best;
    }
    return profit;
  }

  /** @param beforeFee what a package earns by itself, its fee aside */
  #keyProfit(key: number, beforeFee: bigint, { from, to }: { from: number; to: number }): bigint | NoProfit {
    const { package: terms, limits, mode } = this.#channel;
    const single = mode === "single";
    const places = single ? 1 : terms.maxOrders;
    const minimum = single ? 1 : terms.minOrders;
    const orders = this.#reach.ordersOf[key]!;
    const margins = this.#margins[key]!;
    const sales = new Sales(margins.margin, margins.count);
    if (sales.greatest * orders > Number.MAX_SAFE_INTEGER) return "unusable";
    const queuePrice = this.#market.queue.ofPackage(Math.min(places, sales.orders));
    const sold =
      queuePrice === null
        ? (low: number, high: number) => sales.inPlaces(low, high)
        : sales.inPackages(places, queuePrice);
    const most = Math.min(to, minimum > 1 ? Math.floor(orders / minimum) : orders);
    const together = this.#together(key);
    if (from > most) return "noSuchCount";
    if (single) {
      // Places cost nothing by themselves: as many as there are sell all that gains.
      const all = BigInt(sold(0, Math.min(most, limits.maxOrders)));
      return all > 0n ? all : 0n;
    }
    const curves = new FeeCurves(this.#channel, orders, this.#prices.scale);
    const perPackage = beforeFee - curves.least;
    const whole = this.#market.unit === 0 ? null : this.#wholePackage(key);
    if (hasFeeTiers(terms) && queuePrice === null) {
      const trade = { key, from, most, sales, curves, whole, beforeFee };
      return this.#tieredProfit(trade) ?? "noSuchCount";
    }
    let best: bigint | null = from === 0 ? 0n : null;
    const all = BigInt(sold(0, orders));
    const profitOf = (n: number, sum: bigint) => sum + BigInt(n) * perPackage + this.#amountSold(key, n);
    const offer = (n: number, inside: bigint) => {
      const high = Math.min(n * places, together(n), limits.maxOrders, this.#ordersInTime(n));
      const low = minimum > 1 ? n * minimum : 0;
      if (low > high) return;
      const sum = BigInt(sold(low, high));
      const profit = profitOf(n, inside < sum ? inside : sum);
      if (best === null || profit > best) best = profit;
    };
    for (let n = Math.max(1, from); n <= most; n++) {
      const inside = whole === null ? all : BigInt(n) * whole;
      offer(n, inside);
      const allSold =
        n * places >= sales.orders && together(n) === orders && inside >= all && this.#allAmountSold(key, n);
      if (!allSold || n === most) continue;
      if (perPackage > 0n)
        for (let more = most; more > n && (best === null || profitOf(more, all) > best); more--)
          offer(more, all);
      break;
    }
    return best ?? "noSuchCount";
  }

  /** How many orders of a key so many packages can hold, as far as orders may share one. */
  #together(key: number): (packages: number) => number {
    const orders = this.#reach.ordersOf[key]!;
    const sets = this.#problem.classes.twins[this.#c]?.setsOf[key];
    if (sets === undefined) return () => orders;
    return (n) => {
      let held = orders;
      for (let s = 0; s < sets.length && sets[s]! > n; s++) held -= sets[s]! - n;
      return held;
    };
  }

  /** As the greatest profit of a key, over all sizes of its packages; null where there can be no such number of them. */
  #tieredProfit({ key, from, most, sales, curves, whole, beforeFee }: TieredTrade): bigint | null {
    const { package: terms, limits } = this.#channel;
    const orders = this.#reach.ordersOf[key]!;
    const together = this.#together(key);
    const minimum = terms.minOrders > 1 ? terms.minOrders : 0;
    const perPackage = beforeFee - curves.least;
    const ceiling = BigInt(sales.inPlaces(0, orders)) + this.#amountSold(key, most);
    let best: bigint | null = from === 0 ? 0n : null;
    const offer = (n: number) => {
      const high = Math.min(n * terms.maxOrders, together(n), limits.maxOrders, this.#ordersInTime(n));
      const low = n * minimum;
      const sold = (q: number) => {
        const sum = BigInt(sales.inPlaces(low, q));
        return whole !== null && BigInt(n) * whole < sum ? BigInt(n) * whole : sum;
      };
      const beside = BigInt(n) * beforeFee + this.#amountSold(key, n);
      for (const segment of curves.of(n).flat()) {
        const range = { from: Math.max(low, segment.from), to: Math.min(high, segment.to) };
        if (range.from > range.to) continue;
        const profit = bestOnSegment(segment, range, sold) + beside;
        if (best === null || profit > best) best = profit;
      }
    };
    // No number of packages earns more than everything less what each of them pays at least.
    const isBeyond = (n: number) => best !== null && best >= ceiling + BigInt(n) * perPackage;
    if (perPackage <= 0n) for (let n = Math.max(1, from); n <= most && !isBeyond(n); n++) offer(n);
    else for (let n = most; n >= Math.max(1, from) && !isBeyond(n); n--) offer(n);
    return best;
  }

  /** The most that the orders of one package could bring in. */
  #wholePackage(key: number): bigint {
    const { maxAmount, maxOrders } = this.#channel.package;
    const knapsack = new Knapsack(Math.floor(maxAmount / this.#market.unit), maxOrders);
    const { margin, count, steps } = this.#margins[key]!;
    return BigInt(knapsack.best(margin, count ?? new Float64Array(margin.length).fill(1), steps!));
  }

  #ordersInTime(n: number): number {
    const { queue } = this.#channel;
    if (queue.cutOff === Infinity || queue.perOrder === 0) return Infinity;
    const { lanes, cutOff, start, perPackage, perOrder } = queue;
    const all = lanes * (cutOff - start);
    const taken = n * perPackage;
    if (all <= Number.MAX_SAFE_INTEGER && taken <= Number.MAX_SAFE_INTEGER)
      return Math.floor((all - taken) / perOrder);
    const left = BigInt(lanes) * BigInt(cutOff - start) - BigInt(n) * BigInt(perPackage);
    return left < 0n ? -1 : Number(left / BigInt(perOrder));
  }

  #amountSold(key: number, n: number): bigint {
    const price = this.#prices.amount[this.#c]![key]!;
    if (price === 0) return 0n;
    const room = BigInt(n) * BigInt(this.#channel.package.maxAmount);
    const amount = this.#amountOf(key);
    return ceilDivide(BigInt(price) * (room < amount ? room : amount), BigInt(AMOUNT_PRICE_UNIT));
  }

  /** Minor units of the orders of a key that the channel could take. */
  #amountOf(key: number): bigint {
    const known = this.#amounts.get(key);
    if (known !== undefined) return known;
    const { classes, orders } = this.#problem;
    const amount = amountReached(classes, orders, this.#c, key);
    this.#amounts.set(key, amount);
    return amount;
  }

  #allAmountSold(key: number, n: number): boolean {
    if (this.#prices.amount[this.#c]![key] === 0) return true;
    return BigInt(n) * BigInt(this.#channel.package.maxAmount) >= this.#amountOf(key);
  }
}

/** Packages of one key whose fees have tiers. */
interface TieredTrade {
  readonly key: number;
  /** Fewest and most packages. */
  readonly from: number;
  readonly most: number;
  readonly sales: Sales;
  readonly curves: FeeCurves;
  /** Most that the orders of one package could bring in; null where that is not worked out. */
  readonly whole: bigint | null;
  /** What a package earns by itself, its fee aside. */
  readonly beforeFee: bigint;
}

/** Greatest sum of sales less fees, rounded up: sales rise less and less with orders, fees as much with each. */
function bestOnSegment(
  { from, fee, rise, run }: FeeSegment,
  range: { readonly from: number; readonly to: number },
  sold: (orders: number) => bigint,
): bigint {
  let low = range.from;
  let high = range.to;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((sold(middle + 1) - sold(middle)) * run > rise) low = middle + 1;
    else high = middle;
  }
  return ceilDivide((sold(low) - fee) * run - BigInt(low - from) * rise, run);
}
