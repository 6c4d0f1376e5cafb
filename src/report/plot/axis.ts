import { group } from "../numbers.js";
import { truncateCells } from "../textWidth.js";
import { labelWidth, NARROWEST_PLOT } from "./labels.js";

/**
 * Axes of charts. Places are shares of the axis from 0 to 1. Figures are doubles here, for drawing only: what is read
 * as a figure stands in the tables.
 */
export interface Axis {
  /** Share of the axis at which a value lies. */
  at(value: number): number;
  readonly ticks: readonly AxisTick[];
}

export interface AxisTick {
  readonly value: number;
  readonly label: string;
}

/** Pixels between two labels. */
const AIR = 14;
const MOST_ACROSS = 8;
const MOST_UP = 6;
const MOST_COUNTS = 3;
/** A label of a value that is no number has this many cells at most. */
const MOST_CELLS = 16;

/**
 * An axis that goes up, from the round value below the lowest to the one above the highest.
 *
 * @param values at least one
 */
export function upAxis(values: readonly number[]): Axis {
  const [low, high] = widened(extent(values));
  return roundAxis(low, high, roundStep((high - low) / MOST_UP));
}

/**
 * An axis of counts that goes up from 0 in whole steps.
 *
 * @param counts at least one, none below 0
 */
export function countAxis(counts: readonly number[]): Axis {
  const high = Math.max(1, extent(counts)[1]);
  return roundAxis(0, high, Math.max(1, roundStep(high / MOST_COUNTS)));
}

function roundAxis(low: number, high: number, step: number): Axis {
  const from = Math.floor(low / step + 1e-9) * step;
  const to = Math.ceil(high / step - 1e-9) * step;
  return { at: place(from, to), ticks: multiples(from, to, step) };
}

/**
 * An axis that goes across, from the lowest value to the highest, with as many ticks as fit on a phone.
 *
 * @param values at least one
 */
export function acrossAxis(values: readonly number[]): Axis {
  const [from, to] = widened(extent(values));
  return {
    at: place(from, to),
    ticks: fitting((most) => multiples(from, to, roundStep((to - from) / most))),
  };
}

const SPANS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 14_400, 21_600, 43_200, 86_400,
];

/**
 * As {@link acrossAxis}, of seconds since time zero: ticks read `1:30`, hours and minutes, with seconds where they differ.
 */
export function spanAxis(seconds: readonly number[]): Axis {
  const [from, to] = widened(extent(seconds));
  const ticks = (most: number) => {
    const least = (to - from) / most;
    const step = SPANS.find((span) => span >= least) ?? 86_400 * roundStep(least / 86_400);
    return multiples(from, to, step).map(({ value }) => ({ value, label: spanLabel(value, step < 60) }));
  };
  return { at: place(from, to), ticks: fitting(ticks) };
}

function spanLabel(seconds: number, fine: boolean): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const sign = seconds < 0 ? "−" : "";
  const whole = Math.round(Math.abs(seconds));
  const minutes = `${sign}${group(String(Math.floor(whole / 3600)))}:${two(Math.floor((whole % 3600) / 60))}`;
  return fine ? `${minutes}:${two(whole % 60)}` : minutes;
}

/** An axis of names in their order: value 0 is the first. Names for which there is no room are left to the table. */
export function namesAxis(names: readonly string[]): Axis {
  const last = Math.max(1, names.length - 1);
  const all = names.map((name, value) => ({ value, label: truncateCells(name, MOST_CELLS) }));
  return {
    at: names.length === 1 ? () => 0.5 : (value) => value / last,
    ticks: fitting((most) => {
      const every = Math.ceil(all.length / most);
      return all.filter((_, i) => i % every === 0);
    }),
  };
}

/** The most ticks whose labels stand clear of each other on a phone. */
function fitting(make: (most: number) => readonly AxisTick[]): readonly AxisTick[] {
  for (let most = MOST_ACROSS; most > 1; most--) {
    const ticks = make(most);
    const width = ticks.reduce((sum, { label }) => sum + labelWidth(label) + AIR, 0);
    if (width <= NARROWEST_PLOT) return ticks;
  }
  return make(1);
}

function extent(values: readonly number[]): readonly [number, number] {
  return [
    values.reduce((least, value) => Math.min(least, value), Infinity),
    values.reduce((most, value) => Math.max(most, value), -Infinity),
  ];
}

/** A single value gets room on both sides. */
function widened([low, high]: readonly [number, number]): readonly [number, number] {
  if (high > low) return [low, high];
  const room = Math.abs(low) / 20 || 1;
  return [low - room, high + room];
}

function place(from: number, to: number): (value: number) => number {
  return (value) => (value - from) / (to - from);
}

/** The smallest of 1, 2, 5, 10, 20, 50, … that is not below, of whatever power of ten. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5].find((digit) => digit * power >= least * (1 - 1e-9)) ?? 10);
}

function multiples(from: number, to: number, step: number): readonly AxisTick[] {
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const ticks: AxisTick[] = [];
  const last = Math.floor(to / step + 1e-9);
  for (let i = Math.ceil(from / step - 1e-9); i <= last; i++) {
    // Not i × step alone: 3 × 0.1 would read 0.30000000000000004.
    const label = (i * step).toFixed(decimals);
    ticks.push({ value: Number(label), label: group(/^-0(\.0+)?$/.test(label) ? label.slice(1) : label) });
  }
  return ticks;
}
