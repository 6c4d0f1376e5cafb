import { AMOUNT_PRICE_UNIT, LARGEST_WORTH } from "../../model/certificate.js";
import type { Problem } from "../problem.js";
import type { RelaxationAnswer } from "../relaxation/answer.js";
import type { InteriorPointResult } from "../relaxation/interiorPoint.js";
import type { Lots } from "../relaxation/lots.js";
import type { ChannelQueueTerms } from "../relaxation/queueTerms.js";
import type { RelaxedProblem } from "../relaxation/relax.js";
import { meanShares } from "../relaxation/shares.js";
import type { ChannelSlots, ProofPrices } from "./prices.js";

/** Finest price unit: a thousandth of a cost unit. */
const FINEST_SCALE = 1000;

/** Turns the duals of a relaxation into whole prices that a certificate can state. */
export function pricesOf(problem: Problem, { lots, relaxed, found, queue }: RelaxationAnswer): ProofPrices {
  const { contract } = problem;
  const scale = scaleFor(problem);
  const unit = relaxed.costUnit * scale;
  const whole = (price: number) => Math.min(LARGEST_WORTH, Math.max(0, Math.round(price)));
  const rowPrice = (row: number) => (row < 0 ? 0 : whole(found.price[row]! * unit));
  const amountPrice = (row: number) =>
    row < 0 ? 0 : whole((found.price[row]! * unit * AMOUNT_PRICE_UNIT) / relaxed.amountUnit);
  const { channels } = queue;
  return {
    scale,
    place: lots.ofOneClass
      ? contract.channels.map(() => null)
      : placePrices(problem, lots, relaxed, found, unit),
    amount: relaxed.amounts.map((rows) => Float64Array.from(rows, amountPrice)),
    contents: new Float64Array(contract.channels.length),
    limitOrders: Float64Array.from(relaxed.limitOrders, rowPrice),
    limitAmount: Float64Array.from(relaxed.limitAmount, amountPrice),
    limitPackages: Float64Array.from(relaxed.limitPackages, rowPrice),
    mostPackages: Float64Array.from(relaxed.mostPackages, rowPrice),
    leastPackages: Float64Array.from(relaxed.leastPackages, rowPrice),
    slots: channels.map((terms) => slotsOf(terms, scale)),
    laneOrders: Int32Array.from(channels, (terms) => terms.laneOrders),
    packageOrders: Int32Array.from(channels, (terms) => terms.packageOrders),
    worth: lots.ofOneClass
      ? { lots, price: Float64Array.from(found.worth, (worth) => whole(worth * unit)) }
      : null,
  };
}

/** The finest scale at which sums over all orders stay exact doubles. */
export function scaleFor({ classes }: Problem): number {
  let highest = 1;
  for (const charge of classes.charge) if (charge > highest) highest = charge;
  for (const penalty of classes.penalty) if (penalty > highest) highest = penalty;
  let scale = FINEST_SCALE;
  while (scale > 1 && highest * scale * classes.members.length > LARGEST_WORTH) scale /= 10;
  return scale;
}

/** Slot prices in whole price units; rows of equal steps become one piece. */
function slotsOf({ slots, perPackage }: ChannelQueueTerms, scale: number): ChannelSlots | null {
  const rows = slots.length;
  if (rows === 0) return null;
  const step = Math.floor(slots[rows - 1]! * scale);
  const last = Math.floor(slots[0]! * scale);
  if (step === 0 || last > LARGEST_WORTH) return null;
  if (!perPackage) return { per: "place", prices: [{ rows, price: rows * step, step }] };
  return {
    per: "package",
    prices: Array.from(slots, (price) => ({ rows: 1, price: Math.floor(price * scale), step: 0 })),
  };
}

/** `[channel][key]` prices of places, with what a share in an opening costs the orders that buy one. */
function placePrices(
  problem: Problem,
  lots: Lots,
  relaxed: RelaxedProblem,
  found: InteriorPointResult,
  unit: number,
): (Float64Array | null)[] {
  const shares = meanShares(problem, lots, relaxed, found);
  return relaxed.places.map((rows, c) =>
    Float64Array.from(rows, (row, key) =>
      row < 0 ? 0 : Math.min(LARGEST_WORTH, Math.round((found.price[row]! + shares[c]![key]!) * unit)),
    ),
  );
}
