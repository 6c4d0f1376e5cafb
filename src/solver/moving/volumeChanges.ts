import type { CostTotal } from "../../model/money.js";
import type { Plan } from "../../model/plan.js";
import { billedCharges } from "../classes.js";
import type { PlanCost } from "../cost.js";
import type { Problem } from "../problem.js";
import { type VolumeCurve, type Volumes, volumeCost, volumeCurves, volumesOf } from "../volume.js";

/** What the volumes of a finished plan would cost with one order more or less on a channel. Exact. */
export class VolumeChanges {
  readonly #problem: Problem;
  /** `[channel]` */
  readonly #curves: readonly (readonly VolumeCurve[])[];
  readonly #volumes: readonly Volumes[];
  readonly #cost: readonly CostTotal[];

  /** @param cost of the plan */
  constructor(problem: Problem, plan: Plan, { loads }: PlanCost) {
    this.#problem = problem;
    this.#curves = problem.contract.channels.map(volumeCurves);
    this.#volumes = plan.loads.map((load, c) => volumesOf(problem.orders, load, loads[c]!.billed));
    this.#cost = loads.map(({ volume }) => volume);
  }

  /** @param sign 1 where the order comes to channel c, -1 where it leaves */
  change(order: number, c: number, sign: 1 | -1): CostTotal {
    if (this.#curves[c]!.length === 0) return 0n;
    const { classes, orders: table } = this.#problem;
    const { orders, amount, charges } = this.#volumes[c]!;
    const charge = billedCharges(classes)[classes.classOf[order]! * classes.channels + c]!;
    const by = (value: number) => BigInt(sign * value);
    const after = {
      orders: orders + by(1),
      amount: amount + by(table.amount[order]!),
      charges: charges + by(charge),
    };
    return volumeCost(this.#curves[c]!, after) - this.#cost[c]!;
  }
}
