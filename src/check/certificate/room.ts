import type { Contract } from "../../model/contract.js";
import { formatCost } from "../../model/money.js";
import type { ChannelPrices, QuotaPrices } from "../../model/planFile.js";

/** Prices of a limit in price units: of an order, of a million minor units, of a package. */
export interface LimitPrice {
  readonly orders: number;
  readonly amount: number;
  readonly packages: number;
}

/**
 * What a channel's room is worth by one set of prices: how much less the set would prove, were there a little more of
 * it, everything else as it is (docs/certificate.md, "What more room is worth"). In price units; null where there is
 * no such limit, it closes the channel, or nothing can be said.
 */
export interface ChannelRoom {
  /** One more order on the channel. */
  readonly order: bigint | null;
  /** A million minor units more on the channel. */
  readonly amount: bigint | null;
  /** One more package. */
  readonly package: bigint | null;
  /** One more order in each package. */
  readonly place: bigint | null;
  /** A million minor units more in each package. */
  readonly packageAmount: bigint | null;
  /** One more lane. */
  readonly lane: bigint | null;
  /** The cut-off an hour later. */
  readonly cutOffHour: bigint | null;
  /** What the set asks for the first row of the queue. */
  readonly queueHead: {
    readonly per: "order" | "package";
    readonly price: bigint;
    /** For a million minor units of an order's amount. */
    readonly amount: bigint | null;
  } | null;
  /** What the set asks for a package: its fee and the prices of limits on packages; null where fees have tiers. */
  readonly packageCost: bigint | null;
}

/** What more room is worth everywhere. */
export interface Room {
  readonly channels: readonly ChannelRoom[];
  /** `[channel][rule]` and `[quota]` prices of their limits; none of these bounds a channel's profit beside. */
  readonly rules: readonly (readonly LimitPrice[])[];
  readonly quotas: readonly LimitPrice[];
}

/** {@link Room} as plan.json states it. */
export interface StatedRoom {
  readonly channels: readonly ChannelPrices[];
  readonly quotas: readonly QuotaPrices[];
}

/** There is such a limit, and it does not close anything. */
export function isOpen(limit: number): boolean {
  return limit > 0 && limit < Infinity;
}

/** Puts prices into money, rounded up to a cost unit: what could be saved is no more. */
export function statedRoom(contract: Contract, scale: number, { channels, rules, quotas }: Room): StatedRoom {
  const unit = BigInt(scale);
  const money = (price: bigint) => formatCost((price + unit - 1n) / unit, contract.exponent);
  const some = (price: bigint | null) => (price === null ? null : money(price));
  const where = (limit: number, price: number) => (isOpen(limit) ? money(BigInt(price)) : null);
  return {
    channels: channels.map((room, c) => ({
      order: some(room.order),
      amount: some(room.amount),
      package: some(room.package),
      place: some(room.place),
      packageAmount: some(room.packageAmount),
      lane: some(room.lane),
      cutOffHour: some(room.cutOffHour),
      queueHead:
        room.queueHead === null
          ? null
          : {
              per: room.queueHead.per,
              price: money(room.queueHead.price),
              amount: some(room.queueHead.amount),
            },
      packageCost: some(room.packageCost),
      rules: contract.channels[c]!.coverage.flatMap(({ limits }, rule) => {
        const order = where(limits.maxOrders, rules[c]![rule]!.orders);
        const amount = where(limits.maxAmount, rules[c]![rule]!.amount);
        return order === null && amount === null ? [] : [{ rule, order, amount }];
      }),
    })),
    quotas: contract.quotas.map(({ id, limits }, q) => ({
      id,
      order: where(limits.maxOrders, quotas[q]!.orders),
      amount: where(limits.maxAmount, quotas[q]!.amount),
      package: where(limits.maxPackages, quotas[q]!.packages),
    })),
  };
}
