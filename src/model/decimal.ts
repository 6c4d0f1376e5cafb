/**
 * Plain decimals as exact integers. Files carry every quantity as text; nothing here passes through a float.
 */

const PLAIN = /^(\d+)(?:\.(\d+))?$/;

export interface Decimal {
  /** All digits as one integer: `12.50` is 1250. */
  readonly digits: bigint;
  /** How many of them stand behind the point. */
  readonly decimals: number;
}

/** Reads `123` or `123.45`: no sign, exponent, grouping or blanks. Anything else is null. */
export function parseDecimal(text: string): Decimal | null {
  const match = PLAIN.exec(text);
  if (match === null) return null;
  const fraction = match[2] ?? "";
  return { digits: BigInt(match[1]! + fraction), decimals: fraction.length };
}

/** As {@link parseDecimal}, of a rate in per cent as well: `"0.38%"` is 0.0038. */
export function parseRate(text: string): Decimal | null {
  if (!text.endsWith("%")) return parseDecimal(text);
  const percent = parseDecimal(text.slice(0, -1).trimEnd());
  return percent && { ...percent, decimals: percent.decimals + 2 };
}

/** A decimal that may be below 0. */
export interface SignedDecimal extends Decimal {
  readonly negative: boolean;
}

/** As {@link parseDecimal}, with a minus where it is below 0. */
export function parseSigned(text: string): SignedDecimal | null {
  const negative = text.startsWith("-");
  const magnitude = parseDecimal(negative ? text.slice(1) : text);
  return magnitude === null ? null : { ...magnitude, negative };
}

/**
 * The decimal times 10^scale as an integer, or null where that is not whole (trailing zeros are no matter).
 */
export function scaleDecimal({ digits, decimals }: Decimal, scale: number): bigint | null {
  if (decimals <= scale) return digits * 10n ** BigInt(scale - decimals);
  const divisor = 10n ** BigInt(decimals - scale);
  return digits % divisor === 0n ? digits / divisor : null;
}

/** Writes `value / 10^scale` with exactly `decimals` decimals, which must lose nothing. */
export function formatScaled(value: bigint, scale: number, decimals: number): string {
  const negative = value < 0n;
  const magnitude = negative ? -value : value;
  const divisor = 10n ** BigInt(Math.max(0, scale - decimals));
  if (magnitude % divisor !== 0n)
    throw new RangeError(`${value} has more than ${decimals} decimals at scale ${scale}.`);
  const text = (magnitude / divisor).toString().padStart(decimals + 1, "0");
  const whole = text.slice(0, text.length - decimals);
  const fraction = text.slice(text.length - decimals);
  return `${negative ? "-" : ""}${whole}${decimals > 0 ? `.${fraction}` : ""}`;
}

/**
 * The source text of a number from JavaScript, where every digit is known to be meant: up to 15 significant
 * digits and no exponent. Null otherwise.
 */
export function numberText(value: number): string | null {
  if (!Number.isFinite(value)) return null;
  const text = String(value);
  if (text.includes("e")) return null;
  const significant = text.replace(/^-?0*\.?0*/, "").replace(".", "");
  return significant.length <= 15 ? text : null;
}
