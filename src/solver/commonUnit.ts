import { VOLUME_SCALE } from "../model/contract.js";
import { billedCharges } from "./classes.js";
import type { Problem } from "./problem.js";

/** Greatest common divisor of all charges and what is billed of them, package fees, penalties and prices of volume: where waiting is free, every cost is a multiple. */
export function commonUnit(problem: Problem): number {
  const { contract } = problem;
  const classes = problem.classes.atVolume?.own ?? problem.classes;
  let unit = 0;
  const take = (value: number) => {
    let [a, b] = [unit, value];
    while (b > 0) [a, b] = [b, a % b];
    unit = a;
  };
  // A minimum fee counts what is billed, which is less than a charge that steers.
  for (const charges of new Set([classes.charge, billedCharges(classes)]))
    for (let cell = 0; cell < charges.length && unit !== 1; cell++)
      if (charges[cell]! > 0) take(charges[cell]!);
  for (let k = 0; k < classes.count && unit !== 1; k++) take(classes.penalty[k]!);
  for (const { package: terms, volume, minimumFee } of contract.channels) {
    for (const { fee, perOrder } of terms.feeTiers) {
      take(fee);
      take(perOrder);
    }
    if (volume?.unit === "amount") return 1;
    for (const { price } of volume?.tiers ?? []) take(unitsOf(price));
    if (volume?.minimum) take(unitsOf(volume.minimum.shortfall));
    if (minimumFee !== null) take(Math.max(0, minimumFee.fee - minimumFee.toDate));
  }
  return Math.max(1, unit);
}

/** A price of an order, which is whole cost units. */
function unitsOf(price: bigint): number {
  return Math.abs(Number(price / BigInt(VOLUME_SCALE)));
}
