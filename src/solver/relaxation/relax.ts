import type { Channel } from "../../model/contract.js";
import { singlesBy } from "../../model/queue.js";
import { billedCharges, keyCount } from "../classes.js";
import { cheapestSize, hasFeeTiers, orderFeeOf, ownFee } from "../packageFee.js";
import { delayRate, type Problem } from "../problem.js";
import type { VolumeCurve } from "../volume.js";
import type { VolumeRange } from "../volumePrices.js";
import type { Lots } from "./lots.js";
import type { QueueTerms } from "./queueTerms.js";
import { type Relaxation, RelaxationBuilder } from "./relaxation.js";
import { leastWait, type RowTerms, slotAt, slotEnds } from "./slotPrices.js";

/** A relaxation with what its rows mean, in cost units per order or minor unit. */
export interface RelaxedProblem {
  readonly relaxation: Relaxation;
  /** What one unit of the relaxation's costs, orders and amounts is in the problem's. */
  readonly costUnit: number;
  readonly amountUnit: number;
  /** `[channel][key]` row of places, or -1. */
  readonly places: readonly Int32Array[];
  /** `[channel][key]` row of package amount, or -1. */
  readonly amounts: readonly Int32Array[];
  /** `[channel][key]` rows that its orders could be in, as far as some of them could wait least there. */
  readonly rows: readonly (readonly (readonly RowTerms[])[])[];
  /** `[limit]` rows of the limit's orders, amount and packages, or -1. */
  readonly limitOrders: Int32Array;
  readonly limitAmount: Int32Array;
  readonly limitPackages: Int32Array;
  /** `[channel]` rows of its packages of all keys together, at most and at least so many, or -1. */
  readonly mostPackages: Int32Array;
  readonly leastPackages: Int32Array;
  /** `[cell]` */
  readonly cellChannel: Int32Array;
  /** `[supply of volume]` */
  readonly volumeRows: readonly VolumeRow[];
  /** `[package kind]` -1 for a part of a volume. */
  readonly packageChannel: Int32Array;
  readonly packageKey: Int32Array;
}

export interface RelaxOptions {
  /** Bound cells by their openings where a channel's key fills at most so many packages. */
  readonly sharedUpTo: number;
  /** Fewest and most packages of each channel. */
  readonly counts: PackageCounts;
  /** `[channel][key]` exactly so many packages, NaN where that is open; null fixes none. */
  readonly fixed: readonly Float64Array[] | null;
  readonly queue: QueueTerms;
  /** `[lot * channels + channel]` 0 leaves the cell out; null keeps all. */
  readonly keep: Uint8Array | null;
  /** What volumes cost beyond the charges; nothing where it is absent. */
  readonly volumes?: readonly VolumeSupply[];
}

/** What a channel's volume costs beyond what its charges say, where that is convex. */
export interface VolumeSupply {
  readonly channel: number;
  readonly measure: VolumeCurve["measure"];
  /** The volume is no less than this. */
  readonly least: number;
  /** Beyond that, so many units at a price each that is at least 0; costs ascend. */
  readonly parts: readonly { readonly units: number; readonly cost: number }[];
}

/** Rows of a {@link VolumeSupply}: of what it supplies, and of the least volume or -1. */
export interface VolumeRow {
  readonly supplied: number;
  readonly least: number;
  /** Orders, minor units or cost units in a unit of the rows. */
  readonly unit: number;
}

/** `[channel]` fewest and most packages, and which volume. */
export interface PackageCounts {
  readonly from: Float64Array;
  readonly to: Float64Array;
  /** Any where it is absent. */
  readonly volumes?: readonly VolumeRange[];
}

export function anyCounts(channels: number): PackageCounts {
  return { from: new Float64Array(channels), to: new Float64Array(channels).fill(Infinity) };
}

/** Time steps in which the waiting of a single channel is told apart. */
const SINGLE_STEPS = 24;

