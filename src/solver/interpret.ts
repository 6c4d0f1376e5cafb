import type { ChannelLoad, Plan } from "../model/plan.js";
import type { Formulation, SizedPackages, Slot } from "./formulate.js";
import { packOrders } from "./greedy/pack.js";
import type { Problem } from "./problem.js";
import { sequencePackages, sequenceSingles } from "./sequence.js";
import { holdTwins } from "./twins.js";

/**
 * Rebuilds a plan from an engine's column values: counts become orders, slots become packages. Orders for which the
 * program promised room that packing does not find stay deferred; the caller prices and checks what comes out.
 */
export function interpret(problem: Problem, formulation: Formulation, values: Float64Array): Plan {
  const { contract } = problem;
  const taken = takeOrders(formulation, values);
  const inSlots = new Set(formulation.slots.map(({ column }) => column));
  const loads = contract.channels.map((channel, c): ChannelLoad => {
    if (channel.mode === "single") return singleLoad(problem, c, taken.loose[c] ?? []);
    const bySlot = [...taken.slots].filter(([slot]) => formulation.slots[slot]!.channel === c);
    // Where packages are only counted, those of one key may be told apart and those of another not: times play no part.
    if (bySlot.length === 0 || taken.loose[c] !== undefined) {
      const apart = bySlot.map(([, orders]) => Int32Array.from(orders));
      const counted = formulation.sized.filter(
        ({ channel, column }) => channel === c && !inSlots.has(column),
      );
      const sizes = new Map(counted.map((packages) => [packages.key, sizesOf(packages, values)]));
      return countedLoad(problem, c, apart, taken.loose[c] ?? [], sizes);
    }
    return slottedLoad(
      problem,
      c,
      bySlot.map(([index, orders]) => {
        const slot = formulation.slots[index]!;
        const packages = formulation.sized.find(({ column }) => column === slot.column);
        const sizes = packages === undefined ? [] : [[slot.key, sizesOf(packages, values)] as const];
        return { slot, orders, sizes: new Map(sizes) };
      }),
    );
  });
  return { loads };
}

/** `[key]` sizes of its packages, where the program knows them. */
type Sizes = ReadonlyMap<number, readonly number[]>;

/** Sizes of packages that hold so many orders in each tier: as even as can be. */
function sizesOf({ tiers }: SizedPackages, values: Float64Array): number[] {
  return tiers.flatMap(({ packages, orders }) => {
    const count = Math.round(values[packages]!);
    const inside = Math.round(values[orders]!);
    return Array.from(
      { length: count },
      (_, p) => Math.floor(((p + 1) * inside) / count) - Math.floor((p * inside) / count),
    );
  });
}

/** Hands out each kind's orders in file order: by slot where there are slots, else by channel. */
function takeOrders(formulation: Formulation, values: Float64Array) {
  const next = new Int32Array(formulation.kinds.length);
  const slots = new Map<number, number[]>();
  const loose: number[][] = [];
  for (const { kind, channel, slot, column } of formulation.flows) {
    const count = Math.round(values[column]!);
    if (count <= 0) continue;
    const rows = formulation.kinds[kind]!.orders;
    const orders = rows.subarray(next[kind]!, next[kind]! + count);
    if (orders.length === 0) continue; // the surplus where more are routed than there are (C1)
    next[kind]! += orders.length;
    let target: number[];
    if (slot < 0) {
      loose[channel] ??= [];
      target = loose[channel];
    } else {
      target = slots.get(slot) ?? [];
      slots.set(slot, target);
    }
    for (const order of orders) target.push(order);
  }
  return { slots, loose };
}

/** A channel's load of these orders where times cost nothing: packed, and in a sequence that is in time if any is. */
export function loadOf(problem: Problem, c: number, orders: ArrayLike<number>): ChannelLoad {
  return problem.contract.channels[c]!.mode === "single"
    ? singleLoad(problem, c, orders)
    : countedLoad(problem, c, [], orders, new Map());
}

function singleLoad(problem: Problem, c: number, orders: ArrayLike<number>): ChannelLoad {
  const { classes, contract } = problem;
  return {
    orders: sequenceSingles(
      Int32Array.from(orders).sort(),
      contract.channels[c]!.queue,
      (order) => classes.due[classes.classOf[order]!]!,
      (order) => classes.weight[classes.classOf[order]!]!,
    ),
    packageSizes: new Int32Array(0),
  };
}

