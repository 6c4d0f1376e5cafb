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
  for (const queue of queues) queue.sort((a, b) => a.amount * b.weight - b.amount * a.weight);
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
