import { MICROS_PER_SECOND, type Micros } from "../model/time.js";
import { formatClock, formatDay } from "./clock.js";

/** A time axis from time zero to `end`, in percent of the drawing's width with a little air at both sides. */
export interface TimeAxis {
  readonly end: Micros;
  readonly ticks: readonly Tick[];
  /** `"12.34%"`. */
  at(time: Micros): string;
  /** A width, at least wide enough to be seen. */
  span(from: Micros, to: Micros): string;
}

export interface Tick {
  readonly at: Micros;
  readonly label: string;
  /** Set where a new day begins, and on the first tick. */
  readonly day: string | null;
}

const STEPS_SECONDS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 14_400, 21_600, 43_200, 86_400,
  172_800, 604_800,
];
const MOST_TICKS = 9;
/** Percent of the width that stays free at each side. */
export const MARGIN = 1;
const NARROWEST = 0.15;

/** @param zero the plan's time zero; ticks stand at round times of the offset's clock */
export function timeAxis(end: Micros, zero: Micros, offsetMinutes: number): TimeAxis {
  const scale = (time: Micros) => ((100 - 2 * MARGIN) * Math.min(Math.max(time, 0), end)) / end;
  return {
    end,
    ticks: ticks(end, zero, offsetMinutes),
    at: (time) => percent(MARGIN + scale(time)),
    span: (from, to) => percent(Math.max(NARROWEST, scale(to) - scale(from))),
  };
}

/** Two decimals: a hundredth of a percent is a tenth of a pixel. */
function percent(value: number): string {
  return `${Number(value.toFixed(2))}%`;
}

function ticks(end: Micros, zero: Micros, offsetMinutes: number): readonly Tick[] {
  let step = STEPS_SECONDS.at(-1)!;
  for (const seconds of STEPS_SECONDS)
    if (end / (seconds * MICROS_PER_SECOND) <= MOST_TICKS) {
      step = seconds;
      break;
    }
  while (end / (step * MICROS_PER_SECOND) > MOST_TICKS) step *= 2;
  const width = step * MICROS_PER_SECOND;
  const shift = zero + offsetMinutes * 60 * MICROS_PER_SECOND;
  const found: Tick[] = [];
  let day: string | null = null;
  for (let local = Math.ceil(shift / width) * width; local - shift <= end; local += width) {
    const at = local - shift;
    const today = formatDay(zero + at, offsetMinutes);
    const label = step >= 86_400 ? "" : formatClock(zero + at, offsetMinutes, step < 60);
    found.push({ at, label, day: today === day ? null : today });
    day = today;
  }
  return found;
}
