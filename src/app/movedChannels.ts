import type { Contract } from "../model/contract.js";
import type { OrderTable } from "../model/order.js";
import type { Plan } from "../model/plan.js";
import { NO_LOAD } from "../solver/nothing.js";

/**
 * Orders and plans name channels by their index in the contract that they were read or made with. Where another contract has some
 * of them no longer, or in another order, the channel of the same id has another index.
 */

/** `[channel before]` index after of the channel of that id, -1 where there is none; null where each is where it was. */
export function movedChannels(before: Contract, after: Contract): readonly number[] | null {
  const ids = after.channels.map(({ id }) => id);
  const places = before.channels.map(({ id }) => ids.indexOf(id));
  return places.every((place, c) => place === c) ? null : places;
}

/** The same orders with the channels that they may use where they are now; the same table where none names any. */
export function ordersMoved(orders: OrderTable, moved: readonly number[]): OrderTable {
  if (orders.profiles.every(({ channels }) => channels === null)) return orders;
  return {
    ...orders,
    profiles: orders.profiles.map((profile) => ({
      ...profile,
      channels:
        profile.channels
          ?.map((c) => moved[c]!)
          .filter((place) => place >= 0)
          .sort((a, b) => a - b) ?? null,
    })),
  };
}

/** What is left of a plan on the channels where they are now. */
export function planMoved({ loads }: Plan, moved: readonly number[], { channels }: Contract): Plan {
  return { loads: channels.map((_, place) => loads[moved.indexOf(place)] ?? NO_LOAD) };
}
