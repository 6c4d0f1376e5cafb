import { AMOUNT_PRICE_UNIT, LARGEST_WORTH } from "../../model/certificate.js";
import type { Channel } from "../../model/contract.js";
import { delayRate, type Problem } from "../problem.js";
import type { InteriorPointResult } from "../relaxation/interiorPoint.js";
import { isComplete, type Lots } from "../relaxation/lots.js";
import type { RelaxedProblem } from "../relaxation/relax.js";
import type { ChannelSlots, ProofPrices } from "./prices.js";

/** Finest price unit: a thousandth of a cost unit. */
const FINEST_SCALE = 1000;

/** Turns the duals of a relaxation into whole prices that a certificate can state. */
export function pricesOf(
  problem: Problem,
  lots: Lots,
  relaxed: RelaxedProblem,
  found: InteriorPointResult,
): ProofPrices {
  const { contract, classes } = problem;
  const scale = scaleFor(problem);
  const unit = relaxed.costUnit * scale;
  const whole = (price: number) => Math.min(LARGEST_WORTH, Math.max(0, Math.round(price)));
  const rowPrice = (row: number) => (row < 0 ? 0 : whole(found.price[row]! * unit));
  const amountPrice = (row: number) =>
    row < 0 ? 0 : whole((found.price[row]! * unit * AMOUNT_PRICE_UNIT) / relaxed.amountUnit);
  const loads = loadsOf(problem, lots, relaxed, found);
  const slots = contract.channels.map((channel, c) => slotsOf(problem, channel, c, loads[c]!, scale));
  const laneOrders = new Int32Array(classes.channels);
  const packageOrders = new Int32Array(classes.channels);
  loads.forEach(({ orders, packages }, c) => {
    if (packages < 0.5) return;
    packageOrders[c] = Math.round(orders / packages);
    laneOrders[c] = Math.round(orders / contract.channels[c]!.queue.lanes);
  });
  return {
    scale,
    place: isComplete(lots)
      ? contract.channels.map(() => null)
      : placePrices(problem, lots, relaxed, found, unit),
    amount: Float64Array.from(relaxed.amounts, amountPrice),
    limitOrders: Float64Array.from(relaxed.limitOrders, rowPrice),
    limitAmount: Float64Array.from(relaxed.limitAmount, amountPrice),
    limitPackages: Float64Array.from(relaxed.limitPackages, rowPrice),
    slots,
    laneOrders,
    packageOrders,
    worth: isComplete(lots) ? { lots, price: Float64Array.from(found.worth, (worth) => whole(worth * unit)) } : null,
  };
}

/** The finest scale at which sums over all orders stay exact doubles. */
function scaleFor({ classes }: Problem): number {
  let highest = 1;
  for (const charge of classes.charge) if (charge > highest) highest = charge;
  for (const penalty of classes.penalty) if (penalty > highest) highest = penalty;
  let scale = FINEST_SCALE;
  while (scale > 1 && highest * scale * classes.members.length > LARGEST_WORTH) scale /= 10;
  return scale;
}

/** What a channel carries in the relaxation. */
interface Load {
  readonly orders: number;
  readonly packages: number;
  /** `[key]` */
  readonly keyOrders: Float64Array;
  readonly keyPackages: Float64Array;
}

function loadsOf(
  { classes }: Problem,
  lots: Lots,
  relaxed: RelaxedProblem,
  found: InteriorPointResult,
): Load[] {
  const C = classes.channels;
  const keyOrders = relaxed.places.map((keys) => new Float64Array(keys.length));
  const keyPackages = relaxed.places.map((keys) => new Float64Array(keys.length));
  const { cellStart } = relaxed.relaxation;
  for (let lot = 0; lot < lots.count; lot++)
    for (let j = cellStart[lot]!; j < cellStart[lot + 1]!; j++) {
      const c = relaxed.cellChannel[j]!;
      keyOrders[c]![classes.key[lots.classOf[lot]! * C + c]!]! += found.flow[j]!;
    }
  relaxed.packageChannel.forEach((c, t) => {
    keyPackages[c]![relaxed.packageKey[t]!]! += found.packages[t]!;
  });
  return keyOrders.map((orders, c) => ({
    orders: orders.reduce((sum, n) => sum + n, 0),
    packages: keyPackages[c]!.reduce((sum, n) => sum + n, 0),
    keyOrders: orders,
    keyPackages: keyPackages[c]!,
  }));
}

