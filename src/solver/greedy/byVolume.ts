import { atVolumePrices, mostVolumes } from "../atVolumePrices.js";
import { isBetter } from "../cost.js";
import type { Problem } from "../problem.js";
import { lowerHull } from "../relaxation/volumeHull.js";
import { costAt, slopeAfter, type VolumeCurve, type Volumes, volumeCurves, volumesOf } from "../volume.js";
import { noVolumePrices, type ScaledVolumePrices, setVolumePrice } from "../volumePrices.js";
import type { GreedyOptions, PricedPlan } from "./pricedPlan.js";

/** Prices of volume that plans are constructed at, at most. */
const CONSTRUCTIONS = 8;
/** As fine as charges are. */
const SCALE = 1;
/** Rounds of improvement, each at the prices that the best plan's volumes say. */
const ROUNDS = 6;

/** A greedy search at prices of volume. */
export interface SearchAt {
  /** The best plan constructed, without improvement. */
  construct(problem: Problem, options: GreedyOptions): PricedPlan;
  /** The best plan that comes of improving one. */
  improve(problem: Problem, start: PricedPlan, options: GreedyOptions): PricedPlan;
}

/**
 * The greedy search where volume has prices: slope scaling (Kim and Pardalos, Dynamic slope scaling and trust interval
 * techniques for concave piecewise linear network flow problems, Networks 35, 2000).
 * Plans are constructed as if each unit of volume cost the same, first what the next one costs and what one would cost at
 * best, then what those of the last plan came to on average. The best is improved at what the next unit costs there.
 * Whether a plan is better is always decided by what it costs.
 */
export function greedyByVolume(
  problem: Problem,
  starts: readonly PricedPlan[],
  options: GreedyOptions,
  search: SearchAt,
): PricedPlan {
  const { shouldStop, onIncumbent } = options;
  let best: PricedPlan | undefined;
  const offer = (found: PricedPlan): void => {
    if (best !== undefined && !isBetter(found.cost, best.cost)) return;
    best = { plan: found.plan, cost: found.cost };
    onIncumbent?.(best);
  };
  const at = { shouldStop, onIncumbent: offer };
  for (const start of starts) offer(start);
  const tried = new Set<string>();
  const isNew = ({ volume }: ScaledVolumePrices): boolean => {
    const name = `${volume.unit.join()};${volume.minimumFee.join()}`;
    return !tried.has(name) && tried.add(name) !== undefined;
  };
  const next = [
    pricesBy(problem, (curve) => slopeAfter(curve, 0)),
    pricesBy(problem, (curve, most) => lowerHull(curve, 0n, most)[0]?.slope ?? slopeAfter(curve, 0)),
  ];
  for (let n = 0; n < CONSTRUCTIONS && starts.length === 0; n++) {
    const prices = next.shift();
    if (prices === undefined || (best !== undefined && shouldStop())) break;
    if (!isNew(prices)) continue;
    const found = search.construct(atVolumePrices(problem, prices), at);
    offer(found);
    next.push(averagePrices(problem, found, prices));
  }
  tried.clear();
  for (let round = 0; round < ROUNDS && !shouldStop(); round++) {
    const before: PricedPlan = best!;
    const volumes = planVolumes(problem, before);
    const after = pricesBy(problem, (curve, _, c) => slopeAfter(curve, Number(volumes[c]![curve.measure])));
    for (const prices of [after, averagePrices(problem, before, after)])
      if (isNew(prices)) offer(search.improve(atVolumePrices(problem, prices), best!, at));
    if (best === before) break;
  }
  return best!;
}

/** @param price of a unit in cost units, from a curve, its greatest volume and its channel */
function pricesBy(
  problem: Problem,
  price: (curve: VolumeCurve, most: bigint, c: number) => number,
): ScaledVolumePrices {
  const { channels } = problem.contract;
  const prices = { scale: SCALE, volume: noVolumePrices(channels.length) };
  channels.forEach((channel, c) => {
    const curves = volumeCurves(channel);
    if (curves.length === 0) return;
    const most = mostVolumes(problem, c);
    for (const curve of curves) setVolumePrice(prices, c, curve, price(curve, most[curve.measure], c));
  });
  return prices;
}

/** What a unit of each volume of a plan costs on average; where there is none, what it was taken to cost. */
function averagePrices(problem: Problem, plan: PricedPlan, before: ScaledVolumePrices): ScaledVolumePrices {
  const volumes = planVolumes(problem, plan);
  const { unit, minimumFee } = before.volume;
  const prices = { scale: SCALE, volume: { unit: unit.slice(), minimumFee: minimumFee.slice() } };
  problem.contract.channels.forEach((channel, c) => {
    for (const curve of volumeCurves(channel)) {
      const volume = volumes[c]![curve.measure];
      if (volume === 0n) continue;
      setVolumePrice(prices, c, curve, costAt(curve, volume) / Number(volume));
    }
  });
  return prices;
}

/** `[channel]` */
function planVolumes({ orders }: Problem, { plan, cost }: PricedPlan): Volumes[] {
  return plan.loads.map((load, c) => volumesOf(orders, load, cost.loads[c]!.billed));
}
