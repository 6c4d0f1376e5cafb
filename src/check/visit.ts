import type { Micros } from "../model/time.js";
import { type Instance, Uniqueness } from "./instance.js";
import type { Room } from "./limits.js";
import { Lanes, packageTakes, singleLeaves } from "./queue.js";
import type { OrderChannelSet } from "./survey.js";

/** One channel's turn in a baseline (docs/baselines.md, "A visit"). */
export interface Visit {
  readonly instance: Instance;
  readonly channel: number;
  /** Orders not yet placed, in the order in which channels are to consider them. */
  readonly rest: Int32Array;
  /** What the channels before have left; the visit takes its share. */
  readonly room: Room;
  readonly takes: OrderChannelSet;
  /** Whether a package holds orders of one bank only, whatever the channel asks. */
  readonly separateBanks: boolean;
  readonly placed: Placement;
}

/** Receives the orders that stay on a channel. */
export interface Placement {
  add(order: number, rule: number, finishes: Micros): void;
}

/** Visits a single channel; makes no packages. */
export function visitSingle({ instance, channel, rest, room, takes, placed }: Visit): readonly [] {
  const { queue } = instance.contract.channels[channel]!;
  const { coverage } = instance;
  const taken = new Int32Array(rest.length);
  let count = 0;
  for (let i = 0; i < rest.length && !room.full(channel); i++) {
    const order = rest[i]!;
    if (!takes.has(order, channel)) continue;
    const rule = coverage.ruleOf(order, channel);
    const amount = instance.amount(order);
    if (!room.fits(channel, rule, amount)) continue;
    room.take(channel, rule, amount);
    taken[count++] = order;
  }
  let ahead = 0;
  for (let i = 0; i < count; i++) {
    const order = taken[i]!;
    const rule = coverage.ruleOf(order, channel);
    const leaves = singleLeaves(queue, ahead);
    const finishes = leaves + queue.result;
    if (leaves > queue.cutOff || finishes > instance.dueBy(order)) {
      room.giveBack(channel, rule, instance.amount(order));
    } else {
      ahead++;
      placed.add(order, rule, finishes);
    }
  }
  return [];
}

/** Packages in the order in which they were opened, and which of them each taken order is in. */
interface Packed {
  /** Taken orders, package by package. */
  readonly orders: Int32Array;
  /** `[package]` where its orders begin; one more entry than packages. */
  readonly begins: Int32Array;
}

/** Visits a batch channel and says how many orders each package that it made holds. */
export function visitBatch(visit: Visit): readonly number[] {
  const { instance, channel, room, placed } = visit;
  const { queue, package: terms } = instance.contract.channels[channel]!;
  const { coverage } = instance;
  const { orders, begins } = pack(visit);
  const giveBack = (order: number) =>
    room.giveBack(channel, coverage.ruleOf(order, channel), instance.amount(order));

  const lanes = new Lanes(queue, begins.length - 1);
  const made: number[] = [];
  for (let p = 0; p + 1 < begins.length; p++) {
    const all = orders.subarray(begins[p]!, begins[p + 1]!);
    const stays = staying(instance, channel, all, lanes.next);
    if (stays < Math.max(1, terms.minOrders)) {
      for (const order of all) giveBack(order);
      room.giveBackPackage(channel);
      continue;
    }
    const finishesFull = lanes.next + packageTakes(queue, all.length) + queue.result;
    const leaves = lanes.next + packageTakes(queue, stays);
    lanes.hold(leaves);
    made.push(stays);
    for (const order of all) {
      if (finishesFull > instance.dueBy(order)) giveBack(order);
      else placed.add(order, coverage.ruleOf(order, channel), leaves + queue.result);
    }
  }
  return made;
}

/** How many orders of a package are in time, where all of them travel from the given moment on. */
function staying(instance: Instance, channel: number, orders: Int32Array, starts: Micros): number {
  const { queue, package: terms } = instance.contract.channels[channel]!;
  if (orders.length < terms.minOrders) return 0;
  const leaves = starts + packageTakes(queue, orders.length);
  if (leaves > queue.cutOff) return 0;
  let stays = 0;
  for (const order of orders) if (leaves + queue.result <= instance.dueBy(order)) stays++;
  return stays;
}

/** Takes candidates into packages, as long as limits allow. */
function pack({ instance, channel, rest, room, takes, separateBanks }: Visit): Packed {
  const { coverage } = instance;
  const { maxOrders, maxAmount, separateBy, uniqueBy } = instance.contract.channels[channel]!.package;
  const fields = separateBanks && !separateBy.includes("bank") ? [...separateBy, "bank"] : separateBy;
  const separation = instance.separation(fields);
  const openOf = new Int32Array(separation.keys).fill(-1);
  const unique = new Uniqueness(instance, uniqueBy);
  /** Values by package: package × values + value. */
  const inside = new Set<number>();
  const sizes: number[] = [];
  const amountLeft: number[] = [];
  const taken = new Int32Array(rest.length);
  const packageOf = new Int32Array(rest.length);
  let count = 0;
  for (let i = 0; i < rest.length && !room.full(channel); i++) {
    const order = rest[i]!;
    if (!takes.has(order, channel)) continue;
    const rule = coverage.ruleOf(order, channel);
    const amount = instance.amount(order);
    if (!room.fits(channel, rule, amount)) continue;
    const key = separation.key(order);
    let p = openOf[key]!;
    const value = unique.valueOf(order);
    const hasEqual = value >= 0 && inside.has(p * unique.values + value);
    if (p < 0 || hasEqual || sizes[p]! >= maxOrders || amountLeft[p]! < amount) {
      if (!room.packageFits(channel)) continue;
      room.takePackage(channel);
      p = sizes.push(0) - 1;
      amountLeft.push(maxAmount);
      openOf[key] = p;
    }
    sizes[p]!++;
    if (value >= 0) inside.add(p * unique.values + value);
    amountLeft[p]! -= amount;
    room.take(channel, rule, amount);
    taken[count] = order;
    packageOf[count++] = p;
  }
  // Counting sort by package, keeping the order within.
  const begins = new Int32Array(sizes.length + 1);
  sizes.forEach((size, p) => {
    begins[p + 1] = begins[p]! + size;
  });
  const next = begins.slice();
  const orders = new Int32Array(count);
  for (let i = 0; i < count; i++) orders[next[packageOf[i]!]!++] = taken[i]!;
  return { orders, begins };
}
