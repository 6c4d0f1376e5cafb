import type { ChannelLoad } from "../../model/plan.js";
import { pricePlan } from "../cost.js";
import { isFeasible } from "../feasible.js";
import type { PricedPlan } from "../greedy/greedy.js";
import { loadOf } from "../interpret.js";
import { leastOwnFee, orderFeeOf } from "../packageFee.js";
import type { Problem } from "../problem.js";
import type { WholeLots } from "../relaxation/lots.js";
import type { RelaxedProblem } from "../relaxation/relax.js";
import { countsSayAll } from "./reach.js";

/** A plan that counts of orders come to. */
export interface RoundedPlan {
  /** In cost units, exactly. */
  readonly cost: number;
  /** Works it out order by order. */
  plan(): PricedPlan;
}

/** Plans that a relaxation's flows come to when orders and packages are made whole. Made for problems without delay costs. */
export class Rounding {
  readonly #problem: Problem;
  readonly #lots: WholeLots;
  readonly #relaxed: RelaxedProblem;
  /** Orders of each lot: `#members[#begin[lot] .. #begin[lot + 1]]`, in file order; made when first asked for. */
  #members: Int32Array | null = null;
  readonly #begin: Int32Array;
  /** `[channel][key]` */
  readonly #orders: readonly Float64Array[];
  readonly #whole: Int32Array;
  /** Whether counts of orders and packages say all there is to a plan. */
  readonly #isPlain: boolean;

  /** @param relaxed whose cells the flows are about */
  constructor(problem: Problem, lots: WholeLots, relaxed: RelaxedProblem) {
    this.#problem = problem;
    this.#lots = lots;
    this.#relaxed = relaxed;
    this.#begin = new Int32Array(lots.count + 1);
    for (let lot = 0; lot < lots.count; lot++) this.#begin[lot + 1] = this.#begin[lot]! + lots.size[lot]!;
    this.#orders = relaxed.places.map((keys) => new Float64Array(keys.length));
    this.#whole = new Int32Array(relaxed.cellChannel.length);
    this.#isPlain = countsSayAll(problem);
  }

