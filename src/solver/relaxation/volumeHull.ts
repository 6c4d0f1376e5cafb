import { turns } from "../atVolumePrices.js";
import { costAt, type VolumeCurve } from "../volume.js";

/** A straight part of the greatest convex function below a curve, in cost units a unit of volume; steers only. */
export interface HullPart {
  readonly from: number;
  readonly to: number;
  readonly slope: number;
}

/** The greatest convex function that is nowhere above a curve from one volume to another; slopes ascend. */
export function lowerHull(curve: VolumeCurve, from: bigint, to: bigint): HullPart[] {
  const points: { x: number; y: number }[] = [];
  for (const volume of new Set(turns(curve, from, to))) {
    const point = { x: Number(volume), y: costAt(curve, volume) };
    while (points.length > 1 && slope(points.at(-2)!, point) <= slope(points.at(-2)!, points.at(-1)!))
      points.pop();
    points.push(point);
  }
  return points.slice(1).map((end, i) => ({ from: points[i]!.x, to: end.x, slope: slope(points[i]!, end) }));
}

function slope(a: { x: number; y: number }, b: { x: number; y: number }): number {
  return (b.y - a.y) / (b.x - a.x);
}
