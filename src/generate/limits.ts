import type { Random } from "./random.js";

/**
 * Limits that bind and limits that do not, in the proportion payment teams live with: about a third of them is below
 * what the orders would like to have, and together they keep about one order in twenty from its cheapest channel.
 */
/** Turned away by a limit of their own choice; those they push out elsewhere bring it to about 5%. */
const DISPLACED_SHARE = 0.042;
/** Chosen to bind; counts and seconds being whole, some then do not quite. */
const CHOSEN_SHARE = 0.42;
/** A limit never takes more than this share of its demand away. */
const TIGHTEST = 0.7;

/** A limit that is to be placed. */
export interface LimitPlace {
  readonly key: string;
  /** Channels it covers. */
  readonly channels: readonly number[];
  /** Orders that would come under it. */
  readonly orders: number;
  /** False where the demand is too small, or its unit too coarse, for a limit just below it. */
  readonly canBind: boolean;
}

/**
 * For each place, by what factor of its demand to set the limit: below 1 it binds.
 *
 * @param demand `[channel]` orders that each channel would get
 */
export function placeLimits(
  places: readonly LimitPlace[],
  demand: readonly number[],
  random: Random,
): ReadonlyMap<string, number> {
  const binding = chooseBinding(places, random).map((place) => ({
    place,
    pull: random.between(0.6, 1.4),
  }));
  const target = DISPLACED_SHARE * demand.reduce((sum, orders) => sum + orders, 0);
  let low = 0;
  let high = 1;
  for (let i = 0; i < 30; i++) {
    const middle = (low + high) / 2;
    if (displaced(binding, middle, demand) > target) high = middle;
    else low = middle;
  }
  const factors = new Map(places.map(({ key }) => [key, random.between(1.25, 3)]));
  for (const { place, pull } of binding) factors.set(place.key, 1 - tightness(low, pull));
  return factors;
}

/** Draws without replacement; limits of much-wanted channels are likelier to bind, as in life. */
function chooseBinding(places: readonly LimitPlace[], random: Random): readonly LimitPlace[] {
  return places
    .filter(({ canBind }) => canBind)
    .map((place) => ({ place, rank: Math.log(1 - random.next()) / Math.sqrt(place.orders) }))
    .sort((a, b) => b.rank - a.rank)
    .slice(0, Math.max(1, Math.round(places.length * CHOSEN_SHARE)))
    .map(({ place }) => place);
}

const tightness = (overall: number, pull: number) => Math.min(TIGHTEST, overall * pull);

/** Orders kept from their cheapest channel: first by its own limits, then by those it shares. */
function displaced(
  binding: readonly { readonly place: LimitPlace; readonly pull: number }[],
  overall: number,
  demand: readonly number[],
): number {
  const total = demand.reduce((sum, orders) => sum + orders, 0);
  const kept = demand.map((orders, channel) => {
    const lost = binding
      .filter(({ place }) => place.channels.length === 1 && place.channels[0] === channel)
      .map(({ place, pull }) => tightness(overall, pull) * place.orders);
    return orders - Math.max(0, ...lost);
  });
  for (const { place, pull } of binding) {
    if (place.channels.length === 1) continue;
    const room = place.orders * (1 - tightness(overall, pull));
    const used = place.channels.reduce((sum, channel) => sum + kept[channel]!, 0);
    if (used > room) for (const channel of place.channels) kept[channel]! *= room / used;
  }
  return total - kept.reduce((sum, orders) => sum + orders, 0);
}
