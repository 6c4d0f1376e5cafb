import type { PriceSet } from "../../model/certificate.js";
import { type OrderAsks, orderAsks } from "./asks.js";
import { greatestChannelProfit } from "./channelProfit.js";
import { channelRoom } from "./channelRoom.js";
import { letChoose } from "./choosing.js";
import { type Limits, limitPrices } from "./limits.js";
import type { Counts, Premises, Range } from "./premises.js";
import type { Room } from "./room.js";
import { Terms } from "./terms.js";
import { Unusable } from "./unusable.js";

/** One set of prices, with what every order pays at them and what it offers each channel. */
export class Leaf {
  readonly #limits: Limits;
  readonly #terms: readonly Terms[];
  readonly #premises: Premises;
  readonly #worth: PriceSet["worth"];
  /** What all orders pay together. */
  readonly #paid: bigint;

  /** @throws Unusable where the prices are none that prove anything */
  constructor(premises: Premises, prices: PriceSet) {
    const { contract } = premises.instance;
    for (const { channel } of prices.channels)
      if (contract.channels.every(({ id }) => id !== channel))
        throw new Unusable(`It prices channel ${channel}, which the contract does not have.`);
    this.#premises = premises;
    this.#worth = prices.worth;
    this.#limits = limitPrices(contract, prices);
    this.#terms = contract.channels.map(
      (channel, c) => new Terms(premises, channel, c, prices, this.#limits),
    );
    this.#paid = letChoose(premises, this.#terms, prices.worth);
  }

  /** What the prices prove for all plans with such counts of packages, in price units; null where no plan has such. */
  bound(counts: Counts): bigint | null {
    for (const { channel, index, prices } of this.#terms)
      if ((prices.mostPackages ?? 0) > 0 && counts.to[index] === Infinity)
        throw new Unusable(
          `It prices packages of channel ${channel.id} for all that there may be, which is any number.`,
        );
    let bound = this.#paid - this.#limits.supply;
    for (const each of this.#terms) {
      const profit = greatestChannelProfit(each, rangeOf(counts, each.index));
      if (profit === null) return null;
      bound -= profit;
    }
    return bound;
  }

  /** What single orders are asked at the prices, where the plan has so many orders of each key on each channel. */
  asks(sold: readonly Float64Array[]): OrderAsks {
    return orderAsks(this.#premises, this.#terms, this.#worth, sold);
  }

  /** What more room would lower the bound by. */
  room(counts: Counts): Room {
    return {
      channels: this.#terms.map((each) => channelRoom(each, rangeOf(counts, each.index))),
      rules: this.#limits.ofRule,
      quotas: this.#limits.ofQuota,
    };
  }
}

function rangeOf({ from, to, volumeFrom, volumeTo }: Counts, channel: number): Range {
  return {
    from: from[channel]!,
    to: to[channel]!,
    volumeFrom: volumeFrom[channel]!,
    volumeTo: volumeTo[channel]!,
  };
}
