import { AMOUNT_PRICE_UNIT, LARGEST_WORTH } from "../../model/certificate.js";
import { scaleFor } from "../proof/fromRelaxation.js";
import { type ProofPrices, zeroPrices } from "../proof/prices.js";
import { noVolumePrices } from "../volumePrices.js";
import { AMOUNT_UNIT, type PackingModel } from "./model.js";
import type { Duals } from "./pricing.js";

/**
 * Duals as whole prices that a certificate can state. Worths are rounded down: what no package could gain by before, it
 * cannot gain by then.
 */
export function pricesOf({ problem, channels, sides, lots }: PackingModel, duals: Duals): ProofPrices {
  const { contract, limits } = problem;
  const C = contract.channels.length;
  const scale = scaleFor(problem);
  const limitOrders = new Float64Array(limits.count);
  const limitAmount = new Float64Array(limits.count);
  const limitPackages = new Float64Array(limits.count);
  sides.forEach(({ counts, limit }, side) => {
    if (limit < 0) return;
    const price = Math.max(0, -duals.side[side]! * scale);
    const whole = (value: number) => Math.min(LARGEST_WORTH, Math.round(value));
    if (counts === "orders") limitOrders[limit] = whole(price);
    else if (counts === "packages") limitPackages[limit] = whole(price);
    else limitAmount[limit] = whole(price * (AMOUNT_PRICE_UNIT / AMOUNT_UNIT));
  });
  return {
    scale,
    place: contract.channels.map(() => null),
    amount: zeroPrices(problem).amount,
    contents: Float64Array.from(channels, ({ unit }) => unit),
    limitOrders,
    limitAmount,
    limitPackages,
    mostPackages: new Float64Array(contract.channels.length),
    leastPackages: new Float64Array(contract.channels.length),
    slots: contract.channels.map(() => null),
    laneOrders: new Int32Array(C),
    packageOrders: new Int32Array(C),
    volume: noVolumePrices(C),
    worth: {
      lots,
      price: Float64Array.from(duals.lot, (dual) =>
        Math.min(LARGEST_WORTH, Math.max(0, Math.floor(dual * scale))),
      ),
    },
  };
}
