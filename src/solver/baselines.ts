import type { Contract } from "../model/contract.js";
import type { OrderTable } from "../model/order.js";
import type { ChannelLoad, Plan } from "../model/plan.js";
import { BASELINE_IDS, type BaselineId } from "../model/planFile.js";
import { holdTime, Lanes, singleLeaveTime } from "../model/queue.js";
import type { Classes } from "./classes.js";
import { type LimitTable, limitTable, Usage } from "./limits.js";
import { NO_LOAD } from "./nothing.js";
import { packageFee } from "./packageFee.js";

/** Which orders are of the same bank. */
export interface Banks {
  readonly count: number;
  /** `[profile]` number of its bank. */
  readonly ofProfile: Int32Array;
}

export function banksOf(orders: OrderTable): Banks {
  const ids = new Map<string, number>();
  const ofProfile = Int32Array.from(orders.profiles, ({ bank }) => {
    if (!ids.has(bank)) ids.set(bank, ids.size);
    return ids.get(bank)!;
  });
  return { count: ids.size, ofProfile };
}

/**
 * The four plans that payment teams make by hand, step by step as docs/baselines.md fixes them (step numbers below).
 *
 * @param banks of the orders, where these come without the texts of their profiles
 */
export function baselinePlans(
  contract: Contract,
  orders: OrderTable,
  classes: Classes,
  banks = banksOf(orders),
): readonly { readonly id: BaselineId; readonly plan: Plan }[] {
  const limits = limitTable(contract);
  const byPrice = channelsByPrice(contract, classes);
  const batch = byPrice.filter((c) => contract.channels[c]!.mode === "batch");
  const single = byPrice.filter((c) => contract.channels[c]!.mode === "single");
  const visits: Readonly<Record<BaselineId, readonly number[]>> = {
    "single-only": single,
    "per-bank": [...batch, ...single],
    "price-priority": [...batch, ...single],
    "coverage-first": byPrice,
  };
  const candidates = byDue(orders, classes);
  return BASELINE_IDS.map((id) => ({
    id,
    plan: visitChannels(
      contract,
      orders,
      classes,
      limits,
      candidates,
      visits[id],
      id === "per-bank" ? banks : null,
    ),
  }));
}

/**
 * Channels that cover some order, cheapest mean charge plus fee of a full package per place first, ties in file order;
 * compared as exact fractions `(charges · places + fee · covered) / (covered · places)`.
 */
function channelsByPrice(contract: Contract, classes: Classes): readonly number[] {
  const price = contract.channels.map(({ package: terms }, c) => {
    const covered = BigInt(classes.covered[c]!);
    if (terms.maxOrders === Infinity) {
      const perOrder = BigInt(terms.feeTiers.at(-1)!.perOrder);
      return { numerator: classes.coveredCharges[c]! + perOrder * covered, denominator: covered };
    }
    const places = BigInt(terms.maxOrders);
    return {
      numerator: classes.coveredCharges[c]! * places + packageFee(terms, terms.maxOrders) * covered,
      denominator: covered * places,
    };
  });
  return contract.channels
    .map((_, c) => c)
    .filter((c) => classes.covered[c]! > 0)
    .sort((a, b) => {
      const difference =
        price[a]!.numerator * price[b]!.denominator - price[b]!.numerator * price[a]!.denominator;
      return difference < 0n ? -1 : difference > 0n ? 1 : a - b;
    });
}

/** Orders that some channel could take, earliest `dueBy` first, ties in file order. */
function byDue(orders: OrderTable, classes: Classes): Int32Array {
  const rows = new Int32Array(orders.count);
  let count = 0;
  for (let i = 0; i < orders.count; i++) if (classes.classOf[i]! >= 0) rows[count++] = i;
  const taken = rows.subarray(0, count);
  const dues = new Set(classes.due);
  if (dues.size <= 1) return taken;
  const sorted = new Int32Array(count);
  const buckets = [...dues].sort((a, b) => a - b);
  const bucketOf = new Map(buckets.map((due, b) => [due, b]));
  const start = new Int32Array(buckets.length + 1);
  for (const i of taken) start[bucketOf.get(classes.due[classes.classOf[i]!]!)! + 1]! += 1;
  for (let b = 0; b < buckets.length; b++) start[b + 1]! += start[b]!;
  for (const i of taken) sorted[start[bucketOf.get(classes.due[classes.classOf[i]!]!)!]!++] = i;
  return sorted;
}

function visitChannels(
  contract: Contract,
  orders: OrderTable,
  classes: Classes,
  limits: LimitTable,
  candidates: Int32Array,
  visits: readonly number[],
  banks: Banks | null,
): Plan {
  const usage = new Usage(limits);
  const loads: ChannelLoad[] = contract.channels.map(() => NO_LOAD);
  const placed = new Uint8Array(orders.count);
  let waiting = candidates;
  for (const c of visits) {
    const visit: Visit = { contract, orders, classes, usage, waiting, c, banks };
    const load = contract.channels[c]!.mode === "batch" ? visitBatch(visit) : visitSingle(visit);
    loads[c] = load;
    if (load.orders.length === 0) continue;
    for (const order of load.orders) placed[order] = 1;
    waiting = stillWaiting(waiting, placed, waiting.length - load.orders.length);
  }
  return { loads };
}

function stillWaiting(rows: Int32Array, placed: Uint8Array, count: number): Int32Array {
  const rest = new Int32Array(count);
  let next = 0;
  for (let i = 0; i < rows.length; i++) if (placed[rows[i]!] === 0) rest[next++] = rows[i]!;
  return rest;
}

