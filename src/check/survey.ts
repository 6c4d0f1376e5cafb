import type { Channel } from "../model/contract.js";
import { ExactSum } from "../model/money.js";
import type { Instance } from "./instance.js";

/** What one look at every order on every channel tells. */
export interface Survey {
  /** Which channels could take which orders alone. */
  readonly takes: OrderChannelSet;
  /** `[order]` least charge on a channel that could take it; Infinity where none could: the order is rejected. */
  readonly leastCharge: Float64Array;
  /** `[channel]` orders that it covers and that may use it. */
  readonly covered: readonly { readonly orders: number; readonly charges: bigint }[];
  /** Highest charge of any order on any channel that covers it and that it may use. */
  readonly highestCharge: number;
  /** Highest delay weight, in millionths, of the orders that some channel covers. */
  readonly highestWeight: number;
}

/** Looks at every order on every channel. */
export function survey(instance: Instance): Survey {
  const { contract, orders, coverage } = instance;
  const count = orders.count;
  const takes = new OrderChannelSet(count, contract.channels.length);
  const leastCharge = new Float64Array(count).fill(Infinity);
  const amountLimits = coverage.rules.map((_, rule) => ownAmountLimit(instance, rule));
  let highestCharge = 0;
  let highestWeight = 0;
  const covered = contract.channels.map((channel, c) => {
    const left = aloneLeaves(channel);
    const finish = left <= channel.queue.cutOff ? left + channel.queue.result : Infinity;
    const inTime = Number.isFinite(finish);
    const charges = new ExactSum();
    let covers = 0;
    for (let order = 0; order < count; order++) {
      const rule = coverage.ruleOf(order, c);
      if (rule < 0) continue;
      const charge = instance.charge(rule, order);
      covers++;
      charges.add(charge);
      if (charge > highestCharge) highestCharge = charge;
      const weight = instance.weight(order);
      if (weight > highestWeight) highestWeight = weight;
      if (!inTime || instance.amount(order) > amountLimits[rule]! || instance.dueBy(order) < finish) continue;
      takes.add(order, c);
      if (charge < leastCharge[order]!) leastCharge[order] = charge;
    }
    return { orders: covers, charges: charges.total };
  });
  return { takes, leastCharge, covered, highestCharge, highestWeight };
}

/** Largest amount that all limits over the rule allow one order to have; -1 where one of them is closed. */
export function ownAmountLimit({ contract, coverage }: Instance, rule: number): number {
  const c = coverage.channelOfRule[rule]!;
  const channel = contract.channels[c]!;
  const quotas = contract.quotas.filter((quota) => quota.channels.includes(c)).map(({ limits }) => limits);
  const all = [coverage.rules[rule]!.limits, channel.limits, ...quotas];
  const closed =
    all.some((limits) => limits.maxOrders < 1) ||
    (channel.mode === "batch" && [channel.limits, ...quotas].some((limits) => limits.maxPackages < 1));
  return closed ? -1 : Math.min(channel.package.maxAmount, ...all.map((limits) => limits.maxAmount));
}

/** When an order alone would leave the channel's empty queue. */
export function aloneLeaves({ mode, queue }: Channel): number {
  return queue.start + (mode === "batch" ? queue.perPackage : 0) + queue.perOrder;
}

/** A set of pairs, one bit each. */
export class OrderChannelSet {
  readonly #words: Int32Array;
  readonly #wordsEach: number;

  constructor(orders: number, channels: number) {
    this.#wordsEach = Math.ceil(orders / 32);
    this.#words = new Int32Array(this.#wordsEach * channels);
  }

  add(order: number, channel: number): void {
    this.#words[channel * this.#wordsEach + (order >>> 5)]! |= 1 << (order & 31);
  }

  has(order: number, channel: number): boolean {
    return (this.#words[channel * this.#wordsEach + (order >>> 5)]! & (1 << (order & 31))) !== 0;
  }
}
