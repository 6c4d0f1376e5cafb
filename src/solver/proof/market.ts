import { AMOUNT_PRICE_UNIT } from "../../model/certificate.js";
import type { Channel } from "../../model/contract.js";
import { ExactSum } from "../../model/money.js";
import { keyCount } from "../classes.js";
import type { Problem } from "../problem.js";
import { Knapsack } from "./contents.js";
import { ceilDivide, NOBODY, timesAmount } from "./exact.js";
import type { ProofPrices } from "./prices.js";
import { QueuePrices } from "./queuePrices.js";
import { Sales } from "./sales.js";
import type { WaitByAmount } from "./waitByAmount.js";

/** Why a channel has no greatest profit: it cannot have so many packages, or the prices are none to work it out by. */
export type NoProfit = "noSuchCount" | "unusable";

/** A channel at the prices: collects margins, then finds its greatest profit (docs/certificate.md, step 6). */
export class Market {
  /** Whether an order's amount plays a part here. */
  readonly seesAmount: boolean;
  readonly #problem: Problem;
  readonly #prices: ProofPrices;
  readonly #c: number;
  readonly #channel: Channel;
  readonly #keys: number;
  readonly #queue: QueuePrices;
  readonly #caused: number;
  readonly #keepAll: boolean;
  /** Minor units of a step of amount, where contents are worked out; else 0. */
  readonly #unit: number;
  /** `[rule]` what limits ask for an order, and for amount. */
  readonly #limitOrders: Float64Array;
  readonly #amountPrice: Float64Array;
  /** `[key]` margins above 0 (all where minimums count), how many orders have each, and steps of amount they take. */
  readonly #margins: number[][];
  readonly #counts: number[][];
  readonly #amountSteps: number[][];
  readonly #orders: Float64Array;
  readonly #amounts: bigint[];
  #class = -1;
  #base = 0;
  #wait: WaitByAmount | null = null;
  #expense = 0;

  constructor(problem: Problem, prices: ProofPrices, c: number) {
    const { contract, classes, limits } = problem;
    const C = classes.channels;
    const channel = contract.channels[c]!;
    this.#problem = problem;
    this.#prices = prices;
    this.#c = c;
    this.#channel = channel;
    const rate = BigInt(contract.objective.delayCostPerOrderHour) * BigInt(prices.scale);
    let lightest = Infinity;
    for (let k = 0; k < classes.count; k++) {
      if (classes.charge[k * C + c]! < 0) continue;
      lightest = Math.min(lightest, classes.weight[k]!);
    }
    const keys = keyCount(classes, c);
    this.#keys = keys;
    this.#queue = new QueuePrices(
      channel,
      rate,
      lightest === Infinity ? 0 : lightest,
      prices.slots[c] ?? null,
    );
    this.#caused = this.#queue.caused(prices.laneOrders[c]! + prices.packageOrders[c]!);
    this.#keepAll = channel.mode === "batch" && channel.package.minOrders > 1;
    this.#unit = prices.contents[c]!;
    const own = limits.ofChannel[c]!;
    this.#limitOrders = new Float64Array(channel.coverage.length);
    this.#amountPrice = new Float64Array(channel.coverage.length);
    channel.coverage.forEach((_, rule) => {
      const ofRule = limits.ofRule[c]![rule]!;
      const all = ofRule < 0 ? own : [...own, ofRule];
      for (const limit of all) {
        this.#limitOrders[rule]! += prices.limitOrders[limit]!;
        this.#amountPrice[rule]! += prices.limitAmount[limit]!;
      }
    });
    this.seesAmount =
      this.#unit > 0 ||
      this.#queue.asksForAmount ||
      [...this.#amountPrice, ...prices.amount[c]!].some((price) => price > 0);
    this.#margins = Array.from({ length: keys }, () => []);
    this.#counts = Array.from({ length: keys }, () => []);
    this.#amountSteps = Array.from({ length: keys }, () => []);
    this.#orders = new Float64Array(keys);
    this.#amounts = Array.from({ length: keys }, () => 0n);
  }

  /** What an order of a class and amount pays here in all; remembered for {@link offer}. */
  visit(k: number, amount: number): number {
    this.#expense = this.expense(k, amount);
    const place = this.#prices.place[this.#c];
    if (!place) return Infinity;
    const { classes } = this.#problem;
    return this.#expense + place[classes.key[k * classes.channels + this.#c]!]!;
  }

