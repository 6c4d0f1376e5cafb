import type { SlotPrices } from "../../model/certificate.js";
import { keyCount } from "../classes.js";
import type { Problem } from "../problem.js";
import type { OrderGroups } from "../relaxation/lots.js";
import { noVolumePrices, type VolumePrices } from "../volumePrices.js";

/**
 * One set of prices of a certificate (docs/certificate.md) by index, in whole price units. What it proves does not
 * depend on where the prices come from.
 */
export interface ProofPrices {
  /** Price units in a cost unit. */
  readonly scale: number;
  /** `[channel][key]` price of a place, Infinity for none; null for a channel without any. */
  readonly place: readonly (Float64Array | null)[];
  /** `[channel][key]` for `AMOUNT_PRICE_UNIT` minor units of package amount. */
  readonly amount: readonly Float64Array[];
  /** `[channel]` minor units of a step of amount, where contents of packages are worked out; 0 where they are not. */
  readonly contents: Float64Array;
  /** `[limit]` for an order, for `AMOUNT_PRICE_UNIT` minor units, for a package. */
  readonly limitOrders: Float64Array;
  readonly limitAmount: Float64Array;
  readonly limitPackages: Float64Array;
  /** `[channel]` for a package, where its number is at most, or at least, what an answer allows. */
  readonly mostPackages: Float64Array;
  readonly leastPackages: Float64Array;
  /** `[channel]` */
  readonly slots: readonly (ChannelSlots | null)[];
  readonly laneOrders: Int32Array;
  readonly packageOrders: Int32Array;
  readonly volume: VolumePrices;
  /** What orders are worth at most, by lot; null where channels' prices alone say it. */
  readonly worth: { readonly lots: OrderGroups; readonly price: Float64Array } | null;
}

export interface ChannelSlots {
  readonly per: "place" | "package";
  readonly prices: readonly SlotPrices[];
}

/** All prices zero: every order pays at least its least charge. */
export function zeroPrices({ classes, limits }: Problem): ProofPrices {
  const C = classes.channels;
  const keys = Array.from({ length: C }, (_, c) => keyCount(classes, c));
  return {
    scale: 1,
    place: Array.from(keys, (count) => new Float64Array(count)),
    amount: Array.from(keys, (count) => new Float64Array(count)),
    contents: new Float64Array(C),
    limitOrders: new Float64Array(limits.count),
    limitAmount: new Float64Array(limits.count),
    limitPackages: new Float64Array(limits.count),
    mostPackages: new Float64Array(C),
    leastPackages: new Float64Array(C),
    slots: Array.from(keys, () => null),
    laneOrders: new Int32Array(C),
    packageOrders: new Int32Array(C),
    volume: noVolumePrices(C),
    worth: null,
  };
}
