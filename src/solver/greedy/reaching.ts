import { bestOtherPlace, putOn, takeOut } from "./moves.js";
import type { Packing } from "./packing.js";
import { largest } from "./select.js";
import type { Trials } from "./trials.js";
import type { VolumeMeasure } from "./volumes.js";

/** Thresholds tried above and below a volume, the nearest first. */
const NEAREST = 2;

/**
 * Brings volumes to where their prices turn: the orders that lose least by it join a channel until the next threshold
 * is reached, or leave it until it is not. No single order could gain by that. Returns how often that pays.
 */
export function reachThresholds(trials: Trials): number {
  const { packing } = trials;
  if (!packing.volumes.any) return 0;
  let reached = 0;
  packing.problem.contract.channels.forEach((_, c) => {
    for (const { measure, volume, turns } of packing.volumes.thresholds(c)) {
      const above = turns.filter((turn) => turn > volume).slice(0, NEAREST);
      const below = turns.filter((turn) => turn <= volume).slice(-NEAREST);
      for (const turn of above)
        if (!trials.shouldStop() && trials.attempt(() => fillUp(packing, c, measure, turn))) reached++;
      for (const turn of below)
        for (const target of [turn, turn - 1])
          if (!trials.shouldStop() && trials.attempt(() => empty(packing, c, measure, target))) reached++;
    }
  });
  return reached;
}

/** Moves the orders onto a channel that lose least by it, until it has that volume. */
function fillUp(packing: Packing, c: number, measure: VolumeMeasure, target: number): boolean {
  const { classes, orders } = packing.problem;
  const C = classes.channels;
  const rows: number[] = [];
  const ease: number[] = [];
  for (let i = 0; i < orders.count; i++) {
    const k = classes.classOf[i]!;
    if (k < 0 || packing.channelOf[i] === c || classes.charge[k * C + c]! < 0) continue;
    const units = packing.volumes.unitsOf(measure, c, k, orders.amount[i]!);
    if (units <= 0) continue;
    rows.push(i);
    ease.push((packing.costAt(i) - classes.charge[k * C + c]!) / units);
  }
  for (const which of largest(ease, rows.length)) {
    if (packing.volumes.volume(c, measure) >= target) break;
    const order = rows[which]!;
    const from = packing.channelOf[order]!;
    if (from >= 0) takeOut(packing, order);
    if (!putOn(packing, order, c, true) && from >= 0 && !putOn(packing, order, from, true)) return false;
  }
  return packing.volumes.volume(c, measure) >= target;
}

/** Moves the orders off a channel that lose least by it, until it has no more than that volume. */
function empty(packing: Packing, c: number, measure: VolumeMeasure, target: number): boolean {
  const { classes, orders } = packing.problem;
  const rows: number[] = [];
  const ease: number[] = [];
  for (let i = 0; i < orders.count; i++) {
    if (packing.channelOf[i] !== c) continue;
    const units = packing.volumes.unitsOf(measure, c, classes.classOf[i]!, orders.amount[i]!);
    if (units <= 0) continue;
    rows.push(i);
    ease.push((packing.costAt(i) - bestOtherPlace(packing, i).cost) / units);
  }
  for (const which of largest(ease, rows.length)) {
    if (packing.volumes.volume(c, measure) <= target) break;
    const order = rows[which]!;
    const place = bestOtherPlace(packing, order);
    takeOut(packing, order);
    if (place.channel >= 0) putOn(packing, order, place.channel, false);
  }
  return packing.volumes.volume(c, measure) <= target;
}
