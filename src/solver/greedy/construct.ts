import { Usage } from "../limits.js";
import { leastOwnFee } from "../packageFee.js";
import type { Problem } from "../problem.js";
import type { Guide } from "./guide.js";
import { bestOtherPlace, openFor, putOn } from "./moves.js";
import type { Options } from "./options.js";
import { packOrders } from "./pack.js";
import { Packing } from "./packing.js";
import { ordersInTime, type Prices, pricedCost } from "./prices.js";
import { refillForQueue } from "./refilling.js";
import { packagesByDelay } from "./splitting.js";
import { makeTimely } from "./timely.js";

/**
 * A plan by a guide: every order goes to the channel that the guide has chosen, or where charge plus price is least;
 * overbooked limits are repaired by moving those that lose least, and what each channel got is packed and put in
 * sequence. What finds no place is placed wherever room remains, or deferred.
 */
export function construct(problem: Problem, guide: Guide, options: Options): Packing {
  const { prices } = guide;
  const { chosen, regret } = choose(problem, guide, options);
  const packing = new Packing(problem, options);
  const { contract } = problem;
  const left: number[] = [];
  const { classOf, charge, channels } = problem.classes;
  // What lets an order in is no loss to those who stay.
  const priceOf = (order: number, c: number) =>
    pricedCost(problem, prices, classOf[order]!, c, problem.orders.amount[order]!) -
    charge[classOf[order]! * channels + c]! -
    packing.orderFee[c]!;
  contract.channels.forEach((channel, c) => {
    const orders = ordersOn(problem, chosen, c);
    if (channel.mode === "single") placeSingle(packing, c, orders, left);
    else {
      const most = guide.packages?.[c] ?? null;
      const kept = most === null ? orders : keepMostWorth(problem, c, orders, regret, most, left);
      placeBatch(packing, c, kept, most, left, (order) => regret[order]! + priceOf(order, c));
    }
  });
  packing.refreshAll();
  placeLeft(packing, prices, guide.packages === null ? left : placeInRoom(packing, left));
  refillForQueue(packing);
  return packing;
}

/** Of the orders of each key, those that so many packages hold; those that lose least by it are left. */
function keepMostWorth(
  { classes, contract, orders: table }: Problem,
  c: number,
  orders: Int32Array,
  regret: Float64Array,
  packages: Float64Array,
  left: number[],
): Int32Array {
  const { maxOrders, maxAmount } = contract.channels[c]!.package;
  const keyOf = (order: number) => classes.key[classes.classOf[order]! * classes.channels + c]!;
  const room = packages.map((count) => (count === 0 ? 0 : count * maxOrders));
  const amount = packages.map((count) => (count === 0 ? 0 : count * maxAmount));
  for (const order of orders) {
    room[keyOf(order)]! -= 1;
    amount[keyOf(order)]! -= table.amount[order]!;
  }
  if (room.every((places) => places >= 0) && amount.every((sum) => sum >= 0)) return orders;
  // Where amounts are too large, those go that lose least by amount.
  const byAmount = amount.map((sum, key) => (sum < 0 && room[key]! >= 0 ? 1 : 0));
  const ease = Float64Array.from(orders, (order) => {
    const loss = Math.max(0, regret[order]!);
    return byAmount[keyOf(order)] === 1 ? loss / Math.max(1, table.amount[order]!) : loss;
  });
  const out = new Set<number>();
  for (const i of Int32Array.from(orders, (_, i) => i).sort(
    (a, b) => ease[a]! - ease[b]! || table.amount[orders[b]!]! - table.amount[orders[a]!]! || b - a,
  )) {
    const order = orders[i]!;
    const key = keyOf(order);
    if (room[key]! >= 0 && amount[key]! >= 0) continue;
    room[key]! += 1;
    amount[key]! += table.amount[order]!;
    out.add(order);
    left.push(order);
  }
  return orders.filter((order) => !out.has(order));
}

/** Puts orders where they cost least among the open packages and queues; returns those without a place. */
function placeInRoom(packing: Packing, left: readonly number[]): number[] {
  const still: number[] = [];
  for (const order of left) {
    const place = bestOtherPlace(packing, order);
    if (place.channel < 0 || !putOn(packing, order, place.channel, false)) still.push(order);
  }
  packing.refreshAll();
  return still;
}

