import { formatScaled } from "../model/decimal.js";
import { COST_SCALE, formatCost, parseCost } from "../model/money.js";

/**
 * Figures as a person reads them. Not `Intl`: its output changes with the machine's locale data, and a report must be
 * the same bytes everywhere.
 */

/** `1234567` as `1,234,567`. */
export function formatCount(value: number): string {
  return group(String(value));
}

/** A decimal string with thousands separators and all its decimals: `-1234.505` as `−1,234.505`. */
export function group(decimal: string): string {
  const negative = decimal.startsWith("-");
  const [whole = "", fraction] = (negative ? decimal.slice(1) : decimal).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return `${negative ? "−" : ""}${grouped}${fraction === undefined ? "" : `.${fraction}`}`;
}

/** A share (1 = all) in percent with two decimals; what is not nothing never shows as nothing, nor all but all as all. */
export function formatShare(share: number): string {
  return formatPercent(share * 100);
}

/** As {@link group}, with a plus where it is above 0: a difference. */
export function signed(decimal: string): string {
  return `${/^-|^0+(\.0+)?$/.test(decimal) ? "" : "+"}${group(decimal)}`;
}

/** {@link formatPercent} of a difference, with a plus where it is above 0. */
export function signedPercent(percent: number): string {
  const text = formatPercent(percent);
  return percent > 0 && /^\d/.test(text) ? `+${text}` : text;
}

/** A gap as a file states it; a dash where there is none, as the objective is 0 and the bound is not. */
export function formatGap(gap: number | null): string {
  return formatShare(gap ?? Number.NaN);
}

/** A percentage with two decimals, as {@link formatShare}. */
export function formatPercent(percent: number): string {
  if (!Number.isFinite(percent)) return "–";
  if (percent !== 0 && Math.abs(percent) < 0.005) return percent < 0 ? "> −0.01 %" : "< 0.01 %";
  const rounded = percent < 100 && percent >= 99.995 ? "99.99" : percent.toFixed(2);
  return `${group(rounded)} %`;
}

/** Money of a plan file in cost units. Plan files are checked when they are read, so other text is a fault. */
export function costUnits(text: string, exponent: number): bigint {
  const units = parseCost(text, exponent);
  if (units === null) throw new TypeError(`"${text}" is no money with exponent ${exponent}.`);
  return units;
}

/** The entries from the least cost to the most; those of equal cost stay in their order. */
export function byCost<Entry>(
  entries: readonly Entry[],
  cost: (entry: Entry) => string,
  exponent: number,
): readonly Entry[] {
  return entries
    .map((entry) => ({ entry, units: costUnits(cost(entry), exponent) }))
    .sort((a, b) => (a.units < b.units ? -1 : a.units > b.units ? 1 : 0))
    .map(({ entry }) => entry);
}

export function sumCosts(texts: readonly string[], exponent: number): string {
  return formatCost(
    texts.reduce((sum, text) => sum + costUnits(text, exponent), 0n),
    exponent,
  );
}

/** `total / count`, half-up, with two decimals more than the currency has; null where there is nothing to divide. */
export function perOrder(total: string, count: number, exponent: number): string | null {
  if (count === 0) return null;
  return divideRounded(costUnits(total, exponent), BigInt(count), COST_SCALE - 2, exponent + 2);
}

/** The money rounded half away from zero to `decimals`, at most the currency's. */
export function roundMoney(text: string, exponent: number, decimals: number): string {
  return divideRounded(costUnits(text, exponent), 1n, exponent + COST_SCALE - decimals, decimals);
}

function divideRounded(value: bigint, divisor: bigint, dropped: number, decimals: number): string {
  const by = divisor * 10n ** BigInt(dropped);
  const magnitude = ((value < 0n ? -value : value) * 2n + by) / (by * 2n);
  return formatScaled(value < 0n ? -magnitude : magnitude, decimals, decimals);
}

/** `part / whole` for drawing and shares, from exact units; 0 where the whole is 0. */
export function ratio(part: bigint, whole: bigint): number {
  return whole === 0n ? 0 : Number((part * 1_000_000_000n) / whole) / 1e9;
}

/** (objective − bound) / |objective|; NaN where the objective alone is 0. */
export function gapShare(objective: bigint, bound: bigint): number {
  if (objective === bound) return 0;
  return objective === 0n ? Number.NaN : ratio(objective - bound, objective < 0n ? -objective : objective);
}

/** Milliseconds as text: whole ones, tenths below ten. */
export function formatMillis(ms: number): string {
  return `${ms !== 0 && ms < 10 ? ms.toFixed(1) : formatCount(Math.round(ms))} ms`;
}

/** `1 order`, `2 orders`. */
export function plural(count: number, word: string): string {
  return `${formatCount(count)} ${word}${count === 1 ? "" : "s"}`;
}

/** `3 more orders`, `1 fewer package`, `as many orders`. @param more below 0 where they are fewer */
export function moreOrFewer(more: number, word: string): string {
  if (more === 0) return `as many ${word}s`;
  return plural(Math.abs(more), `${more > 0 ? "more" : "fewer"} ${word}`);
}

/** `41st`, `1,002nd`, `12th`. */
export function ordinal(count: number): string {
  const tens = count % 100;
  const ending = tens >= 11 && tens <= 13 ? "th" : (["th", "st", "nd", "rd"][count % 10] ?? "th");
  return `${formatCount(count)}${ending}`;
}
