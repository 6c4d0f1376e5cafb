import {
  AMOUNT_PRICE_UNIT,
  type ChannelPrices,
  FINEST_CONTENTS,
  type PriceSet,
} from "../../model/certificate.js";
import type { Channel } from "../../model/contract.js";
import type { Separation } from "../instance.js";
import type { Limits } from "./limits.js";
import type { Premises } from "./premises.js";
import { QueueWait } from "./queueWait.js";
import { Unusable } from "./unusable.js";
import { Waiting } from "./waiting.js";

/** A channel with its prices: what it asks of an order. */
export class Terms {
  readonly hasPrice: boolean;
  readonly prices: ChannelPrices;
  readonly separation: Separation;
  readonly wait: QueueWait;
  readonly waiting: Waiting;
  /** Lightest weight of an order that the channel could take, in millionths. */
  readonly lightest: number;
  /** `[separation key]` price of a place; Infinity where there is none. */
  #place: Float64Array;
  /** `[separation key]` price of {@link AMOUNT_PRICE_UNIT} minor units of package amount. */
  readonly amountPrice: Float64Array;
  /** What an order pays for the waiting it causes others. */
  readonly #caused: number;

  constructor(
    readonly premises: Premises,
    readonly channel: Channel,
    readonly index: number,
    prices: PriceSet,
    readonly limits: Limits,
  ) {
    const { instance, survey, scale } = premises;
    const { contract } = instance;
    const own = prices.channels.filter((each) => each.channel === channel.id);
    if (own.length > 1) throw new Unusable(`It has prices of channel ${channel.id} twice.`);
    this.prices = own[0] ?? { channel: channel.id };
    this.separation = instance.separation(channel.package.separateBy);
    this.waiting = new Waiting(BigInt(contract.objective.delayCostPerOrderHour) * BigInt(scale));
    let lightest = Infinity;
    for (const i of premises.likes.order)
      if (survey.takes.has(i, index)) lightest = Math.min(lightest, instance.weight(i));
    this.lightest = lightest === Infinity ? 0 : lightest;
    const { laneOrders = 0, packageOrders = 0, place, places } = this.prices;
    this.#caused =
      channel.mode === "single"
        ? 0
        : this.waiting.caused(this.lightest, channel.queue.perOrder, laneOrders + packageOrders);
    this.wait = new QueueWait(channel, this.waiting, this.lightest, this.prices.slots);
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
    if (this.prices.contents !== undefined) this.#checkContents(this.prices.contents.unit);
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

  /** All that an order pays on the channel. */
  asked(order: number): number {
    return this.expense(order) + this.#place[this.separation.key(order)]!;
  }

  /** What an order costs on the channel before the place: charge, limits, amount, waiting. */
  expense(order: number): number {
    const { instance, scale } = this.premises;
    const rule = instance.coverage.ruleOf(order, this.index);
    const amountPrice = this.limits.amount[rule]! + this.amountPrice[this.separation.key(order)]!;
    return (
      scale * instance.charge(rule, order) +
      this.limits.orders[rule]! +
      (amountPrice === 0 ? 0 : timesAmount(amountPrice, instance.amount(order))) +
      this.wait.ofOrder(instance.weight(order), instance.dueBy(order)) +
      this.#caused
    );
  }
}

/** ⌊price · amount / unit⌋ */
function timesAmount(price: number, amount: number): number {
  const product = price * amount;
  if (product <= Number.MAX_SAFE_INTEGER)
    return (product - (product % AMOUNT_PRICE_UNIT)) / AMOUNT_PRICE_UNIT;
  const exact = (BigInt(price) * BigInt(amount)) / BigInt(AMOUNT_PRICE_UNIT);
  return exact > BigInt(2 ** 52) ? 2 ** 52 : Number(exact);
}