/** Writes the relaxation of a problem over lots of its orders (formulation.md, R1–R5). */
export function relax(problem: Problem, lots: Lots, options: RelaxOptions): RelaxedProblem {
  const { contract, classes, limits } = problem;
  const C = classes.channels;
  const builder = new RelaxationBuilder();
  const demand = demandOf(problem, lots);
  const blocks = blocksOf(problem, demand.keys);
  const largestAmount = largestAmounts(problem, lots, demand.keys);
  const packageChannel: number[] = [];
  const packageKey: number[] = [];
  const { costUnit, amountUnit } = unitsOf(problem, lots);
  const rate = delayRate(contract);

  const limitOrders = new Int32Array(limits.count).fill(-1);
  const limitAmount = new Int32Array(limits.count).fill(-1);
  const limitPackages = new Int32Array(limits.count).fill(-1);
  const mostPackages = new Int32Array(C).fill(-1);
  const leastPackages = new Int32Array(C).fill(-1);
  const limitRow = (rows: Int32Array, limit: number, room: number): number => {
    if (rows[limit]! < 0) rows[limit] = builder.row(room);
    return rows[limit]!;
  };

  const places = contract.channels.map((_, c) => new Int32Array(demand.keys[c]!).fill(-1));
  const openings = contract.channels.map((_, c) => new Int32Array(demand.keys[c]!).fill(-1));
  const amounts = contract.channels.map((_, c) => new Int32Array(demand.keys[c]!).fill(-1));
  const weight = new Float64Array(C);
  const rows: RowTerms[][][] = contract.channels.map((_, c) =>
    Array.from({ length: demand.keys[c]! }, () => []),
  );
  /** Limits that the packages of a channel already keep. */
  const kept = contract.channels.map(() => -1);

  contract.channels.forEach((channel, c) => {
    const { queue } = channel;
    const keys = demand.keys[c]!;
    weight[c] = problem.classes.reach[c]!.meanWeight;
    if (channel.mode === "single") {
      rows[c]!.fill([{ time: queue.start + queue.result + queue.perOrder, price: 0, amount: 0 }]);
      const total = demand.orders[c]![0] ?? 0;
      const inTime = singlesBy(queue, Infinity);
      if (total === 0 || (rate * weight[c]! * queue.perOrder === 0 && inTime >= total)) return;
      places[c]![0] = builder.row(0);
      const served = Math.min(total, inTime);
      const steps = rate * queue.perOrder === 0 ? 1 : SINGLE_STEPS;
      for (let s = 0; s < steps; s++) {
        const turn = (((s + 0.5) / steps) * served * queue.perOrder) / queue.lanes;
        builder.package((rate * weight[c]! * turn) / costUnit, served / steps);
        packageChannel.push(c);
        packageKey.push(0);
        builder.supplies(places[c]![0]!, 1);
      }
      return;
    }
    const terms = options.queue.channels[c]!;
    const caused = queue.perOrder * (terms.laneOrders + terms.packageOrders);
    const credit = (rate * weight[c]! * queue.perOrder * terms.packageOrders ** 2) / 2;
    const own = limits.own[c]!;
    const ownOrders = channel.limits.maxOrders;
    const ownPackages = channel.limits.maxPackages;
    const shared = Array.from(limits.ofChannel[c]!).filter((limit) => limit !== own);
    const most = Math.min(ownOrders, ...shared.map((limit) => limits.maxOrders[limit]!));
    const packageRows = [...(keys > 1 && own >= 0 ? [own] : []), ...shared].filter(
      (limit) => limits.maxPackages[limit]! < Infinity,
    );
    if (keys > 1) {
      const { from, to } = options.counts;
      if (to[c]! < Infinity) mostPackages[c] = builder.row(to[c]!);
      if (from[c]! > 0) leastPackages[c] = builder.row(-from[c]!);
    }
    for (let key = 0; key < keys; key++) {
      const wanted = Math.min(most, demand.orders[c]![key]!);
      if (wanted === 0) continue;
      const limit = keys > 1 ? Infinity : Math.min(ownPackages, options.counts.to[c]!);
      const holds = sizeFor(channel, wanted, limit);
      // Whoever comes may bring more than the mean: as many packages as those of the largest amounts fill.
      const byLargest = largestAmount(c, key, wanted) / channel.package.maxAmount;
      const mean = demand.amount[c]![key]! / demand.orders[c]![key]!;
      // Orders of a package that comes after all that are expected.
      const late = Math.min(
        holds,
        terms.lastOrders === Infinity ? channel.package.maxAmount / mean : terms.lastOrders,
      );
      const inTime = packagesByCutOff(channel);
      const needed = Math.max(wanted / holds, byLargest);
      const fixed = options.fixed === null ? Number.NaN : options.fixed[c]![key]!;
      const known = !Number.isNaN(fixed);
      const maximum = Math.min(
        keys > 1 ? Infinity : ownPackages,
        inTime,
        options.counts.to[c]!,
        known ? fixed : Infinity,
      );
      const forced = Math.min(maximum, known ? fixed : keys > 1 ? 0 : options.counts.from[c]!);
      const count = Math.max(forced, Math.min(maximum, Math.ceil(needed - 1e-9)));
      // Closed: without packages, no cells.
      if (count === 0) continue;
      const block = keys > 1 ? blocks.of(c, key) : -1;
      const row = builder.row(0, block);
      places[c]![key] = row;
      const amountRow = channel.package.maxAmount < Infinity ? builder.row(0, block) : -1;
      amounts[c]![key] = amountRow;
      const tight = count <= options.sharedUpTo;
      const opening = tight ? builder.opening(block) : -1;
      openings[c]![key] = opening;
      const turn = terms.row[key] ?? 1;
      const timeIn = (row: number) => queue.start + queue.result + row * queue.perPackage + caused;
      rows[c]![key] = terms.perPackage
        ? [{ time: timeIn(turn), price: 0, amount: 0 }]
        : slotEnds(terms.slots).map(({ row, price, amount }) => ({ time: timeIn(row), price, amount }));
      let free = forced;
      /** @param price of the slot */
      const offer = (price: number, number: number, size: number) => {
        // Forced packages are paid for whatever they hold.
        const paid = Math.min(free, number);
        free -= paid;
        if (paid > 0) put(price - credit, paid, size);
        if (number > paid) put(price - credit + ownFee(channel, Math.max(1, size)), number - paid, size);
      };
      const put = (cost: number, number: number, size: number) => {
        builder.package(cost / costUnit, number, opening);
        packageChannel.push(c);
        packageKey.push(key);
        if (size > 0) builder.supplies(row, size);
        if (amountRow >= 0) builder.supplies(amountRow, channel.package.maxAmount / amountUnit);
        if (mostPackages[c]! >= 0) builder.supplies(mostPackages[c]!, -1);
        if (leastPackages[c]! >= 0) builder.supplies(leastPackages[c]!, 1);
        for (const limit of packageRows)
          builder.supplies(limitRow(limitPackages, limit, limits.maxPackages[limit]!), -1);
      };
      const step = rate * weight[c]! * queue.perPackage;
      const pieces = placesOf(count, holds, wanted);
      if (keys > 1 || step === 0) {
        // There may be as many rows as keys: each key looks at its own alone.
        const price = terms.perPackage ? (terms.slots[turn - 1]?.price ?? 0) : 0;
        for (const { number, places: size } of pieces) offer(price, number, size);
      } else {
        // Orders pay for slots, as far as rows are expected to be used; whoever comes later waits longer than they pay for.
        const lanes = queue.lanes;
        const price = (row: number, size: number) => {
          if (row > turn) return step * Math.min(size > 0 ? size : late, late) * (row - turn);
          const slot = slotAt(terms.slots, row);
          return -size * slot.price - (slot.amount > 0 ? slot.amount * channel.package.maxAmount : 0);
        };
        let before = 0;
        for (const { number, places: size } of pieces) {
          for (const end = before + number; before < end; ) {
            const row = Math.floor(before / lanes);
            const inRow = Math.min((row + 1) * lanes, end) - before;
            offer(price(row + 1, size), inRow, size);
            before += inRow;
          }
        }
      }
      if (keys === 1 && count >= wanted / holds && wanted >= Math.min(ownOrders, demand.orders[c]![key]!))
        kept[c] = own;
    }
  });

  const orderFees = contract.channels.map(orderFeeOf);
  const volumes = options.volumes ?? [];
  const volumeRows = volumes.map(({ measure, least, parts }): VolumeRow => {
    const unit = { orders: 1, amount: amountUnit, charges: costUnit }[measure];
    const supplied = builder.row(least / unit);
    for (const { units, cost } of parts) {
      builder.package((cost * unit) / costUnit, units / unit);
      packageChannel.push(-1);
      packageKey.push(0);
      builder.supplies(supplied, 1);
    }
    return { supplied, least: least > 0 ? builder.row(-least / unit) : -1, unit };
  });
  const billed = billedCharges(classes);

  const cellChannel: number[] = [];
  for (let lot = 0; lot < lots.count; lot++) {
    const k = lots.classOf[lot]!;
    const size = lots.size[lot]!;
    const each = lots.amount[lot]! / amountUnit;
    builder.lot(size, lots.penalty[lot]! / costUnit);
    for (let c = 0; c < C; c++) {
      const charge = lots.charge[lot * C + c]!;
      if (charge < 0) continue;
      const key = classes.key[k * C + c]!;
      const channel = contract.channels[c]!;
      if (channel.mode === "batch" && places[c]![key]! < 0) continue;
      if (options.keep !== null && options.keep[lot * C + c] === 0) continue;
      const opening = openings[c]![key]!;
      builder.cell(
        (charge + orderFees[c]! + leastWait(rows[c]![key]!, lots.amount[lot]!, rate * classes.weight[k]!)) /
          costUnit,
        opening,
        Math.min(size, channel.package.maxOrders),
      );
      cellChannel.push(c);
      if (places[c]![key]! >= 0) builder.uses(places[c]![key]!, 1);
      if (amounts[c]![key]! >= 0) builder.uses(amounts[c]![key]!, each);
      const ofRule = limits.ofRule[c]![classes.rule[k * C + c]!]!;
      const use = (limit: number) => {
        if (limits.maxOrders[limit]! < Infinity && limit !== kept[c])
          builder.uses(limitRow(limitOrders, limit, limits.maxOrders[limit]!), 1);
        if (limits.maxAmount[limit]! < Infinity)
          builder.uses(limitRow(limitAmount, limit, limits.maxAmount[limit]! / amountUnit), each);
      };
      for (const limit of limits.ofChannel[c]!) use(limit);
      if (ofRule >= 0) use(ofRule);
      for (let v = 0; v < volumes.length; v++) {
        const volume = volumes[v]!;
        if (volume.channel !== c) continue;
        const { supplied, least, unit } = volumeRows[v]!;
        const units = { orders: 1, amount: lots.amount[lot]!, charges: billed[k * C + c]! }[volume.measure];
        builder.uses(supplied, units / unit);
        if (least >= 0) builder.uses(least, -units / unit);
      }
    }
  }
  return {
    relaxation: builder.build(),
    costUnit,
    amountUnit,
    places,
    amounts,
    rows,
    limitOrders,
    limitAmount,
    limitPackages,
    mostPackages,
    leastPackages,
    volumeRows,
    cellChannel: Int32Array.from(cellChannel),
    packageChannel: Int32Array.from(packageChannel),
    packageKey: Int32Array.from(packageKey),
  };
}

