import type { PackageCounts } from "../relaxation/relax.js";
import { type Column, columnOf } from "./column.js";
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

/**
 * As much of a column as there is room for, the orders first that save most; null where that is nothing. A limit may leave
 * room for half a package, which the linear program then fills with half of a whole one.
 */
export function within(model: PackingModel, rest: Rest, column: Column): Column | null {
  if (timesLeft(model, rest, column) > 0) return column;
  const { channel } = column;
  const C = model.channels.length;
  const saves = (lot: number) => model.penalty[lot]! - model.expense[lot * C + channel]!;
  const kept = new Map<number, number>();
  let most: Column | null = null;
  for (const i of [...column.lots.keys()].sort((a, b) => saves(column.lots[b]!) - saves(column.lots[a]!))) {
    const lot = column.lots[i]!;
    for (let copy = 0; copy < column.copies[i]!; copy++) {
      const before = kept.get(lot);
      kept.set(lot, (before ?? 0) + 1);
      const tried = columnOf(model, channel, [...kept.keys()], [...kept.values()]);
      if (timesLeft(model, rest, tried) > 0) {
        if (tried.fits) most = tried;
        continue;
      }
      if (before === undefined) kept.delete(lot);
      else kept.set(lot, before);
      break;
    }
  }
  return most;
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
