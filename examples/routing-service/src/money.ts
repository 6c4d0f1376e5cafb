/**
 * Money as whole numbers: a unit is a millionth of the currency's major unit, which amounts and charges both fit without
 * rounding. No float ever holds money.
 */
export type Money = bigint;

const DECIMALS = 6;

/** Reads decimal text. @returns null where it is none, is below 0, or is finer than a millionth */
export function parseMoney(text: string): Money | null {
  const parts = /^(\d{1,15})(?:\.(\d{1,6}))?$/.exec(text);
  if (parts === null) return null;
  const [, whole = "", fraction = ""] = parts;
  return BigInt(whole + fraction.padEnd(DECIMALS, "0"));
}

/** Of money that our own side or a channel states: that it cannot be read is a fault, never zero. */
export function money(text: string): Money {
  const value = parseMoney(text);
  if (value === null) throw new Error(`${JSON.stringify(text)} is no money`);
  return value;
}

/** As decimal text, with two decimals or as many as it takes. */
export function formatMoney(value: Money): string {
  const sign = value < 0n ? "-" : "";
  const digits = String(value < 0n ? -value : value).padStart(DECIMALS + 1, "0");
  const fraction = digits.slice(-DECIMALS).replace(/0{1,4}$/, "");
  return `${sign}${digits.slice(0, -DECIMALS)}.${fraction}`;
}

export function sum(values: Iterable<Money>): Money {
  let total = 0n;
  for (const value of values) total += value;
  return total;
}
