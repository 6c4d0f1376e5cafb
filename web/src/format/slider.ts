import { formatScaled } from "../../../src/model/decimal.js";
import type { TermNumber } from "../api/types.js";
import { laterBy, minutesBetween } from "./moments.js";

/** How a number is turned by a slider, whose own values are whole units. */
export interface Scale {
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** The units of a value; NaN where it is none. */
  unitsOf(value: string): number;
  /** The value of whole units, as a channels file has it. */
  textOf(units: number): string;
}

/** Steps from nothing to the value as it is, at least. */
const STEPS = 20;
const MINUTES = { step: 15, reach: 6 * 60 };
/** Of numbers that are at nothing: how far the slider goes. */
const FROM_NOTHING = { money: 1, rate: 0.01, count: 100, seconds: 600 };
/** Nothing of these would be no contract. */
const AT_LEAST_ONE = /(^|\.)(package\.(maxOrders|minOrders)|lanes)$/;

/** The scale on which a number lies with its value as it is; null where there is no value to begin with. */
export function scaleOf({ quantity, decimals, value, field }: TermNumber): Scale | null {
  if (value === null) return null;
  if (quantity === "instant") return instants(value);
  const isPercent = value.includes("%");
  const figure = Number(plainOf(value));
  // One significant digit: 0.01 of 0.42, 0.1 of 16.00, 100 of 3,000.
  const about = (figure === 0 ? FROM_NOTHING[quantity] : figure) / STEPS;
  const power = Math.max(Math.floor(Math.log10(about) + 1e-9), -(isPercent ? decimals - 2 : decimals));
  const written = (plainOf(value).split(".")[1] ?? "").length;
  const places = Math.max(written, -power, 0);
  const unit = 10 ** places;
  const units = (text: string) =>
    /^\d+(\.\d+)?$/.test(plainOf(text)) ? Math.round(Number(plainOf(text)) * unit) : Number.NaN;
  const now = units(value);
  const one = isPercent ? 100 * unit : unit;
  const textOf = (whole: number) => `${formatScaled(BigInt(whole), places, places)}${isPercent ? "%" : ""}`;
  // How many succeed is near to all: there a thousandth matters.
  if (field.endsWith("successRate"))
    return {
      ...around(now, Math.max(0, now - one / 10), one, Math.max(1, one / 1000)),
      unitsOf: units,
      textOf,
    };
  const most = figure === 0 ? FROM_NOTHING[quantity] * unit : 2 * now;
  const by = Math.round(10 ** power * unit);
  const least = AT_LEAST_ONE.test(field) ? 1 : 0;
  return {
    ...around(now, least, quantity === "rate" ? Math.min(most, one) : most, by),
    unitsOf: units,
    textOf,
  };
}

/** A range about a value, at which it can stand exactly. */
function around(now: number, from: number, to: number, by: number): Pick<Scale, "min" | "max" | "step"> {
  const step = Math.round(by);
  const below = Math.floor((now - from) / step);
  const above = Math.floor((to - now) / step);
  return { min: now - below * step, max: now + above * step, step };
}

function plainOf(value: string): string {
  return value.replace("%", "").trim();
}

function instants(value: string): Scale {
  return {
    min: -MINUTES.reach,
    max: MINUTES.reach,
    step: MINUTES.step,
    unitsOf: (text) => minutesBetween(value, text),
    textOf: (minutes) => (minutes === 0 ? value : laterBy(value, minutes)),
  };
}
