import type { Problem } from "../problem.js";
import { ordersInTime } from "./prices.js";

/** Something of which only so much is to be had: a limit's orders or amount, or a channel's time. */
export interface Scarcity {
  /** What an order uses of it: 1, its amount, or the place it takes of a package. */
  readonly unit: "orders" | "amount" | "packages";
  readonly room: number;
  /** `[channel]` whether all the channel's orders use it. */
  readonly channels: Uint8Array;
  /** The one rule whose orders use it, where it is a rule's limit. */
  readonly rule: { readonly channel: number; readonly rule: number } | null;
  price: number;
}

/** All that can run out. */
export function scarcitiesOf(problem: Problem): Scarcity[] {
  const { contract, limits } = problem;
  const scarcities: Scarcity[] = [];
  const offer = (
    unit: Scarcity["unit"],
    room: number,
    channels: Uint8Array,
    rule: Scarcity["rule"] = null,
  ) => {
    if (room < Infinity) scarcities.push({ unit, room, channels, rule, price: 0 });
  };
  for (let limit = 0; limit < limits.count; limit++) {
    const channels = Uint8Array.from(limits.ofChannel, (list) => (list.includes(limit) ? 1 : 0));
    if (!channels.includes(1)) continue;
    offer("orders", limits.maxOrders[limit]!, channels);
    offer("amount", limits.maxAmount[limit]!, channels);
    const batch = channels.map((uses, c) => (contract.channels[c]!.mode === "batch" ? uses : 0));
    offer("packages", limits.maxPackages[limit]!, batch);
  }
  contract.channels.forEach((channel, c) => {
    const alone = Uint8Array.from(contract.channels, (_, other) => (other === c ? 1 : 0));
    channel.coverage.forEach((_, rule) => {
      const limit = limits.ofRule[c]![rule]!;
      if (limit < 0) return;
      offer("orders", limits.maxOrders[limit]!, alone, { channel: c, rule });
      offer("amount", limits.maxAmount[limit]!, alone, { channel: c, rule });
    });
    offer("orders", ordersInTime(channel), alone);
  });
  return scarcities;
}
