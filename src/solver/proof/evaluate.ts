import { AMOUNT_PRICE_UNIT, LARGEST_WORTH } from "../../model/certificate.js";
import type { Channel } from "../../model/contract.js";
import { type CostTotal, ExactSum } from "../../model/money.js";
import { MICROS_PER_HOUR } from "../../model/time.js";
import { keyCount } from "../classes.js";
import { commonUnit } from "../commonUnit.js";
import type { Problem } from "../problem.js";
import type { PackageCounts } from "../relaxation/relax.js";
import type { ProofPrices } from "./prices.js";

/**
 * Works out exactly what prices prove (docs/certificate.md): the worth of all orders less what limits and channels
 * could make of it, in cost units, rounded up to a whole step of {@link commonStep}. Null where no plan has such counts, or where the prices are too large to add up exactly.
 */
export function evaluate(
  problem: Problem,
  prices: ProofPrices,
  counts: PackageCounts,
  step: bigint,
): CostTotal | null {
  const { contract, classes, limits } = problem;
  const C = classes.channels;
  const markets = contract.channels.map((_, c) => new Market(problem, prices, c));
  const total = new ExactSum();
  const { worth } = prices;
  /** Lets so many orders of a class, alike in all that counts, choose. */
  const choose = (k: number, amount: number, count: number, own: number) => {
    let least = Math.min(LARGEST_WORTH, prices.scale * classes.penalty[k]!, own);
    for (let c = 0; c < C; c++) {
      if (classes.charge[k * C + c]! < 0) continue;
      const asked = markets[c]!.visit(k, amount);
      if (asked < least) least = asked;
    }
    const product = least * count;
    if (Number.isSafeInteger(product)) total.add(product);
    else total.addBig(BigInt(least) * BigInt(count));
    for (let c = 0; c < C; c++) if (classes.charge[k * C + c]! >= 0) markets[c]!.offer(k, least, count);
  };
  if (markets.some((market) => market.pricesAmount)) {
    for (const order of classes.members)
      choose(
        classes.classOf[order]!,
        problem.orders.amount[order]!,
        1,
        worth === null ? Infinity : worth.price[worth.lots.lotOf[order]!]!,
      );
  } else if (worth !== null) {
    for (let lot = 0; lot < worth.lots.count; lot++)
      choose(worth.lots.classOf[lot]!, 0, worth.lots.size[lot]!, worth.price[lot]!);
  } else {
    for (let k = 0; k < classes.count; k++) choose(k, 0, classes.size[k]!, Infinity);
  }
  for (let k = 0; k < classes.count; k++)
    for (let c = 0; c < C; c++) if (classes.charge[k * C + c]! >= 0) markets[c]!.count(k);
  let units = total.total;
  for (let limit = 0; limit < limits.count; limit++) {
    units -= income(prices.limitOrders[limit]!, limits.maxOrders[limit]!, 1n);
    units -= income(prices.limitAmount[limit]!, limits.maxAmount[limit]!, BigInt(AMOUNT_PRICE_UNIT));
    units -= income(prices.limitPackages[limit]!, limits.maxPackages[limit]!, 1n);
  }
  for (let c = 0; c < C; c++) {
    const profit = markets[c]!.profit(counts.from[c]!, counts.to[c]!);
    if (profit === null) return null;
    units -= profit;
  }
  return ceilDivide(units, BigInt(prices.scale) * step) * step;
}

function income(price: number, room: number, unit: bigint): bigint {
  return price === 0 ? 0n : (BigInt(price) * BigInt(room) + unit - 1n) / unit;
}

function ceilDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor > 0n ? quotient + 1n : quotient;
}

/** The greatest number of cost units that divides every plan's cost: 1 where waiting costs. */
export function commonStep(problem: Problem): bigint {
  return problem.contract.objective.delayCostPerOrderHour > 0 ? 1n : BigInt(commonUnit(problem));
}

const NOBODY = 2 ** 52;
const WHOLE = 1_000_000n * BigInt(MICROS_PER_HOUR);

/** A channel at the prices: collects margins, then finds its greatest profit. */
class Market {
  readonly pricesAmount: boolean;
  readonly #problem: Problem;
  readonly #prices: ProofPrices;
  readonly #c: number;
  readonly #channel: Channel;
  readonly #rate: bigint;
  readonly #keys: number;
  readonly #lightest: number;
  readonly #caused: number;
  readonly #lastRow: number;
  readonly #keepAll: boolean;
  /** `[rule]` */
  readonly #limitOrders: Float64Array;
  readonly #amountPrice: Float64Array;
  readonly #waits = new Map<number, Map<number, number>>();
  /** `[key]` margins above 0 (all where minimums count) and how many orders have each. */
  readonly #margins: number[][];
  readonly #counts: number[][];
  readonly #orders: Float64Array;
  readonly #amounts: bigint[];
  #class = -1;
  #base = 0;
  #expense = 0;

