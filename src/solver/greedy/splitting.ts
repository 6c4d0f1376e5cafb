import type { Channel } from "../../model/contract.js";
import { holdTime } from "../../model/queue.js";
import { leastOwnFee } from "../packageFee.js";
import { bestOtherPlace, putOn, takeOut } from "./moves.js";
import type { Packing } from "./packing.js";
import { largest } from "./select.js";
import { makeTimely } from "./timely.js";
import type { Trials } from "./trials.js";

/**
 * How many packages so many orders of a channel best travel in, where hold times grow with orders: few cost less in
 * fees, many finish sooner. With k even packages in a lane of n orders the fees and delays are
 *
 *     k · fee + rate · weight · (perOrder · n² · (1 + 1/k) + perPackage · n · (k + 1)) / 2
 *
 * which is least where its derivative is 0.
 *
 * @param rate cost units for one order waiting a microsecond
 */
export function packagesByDelay(channel: Channel, orders: number, rate: number): number {
  const { queue } = channel;
  if (rate <= 0 || queue.perOrder === 0 || orders === 0) return 1;
  const inLane = orders / queue.lanes;
  const each = leastOwnFee(channel, orders) + (rate * queue.perPackage * inLane) / 2;
  const inEach = each <= 0 ? orders : Math.sqrt((rate * queue.perOrder * inLane * inLane) / (2 * each));
  return Math.max(1, Math.min(orders, Math.round(inEach) * queue.lanes));
}

/** Spreads the orders of a key on a channel over more packages where they then finish so much sooner. Returns how often. */
export function splitPackages(trials: Trials): number {
  const { packing } = trials;
  let splits = 0;
  packing.problem.contract.channels.forEach((channel, c) => {
    if (!paysToSplit(packing, c)) return;
    for (const key of new Set(packing.packages[c]!.map((p) => packing.key[p]!))) {
      for (let step = channel.queue.lanes; step >= 1 && !trials.shouldStop(); ) {
        if (trials.attempt(() => spreadOver(packing, c, key, step))) {
          splits++;
          step *= 2;
        } else step = step > 1 ? step >> 1 : 0;
      }
    }
  });
  return splits;
}

function paysToSplit(packing: Packing, c: number): boolean {
  const channel = packing.problem.contract.channels[c]!;
  if (packing.delay[c]! <= leastOwnFee(channel, Infinity) || !packing.usage.hasPackageRoom(c)) return false;
  const rate = packing.rate * packing.meanWeight(c);
  return packagesByDelay(channel, packing.count[c]!, rate) > packing.packages[c]!.length;
}

/** Puts the orders of a key into so many more packages, evenly and most urgent first. */
function spreadOver(packing: Packing, c: number, key: number, more: number): boolean {
  const { classes, contract } = packing.problem;
  const { package: terms } = contract.channels[c]!;
  if (packing.usage.packageRoom(c) < more) return false;
  const packages = packing.packages[c]!.filter((p) => packing.key[p] === key);
  const rows: number[] = [];
  for (let i = 0; i < packing.channelOf.length; i++) {
    if (packing.channelOf[i] === c && packing.key[packing.packageOf[i]!] === key) rows.push(i);
  }
  const count = packages.length + more;
  if (rows.length < count * terms.minOrders) return false;
  const { due, weight, classOf } = classes;
  rows.sort((a, b) => {
    const [ka, kb] = [classOf[a]!, classOf[b]!];
    return due[ka]! < due[kb]! ? -1 : due[ka]! > due[kb]! ? 1 : weight[kb]! - weight[ka]! || a - b;
  });
  for (const order of rows) packing.remove(order);
  for (const p of packages) packing.close(p);
  for (let part = 0; part < count; part++) {
    const [from, to] = [
      Math.floor((part * rows.length) / count),
      Math.floor(((part + 1) * rows.length) / count),
    ];
    const p = packing.openWith(c, rows.slice(from, to));
    if (packing.size[p]! > terms.maxOrders || packing.amount[p]! > terms.maxAmount) return false;
  }
  return true;
}

/**
 * Gives the orders that are due before a channel's packages finish a package of their own, ahead of the others; what is
 * late then leaves. Returns how often that pays.
 */
export function openUrgent(trials: Trials): number {
  const { packing } = trials;
  const { contract, classes } = packing.problem;
  if (!classes.due.some((due) => due < Infinity)) return 0;
  let opened = 0;
  contract.channels.forEach((channel, c) => {
    if (channel.mode !== "batch" || packing.packages[c]!.length === 0) return;
    for (const key of new Set(packing.packages[c]!.map((p) => packing.key[p]!))) {
      if (trials.shouldStop()) return;
      if (trials.attempt(() => openAhead(packing, c, key))) opened++;
    }
  });
  return opened;
}

function openAhead(packing: Packing, c: number, key: number): boolean {
  const { classes, contract, orders } = packing.problem;
  const { package: terms, queue } = contract.channels[c]!;
  const { charge, due, weight, classOf, channels, rule } = classes;
  if (!packing.usage.hasPackageRoom(c)) return false;
  const soonest = queue.start + holdTime(queue, Math.max(1, terms.minOrders)) + queue.result;
  const rows: number[] = [];
  const gains: number[] = [];
  for (let i = 0; i < orders.count; i++) {
    const k = classOf[i]!;
    if (k < 0 || packing.channelOf[i] === c || due[k]! < soonest || due[k] === Infinity) continue;
    const units = charge[k * channels + c]!;
    if (units < 0 || classes.key[k * channels + c] !== key) continue;
    const gain = packing.costAt(i) - units - packing.orderFee[c]! - packing.rate * weight[k]! * soonest;
    if (gain <= 0) continue;
    rows.push(i);
    gains.push(gain);
  }
  if (rows.length === 0) return false;
  const p = packing.open(c, key);
  let earliest = Infinity;
  const put = (order: number): void => {
    const k = classOf[order]!;
    const first = Math.min(earliest, due[k]!);
    const finish =
      queue.start + holdTime(queue, Math.max(packing.size[p]! + 1, terms.minOrders)) + queue.result;
    const amount = orders.amount[order]!;
    if (
      finish > first ||
      packing.size[p]! >= terms.maxOrders ||
      packing.amount[p]! + amount > terms.maxAmount ||
      packing.holdsTwin(p, c, order)
    )
      return;
    const from = packing.channelOf[order]!;
    if (from >= 0) takeOut(packing, order);
    if (packing.usage.hasRoom(c, rule[k * channels + c]!, amount)) {
      packing.add(order, c, p);
      earliest = first;
    } else if (from >= 0) putOn(packing, order, from, true);
  };
  for (const which of largest(gains, terms.maxOrders)) put(rows[which]!);
  if (packing.size[p]! < terms.minOrders) {
    // The channel's other packages lend what lacks.
    for (let i = 0; i < orders.count && packing.size[p]! < terms.minOrders; i++) {
      const source = packing.packageOf[i]!;
      if (packing.channelOf[i] !== c || source === p || packing.key[source] !== key) continue;
      if (packing.size[source]! > terms.minOrders) put(i);
    }
  }
  if (packing.size[p]! < Math.max(1, terms.minOrders)) return false;
  packing.refreshDues();
  const left: number[] = [];
  makeTimely(packing, c, left, (order) => bestOtherPlace(packing, order).cost - packing.costAt(order));
  for (const order of left) {
    const place = bestOtherPlace(packing, order);
    if (place.channel >= 0) putOn(packing, order, place.channel, true);
  }
  return true;
}
