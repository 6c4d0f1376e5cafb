import { type ChannelPrices, FINEST_CONTENTS, type PriceSet } from "../../model/certificate.js";
import { type Channel, hasVolume } from "../../model/contract.js";
import { type Separation, Uniqueness } from "../instance.js";
import { leastPerOrder } from "../packageFee.js";
import { timesAmount } from "./amountPrice.js";
import type { Limits } from "./limits.js";
import { Offers } from "./offers.js";
import type { Premises } from "./premises.js";
import { QueueWait } from "./queueWait.js";
import { Unusable } from "./unusable.js";
import { VolumePrice } from "./volumePrice.js";
import { Waiting } from "./waiting.js";

/** What an order pays for on a channel before the place, in price units. */
export interface ExpenseParts {
  readonly charge: number;
  /** What the prices of volume change of the charge; below 0 for discounts. */
  readonly volume: number;
  /** What each order pays of a package's fee anyway. */
  readonly package: number;
  /** An order's share in the limits of the channel, its rule and its quotas. */
  readonly limits: number;
  /** Its amount, in those limits and in its package. */
  readonly amount: number;
  /** Its waiting and slot, and the waiting that it causes others. */
  readonly waiting: number;
}

/** A channel with its prices: what it asks of an order, and what orders offer it. */
export class Terms {
  readonly hasPrice: boolean;
  readonly prices: ChannelPrices;
  readonly separation: Separation;
  readonly volume: VolumePrice;
  readonly wait: QueueWait;
  readonly waiting: Waiting;
  /** Lightest weight of an order that the channel could take, in millionths. */
  readonly lightest: number;
  readonly minOrders: number;
  /** `[separation key]` */
  readonly offers: readonly Offers[];
  /** `[separation key]` price of a place; Infinity where there is none. */
  #place: Float64Array;
  /** `[separation key]` price of {@link AMOUNT_PRICE_UNIT} minor units of package amount. */
  readonly amountPrice: Float64Array;
  /** Null where any orders may share a package. */
  readonly #unique: Uniqueness | null;
  /** Whether more is asked of the orders that the channel could take than how many they are and what they are worth. */
  readonly #asksMore: boolean;
  /** What an order pays for the waiting it causes others. */
  readonly #caused: number;
  /** What each order pays of a package's fee anyway, in cost units. */
  readonly #orderFee: number;

  constructor(
    readonly premises: Premises,
    readonly channel: Channel,
    readonly index: number,
    prices: PriceSet,
    readonly limits: Limits,
  ) {
    const { instance, scale } = premises;
    const { contract } = instance;
    const own = prices.channels.filter((each) => each.channel === channel.id);
    if (own.length > 1) throw new Unusable(`It has prices of channel ${channel.id} twice.`);
    this.prices = own[0] ?? { channel: channel.id };
    this.separation = instance.separation(channel.package.separateBy);
    const { uniqueBy } = channel.package;
    this.#unique = uniqueBy.length === 0 ? null : new Uniqueness(instance, uniqueBy);
    this.waiting = new Waiting(BigInt(contract.objective.delayCostPerOrderHour) * BigInt(scale));
    this.lightest = premises.lightest[index]!;
    this.minOrders = channel.mode === "single" ? 1 : channel.package.minOrders;
    this.#orderFee = leastPerOrder(channel.package);
    this.offers = Array.from({ length: this.separation.keys }, () => new Offers());
    this.volume = new VolumePrice(channel, this.prices, scale);
    const { laneOrders = 0, packageOrders = 0, place, places } = this.prices;
    this.#caused =
      channel.mode === "single"
        ? 0
        : this.waiting.caused(this.lightest, channel.queue.perOrder, laneOrders + packageOrders);
    this.wait = new QueueWait(channel, this.waiting, this.lightest, this.prices.slots, premises.patience);
    this.#place = new Float64Array(this.separation.keys).fill(place ?? Infinity);
    this.hasPrice = place !== undefined || places !== undefined;
    if (places !== undefined) this.#place = this.#byKey(places, Infinity);
    const { amount, amounts } = this.prices;
    this.amountPrice =
      amounts === undefined
        ? new Float64Array(this.separation.keys).fill(amount ?? 0)
        : this.#byKey(amounts, amount ?? 0);
    if ((amount !== undefined || amounts !== undefined) && channel.package.maxAmount === Infinity)
      throw new Unusable(`It prices the amount of packages of channel ${channel.id}, which has no limit.`);
    this.#asksMore =
      this.#unique !== null || hasVolume(channel) || this.amountPrice.some((price) => price > 0);
    this.#checkAmountPrices();
    const { mostPackages = 0, leastPackages = 0 } = this.prices;
    if (channel.mode === "single" && mostPackages + leastPackages > 0)
      throw new Unusable(`It prices packages of channel ${channel.id}, which takes single orders.`);
    if (this.prices.contents !== undefined) this.#checkContents(this.prices.contents.unit);
  }

