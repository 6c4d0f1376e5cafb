import type { Problem } from "../problem.js";
import type { RelaxationAnswer } from "../relaxation/answer.js";
import { loadsOf } from "../relaxation/loads.js";
import type { Lots } from "../relaxation/lots.js";
import { type Load, queueTerms } from "../relaxation/queueTerms.js";
import { unitsOf } from "../relaxation/relax.js";
import { type Sifted, sieve } from "../relaxation/sieve.js";
import { noVolumePrices } from "../volumePrices.js";
import { postedPrices } from "./fromRelaxation.js";
import { Market } from "./market.js";
import type { ProofPrices } from "./prices.js";

/** What one solve tells the next, of the same orders under a like contract; plain data. */
export interface Guidance {
  /** That channels posted. Channels that the next contract has more come at its end. */
  readonly prices: ProofPrices;
  /** `[channel]` what they carried. */
  readonly loads: readonly Load[];
}

export function guidanceOf(problem: Problem, answer: RelaxationAnswer): Guidance {
  return { prices: postedPrices(problem, answer), loads: loadsOf(problem, answer) };
}

/** Nothing is known of such a channel's queue. */
const UNKNOWN: Load = {
  orders: 0,
  packages: 0,
  keyOrders: new Float64Array(1),
  keyPackages: new Float64Array(1),
  queue: [],
};

/** Which cells could matter at the prices of a like problem, and how long the queues will be. */
export function lookBack(problem: Problem, lots: Lots, { prices, loads }: Guidance): Sifted {
  const { classes, contract } = problem;
  const C = classes.channels;
  const known = pricesFor(problem, prices);
  const markets = contract.channels.map((_, c) => new Market(problem, known, c));
  const asked = (lot: number, c: number) => {
    const k = lots.classOf[lot]!;
    const cell = k * C + c;
    const place = known.place[c]?.[classes.key[cell]!] ?? 0;
    const expense = markets[c]!.expense(k, Math.round(lots.amount[lot]!)) + place;
    // Of a lot of several classes one stands for all but for the charge.
    return expense / known.scale - classes.charge[cell]! + lots.charge[lot * C + c]!;
  };
  return {
    keep: sieve(problem, lots, asked, unitsOf(problem, lots).costUnit),
    queue: queueTerms(
      problem,
      contract.channels.map((_, c) => {
        const load = loads[c];
        return load?.keyOrders.length === classes.reach[c]!.ordersOf.length ? load : UNKNOWN;
      }),
    ),
  };
}

/** The prices in the shape of another problem: what is new there has none, so that nothing of it is left out. */
export function pricesFor({ classes, limits }: Problem, prices: ProofPrices): ProofPrices {
  const C = classes.channels;
  const keys = (c: number) => classes.reach[c]!.ordersOf.length;
  const fitted = (values: Float64Array | undefined | null, length: number) => {
    const to = new Float64Array(length);
    to.set((values ?? to).subarray(0, length));
    return to;
  };
  const perKey = (values: readonly (Float64Array | null)[]) =>
    Array.from({ length: C }, (_, c) => fitted(values[c], keys(c)));
  // Limits are numbered through all channels: with others their prices would go to the wrong ones.
  const same = prices.limitOrders.length === limits.count;
  const ofLimit = (values: Float64Array) => (same ? values : new Float64Array(limits.count));
  return {
    ...prices,
    place: perKey(prices.place),
    amount: perKey(prices.amount),
    contents: new Float64Array(C),
    limitOrders: ofLimit(prices.limitOrders),
    limitAmount: ofLimit(prices.limitAmount),
    limitPackages: ofLimit(prices.limitPackages),
    mostPackages: new Float64Array(C),
    leastPackages: new Float64Array(C),
    slots: Array.from({ length: C }, (_, c) => prices.slots[c] ?? null),
    laneOrders: Int32Array.from({ length: C }, (_, c) => prices.laneOrders[c] ?? 0),
    packageOrders: Int32Array.from({ length: C }, (_, c) => prices.packageOrders[c] ?? 0),
    // What volume costs the problem's charges say, at prices of its own.
    volume: noVolumePrices(C),
    worth: null,
  };
}
