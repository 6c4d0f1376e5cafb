import type { CostTotal } from "../../model/money.js";
import type { ChannelLoad } from "../../model/plan.js";
import type { Micros } from "../../model/time.js";
import { mayGrow } from "../growth.js";
import type { Problem } from "../problem.js";
import { packagesWith } from "../twins.js";
import type { PackageWaits } from "./waits.js";

/** What one more order in a place comes to on its channel, charges aside. */
export interface PlaceCost {
  /** Package fees and delay, in cost units. */
  readonly cost: CostTotal;
  /** Microseconds that all orders together wait longer, the new one's own wait among them. */
  readonly waiting: bigint;
}

/** Less than 0 where the first place is better than the second. */
export function comparePlaces(a: PlaceCost, b: PlaceCost): number {
  return compare(a.cost, b.cost) || compare(a.waiting, b.waiting);
}

/** What decides which package an order could join, and which is best. */
export interface Joiner {
  readonly key: number;
  /** In millionths. */
  readonly weight: number;
  /** By when it must have finished; Infinity where that is not asked. */
  readonly due: Micros;
  /** In minor units. */
  readonly amount: number;
  /** Twins that it is one of, or -1 where it may travel with any. */
  readonly twin: number;
}

/** A package that may be one order longer. */
interface OpenPackage {
  /** Place in the channel's sequence. */
  readonly package: number;
  readonly amountLeft: number;
  /** When it would finish. */
  readonly finish: Micros;
}

/** Packages of one key for orders of one weight and due time, best first. */
interface Ranked {
  /** Where no orders are kept apart, those alone that are {@link roomier}. */
  readonly packages: readonly OpenPackage[];
  /** Places in `packages` of those that have more amount left than every better one. */
  readonly roomier: readonly number[];
}

/**
 * The packages of a batch channel that one more order may join: a place is left, every package still leaves by the
 * cut-off, and every order in them still finishes by its `dueBy` (docs/deferral.md).
 */
export class OpenPackages {
  /** `[key]` */
  readonly #byKey = new Map<number, OpenPackage[]>();
  readonly #amounts: Float64Array;
  /** `[twins]` packages that hold one of them. */
  readonly #holding: ReadonlyMap<number, ReadonlySet<number>>;
  /** By key, weight and due time. */
  readonly #ranked = new Map<number, Map<number, Map<number, Ranked>>>();
  readonly #costOf: (p: number, weight: number) => PlaceCost;

  /**
   * @param costOf what an order of a weight in a package comes to
   * @param without whether the cut-off, and the limits of the packages, do not count
   */
  constructor(
    problem: Problem,
    c: number,
    { orders: members, packageSizes: sizes }: ChannelLoad,
    {
      waits,
      costOf,
      without,
    }: {
      readonly waits: PackageWaits;
      readonly costOf: (p: number, weight: number) => PlaceCost;
      readonly without: { readonly cutOff: boolean; readonly places: boolean };
    },
  ) {
    const { classes, contract, orders } = problem;
    const { queue, package: terms } = contract.channels[c]!;
    const count = sizes.length;
    const dues = new Float64Array(count).fill(Infinity);
    const amounts = new Float64Array(count);
    this.#amounts = amounts;
    this.#costOf = costOf;
    const twins = classes.twins[c]!;
    this.#holding = twins === null ? new Map() : packagesWith(twins, members, sizes);
    const keys = new Int32Array(count);
    let next = 0;
    for (let p = 0; p < count; p++) {
      keys[p] = classes.key[classes.classOf[members[next]!]! * classes.channels + c]!;
      for (const end = next + sizes[p]!; next < end; next++) {
        amounts[p]! += orders.amount[members[next]!]!;
        dues[p] = Math.min(dues[p]!, classes.due[classes.classOf[members[next]!]!]!);
      }
    }
    const asked = Uint8Array.from(sizes, (size) => (without.places || size < terms.maxOrders ? 1 : 0));
    const cutOff = without.cutOff ? Infinity : queue.cutOff;
    const grows = mayGrow({ ...queue, cutOff }, { dues, leave: waits.leave, asked });
    for (let p = 0; p < count; p++) {
      if (asked[p] === 0 || grows[p] === 0) continue;
      const amountLeft = without.places ? Infinity : terms.maxAmount - amounts[p]!;
      foundOrMade(this.#byKey, keys[p]!, (): OpenPackage[] => []).push({
        package: p,
        amountLeft,
        finish: waits.longerFinish(p),
      });
    }
  }

  /** Minor units in a package. */
  amountOf(p: number): number {
    return this.#amounts[p]!;
  }

  /** The package that an order joins at the least cost, by {@link comparePlaces}; -1 where none has room for it. */
  best(joiner: Joiner): number {
    const { amount, twin } = joiner;
    const { packages, roomier } = this.#rankedFor(joiner);
    // What is left grows along the list: the first with enough is the best.
    let from = 0;
    let to = roomier.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (packages[roomier[middle]!]!.amountLeft < amount) from = middle + 1;
      else to = middle;
    }
    const closed = this.#holding.get(twin);
    for (let i = roomier[from] ?? packages.length; i < packages.length; i++) {
      const { package: p, amountLeft } = packages[i]!;
      if (amountLeft >= amount && !closed?.has(p)) return p;
    }
    return -1;
  }

  #rankedFor({ key, weight, due }: Joiner): Ranked {
    const open = this.#byKey.get(key) ?? [];
    const byWeight = foundOrMade(this.#ranked, key, () => new Map<number, Map<number, Ranked>>());
    const byDue = foundOrMade(byWeight, weight, () => new Map<number, Ranked>());
    return foundOrMade(byDue, due, () => this.#rank(open, weight, due));
  }

  #rank(open: readonly OpenPackage[], weight: number, due: Micros): Ranked {
    const ranked = open
      .filter(({ finish }) => finish <= due)
      .map((each) => ({ each, at: this.#costOf(each.package, weight) }))
      .sort((a, b) => comparePlaces(a.at, b.at))
      .map(({ each }) => each);
    const roomier: number[] = [];
    let most = -Infinity;
    ranked.forEach(({ amountLeft }, i) => {
      if (amountLeft <= most) return;
      most = amountLeft;
      roomier.push(i);
    });
    if (this.#holding.size > 0) return { packages: ranked, roomier };
    return { packages: roomier.map((i) => ranked[i]!), roomier: [...roomier.keys()] };
  }
}

function foundOrMade<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
