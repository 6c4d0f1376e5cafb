import { AMOUNT_PRICE_UNIT } from "../../model/certificate.js";

/** ⌊price · amount / unit⌋ of a price for {@link AMOUNT_PRICE_UNIT} minor units; no more than 2⁵², which nobody pays. */
export function timesAmount(price: number, amount: number): number {
  const product = price * amount;
  if (product <= Number.MAX_SAFE_INTEGER) {
    // A rounded quotient may come out one too high; far faster than the rest of a division of doubles.
    const quotient = Math.floor(product / AMOUNT_PRICE_UNIT);
    return quotient * AMOUNT_PRICE_UNIT > product ? quotient - 1 : quotient;
  }
  const exact = (BigInt(price) * BigInt(amount)) / BigInt(AMOUNT_PRICE_UNIT);
  return exact > BigInt(2 ** 52) ? 2 ** 52 : Number(exact);
}