function pack(problem: Problem, c: number, orders: ArrayLike<number>, sizes: Sizes): Int32Array[] {
  const { classes, contract, orders: table } = problem;
  const urgent = byUrgency(problem, orders);
  const keyOf = (order: number) => classes.key[classes.classOf[order]! * classes.channels + c]!;
  const terms = contract.channels[c]!.package;
  const given = [...sizes].flatMap(([key, each]) =>
    inSizes(
      urgent.filter((order) => keyOf(order) === key),
      each,
    ),
  );
  const twins = classes.twins[c]!;
  const fits = (inside: Int32Array) =>
    inside.reduce((sum, order) => sum + table.amount[order]!, 0) <= terms.maxAmount &&
    (twins === null || !holdTwins(twins, inside));
  if (given.reduce((sum, inside) => sum + inside.length, 0) === urgent.length && given.every(fits))
    return given;
  const packages = packOrders({ orders: urgent, amount: table.amount, keyOf, twins }, terms);
  // Twins have been dealt out evenly already.
  if (twins !== null) return packages;
  return evenOut(packages, terms.minOrders, keyOf);
}

function inSizes(orders: Int32Array, sizes: readonly number[]): Int32Array[] {
  let next = 0;
  return sizes.map((size) => {
    next += size;
    return orders.slice(next - size, next);
  });
}

/** Earliest due first, then heaviest, then file order; where all are alike in file order without comparing each pair. */
function byUrgency({ classes }: Problem, orders: ArrayLike<number>): Int32Array {
  const rows = Int32Array.from(orders).sort();
  const { classOf, due, weight } = classes;
  const first = classOf[rows[0]!]!;
  const alike = rows.every((order) => {
    const k = classOf[order]!;
    return due[k] === due[first] && weight[k] === weight[first];
  });
  if (alike) return rows;
  return rows.sort((a, b) => {
    const [ka, kb] = [classOf[a]!, classOf[b]!];
    const [dueA, dueB] = [due[ka]!, due[kb]!];
    return dueA < dueB ? -1 : dueA > dueB ? 1 : weight[kb]! - weight[ka]! || a - b;
  });
}

/** Packages below the minimum take orders from others of their key that can spare them. */
function evenOut(packages: Int32Array[], minOrders: number, keyOf: (order: number) => number): Int32Array[] {
  if (minOrders <= 1) return packages;
  const lists = packages.map((inside) => Array.from(inside));
  for (const list of lists) {
    for (const donor of lists) {
      if (donor === list || keyOf(donor[0]!) !== keyOf(list[0]!)) continue;
      while (list.length < minOrders && donor.length > minOrders) list.push(donor.pop()!);
    }
  }
  return lists.map((list) => Int32Array.from(list));
}

/** @param apart packages that the program filled; the other orders are packed here */
function countedLoad(
  problem: Problem,
  c: number,
  apart: readonly Int32Array[],
  orders: ArrayLike<number>,
  sizes: Sizes,
): ChannelLoad {
  const { classes, contract } = problem;
  const { queue, package: terms, limits } = contract.channels[c]!;
  const packages = [...apart, ...pack(problem, c, orders, sizes)]
    .filter((inside) => inside.length >= terms.minOrders)
    .slice(0, Math.min(limits.maxPackages, 2 ** 31));
  const { sequence } = sequencePackages(
    packages.map((inside) => ({
      orders: inside.length,
      weight: inside.reduce((sum, order) => sum + classes.weight[classes.classOf[order]!]!, 0),
      due: inside.reduce((due, order) => Math.min(due, classes.due[classes.classOf[order]!]!), Infinity),
    })),
    queue,
  );
  return joined(sequence.map((p) => packages[p]!));
}

/** Slots in the order in which the program starts them: then no package starts later than it says. */
function slottedLoad(
  problem: Problem,
  c: number,
  slots: readonly { slot: Slot; orders: number[]; sizes: Sizes }[],
): ChannelLoad {
  const { queue } = problem.contract.channels[c]!;
  const laneUsed = new Map<number, number>();
  const packages = [...slots]
    .sort((a, b) => a.slot.position - b.slot.position || a.slot.lane - b.slot.lane || a.slot.key - b.slot.key)
    .flatMap(({ slot, orders, sizes }) => {
      const inside = slot.single ? [Int32Array.from(orders)] : pack(problem, c, orders, sizes);
      return inside.map((rows) => {
        const start = laneUsed.get(slot.lane) ?? 0;
        if (slot.single) laneUsed.set(slot.lane, start + queue.perPackage + queue.perOrder * rows.length);
        return { rows, position: slot.position, start };
      });
    });
  const byStart =
    queue.perOrder > 0 ? packages.sort((a, b) => a.start - b.start || a.position - b.position) : packages;
  return joined(byStart.map(({ rows }) => rows));
}

function joined(packages: readonly Int32Array[]): ChannelLoad {
  const orders = new Int32Array(packages.reduce((sum, inside) => sum + inside.length, 0));
  let next = 0;
  for (const inside of packages) {
    orders.set(inside, next);
    next += inside.length;
  }
  return { orders, packageSizes: Int32Array.from(packages, (inside) => inside.length) };
}
