import cronParser from "cron-parser";
import { instantOf, localOf } from "../model/zone.js";

/** When something is to happen: five fields of cron, in the local time of a zone. */
export interface CronTimes {
  readonly cron: string;
  readonly timeZone: string;
}

const FIELDS = [
  { name: "minute", takes: "0 to 59" },
  { name: "hour", takes: "0 to 23" },
  { name: "day of month", takes: "1 to 31" },
  { name: "month", takes: "1 to 12, or JAN to DEC" },
  { name: "day of week", takes: "0 to 7, or SUN to SAT" },
];

/** What is wrong with five fields of cron; null where nothing is. */
export function whyNotCron(text: string): string | null {
  const fields = text.trim().split(/ +/);
  if (fields.length !== FIELDS.length || /[^\S ]/.test(text.trim()))
    return "has not the five fields minute, hour, day of month, month, day of week";
  const wrong = FIELDS.flatMap(({ name, takes }, i) => {
    const alone = FIELDS.map((_, j) => (j === i ? fields[i] : "*")).join(" ");
    return whyNever(alone) === null ? [] : [`${JSON.stringify(fields[i])} as its ${name}, which is ${takes}`];
  });
  if (wrong.length > 0)
    return `has ${wrong.join(", and ")}; * stands for all, lists have commas, ranges hyphens`;
  if (whyNever(text) === null) return null;
  const [, , day, month] = fields;
  return `is never due: ${JSON.stringify(day)} is no day of the month ${JSON.stringify(month)}`;
}

/** What the parser says of a text that has no due instant; null where there is one. */
function whyNever(cron: string): string | null {
  try {
    wallTimes(cron, 0).next();
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/** The times of day at which something can be due, in minutes since midnight. @param cron that can be read */
export function timesOfDay(cron: string): number[] {
  const { hour, minute } = wallTimes(cron, 0).fields;
  return hour.flatMap((hours) => minute.map((minutes) => hours * 60 + minutes));
}

/**
 * The due instants after another one, in order and without end. Clocks that are put forward leave local times out: what was due
 * then is due at the moment they are. Clocks that are put back show local times twice: what is due then is due the first time.
 *
 * @param after milliseconds since 1970
 */
export function* dueInstants({ cron, timeZone }: CronTimes, after: number): Generator<number> {
  // Fields are read as local times, each of which is one instant: a time on the wall is all that cron knows of.
  const times = wallTimes(cron, localOf(after, timeZone));
  for (let last = after; ; ) {
    const instant = instantOf(times.next().getTime(), timeZone);
    if (instant <= last) continue;
    last = instant;
    yield instant;
  }
}

function wallTimes(cron: string, after: number) {
  return cronParser.parseExpression(cron, { currentDate: new Date(after), tz: "UTC" });
}