  /**
   * @param flow `[cell]` orders, fractions included
   * @param best cost units that the plan must go below
   */
  planOf(flow: Float64Array, best: number): RoundedPlan | null {
    this.#round(flow);
    const cost = this.#estimate();
    if (cost >= best - 0.5) return null;
    const whole = this.#whole.slice();
    if (this.#isPlain) return this.#keepsLimits() ? { cost, plan: () => this.#plan(whole) } : null;
    const found = this.#plan(whole);
    if (!isFeasible(this.#problem, found.plan) || Number(found.cost.objective) >= best) return null;
    return { cost: Number(found.cost.objective), plan: () => found };
  }

  #plan(whole: Int32Array): PricedPlan {
    const { contract, orders, classes } = this.#problem;
    const plan = { loads: this.#loads(whole) };
    return { plan, cost: pricePlan(contract, orders, classes, plan) };
  }

  /** Whole orders for each cell; what is left of a lot goes where the largest fractions were, deferral included. */
  #round(flow: Float64Array): void {
    const { cellStart } = this.#relaxed.relaxation;
    const whole = this.#whole;
    const fractions: { cell: number; fraction: number }[] = [];
    for (let lot = 0; lot < this.#lots.count; lot++) {
      let left = this.#lots.size[lot]!;
      let deferred = left;
      fractions.length = 0;
      for (let j = cellStart[lot]!; j < cellStart[lot + 1]!; j++) {
        const count = Math.min(left, Math.max(0, Math.floor(flow[j]! + NEARLY)));
        whole[j] = count;
        left -= count;
        deferred -= flow[j]!;
        const fraction = flow[j]! - count;
        if (fraction > NEARLY) fractions.push({ cell: j, fraction });
      }
      const stay = Math.max(0, Math.floor(deferred + NEARLY));
      left -= stay;
      fractions.push({ cell: -1, fraction: deferred - stay });
      fractions.sort((a, b) => b.fraction - a.fraction || a.cell - b.cell);
      for (const { cell } of fractions) {
        if (left <= 0) break;
        if (cell >= 0) whole[cell]!++;
        left--;
      }
    }
  }

  /** What it would cost at least, were packages as full as places allow. */
  #estimate(): number {
    const { classes, contract } = this.#problem;
    const C = classes.channels;
    const { cellStart } = this.#relaxed.relaxation;
    for (const keys of this.#orders) keys.fill(0);
    let cost = 0;
    for (let lot = 0; lot < this.#lots.count; lot++) {
      const k = this.#lots.classOf[lot]!;
      let left = this.#lots.size[lot]!;
      for (let j = cellStart[lot]!; j < cellStart[lot + 1]!; j++) {
        const c = this.#relaxed.cellChannel[j]!;
        const count = this.#whole[j]!;
        cost += classes.charge[k * C + c]! * count;
        this.#orders[c]![classes.key[k * C + c]!]! += count;
        left -= count;
      }
      cost += classes.penalty[k]! * left;
    }
    contract.channels.forEach((channel, c) => {
      if (channel.mode === "single") return;
      const { maxOrders } = channel.package;
      for (const orders of this.#orders[c]!)
        if (orders > 0)
          cost += orderFeeOf(channel) * orders + leastOwnFee(channel, orders) * Math.ceil(orders / maxOrders);
    });
    return cost;
  }

  /** Whether counts of orders and packages keep all limits of such; enough for plain problems. */
  #keepsLimits(): boolean {
    const { classes, contract, limits } = this.#problem;
    const C = classes.channels;
    const { cellStart } = this.#relaxed.relaxation;
    const orders = new Float64Array(limits.count);
    const packages = new Float64Array(limits.count);
    for (let lot = 0; lot < this.#lots.count; lot++) {
      const k = this.#lots.classOf[lot]!;
      for (let j = cellStart[lot]!; j < cellStart[lot + 1]!; j++) {
        const c = this.#relaxed.cellChannel[j]!;
        const rule = limits.ofRule[c]![classes.rule[k * C + c]!]!;
        for (const limit of limits.ofChannel[c]!) orders[limit]! += this.#whole[j]!;
        if (rule >= 0) orders[rule]! += this.#whole[j]!;
      }
    }
    contract.channels.forEach(({ mode, package: terms }, c) => {
      if (mode === "single") return;
      for (const count of this.#orders[c]!)
        for (const limit of limits.ofChannel[c]!) packages[limit]! += Math.ceil(count / terms.maxOrders);
    });
    return orders.every(
      (count, limit) => count <= limits.maxOrders[limit]! && packages[limit]! <= limits.maxPackages[limit]!,
    );
  }

  #loads(whole: Int32Array): ChannelLoad[] {
    const { cellStart } = this.#relaxed.relaxation;
    const { cellChannel } = this.#relaxed;
    const members = this.#memberTable();
    const count = new Int32Array(this.#relaxed.places.length);
    whole.forEach((orders, j) => {
      count[cellChannel[j]!]! += orders;
    });
    const rows = Array.from(count, (orders) => new Int32Array(orders));
    count.fill(0);
    for (let lot = 0; lot < this.#lots.count; lot++) {
      let next = this.#begin[lot]!;
      for (let j = cellStart[lot]!; j < cellStart[lot + 1]!; j++) {
        const c = cellChannel[j]!;
        rows[c]!.set(members.subarray(next, next + whole[j]!), count[c]!);
        count[c]! += whole[j]!;
        next += whole[j]!;
      }
    }
    return rows.map((orders, c) => this.#load(c, orders));
  }

  #load(c: number, orders: Int32Array): ChannelLoad {
    const { mode, package: terms, queue } = this.#problem.contract.channels[c]!;
    const mixes = mode === "batch" && this.#relaxed.places[c]!.length === 1;
    if (!this.#isPlain || !mixes || queue.perPackage + queue.perOrder > 0)
      return loadOf(this.#problem, c, orders);
    // Any orders may travel together, at any time: as they come.
    const packageSizes: number[] = [];
    for (let left = orders.length; left > 0; left -= terms.maxOrders)
      packageSizes.push(Math.min(left, terms.maxOrders));
    return { orders, packageSizes: Int32Array.from(packageSizes) };
  }

  #memberTable(): Int32Array {
    if (this.#members !== null) return this.#members;
    // Lots that are classes.
    if (this.#lots.count === this.#problem.classes.count) return this.#problem.classes.members;
    const { lotOf } = this.#lots;
    const next = this.#begin.slice();
    const members = new Int32Array(this.#begin[this.#lots.count]!);
    for (let order = 0; order < lotOf.length; order++) {
      const lot = lotOf[order]!;
      if (lot >= 0) members[next[lot]!++] = order;
    }
    this.#members = members;
    return members;
  }
}

const NEARLY = 1e-6;
