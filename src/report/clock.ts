import type { Contract } from "../model/contract.js";
import { formatInstant, MICROS_PER_SECOND, type Micros, offsetMinutes, parseInstant } from "../model/time.js";

/** Moments as a person reads them, in the plan's own offset. */

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

interface Fields {
  readonly year: string;
  readonly day: string;
  readonly time: string;
  readonly seconds: string;
}

function fields(at: Micros, offset: number): Fields {
  const text = formatInstant(Math.floor(at / MICROS_PER_SECOND) * MICROS_PER_SECOND, offset);
  return {
    year: text.slice(0, 4),
    day: `${Number(text.slice(8, 10))} ${MONTHS[Number(text.slice(5, 7)) - 1]}`,
    time: text.slice(11, 16),
    seconds: text.slice(17, 19),
  };
}

/** `23 Nov 05:12:44`; parts of a second are left away. */
export function formatMoment(at: Micros, offset: number): string {
  const { day, time, seconds } = fields(at, offset);
  return `${day} ${time}:${seconds}`;
}

/** `23 Nov 2026 05:12`, with seconds where there are any. */
export function planStart(at: Micros, offset: number): string {
  const { day, year, time, seconds } = fields(at, offset);
  return `${day} ${year} ${time}${seconds === "00" ? "" : `:${seconds}`}`;
}

/** `23 Nov`. */
export function formatDay(at: Micros, offset: number): string {
  return fields(at, offset).day;
}

/** `05:12`, or `05:12:44` where asked. */
export function formatClock(at: Micros, offset: number, withSeconds: boolean): string {
  const { time, seconds } = fields(at, offset);
  return withSeconds ? `${time}:${seconds}` : time;
}

/** `UTC+08:00`. */
export function offsetName(offset: number): string {
  const minutes = Math.abs(offset);
  const pad = (value: number) => String(value).padStart(2, "0");
  return offset === 0
    ? "UTC"
    : `UTC${offset < 0 ? "−" : "+"}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}

/** A moment of the plan's files in its offset, or null where the file names none. */
export function readMoment(text: string | null, contract: Contract): string | null {
  const at = text === null || text === "" ? null : parseInstant(text);
  return at === null ? null : formatMoment(at, contract.offsetMinutes);
}

/** A moment of a file as {@link formatMoment}, in the offset that it is written in; null where there is none. */
export function writtenMoment(text: string | null): string | null {
  const at = text === null ? null : parseInstant(text);
  return at === null ? null : formatMoment(at, offsetMinutes(text!) ?? 0);
}

/** `2 d 3 h`, `1 h 05 min`, `4 min 30 s`, `12.5 s`: the two largest units. */
export function formatSpan(micros: Micros): string {
  const sign = micros < 0 ? "−" : "";
  const seconds = Math.abs(micros) / MICROS_PER_SECOND;
  if (seconds < 60) return `${sign}${Number(seconds.toFixed(1))} s`;
  const whole = Math.floor(seconds);
  const two = (value: number) => String(value).padStart(2, "0");
  if (whole < 3600) return `${sign}${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  if (whole < 86_400)
    return `${sign}${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
  return `${sign}${Math.floor(whole / 86_400)} d ${Math.floor((whole % 86_400) / 3600)} h`;
}