/**
 * Costs less apart than so many cost units are equal. A price is where the last order that fits pays as much elsewhere,
 * and where orders are alike, all of them do: the option of the lowest charge has to win such ties, or what is scarce
 * would stay unused. Orders too many are taken off again.
 */
const TIE = 1e-3;

/**
 * `[order]` its channel, or -1: within every limit of orders and amount, packages and time aside; and what its second
 * choice costs more.
 */
function choose(
  problem: Problem,
  { prices, chosen: given }: Guide,
  { start, channel }: Options,
): { chosen: Int16Array; regret: Float64Array } {
  const { classes, orders } = problem;
  const C = classes.channels;
  const chosen = new Int16Array(orders.count).fill(-1);
  const regret = new Float64Array(orders.count);
  const ideal = new Usage(problem.limits);
  for (let i = 0; i < orders.count; i++) {
    const k = classes.classOf[i]!;
    if (k < 0) continue;
    const amount = orders.amount[i]!;
    let least = classes.penalty[k]! + TIE;
    let second = Infinity;
    let best = -1;
    const own = given === null ? -2 : given[i]!;
    if (own >= 0) {
      best = own;
      second = classes.penalty[k]!;
      least = pricedCost(problem, prices, k, own, amount);
    }
    for (let o = start[k]!, end = start[k + 1]!; o < end; o++) {
      const c = channel[o]!;
      // Prices are not negative: all further options cost more still.
      if (classes.charge[k * C + c]! >= second) break;
      if (c === own) continue;
      const cost = pricedCost(problem, prices, k, c, amount);
      if (given === null && cost < least - TIE) {
        second = least;
        least = cost;
        best = c;
      } else if (cost < second) second = cost;
    }
    chosen[i] = best;
    regret[i] = second - least;
    if (best >= 0) ideal.count(best, classes.rule[k * C + best]!, amount, 1);
  }
  repairLimits(problem, { prices, chosen: given }, { start, channel }, chosen, regret, ideal);
  return { chosen, regret };
}

/** Moves orders off overbooked limits and queues, those that lose most by it placed first. */
function repairLimits(
  problem: Problem,
  { prices, chosen: given }: Pick<Guide, "prices" | "chosen">,
  { start, channel }: Options,
  chosen: Int16Array,
  regret: Float64Array,
  usage: Usage,
): void {
  const { classes, orders, limits, contract } = problem;
  const C = classes.channels;
  const inTime = contract.channels.map(ordersInTime);
  const count = new Float64Array(C);
  for (const c of chosen) if (c >= 0) count[c]! += 1;
  const overLimit = Uint8Array.from({ length: limits.count }, (_, l) =>
    usage.orders[l]! > limits.maxOrders[l]! || usage.amount[l]! > limits.maxAmount[l]! ? 1 : 0,
  );
  const overChannel = contract.channels.map(
    (_, c) => count[c]! > inTime[c]! || limits.ofChannel[c]!.some((limit) => overLimit[limit] === 1),
  );
  if (!overLimit.includes(1) && !overChannel.includes(true)) return;
  const contested: number[] = [];
  for (let i = 0; i < orders.count; i++) {
    const c = chosen[i]!;
    if (c < 0) continue;
    const rule = classes.rule[classes.classOf[i]! * C + c]!;
    const ruleLimit = limits.ofRule[c]![rule]!;
    if (!overChannel[c] && !(ruleLimit >= 0 && overLimit[ruleLimit] === 1)) continue;
    contested.push(i);
    usage.count(c, rule, orders.amount[i]!, -1);
    count[c]! -= 1;
    chosen[i] = -1;
  }
  contested.sort((a, b) => regret[b]! - regret[a]! || a - b);
  for (const i of contested) {
    const k = classes.classOf[i]!;
    const amount = orders.amount[i]!;
    let least = classes.penalty[k]! + TIE;
    let best = -1;
    const own = given === null ? -1 : given[i]!;
    const stays =
      own >= 0 && count[own]! < inTime[own]! && usage.hasRoom(own, classes.rule[k * C + own]!, amount);
    if (stays) best = own;
    for (let o = start[k]!, end = stays ? start[k]! : start[k + 1]!; o < end; o++) {
      const c = channel[o]!;
      if (classes.charge[k * C + c]! >= least) break;
      if (count[c]! >= inTime[c]!) continue;
      const cost = pricedCost(problem, prices, k, c, amount);
      if (cost < least - TIE && usage.hasRoom(c, classes.rule[k * C + c]!, amount)) {
        least = cost;
        best = c;
      }
    }
    chosen[i] = best;
    if (best < 0) continue;
    usage.count(best, classes.rule[k * C + best]!, amount, 1);
    count[best]! += 1;
  }
}

