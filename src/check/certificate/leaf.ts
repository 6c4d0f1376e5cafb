import {
  AMOUNT_PRICE_UNIT,
  type ChannelPrices,
  LARGEST_WORTH,
  type PriceSet,
} from "../../model/certificate.js";
import type { Channel, Contract } from "../../model/contract.js";
import { ExactSum } from "../../model/money.js";
import type { Instance, Separation } from "../instance.js";
import type { Penalties } from "../penalty.js";
import type { Survey } from "../survey.js";
import type { Likes } from "./likes.js";
import { greatestProfit, type RankedMargins } from "./profit.js";
import { type Row, rowsUpTo, totalOf, Waiting } from "./waiting.js";

/** How many packages of each channel a part of the proof is about. */
export interface Counts {
  readonly from: Float64Array;
  readonly to: Float64Array;
}

/** Everything about the inputs that every part of a proof needs. */
export interface Premises {
  readonly instance: Instance;
  readonly survey: Survey;
  readonly penalties: Penalties;
  /** Price units in a cost unit. */
  readonly scale: number;
  /** `[order]` group that `worth` is about, or null. */
  readonly groups: readonly (number | null)[] | undefined;
  readonly likes: Likes;
}

/** Why prices are none that prove anything. */
export class Unusable extends Error {}

/**
 * The bound that one set of prices proves for all plans with such counts of packages, in price units; null where no
 * plan has such counts.
 */
export function boundOf(premises: Premises, prices: PriceSet, counts: Counts): bigint | null {
  const { instance, survey, likes } = premises;
  const { contract } = instance;
  for (const { channel } of prices.channels)
    if (contract.channels.every(({ id }) => id !== channel))
      throw new Unusable(`It prices channel ${channel}, which the contract does not have.`);
  const limits = limitPrices(contract, prices);
  const terms = contract.channels.map((channel, c) => new Terms(premises, channel, c, prices, limits));
  const worth = worthOf(premises, terms, prices.worth);
  const total = new ExactSum();
  for (let u = 0; u < worth.length; u++) {
    if (survey.leastCharge[likes.order[u]!]! === Infinity) continue;
    const product = worth[u]! * likes.count[u]!;
    if (Number.isSafeInteger(product)) total.add(product);
    else total.addBig(BigInt(worth[u]!) * BigInt(likes.count[u]!));
  }
  let bound = total.total - limits.supply;
  for (const each of terms) {
    const profit = each.profit(worth, counts);
    if (profit === null) return null;
    bound -= profit;
  }
  return bound;
}

/** `[like]` what routing one of them is worth: the least of its penalty, its group's worth and the prices of channels. */
function worthOf(
  { instance, survey, penalties, scale, groups, likes }: Premises,
  terms: readonly Terms[],
  own: PriceSet["worth"],
): Float64Array {
  const { orders } = instance;
  if (own !== undefined && groups?.length !== orders.count)
    throw new Unusable(`It lists the groups of ${groups?.length ?? 0} orders; there are ${orders.count}.`);
  const worth = new Float64Array(likes.order.length);
  for (let u = 0; u < worth.length; u++) {
    const i = likes.order[u]!;
    if (survey.leastCharge[i]! === Infinity) continue;
    const penalty = penalties.fast(i);
    const group = groups?.[i] ?? null;
    let least = Math.min(
      LARGEST_WORTH,
      Number.isNaN(penalty) ? Infinity : scale * penalty,
      group === null ? Infinity : (own?.[group] ?? Infinity),
    );
    for (const each of terms) {
      if (!each.hasPrice || !survey.takes.has(i, each.index)) continue;
      const asked = each.asked(i);
      if (asked < least) least = asked;
    }
    worth[u] = least;
  }
  return worth;
}

/** Prices of limits by channel and rule. */
interface Limits {
  /** `[rule]` of all channels in one row: for an order, for the amount unit. */
  readonly orders: Float64Array;
  readonly amount: Float64Array;
  /** `[channel]` for a package. */
  readonly packages: readonly bigint[];
  /** What all limits together could bring in. */
  readonly supply: bigint;
}