/**
 * Places of so many packages together, as the certificate counts them: no more than orders are wanted. What is beyond
 * full packages is one with the rest, and packages beyond that, which amounts may need, bring no places.
 */
function placesOf(
  count: number,
  holds: number,
  wanted: number,
): { readonly number: number; readonly places: number }[] {
  const full = Math.min(count, Math.floor(wanted / holds + 1e-9));
  const rest = wanted - full * holds;
  const last = full < count && rest > 1e-9 * wanted ? 1 : 0;
  return [
    { number: full, places: holds },
    { number: last, places: rest },
    { number: count - full - last, places: 0 },
  ].filter(({ number }) => number > 0);
}

/** Orders in packages that hold so many at the least fee for each, and in larger ones where their number has a limit. */
function sizeFor(channel: Channel, wanted: number, mostPackages: number): number {
  const largest = Math.min(channel.package.maxOrders, wanted);
  if (!hasFeeTiers(channel.package)) return largest;
  return Math.min(largest, Math.max(cheapestSize(channel, wanted), wanted / mostPackages));
}

/** Packages that leave by the cut-off, were they as short as can be. */
function packagesByCutOff({ queue, package: terms }: Channel): number {
  const hold = queue.perPackage + queue.perOrder * terms.minOrders;
  const time = queue.cutOff - queue.start;
  return time === Infinity || hold === 0 ? Infinity : Math.floor(time / hold) * queue.lanes;
}