/** Orders of a channel, most urgent first: earliest due, then heaviest weight, then file order. */
function ordersOn(problem: Problem, chosen: Int16Array, c: number): Int32Array {
  const { classes, orders } = problem;
  const rows: number[] = [];
  let mixed = false;
  for (let i = 0; i < orders.count; i++) {
    if (chosen[i] !== c) continue;
    rows.push(i);
    const [k, first] = [classes.classOf[i]!, classes.classOf[rows[0]!]!];
    if (classes.due[k] !== classes.due[first] || classes.weight[k] !== classes.weight[first]) mixed = true;
  }
  if (mixed) {
    rows.sort((a, b) => {
      const [ka, kb] = [classes.classOf[a]!, classes.classOf[b]!];
      const [dueA, dueB] = [classes.due[ka]!, classes.due[kb]!];
      return dueA < dueB ? -1 : dueA > dueB ? 1 : classes.weight[kb]! - classes.weight[ka]! || a - b;
    });
  }
  return Int32Array.from(rows);
}

/**
 * Packs a batch channel's orders; whatever is too late, too many or too few goes to `left`.
 *
 * @param most `[key]` packages to open at most
 */
function placeBatch(
  packing: Packing,
  c: number,
  orders: Int32Array,
  most: Float64Array | null,
  left: number[],
  worth: (order: number) => number,
): void {
  const { contract, classes, orders: table } = packing.problem;
  const channel = contract.channels[c]!;
  const C = classes.channels;
  const together = worthPackages(packing, c, orders, left, worth);
  const parts = packagesByDelay(channel, together.length, packing.rate * meanWeight(packing, together));
  const maxOrders = Math.max(channel.package.minOrders, Math.ceil(together.length / parts));
  const packages = packOrders(
    {
      orders: together,
      amount: table.amount,
      keyOf: (order) => classes.key[classes.classOf[order]! * C + c]!,
      twins: classes.twins[c]!,
    },
    { ...channel.package, maxOrders: Math.min(channel.package.maxOrders, maxOrders) },
  );
  const opened = new Float64Array(most?.length ?? 0);
  const filled = topUpLast(packages, packing, c);
  // The fullest stay where there are too many.
  const sequence = most === null ? filled : [...filled].sort((a, b) => b.length - a.length);
  for (const inside of sequence) {
    const key = classes.key[classes.classOf[inside[0]!]! * C + c]!;
    const tooMany = most !== null && ++opened[key]! > most[key]!;
    if (tooMany || inside.length < channel.package.minOrders || !packing.usage.hasPackageRoom(c)) {
      for (const order of inside) left.push(order);
      continue;
    }
    packing.openWith(c, inside);
  }
  makeTimely(packing, c, left, worth);
}

/**
 * Where twins may not share a package, each of a set needs one more. Keeps as many of each set, those that are worth most,
 * as there are packages that earn their fee: as orders fill, and beyond that with the next of every set. The others go to
 * `left`.
 */
function worthPackages(
  { problem }: Packing,
  c: number,
  orders: Int32Array,
  left: number[],
  worth: (order: number) => number,
): Int32Array {
  const { classes, contract } = problem;
  const twins = classes.twins[c]!;
  if (twins === null) return orders;
  const keyOf = (order: number) => classes.key[classes.classOf[order]! * classes.channels + c]!;
  const { maxOrders } = contract.channels[c]!.package;
  const inSet = new Int32Array(twins.count);
  const count = new Map<number, number>();
  /** `[key]` what the orders that are the n-th of their set are worth together. */
  const layers = new Map<number, number[]>();
  const layerOf = new Map<number, number>();
  for (const order of orders) count.set(keyOf(order), (count.get(keyOf(order)) ?? 0) + 1);
  const worths = new Map(Array.from(orders, (order) => [order, worth(order)]));
  for (const order of Array.from(orders).sort((a, b) => worths.get(b)! - worths.get(a)! || a - b)) {
    const twin = twins.of[order]!;
    if (twin < 0) continue;
    const layer = inSet[twin]!++;
    layerOf.set(order, layer);
    let sums = layers.get(keyOf(order));
    if (sums === undefined) {
      sums = [];
      layers.set(keyOf(order), sums);
    }
    sums[layer] = (sums[layer] ?? 0) + Math.max(0, worths.get(order)!);
  }
  const most = new Map<number, number>();
  for (const [key, sums] of layers) {
    const fee = leastOwnFee(contract.channels[c]!, count.get(key)!);
    let packages = Math.max(1, Math.ceil(count.get(key)! / maxOrders));
    while (packages < sums.length && sums[packages]! >= fee) packages++;
    most.set(key, packages);
  }
  const stays = (order: number) => (layerOf.get(order) ?? 0) < (most.get(keyOf(order)) ?? 1);
  for (const order of orders) if (!stays(order)) left.push(order);
  return orders.filter(stays);
}

