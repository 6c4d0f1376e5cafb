import type { Plan } from "../../model/plan.js";

/** Where a plan has each order. */
export interface Placed {
  /** `[order]` its channel; -1 where it is on none. */
  readonly channel: Int32Array;
  /** `[order]` place in the channel's sequence, from 0: of its package, or its own on a single channel; else -1. */
  readonly place: Int32Array;
}

/** @param count orders of the table */
export function placedOf({ loads }: Plan, count: number): Placed {
  const channel = new Int32Array(count).fill(-1);
  const place = new Int32Array(count).fill(-1);
  loads.forEach(({ orders, packageSizes }, c) => {
    for (const order of orders) channel[order] = c;
    if (packageSizes.length === 0) {
      for (let i = 0; i < orders.length; i++) place[orders[i]!] = i;
      return;
    }
    let next = 0;
    for (let p = 0; p < packageSizes.length; p++)
      for (const end = next + packageSizes[p]!; next < end; next++) place[orders[next]!] = p;
  });
  return { channel, place };
}
