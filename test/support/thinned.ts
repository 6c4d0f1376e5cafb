import type { Plan } from "../../src/model/plan.js";
import type { Problem } from "../../src/solver/problem.js";

/** A plan with some of its packages and orders taken out, which makes nothing late. */
export function thinned({ contract }: Problem, plan: Plan, keep: (order: number) => boolean): Plan {
  return {
    loads: plan.loads.map(({ orders, packageSizes }, c) => {
      const { mode, package: terms } = contract.channels[c]!;
      if (mode === "single") return { orders: orders.filter(keep), packageSizes };
      const packages = packagesOf(orders, packageSizes)
        .map((inside) => inside.filter(keep))
        .filter((inside) => inside.length >= terms.minOrders);
      return {
        orders: Int32Array.from(packages.flat()),
        packageSizes: Int32Array.from(packages, (inside) => inside.length),
      };
    }),
  };
}

/** The orders of each package, in sequence. */
export function packagesOf(orders: Int32Array, sizes: Int32Array): number[][] {
  let next = 0;
  return Array.from(sizes, (size) => {
    next += size;
    return Array.from(orders.subarray(next - size, next));
  });
}
