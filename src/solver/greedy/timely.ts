import { holdTime, Lanes } from "../../model/queue.js";
import { ownFee } from "../packageFee.js";
import type { Packing } from "./packing.js";
import { largest } from "./select.js";

/**
 * Brings a channel's packages within its cut-off and the due times of their orders: packages that are late are split by
 * due time, the urgent part first, and cut to what the time allows. Packages go in the order of their earliest due
 * time, which is best for lateness on one lane (Jackson 1955).
 *
 * @param worth what it costs more to have an order elsewhere: where not all are in time, those of least worth go
 * @param left gets the orders that have no place in time
 */
export function makeTimely(
  packing: Packing,
  c: number,
  left: number[],
  worth: (order: number) => number = () => 0,
): void {
  if (packing.refresh(c)) return;
  rebuild(packing, c, left, worth);
  dropLate(packing, c, left);
}

/** Orders that are to share a package, most urgent first, and when the first of them is due. */
interface Part {
  readonly orders: readonly number[];
  readonly due: number;
}

/** A channel's packages in time, in sequence, and the orders that found no place in them. */
interface Timetable {
  readonly kept: readonly (readonly number[])[];
  readonly dropped: readonly number[];
}

function rebuild(packing: Packing, c: number, left: number[], worth: (order: number) => number): void {
  const { contract, classes } = packing.problem;
  const channel = contract.channels[c]!;
  const dueOf = (order: number) => classes.due[classes.classOf[order]!]!;
  const members = packing.membersOf(c);
  for (const orders of members) {
    orders.sort((a, b) => {
      const [dueA, dueB] = [dueOf(a), dueOf(b)];
      return dueA < dueB ? -1 : dueA > dueB ? 1 : worth(b) - worth(a) || a - b;
    });
  }
  const lossOf = ({ kept, dropped }: Timetable) =>
    dropped.reduce((sum, order) => sum + worth(order), 0) +
    kept.reduce((sum, orders) => sum + ownFee(channel, orders.length), 0);
  // A package more for the urgent orders is not always worth its fee, or not to be had.
  const split = timetable(packing, c, members, dueOf, worth, true);
  const whole = timetable(packing, c, members, dueOf, worth, false);
  const { kept, dropped } = lossOf(whole) < lossOf(split) ? whole : split;
  for (const orders of members) for (const order of orders) packing.remove(order);
  for (const p of packing.packages[c]!.slice()) packing.close(p);
  for (const orders of kept) packing.openWith(c, orders);
  for (const order of dropped) left.push(order);
}

