import type { CostTotal } from "../model/money.js";
import type { Micros } from "../model/time.js";
import type { Assigned, OrderName } from "./assignments.js";
import { DelaySum } from "./delay.js";
import type { Instance } from "./instance.js";
import type { PackageTable } from "./packages.js";
import { Lanes, packageTakes, singleLeaves } from "./queue.js";
import type { ViolationList } from "./violations.js";

/** What the queues of a plan come to. */
export interface Schedule {
  /** `[channel]` */
  readonly delay: readonly CostTotal[];
  /** `[channel]` when its last order finishes, or -1 where it has none. */
  readonly finish: Float64Array;
}

/** Sends every package and single order through its queue: cut-offs, due times and what the waiting costs. */
export function runQueues(
  instance: Instance,
  assigned: Assigned,
  packages: PackageTable,
  nameOf: OrderName,
  violations: ViolationList,
): Schedule {
  const { contract, orders: table } = instance;
  const { channels, objective } = contract;
  const delays = channels.map(() => new DelaySum());
  const finish = new Float64Array(channels.length).fill(-1);
  let latest = 0;

  channels.forEach(({ id, queue }, c) => {
    const sequence = packages.inSequence[c]!;
    const lanes = new Lanes(queue, sequence.length);
    for (const p of sequence) {
      const orders = packages.orders[p]!;
      const starts = lanes.next;
      packages.starts[p] = starts;
      if (orders === 0) continue;
      const leaves = starts + packageTakes(queue, orders);
      lanes.hold(leaves);
      packages.leaves[p] = leaves;
      packages.finishes[p] = leaves + queue.result;
      delays[c]!.addAll(packages.weight.total(p), leaves + queue.result);
      finish[c] = Math.max(finish[c]!, leaves + queue.result);
      if (leaves > queue.cutOff)
        violations.add(
          "PAST_CUT_OFF",
          "queue.cutOff",
          { package: packages.rows[p]!.package, channel: id },
          () =>
            `Package ${packages.rows[p]!.package} leaves ${id} ${seconds(leaves - queue.cutOff)} after the cut-off.`,
        );
    }
  });

  const ahead = new Float64Array(channels.length);
  for (let row = 0; row < assigned.order.length; row++) {
    const order = assigned.order[row]!;
    if (order < 0) continue;
    const c = assigned.channel[row]!;
    const { id, mode, queue } = channels[c]!;
    let finishes: Micros;
    const p = assigned.package[row]!;
    if (mode === "batch") {
      if (p < 0 || packages.finishes[p]! <= packages.dueBy[p]!) continue;
      finishes = packages.finishes[p]!;
    } else {
      const leaves = singleLeaves(queue, ahead[c]!);
      ahead[c]!++;
      finishes = leaves + queue.result;
      delays[c]!.add(instance.weight(order), finishes);
      if (leaves > queue.cutOff)
        violations.add(
          "PAST_CUT_OFF",
          "queue.cutOff",
          { order, channel: id },
          () => `Order ${nameOf(order)} leaves ${id} ${seconds(leaves - queue.cutOff)} after the cut-off.`,
        );
      if (finishes > finish[c]!) finish[c] = finishes;
    }
    const { dueBy } = table.profiles[table.profile[order]!]!;
    if (finishes > dueBy)
      violations.add(
        "LATE",
        "order.dueBy",
        { order, channel: id, ...(p < 0 ? {} : { package: packages.rows[p]!.package }) },
        () => `Order ${nameOf(order)} finishes on ${id} ${seconds(finishes - dueBy)} after it is due.`,
      );
  }
  for (const moment of finish) latest = Math.max(latest, moment);
  if (latest > Number.MAX_SAFE_INTEGER)
    violations.add(
      "TIME_OUT_OF_RANGE",
      "queue",
      {},
      () => "The plan takes longer than exact time reaches: 285 years.",
    );
  return { delay: delays.map((delay) => delay.cost(objective.delayCostPerOrderHour)), finish };
}

function seconds(micros: Micros): string {
  return `${micros / 1_000_000} s`;
}
