import type { Problem } from "./problem.js";

/** Greatest common divisor of all charges, package fees and penalties: where waiting is free, every cost is a multiple. */
export function commonUnit(problem: Problem): number {
  const { classes, contract } = problem;
  let unit = 0;
  const take = (value: number) => {
    let [a, b] = [unit, value];
    while (b > 0) [a, b] = [b, a % b];
    unit = a;
  };
  for (let cell = 0; cell < classes.charge.length && unit !== 1; cell++)
    if (classes.charge[cell]! > 0) take(classes.charge[cell]!);
  for (let k = 0; k < classes.count && unit !== 1; k++) take(classes.penalty[k]!);
  for (const channel of contract.channels)
    for (const { fee, perOrder } of channel.package.feeTiers) {
      take(fee);
      take(perOrder);
    }
  return Math.max(1, unit);
}
