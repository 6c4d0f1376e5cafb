import { AMOUNT_PRICE_UNIT, LARGEST_WORTH, type SlotPrices } from "../../model/certificate.js";
import type { Problem } from "../problem.js";
import type { RelaxationAnswer } from "../relaxation/answer.js";
import { keyPrices } from "../relaxation/keyPrices.js";
import type { OrderGroups } from "../relaxation/lots.js";
import type { ChannelQueueTerms } from "../relaxation/queueTerms.js";
import { meanShares } from "../relaxation/shares.js";
import type { SlotPiece } from "../relaxation/slotPrices.js";
import { pricesVolume } from "../volume.js";
import { noVolumePrices } from "../volumePrices.js";
import type { ChannelSlots, ProofPrices } from "./prices.js";

/** What rounding may take a row's price off, of the first one's. */
const STRAYING = 0.005;
/** Pieces that one may become for that. */
const MOST_PARTS = 32;
/** Cost units that prices of volume may add to those of orders. */
const VOLUME_ROOM = 10_000_000;
/** Finest price unit: a thousandth of a cost unit. */
const FINEST_SCALE = 1000;

/**
 * Turns the duals of a relaxation into whole prices that a certificate can state; of one at prices of volume into those
 * of the problem itself.
 */
export function pricesOf(problem: Problem, answer: RelaxationAnswer): ProofPrices {
  const { lots } = answer;
  const posted = postedPrices(problem, answer);
  if (!lots.ofOneClass) return posted;
  const price = worthPrices(problem, answer, posted.scale);
  return { ...posted, place: posted.place.map(() => null), worth: { lots: groupsOf(lots), price } };
}

const whole = (price: number) => Math.min(LARGEST_WORTH, Math.max(0, Math.round(price)));

/** Prices that channels post, of places among them: what orders are worth follows from them. */
export function postedPrices(problem: Problem, answer: RelaxationAnswer): ProofPrices {
  const { relaxed, found, queue } = answer;
  const { contract } = problem;
  const scale = problem.classes.atVolume?.prices.scale ?? scaleFor(problem);
  const unit = relaxed.costUnit * scale;
  const rowPrice = (row: number) => (row < 0 ? 0 : whole(found.price[row]! * unit));
  const amountPrice = (row: number) =>
    row < 0 ? 0 : whole((found.price[row]! * unit * AMOUNT_PRICE_UNIT) / relaxed.amountUnit);
  const { channels } = queue;
  return {
    scale,
    place: placePrices(problem, answer, unit),
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
    volume: problem.classes.atVolume?.prices.volume ?? noVolumePrices(contract.channels.length),
    worth: null,
  };
}

/** `[lot]` what its orders are worth, without what their charges were raised by. */
function worthPrices(
  { classes }: Problem,
  { lots, relaxed, found }: RelaxationAnswer,
  scale: number,
): Float64Array {
  const raised = classes.atVolume?.raised;
  const unit = relaxed.costUnit * scale;
  return Float64Array.from(found.worth, (worth, lot) => {
    const price = whole(worth * unit);
    return raised === undefined ? price : price - Math.round(scale * raised[lots.classOf[lot]!]!);
  });
}

/** Without what the relaxation alone needs: prices are sent to other threads. */
function groupsOf({ count, classOf, size, lotOf }: OrderGroups): OrderGroups {
  return { count, classOf, size, lotOf };
}

/** The finest scale at which sums over all orders stay exact doubles. */
export function scaleFor({ classes, contract }: Problem): number {
  let highest = pricesVolume(contract.channels) ? VOLUME_ROOM : 1;
  for (const charge of classes.charge) if (charge > highest) highest = charge;
  for (const penalty of classes.penalty) if (penalty > highest) highest = penalty;
  let scale = FINEST_SCALE;
  while (scale > 1 && highest * scale * classes.members.length > LARGEST_WORTH) scale /= 10;
  return scale;
}

/** Slot prices in whole price units; null where there are none, or some are beyond all worth. */
function slotsOf({ slots, perPackage }: ChannelQueueTerms, scale: number): ChannelSlots | null {
  const prices = slots.flatMap((piece) => wholePieces(piece, scale));
  const usable = prices.every(({ price, amount = 0 }) => Math.max(price, amount) <= LARGEST_WORTH);
  if (!usable || prices.every(({ price, amount = 0 }) => price === 0 && amount === 0)) return null;
  return { per: perPackage ? "package" : "place", prices };
}

/** A piece in whole price units: several where whole steps from one row to the next would stray too far from it. */
function wholePieces({ rows, price, step, amount, amountStep }: SlotPiece, scale: number): SlotPrices[] {
  const unit = scale * AMOUNT_PRICE_UNIT;
  const strays = (value: number, each: number) =>
    value === 0 ? 0 : ((each - Math.floor(each)) * (rows - 1)) / (STRAYING * value);
  const parts = Math.ceil(
    Math.min(
      MOST_PARTS,
      rows,
      Math.max(1, strays(price * scale, step * scale), strays(amount * unit, amountStep * unit)),
    ),
  );
  return Array.from({ length: parts }, (_, part) => {
    const from = Math.floor((part * rows) / parts);
    const length = Math.floor(((part + 1) * rows) / parts) - from;
    const whole = (value: number, each: number) => {
      const whole = Math.floor(each);
      return { first: Math.max(Math.round(value - from * each), (length - 1) * whole), step: whole };
    };
    const place = whole(price * scale, step * scale);
    const ofAmount = whole(amount * unit, amountStep * unit);
    return {
      rows: length,
      price: place.first,
      step: place.step,
      ...(ofAmount.first === 0 ? {} : { amount: ofAmount.first, amountStep: ofAmount.step }),
    };
  });
}

/** `[channel][key]` prices of places, with what a share in an opening costs the orders that buy one. */
function placePrices(problem: Problem, answer: RelaxationAnswer, unit: number): (Float64Array | null)[] {
  const { lots, relaxed, found } = answer;
  const shares = meanShares(problem, lots, relaxed, found);
  return keyPrices(problem, answer).map((prices, c) =>
    prices.map((price, key) =>
      Number.isNaN(price) ? 0 : Math.min(LARGEST_WORTH, Math.round((price + shares[c]![key]!) * unit)),
    ),
  );
}