/** What there is to route on each channel and separation key. */
interface Demand {
  /** `[channel]` number of keys. */
  readonly keys: Int32Array;
  /** `[channel][key]` */
  readonly orders: readonly Float64Array[];
  readonly amount: readonly Float64Array[];
}

/** What costs and amounts are divided by, so that they are about 1: the mean least charge and the mean amount of orders. */
export function unitsOf({ classes }: Problem, lots: Lots): { costUnit: number; amountUnit: number } {
  const C = classes.channels;
  let least = 0;
  let orders = 0;
  let amount = 0;
  for (let lot = 0; lot < lots.count; lot++) {
    let low = lots.penalty[lot]!;
    for (let c = 0; c < C; c++) {
      const charge = lots.charge[lot * C + c]!;
      if (charge >= 0 && charge < low) low = charge;
    }
    least += low * lots.size[lot]!;
    orders += lots.size[lot]!;
    amount += lots.amount[lot]! * lots.size[lot]!;
  }
  return {
    costUnit: Math.max(1, least / Math.max(1, orders)),
    amountUnit: Math.max(1, amount / Math.max(1, orders)),
  };
}

function demandOf({ classes }: Problem, lots: Lots): Demand {
  const C = classes.channels;
  const keys = Int32Array.from({ length: C }, (_, c) => keyCount(classes, c));
  const orders = Array.from(keys, (count) => new Float64Array(count));
  const amount = Array.from(keys, (count) => new Float64Array(count));
  for (let lot = 0; lot < lots.count; lot++) {
    const k = lots.classOf[lot]!;
    const size = lots.size[lot]!;
    for (let c = 0; c < C; c++) {
      if (classes.charge[k * C + c]! < 0) continue;
      const key = classes.key[k * C + c]!;
      orders[c]![key]! += size;
      amount[c]![key]! += size * lots.amount[lot]!;
    }
  }
  return { keys, orders, amount };
}