/** In millionths. */
function meanWeight(packing: Packing, orders: Int32Array): number {
  const { classOf, weight } = packing.problem.classes;
  let sum = 0;
  for (const order of orders) sum += weight[classOf[order]!]!;
  return orders.length === 0 ? 0 : sum / orders.length;
}

/** Where a package stays below the minimum, another of its key gives it the orders it lacks. */
function topUpLast(packages: readonly Int32Array[], packing: Packing, c: number): readonly Int32Array[] {
  const { contract, classes, orders } = packing.problem;
  const { minOrders, maxAmount } = contract.channels[c]!.package;
  // Twins are dealt out evenly.
  if (minOrders <= 1 || classes.twins[c] !== null) return packages;
  const keyOf = (inside: Int32Array) => classes.key[classes.classOf[inside[0]!]! * classes.channels + c]!;
  const amountOf = (inside: Int32Array) => inside.reduce((sum, order) => sum + orders.amount[order]!, 0);
  const result = [...packages];
  for (let p = 0; p < result.length; p++) {
    const inside = result[p]!;
    const lacking = minOrders - inside.length;
    if (lacking <= 0) continue;
    const donor = result.findIndex(
      (other, q) => q !== p && other.length - lacking >= minOrders && keyOf(other) === keyOf(inside),
    );
    if (donor < 0) continue;
    const keep = result[donor]!.length - lacking;
    const joined = new Int32Array(lacking + inside.length);
    joined.set(result[donor]!.subarray(keep));
    joined.set(inside, lacking);
    if (amountOf(joined) > maxAmount) continue;
    result[donor] = result[donor]!.slice(0, keep);
    result[p] = joined;
  }
  return result;
}

function placeSingle(packing: Packing, c: number, orders: Int32Array, left: number[]): void {
  const { classes } = packing.problem;
  for (const order of orders) {
    if (packing.singleHasTime(c, classes.classOf[order]!)) packing.add(order, c, -1);
    else left.push(order);
  }
}

/** Places what was left over where it costs least among the places that remain; what finds none stays deferred. */
export function placeLeft(packing: Packing, prices: Prices, left: readonly number[]): void {
  const { problem } = packing;
  const { classes, orders, contract } = problem;
  const C = classes.channels;
  const { start, channel } = packing.options;
  const costs = new Float64Array(C);
  for (const order of left) {
    const k = classes.classOf[order]!;
    const amount = orders.amount[order]!;
    const candidates: number[] = [];
    for (let o = start[k]!, end = start[k + 1]!; o < end; o++) {
      const c = channel[o]!;
      costs[c] = pricedCost(problem, prices, k, c, amount);
      if (costs[c]! < classes.penalty[k]!) candidates.push(c);
    }
    candidates.sort((a, b) => costs[a]! - costs[b]!);
    let opens = -1;
    for (const c of candidates) {
      if (!packing.usage.hasRoom(c, classes.rule[k * C + c]!, amount)) continue;
      if (contract.channels[c]!.mode === "single") {
        if (!packing.singleHasTime(c, k)) continue;
        packing.add(order, c, -1);
        break;
      }
      let p = packing.findPackage(c, order);
      if (p < 0 && (classes.twins[c]?.of[order] ?? -1) >= 0) {
        // A package of its own for a twin that fits in no other is the last resort.
        if (opens < 0) opens = c;
        continue;
      }
      if (p < 0) p = openFor(packing, c, k);
      if (p < 0) continue;
      packing.add(order, c, p);
      break;
    }
    if (opens < 0 || packing.channelOf[order]! >= 0) continue;
    const p = openFor(packing, opens, k);
    if (p >= 0) packing.add(order, opens, p);
  }
  packing.refreshAll();
}