function limitPrices(contract: Contract, prices: PriceSet): Limits {
  const begins: number[] = [];
  let rules = 0;
  for (const channel of contract.channels) {
    begins.push(rules);
    rules += channel.coverage.length;
  }
  const orders = new Float64Array(rules);
  const amount = new Float64Array(rules);
  const packages = contract.channels.map(() => 0n);
  let supply = 0n;
  const sell = (price: number | undefined, room: number, what: string, unit = 1n): number => {
    if (price === undefined || price === 0) return 0;
    if (room === Infinity) throw new Unusable(`It prices ${what}, which has no such limit.`);
    supply += (BigInt(price) * BigInt(room) + unit - 1n) / unit;
    return price;
  };
  for (const each of prices.limits) {
    const { channel, rule, quota } = each;
    if ((channel === undefined) === (quota === undefined))
      throw new Unusable("A limit's price names either a channel or a quota.");
    const what =
      quota !== undefined
        ? `quota ${quota}`
        : `channel ${channel}${rule === undefined ? "" : `, rule ${rule}`}`;
    const c = contract.channels.findIndex(({ id }) => id === channel);
    const shared = contract.quotas.find(({ id }) => id === quota);
    const ofRule = rule === undefined ? undefined : contract.channels[c]?.coverage[rule];
    const found =
      quota !== undefined
        ? shared?.limits
        : rule !== undefined
          ? ofRule?.limits
          : contract.channels[c]?.limits;
    if (found === undefined) throw new Unusable(`It prices ${what}, which the contract does not have.`);
    const maxPackages = "maxPackages" in found ? (found.maxPackages as number) : Infinity;
    const perOrder = sell(each.orders, found.maxOrders, what);
    const perAmount = sell(each.amount, found.maxAmount, what, BigInt(AMOUNT_PRICE_UNIT));
    const perPackage = sell(each.packages, maxPackages, what);
    for (const used of shared?.channels ?? [c]) {
      const { coverage, mode } = contract.channels[used]!;
      coverage.forEach((_, r) => {
        if (rule !== undefined && r !== rule) return;
        orders[begins[used]! + r]! += perOrder;
        amount[begins[used]! + r]! += perAmount;
      });
      if (mode === "batch") packages[used]! += BigInt(perPackage);
    }
  }
  return { orders, amount, packages, supply };
}

/** A channel with its prices: what it asks of an order, and what it could earn. */
class Terms {
  readonly hasPrice: boolean;
  readonly #premises: Premises;
  readonly #channel: Channel;
  readonly #limits: Limits;
  readonly #prices: ChannelPrices;
  readonly #separation: Separation;
  /** `[separation key]` price of a place; Infinity where there is none. */
  readonly #place: Float64Array;
  readonly #waiting: Waiting;
  /** Lightest weight of an order that the channel could take, in millionths. */
  readonly #lightest: number;
  /** What an order pays for the waiting it causes others. */
  readonly #caused: number;
  readonly #lastRow: number;
  /** By weight and due time. */
  readonly #waits = new Map<number, Map<number, number>>();