  /** A sum that is rounded, times an amount, would be wrong where the product itself is small. */
  #checkAmountPrices(): void {
    const greatest = this.amountPrice.reduce((most, price) => Math.max(most, price), 0);
    this.premises.instance.coverage.channelOfRule.forEach((channel, rule) => {
      if (channel === this.index && this.limits.amount[rule]! + greatest > Number.MAX_SAFE_INTEGER)
        throw new Unusable(
          `Its prices of amount on channel ${this.channel.id} are too large to add up exactly.`,
        );
    });
  }

  #checkContents(unit: number): void {
    const { id, package: packages } = this.channel;
    if (packages.maxAmount === Infinity)
      throw new Unusable(`It counts the amount in packages of channel ${id}, which has no limit.`);
    if (packages.maxAmount >= unit * (FINEST_CONTENTS + 1))
      throw new Unusable(`It counts more than ${FINEST_CONTENTS} steps in packages of channel ${id}.`);
  }

  /** `[separation key]` the price that is listed for it. */
  #byKey(list: NonNullable<ChannelPrices["places"]>, absent: number): Float64Array {
    const listed = new Map(list.map(({ key, price }) => [JSON.stringify(key), price]));
    const prices = new Float64Array(this.separation.keys).fill(absent);
    this.separation.values.forEach((values, key) => {
      prices[key] = listed.get(JSON.stringify(values)) ?? absent;
    });
    return prices;
  }

  /** Price of an order's place; Infinity where there is none. */
  place(order: number): number {
    return this.#place[this.separation.key(order)]!;
  }

  /**
   * What an order costs on the channel before the place: charge at the price of volume, part of the fee, limits, amount,
   * waiting.
   */
  expense(order: number): number {
    const { instance, scale } = this.premises;
    const rule = instance.coverage.ruleOf(order, this.index);
    const amountPrice = this.limits.amount[rule]! + this.amountPrice[this.separation.key(order)]!;
    const amount = instance.amount(order);
    return (
      this.volume.chargeOf(instance.charge(rule, order), amount) +
      scale * this.#orderFee +
      this.limits.orders[rule]! +
      (amountPrice === 0 ? 0 : timesAmount(amountPrice, amount)) +
      this.wait.ofOrder(instance.orders.profile[order]!, amount) +
      this.#caused
    );
  }

  /** The parts of {@link expense}. */
  expenseParts(order: number): ExpenseParts {
    const { instance, scale } = this.premises;
    const rule = instance.coverage.ruleOf(order, this.index);
    const amountPrice = this.limits.amount[rule]! + this.amountPrice[this.separation.key(order)]!;
    const amount = instance.amount(order);
    const charge = instance.charge(rule, order);
    return {
      charge: scale * charge,
      volume: this.volume.chargeOf(charge, amount) - scale * charge,
      package: scale * this.#orderFee,
      limits: this.limits.orders[rule]!,
      amount: amountPrice === 0 ? 0 : timesAmount(amountPrice, amount),
      waiting: this.wait.ofOrder(instance.orders.profile[order]!, amount) + this.#caused,
    };
  }

  /** Notes so many orders like this one, with what each is worth beyond its expense. */
  offer(order: number, count: number, worth: number): void {
    const key = this.separation.key(order);
    const offers = this.offers[key]!;
    offers.orders += count;
    if (this.#asksMore) this.#note(order, count, key);
    // Where no minimum asks for them, nobody sells to orders that are worth no more than they cost.
    if (worth <= 0 && this.minOrders <= 1) return;
    offers.margins.push(worth, count);
    const { contents } = this.prices;
    if (contents === undefined) return;
    offers.likely.value.push(worth);
    offers.likely.count.push(count);
    offers.likely.steps.push(Math.floor(this.premises.instance.amount(order) / contents.unit));
  }

  /** Notes what few contracts and prices ask for: values of which a package holds one at most, volume and amount. */
  #note(order: number, count: number, key: number): void {
    const { instance } = this.premises;
    const offers = this.offers[key]!;
    const amount = instance.amount(order);
    const value = this.#unique?.valueOf(order) ?? -1;
    if (value >= 0) offers.addEqual(value, count);
    if (hasVolume(this.channel))
      this.volume.note(instance.charge(instance.coverage.ruleOf(order, this.index), order), amount, count);
    if (this.amountPrice[key]! === 0) return;
    if (count === 1) offers.amount.add(amount);
    else offers.amount.addBig(BigInt(amount) * BigInt(count));
  }
}
