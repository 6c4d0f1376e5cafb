import {
  AMOUNT_PRICE_UNIT,
  CHARGES_SHARE_UNIT,
  type ChannelPrices,
  LARGEST_WORTH,
} from "../../model/certificate.js";
import { type Channel, VOLUME_SCALE } from "../../model/contract.js";
import { ExactSum } from "../../model/money.js";
import { monthCosts } from "../volume.js";
import { Unusable } from "./unusable.js";

/** Parts of a price unit in which prices of all kinds of volume are whole. */
const PARTS = 1_000_000n;

/** The price of a channel's volume: what it changes of charges, and how much the volume itself makes up for it. */
export class VolumePrice {
  readonly #channel: Channel;
  readonly #price: number;
  readonly #share: number;
  readonly #scale: number;
  #orders = 0;
  readonly #amount = new ExactSum();
  readonly #charges = new ExactSum();

  /**
   * @param scale price units in a cost unit
   * @throws Unusable where the contract has no such price
   */
  constructor(channel: Channel, { volume, minimumFee }: ChannelPrices, scale: number) {
    if (volume !== undefined && channel.volume === null)
      throw new Unusable(`It prices the volume of channel ${channel.id}, which has no terms of volume.`);
    if (minimumFee !== undefined && channel.minimumFee === null)
      throw new Unusable(`It prices the minimum fee of channel ${channel.id}, which has none.`);
    this.#channel = channel;
    this.#price = volume ?? 0;
    this.#share = minimumFee ?? 0;
    this.#scale = scale;
  }

  /** An order's charge at the price of volume, in price units. */
  chargeOf(charge: number, amount: number): number {
    if (this.#price === 0 && this.#share === 0) return this.#scale * charge;
    const full = BigInt(this.#scale) * BigInt(charge);
    let priced = full - divideUp(BigInt(this.#share) * full, BigInt(CHARGES_SHARE_UNIT));
    if (this.#channel.volume?.unit === "amount")
      priced += divideDown(BigInt(this.#price) * BigInt(amount), BigInt(AMOUNT_PRICE_UNIT));
    else priced += BigInt(this.#price);
    const units = Number(priced);
    if (units < -LARGEST_WORTH)
      throw new Unusable(`Its price of the volume of channel ${this.#channel.id} is too far below 0.`);
    return units;
  }

  /** Notes so many like orders that the channel could take. */
  note(charge: number, amount: number, count: number): void {
    this.#orders += count;
    this.#amount.addBig(BigInt(amount) * BigInt(count));
    this.#charges.addBig(BigInt(charge) * BigInt(count));
  }

  /**
   * The least that a volume of the plan could cost beyond what orders pay for it, in price units rounded down; null
   * where there is none in the range.
   *
   * @param channel its terms, or others to ask what would be if
   */
  least(channel: Channel, from: number, to: number): bigint | null {
    const { volume: terms, minimumFee, limits } = channel;
    let least = 0n;
    const scale = BigInt(this.#scale);
    if (terms !== null) {
      const byOrders = terms.unit === "orders";
      const all = byOrders ? BigInt(this.#orders) : this.#amount.total;
      const most = upTo(upTo(all, byOrders ? limits.maxOrders : limits.maxAmount), to);
      if (BigInt(from) > most) return null;
      const before = BigInt(terms.toDate);
      const start = monthCosts(terms, before);
      const perUnit = BigInt(this.#price) * (byOrders ? PARTS : PARTS / BigInt(AMOUNT_PRICE_UNIT));
      // Between two of these the cost is linear.
      const ends = [BigInt(from), most];
      for (const edge of [...terms.tiers.map((tier) => tier.from), terms.minimum?.volume ?? 0]) {
        const volume = BigInt(edge) - before;
        ends.push(volume - 1n, volume);
      }
      const within = ends.filter((volume) => volume >= BigInt(from) && volume <= most);
      least += leastOf(
        within.map(
          (volume) =>
            ((scale * PARTS) / BigInt(VOLUME_SCALE)) * (monthCosts(terms, before + volume) - start) -
            perUnit * volume,
        ),
      );
    }
    if (minimumFee !== null) {
      const owed = BigInt(Math.max(0, minimumFee.fee - minimumFee.toDate));
      const all = this.#charges.total;
      const saved = owed < all ? owed : all;
      const share = BigInt(this.#share) * (PARTS / BigInt(CHARGES_SHARE_UNIT));
      least += scale * saved * (share - PARTS);
    }
    return divideDown(least, PARTS);
  }
}

function leastOf(values: readonly bigint[]): bigint {
  return values.reduce((least, value) => {
    if (value < least) return value;
    return least;
  });
}

/** @param limit Infinity for none */
function upTo(value: bigint, limit: number): bigint {
  return limit === Infinity || value < BigInt(limit) ? value : BigInt(limit);
}

function divideDown(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor < 0n ? quotient - 1n : quotient;
}

function divideUp(dividend: bigint, divisor: bigint): bigint {
  return -divideDown(-dividend, divisor);
}