  constructor(
    premises: Premises,
    channel: Channel,
    readonly index: number,
    prices: PriceSet,
    limits: Limits,
  ) {
    const { instance, survey, scale } = premises;
    const { contract } = instance;
    const own = prices.channels.filter((each) => each.channel === channel.id);
    if (own.length > 1) throw new Unusable(`It has prices of channel ${channel.id} twice.`);
    this.#premises = premises;
    this.#channel = channel;
    this.#limits = limits;
    this.#prices = own[0] ?? { channel: channel.id };
    this.#separation = instance.separation(channel.package.separateBy);
    this.#waiting = new Waiting(BigInt(contract.objective.delayCostPerOrderHour) * BigInt(scale));
    let lightest = Infinity;
    for (const i of premises.likes.order)
      if (survey.takes.has(i, index)) lightest = Math.min(lightest, instance.weight(i));
    this.#lightest = lightest === Infinity ? 0 : lightest;
    const { laneOrders = 0, packageOrders = 0, place, places } = this.#prices;
    this.#caused =
      channel.mode === "single"
        ? 0
        : this.#waiting.caused(this.#lightest, channel.queue.perOrder, laneOrders + packageOrders);
    this.#lastRow = lastRow(channel);
    this.#place = new Float64Array(this.#separation.keys).fill(place ?? Infinity);
    this.hasPrice = place !== undefined || places !== undefined;
    if (places !== undefined) this.#readPlaces(places);
    if (this.#prices.amount !== undefined && channel.package.maxAmount === Infinity)
      throw new Unusable(`It prices the amount of packages of channel ${channel.id}, which has no limit.`);
  }

  #readPlaces(places: NonNullable<ChannelPrices["places"]>): void {
    const listed = new Map(places.map(({ key, price }) => [JSON.stringify(key), price]));
    this.#separation.values.forEach((values, key) => {
      this.#place[key] = listed.get(JSON.stringify(values)) ?? Infinity;
    });
  }

  /** All that an order pays on the channel. */
  asked(order: number): number {
    return this.#expense(order) + this.#place[this.#separation.key(order)]!;
  }

  /** What an order costs on the channel before the place: charge, limits, amount, waiting. */
  #expense(order: number): number {
    const { instance, scale } = this.#premises;
    const rule = instance.coverage.ruleOf(order, this.index);
    const amountPrice = this.#limits.amount[rule]! + (this.#prices.amount ?? 0);
    return (
      scale * instance.charge(rule, order) +
      this.#limits.orders[rule]! +
      (amountPrice === 0 ? 0 : timesAmount(amountPrice, instance.amount(order))) +
      this.#wait(instance.weight(order), instance.dueBy(order)) +
      this.#caused
    );
  }

  /** Least that waiting costs an order, whatever row its package is in. */
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
    const { slots } = this.#prices;
    if (slots?.per === "package") return this.#waiting.down(weight - this.#lightest, this.#finish(1));
    const { queue } = this.#channel;
    const each = rowTime(this.#channel);
    const own = this.#channel.mode === "single" ? 0 : queue.perOrder;
    const inTime = each === 0 ? Infinity : Math.floor((due - queue.start - queue.result - own) / each);
    let least = Infinity;
    for (const { row, price } of this.#rows(Math.min(this.#lastRow, Math.max(1, inTime))))
      least = Math.min(least, price + this.#waiting.down(weight, this.#finish(row)));
    return least;
  }

  #rows(last: number): Row[] {
    return rowsUpTo(this.#prices.slots?.prices ?? [], last);
  }

  /** Earliest finish in a row. */
  #finish(row: number): number {
    const { queue } = this.#channel;
    return queue.start + row * rowTime(this.#channel) + queue.result;
  }

  /**
   * The greatest profit of the channel; null where it cannot have such a count of packages.
   *
   * @param worth of each like
   */
  profit(worth: Float64Array, counts: Counts): bigint | null {
    const { instance, survey, scale, likes } = this.#premises;
    const channel = this.#channel;
    const { package: packages, queue, limits } = channel;
    const single = channel.mode === "single";
    const { slots, laneOrders = 0, packageOrders = 0, amount: amountPrice = 0 } = this.#prices;
    const keys = this.#separation.keys;
    const minOrders = single ? 1 : packages.minOrders;
    const margins: Margins[] = Array.from({ length: keys }, () => ({ value: [], count: [] }));
    const taken = new Float64Array(keys);
    const amounts = Array.from({ length: keys }, () => new ExactSum());
    let greatest = 0;
    for (let u = 0; u < worth.length; u++) {
      const i = likes.order[u]!;
      if (!survey.takes.has(i, this.index)) continue;
      const key = this.#separation.key(i);
      const count = likes.count[u]!;
      taken[key]! += count;
      if (amountPrice > 0) amounts[key]!.addBig(BigInt(instance.amount(i)) * BigInt(count));
      const margin = Math.max(-(2 ** 52), worth[u]! - this.#expense(i));
      if (margin > 0 || minOrders > 1) {
        margins[key]!.value.push(margin);
        margins[key]!.count.push(count);
      }
      if (margin > greatest) greatest = margin;
    }
    if (slots !== undefined) this.#checkSlots(slots, single ? 1 : packages.maxOrders);
    let profit = 0n;
    if (slots !== undefined) {
      const each = slots.per === "package" ? 1n : BigInt(single ? 1 : packages.maxOrders);
      profit += BigInt(queue.lanes) * each * totalOf(slots.prices);
    }
    if (!single)
      profit += BigInt(queue.lanes) * this.#waiting.tangent(this.#lightest, queue.perOrder, laneOrders);
    const perPackage = single
      ? 0n
      : this.#waiting.tangent(this.#lightest, queue.perOrder, packageOrders) -
        BigInt(scale) * BigInt(packages.fee) -
        this.#limits.packages[this.index]!;
    const one = taken.filter((count) => count > 0).length <= 1;
    const from = single ? 0 : counts.from[this.index]!;
    const to = single ? Infinity : counts.to[this.index]!;
    const inTime = this.#lastRow === Infinity ? Infinity : this.#lastRow * queue.lanes;
    for (let key = 0; key < keys; key++) {
      if (taken[key] === 0) continue;
      if (taken[key]! * greatest > Number.MAX_SAFE_INTEGER)
        throw new Unusable(`Its prices of channel ${channel.id} are too large to add up exactly.`);
      const ranked = highestFirst(margins[key]!);
      const offered = ranked.counts.reduce((sum, count) => sum + count, 0);
      const earned = greatestProfit(
        {
          margins: ranked,
          orders: taken[key]!,
          amount: amounts[key]!.total,
          maxOrders: single ? 1 : packages.maxOrders,
          minOrders,
          maxAmount: packages.maxAmount,
          amountPrice,
          perPackage,
          queuePrice:
            slots?.per === "package" ? this.#queuePrice(Math.min(packages.maxOrders, offered)) : null,
          // With several keys the counts are of all together, and each may have any number.
          from: one ? from : 0,
          to: Math.min(to, inTime, single ? Infinity : limits.maxPackages),
          room: (n) => Math.min(limits.maxOrders, ordersInTime(channel, n)),
        },
        BigInt(AMOUNT_PRICE_UNIT),
      );
      if (earned === null) return null;
      profit += earned;
    }
    return taken.some((count) => count > 0) || from === 0 ? profit : null;
  }

  #checkSlots({ prices, per }: NonNullable<ChannelPrices["slots"]>, places: number): void {
    for (const { rows, price, step } of prices)
      if (price < (rows - 1) * step) throw new Unusable(`Slots of channel ${this.#channel.id} fall below 0.`);
    if (per === "place" && places === Infinity && prices.some(({ price }) => price > 0))
      throw new Unusable(
        `It prices single places of channel ${this.#channel.id}, whose packages hold any number.`,
      );
    if (per === "package" && this.#channel.mode === "single")
      throw new Unusable(`Channel ${this.#channel.id} has no packages to price.`);
  }

  /** `[orders]` least price of a slot and of waiting there, for a package of so many orders. */
  #queuePrice(most: number): Float64Array {
    const rows = this.#rows(this.#lastRow).map(({ row, price }) => ({
      price,
      slope: this.#waiting.down(this.#lightest, this.#finish(row)),
    }));
    const least = new Float64Array(most + 1);
    for (let q = 1; q <= most; q++) {
      let low = Infinity;
      for (const { price, slope } of rows) low = Math.min(low, price + q * slope);
      least[q] = low;
    }
    return least;
  }
}

