import type { Channel } from "../../model/contract.js";
import { delayRate, type Problem } from "../problem.js";

/**
 * Waiting, made linear around an expected load (formulation.md, R6). A *row* of a queue is one package on each lane. An
 * order pays for waiting until its row ends, `caused` for what it makes others wait, and its package or place pays for
 * a slot of the row, so that at the expected load no row is better than another.
 */
export interface QueueTerms {
  /** `[channel]` */
  readonly channels: readonly ChannelQueueTerms[];
}

export interface ChannelQueueTerms {
  /** Orders expected on a lane and in a package. */
  readonly laneOrders: number;
  readonly packageOrders: number;
  /** Whether packages rather than places pay for slots. */
  readonly perPackage: boolean;
  /** Price of a slot in each row but the last used, in cost units. */
  readonly slots: Float64Array;
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
            slots: new Float64Array(0),
            row: new Float64Array(load?.keyOrders.length ?? 1).fill(1),
          }
        : termsOf(channel, load, rate * meanWeight(problem, c));
    }),
  };
}

/** @param rate cost units for an order waiting one microsecond */
function termsOf(channel: Channel, load: Load, rate: number): ChannelQueueTerms {
  const { queue, mode, package: terms } = channel;
  const keys = load.keyOrders.length;
  if (mode === "single" || (keys === 1 && terms.maxOrders < Infinity)) {
    const each = rate * (mode === "single" ? queue.perOrder : queue.perPackage);
    const used = mode === "single" ? load.orders : Math.ceil(load.packages - 0.01);
    const rows = Math.max(0, Math.ceil(used / queue.lanes) - 1);
    return {
      laneOrders: Math.round(load.orders / queue.lanes),
      packageOrders: Math.round(load.orders / load.packages),
      perPackage: false,
      slots:
        each === 0 ? new Float64Array(0) : Float64Array.from({ length: rows }, (_, r) => (rows - r) * each),
      row: new Float64Array(keys).fill(each === 0 ? 1 : rows + 1),
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
  const slots = new Float64Array(rows);
  let price = 0;
  for (let row = rows - 1; row >= 0; row--) {
    price += rate * queue.perPackage * ranked[(row + 1) * queue.lanes]!.size;
    slots[row] = price;
  }
  const row = new Float64Array(keys).fill(rows + 1);
  const seen = new Float64Array(keys);
  ranked.forEach(({ key }, rank) => {
    // The middle one of a key's packages stands for all.
    seen[key]!++;
    if (seen[key] === Math.ceil(Math.round(load.keyPackages[key]!) / 2))
      row[key] = Math.floor(rank / queue.lanes) + 1;
  });
  return {
    laneOrders: Math.round(load.orders / queue.lanes),
    packageOrders: Math.round(load.orders / load.packages),
    perPackage: true,
    slots,
    row,
  };
}

/** Of the orders that the channel could take, in millionths. */
export function meanWeight({ classes }: Problem, c: number): number {
  let weight = 0;
  let orders = 0;
  for (let k = 0; k < classes.count; k++) {
    if (classes.charge[k * classes.channels + c]! < 0) continue;
    weight += classes.weight[k]! * classes.size[k]!;
    orders += classes.size[k]!;
  }
  return orders === 0 ? 0 : weight / orders;
}
