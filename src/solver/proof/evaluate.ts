import { AMOUNT_PRICE_UNIT, LARGEST_WORTH } from "../../model/certificate.js";
import { type CostTotal, ExactSum } from "../../model/money.js";
import { commonUnit } from "../commonUnit.js";
import type { Problem } from "../problem.js";
import type { PackageCounts } from "../relaxation/relax.js";
import { ceilDivide } from "./exact.js";
import { Market } from "./market.js";
import type { ProofPrices } from "./prices.js";

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
): CostTotal | null {
  const { contract, classes, limits } = problem;
  const C = classes.channels;
  const markets = contract.channels.map((_, c) => new Market(problem, prices, c));
  const total = new ExactSum();
  const { worth } = prices;
  /** Lets so many orders of a class, alike in all that counts, choose. */
  const choose = (k: number, amount: number, count: number, own: number) => {
    let least = Math.min(LARGEST_WORTH, prices.scale * classes.penalty[k]!, own);
    for (let c = 0; c < C; c++) {
      if (classes.charge[k * C + c]! < 0) continue;
      const asked = markets[c]!.visit(k, amount);
      if (asked < least) least = asked;
    }
    const product = least * count;
    if (Number.isSafeInteger(product)) total.add(product);
    else total.addBig(BigInt(least) * BigInt(count));
    for (let c = 0; c < C; c++)
      if (classes.charge[k * C + c]! >= 0) markets[c]!.offer(k, amount, least, count);
  };
  if (markets.some((market) => market.seesAmount)) {
    for (const order of classes.members)
      choose(
        classes.classOf[order]!,
        problem.orders.amount[order]!,
        1,
        worth === null ? Infinity : worth.price[worth.lots.lotOf[order]!]!,
      );
  } else if (worth !== null) {
    for (let lot = 0; lot < worth.lots.count; lot++)
      choose(worth.lots.classOf[lot]!, 0, worth.lots.size[lot]!, worth.price[lot]!);
  } else {
    for (let k = 0; k < classes.count; k++) choose(k, 0, classes.size[k]!, Infinity);
  }
  for (let k = 0; k < classes.count; k++)
    for (let c = 0; c < C; c++) if (classes.charge[k * C + c]! >= 0) markets[c]!.count(k);
  let units = total.total;
  for (let limit = 0; limit < limits.count; limit++) {
    units -= income(prices.limitOrders[limit]!, limits.maxOrders[limit]!, 1n);
    units -= income(prices.limitAmount[limit]!, limits.maxAmount[limit]!, BigInt(AMOUNT_PRICE_UNIT));
    units -= income(prices.limitPackages[limit]!, limits.maxPackages[limit]!, 1n);
  }
  for (let c = 0; c < C; c++) {
    const profit = markets[c]!.profit(counts.from[c]!, counts.to[c]!);
    if (profit === "unusable") return PROVES_NOTHING;
    if (profit === "noSuchCount") return null;
    units -= profit;
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
