import { AMOUNT_PRICE_UNIT, CHARGES_SHARE_UNIT, LARGEST_WORTH } from "../model/certificate.js";
import type { Channel } from "../model/contract.js";
import type { CostUnits, MinorUnits } from "../model/money.js";
import type { VolumeCurve } from "./volume.js";

/**
 * The cost of volume taken by its prices: each order pays for the volume that it brings, so that it can choose by
 * itself, and each channel makes up the difference to what its volume costs (docs/certificate.md, steps 2 and 6).
 */
export interface VolumePrices {
  /** `[channel]` whole price units for an order, or for {@link AMOUNT_PRICE_UNIT} minor units; below 0 for discounts. */
  readonly unit: Float64Array;
  /** `[channel]` which share of a charge is owed anyway, in {@link CHARGES_SHARE_UNIT}ths. */
  readonly minimumFee: Float64Array;
}

/** Prices of volume with the price units in a cost unit: what a set of prices of a certificate says about volume. */
export interface ScaledVolumePrices {
  readonly scale: number;
  readonly volume: VolumePrices;
}

export function noVolumePrices(channels: number): VolumePrices {
  return { unit: new Float64Array(channels), minimumFee: new Float64Array(channels) };
}

/** @param price of a unit of what the curve counts, in cost units; rounded to what a certificate can state */
export function setVolumePrice(
  { scale, volume: { unit, minimumFee } }: ScaledVolumePrices,
  channel: number,
  { measure }: VolumeCurve,
  price: number,
): void {
  const whole = (value: number) => Math.round(Math.max(-LARGEST_WORTH, Math.min(LARGEST_WORTH, value)));
  if (measure === "charges")
    minimumFee[channel] = Math.min(CHARGES_SHARE_UNIT, Math.max(0, whole(-price * CHARGES_SHARE_UNIT)));
  else unit[channel] = whole(scale * (measure === "orders" ? price : price * AMOUNT_PRICE_UNIT));
}

/** The price of a unit of what the curve counts, in cost units. */
export function volumePriceOf(
  { scale, volume: { unit, minimumFee } }: ScaledVolumePrices,
  channel: number,
  { measure }: VolumeCurve,
): number {
  switch (measure) {
    case "orders":
      return unit[channel]! / scale;
    case "amount":
      return unit[channel]! / AMOUNT_PRICE_UNIT / scale;
    case "charges":
      return -minimumFee[channel]! / CHARGES_SHARE_UNIT;
  }
}

/** The volumes of a channel that are looked at, ends included; in the unit of its terms. */
export interface VolumeRange {
  readonly from: number;
  readonly to: number;
}

export const ANY_VOLUME: VolumeRange = { from: 0, to: Infinity };

/**
 * An order's charge at the prices of volume of channel c, in price units. Exact; beyond 2^53 about right.
 *
 * @param order its charge there, what of that is billed, and its amount
 */
export function chargeAtVolume(
  channel: Channel,
  { scale, volume: { unit, minimumFee } }: ScaledVolumePrices,
  c: number,
  { charge, billed, amount }: { charge: CostUnits; billed: CostUnits; amount: MinorUnits },
): number {
  const price = unit[c]!;
  const share = minimumFee[c]!;
  let priced = scale * charge;
  if (share !== 0) priced += partOf(-share, scale * billed, CHARGES_SHARE_UNIT);
  if (price !== 0)
    priced += channel.volume?.unit === "amount" ? partOf(price, amount, AMOUNT_PRICE_UNIT) : price;
  return priced;
}

/** ⌊price · value / unit⌋ */
function partOf(price: number, value: number, unit: number): number {
  const product = price * value;
  if (!Number.isSafeInteger(product)) return Number(downDivide(BigInt(price) * BigInt(value), BigInt(unit)));
  const rest = product % unit;
  return (product - (rest < 0 ? rest + unit : rest)) / unit;
}

/** The quotient, rounded down. */
export function downDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor < 0n ? quotient - 1n : quotient;
}
