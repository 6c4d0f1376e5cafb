import { z } from "zod";
import { RATE_ONE, RATE_SCALE } from "./contract.js";
import { parseDecimal, parseRate, scaleDecimal } from "./decimal.js";
import { isUnsafeText } from "./issue.js";
import { offsetMinutes, parseInstant, parseSeconds } from "./time.js";

/**
 * Scalar fields shared by both input files. Every reader hands over source text, so that `0102` stays `0102` and no
 * figure passes through a float; a number token stays marked as one, because only those are limited to 15 digits.
 */
export class SourceNumber {
  constructor(readonly text: string) {}
}

export type Scalar = string | SourceNumber;

/** What an issue of ours adds to zod's: a stable code and a way out. */
export interface IssueParams {
  readonly code: string;
  readonly hint?: string;
}

/** What a scalar counts, and how many decimals it may have: what a change to it has to keep to. */
export interface Quantity {
  readonly quantity: "money" | "rate" | "count" | "seconds" | "instant";
  readonly decimals: number;
}

type Context = z.core.$RefinementCtx;

export function complain(context: Context, code: string, message: string, hint?: string): never {
  const params: IssueParams = hint === undefined ? { code } : { code, hint };
  context.addIssue({ code: "custom", message, params });
  return z.NEVER;
}

const isScalar = (value: unknown): value is Scalar =>
  typeof value === "string" || value instanceof SourceNumber;

/** Source text of a scalar, whatever it means. */
export const text = z
  .custom<Scalar>(isScalar, { error: "must be a text or a number" })
  .transform((value) => (typeof value === "string" ? value : value.text));

/** An id, bank code or attribute value: not empty and harmless in a spreadsheet. */
export const name = text.transform((value, context) => {
  if (value === "") return complain(context, "EMPTY_TEXT", "must not be empty");
  if (isUnsafeText(value)) return complain(context, "UNSAFE_TEXT", UNSAFE_MESSAGE, UNSAFE_HINT);
  if (HALF.test(value)) return complain(context, "WRONG_ENCODING", HALF_MESSAGE, HALF_HINT);
  return value;
});

/** Half of a character, as JSON can write one (`\\ud800`): no file could hold it, and another one would stand in its place. */
const HALF = /\p{Surrogate}/u;
const HALF_MESSAGE = "holds half of a character";
const HALF_HINT = "Write the whole character, or leave it out.";

export const UNSAFE_MESSAGE =
  "begins with a character that a spreadsheet would run as a formula, or a control character";
export const UNSAFE_HINT = "Remove the leading =, +, -, @ or control character.";

/** An attribute value, which may be empty (an order without the attribute). */
export const attributeValue = text.transform((value, context) => {
  if (isUnsafeText(value)) return complain(context, "UNSAFE_TEXT", UNSAFE_MESSAGE, UNSAFE_HINT);
  if (HALF.test(value)) return complain(context, "WRONG_ENCODING", HALF_MESSAGE, HALF_HINT);
  return value;
});

const PLAIN_HINT =
  "Write a plain decimal such as 1234.56: no sign, exponent, blanks or thousands separators.";

/** A plain decimal as a whole multiple of 10^-scale. */
function decimalField(scale: number, tooFine: string) {
  return z.custom<Scalar>(isScalar, { error: "must be a decimal" }).transform((value, context): bigint => {
    const source = typeof value === "string" ? value : value.text;
    const decimal = parseDecimal(source);
    if (decimal === null) return complain(context, "NOT_A_DECIMAL", "is not a plain decimal", PLAIN_HINT);
    if (typeof value !== "string" && String(decimal.digits).length > 15)
      return complain(context, "NUMBER_TOO_LONG", "has more than 15 digits as a number", "Put it in quotes.");
    const scaled = scaleDecimal(decimal, scale);
    if (scaled === null)
      return complain(
        context,
        "TOO_MANY_DECIMALS",
        tooFine,
        "Nothing is rounded here: write the exact value.",
      );
    return scaled;
  });
}