/** One channel's turn in a baseline. */
interface Visit {
  readonly contract: Contract;
  readonly orders: OrderTable;
  readonly classes: Classes;
  /** Of the plan so far; the visit counts what stays. */
  readonly usage: Usage;
  /** Orders not yet placed, in the order in which they are candidates. */
  readonly waiting: Int32Array;
  readonly c: number;
  /** Where packages are by bank, whatever the channel asks. */
  readonly banks: Banks | null;
}

function visitBatch(visit: Visit): ChannelLoad {
  const { contract, orders, classes, usage, c } = visit;
  const { package: terms, queue } = contract.channels[c]!;
  const { members, starts } = takePackages(visit);
  const giveBack = (order: number) => {
    const rule = classes.rule[classes.classOf[order]! * classes.channels + c]!;
    usage.count(c, rule, orders.amount[order]!, -1);
  };

  // Steps 3 and 4: minimum and time. What stays moves to the front of the list.
  const lanes = new Lanes(queue, starts.length - 1);
  const sizes: number[] = [];
  let kept = 0;
  for (let p = 0; p + 1 < starts.length; p++) {
    const inside = members.subarray(starts[p]!, starts[p + 1]!);
    const leave = lanes.nextFree + holdTime(queue, inside.length);
    const finish = leave + queue.result;
    const isInTime = (order: number) => finish <= classes.due[classes.classOf[order]!]!;
    let inTime = 0;
    if (inside.length >= terms.minOrders && leave <= queue.cutOff)
      for (const order of inside) if (isInTime(order)) inTime++;
    if (inTime === 0 || inTime < terms.minOrders) {
      for (const order of inside) giveBack(order);
      usage.countPackages(c, -1);
      continue;
    }
    for (const order of inside) {
      if (isInTime(order)) members[kept++] = order;
      else giveBack(order);
    }
    lanes.hold(lanes.nextFree + holdTime(queue, inTime));
    sizes.push(inTime);
  }
  return { orders: members.slice(0, kept), packageSizes: Int32Array.from(sizes) };
}

/**
 * Steps 1 and 2: taking.
 *
 * @returns orders package by package, these in the order in which they were opened, and where each begins
 */
function takePackages({ contract, orders, classes, usage, waiting, c, banks }: Visit) {
  const { package: terms } = contract.channels[c]!;
  const C = classes.channels;
  const taken = new Int32Array(waiting.length);
  const packageOf = new Int32Array(waiting.length);
  const sizes: number[] = [];
  const amounts: number[] = [];
  const open = new Map<number, number>();
  const twins = classes.twins[c]!;
  /** Twins by package: package × number of sets + set. */
  const held = new Set<number>();
  let count = 0;
  for (let i = 0; i < waiting.length; i++) {
    const order = waiting[i]!;
    const cell = classes.classOf[order]! * C + c;
    if (classes.charge[cell]! < 0) continue;
    const amount = orders.amount[order]!;
    const rule = classes.rule[cell]!;
    if (!usage.hasRoom(c, rule, amount)) continue;
    const key =
      banks === null
        ? classes.key[cell]!
        : classes.key[cell]! * banks.count + banks.ofProfile[orders.profile[order]!]!;
    let p = open.get(key);
    const twin = twins?.of[order] ?? -1;
    const isFull =
      p === undefined || sizes[p]! + 1 > terms.maxOrders || amounts[p]! + amount > terms.maxAmount;
    if (p === undefined || isFull || (twin >= 0 && held.has(p * twins!.count + twin))) {
      if (!usage.hasPackageRoom(c)) continue;
      usage.countPackages(c, 1);
      p = sizes.push(0) - 1;
      amounts.push(0);
      open.set(key, p);
    }
    sizes[p]! += 1;
    amounts[p]! += amount;
    if (twin >= 0) held.add(p * twins!.count + twin);
    usage.count(c, rule, amount, 1);
    taken[count] = order;
    packageOf[count++] = p;
  }
  const starts = new Int32Array(sizes.length + 1);
  for (let p = 0; p < sizes.length; p++) starts[p + 1] = starts[p]! + sizes[p]!;
  const next = starts.slice();
  const members = new Int32Array(count);
  for (let i = 0; i < count; i++) members[next[packageOf[i]!]!++] = taken[i]!;
  return { members, starts };
}

function visitSingle({ contract, orders, classes, usage, waiting, c }: Visit): ChannelLoad {
  const { queue } = contract.channels[c]!;
  const C = classes.channels;
  // Taking comes first and time after, as in a batch channel: an order that is late has used up its place.
  const taken = new Int32Array(waiting.length);
  let count = 0;
  for (let i = 0; i < waiting.length; i++) {
    const order = waiting[i]!;
    const cell = classes.classOf[order]! * C + c;
    if (classes.charge[cell]! < 0) continue;
    const amount = orders.amount[order]!;
    if (!usage.hasRoom(c, classes.rule[cell]!, amount)) continue;
    usage.count(c, classes.rule[cell]!, amount, 1);
    taken[count++] = order;
  }
  let kept = 0;
  for (let i = 0; i < count; i++) {
    const order = taken[i]!;
    const leave = singleLeaveTime(queue, kept);
    const k = classes.classOf[order]!;
    if (leave <= queue.cutOff && leave + queue.result <= classes.due[k]!) taken[kept++] = order;
    else usage.count(c, classes.rule[k * C + c]!, orders.amount[order]!, -1);
  }
  return { orders: taken.slice(0, kept), packageSizes: new Int32Array(0) };
}
