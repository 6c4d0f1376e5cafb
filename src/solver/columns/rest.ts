import type { PackageCounts } from "../relaxation/relax.js";
import type { Column } from "./column.js";
import type { PackingModel } from "./model.js";

/** What is left to pack, and the room left for it. */
export interface Rest {
  /** `[lot]` orders. */
  readonly demand: Int32Array;
  /** `[side]` */
  readonly room: Float64Array;
}

/** All of it, with so many packages of each channel. */
export function wholeRest({ lots, sides }: PackingModel, { from, to }: PackageCounts): Rest {
  return {
    demand: Int32Array.from(lots.size),
    room: Float64Array.from(sides, ({ room, channel, sense }) => {
      if (channel < 0) return room;
      return sense === "atMost" ? Math.min(room, to[channel]!) : from[channel]!;
    }),
  };
}

const SLACK = 1e-9;

/** How often a column can be taken from what is left. */
export function timesLeft({ sides }: PackingModel, { demand, room }: Rest, column: Column): number {
  let times = Infinity;
  for (let i = 0; i < column.lots.length; i++)
    times = Math.min(times, Math.floor(demand[column.lots[i]!]! / column.copies[i]!));
  for (let i = 0; i < column.sides.length; i++) {
    const side = column.sides[i]!;
    if (sides[side]!.sense === "atLeast" || column.taken[i] === 0) continue;
    times = Math.min(times, Math.floor(room[side]! / column.taken[i]! + SLACK));
  }
  return times;
}

/** Takes a column so many times out of what is left. */
export function without(rest: Rest, column: Column, times: number): Rest {
  const demand = rest.demand.slice();
  const room = rest.room.slice();
  for (let i = 0; i < column.lots.length; i++) demand[column.lots[i]!]! -= times * column.copies[i]!;
  for (let i = 0; i < column.sides.length; i++)
    room[column.sides[i]!] = Math.max(0, room[column.sides[i]!]! - times * column.taken[i]!);
  return { demand, room };
}