/** Slot prices that make every used row of the queue as dear as the last. */
function slotsOf(
  { contract, classes }: Problem,
  channel: Channel,
  c: number,
  load: Load,
  scale: number,
): ChannelSlots | null {
  const { queue, mode, package: terms } = channel;
  const rate = delayRate(contract) * scale;
  if (rate === 0) return null;
  let weight = 0;
  let orders = 0;
  for (let k = 0; k < classes.count; k++) {
    if (classes.charge[k * classes.channels + c]! < 0) continue;
    weight += classes.weight[k]! * classes.size[k]!;
    orders += classes.size[k]!;
  }
  if (orders === 0) return null;
  weight /= orders;
  if (mode === "single" || (load.keyOrders.length === 1 && terms.maxOrders < Infinity)) {
    const each = mode === "single" ? queue.perOrder : queue.perPackage;
    const used = mode === "single" ? load.orders : Math.ceil(load.packages - 1e-3);
    const rows = Math.ceil(used / queue.lanes) - 1;
    const step = Math.floor(rate * weight * each);
    if (rows < 1 || step === 0 || rows * step > LARGEST_WORTH) return null;
    return { per: "place", prices: [{ rows, price: rows * step, step }] };
  }
  const sizes: number[] = [];
  load.keyPackages.forEach((packages, key) => {
    const number = Math.round(packages);
    for (let p = 0; p < number; p++) sizes.push(load.keyOrders[key]! / number);
  });
  sizes.sort((a, b) => b - a);
  const rows = Math.ceil(sizes.length / queue.lanes) - 1;
  const prices: { rows: number; price: number; step: number }[] = [];
  let price = 0;
  for (let row = rows; row >= 1; row--) {
    price += Math.floor(rate * weight * queue.perPackage * sizes[row * queue.lanes]!);
    prices.push({ rows: 1, price, step: 0 });
  }
  prices.reverse();
  return rows < 1 || price > LARGEST_WORTH ? null : { per: "package", prices };
}

/** `[channel][key]` prices of places, with what a share in an opening costs the orders that buy one. */
function placePrices(
  { classes, contract }: Problem,
  lots: Lots,
  relaxed: RelaxedProblem,
  found: InteriorPointResult,
  unit: number,
): (Float64Array | null)[] {
  const C = classes.channels;
  const shares = relaxed.places.map((keys) => new Float64Array(keys.length));
  const flows = relaxed.places.map((keys) => new Float64Array(keys.length));
  const { cellStart, opening } = relaxed.relaxation;
  for (let lot = 0; lot < lots.count; lot++)
    for (let j = cellStart[lot]!; j < cellStart[lot + 1]!; j++) {
      if (opening[j]! < 0) continue;
      const c = relaxed.cellChannel[j]!;
      const key = classes.key[lots.classOf[lot]! * C + c]!;
      shares[c]![key]! += found.sharePrice[j]! * found.flow[j]!;
      flows[c]![key]! += found.flow[j]!;
    }
  return contract.channels.map((_, c) =>
    Float64Array.from(relaxed.places[c]!, (row, key) => {
      if (row < 0) return 0;
      const share = flows[c]![key]! > 1e-9 ? shares[c]![key]! / flows[c]![key]! : 0;
      return Math.min(LARGEST_WORTH, Math.round((found.price[row]! + share) * unit));
    }),
  );
}