  constructor(problem: Problem, prices: ProofPrices, c: number) {
    const { contract, classes, limits } = problem;
    const C = classes.channels;
    const channel = contract.channels[c]!;
    this.#problem = problem;
    this.#prices = prices;
    this.#c = c;
    this.#channel = channel;
    this.#rate = BigInt(contract.objective.delayCostPerOrderHour) * BigInt(prices.scale);
    let lightest = Infinity;
    for (let k = 0; k < classes.count; k++) {
      if (classes.charge[k * C + c]! < 0) continue;
      lightest = Math.min(lightest, classes.weight[k]!);
    }
    const keys = keyCount(classes, c);
    this.#keys = keys;
    this.#lightest = lightest === Infinity ? 0 : lightest;
    const causing = prices.laneOrders[c]! + prices.packageOrders[c]!;
    this.#caused =
      channel.mode === "single"
        ? 0
        : clip(
            (this.#rate * BigInt(this.#lightest) * BigInt(channel.queue.perOrder) * BigInt(causing)) / WHOLE,
          );
    this.#lastRow = lastRow(channel);
    this.#keepAll = channel.mode === "batch" && channel.package.minOrders > 1;
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
      this.#amountPrice[rule]! += prices.amount[c]!;
    });
    this.pricesAmount = this.#amountPrice.some((price) => price > 0);
    this.#margins = Array.from({ length: keys }, () => []);
    this.#counts = Array.from({ length: keys }, () => []);
    this.#orders = new Float64Array(keys);
    this.#amounts = Array.from({ length: keys }, () => 0n);
  }

  /** What an order of a class and amount pays here in all; remembered for {@link offer}. */
  visit(k: number, amount: number): number {
    const { classes } = this.#problem;
    const cell = k * classes.channels + this.#c;
    const rule = classes.rule[cell]!;
    if (this.#class !== k) {
      this.#class = k;
      this.#base =
        this.#prices.scale * classes.charge[cell]! +
        this.#limitOrders[rule]! +
        this.#wait(classes.weight[k]!, classes.due[k]!) +
        this.#caused;
    }
    const price = this.#amountPrice[rule]!;
    this.#expense = price === 0 ? this.#base : this.#base + timesAmount(price, amount);
    const place = this.#prices.place[this.#c];
    return place ? this.#expense + place[classes.key[cell]!]! : Infinity;
  }

  /** Notes the margin of so many orders like the one last visited. */
  offer(k: number, worth: number, count: number): void {
    const margin = Math.max(-NOBODY, worth - this.#expense);
    if (margin <= 0 && !this.#keepAll) return;
    const { classes } = this.#problem;
    const key = classes.key[k * classes.channels + this.#c]!;
    this.#margins[key]!.push(margin);
    this.#counts[key]!.push(count);
  }

  /** Notes a whole class as orders that the channel could take. */
  count(k: number): void {
    const { classes, orders } = this.#problem;
    const key = classes.key[k * classes.channels + this.#c]!;
    this.#orders[key]! += classes.size[k]!;
    if (this.#prices.amount[this.#c]! === 0) return;
    const sum = new ExactSum();
    for (let m = classes.memberStart[k]!; m < classes.memberStart[k + 1]!; m++)
      sum.add(orders.amount[classes.members[m]!]!);
    this.#amounts[key]! += sum.total;
  }

  #wait(weight: number, due: number): number {
    let byDue = this.#waits.get(weight);
    if (byDue === undefined) {
      byDue = new Map();
      this.#waits.set(weight, byDue);
    }
    let wait = byDue.get(due);
    if (wait === undefined) {
      wait = this.#leastWait(weight, due);
      byDue.set(due, wait);
    }
    return wait;
  }

  #leastWait(weight: number, due: number): number {
    const slots = this.#prices.slots[this.#c];
    if (slots?.per === "package") return this.#waiting(weight - this.#lightest, 1);
    const { queue, mode } = this.#channel;
    const each = rowTime(this.#channel);
    const alone = mode === "single" ? 0 : queue.perOrder;
    const inTime = each === 0 ? Infinity : Math.floor((due - queue.start - queue.result - alone) / each);
    let least = Infinity;
    for (const [row, price] of this.#rows(Math.min(this.#lastRow, Math.max(1, inTime))))
      least = Math.min(least, price + this.#waiting(weight, row));
    return least;
  }

  /** Waiting until a row's earliest finish, rounded down. */
  #waiting(weight: number, row: number): number {
    const { queue } = this.#channel;
    const finish = queue.start + row * rowTime(this.#channel) + queue.result;
    return clip((this.#rate * BigInt(weight) * BigInt(finish)) / WHOLE);
  }

  /** Rows that can be the cheapest, with their prices: the ends of each piece, and the first row after all. */
  #rows(last: number): [number, number][] {
    const rows: [number, number][] = [];
    let row = 1;
    for (const piece of this.#prices.slots[this.#c]?.prices ?? []) {
      if (row > last) return rows;
      rows.push([row, piece.price]);
      const end = Math.min(last, row + piece.rows - 1);
      if (end > row) rows.push([end, piece.price - (end - row) * piece.step]);
      row += piece.rows;
    }
    if (row <= last) rows.push([row, 0]);
    return rows;
  }

  #tangent(orders: number): bigint {
    const twice =
      this.#rate * BigInt(this.#lightest) * BigInt(this.#channel.queue.perOrder) * BigInt(orders) ** 2n;
    return ceilDivide(twice, 2n * WHOLE);
  }

  /** The greatest profit with so many packages; null where there can be none such. */
  profit(from: number, to: number): bigint | null {
    const { package: terms, queue, mode, limits } = this.#channel;
    const single = mode === "single";
    const places = single ? 1 : terms.maxOrders;
    const slots = this.#prices.slots[this.#c];
    let profit = 0n;
    if (slots) {
      let sum = 0n;
      for (const { rows, price, step } of slots.prices)
        sum += BigInt(rows) * BigInt(price) - (BigInt(step) * BigInt(rows) * BigInt(rows - 1)) / 2n;
      profit += BigInt(queue.lanes) * (slots.per === "package" ? 1n : BigInt(places)) * sum;
    }
    if (!single) profit += BigInt(queue.lanes) * this.#tangent(this.#prices.laneOrders[this.#c]!);
    let perPackage = 0n;
    if (!single) {
      perPackage =
        this.#tangent(this.#prices.packageOrders[this.#c]!) - BigInt(this.#prices.scale) * BigInt(terms.fee);
      for (const limit of this.#problem.limits.ofChannel[this.#c]!)
        perPackage -= BigInt(this.#prices.limitPackages[limit]!);
    }
    const used = this.#orders.reduce((n, orders) => n + (orders > 0 ? 1 : 0), 0);
    if (used === 0) return from > 0 && !single ? null : profit;
    for (let key = 0; key < this.#keys; key++) {
      if (this.#orders[key] === 0) continue;
      const best = this.#keyProfit(key, perPackage, {
        from: single || used > 1 ? 0 : from,
        to: single
          ? this.#lastRow * queue.lanes
          : Math.min(
              to,
              this.#lastRow === Infinity ? Infinity : this.#lastRow * queue.lanes,
              limits.maxPackages,
            ),
      });
      if (best === null) return null;
      profit += best;
    }
    return profit;
  }

  #keyProfit(key: number, perPackage: bigint, { from, to }: { from: number; to: number }): bigint | null {
    const { package: terms, queue, mode, limits } = this.#channel;
    const single = mode === "single";
    const places = single ? 1 : terms.maxOrders;
    const minimum = single ? 1 : terms.minOrders;
    const orders = this.#orders[key]!;
    const sales = new Sales(this.#margins[key]!, this.#counts[key]!);
    if (sales.greatest * orders > Number.MAX_SAFE_INTEGER) return null;
    const slots = this.#prices.slots[this.#c];
    const sold =
      slots?.per === "package"
        ? sales.inPackages(places, this.#queuePrice(Math.min(places, sales.orders)))
        : (low: number, high: number) => sales.inPlaces(low, high);
    const amountPrice = this.#prices.amount[this.#c]!;
    const amount = this.#amounts[key]!;
    const amountSold = (n: number): bigint => {
      if (amountPrice === 0) return 0n;
      const room = BigInt(n) * BigInt(terms.maxAmount);
      return ceilDivide(BigInt(amountPrice) * (room < amount ? room : amount), BigInt(AMOUNT_PRICE_UNIT));
    };
    const inTime = (n: number): number =>
      single || queue.cutOff === Infinity || queue.perOrder === 0
        ? Infinity
        : Math.floor((queue.lanes * (queue.cutOff - queue.start) - n * queue.perPackage) / queue.perOrder);
    const most = Math.min(to, minimum > 1 ? Math.floor(orders / minimum) : orders);
    if (from > most) return null;
    let best: bigint | null = from === 0 ? 0n : null;
    const offer = (profit: bigint) => {
      if (best === null || profit > best) best = profit;
    };
    for (let n = Math.max(1, from); n <= most; n++) {
      const high = Math.min(n * places, orders, limits.maxOrders, inTime(n));
      const low = minimum > 1 ? n * minimum : 0;
      if (low <= high) offer(BigInt(sold(low, high)) + BigInt(n) * perPackage + amountSold(n));
      const all =
        n * places >= sales.orders && (amountPrice === 0 || BigInt(n) * BigInt(terms.maxAmount) >= amount);
      if (!all || n === most) continue;
      if (perPackage > 0n) offer(BigInt(sold(0, orders)) + BigInt(most) * perPackage + amountSold(most));
      break;
    }
    return best;
  }

  #queuePrice(most: number): Float64Array {
    const rows = this.#rows(this.#lastRow);
    const slopes = rows.map(([row]) => this.#waiting(this.#lightest, row));
    const least = new Float64Array(most + 1);
    for (let q = 1; q <= most; q++) {
      let low = Infinity;
      for (let i = 0; i < rows.length; i++) low = Math.min(low, rows[i]![1] + q * slopes[i]!);
      least[q] = low;
    }
    return least;
  }
}

/** Margins, best first, with how many orders have each. */
class Sales {
  readonly orders: number;
  readonly greatest: number;
  readonly #margin: Float64Array;
  /** Orders and margins up to and with each entry. */
  readonly #upTo: Float64Array;
  readonly #sum: Float64Array;
  readonly #positive: number;

  constructor(margins: readonly number[], counts: readonly number[]) {
    const order = Int32Array.from(margins, (_, i) => i).sort((a, b) => margins[b]! - margins[a]!);
    this.#margin = Float64Array.from(order, (i) => margins[i]!);
    this.#upTo = new Float64Array(order.length + 1);
    this.#sum = new Float64Array(order.length + 1);
    let positive = 0;
    for (let e = 0; e < order.length; e++) {
      const count = counts[order[e]!]!;
      this.#upTo[e + 1] = this.#upTo[e]! + count;
      this.#sum[e + 1] = this.#sum[e]! + this.#margin[e]! * count;
      if (this.#margin[e]! > 0) positive += count;
    }
    this.#positive = positive;
    this.orders = this.#upTo[order.length]!;
    this.greatest = Math.max(0, this.#margin[0] ?? 0);
  }

  /** Sum of the best so many margins. */
  #best(orders: number): number {
    let low = 0;
    let high = this.#margin.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#upTo[middle + 1]! < orders) low = middle + 1;
      else high = middle;
    }
    if (orders === 0 || low >= this.#margin.length) return this.#sum[Math.min(low, this.#margin.length)]!;
    return this.#sum[low]! + (orders - this.#upTo[low]!) * this.#margin[low]!;
  }

  inPlaces(low: number, high: number): number {
    return this.#best(Math.max(low, Math.min(high, this.#positive)));
  }

  inPackages(places: number, queuePrice: Float64Array): (low: number, high: number) => number {
    const best = new Float64Array(this.orders + 1);
    let entry = 0;
    let sum = 0;
    for (let q = 1; q <= this.orders; q++) {
      while (this.#upTo[entry + 1]! < q) entry++;
      sum += this.#margin[entry]!;
      const full = places === Infinity ? 0 : Math.floor(q / places);
      const rest = full === 0 ? q : q - full * places;
      const price = full === 0 ? queuePrice[rest]! : full * queuePrice[places]! + queuePrice[rest]!;
      best[q] = Math.max(best[q - 1]!, sum - price);
    }
    return (_low, high) => best[Math.min(high, this.orders)]!;
  }
}

function rowTime({ mode, queue }: Channel): number {
  return mode === "single" ? queue.perOrder : queue.perPackage;
}

function lastRow({ mode, queue, package: { minOrders } }: Channel): number {
  const hold = mode === "single" ? queue.perOrder : queue.perPackage + queue.perOrder * minOrders;
  return queue.cutOff === Infinity || hold === 0 ? Infinity : Math.floor((queue.cutOff - queue.start) / hold);
}

function timesAmount(price: number, amount: number): number {
  const product = price * amount;
  if (Number.isSafeInteger(product)) return (product - (product % AMOUNT_PRICE_UNIT)) / AMOUNT_PRICE_UNIT;
  return clip((BigInt(price) * BigInt(amount)) / BigInt(AMOUNT_PRICE_UNIT));
}

function clip(value: bigint): number {
  return value > BigInt(NOBODY) ? NOBODY : Number(value);
}
