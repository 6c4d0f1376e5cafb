import type { Contract } from "../model/contract.js";
import type { OrderTable } from "../model/order.js";
import type { Plan } from "../model/plan.js";
import type { Classes } from "./classes.js";

/**
 * Upper limits over the whole plan (channel, rule, quota) as one list of counters, so that all of them are asked and
 * kept up in the same way. See formulation.md (limits).
 */
export interface LimitTable {
  readonly count: number;
  readonly maxOrders: Float64Array;
  readonly maxAmount: Float64Array;
  readonly maxPackages: Float64Array;
  /** `[channel]` limits that every order of the channel counts against: its own and its quotas'. */
  readonly ofChannel: readonly Int32Array[];
  /** `[channel][rule]` the rule's limit, or -1. */
  readonly ofRule: readonly Int32Array[];
  /** `[channel]` its own limit, or -1. */
  readonly own: Int32Array;
  /** `[quota]` its limit, or -1. */
  readonly ofQuota: Int32Array;
}

/** Lists the limits that can bind: those that some number or amount of orders could break. */
export function limitTable(contract: Contract): LimitTable {
  const limits: { maxOrders: number; maxAmount: number; maxPackages: number }[] = [];
  const add = (limit: { maxOrders: number; maxAmount: number; maxPackages?: number }): number => {
    const { maxOrders, maxAmount, maxPackages = Infinity } = limit;
    if (maxOrders === Infinity && maxAmount === Infinity && maxPackages === Infinity) return -1;
    limits.push({ maxOrders, maxAmount, maxPackages });
    return limits.length - 1;
  };
  const quotas = contract.quotas.map((quota) => ({ channels: quota.channels, limit: add(quota.limits) }));
  const own = Int32Array.from(contract.channels, (channel) => add(channel.limits));
  const ofChannel = contract.channels.map((_, c) =>
    Int32Array.from(
      [own[c]!, ...quotas.filter((quota) => quota.channels.includes(c)).map((quota) => quota.limit)].filter(
        (limit) => limit >= 0,
      ),
    ),
  );
  const ofRule = contract.channels.map((channel) =>
    Int32Array.from(channel.coverage.map((rule) => add(rule.limits))),
  );
  return {
    count: limits.length,
    maxOrders: Float64Array.from(limits.map((limit) => limit.maxOrders)),
    maxAmount: Float64Array.from(limits.map((limit) => limit.maxAmount)),
    maxPackages: Float64Array.from(limits.map((limit) => limit.maxPackages)),
    ofChannel,
    ofRule,
    own,
    ofQuota: Int32Array.from(quotas, ({ limit }) => limit),
  };
}

/** How far the limits are used. Amounts are exact while they stay below 2^53 minor units. */
export class Usage {
  readonly orders: Float64Array;
  readonly amount: Float64Array;
  readonly packages: Float64Array;

  constructor(readonly limits: LimitTable) {
    this.orders = new Float64Array(limits.count);
    this.amount = new Float64Array(limits.count);
    this.packages = new Float64Array(limits.count);
  }

  /** Whether one more order of that amount breaks no limit of the channel and rule. */
  hasRoom(channel: number, rule: number, amount: number): boolean {
    const ofChannel = this.limits.ofChannel[channel]!;
    for (let i = 0; i < ofChannel.length; i++) if (!this.#fits(ofChannel[i]!, amount)) return false;
    const ofRule = this.limits.ofRule[channel]![rule]!;
    return ofRule < 0 || this.#fits(ofRule, amount);
  }

  #fits(limit: number, amount: number): boolean {
    return (
      this.orders[limit]! + 1 <= this.limits.maxOrders[limit]! &&
      this.amount[limit]! + amount <= this.limits.maxAmount[limit]!
    );
  }

  hasPackageRoom(channel: number): boolean {
    const ofChannel = this.limits.ofChannel[channel]!;
    for (let i = 0; i < ofChannel.length; i++) {
      if (this.packages[ofChannel[i]!]! + 1 > this.limits.maxPackages[ofChannel[i]!]!) return false;
    }
    return true;
  }

  /** How many more packages the limits of a channel let in; Infinity without limits. */
  packageRoom(channel: number): number {
    const ofChannel = this.limits.ofChannel[channel]!;
    let room = Infinity;
    for (const limit of ofChannel)
      room = Math.min(room, this.limits.maxPackages[limit]! - this.packages[limit]!);
    return room;
  }

  /** @param sign 1 to add an order, -1 to take it away */
  count(channel: number, rule: number, amount: number, sign: 1 | -1): void {
    const ofChannel = this.limits.ofChannel[channel]!;
    for (let i = 0; i < ofChannel.length; i++) {
      this.orders[ofChannel[i]!]! += sign;
      this.amount[ofChannel[i]!]! += sign * amount;
    }
    const ofRule = this.limits.ofRule[channel]![rule]!;
    if (ofRule >= 0) {
      this.orders[ofRule]! += sign;
      this.amount[ofRule]! += sign * amount;
    }
  }

  countPackages(channel: number, change: number): void {
    const ofChannel = this.limits.ofChannel[channel]!;
    for (let i = 0; i < ofChannel.length; i++) this.packages[ofChannel[i]!]! += change;
  }

  copyFrom(other: Usage): void {
    this.orders.set(other.orders);
    this.amount.set(other.amount);
    this.packages.set(other.packages);
  }
}

/** The usage of a finished plan. */
export function usageOf(limits: LimitTable, orders: OrderTable, classes: Classes, plan: Plan): Usage {
  const usage = new Usage(limits);
  plan.loads.forEach((load, channel) => {
    for (const order of load.orders) {
      const rule = classes.rule[classes.classOf[order]! * classes.channels + channel]!;
      usage.count(channel, rule, orders.amount[order]!, 1);
    }
    usage.countPackages(channel, load.packageSizes.length);
  });
  return usage;
}
