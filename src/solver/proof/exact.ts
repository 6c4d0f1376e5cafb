import { AMOUNT_PRICE_UNIT } from "../../model/certificate.js";
import { MICROS_PER_HOUR } from "../../model/time.js";

/** Beyond all worth, in price units: enough to say that nobody buys. */
export const NOBODY = 2 ** 52;
/** What a rate for an hour and a weight of one is divided by for microseconds and millionths. */
export const HOUR_AT_ONE = 1_000_000n * BigInt(MICROS_PER_HOUR);

/** The quotient rounded up. @param divisor above 0 */
export function ceilDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor > 0n ? quotient + 1n : quotient;
}

/** As a double, {@link NOBODY} where it is more than that. */
export function clip(value: bigint): number {
  return value > BigInt(NOBODY) ? NOBODY : Number(value);
}

/** What an amount costs at a price for {@link AMOUNT_PRICE_UNIT} minor units, rounded down, and as {@link clip} has it. */
export function timesAmount(price: number, amount: number): number {
  const product = price * amount;
  if (Number.isSafeInteger(product)) return (product - (product % AMOUNT_PRICE_UNIT)) / AMOUNT_PRICE_UNIT;
  return clip((BigInt(price) * BigInt(amount)) / BigInt(AMOUNT_PRICE_UNIT));
}
