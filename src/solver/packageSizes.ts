import type { Channel } from "../model/contract.js";
import { feeSteps, ownFee } from "./packageFee.js";

/** Sizes of packages, and what they pay together beyond their orders' part. */
interface Sizes {
  readonly fee: number;
  /** How often each size: the last one first. */
  readonly sizes: readonly { readonly size: number; readonly count: number }[];
}

/** Packages looked at one by one; those before them are all of one size. */
const LAST_PACKAGES = 4;

/**
 * How so many orders of one separation key are best shared out over packages where fees have tiers, amounts and times
 * aside. All but one of the packages of some cheapest way are at an end of a tier: of two that are not, one could give the
 * other an order at no loss. So most packages are of one such size, and the last few are tried in all ways: exact for few
 * packages, near for many.
 *
 * @param most packages at most
 * @returns sizes, the largest first; null where there is no way
 */
export function cheapestSizes(channel: Channel, orders: number, most: number): number[] | null {
  const steps = feeSteps(channel, orders);
  const ends = [...new Set(steps.flatMap((step) => [step.least, step.most]))];
  const known = new Map<string, Sizes | null>();

  /** The cheapest of at most so many packages, by trying every end for one of them. */
  const last = (rest: number, packages: number): Sizes | null => {
    if (rest === 0) return { fee: 0, sizes: [] };
    if (packages === 0) return null;
    const name = `${rest}/${packages}`;
    const found = known.get(name);
    if (found !== undefined) return found;
    let best: Sizes | null = null;
    if (steps.some(({ least, most: top }) => rest >= least && rest <= top))
      best = { fee: ownFee(channel, rest), sizes: [{ size: rest, count: 1 }] };
    for (const size of ends) {
      if (size >= rest) continue;
      const others = last(rest - size, packages - 1);
      if (others === null) continue;
      const fee = others.fee + ownFee(channel, size);
      if (best === null || fee < best.fee) best = { fee, sizes: [{ size, count: 1 }, ...others.sizes] };
    }
    known.set(name, best);
    return best;
  };

  let best = last(orders, Math.min(most, LAST_PACKAGES));
  for (const size of ends) {
    const full = Math.floor(orders / size);
    for (let count = Math.min(full, most); count > 0 && count > full - LAST_PACKAGES; count--) {
      const others = last(orders - count * size, Math.min(most - count, LAST_PACKAGES));
      if (others === null) continue;
      const fee = others.fee + count * ownFee(channel, size);
      if (best === null || fee < best.fee) best = { fee, sizes: [{ size, count }, ...others.sizes] };
    }
  }
  if (best === null) return null;
  return best.sizes.flatMap(({ size, count }) => new Array<number>(count).fill(size)).sort((a, b) => b - a);
}
