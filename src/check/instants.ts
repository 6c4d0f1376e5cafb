import type { Contract } from "../model/contract.js";
import { formatInstant, type Micros, offsetMinutes, parseInstant } from "../model/time.js";

/**
 * Whether a text names the moment, in the offset that the contract writes instants in. How many decimals it spends on
 * the seconds is its own affair.
 */
export function namesInstant(
  { planAt, offsetMinutes: offset }: Contract,
  text: string,
  since: Micros,
): boolean {
  return parseInstant(text) === (planAt ?? 0) + since && offsetMinutes(text) === offset;
}

/** The moment as a text for messages. */
export function instantText({ planAt, offsetMinutes: offset }: Contract, since: Micros): string {
  const moment = (planAt ?? 0) + since;
  // Dates end in the year 275760; a plan may be so wrong that it does not.
  return Math.abs(moment) <= 8.64e18 ? formatInstant(moment, offset) : `${moment} µs`;
}
