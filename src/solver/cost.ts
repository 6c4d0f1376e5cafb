import type { Channel, Contract, PackageTerms } from "../model/contract.js";
import { type CostTotal, ExactSum } from "../model/money.js";
import type { OrderTable } from "../model/order.js";
import type { ChannelLoad, Plan } from "../model/plan.js";
import { leaveTimes, singleLeaveTime } from "../model/queue.js";
import { MICROS_PER_HOUR } from "../model/time.js";
import { billedCharges, type Classes } from "./classes.js";
import { hasFeeTiers, packageFee } from "./packageFee.js";
import { volumeCost, volumeCurves, volumesOf } from "./volume.js";

/** What one channel's load costs and when it is done. */
export interface LoadCost {
  readonly charges: CostTotal;
  /** What the channel bills of them: all, but for what steers a search alone. */
  readonly billed: CostTotal;
  readonly packageFees: CostTotal;
  readonly delay: CostTotal;
  /** Discounts below 0. */
  readonly volume: CostTotal;
  /** Sum of weight (millionths) × delay (µs): the delay cost before it is rounded. */
  readonly weightedWait: bigint;
  /** Sum of the delays of its orders, in microseconds: decides between plans of equal objective. */
  readonly waiting: bigint;
  /** Latest finish since time zero, or null without orders. */
  readonly finishAt: number | null;
}

/** What a plan costs, in cost units. */
export interface PlanCost {
  readonly objective: CostTotal;
  readonly charges: CostTotal;
  readonly packageFees: CostTotal;
  readonly delay: CostTotal;
  readonly volume: CostTotal;
  readonly penalties: CostTotal;
  readonly waiting: bigint;
  readonly packages: number;
  readonly routed: number;
  readonly deferred: number;
  readonly finishAt: number | null;
  /** One for each channel. */
  readonly loads: readonly LoadCost[];
}

/** `weightedWait` is the sum of weight (millionths) × delay (µs); rounded up once for a channel. */
export function delayCost(costPerHour: number, weightedWait: bigint): CostTotal {
  const numerator = BigInt(costPerHour) * weightedWait;
  const denominator = 1_000_000n * BigInt(MICROS_PER_HOUR);
  return (numerator + denominator - 1n) / denominator;
}

function feesOf(terms: PackageTerms, sizes: Int32Array): CostTotal {
  if (!hasFeeTiers(terms) && terms.feeTiers[0]!.perOrder === 0)
    return BigInt(sizes.length) * BigInt(terms.feeTiers[0]!.fee);
  let total = 0n;
  for (const size of sizes) total += packageFee(terms, size);
  return total;
}

/** Prices one channel's load by the contract; see formulation.md (objective). Exact. */
export function priceLoad(
  contract: Contract,
  orders: OrderTable,
  classes: Classes,
  channel: number,
  load: ChannelLoad,
): LoadCost {
  const { mode, queue, package: terms } = contract.channels[channel]!;
  const { classOf, charge, weight, channels } = classes.atVolume?.own ?? classes;
  const charges = new ExactSum();
  for (const order of load.orders) charges.add(charge[classOf[order]! * channels + channel]!);
  const waiting = new ExactSum();
  let weighted = 0n;
  let finishAt: number | null = null;
  if (mode === "batch") {
    const leave = leaveTimes(queue, load.packageSizes);
    let next = 0;
    for (let p = 0; p < load.packageSizes.length; p++) {
      const size = load.packageSizes[p]!;
      const finish = leave[p]! + queue.result;
      const end = next + size;
      if (finish > 0) {
        const weights = new ExactSum();
        for (; next < end; next++) weights.add(weight[classOf[load.orders[next]!]!]!);
        weighted += weights.total * BigInt(finish);
      }
      next = end;
      waiting.addBig(BigInt(size) * BigInt(finish));
      if (finishAt === null || finish > finishAt) finishAt = finish;
    }
  } else {
    const byWeight = new Map<number, ExactSum>();
    for (let i = 0; i < load.orders.length; i++) {
      const finish = singleLeaveTime(queue, i) + queue.result;
      const orderWeight = weight[classOf[load.orders[i]!]!]!;
      let sum = byWeight.get(orderWeight);
      if (sum === undefined) {
        sum = new ExactSum();
        byWeight.set(orderWeight, sum);
      }
      sum.add(finish);
      waiting.add(finish);
      finishAt = finish;
    }
    for (const [orderWeight, sum] of byWeight) weighted += BigInt(orderWeight) * sum.total;
  }
  const billed = billedCharges(classes) === charge ? charges.total : billedFor(load, channel, classes);
  return {
    charges: charges.total,
    packageFees: feesOf(terms, load.packageSizes),
    delay: delayCost(contract.objective.delayCostPerOrderHour, weighted),
    billed,
    volume: volumeOf(contract.channels[channel]!, orders, load, billed),
    weightedWait: weighted,
    waiting: waiting.total,
    finishAt,
  };
}

/** What the channel bills for a load. */
function billedFor({ orders }: ChannelLoad, channel: number, classes: Classes): CostTotal {
  const billed = billedCharges(classes);
  const sum = new ExactSum();
  for (const order of orders) sum.add(billed[classes.classOf[order]! * classes.channels + channel]!);
  return sum.total;
}

/** What the volume of a load costs. */
function volumeOf(channel: Channel, orders: OrderTable, load: ChannelLoad, billed: CostTotal): CostTotal {
  const curves = volumeCurves(channel);
  return curves.length === 0 ? 0n : volumeCost(curves, volumesOf(orders, load, billed));
}

/** Prices a whole plan: the only place that decides what a plan costs. Exact. */
export function pricePlan(contract: Contract, orders: OrderTable, classes: Classes, plan: Plan): PlanCost {
  const loads = plan.loads.map((load, channel) => priceLoad(contract, orders, classes, channel, load));
  const routed = new Uint8Array(orders.count);
  let routedCount = 0;
  for (const load of plan.loads) {
    for (const order of load.orders) routed[order] = 1;
    routedCount += load.orders.length;
  }
  const { penalty } = classes.atVolume?.own ?? classes;
  const penalties = new ExactSum();
  let deferred = 0;
  for (let i = 0; i < orders.count; i++) {
    const k = classes.classOf[i]!;
    if (k < 0 || routed[i] === 1) continue;
    penalties.add(penalty[k]!);
    deferred++;
  }
  const sum = (part: "charges" | "packageFees" | "delay" | "volume" | "waiting") =>
    loads.reduce((total, load) => total + load[part], 0n);
  const [charges, packageFees, delay, volume] = [
    sum("charges"),
    sum("packageFees"),
    sum("delay"),
    sum("volume"),
  ];
  const finishes = loads.flatMap((load) => (load.finishAt === null ? [] : [load.finishAt]));
  return {
    objective: charges + packageFees + delay + volume + penalties.total,
    charges,
    packageFees,
    delay,
    volume,
    penalties: penalties.total,
    waiting: sum("waiting"),
    packages: plan.loads.reduce((total, load) => total + load.packageSizes.length, 0),
    routed: routedCount,
    deferred,
    finishAt: finishes.length === 0 ? null : finishes.reduce((a, b) => Math.max(a, b)),
    loads,
  };
}

/** The contract's order of preference: lower objective, then less total waiting, then fewer packages. */
export function isBetter(a: PlanCost, b: PlanCost): boolean {
  if (a.objective !== b.objective) return a.objective < b.objective;
  if (a.waiting !== b.waiting) return a.waiting < b.waiting;
  return a.packages < b.packages;
}
