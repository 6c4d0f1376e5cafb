import type { PackageTerms } from "../../model/contract.js";
import type { CostTotal } from "../../model/money.js";
import type { Plan } from "../../model/plan.js";
import { delayCost, type PlanCost, pricePlan } from "../cost.js";
import { type Usage, usageOf } from "../limits.js";
import { packageFee } from "../packageFee.js";
import type { Problem } from "../problem.js";
import { comparePlaces, OpenPackages, type PlaceCost } from "./openPackages.js";
import { type Placed, placedOf } from "./placed.js";
import { VolumeChanges } from "./volumeChanges.js";
import { PackageWaits, SingleWaits, type WaitChange } from "./waits.js";

/** What may stand in the way of an order on a channel that could take it alone. */
export interface Obstacles {
  /** Limits of the channel, its rule and its quotas. */
  readonly limits: boolean;
  /** `maxOrders` and `maxAmount` of the packages that there are. */
  readonly places: boolean;
  /** `uniqueBy`: orders of the same values in the packages that there are. */
  readonly twins: boolean;
  /** `minOrders` of a further package. */
  readonly minimum: boolean;
  readonly cutOff: boolean;
  /** The order's own. */
  readonly dueBy: boolean;
}

export const NO_OBSTACLE: Obstacles = {
  limits: false,
  places: false,
  twins: false,
  minimum: false,
  cutOff: false,
  dueBy: false,
};

/** A place for one more order on a channel. */
export interface Spot {
  readonly channel: number;
  /** Of the channel's sequence: one of the plan's, or the next after them; -1 at the end of a single channel's queue. */
  readonly package: number;
  /** Whether the package would be a further one. */
  readonly opens: boolean;
}

/** A limit that keeps an order from a place. */
export interface BrokenLimit {
  /** As the problem numbers them; null: of the package. */
  readonly limit: number | null;
  readonly field: "maxOrders" | "maxAmount" | "maxPackages";
  /** Orders, minor units or packages without the order, and the most that there may be. */
  readonly used: number;
  readonly most: number;
}

/** What becomes of a plan's cost when one order goes elsewhere and all else stays; see docs/explain.md. Exact. */
export interface Change {
  /** Sum of the other five, in cost units; below 0 where the plan would be cheaper. */
  readonly objective: CostTotal;
  readonly charge: CostTotal;
  readonly packageFees: CostTotal;
  readonly delay: CostTotal;
  readonly volume: CostTotal;
  readonly penalty: CostTotal;
  /** Microseconds that all orders together wait longer. */
  readonly waiting: bigint;
  readonly packages: number;
}

/** What becomes of one channel's delay cost, and of its orders' waiting in microseconds. */
interface QueueChange {
  readonly delay: CostTotal;
  readonly waiting: bigint;
}

/**
 * Moves of single orders in a finished plan: into a package that has room, into a further package at the end of the
 * sequence, to the end of a single channel's queue, or off all channels. Limits and queues are worked out again for each.
 */
export class SingleMoves {
  readonly placed: Placed;
  readonly cost: PlanCost;
  readonly usage: Usage;
  readonly #problem: Problem;
  readonly #waits: readonly (PackageWaits | SingleWaits)[];
  readonly #volumes: VolumeChanges;
  /** By channel and what does not count. */
  readonly #open: (OpenPackages | undefined)[] = [];
  /** `[channel]`, by weight, `[package + 1]`. */
  readonly #joins: Map<number, QueueChange[]>[] = [];
  #lastLeft: (QueueChange & { readonly order: number }) | undefined;

