import type { Column, ColumnPool } from "./column.js";
import { generate } from "./generate.js";
import type { PackingModel } from "./model.js";
import type { Taken } from "./planOf.js";
import type { Pricing } from "./pricing.js";
import { type Rest, timesLeft, within, without } from "./rest.js";

export interface DiveOptions {
  readonly model: PackingModel;
  readonly pool: ColumnPool;
  readonly pricing: Pricing;
  /** Cost units of the best plan known. */
  readonly incumbent: () => number;
  /** Of which every plan's cost is a multiple. */
  readonly step: number;
  readonly shouldStop: () => boolean;
  /** Takes packages that leave nothing to pack but what stays deferred. */
  readonly onPacked: (chosen: readonly Taken[]) => void;
}

/** Rounds of column generation at a node: more improve its prices little. */
const ROUNDS = 60;
/** What a column that is nearly whole counts as. */
const WHOLE = 1 - 1e-4;

/**
 * Diving with limited discrepancy (Sadykov et al. 2019, doi:10.1287/ijoc.2018.0822): takes the columns that the master
 * takes whole, then the one that it takes most of, solves the master of the rest anew, and so on to the end. Where the
 * rest cannot be packed for less than the best plan costs, it goes back and takes the second best instead, so often as
 * `discrepancies` says.
 */
export class Dive {
  readonly #options: DiveOptions;
  /** Picks between columns that the master takes as much of. */
  #random: number;
  #noise = 0;

  constructor(options: DiveOptions, seed: number) {
    this.#options = options;
    this.#random = seed;
  }

  run(rest: Rest, discrepancies: number, noise: number): void {
    this.#noise = noise;
    this.#down(rest, 0, [], discrepancies);
  }

  /** @returns how many discrepancies are left */
  #down(rest: Rest, cost: number, chosen: readonly Taken[], discrepancies: number): number {
    const { model, pool, pricing, shouldStop, onPacked } = this.#options;
    if (shouldStop()) return 0;
    const { master } = generate(model, rest, pool, pricing, {
      shouldStop,
      maxRounds: ROUNDS,
      exact: false,
      settled: (bound) => this.#isHopeless(cost + bound),
    });
    if (shouldStop() || this.#isHopeless(cost + master.objective)) return discrepancies;
    let left = rest;
    let paid = cost;
    const taken = [...chosen];
    const take = (column: Column, times: number) => {
      left = without(left, column, times);
      paid += times * column.cost;
      taken.push({ column, times });
    };
    const found = master.solution().filter(({ column }) => column.fits);
    for (const { column, times } of found) {
      const whole = Math.min(Math.floor(times + 1 - WHOLE), timesLeft(model, left, column));
      // Some may have to be left for once: where the master has many solutions, what one takes whole may be wrong.
      if (whole > 0 && this.#next() >= this.#noise) take(column, whole);
    }
    const parts: { column: Column; rank: number }[] = [];
    for (const { column, times } of found) {
      const part = times - Math.floor(times + 1 - WHOLE);
      if (part <= 1 - WHOLE) continue;
      const whole = within(model, left, column);
      if (whole !== null) parts.push({ column: pool.keep(whole), rank: part + this.#noise * this.#next() });
    }
    parts.sort((a, b) => b.rank - a.rank);
    if (parts.length === 0) {
      // What columns took too much of, or only parts of that are gone now, is looked at again.
      if (taken.length > chosen.length && left.demand.some((orders) => orders > 0))
        return this.#down(left, paid, taken, discrepancies);
      onPacked(taken);
      return discrepancies;
    }
    let remaining = discrepancies;
    for (const { column } of parts) {
      remaining = this.#down(
        without(left, column, 1),
        paid + column.cost,
        [...taken, { column, times: 1 }],
        remaining,
      );
      if (remaining <= 0 || this.#isHopeless(cost + master.objective)) return 0;
      remaining--;
    }
    return remaining;
  }

  /** Whether no plan that costs as much could be better than the best. */
  #isHopeless(cost: number): boolean {
    const { step, incumbent } = this.#options;
    return Math.ceil(cost / step - 1e-4) * step >= incumbent();
  }

  /** Between 0 and 1 (mulberry32). */
  #next(): number {
    this.#random = (this.#random + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#random ^ (this.#random >>> 15), this.#random | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }
}
