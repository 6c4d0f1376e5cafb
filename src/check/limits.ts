import type { Contract, Limits } from "../model/contract.js";
import type { Coverage } from "./coverage.js";

/**
 * The limits over a whole plan in one row: first those of the channels, then those of the rules, then those of the
 * quotas. An index into the row is called a limit's place.
 */
export class LimitRow {
  readonly limits: readonly Limits[];
  /** `[place]`; Infinity for rules. */
  readonly maxPackages: Float64Array;
  /** `[channel]` places of the channel's quotas. */
  readonly quotasOf: readonly (readonly number[])[];
  /** Place of the first rule's limits: add a rule's index. */
  readonly ruleAt: number;
  readonly quotaAt: number;

  constructor(contract: Contract, coverage: Coverage) {
    const { channels, quotas } = contract;
    this.ruleAt = channels.length;
    this.quotaAt = this.ruleAt + coverage.rules.length;
    this.limits = [
      ...channels.map((channel) => channel.limits),
      ...coverage.rules.map((rule) => rule.limits),
      ...quotas.map((quota) => quota.limits),
    ];
    this.maxPackages = Float64Array.from([
      ...channels.map((channel) => channel.limits.maxPackages),
      ...coverage.rules.map(() => Infinity),
      ...quotas.map((quota) => quota.limits.maxPackages),
    ]);
    this.quotasOf = channels.map((_, c) =>
      quotas.flatMap((quota, q) => (quota.channels.includes(c) ? [this.quotaAt + q] : [])),
    );
  }
}

/**
 * The room that a partial plan leaves within the limits. What is left of an amount stays exact in a double, because it
 * is counted down from a limit that is a safe integer.
 */
export class Room {
  readonly #row: LimitRow;
  /** `[place]`; Infinity where there is no limit. */
  readonly #orders: Float64Array;
  readonly #amount: Float64Array;
  readonly #packages: Float64Array;

  /** The room of the empty plan. */
  constructor(row: LimitRow) {
    this.#row = row;
    this.#orders = Float64Array.from(row.limits, (limits) => limits.maxOrders);
    this.#amount = Float64Array.from(row.limits, (limits) => limits.maxAmount);
    this.#packages = row.maxPackages.slice();
  }

  /** Takes what stands at a place already; what is left may come out below 0. */
  use(place: number, orders: number, amount: bigint, packages: number): void {
    this.#orders[place]! -= orders;
    this.#amount[place]! -= Number(amount);
    this.#packages[place]! -= packages;
  }

  /** Whether one more order breaks no limit of its channel, its rule and their quotas. */
  fits(channel: number, rule: number, amount: number): boolean {
    if (!this.#fitsAt(channel, amount) || !this.#fitsAt(this.#row.ruleAt + rule, amount)) return false;
    for (const place of this.#row.quotasOf[channel]!) if (!this.#fitsAt(place, amount)) return false;
    return true;
  }

  #fitsAt(place: number, amount: number): boolean {
    return this.#orders[place]! >= 1 && this.#amount[place]! >= amount;
  }

  take(channel: number, rule: number, amount: number): void {
    this.#change(channel, rule, 1, amount);
  }

  giveBack(channel: number, rule: number, amount: number): void {
    this.#change(channel, rule, -1, -amount);
  }

  #change(channel: number, rule: number, orders: number, amount: number): void {
    this.#changeAt(channel, orders, amount);
    this.#changeAt(this.#row.ruleAt + rule, orders, amount);
    for (const place of this.#row.quotasOf[channel]!) this.#changeAt(place, orders, amount);
  }

  #changeAt(place: number, orders: number, amount: number): void {
    this.#orders[place]! -= orders;
    this.#amount[place]! -= amount;
  }

  /** Whether no order at all can join the channel any more. */
  full(channel: number): boolean {
    return (
      this.#orders[channel]! < 1 || this.#row.quotasOf[channel]!.some((place) => this.#orders[place]! < 1)
    );
  }

  packageFits(channel: number): boolean {
    return (
      this.#packages[channel]! >= 1 &&
      this.#row.quotasOf[channel]!.every((place) => this.#packages[place]! >= 1)
    );
  }

  takePackage(channel: number): void {
    this.#changePackages(channel, 1);
  }

  giveBackPackage(channel: number): void {
    this.#changePackages(channel, -1);
  }

  #changePackages(channel: number, packages: number): void {
    this.#packages[channel]! -= packages;
    for (const place of this.#row.quotasOf[channel]!) this.#packages[place]! -= packages;
  }
}
