import { InputError } from "../model/issue.js";
import { formatInstant } from "../model/time.js";
import { instantOf, localOf, offsetAt } from "../model/zone.js";
import type { Schedule } from "./config.js";
import { dueInstants } from "./cron.js";
import { LEASE_SECONDS } from "./keeper.js";
import { type NightEnd, workNight } from "./night.js";
import type { NightParts } from "./nightParts.js";

const DAY_MS = 86_400_000;
const DATE = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}))?$/;

/**
 * The due instant of a schedule on a date, local time.
 *
 * @param date `2026-11-22`, or `2026-11-22T21:30`; the time is needed where there are several
 * @param now milliseconds since 1970
 * @throws InputError where there is none, or several, or it is still to come
 */
export function dueOn(schedule: Schedule, date: string, now: number): number {
  const { timeZone, id } = schedule;
  const [, day = "", time] = DATE.exec(date)!;
  const midnight = Date.parse(day);
  const found: number[] = [];
  for (const due of dueInstants(schedule, instantOf(midnight, timeZone) - 1)) {
    const local = localOf(due, timeZone);
    if (local >= midnight + DAY_MS) break;
    if (time === undefined || new Date(local).toISOString().slice(11, 16) === time) found.push(due);
  }
  const [due, ...others] = found;
  const issue = (code: string, message: string, hint: string) =>
    new InputError([{ code, path: "date", message, value: date, hint }]);
  if (due === undefined)
    throw issue("NO_NIGHT", `${id} is not due on ${date}`, "`--check` prints when it is due next.");
  if (others.length > 0)
    throw issue(
      "AMBIGUOUS_NIGHT",
      `${id} is due ${found.length} times on ${date}`,
      `Add the time, for example ${textOf(due, timeZone)}.`,
    );
  if (due > now)
    throw issue(
      "NOT_DUE_YET",
      `${id} is due on ${date} only at ${formatInstant(due * 1_000, offsetAt(due, timeZone))}`,
      "A night that was run before would not run when it is due.",
    );
  return due;
}

function textOf(due: number, timeZone: string): string {
  return new Date(localOf(due, timeZone)).toISOString().slice(0, 16);
}

/**
 * Runs a night now: goes on with it where it was left, makes one more revision of it where its inputs are others, and else only sees to
 * it that it is delivered.
 *
 * @throws InputError where another process works on it
 */
export async function runByHand(
  schedule: Schedule,
  due: number,
  owner: string,
  parts: NightParts,
  signal: AbortSignal,
): Promise<NightEnd | null> {
  const { nights } = parts.store;
  const key = { schedule: schedule.id, due: new Date(due) };
  const lease =
    (await nights.resume(key, owner, LEASE_SECONDS)) ?? (await nights.begin(key, owner, LEASE_SECONDS));
  if (lease === null)
    throw new InputError([
      {
        code: "NIGHT_IN_PROGRESS",
        path: "run",
        message: `another process works on this night of ${schedule.id}`,
        hint: "Wait for it; one that is not heard of any more is given up after some seconds.",
      },
    ]);
  return workNight(lease, schedule, parts, signal);
}
