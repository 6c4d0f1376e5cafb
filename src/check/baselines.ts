import type { CostTotal } from "../model/money.js";
import { ExactSum } from "../model/money.js";
import { BASELINE_IDS, type BaselineId } from "../model/planFile.js";
import type { Micros } from "../model/time.js";
import { DelaySum } from "./delay.js";
import type { Instance } from "./instance.js";
import { LimitRow, Room } from "./limits.js";
import { packageFee } from "./packageFee.js";
import { type Penalties, PenaltySum } from "./penalty.js";
import type { Survey } from "./survey.js";
import { type Placement, visitBatch, visitSingle } from "./visit.js";
import { VolumeSum, volumeCost } from "./volume.js";

/** A plan as payment teams make it by hand. */
export interface Baseline {
  readonly id: BaselineId;
  readonly charges: CostTotal;
  readonly packageFees: CostTotal;
  readonly delay: CostTotal;
  readonly volume: CostTotal;
  readonly penalties: CostTotal;
  readonly routed: number;
  readonly deferred: number;
  readonly packages: number;
  /** When the last order finishes, since time zero; null where none is routed. */
  readonly finish: Micros | null;
}

/** Makes the four baselines again (docs/baselines.md). */
export function makeBaselines(instance: Instance, found: Survey, penalties: Penalties): readonly Baseline[] {
  const byPrice = channelsByPrice(instance, found);
  const { channels } = instance.contract;
  const batch = byPrice.filter((c) => channels[c]!.mode === "batch");
  const single = byPrice.filter((c) => channels[c]!.mode === "single");
  const rows: Readonly<Record<BaselineId, readonly number[]>> = {
    "single-only": single,
    "per-bank": [...batch, ...single],
    "price-priority": [...batch, ...single],
    "coverage-first": byPrice,
  };
  const waiting = earliestDueFirst(instance, found);
  return BASELINE_IDS.map((id) => {
    const separateBanks = id === "per-bank";
    return makeBaseline(instance, found, penalties, waiting, id, rows[id], separateBanks);
  });
}

/** Channels that cover an order, cheapest price first, ties in file order. */
export function channelsByPrice({ contract }: Instance, { covered }: Survey): readonly number[] {
  const prices = contract.channels.flatMap(({ package: terms }, channel) => {
    const { orders, charges } = covered[channel]!;
    if (orders === 0) return [];
    // charges / orders + fee of a full package / maxOrders as one fraction
    if (terms.maxOrders === Infinity) {
      const numerator = charges + BigInt(terms.feeTiers.at(-1)!.perOrder) * BigInt(orders);
      return [{ channel, numerator, denominator: BigInt(orders) }];
    }
    const most = BigInt(terms.maxOrders);
    const numerator = charges * most + packageFee(terms, terms.maxOrders) * BigInt(orders);
    return [{ channel, numerator, denominator: BigInt(orders) * most }];
  });
  return prices
    .sort((a, b) => {
      const difference = a.numerator * b.denominator - b.numerator * a.denominator;
      return difference < 0n ? -1 : difference > 0n ? 1 : a.channel - b.channel;
    })
    .map(({ channel }) => channel);
}

/** Orders that are not rejected, earliest `dueBy` first, ties in file order. */
function earliestDueFirst({ orders }: Instance, { leastCharge }: Survey): Int32Array {
  const moments = Float64Array.from(new Set(orders.profiles.map(({ dueBy }) => dueBy))).sort();
  const rankOf = new Map<number, number>();
  for (const moment of moments) rankOf.set(moment, rankOf.size);
  const ranks = Int32Array.from(orders.profiles, ({ dueBy }) => rankOf.get(dueBy)!);
  // Counting sort: `next` is where the next order of each rank goes.
  const next = new Int32Array(moments.length + 1);
  let count = 0;
  for (let order = 0; order < orders.count; order++) {
    if (leastCharge[order] === Infinity) continue;
    next[ranks[orders.profile[order]!]! + 1]!++;
    count++;
  }
  for (let rank = 0; rank < moments.length; rank++) next[rank + 1]! += next[rank]!;
  const sorted = new Int32Array(count);
  for (let order = 0; order < orders.count; order++) {
    if (leastCharge[order] === Infinity) continue;
    sorted[next[ranks[orders.profile[order]!]!]!++] = order;
  }
  return sorted;
}

function makeBaseline(
  instance: Instance,
  { takes }: Survey,
  penalties: Penalties,
  waiting: Int32Array,
  id: BaselineId,
  channels: readonly number[],
  separateBanks: boolean,
): Baseline {
  const { contract, coverage } = instance;
  const room = new Room(new LimitRow(contract, coverage));
  const placed = new Placed(instance);
  let packageFees = 0n;
  let delay = 0n;
  let volume = 0n;
  let packages = 0;
  let rest: Int32Array = waiting.slice();
  for (const channel of channels) {
    const { mode, package: terms } = contract.channels[channel]!;
    placed.delays = new DelaySum();
    placed.volume = new VolumeSum();
    const visit = { instance, channel, rest, room, takes, separateBanks, placed };
    const made = mode === "batch" ? visitBatch(visit) : visitSingle(visit);
    packages += made.length;
    for (const size of made) packageFees += packageFee(terms, size);
    delay += placed.delays.cost(contract.objective.delayCostPerOrderHour);
    volume += volumeCost(contract.channels[channel]!, placed.volume.total);
    rest = placed.without(rest);
  }
  const sum = new PenaltySum(penalties);
  for (const order of rest) sum.add(order);
  return {
    id,
    charges: placed.charges.total,
    packageFees,
    delay,
    volume,
    penalties: sum.total,
    routed: waiting.length - rest.length,
    deferred: rest.length,
    packages,
    finish: placed.finish < 0 ? null : placed.finish,
  };
}

/** What the visits of a baseline have placed. */
class Placed implements Placement {
  readonly charges = new ExactSum();
  /** Of the channel that is being visited. */
  delays = new DelaySum();
  volume = new VolumeSum();
  /** When the last order finishes; -1 while there is none. */
  finish: Micros = -1;
  readonly #instance: Instance;
  readonly #placed: Uint8Array;

  constructor(instance: Instance) {
    this.#instance = instance;
    this.#placed = new Uint8Array(instance.orders.count);
  }

  add(order: number, rule: number, finishes: Micros): void {
    this.#placed[order] = 1;
    const charge = this.#instance.charge(rule, order);
    this.charges.add(charge);
    this.volume.add(this.#instance.amount(order), charge);
    this.delays.add(this.#instance.weight(order), finishes);
    if (finishes > this.finish) this.finish = finishes;
  }

  /** The orders of a list that are not placed, moved to its front. */
  without(orders: Int32Array): Int32Array {
    let count = 0;
    for (const order of orders) if (this.#placed[order] === 0) orders[count++] = order;
    return orders.subarray(0, count);
  }
}
