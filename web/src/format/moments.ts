import { formatInstant, offsetMinutes, parseInstant } from "../../../src/model/time.js";

/** Parts of a moment in the offset that it is written in. */
export interface MomentParts {
  readonly month: number;
  readonly day: number;
  /** `05:12` */
  readonly time: string;
  /** `44` */
  readonly seconds: string;
}

/** Null where the text is no instant. */
export function momentParts(text: string | null): MomentParts | null {
  const at = text === null || text === "" ? null : parseInstant(text);
  return at === null ? null : partsAt(at, offsetMinutes(text!) ?? 0);
}

/** @param at microseconds since 1970 */
export function partsAt(at: number, offset: number): MomentParts {
  const text = formatInstant(Math.floor(at / 1e6) * 1e6, offset);
  return {
    month: Number(text.slice(5, 7)),
    day: Number(text.slice(8, 10)),
    time: text.slice(11, 16),
    seconds: text.slice(17, 19),
  };
}

/** The instant so many minutes later, in the same offset. */
export function laterBy(text: string, minutes: number): string {
  return formatInstant(parseInstant(text)! + minutes * 60e6, offsetMinutes(text) ?? 0);
}

/** Whole minutes from one instant to another. */
export function minutesBetween(from: string, to: string): number {
  return Math.round((parseInstant(to)! - parseInstant(from)!) / 60e6);
}
