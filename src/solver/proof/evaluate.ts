import { AMOUNT_PRICE_UNIT, LARGEST_WORTH } from "../../model/certificate.js";
import type { CostTotal } from "../../model/money.js";
import { leastVolumeCost } from "../atVolumePrices.js";
import { commonUnit } from "../commonUnit.js";
import type { Problem } from "../problem.js";
import type { PackageCounts } from "../relaxation/relax.js";
import { ANY_VOLUME } from "../volumePrices.js";
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
  if (!addsUp(problem, prices)) return PROVES_NOTHING;
  const pass = new MarginsPass(problem, prices);
  const slices = crew.run(pass);
  let units = slices.reduce((sum, { worth }) => sum + worth, 0n);
  for (let limit = 0; limit < limits.count; limit++) {
    units -= income(prices.limitOrders[limit]!, limits.maxOrders[limit]!, 1n);
    units -= income(prices.limitAmount[limit]!, limits.maxAmount[limit]!, BigInt(AMOUNT_PRICE_UNIT));
    units -= income(prices.limitPackages[limit]!, limits.maxPackages[limit]!, 1n);
  }
  for (let c = 0; c < contract.channels.length; c++) {
    const least = leastVolumeCost(problem, prices, c, counts.volumes?.[c] ?? ANY_VOLUME);
    if (least === null) return null;
    units += least;
    const notes = slices.map(({ margins }) => margins[c]!);
    const profit = new Profit(problem, prices, c, pass.markets[c]!, notes);
    const greatest = profit.greatest(counts.from[c]!, counts.to[c]!);
    if (greatest === "unusable") return PROVES_NOTHING;
    if (greatest === "noSuchCount") return null;
    units -= greatest;
  }
  return ceilDivide(units, BigInt(prices.scale) * step) * step;
}

/** Whether prices of volume leave all that an order could be paid far within what doubles hold. */
function addsUp({ orders, contract }: Problem, { volume }: ProofPrices): boolean {
  return contract.channels.every((channel, c) => {
    const price = -volume.unit[c]!;
    if (price <= 0) return true;
    const most =
      channel.volume?.unit === "amount"
        ? orders.amount.reduce((greatest, amount) => Math.max(greatest, amount), 0) / AMOUNT_PRICE_UNIT
        : 1;
    return price * most < LARGEST_WORTH / 2;
  });
}

function income(price: number, room: number, unit: bigint): bigint {
  return price === 0 ? 0n : (BigInt(price) * BigInt(room) + unit - 1n) / unit;
}

/** The greatest number of cost units that divides every plan's cost: 1 where waiting costs. */
export function commonStep(problem: Problem): bigint {
  return problem.contract.objective.delayCostPerOrderHour > 0 ? 1n : BigInt(commonUnit(problem));
}
