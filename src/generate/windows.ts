/** When generated plans start, and the windows in which their batch channels work. */
export const PLAN_AT = "2026-11-22T22:00:00+08:00";

/** A stretch of the night in which a channel takes packages. Seconds count from {@link PLAN_AT}. */
export interface Window {
  readonly name: string;
  /** Undefined where the channel is open when the plan starts. */
  readonly opensAt?: string;
  readonly cutOff: string;
  readonly opens: number;
  readonly closes: number;
}

const hours = (count: number) => count * 3600;

const EVENING: Window = {
  name: "evening",
  cutOff: "2026-11-23T00:00:00+08:00",
  opens: 0,
  closes: hours(2),
};
const NIGHT: Window = {
  name: "night",
  opensAt: "2026-11-22T23:30:00+08:00",
  cutOff: "2026-11-23T02:30:00+08:00",
  opens: hours(1.5),
  closes: hours(4.5),
};
const DAWN: Window = {
  name: "dawn",
  opensAt: "2026-11-23T02:00:00+08:00",
  cutOff: "2026-11-23T06:00:00+08:00",
  opens: hours(4),
  closes: hours(8),
};
export const ALL_NIGHT: Window = {
  name: "",
  opensAt: "2026-11-22T22:30:00+08:00",
  cutOff: "2026-11-23T06:00:00+08:00",
  opens: hours(0.5),
  closes: hours(8),
};

/** Windows of a payment company, by how many it offers. */
export const WINDOWS: readonly (readonly Window[])[] = [
  [],
  [ALL_NIGHT],
  [EVENING, DAWN],
  [EVENING, NIGHT, DAWN],
];

/** Moments by which some orders are due, one within each stretch of the night. */
export const DUE_TIMES = [
  "2026-11-23T00:30:00+08:00",
  "2026-11-23T03:00:00+08:00",
  "2026-11-23T06:30:00+08:00",
  "2026-11-23T09:00:00+08:00",
] as const;
