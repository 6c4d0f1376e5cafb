import type { Channel, Contract, PackageLimits, Queue } from "../model/contract.js";
import type { OrderTable } from "../model/order.js";
import type { Plan } from "../model/plan.js";
import { holdTime, Lanes } from "../model/queue.js";
import { sharedFloat64, sharedInt32 } from "./classes.js";
import type { Problem } from "./problem.js";

/** What is left to plan once some packages stay as they are. */
export interface Remaining {
  /** With what those packages use taken out of limits, package counts and lanes; the default penalty written out. */
  readonly contract: Contract;
  /** Orders that are in none of them. */
  readonly orders: OrderTable;
  /** `[row of these orders]` row of all orders. */
  readonly rows: Int32Array;
}

/**
 * Takes packages that stay out of a problem. They come first in the queues of their channels.
 *
 * @param sent batch channels only; it must keep every rule by itself
 */
export function remainingInputs({ contract, orders, classes }: Problem, sent: Plan): Remaining {
  const used = usedBy({ contract, orders, classes }, sent);
  const isSent = new Uint8Array(orders.count);
  for (const load of sent.loads) for (const order of load.orders) isSent[order] = 1;
  const rows = Int32Array.from(orders.profile.keys()).filter((order) => isSent[order] === 0);
  const channels = contract.channels.map((channel, c): Channel => {
    const { packageSizes } = sent.loads[c]!;
    if (packageSizes.length === 0) return channel;
    return {
      ...channel,
      coverage: channel.coverage.map((rule, r) => ({
        ...rule,
        limits: less(rule.limits, used.ofRule[c]![r]!),
      })),
      limits: less(channel.limits, used.ofChannel[c]!),
      ...monthAfter(channel, used.ofChannel[c]!),
      queue: behind(channel.queue, packageSizes, rows.length),
    };
  });
  return {
    contract: {
      ...contract,
      // The default follows from all orders, those that were sent among them.
      objective: { ...contract.objective, unroutedPenalty: classes.basePenalty },
      quotas: contract.quotas.map((quota) => ({
        ...quota,
        limits: quota.channels.reduce((left, c) => less(left, used.ofChannel[c]!), quota.limits),
      })),
      channels,
    },
    orders: onlyRows(orders, rows),
    rows,
  };
}

/** The plan of all orders: what was sent, and behind it what was planned of the rest. */
export function withSent(sent: Plan, rest: Plan, { rows }: Remaining): Plan {
  return {
    loads: sent.loads.map((load, c) => {
      const more = rest.loads[c]!;
      const orders = new Int32Array(load.orders.length + more.orders.length);
      orders.set(load.orders);
      orders.set(
        more.orders.map((row) => rows[row]!),
        load.orders.length,
      );
      return { orders, packageSizes: Int32Array.from([...load.packageSizes, ...more.packageSizes]) };
    }),
  };
}

interface Used {
  orders: number;
  /** Minor units; of no account where no limit asks. */
  amount: number;
  packages: number;
  /** Cost units. */
  charges: number;
}

/** The month as it is once that was sent: what comes is charged the difference that it makes to this. */
function monthAfter({ volume, minimumFee }: Channel, sent: Used): Pick<Channel, "volume" | "minimumFee"> {
  const units = volume?.unit === "amount" ? sent.amount : sent.orders;
  return {
    volume: volume === null ? null : { ...volume, toDate: volume.toDate + units },
    minimumFee: minimumFee === null ? null : { ...minimumFee, toDate: minimumFee.toDate + sent.charges },
  };
}

function usedBy({ contract, orders, classes }: Omit<Problem, "limits">, sent: Plan) {
  const nothing = (): Used => ({ orders: 0, amount: 0, packages: 0, charges: 0 });
  const ofChannel = contract.channels.map(nothing);
  const ofRule = contract.channels.map(({ coverage }) => coverage.map(nothing));
  sent.loads.forEach((load, c) => {
    ofChannel[c]!.packages = load.packageSizes.length;
    for (const order of load.orders) {
      const cell = classes.classOf[order]! * classes.channels + c;
      const rule = classes.rule[cell]!;
      for (const used of [ofChannel[c]!, ofRule[c]![rule]!]) {
        used.orders++;
        used.amount += orders.amount[order]!;
        used.charges += classes.charge[cell]!;
      }
    }
  });
  return { ofChannel, ofRule };
}

/** What limits leave; exact, since what was sent is within them and they are safe integers. */
function less<L extends Pick<PackageLimits, "maxOrders" | "maxAmount"> & Partial<PackageLimits>>(
  limits: L,
  { orders, amount, packages }: Used,
): L {
  return {
    ...limits,
    maxOrders: limits.maxOrders - orders,
    maxAmount: limits.maxAmount - amount,
    ...(limits.maxPackages === undefined ? {} : { maxPackages: limits.maxPackages - packages }),
  };
}

/** The queue as it is behind packages that were sent. @param more packages that may come at most */
function behind(queue: Queue, sizes: Int32Array, more: number): Queue {
  const lanes = new Lanes(queue, sizes.length + more);
  for (const size of sizes) lanes.hold(lanes.nextFree + holdTime(queue, size));
  const { free } = lanes;
  const start = free[0]!;
  return { ...queue, start, ...(free.at(-1) === start ? {} : { lanesFree: Array.from(free) }) };
}

function onlyRows({ profiles, profile, amount }: OrderTable, rows: Int32Array): OrderTable {
  const profiled = sharedInt32(rows.length);
  const amounts = sharedFloat64(rows.length);
  rows.forEach((row, i) => {
    profiled[i] = profile[row]!;
    amounts[i] = amount[row]!;
  });
  return { count: rows.length, profiles, profile: profiled, amount: amounts };
}