/** Margins with how many orders have each. */
interface Margins {
  readonly value: number[];
  readonly count: number[];
}

function highestFirst({ value, count }: Margins): RankedMargins {
  const ranked = Int32Array.from(value, (_, i) => i).sort((a, b) => value[b]! - value[a]!);
  return {
    values: Float64Array.from(ranked, (i) => value[i]!),
    counts: Float64Array.from(ranked, (i) => count[i]!),
  };
}

/** How long a row of the queue takes at least: one package, or one order, on each lane. */
function rowTime({ mode, queue }: Channel): number {
  return mode === "single" ? queue.perOrder : queue.perPackage;
}

/** Rows that end by the cut-off. */
function lastRow({ mode, queue, package: { minOrders } }: Channel): number {
  const hold = mode === "single" ? queue.perOrder : queue.perPackage + queue.perOrder * minOrders;
  if (queue.cutOff === Infinity || hold === 0) return Infinity;
  return Math.floor((queue.cutOff - queue.start) / hold);
}

/** Orders that so many packages can hold and still leave all lanes by the cut-off. */
function ordersInTime({ mode, queue }: Channel, packages: number): number {
  if (mode === "single" || queue.cutOff === Infinity || queue.perOrder === 0) return Infinity;
  return Math.floor(
    (queue.lanes * (queue.cutOff - queue.start) - packages * queue.perPackage) / queue.perOrder,
  );
}

/** ⌊price · amount / unit⌋ */
function timesAmount(price: number, amount: number): number {
  const product = price * amount;
  if (product <= Number.MAX_SAFE_INTEGER)
    return (product - (product % AMOUNT_PRICE_UNIT)) / AMOUNT_PRICE_UNIT;
  const exact = (BigInt(price) * BigInt(amount)) / BigInt(AMOUNT_PRICE_UNIT);
  return exact > BigInt(2 ** 52) ? 2 ** 52 : Number(exact);
}