/** @param mayAdd whether a package may be split, so that there are more of them */
function timetable(
  packing: Packing,
  c: number,
  members: readonly (readonly number[])[],
  dueOf: (order: number) => number,
  worth: (order: number) => number,
  mayAdd: boolean,
): Timetable {
  const { queue, package: terms } = packing.problem.contract.channels[c]!;
  const allowed = packing.usage.packageRoom(c) + members.length;
  const waiting = members.map((orders): Part => ({ orders, due: dueOf(orders[0]!) }));
  const byDue = (a: Part, b: Part) => (a.due < b.due ? -1 : a.due > b.due ? 1 : 0);
  waiting.sort(byDue);
  const kept: (readonly number[])[] = [];
  const dropped: number[] = [];
  const lanes = new Lanes(queue, packing.count[c]!);
  const drop = (orders: readonly number[]) => {
    for (const order of orders) dropped.push(order);
  };
  const putBack = (orders: readonly number[]) => {
    if (orders.length === 0) return;
    const part = { orders, due: dueOf(orders[0]!) };
    let at = 0;
    while (at < waiting.length && byDue(waiting[at]!, part) < 0) at++;
    waiting.splice(at, 0, part);
  };
  for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
    const start = lanes.nextFree;
    const soonest = start + holdTime(queue, 1);
    if (soonest > queue.cutOff || kept.length >= allowed) {
      drop(part.orders);
      continue;
    }
    if (soonest + queue.result > part.due) {
      // Sorted by due time: those that cannot be in time come first.
      const first = part.orders.findIndex((order) => soonest + queue.result <= dueOf(order));
      drop(first < 0 ? part.orders : part.orders.slice(0, first));
      if (first > 0) putBack(part.orders.slice(first));
      continue;
    }
    const leave = start + holdTime(queue, part.orders.length);
    let inside = part.orders;
    if (leave > queue.cutOff || leave + queue.result > part.due) {
      const places = (due: number) =>
        Math.floor((Math.min(queue.cutOff, due - queue.result) - start - queue.perPackage) / queue.perOrder);
      if (mayAdd && kept.length + waiting.length + 1 < allowed) {
        // The urgent part alone leaves sooner; what of it is still too much waits for another lane.
        const finish = Math.min(leave, queue.cutOff) + queue.result;
        const urgent = part.orders.findIndex((order) => dueOf(order) >= finish);
        const group = urgent <= 0 ? part.orders.length : urgent;
        const count = Math.min(group, places(part.due));
        if (count < terms.minOrders) {
          drop(part.orders.slice(0, group));
          putBack(part.orders.slice(group));
          continue;
        }
        inside = part.orders.slice(0, count);
        putBack(part.orders.slice(count));
      } else {
        inside = mostWorth(part.orders, dueOf, worth, places);
        const stays = new Set(inside);
        drop(part.orders.filter((order) => !stays.has(order)));
      }
    }
    if (inside.length < terms.minOrders) {
      drop(inside);
      continue;
    }
    lanes.hold(start + holdTime(queue, inside.length));
    kept.push(inside);
  }
  return { kept, dropped };
}

/** Due times at which a package is tried to finish. */
const FINISHES = 16;

/** Of orders sorted by due time, those that are worth most in one package that is in time for all of them. */
function mostWorth(
  orders: readonly number[],
  dueOf: (order: number) => number,
  worth: (order: number) => number,
  places: (due: number) => number,
): readonly number[] {
  const firsts: number[] = [];
  for (let i = 0; i < orders.length; i++)
    if (i === 0 || dueOf(orders[i]!) !== dueOf(orders[i - 1]!)) firsts.push(i);
  const stride = Math.max(1, Math.ceil(firsts.length / FINISHES));
  let best: readonly number[] = [];
  let most = -1;
  for (let f = 0; f < firsts.length; f += stride) {
    const late = orders.slice(firsts[f]!);
    const values = Float64Array.from(late, worth);
    const chosen = largest(values, Math.max(0, places(dueOf(late[0]!))));
    const value = chosen.reduce((sum, i) => sum + values[i]!, 0);
    // At equal worth the later finish: it leaves room for more.
    if (value < most) continue;
    most = value;
    best = Array.from(chosen.sort(), (i) => late[i]!);
  }
  return best;
}

/** Takes out packages past the cut-off and orders past their due time until the channel is in time. */
function dropLate(packing: Packing, c: number, left: number[]): void {
  const { contract, classes } = packing.problem;
  const { queue, package: terms } = contract.channels[c]!;
  for (let tries = 0; !packing.refresh(c); tries++) {
    const packages = packing.packages[c]!.slice();
    const members = packing.membersOf(c);
    let dropped = 0;
    packages.forEach((p, m) => {
      const finish = packing.finish[p]!;
      const pastCutOff = finish - queue.result > queue.cutOff;
      if (!pastCutOff && finish <= packing.due[p]!) return;
      const inside = members[m]!;
      const out = inside.filter(
        (order) => pastCutOff || tries > 8 || finish > classes.due[classes.classOf[order]!]!,
      );
      for (const order of inside.length - out.length < terms.minOrders ? inside : out) {
        packing.remove(order);
        left.push(order);
        dropped++;
      }
      if (packing.size[p] === 0) packing.close(p);
    });
    packing.refreshDues();
    if (dropped === 0) break;
  }
}
