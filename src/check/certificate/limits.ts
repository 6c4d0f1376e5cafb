import { AMOUNT_PRICE_UNIT, type PriceSet } from "../../model/certificate.js";
import type { Contract } from "../../model/contract.js";
import type { LimitPrice } from "./room.js";
import { Unusable } from "./unusable.js";

/** Prices of limits by channel and rule. */
export interface Limits {
  /** `[rule]` of all channels in one row: for an order, for the amount unit. */
  readonly orders: Float64Array;
  readonly amount: Float64Array;
  /** `[channel]` for a package. */
  readonly packages: readonly bigint[];
  /** Prices of the limits themselves: `[channel]`, `[channel][rule]`, `[quota]`. */
  readonly own: readonly LimitPrice[];
  readonly ofRule: readonly (readonly LimitPrice[])[];
  readonly ofQuota: readonly LimitPrice[];
  /** What all limits together could bring in. */
  readonly supply: bigint;
}

export function limitPrices(contract: Contract, prices: PriceSet): Limits {
  const begins: number[] = [];
  let rules = 0;
  for (const channel of contract.channels) {
    begins.push(rules);
    rules += channel.coverage.length;
  }
  const orders = new Float64Array(rules);
  const amount = new Float64Array(rules);
  const packages = contract.channels.map(() => 0n);
  const none = { orders: 0, amount: 0, packages: 0 };
  const own = contract.channels.map(() => ({ ...none }));
  const ofRule = contract.channels.map(({ coverage }) => coverage.map(() => ({ ...none })));
  const ofQuota = contract.quotas.map(() => ({ ...none }));
  let supply = 0n;
  const sell = (price: number | undefined, room: number, what: string, unit = 1n): number => {
    if (price === undefined || price === 0) return 0;
    if (room === Infinity) throw new Unusable(`It prices ${what}, which has no such limit.`);
    supply += (BigInt(price) * BigInt(room) + unit - 1n) / unit;
    return price;
  };
  for (const each of prices.limits) {
    const { channel, rule, quota } = each;
    if ((channel === undefined) === (quota === undefined) || (quota !== undefined && rule !== undefined))
      throw new Unusable("A limit's price names either a channel or a quota, and a rule of a channel only.");
    const what =
      quota !== undefined
        ? `quota ${quota}`
        : `channel ${channel}${rule === undefined ? "" : `, rule ${rule}`}`;
    const c = contract.channels.findIndex(({ id }) => id === channel);
    const shared = contract.quotas.find(({ id }) => id === quota);
    const itsRule = rule === undefined ? undefined : contract.channels[c]?.coverage[rule];
    const found =
      quota !== undefined
        ? shared?.limits
        : rule !== undefined
          ? itsRule?.limits
          : contract.channels[c]?.limits;
    if (found === undefined) throw new Unusable(`It prices ${what}, which the contract does not have.`);
    const maxPackages = "maxPackages" in found ? (found.maxPackages as number) : Infinity;
    const perOrder = sell(each.orders, found.maxOrders, what);
    const perAmount = sell(each.amount, found.maxAmount, what, BigInt(AMOUNT_PRICE_UNIT));
    const perPackage = sell(each.packages, maxPackages, what);
    const q = shared === undefined ? -1 : contract.quotas.indexOf(shared);
    const owner = q >= 0 ? ofQuota[q]! : rule === undefined ? own[c]! : ofRule[c]![rule]!;
    owner.orders += perOrder;
    owner.amount += perAmount;
    owner.packages += perPackage;
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
  return { orders, amount, packages, own, ofRule, ofQuota, supply };
}
