import type { Plan } from "../../model/plan.js";
import { keyCount } from "../classes.js";
import type { Problem } from "../problem.js";
import type { RelaxationAnswer } from "./answer.js";
import type { Lots } from "./lots.js";
import type { Load } from "./queueTerms.js";
import type { QueuedOrders } from "./slotPrices.js";

/** Orders of a lot on a channel below which they are none. */
const NONE = 1e-6;

/** Loads in a relaxation's answer. */
export function loadsOf(
  { classes }: Problem,
  { lots, relaxed, found }: Pick<RelaxationAnswer, "relaxed" | "found"> & { readonly lots: Lots },
): Load[] {
  const C = classes.channels;
  const keyOrders = relaxed.places.map((keys) => new Float64Array(keys.length));
  const keyPackages = relaxed.places.map((keys) => new Float64Array(keys.length));
  const queues: QueuedOrders[][] = relaxed.places.map(() => []);
  const { cellStart } = relaxed.relaxation;
  for (let lot = 0; lot < lots.count; lot++)
    for (let j = cellStart[lot]!; j < cellStart[lot + 1]!; j++) {
      const c = relaxed.cellChannel[j]!;
      const orders = found.flow[j]!;
      keyOrders[c]![classes.key[lots.classOf[lot]! * C + c]!]! += orders;
      if (orders > NONE)
        queues[c]!.push({ orders, amount: lots.amount[lot]!, weight: classes.weight[lots.classOf[lot]!]! });
    }
  for (const queue of queues) queue.sort(leastForWeight);
  relaxed.packageChannel.forEach((c, t) => {
    if (c < 0) return;
    keyPackages[c]![relaxed.packageKey[t]!]! += found.packages[t]!;
  });
  return keyOrders.map((orders, c) => ({
    orders: orders.reduce((sum, n) => sum + n, 0),
    packages: keyPackages[c]!.reduce((sum, n) => sum + n, 0),
    keyOrders: orders,
    keyPackages: keyPackages[c]!,
    queue: queues[c]!,
  }));
}

/** Loads of a plan. */
export function loadsOfPlan({ contract, classes, orders: table }: Problem, { loads }: Plan): Load[] {
  const C = classes.channels;
  return loads.map(({ orders, packageSizes }, c) => {
    const keyOrders = new Float64Array(keyCount(classes, c));
    const keyPackages = new Float64Array(keyOrders.length);
    const keyOf = (order: number) => classes.key[classes.classOf[order]! * C + c]!;
    const queue = Array.from(orders, (order): QueuedOrders => {
      keyOrders[keyOf(order)]! += 1;
      return { orders: 1, amount: table.amount[order]!, weight: classes.weight[classes.classOf[order]!]! };
    });
    queue.sort(leastForWeight);
    let next = 0;
    for (const size of packageSizes) {
      keyPackages[keyOf(orders[next]!)]! += 1;
      next += size;
    }
    // What waits on a single channel is one order at a time.
    if (contract.channels[c]!.mode === "single") keyPackages.set(keyOrders);
    return {
      orders: orders.length,
      packages: keyPackages.reduce((sum, n) => sum + n, 0),
      keyOrders,
      keyPackages,
      queue,
    };
  });
}

function leastForWeight(a: QueuedOrders, b: QueuedOrders): number {
  return a.amount * b.weight - b.amount * a.weight;
}
