import { MICROS_PER_HOUR } from "../../model/time.js";

/** Beyond all worth, in price units: enough to say that nobody buys. */
export const NOBODY = 2 ** 52;
/** What a rate for an hour and a weight of one is divided by for microseconds and millionths. */
export const HOUR_AT_ONE = 1_000_000n * BigInt(MICROS_PER_HOUR);

export function ceilDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor > 0n ? quotient + 1n : quotient;
}

/** As a double, {@link NOBODY} where it is more than that. */
export function clip(value: bigint): number {
  return value > BigInt(NOBODY) ? NOBODY : Number(value);
}
