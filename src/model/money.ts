import { formatScaled, parseDecimal, scaleDecimal } from "./decimal.js";

/**
 * Money is whole numbers of two units: *minor units* for what an order is worth (CNY 0.01) and *cost units*,
 * 1/10,000 of the minor unit (CNY 0.000001), for what a plan costs. One order's figures are safe integers kept
 * in numbers; totals are bigint.
 */

/** Whole minor units of one order or limit; a safe integer, or Infinity where a limit is absent. */
export type MinorUnits = number;
/** Whole cost units of one charge or fee; a safe integer. */
export type CostUnits = number;
/** Whole cost units of any size. */
export type CostTotal = bigint;

/** Cost units in a minor unit, as a power of ten. */
export const COST_SCALE = 4;
export const COST_UNITS_PER_MINOR = 10_000;

/**
 * ISO 4217 minor units. Not from `Intl`: V8 follows CLDR, which gives HUF, IDR, COP, PKR and others no decimals.
 * Codes without a minor unit (XAU, XDR, …) are no currency to plan in.
 */
const OTHER_EXPONENTS: Readonly<Record<number, string>> = {
  0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
  3: "BHD IQD JOD KWD LYD OMR TND",
  4: "CLF UYW",
};
const TWO_DECIMALS =
  "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE " +
  "CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL " +
  "HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR " +
  "MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK " +
  "SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD " +
  "XCG YER ZAR ZMW ZWG";

const EXPONENTS: ReadonlyMap<string, number> = new Map([
  ...TWO_DECIMALS.split(" ").map((code) => [code, 2] as const),
  ...Object.entries(OTHER_EXPONENTS).flatMap(([exponent, codes]) =>
    codes.split(" ").map((code) => [code, Number(exponent)] as const),
  ),
]);

/** The most decimals that a currency has. */
export const MOST_DECIMALS = Math.max(...EXPONENTS.values());

/** Decimals of the currency's minor unit; undefined where ISO 4217 knows no such currency. */
export function currencyExponent(currency: string): number | undefined {
  return EXPONENTS.get(currency);
}

export function knownCurrencies(): readonly string[] {
  return [...EXPONENTS.keys()];
}

/** `"1234.56"` to whole units of 10^-scale; null where it is not a plain decimal or not whole in that unit. */
export function parseMoney(text: string, scale: number): bigint | null {
  const decimal = parseDecimal(text);
  return decimal === null ? null : scaleDecimal(decimal, scale);
}

/** Minor units as a decimal string with the currency's decimals. */
export function formatAmount(minor: bigint | number, exponent: number): string {
  return formatScaled(BigInt(minor), exponent, exponent);
}

/**
 * Cost units as a decimal string: the currency's decimals, and more only where the value has them
 * (CNY `12.30`, `0.305`).
 */
export function formatCost(units: bigint | number, exponent: number): string {
  const value = BigInt(units);
  let decimals = exponent + COST_SCALE;
  let magnitude = value < 0n ? -value : value;
  while (decimals > exponent && magnitude % 10n === 0n) {
    magnitude /= 10n;
    decimals--;
  }
  return formatScaled(value, exponent + COST_SCALE, decimals);
}

/** Reads what {@link formatCost} writes, minus signs included; null for anything else or finer than a cost unit. */
export function parseCost(text: string, exponent: number): bigint | null {
  const negative = text.startsWith("-");
  const units = parseMoney(negative ? text.slice(1) : text, exponent + COST_SCALE);
  if (units === null) return null;
  return negative ? -units : units;
}

/** A sum of safe integers that stays exact: it spills into a bigint before a double could round. */
export class ExactSum {
  #high = 0n;
  #low = 0;

  /** @param value a safe integer */
  add(value: number): void {
    const sum = this.#low + value;
    if (Number.isSafeInteger(sum)) {
      this.#low = sum;
    } else {
      this.#high += BigInt(this.#low) + BigInt(value);
      this.#low = 0;
    }
  }

  addBig(value: bigint): void {
    this.#high += value;
  }

  get total(): bigint {
    return this.#high + BigInt(this.#low);
  }
}
