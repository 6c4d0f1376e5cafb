import { atVolumePrices, mostVolumes } from "../atVolumePrices.js";
import type { Problem } from "../problem.js";
import { solveRelaxation } from "../relaxation/interiorPoint.js";
import { loadsOf } from "../relaxation/loads.js";
import { lotsOf, sampleOf } from "../relaxation/lots.js";
import { queueTerms } from "../relaxation/queueTerms.js";
import { type PackageCounts, relax, type VolumeSupply } from "../relaxation/relax.js";
import { type HullPart, lowerHull } from "../relaxation/volumeHull.js";
import { costAt, slopeAfter, type VolumeCurve, volumeCurves } from "../volume.js";
import {
  ANY_VOLUME,
  noVolumePrices,
  type ScaledVolumePrices,
  setVolumePrice,
  type VolumeRange,
  volumePriceOf,
} from "../volumePrices.js";
import { scaleFor } from "./fromRelaxation.js";

/** Lots that prices of volume are found with at most, about. */
const LOTS = 4_000;

/** Prices of volume by a relaxation, and where its answer leaves most open. */
export interface VolumeGuide {
  readonly prices: ScaledVolumePrices;
  /** By how much the volumes of the answer cost more than it says, in cost units. */
  readonly missing: number;
  /** The question whose answers say most about that: a volume of a channel, in the unit of its terms, or more. */
  readonly question: { readonly channel: number; readonly volume: number } | null;
}

/** A curve within a range of volumes, and what it is relaxed to. */
interface Relaxed {
  readonly channel: number;
  readonly curve: VolumeCurve;
  readonly from: number;
  readonly to: number;
  readonly hull: readonly HullPart[];
}

/**
 * Solves the relaxation in which the cost of each volume is the greatest convex function below it (formulation.md, V3):
 * its duals are prices of volume. Null where no plan has such volumes.
 */
export function guideByVolume(
  problem: Problem,
  counts: PackageCounts,
  shouldStop: () => boolean,
): VolumeGuide | null {
  const { channels } = problem.contract;
  const all: Relaxed[] = [];
  for (const [channel, terms] of channels.entries()) {
    const most = mostVolumes(problem, channel);
    for (const curve of volumeCurves(terms)) {
      const range = curve.measure === "charges" ? ANY_VOLUME : (counts.volumes?.[channel] ?? ANY_VOLUME);
      const to = Math.min(range.to, Number(most[curve.measure]));
      if (range.from > to) return null;
      const hull = lowerHull(curve, BigInt(range.from), BigInt(to));
      all.push({ channel, curve, from: range.from, to, hull });
    }
  }
  const scale = scaleFor(problem);
  const base = { scale, volume: noVolumePrices(channels.length) };
  for (const { channel, curve, from, hull } of all)
    setVolumePrice(base, channel, curve, hull[0]?.slope ?? slopeAfter(curve, from));
  const at = atVolumePrices(problem, base);
  const volumes = all.map(({ channel, curve, from, hull }): VolumeSupply => {
    const start = volumePriceOf(base, channel, curve);
    const parts = hull.map((part) => ({ units: part.to - part.from, cost: Math.max(0, part.slope - start) }));
    return { channel, measure: curve.measure, least: from, parts };
  });
  const whole = lotsOf(at, LOTS);
  const lots = whole.count > 2 * LOTS ? sampleOf(at, LOTS) : whole;
  const answer = (queue: ReturnType<typeof queueTerms>) => {
    const relaxed = relax(at, lots, { sharedUpTo: 0, counts, queue, fixed: null, keep: null, volumes });
    const found = solveRelaxation(relaxed.relaxation, { tolerance: 1e-7, maxIterations: 100, shouldStop });
    return { lots, relaxed, found };
  };
  let last = answer(queueTerms(at, null));
  if (problem.contract.objective.delayCostPerOrderHour > 0) last = answer(queueTerms(at, loadsOf(at, last)));
  const { relaxed, found } = last;
  const prices = { scale, volume: noVolumePrices(channels.length) };
  let missing = 0;
  let greatest = 0;
  let question: VolumeGuide["question"] = null;
  all.forEach((each, v) => {
    const { channel, curve, from } = each;
    const { supplied, least, unit } = relaxed.volumeRows[v]!;
    const dual = found.price[supplied]! - (least < 0 ? 0 : found.price[least]!);
    setVolumePrice(
      prices,
      channel,
      curve,
      volumePriceOf(base, channel, curve) + (dual * relaxed.costUnit) / unit,
    );
    let volume = 0;
    const { cellStart, entryStart, entryRow, entryUse } = relaxed.relaxation;
    for (let j = 0; j < cellStart[lots.count]!; j++)
      for (let e = entryStart[j]!; e < entryStart[j + 1]!; e++)
        if (entryRow[e] === supplied) volume += found.flow[j]! * entryUse[e]! * unit;
    const here = Math.min(each.to, Math.max(from, Math.round(volume)));
    const open = costAt(curve, BigInt(here)) - hullAt(each, here);
    missing += open;
    if (open <= greatest) return;
    // Where the curve turns, nearest to the volume of the answer.
    const turnsInside = curve.pieces
      .map((piece) => piece.from)
      .filter((turn) => turn > from && turn <= each.to);
    const nearest = turnsInside.sort((a, b) => Math.abs(a - here) - Math.abs(b - here))[0];
    if (nearest === undefined) return;
    greatest = open;
    question = { channel, volume: nearest - 1 };
  });
  return { prices, missing, question };
}

function hullAt({ curve, from, hull }: Relaxed, volume: number): number {
  return hull.reduce(
    (sum, part) => sum + part.slope * Math.max(0, Math.min(volume, part.to) - part.from),
    costAt(curve, BigInt(from)),
  );
}

/** `[channel]` a range of volumes with one channel's changed. */
export function withVolume(
  counts: PackageCounts,
  channel: number,
  change: (range: VolumeRange) => VolumeRange,
): PackageCounts {
  const volumes = counts.volumes ?? Array.from(counts.from, () => ANY_VOLUME);
  return { ...counts, volumes: volumes.with(channel, change(volumes[channel]!)) };
}
