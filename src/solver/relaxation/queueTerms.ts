import type { Channel } from "../../model/contract.js";
import { delayRate, type Problem } from "../problem.js";
import { evenSlots, type QueuedOrders, type SlotPiece, slotPrices } from "./slotPrices.js";

/**
 * Waiting, made linear around an expected load (formulation.md, R6). A *row* of a queue is one package on each lane. An
 * order pays for waiting until its row ends, `caused` for what it makes others wait, and its package, or its place and
 * amount pay for a slot of the row, so that at the expected load no row is better for an order than the one it is in.
 */
export interface QueueTerms {
  /** `[channel]` */
  readonly channels: readonly ChannelQueueTerms[];
}

export interface ChannelQueueTerms {
  /** Orders expected on a lane and in a package. */
  readonly laneOrders: number;
  readonly packageOrders: number;
  /** Whether packages rather than places and amounts pay for slots. */
  readonly perPackage: boolean;
  /** Prices of slots in all rows but the last used; where packages pay for them, a piece is one row. */
  readonly slots: readonly SlotPiece[];
  /** Orders of a package that would come after all. */
  readonly lastOrders: number;
  /** `[key]` row in which the packages of a key stand, from 1. */
  readonly row: Float64Array;
}

/** What a channel is expected to carry. */
export interface Load {
  readonly orders: number;
  readonly packages: number;
  /** `[key]` */
  readonly keyOrders: Float64Array;
  readonly keyPackages: Float64Array;
  /** The least amount for their weight first. */
  readonly queue: readonly QueuedOrders[];
}

/** @param loads `[channel]`, or null where nothing is known: then nobody waits longer than in the first row */
export function queueTerms(problem: Problem, loads: readonly Load[] | null): QueueTerms {
  const rate = delayRate(problem.contract);
  return {
    channels: problem.contract.channels.map((channel, c) => {
      const load = loads?.[c];
      return rate === 0 || load === undefined || load.packages < 0.5
        ? {
            laneOrders: 0,
            packageOrders: 0,
            perPackage: false,
            slots: [],
            lastOrders: Infinity,
            row: new Float64Array(load?.keyOrders.length ?? 1).fill(1),
          }
        : termsOf(channel, load, rate, problem.classes.reach[c]!.meanWeight);
    }),
  };
}

/**
 * @param rate cost units for an order of weight 1 (in millionths) waiting one microsecond
 * @param meanWeight of orders, in millionths
 */
function termsOf(channel: Channel, load: Load, rate: number, meanWeight: number): ChannelQueueTerms {
  const { queue, mode, package: terms } = channel;
  const keys = load.keyOrders.length;
  const laneOrders = Math.round(load.orders / queue.lanes);
  const packageOrders = Math.round(load.orders / load.packages);
  if (mode === "single" || (keys === 1 && Math.min(terms.maxOrders, terms.maxAmount) < Infinity)) {
    const single = mode === "single";
    const used = single ? load.orders : Math.ceil(load.packages - 0.01);
    const rows = Math.max(0, Math.ceil(used / queue.lanes) - 1);
    const slots = single
      ? evenSlots(rows, rate * meanWeight * queue.perOrder)
      : slotPrices(channel, rows, load.queue, rate);
    const largest = load.queue.at(-1)?.amount ?? 0;
    return {
      laneOrders,
      packageOrders,
      perPackage: false,
      slots,
      lastOrders: Math.min(terms.maxOrders, Math.max(1, terms.maxAmount / largest)),
      row: new Float64Array(keys).fill(slots.length === 0 ? 1 : rows + 1),
    };
  }
  // Full packages go first; what an order waits for is how many are before its own.
  const ranked: { key: number; size: number }[] = [];
  for (let key = 0; key < keys; key++) {
    const number = Math.round(load.keyPackages[key]!);
    for (let p = 0; p < number; p++) ranked.push({ key, size: load.keyOrders[key]! / number });
  }
  ranked.sort((a, b) => b.size - a.size || a.key - b.key);
  const rows = Math.max(0, Math.ceil(ranked.length / queue.lanes) - 1);
  const slots: SlotPiece[] = [];
  let price = 0;
  for (let row = rows - 1; row >= 0; row--) {
    price += rate * meanWeight * queue.perPackage * ranked[(row + 1) * queue.lanes]!.size;
    slots.push({ rows: 1, price, step: 0, amount: 0, amountStep: 0 });
  }
  slots.reverse();
  const row = new Float64Array(keys).fill(rows + 1);
  const seen = new Float64Array(keys);
  ranked.forEach(({ key }, rank) => {
    // The middle one of a key's packages stands for all.
    seen[key]!++;
    if (seen[key] === Math.ceil(Math.round(load.keyPackages[key]!) / 2))
      row[key] = Math.floor(rank / queue.lanes) + 1;
  });
  const lastOrders = terms.maxOrders;
  return { laneOrders, packageOrders, perPackage: true, slots, lastOrders, row };
}
