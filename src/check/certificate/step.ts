import { VOLUME_SCALE } from "../../model/contract.js";
import { greatestCommonDivisor } from "../exact.js";
import type { Instance } from "../instance.js";
import type { Penalties } from "../penalty.js";
import type { Survey } from "../survey.js";

/**
 * The greatest number of cost units of which every plan's cost is a multiple: the greatest common divisor of all
 * charges, penalties, package fees (of a package and of an order in it) and prices of volume where waiting costs nothing,
 * else 1.
 */
export function commonStep(instance: Instance, survey: Survey, penalties: Penalties): bigint {
  const { contract, orders, coverage } = instance;
  if (contract.objective.delayCostPerOrderHour > 0) return 1n;
  let step = 0;
  const include = (value: number) => {
    if (step === 0 || value % step !== 0) step = greatestCommonDivisor(value, step);
  };
  for (const { mode, package: terms, volume, minimumFee } of contract.channels) {
    if (mode === "batch") for (const { fee, perOrder } of terms.feeTiers) [fee, perOrder].forEach(include);
    // Rates of amounts may come to anything.
    if (volume?.unit === "amount") return 1n;
    const parts = [...(volume?.tiers ?? []).map(({ price }) => price), volume?.minimum?.shortfall ?? 0n];
    for (const price of parts) include(Math.abs(Number(price / BigInt(VOLUME_SCALE))));
    if (minimumFee !== null) include(Math.max(0, minimumFee.fee - minimumFee.toDate));
  }
  for (let i = 0; i < orders.count && step !== 1; i++) {
    if (survey.leastCharge[i] === Infinity) continue;
    const fast = penalties.fast(i);
    // A share of a large amount may be a small number that doubles cannot work out.
    const penalty = Number.isNaN(fast) ? Number(penalties.exactly(i)) : fast;
    if (!Number.isSafeInteger(penalty)) return 1n;
    include(penalty);
    for (let c = 0; c < contract.channels.length; c++)
      if (survey.takes.has(i, c)) include(instance.charge(coverage.ruleOf(i, c), i));
  }
  return BigInt(Math.max(1, step));
}