  /** What an order of a class and amount pays here beyond the channel's own price. */
  expense(k: number, amount: number): number {
    const { classes } = this.#problem;
    const cell = k * classes.channels + this.#c;
    const rule = classes.rule[cell]!;
    if (this.#class !== k) {
      this.#class = k;
      this.#base = this.#prices.scale * classes.charge[cell]! + this.#limitOrders[rule]! + this.#caused;
      const [weight, due] = [classes.weight[k]!, classes.due[k]!];
      this.#wait = this.#queue.byAmount(weight, due);
      if (this.#wait === null) this.#base += this.#queue.ofOrder(weight, due);
    }
    const price = this.#amountPrice[rule]! + this.#prices.amount[this.#c]![classes.key[cell]!]!;
    const asked = price === 0 ? this.#base : this.#base + timesAmount(price, amount);
    return this.#wait === null ? asked : asked + this.#wait.of(amount);
  }

  /** Notes the margin of so many orders like the one last visited, of one amount. */
  offer(k: number, amount: number, worth: number, count: number): void {
    const margin = worth - Math.min(NOBODY, this.#expense);
    if (margin <= 0 && !this.#keepAll) return;
    const { classes } = this.#problem;
    const key = classes.key[k * classes.channels + this.#c]!;
    this.#margins[key]!.push(margin);
    this.#counts[key]!.push(count);
    if (this.#unit > 0) this.#amountSteps[key]!.push(Math.floor(amount / this.#unit));
  }

  /** Notes a whole class as orders that the channel could take. */
  count(k: number): void {
    const { classes, orders } = this.#problem;
    const key = classes.key[k * classes.channels + this.#c]!;
    this.#orders[key]! += classes.size[k]!;
    if (this.#prices.amount[this.#c]![key] === 0) return;
    const sum = new ExactSum();
    for (let m = classes.memberStart[k]!; m < classes.memberStart[k + 1]!; m++)
      sum.add(orders.amount[classes.members[m]!]!);
    this.#amounts[key]! += sum.total;
  }

  /** The greatest profit with so many packages. */
  profit(from: number, to: number): bigint | NoProfit {
    // Packages at a price, and any number of them.
    if (to === Infinity && this.#prices.mostPackages[this.#c]! > 0) return "unusable";
    const { package: terms, queue, mode, limits } = this.#channel;
    const single = mode === "single";
    let profit = this.#queue.income();
    if (!single) profit += BigInt(queue.lanes) * this.#queue.tangent(this.#prices.laneOrders[this.#c]!);
    let perPackage = 0n;
    if (!single) {
      perPackage =
        this.#queue.tangent(this.#prices.packageOrders[this.#c]!) -
        BigInt(this.#prices.scale) * BigInt(terms.fee);
      const most = BigInt(this.#prices.mostPackages[this.#c]!);
      const least = BigInt(this.#prices.leastPackages[this.#c]!);
      perPackage += least - most;
      if (most > 0n) profit += most * BigInt(to);
      profit -= least * BigInt(from);
      for (const limit of this.#problem.limits.ofChannel[this.#c]!)
        perPackage -= BigInt(this.#prices.limitPackages[limit]!);
    }
    const used = this.#orders.reduce((n, orders) => n + (orders > 0 ? 1 : 0), 0);
    if (used === 0) return from > 0 && !single ? "noSuchCount" : profit;
    const { lastRow } = this.#queue;
    const inTime = lastRow === Infinity ? Infinity : lastRow * queue.lanes;
    for (let key = 0; key < this.#keys; key++) {
      if (this.#orders[key] === 0) continue;
      const best = this.#keyProfit(key, perPackage, {
        from: single || used > 1 ? 0 : from,
        to: single ? inTime : Math.min(to, inTime, limits.maxPackages),
      });
      if (typeof best !== "bigint") return best;
      profit += best;
    }
    return profit;
  }

  #keyProfit(key: number, perPackage: bigint, { from, to }: { from: number; to: number }): bigint | NoProfit {
    const { package: terms, limits, mode } = this.#channel;
    const single = mode === "single";
    const places = single ? 1 : terms.maxOrders;
    const minimum = single ? 1 : terms.minOrders;
    const orders = this.#orders[key]!;
    const sales = new Sales(this.#margins[key]!, this.#counts[key]!);
    if (sales.greatest * orders > Number.MAX_SAFE_INTEGER) return "unusable";
    const queuePrice = this.#queue.ofPackage(Math.min(places, sales.orders));
    const sold =
      queuePrice === null
        ? (low: number, high: number) => sales.inPlaces(low, high)
        : sales.inPackages(places, queuePrice);
    const most = Math.min(to, minimum > 1 ? Math.floor(orders / minimum) : orders);
    if (from > most) return "noSuchCount";
    if (single) {
      // Places cost nothing by themselves: as many as there are sell all that gains.
      const all = BigInt(sold(0, Math.min(most, limits.maxOrders)));
      return all > 0n ? all : 0n;
    }
    const whole = this.#unit === 0 ? null : this.#wholePackage(key);
    let best: bigint | null = from === 0 ? 0n : null;
    const all = BigInt(sold(0, orders));
    const profitOf = (n: number, sum: bigint) => sum + BigInt(n) * perPackage + this.#amountSold(key, n);
    const offer = (n: number, inside: bigint) => {
      const high = Math.min(n * places, orders, limits.maxOrders, this.#ordersInTime(n));
      const low = minimum > 1 ? n * minimum : 0;
      if (low > high) return;
      const sum = BigInt(sold(low, high));
      const profit = profitOf(n, inside < sum ? inside : sum);
      if (best === null || profit > best) best = profit;
    };
    for (let n = Math.max(1, from); n <= most; n++) {
      const inside = whole === null ? all : BigInt(n) * whole;
      offer(n, inside);
      const allSold = n * places >= sales.orders && inside >= all && this.#allAmountSold(key, n);
      if (!allSold || n === most) continue;
      if (perPackage > 0n)
        for (let more = most; more > n && (best === null || profitOf(more, all) > best); more--)
          offer(more, all);
      break;
    }
    return best ?? "noSuchCount";
  }

  /** The most that the orders of one package could bring in. */
  #wholePackage(key: number): bigint {
    const { maxAmount, maxOrders } = this.#channel.package;
    const knapsack = new Knapsack(Math.floor(maxAmount / this.#unit), maxOrders);
    return BigInt(knapsack.best(this.#margins[key]!, this.#counts[key]!, this.#amountSteps[key]!));
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
    const amount = this.#amounts[key]!;
    return ceilDivide(BigInt(price) * (room < amount ? room : amount), BigInt(AMOUNT_PRICE_UNIT));
  }

  #allAmountSold(key: number, n: number): boolean {
    if (this.#prices.amount[this.#c]![key] === 0) return true;
    return BigInt(n) * BigInt(this.#channel.package.maxAmount) >= this.#amounts[key]!;
  }
}
