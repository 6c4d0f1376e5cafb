import { formatInstant } from "../model/time.js";
import { nextTimeOfDay, offsetAt } from "../model/zone.js";
import type { Night } from "../store/nightStore.js";
import type { Schedule } from "./config.js";

/** When a night is to have done what. Instants are milliseconds since 1970. */

/** What was due while nobody was there is told as missed, so far back beyond what is caught up. */
const MISSED_MS = 2 * 24 * 3_600_000;

/** Until when the orders of a night are waited for. */
export function waitsUntil({ source, timeZone }: Schedule, due: number): number {
  return source.waitUntil === null ? due : nextTimeOfDay(due, source.waitUntil, timeZone);
}

/** Longer than a database takes to come back from a start; a plan late is more than none. */
const OUTAGE_MS = 300_000;

/** Until when a database that does not answer is asked again for the orders of a night: as long as there is time to plan them. */
export function asksUntil(schedule: Schedule, night: Night, now: number): number {
  const due = night.due.getTime();
  const end = stopAt(schedule, night, now);
  return Math.max(end === Infinity ? caughtUpUntil(schedule, due) : end, now + OUTAGE_MS);
}

/** Until when a night that nobody was there for is run after all. */
export function caughtUpUntil(schedule: Schedule, due: number): number {
  return Math.max(due + schedule.catchUpMs, waitsUntil(schedule, due));
}

/** Until when a night that nobody was there for is entered, if only as missed. */
export function enteredUntil({ catchUpMs }: Schedule, due: number): number {
  return due + catchUpMs + MISSED_MS;
}

/** Due instants up to here are not entered any more. */
export function enteredAfter({ catchUpMs }: Schedule, now: number): number {
  return now - catchUpMs - MISSED_MS;
}

/** When the search of a night is to have ended; never where there is no latest end, or it was over when somebody asked by hand. */
export function stopAt(schedule: Schedule, night: Night, now: number): number {
  const end = latestEndOf(schedule, night.due.getTime());
  return night.byHand && now >= end ? Infinity : end - schedule.finishSeconds * 1_000;
}

export function latestEndOf({ latestEnd, timeZone }: Schedule, due: number): number {
  return latestEnd === null ? Infinity : nextTimeOfDay(due, latestEnd, timeZone);
}

export function dueText({ timeZone }: Schedule, { due }: Pick<Night, "due">): string {
  const at = due.getTime();
  return formatInstant(at * 1_000, offsetAt(at, timeZone));
}
