import type { PackageTerms } from "../model/contract.js";
import type { CostTotal, CostUnits } from "../model/money.js";

/** The fee of a package of so many orders: the tier that these are in decides for all of them. */
export function packageFee({ feeTiers }: PackageTerms, orders: number): CostTotal {
  const { fee, perOrder } = feeTiers.find(({ upTo }) => orders <= upTo)!;
  return BigInt(fee) + BigInt(perOrder) * BigInt(orders);
}

/** What each order of a package pays in every tier. */
export function leastPerOrder({ feeTiers }: PackageTerms): CostUnits {
  return Math.min(...feeTiers.map(({ perOrder }) => perOrder));
}
