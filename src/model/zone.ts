/**
 * Local time of time zones, as clocks on the wall show it. A local time is written as the milliseconds since 1970 that it would be
 * in UTC; an instant is milliseconds since 1970.
 */
export type LocalMillis = number;

const DAY_MS = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      calendar: "gregory",
      numberingSystem: "latn",
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    formats.set(zone, format);
  }
  return format;
}

/** Whether a text names a time zone: `Europe/Berlin`. */
export function isZone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** What clocks show at an instant. */
export function localOf(instant: number, zone: string): LocalMillis {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type)!;
  const seconds = Date.UTC(
    part("year"),
    part("month") - 1,
    part("day"),
    part("hour"),
    part("minute"),
    part("second"),
  );
  return seconds + (((instant % 1_000) + 1_000) % 1_000);
}

/** Minutes east of UTC at an instant. */
export function offsetAt(instant: number, zone: string): number {
  return Math.round((localOf(instant, zone) - instant) / 60_000);
}

/**
 * When clocks show a local time. One that they show twice is the first time; one that they leave out is the moment at which they
 * do, so that every local time is one instant, and later ones are never earlier instants.
 */
export function instantOf(local: LocalMillis, zone: string): number {
  // No offset is longer than a day, and none changes twice within two.
  const before = local - offsetMillis(local - DAY_MS, zone);
  const after = local - offsetMillis(local + DAY_MS, zone);
  for (const instant of [Math.min(before, after), Math.max(before, after)])
    if (localOf(instant, zone) === local) return instant;
  return changeWithin(Math.min(before, after), Math.max(before, after), zone);
}

function offsetMillis(instant: number, zone: string): number {
  return localOf(instant, zone) - instant;
}

/** The instant at which the offset of a zone changes, between two that have different ones. */
function changeWithin(from: number, to: number, zone: string): number {
  let [low, high] = [from, to];
  const old = offsetMillis(low, zone);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetMillis(middle, zone) === old) low = middle;
    else high = middle;
  }
  return high;
}

/** The day of a local time, `2026-11-22`, some days later or earlier. */
export function dateText(local: LocalMillis, plusDays = 0): string {
  return new Date(local + plusDays * DAY_MS).toISOString().slice(0, 10);
}

/** Whole days from one local time's date to another's. */
export function daysBetween(from: LocalMillis, to: LocalMillis): number {
  return Math.floor(to / DAY_MS) - Math.floor(from / DAY_MS);
}

/** The first instant after another at which clocks show a time of day. @param minutes since midnight */
export function nextTimeOfDay(after: number, minutes: number, zone: string): number {
  const local = localOf(after, zone);
  const midnight = local - (((local % DAY_MS) + DAY_MS) % DAY_MS);
  for (let day = 0; ; day++) {
    const instant = instantOf(midnight + day * DAY_MS + minutes * 60_000, zone);
    if (instant > after) return instant;
  }
}

/** The same time of day some days later. */
export function daysLater(instant: number, days: number, zone: string): number {
  return instantOf(localOf(instant, zone) + days * DAY_MS, zone);
}
