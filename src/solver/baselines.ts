import type { Contract } from "../model/contract.js";
import type { OrderTable } from "../model/order.js";
import type { ChannelLoad, Plan } from "../model/plan.js";
import { BASELINE_IDS, type BaselineId } from "../model/planFile.js";
import { holdTime, Lanes, singleLeaveTime } from "../model/queue.js";
import type { Classes } from "./classes.js";
import { type LimitTable, limitTable, Usage } from "./limits.js";

/**
 * The four plans that payment teams make by hand, step by step as docs/baselines.md fixes them (step numbers below).
 */
export function baselinePlans(
  contract: Contract,
  orders: OrderTable,
  classes: Classes,
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
  const banks = bankIndex(orders);
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
 * Channels that cover some order, cheapest mean charge plus fee per place first, ties in file order; compared as exact
 * fractions `(charges · places + fee · covered) / (covered · places)`.
 */
function channelsByPrice(contract: Contract, classes: Classes): readonly number[] {
  const price = contract.channels.map(({ package: terms }, c) => {
    const covered = BigInt(classes.covered[c]!);
    if (terms.maxOrders === Infinity) return { numerator: classes.coveredCharges[c]!, denominator: covered };
    const places = BigInt(terms.maxOrders);
    return {
      numerator: classes.coveredCharges[c]! * places + BigInt(terms.fee) * covered,
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

/** `[profile]` number of its bank. */
function bankIndex(orders: OrderTable): Int32Array {
  const ids = new Map<string, number>();
  return Int32Array.from(orders.profiles, ({ bank }) => {
    if (!ids.has(bank)) ids.set(bank, ids.size);
    return ids.get(bank)!;
  });
}

function visitChannels(
  contract: Contract,
  orders: OrderTable,
  classes: Classes,
  limits: LimitTable,
  candidates: Int32Array,
  visits: readonly number[],
  banks: Int32Array | null,
): Plan {
  const usage = new Usage(limits);
  const empty: ChannelLoad = { orders: new Int32Array(0), packageSizes: new Int32Array(0) };
  const loads: ChannelLoad[] = contract.channels.map(() => empty);
  let waiting = candidates;
  for (const c of visits) {
    const visit = contract.channels[c]!.mode === "batch" ? visitBatch : visitSingle;
    const load = visit(contract, orders, classes, usage, waiting, c, banks);
    loads[c] = load;
    if (load.orders.length > 0) waiting = without(waiting, load.orders, orders.count);
  }
  return { loads };
}

function without(rows: Int32Array, taken: Int32Array, count: number): Int32Array {
  const gone = new Uint8Array(count);
  for (const order of taken) gone[order] = 1;
  return rows.filter((order) => gone[order] === 0);
}

function visitBatch(
  contract: Contract,
  orders: OrderTable,
  classes: Classes,
  usage: Usage,
  candidates: Int32Array,
  c: number,
  banks: Int32Array | null,
): ChannelLoad {
  const { package: terms, queue } = contract.channels[c]!;
  const C = classes.channels;
  const packages: { orders: number[]; amount: number }[] = [];
  const open = new Map<number, number>();
  const count = (order: number, sign: 1 | -1) =>
    usage.count(c, classes.rule[classes.classOf[order]! * C + c]!, orders.amount[order]!, sign);

  // Steps 1 and 2: taking.
  for (const order of candidates) {
    const cell = classes.classOf[order]! * C + c;
    if (classes.charge[cell]! < 0) continue;
    const amount = orders.amount[order]!;
    if (!usage.hasRoom(c, classes.rule[cell]!, amount)) continue;
    const key =
      classes.key[cell]! * (orders.profiles.length + 1) +
      (banks === null ? 0 : banks[orders.profile[order]!]!);
    const current = open.get(key);
    const inside = current === undefined ? undefined : packages[current]!;
    if (
      inside !== undefined &&
      inside.orders.length + 1 <= terms.maxOrders &&
      inside.amount + amount <= terms.maxAmount
    ) {
      inside.orders.push(order);
      inside.amount += amount;
    } else {
      if (!usage.hasPackageRoom(c)) continue;
      usage.countPackages(c, 1);
      open.set(key, packages.length);
      packages.push({ orders: [order], amount });
    }
    count(order, 1);
  }

  // Steps 3 and 4: minimum and time.
  const lanes = new Lanes(queue, packages.length);
  const kept: number[][] = [];
  for (const { orders: inside } of packages) {
    const leave = lanes.nextFree + holdTime(queue, inside.length);
    const dissolved = inside.length < terms.minOrders || leave > queue.cutOff;
    const finish = leave + queue.result;
    const inTime = dissolved ? [] : inside.filter((order) => finish <= classes.due[classes.classOf[order]!]!);
    if (inTime.length < terms.minOrders) {
      for (const order of inside) count(order, -1);
      usage.countPackages(c, -1);
      continue;
    }
    if (inTime.length < inside.length) {
      for (const order of inside) if (finish > classes.due[classes.classOf[order]!]!) count(order, -1);
    }
    lanes.hold(lanes.nextFree + holdTime(queue, inTime.length));
    kept.push(inTime);
  }
  return {
    orders: Int32Array.from(kept.flat()),
    packageSizes: Int32Array.from(kept, (inside) => inside.length),
  };
}

function visitSingle(
  contract: Contract,
  orders: OrderTable,
  classes: Classes,
  usage: Usage,
  candidates: Int32Array,
  c: number,
): ChannelLoad {
  const { queue } = contract.channels[c]!;
  const C = classes.channels;
  // Taking comes first and time after, as in a batch channel: an order that is late has used up its place.
  const taken: number[] = [];
  for (const order of candidates) {
    const cell = classes.classOf[order]! * C + c;
    if (classes.charge[cell]! < 0) continue;
    const amount = orders.amount[order]!;
    if (!usage.hasRoom(c, classes.rule[cell]!, amount)) continue;
    usage.count(c, classes.rule[cell]!, amount, 1);
    taken.push(order);
  }
  const kept = new Int32Array(taken.length);
  let count = 0;
  for (const order of taken) {
    const leave = singleLeaveTime(queue, count);
    const k = classes.classOf[order]!;
    if (leave > queue.cutOff || leave + queue.result > classes.due[k]!) {
      usage.count(c, classes.rule[k * C + c]!, orders.amount[order]!, -1);
      continue;
    }
    kept[count++] = order;
  }
  return { orders: kept.slice(0, count), packageSizes: new Int32Array(0) };
}
