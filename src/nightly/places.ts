import { realpathSync } from "node:fs";
import { basename, dirname, join, resolve, sep } from "node:path";
import { localOf } from "../model/zone.js";
import { type CronTimes, dueInstants } from "./cron.js";
import { filledIn } from "./placeholders.js";

/** Where the plans of nights come to stand: each in a place of its own. */

/** Nights ahead that are looked at. */
const NIGHTS_AHEAD = 60;

/** Nights that are delivered to folders. */
export interface FolderNights extends CronTimes {
  /** Absolute, with dates. */
  readonly folder: string;
}

/** A folder that two nights of a schedule have in common; null where there is none. @param now milliseconds since 1970 */
export function sharedByNights(nights: FolderNights, now: number): string | null {
  const places = duesOf(nights, now).map((due) => placeOf(nights, due));
  return places.find((place, i) => places.indexOf(place) < i) ?? null;
}

/**
 * A folder that nights of two schedules have in common, or that lies in one of the other's; null where there is none.
 *
 * @param now milliseconds since 1970
 */
export function sharedBySchedules(one: FolderNights, other: FolderNights, now: number): string | null {
  // Calendars are slow to look through, and mostly the names tell.
  const [first, second] = [beginning(one.folder), beginning(other.folder)];
  if (!first.startsWith(second) && !second.startsWith(first)) return null;
  return meeting(one, other, now) ?? meeting(other, one, now);
}

/** What the places of all nights begin with. */
function beginning(folder: string): string {
  const fixed = folder.split("{", 1)[0]!;
  const slash = fixed.lastIndexOf(sep) + 1;
  return join(real(fixed.slice(0, slash)), fixed.slice(slash));
}

/** Each night of the one and that of the other which is due next: so those meet that are due on one day, or in one minute. */
function meeting(one: FolderNights, other: FolderNights, now: number): string | null {
  const dues = duesOf(one, now);
  const ones = new Set(dues.map((due) => real(placeOf(one, due))));
  const others = new Set(dues.map((due) => real(placeOf(other, nextDue(other, due - 1)))));
  const within = (places: ReadonlySet<string>, all: ReadonlySet<string>) =>
    [...places].find((place) => withAbove(place).some((each) => all.has(each)));
  return within(others, ones) ?? within(ones, others) ?? null;
}

function duesOf(times: CronTimes, now: number): number[] {
  const dues = dueInstants(times, now);
  return Array.from({ length: NIGHTS_AHEAD }, () => dues.next().value as number);
}

function nextDue(times: CronTimes, after: number): number {
  return dueInstants(times, after).next().value as number;
}

function placeOf({ folder, timeZone }: FolderNights, due: number): string {
  return resolve(filledIn(folder, localOf(due, timeZone)));
}

/** Without the links in it, as far as it is there. */
function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // It is yet to be made, or may not be looked at: then its name counts.
    const above = dirname(path);
    return above === path ? path : join(real(above), basename(path));
  }
}

/** A folder and those that it lies in. */
function withAbove(path: string): string[] {
  const above = dirname(path);
  return above === path ? [path] : [path, ...withAbove(above)];
}
