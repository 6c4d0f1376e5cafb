import type { Channel } from "../../model/contract.js";
import { mergingIsFree } from "../packageFee.js";
import type { Draft } from "./draft.js";

/** What all models of batch channels ask of the kinds of order that they carry. */

function keyOf(draft: Draft, kind: number, c: number): number {
  const { classes } = draft.problem;
  return classes.key[draft.kinds[kind]!.class * classes.channels + c]!;
}

export function byKey(draft: Draft, c: number, eligible: readonly number[]): Map<number, number[]> {
  const byKey = new Map<number, number[]>();
  for (const kind of eligible) {
    const key = keyOf(draft, kind, c);
    byKey.set(key, [...(byKey.get(key) ?? []), kind]);
  }
  return byKey;
}

export function ordersOf(draft: Draft, kinds: readonly number[]): number {
  return kinds.reduce((sum, kind) => sum + draft.kinds[kind]!.orders.length, 0);
}

export function amountBinds(draft: Draft, channel: Channel, kinds: readonly number[]): boolean {
  const { orders } = draft.problem;
  let total = 0;
  let largest = 0;
  for (const kind of kinds) {
    for (const row of draft.kinds[kind]!.orders) {
      total += orders.amount[row]!;
      if (orders.amount[row]! > largest) largest = orders.amount[row]!;
    }
  }
  return Math.min(total, largest * Math.min(channel.package.maxOrders, 2 ** 53)) > channel.package.maxAmount;
}

/**
 * Packages that suffice for orders of one key where merging two never costs: docs/formulation.md (P); elsewhere as many as
 * there can be.
 */
export function mostPackages(
  draft: Draft,
  c: number,
  kinds: readonly number[],
  amountBinds: boolean,
): number {
  const channel = draft.problem.contract.channels[c]!;
  const orders = ordersOf(draft, kinds);
  const possible = Math.min(Math.floor(orders / channel.package.minOrders), channel.limits.maxPackages);
  const hasTwins = kinds.some((kind) => (draft.kinds[kind]!.twins?.[c] ?? -1) >= 0);
  if (hasTwins || !mergingIsFree(channel, orders)) return possible;
  // Without maxOrders one package holds all.
  const byOrders = Math.max(1, Math.ceil(orders / channel.package.maxOrders));
  const amount = kinds.reduce(
    (sum, kind) =>
      sum + draft.kinds[kind]!.orders.reduce((part, row) => part + draft.problem.orders.amount[row]!, 0),
    0,
  );
  const most = amountBinds
    ? 2 * (orders / channel.package.maxOrders + amount / channel.package.maxAmount) + 1
    : byOrders;
  return Math.min(orders, Math.floor(most), channel.limits.maxPackages);
}
