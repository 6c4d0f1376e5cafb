import type { QueueForm } from "./form.js";

/** How fast a queue works. Seconds. */
export interface Pace {
  readonly secondsPerPackage: number;
  readonly secondsPerOrder: number;
  readonly lanes: number;
}

/**
 * Orders that a queue finishes within so many seconds.
 *
 * @param packageSize orders of a usual package; 1 for single channels
 */
export function finishedWithin(seconds: number, pace: Pace, packageSize: number): number {
  const cycle = pace.secondsPerPackage + pace.secondsPerOrder * packageSize;
  const full = Math.floor(Math.max(0, seconds) / cycle);
  const rest = Math.max(0, seconds - full * cycle - pace.secondsPerPackage) / pace.secondsPerOrder;
  return pace.lanes * (full * packageSize + Math.floor(Math.min(rest, packageSize)));
}

/** The fewest lanes with which so many orders finish in time; what lanes cannot do, a faster pace does. */
export function paceFor(
  orders: number,
  seconds: number,
  pace: Omit<Pace, "lanes">,
  packageSize: number,
  mostLanes: number,
): Pace {
  for (let lanes = 1; lanes <= mostLanes; lanes *= 2) {
    if (finishedWithin(seconds, { ...pace, lanes }, packageSize) >= orders) return { ...pace, lanes };
  }
  const faster = {
    secondsPerPackage: Math.max(pace.secondsPerPackage > 0 ? 1 : 0, Math.floor(pace.secondsPerPackage / 2)),
    secondsPerOrder: Number((pace.secondsPerOrder / 2).toFixed(6)),
  };
  // A millionth of a second per order is as fine as the files go.
  if (faster.secondsPerOrder < 0.00001) return { ...pace, lanes: mostLanes };
  return paceFor(orders, seconds, faster, packageSize, mostLanes);
}

/** The longest backlog, in whole seconds, that leaves time for so many orders before the window closes. */
export function backlogFor(orders: number, window: number, pace: Pace, packageSize: number): number {
  let low = 0;
  let high = Math.floor(window);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (finishedWithin(window - middle, pace, packageSize) >= orders) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** In the file's form; single channels have no time per package. */
export function queueForm(pace: Pace): QueueForm {
  const { secondsPerPackage, ...rest } = pace;
  return secondsPerPackage > 0 ? { secondsPerPackage, ...rest } : rest;
}
