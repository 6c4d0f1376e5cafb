import { parseDecimal, scaleDecimal } from "./decimal.js";

/**
 * Time is whole microseconds in a number: instants since 1970-01-01T00:00:00Z, or relative to a plan's time zero.
 * Safe integers reach 285 years.
 */
export type Micros = number;

export const MICROS_PER_SECOND = 1_000_000;
export const MICROS_PER_HOUR = 3_600_000_000;

const INSTANT = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?(Z|([+-])(\d\d):(\d\d))$/;

/** ISO 8601 with an offset, seconds to 6 decimals. Null where the text is another form or no real moment. */
export function parseInstant(text: string): Micros | null {
  const match = INSTANT.exec(text);
  if (match === null) return null;
  const [year, month, day, hour, minute] = match.slice(1, 6).map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const second = Number(match[6] ?? 0);
  if (hour > 23 || minute > 59 || second > 59) return null;
  const utc = Date.UTC(year, month - 1, day, hour, minute, second);
  const date = new Date(utc);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || date.getUTCFullYear() !== year)
    return null;
  const offset = offsetMinutes(text);
  if (offset === null) return null;
  const micros = (utc - offset * 60_000) * 1000 + Number((match[7] ?? "").padEnd(6, "0"));
  // 285 years from 1970 on, in 2255, microseconds are no safe integers any more.
  return Number.isSafeInteger(micros) ? micros : null;
}

/** Minutes east of UTC that an instant's text names; null where it names none. */
export function offsetMinutes(text: string): number | null {
  if (text.endsWith("Z")) return 0;
  const match = /([+-])(\d\d):(\d\d)$/.exec(text);
  if (match === null) return null;
  const [hours, minutes] = [Number(match[2]), Number(match[3])];
  if (hours > 23 || minutes > 59) return null;
  return (match[1] === "-" ? -1 : 1) * (hours * 60 + minutes);
}

/** Writes an instant in the given offset, with as many decimals of a second as it has. */
export function formatInstant(instant: Micros, offset: number): string {
  const millis = Math.floor(instant / 1000);
  const text = new Date(millis + offset * 60_000).toISOString().slice(0, 19);
  const fraction = instant - Math.floor(instant / MICROS_PER_SECOND) * MICROS_PER_SECOND;
  const decimals = fraction === 0 ? "" : `.${String(fraction).padStart(6, "0").replace(/0+$/, "")}`;
  if (offset === 0) return `${text}${decimals}Z`;
  const minutes = Math.abs(offset);
  const pad = (value: number) => String(value).padStart(2, "0");
  return `${text}${decimals}${offset < 0 ? "-" : "+"}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}

/** A number of seconds with up to 6 decimals as microseconds; null where malformed or finer. */
export function parseSeconds(text: string): Micros | null {
  const decimal = parseDecimal(text);
  const micros = decimal === null ? null : scaleDecimal(decimal, 6);
  return micros === null || micros > BigInt(Number.MAX_SAFE_INTEGER) ? null : Number(micros);
}
