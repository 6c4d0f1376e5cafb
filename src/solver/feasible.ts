import type { Plan } from "../model/plan.js";
import { leaveTimes, singleLeaveTime } from "../model/queue.js";
import { usageOf } from "./limits.js";
import type { Problem } from "./problem.js";
import { holdTwins } from "./twins.js";

/**
 * Whether a plan keeps every rule, so far as the solver needs to know to discard what an engine got wrong. The word
 * on a plan that is delivered is `src/check`'s.
 */
export function isFeasible(problem: Problem, plan: Plan): boolean {
  const { contract, orders, classes, limits } = problem;
  const C = classes.channels;
  const seen = new Uint8Array(orders.count);
  for (let c = 0; c < C; c++) {
    const { queue, package: terms, mode } = contract.channels[c]!;
    const load = plan.loads[c]!;
    for (const order of load.orders) {
      const k = classes.classOf[order]!;
      if (k < 0 || seen[order] === 1 || classes.charge[k * C + c]! < 0) return false;
      seen[order] = 1;
    }
    if (mode === "single") {
      // As in a plan of another contract, by which the channel takes packages.
      if (load.packageSizes.length > 0) return false;
      for (let i = 0; i < load.orders.length; i++) {
        const leave = singleLeaveTime(queue, i);
        if (leave > queue.cutOff || leave + queue.result > classes.due[classes.classOf[load.orders[i]!]!]!)
          return false;
      }
      continue;
    }
    const twins = classes.twins[c]!;
    const leave = leaveTimes(queue, load.packageSizes);
    let next = 0;
    for (let p = 0; p < leave.length; p++) {
      const size = load.packageSizes[p]!;
      if (size < terms.minOrders || size > terms.maxOrders || leave[p]! > queue.cutOff) return false;
      let amount = 0;
      const key = classes.key[classes.classOf[load.orders[next]!]! * C + c]!;
      for (const end = next + size; next < end; next++) {
        const order = load.orders[next]!;
        const k = classes.classOf[order]!;
        amount += orders.amount[order]!;
        if (classes.key[k * C + c] !== key || leave[p]! + queue.result > classes.due[k]!) return false;
      }
      if (amount > terms.maxAmount) return false;
      if (twins !== null && holdTwins(twins, load.orders.subarray(next - size, next))) return false;
    }
    if (next !== load.orders.length) return false;
  }
  const usage = usageOf(limits, orders, classes, plan);
  for (let l = 0; l < limits.count; l++) {
    if (usage.orders[l]! > limits.maxOrders[l]! || usage.amount[l]! > limits.maxAmount[l]!) return false;
    if (usage.packages[l]! > limits.maxPackages[l]!) return false;
  }
  return true;
}