/** The largest amount that so many orders of a channel's key could have together. */
function largestAmounts(
  { classes }: Problem,
  lots: Lots,
  keys: Int32Array,
): (c: number, key: number, orders: number) => number {
  const C = classes.channels;
  const sequence = Int32Array.from({ length: lots.count }, (_, lot) => lot).sort(
    (a, b) => lots.amount[b]! - lots.amount[a]!,
  );
  const keyOf = (lot: number, c: number) =>
    lots.charge[lot * C + c]! < 0 ? -1 : classes.key[lots.classOf[lot]! * C + c]!;
  /** `[channel]` lots of each key, the largest amounts first: `lots[start[key] .. start[key + 1]]`. */
  const ofKey = Array.from(keys, (count, c) => {
    const start = new Int32Array(count + 1);
    for (const lot of sequence) if (keyOf(lot, c) >= 0) start[keyOf(lot, c) + 1]! += 1;
    for (let key = 0; key < count; key++) start[key + 1]! += start[key]!;
    const sorted = new Int32Array(start[count]!);
    const next = start.slice(0, count);
    for (const lot of sequence) if (keyOf(lot, c) >= 0) sorted[next[keyOf(lot, c)]!++] = lot;
    return { start, sorted };
  });
  return (c, key, orders) => {
    const { start, sorted } = ofKey[c]!;
    let left = orders;
    let amount = 0;
    for (let l = start[key]!; l < start[key + 1]! && left > 0; l++) {
      const lot = sorted[l]!;
      const count = Math.min(left, lots.size[lot]!);
      amount += count * lots.amount[lot]!;
      left -= count;
    }
    return amount;
  };
}

/** Keys of different channels that meet in a class belong to one block; blocks never meet. */
function blocksOf({ classes }: Problem, keys: Int32Array) {
  const C = classes.channels;
  const begin: number[] = [];
  let count = 0;
  for (let c = 0; c < C; c++) {
    begin.push(count);
    count += keys[c]!;
  }
  const parent = Int32Array.from({ length: count }, (_, i) => i);
  const find = (i: number): number => {
    let root = i;
    while (parent[root] !== root) root = parent[root]!;
    for (let at = i; parent[at] !== root; ) [at, parent[at]] = [parent[at]!, root];
    return root;
  };
  for (let k = 0; k < classes.count; k++) {
    let root = -1;
    for (let c = 0; c < C; c++) {
      if (keys[c]! === 1 || classes.charge[k * C + c]! < 0) continue;
      const here = find(begin[c]! + classes.key[k * C + c]!);
      if (root >= 0) parent[here] = root;
      root = find(here);
    }
  }
  return { of: (c: number, key: number) => find(begin[c]! + key) };
}