  /** @param plan one that keeps every rule */
  constructor(
    problem: Problem,
    readonly plan: Plan,
  ) {
    const { contract, orders, classes, limits } = problem;
    this.#problem = problem;
    this.placed = placedOf(plan, orders.count);
    this.cost = pricePlan(contract, orders, classes, plan);
    this.usage = usageOf(limits, orders, classes, plan);
    this.#volumes = new VolumeChanges(problem, plan, this.cost);
    const weightOf = (order: number) => classes.weight[classes.classOf[order]!]!;
    this.#waits = plan.loads.map(({ orders: members, packageSizes }, c) => {
      const { mode, queue } = contract.channels[c]!;
      if (mode === "single") return new SingleWaits(queue, Float64Array.from(members, weightOf));
      let next = 0;
      const weight = Array.from(packageSizes, (size) => {
        let sum = 0n;
        for (const end = next + size; next < end; next++) sum += BigInt(weightOf(members[next]!));
        return sum;
      });
      return new PackageWaits(queue, packageSizes, weight);
    });
  }

  /** Whether the rest of its package would be too small without an order. */
  isNeeded(order: number): boolean {
    const c = this.placed.channel[order]!;
    const channel = this.#problem.contract.channels[c];
    if (channel?.mode !== "batch") return false;
    const size = this.plan.loads[c]!.packageSizes[this.placed.place[order]!]!;
    return size > 1 && size - 1 < channel.package.minOrders;
  }

  /**
   * The cheapest place for an order on a channel other than its own that could take it alone; null where there is none.
   * Among equally cheap ones the one where less is waited.
   *
   * @param without obstacles that do not count
   */
  spot(order: number, c: number, without: Obstacles = NO_OBSTACLE): Spot | null {
    const { classes, contract } = this.#problem;
    const channel = contract.channels[c]!;
    const k = classes.classOf[order]!;
    if (!without.limits && !this.#hasRoom(order, c)) return null;
    const due = without.dueBy ? Infinity : classes.due[k]!;
    const waits = this.#waits[c]!;
    const cutOff = without.cutOff ? Infinity : channel.queue.cutOff;
    const endsInTime = waits.newLeave <= cutOff && waits.newFinish <= due;
    if (waits instanceof SingleWaits) return endsInTime ? { channel: c, package: -1, opens: false } : null;
    const join = this.#join(order, c, without);
    const mayOpen =
      endsInTime &&
      (without.limits || this.#mayOpen(order, c)) &&
      (without.minimum || channel.package.minOrders <= 1);
    if (!mayOpen) return join;
    const open: Spot = { channel: c, package: waits.leave.length, opens: true };
    if (join === null) return open;
    const [openCost, joinCost] = [open, join].map((spot) => this.#placeCost(spot, classes.weight[k]!));
    return comparePlaces(openCost!, joinCost!) < 0 ? open : join;
  }

  /** Whether some package of another batch channel has room for an order. */
  mayJoin(order: number, c: number): boolean {
    return this.#hasRoom(order, c) && this.#join(order, c, NO_OBSTACLE) !== null;
  }

  /** The cheapest package that there is, limits of the channel aside. */
  #join(order: number, c: number, without: Obstacles): Spot | null {
    const { classes, orders } = this.#problem;
    const k = classes.classOf[order]!;
    const joined = this.#openOn(c, without).best({
      key: classes.key[k * classes.channels + c]!,
      weight: classes.weight[k]!,
      due: without.dueBy ? Infinity : classes.due[k]!,
      amount: orders.amount[order]!,
      twin: without.twins ? -1 : (classes.twins[c]?.of[order] ?? -1),
    });
    return joined < 0 ? null : { channel: c, package: joined, opens: false };
  }

  /** The limits that an order in that place would break, those of the package last. */
  brokenBy(order: number, { channel: c, package: p, opens }: Spot): BrokenLimit[] {
    const { limits, orders, contract } = this.#problem;
    const { usage } = this;
    const amount = orders.amount[order]!;
    const broken: BrokenLimit[] = [];
    /** @param more what the order adds */
    const look = (more: number, known: BrokenLimit) => {
      if (known.used + more > known.most) broken.push(known);
    };
    for (const limit of this.#limitsOf(order, c)) {
      if (this.#fits(order, limit, amount)) continue;
      look(1, { limit, field: "maxOrders", used: usage.orders[limit]!, most: limits.maxOrders[limit]! });
      look(amount, { limit, field: "maxAmount", used: usage.amount[limit]!, most: limits.maxAmount[limit]! });
    }
    if (opens) {
      for (const limit of limits.ofChannel[c]!)
        if (!this.#fitsPackage(order, limit))
          look(1, {
            limit,
            field: "maxPackages",
            used: usage.packages[limit]!,
            most: limits.maxPackages[limit]!,
          });
    } else if (p >= 0) {
      const { maxOrders, maxAmount } = contract.channels[c]!.package;
      const inside = this.#openOn(c, { ...NO_OBSTACLE, places: true }).amountOf(p);
      const size = this.plan.loads[c]!.packageSizes[p]!;
      look(1, { limit: null, field: "maxOrders", used: size, most: maxOrders });
      look(amount, { limit: null, field: "maxAmount", used: inside, most: maxAmount });
    }
    return broken;
  }

  /** What it comes to when an order goes to a place on another channel, or off all of them (null). */
  change(order: number, spot: Spot | null): Change {
    const { classes, contract } = this.#problem;
    const k = classes.classOf[order]!;
    const weight = classes.weight[k]!;
    const from = this.placed.channel[order]!;
    const chargeOn = (c: number) => BigInt(classes.charge[k * classes.channels + c]!);
    const penalty = BigInt(classes.penalty[k]!);
    let [charge, packageFees, delay, volume, waiting, packages, penalties] = [0n, 0n, 0n, 0n, 0n, 0, 0n];
    if (from < 0) penalties -= penalty;
    else {
      const left = this.#left(order, from, weight);
      charge -= chargeOn(from);
      delay += left.delay;
      volume += this.#volumes.change(order, from, -1);
      waiting += left.waiting;
      const size = this.plan.loads[from]!.packageSizes[this.placed.place[order]!] ?? 1;
      packageFees += feeChange(contract.channels[from]!.package, size, size - 1);
      if (this.#vanishes(order)) packages -= 1;
    }
    if (spot === null) penalties += penalty;
    else {
      const joined = this.#joined(spot, weight);
      charge += chargeOn(spot.channel);
      delay += joined.delay;
      volume += this.#volumes.change(order, spot.channel, 1);
      waiting += joined.waiting;
      packageFees += this.#joiningFee(spot);
      if (spot.opens) packages += 1;
    }
    const objective = charge + packageFees + delay + volume + penalties;
    return { objective, charge, packageFees, delay, volume, penalty: penalties, waiting, packages };
  }

  #openOn(c: number, { cutOff, places }: Obstacles): OpenPackages {
    const at = 4 * c + 2 * Number(cutOff) + Number(places);
    const waits = this.#waits[c] as PackageWaits;
    this.#open[at] ??= new OpenPackages(this.#problem, c, this.plan.loads[c]!, {
      waits,
      costOf: (p, weight) => this.#placeCost({ channel: c, package: p, opens: false }, weight),
      without: { cutOff, places },
    });
    return this.#open[at];
  }

  /** What a place costs its channel, charges aside; the same for all orders of a weight. */
  #placeCost(spot: Spot, weight: number): PlaceCost {
    const { delay, waiting } = this.#joined(spot, weight);
    return { cost: delay + this.#joiningFee(spot), waiting };
  }

  /** What the package fee of a place grows by; nothing on a single channel, whose terms have none. */
  #joiningFee({ channel: c, package: p }: Spot): CostTotal {
    const size = this.plan.loads[c]!.packageSizes[p] ?? 0;
    return feeChange(this.#problem.contract.channels[c]!.package, size, size + 1);
  }

  /** What joining a place does to its channel's queue; the same for all orders of a weight. */
  #joined({ channel, package: p, opens }: Spot, weight: number): QueueChange {
    this.#joins[channel] ??= new Map();
    let known = this.#joins[channel].get(weight);
    if (known === undefined) {
      known = [];
      this.#joins[channel].set(weight, known);
    }
    const waits = this.#waits[channel]!;
    known[p + 1] ??= this.#cost(
      channel,
      waits instanceof SingleWaits || opens ? waits.open(weight) : waits.join(p, weight),
    );
    return known[p + 1]!;
  }

  /** What leaving its place does to its channel's queue; asked of one order many times in a row. */
  #left(order: number, from: number, weight: number): QueueChange {
    if (this.#lastLeft?.order !== order) {
      const wait = this.#waits[from]!.quit(this.placed.place[order]!, weight);
      this.#lastLeft = { order, ...this.#cost(from, wait) };
    }
    return this.#lastLeft;
  }

  /** What more waiting costs on a channel, whose delay cost is rounded up as a whole. */
  #cost(c: number, { weighted, waiting }: WaitChange): QueueChange {
    const { delayCostPerOrderHour } = this.#problem.contract.objective;
    if (delayCostPerOrderHour === 0) return { delay: 0n, waiting };
    const { weightedWait, delay } = this.cost.loads[c]!;
    return { delay: delayCost(delayCostPerOrderHour, weightedWait + weighted) - delay, waiting };
  }

  /** Whether the package is gone that an order leaves. */
  #vanishes(order: number): boolean {
    const load = this.plan.loads[this.placed.channel[order]!];
    return load?.packageSizes[this.placed.place[order]!] === 1;
  }

  /** Limits of orders and amount over a channel and the rule that takes an order there. */
  #limitsOf(order: number, c: number): number[] {
    const { limits, classes } = this.#problem;
    const rule = classes.rule[classes.classOf[order]! * classes.channels + c]!;
    const ofRule = limits.ofRule[c]![rule]!;
    return ofRule < 0 ? Array.from(limits.ofChannel[c]!) : [...limits.ofChannel[c]!, ofRule];
  }

  #hasRoom(order: number, c: number): boolean {
    const { limits, classes, orders } = this.#problem;
    const amount = orders.amount[order]!;
    for (const l of limits.ofChannel[c]!) if (!this.#fits(order, l, amount)) return false;
    const ofRule = limits.ofRule[c]![classes.rule[classes.classOf[order]! * classes.channels + c]!]!;
    return ofRule < 0 || this.#fits(order, ofRule, amount);
  }

  /** Whether a limit has room for an order, which it may hold already where it is now. */
  #fits(order: number, l: number, amount: number): boolean {
    const { limits } = this.#problem;
    if (
      this.usage.orders[l]! + 1 <= limits.maxOrders[l]! &&
      this.usage.amount[l]! + amount <= limits.maxAmount[l]!
    )
      return true;
    // A rule's limit is of one channel, and an order comes from another one.
    const from = this.placed.channel[order]!;
    return from >= 0 && limits.ofChannel[from]!.includes(l);
  }

  #mayOpen(order: number, c: number): boolean {
    for (const l of this.#problem.limits.ofChannel[c]!) if (!this.#fitsPackage(order, l)) return false;
    return true;
  }

  #fitsPackage(order: number, l: number): boolean {
    const { limits } = this.#problem;
    if (this.usage.packages[l]! + 1 <= limits.maxPackages[l]!) return true;
    const from = this.placed.channel[order]!;
    return from >= 0 && limits.ofChannel[from]!.includes(l) && this.#vanishes(order);
  }
}

/** What a package's fee grows by where its orders change in number; a package of none is gone. */
function feeChange(terms: PackageTerms, from: number, to: number): CostTotal {
  const feeOf = (orders: number) => (orders === 0 ? 0n : packageFee(terms, orders));
  return feeOf(to) - feeOf(from);
}
