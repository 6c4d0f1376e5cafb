import { AMOUNT_PRICE_UNIT } from "../../model/certificate.js";
import type { CostTotal } from "../../model/money.js";
import { commonUnit } from "../commonUnit.js";
import type { Problem } from "../problem.js";
import type { PackageCounts } from "../relaxation/relax.js";
import { alone, type Crew } from "./crew.js";
import { ceilDivide } from "./exact.js";
import { MarginsPass } from "./orderMargins.js";
import type { ProofPrices } from "./prices.js";
import { Profit } from "./profit.js";

/** What prices prove that a checker would refuse: less than any others. Not that no plan has such counts. */
export const PROVES_NOTHING: CostTotal = -(2n ** 128n);

/**
 * Works out exactly what prices prove (docs/certificate.md): the worth of all orders less what limits and channels
 * could make of it, in cost units, rounded up to a whole step of {@link commonStep}. Null where no plan has such counts,
 * {@link PROVES_NOTHING} where the prices are too large to add up exactly.
 */
export function evaluate(
  problem: Problem,
  prices: ProofPrices,
  counts: PackageCounts,
  step: bigint,
  crew: Crew = alone,
): CostTotal | null {
  const { contract, limits } = problem;
  const pass = new MarginsPass(problem, prices);
  const slices = crew.run(pass);
  let units = slices.reduce((sum, { worth }) => sum + worth, 0n);
  for (let limit = 0; limit < limits.count; limit++) {
    units -= income(prices.limitOrders[limit]!, limits.maxOrders[limit]!, 1n);
    units -= income(prices.limitAmount[limit]!, limits.maxAmount[limit]!, BigInt(AMOUNT_PRICE_UNIT));
    units -= income(prices.limitPackages[limit]!, limits.maxPackages[limit]!, 1n);
  }
  for (let c = 0; c < contract.channels.length; c++) {
    const notes = slices.map(({ margins }) => margins[c]!);
    const profit = new Profit(problem, prices, c, pass.markets[c]!, notes);
    const greatest = profit.greatest(counts.from[c]!, counts.to[c]!);
    if (greatest === "unusable") return PROVES_NOTHING;
    if (greatest === "noSuchCount") return null;
    units -= greatest;
  }
  return ceilDivide(units, BigInt(prices.scale) * step) * step;
}

function income(price: number, room: number, unit: bigint): bigint {
  return price === 0 ? 0n : (BigInt(price) * BigInt(room) + unit - 1n) / unit;
}

/** The greatest number of cost units that divides every plan's cost: 1 where waiting costs. */
export function commonStep(problem: Problem): bigint {
  return problem.contract.objective.delayCostPerOrderHour > 0 ? 1n : BigInt(commonUnit(problem));
}