function safe(value: bigint, context: Context): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER))
    return complain(context, "OUT_OF_RANGE", `is beyond ${Number.MAX_SAFE_INTEGER} of its smallest units`);
  return Number(value);
}

/** An amount in minor units. */
export const amountField = (exponent: number) =>
  decimalField(exponent, `has more than the currency's ${exponent} decimals`)
    .transform(safe)
    .meta({ quantity: "money", decimals: exponent } satisfies Quantity);

/** A fee, penalty or cost in whole cost units. */
export const costField = (exponent: number) =>
  decimalField(exponent + 4, "is finer than 1/10,000 of the minor unit")
    .transform(safe)
    .meta({ quantity: "money", decimals: exponent + 4 } satisfies Quantity);

/** `flat`, `min` or `max` of a fee, in 10^-8 of the major unit. */
export const feePartField = () =>
  decimalField(RATE_SCALE, "has more than 8 decimals").meta({
    quantity: "money",
    decimals: RATE_SCALE,
  } satisfies Quantity);

/** `"0.38%"` or `"0.0038"` in 10^-8: 0 to 100%. */
export const rateField = () =>
  z
    .custom<Scalar>(isScalar, { error: "must be a rate" })
    .transform((value, context): number => {
      const source = typeof value === "string" ? value : value.text;
      const decimal = parseRate(source);
      if (decimal === null)
        return complain(context, "NOT_A_RATE", "is not a rate", 'Write "0.38%" or "0.0038".');
      const rate = scaleDecimal(decimal, RATE_SCALE);
      if (rate === null)
        return complain(
          context,
          "TOO_MANY_DECIMALS",
          "has more than 8 decimals of the fraction",
          "Nothing is rounded here.",
        );
      if (rate > BigInt(RATE_ONE)) {
        const hint = source.endsWith("%") ? "A rate is at most 100%." : `Did you mean "${source}%"?`;
        return complain(context, "RATE_OUT_OF_RANGE", "is above 100%", hint);
      }
      return Number(rate);
    })
    .meta({ quantity: "rate", decimals: RATE_SCALE } satisfies Quantity);

/** A whole number of at least `minimum`. */
export const countField = (minimum: number) =>
  text
    .transform((value, context): number => {
      if (!/^\d+$/.test(value))
        return complain(
          context,
          "NOT_A_COUNT",
          "is not a whole number",
          `Write a whole number of at least ${minimum}.`,
        );
      const count = Number(value);
      if (!Number.isSafeInteger(count)) return complain(context, "OUT_OF_RANGE", "is too large");
      if (count < minimum) return complain(context, "OUT_OF_RANGE", `must be at least ${minimum}`);
      return count;
    })
    .meta({ quantity: "count", decimals: 0 } satisfies Quantity);

/** Longest duration: 10 years. Beyond, a queue has no meaning and exact time would overflow. */
const LONGEST_SECONDS = 315_576_000;

/** A duration in seconds, as microseconds. */
export const secondsField = () =>
  text
    .transform((value, context): number => {
      const micros = parseSeconds(value);
      if (micros === null)
        return complain(
          context,
          "NOT_A_DURATION",
          "is not a number of seconds with up to 6 decimals",
          "Write seconds such as 0.02 or 1800.",
        );
      if (micros > LONGEST_SECONDS * 1e6) return complain(context, "OUT_OF_RANGE", "is longer than 10 years");
      return micros;
    })
    .meta({ quantity: "seconds", decimals: 6 } satisfies Quantity);

/** An instant in microseconds since 1970, with the offset it was written in. */
export const instantField = () =>
  text
    .transform((value, context) => {
      const at = parseInstant(value);
      if (at === null)
        return complain(
          context,
          "NOT_AN_INSTANT",
          "is not an ISO 8601 instant with an offset",
          "Write 2026-11-22T22:00:00+08:00.",
        );
      return { at, offset: offsetMinutes(value)! };
    })
    .meta({ quantity: "instant", decimals: 6 } satisfies Quantity);

/** A weight with up to 6 decimals, in millionths. */
export const weightField = () => decimalField(6, "has more than 6 decimals").transform(safe);
