import type { CostUnits } from "../model/money.js";
import type { AmountRange } from "./outlooks.js";

/** What there is of each class, side by side in one column: they are looked at together, a million times. */
const FIELDS = 4;
const HASH = 0;
const KIND = 1;
const RANGE = 2;
/** Where its own values begin. */
const START = 3;

/**
 * Finds orders that look alike, by hash: open addressing over growing columns. A class is kept as the range of its
 * first order and that order's own values, which are few beside those that the whole range shares.
 */
export class ClassTable {
  /**
   * Own values of the order that {@link find} looks up: its charges by a rate, in the order of its range's `rated`, and
   * behind them its amount's share of the penalty and, where orders of unlike amounts are not alike, the amount. Filled
   * by the caller.
   */
  readonly own: Float64Array;
  /** Two rows, written out to be compared. */
  readonly #rows: readonly [Rows, Rows];
  #slots = new Int32Array(1 << 12).fill(-1);
  #classes = new Int32Array(FIELDS << 11);
  #owns = new Float64Array(1 << 13);
  #ownCount = 0;
  readonly #ranges: AmountRange[] = [];
  count = 0;

  /** Own values beside the charges. */
  readonly #others: 1 | 2;

  /** @param byAmount whether orders of unlike amounts are not alike */
  constructor(channels: number, byAmount: boolean) {
    this.#others = byAmount ? 2 : 1;
    this.own = new Float64Array(channels + this.#others);
    const row = () => ({ charge: new Float64Array(channels), rule: new Int32Array(channels) });
    this.#rows = [row(), row()];
  }

  /**
   * The class of an order; a new one where there is none like it.
   *
   * @param kind of its profile
   * @param rowHash of charges and rules
   */
  find(range: AmountRange, kind: number, rowHash: number): number {
    const values = range.rated.length + this.#others;
    let hash = rowHash + Math.imul(kind + 1, 0x9e3779b1);
    for (let j = range.rated.length; j < values; j++) hash = Math.imul(hash, 31) ^ (this.own[j]! | 0);
    let mask = this.#slots.length - 1;
    let slot = (hash ^ (hash >>> 16)) & mask;
    for (let k = this.#slots[slot]!; k >= 0; k = this.#slots[slot]!) {
      const at = k * FIELDS;
      const like = this.#classes[at + HASH] === hash && this.#classes[at + KIND] === kind;
      if (like && this.#equals(k, range, values)) return k;
      slot = (slot + 1) & mask;
    }
    if (this.count * 2 >= this.#slots.length) {
      this.#grow();
      mask = this.#slots.length - 1;
      slot = (hash ^ (hash >>> 16)) & mask;
      while (this.#slots[slot]! >= 0) slot = (slot + 1) & mask;
    }
    const k = this.count++;
    this.#slots[slot] = k;
    this.#classes[k * FIELDS + HASH] = hash;
    this.#classes[k * FIELDS + KIND] = kind;
    this.#classes[k * FIELDS + RANGE] = range.id;
    this.#classes[k * FIELDS + START] = this.#ownCount;
    this.#ranges[range.id] = range;
    while (this.#ownCount + values > this.#owns.length) this.#owns = grown(this.#owns, Float64Array);
    for (let j = 0; j < values; j++) this.#owns[this.#ownCount++] = this.own[j]!;
    return k;
  }

  #equals(k: number, range: AmountRange, values: number): boolean {
    if (this.#classes[k * FIELDS + RANGE] !== range.id) return this.#sameRow(k, range);
    const start = this.#classes[k * FIELDS + START]!;
    for (let j = 0; j < values; j++) if (this.#owns[start + j] !== this.own[j]) return false;
    return true;
  }

  /** Rows of different ranges are the same where a charge by a rate happens to be what the other range shares. */
  #sameRow(k: number, range: AmountRange): boolean {
    const [begin, own] = [this.#othersOf(k), range.rated.length];
    for (let j = 0; j < this.#others; j++) if (this.#owns[begin + j] !== this.own[own + j]) return false;
    const [row, other] = this.#rows;
    for (const each of this.#rows) {
      each.charge.fill(-1);
      each.rule.fill(-1);
    }
    this.writeRow(k, row, 0);
    writeRow(range, this.own, 0, other, 0);
    return (
      row.charge.every((charge, c) => charge === other.charge[c]) &&
      row.rule.every((rule, c) => rule === other.rule[c])
    );
  }

  kindOf(k: number): number {
    return this.#classes[k * FIELDS + KIND]!;
  }

  /** What an amount adds to the penalty. */
  shareOf(k: number): CostUnits {
    return this.#owns[this.#othersOf(k)]!;
  }

  #othersOf(k: number): number {
    return this.#classes[k * FIELDS + START]! + this.#rangeOf(k).rated.length;
  }

  /** Writes charges and rules of a class into a row that is all -1, or a place in many of them. */
  writeRow(k: number, rows: Rows, at: number): void {
    writeRow(this.#rangeOf(k), this.#owns, this.#classes[k * FIELDS + START]!, rows, at);
  }

  #rangeOf(k: number): AmountRange {
    return this.#ranges[this.#classes[k * FIELDS + RANGE]!]!;
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(-1);
    const mask = slots.length - 1;
    for (let k = 0; k < this.count; k++) {
      const hash = this.#classes[k * FIELDS + HASH]!;
      let slot = (hash ^ (hash >>> 16)) & mask;
      while (slots[slot]! >= 0) slot = (slot + 1) & mask;
      slots[slot] = k;
    }
    this.#slots = slots;
    this.#classes = grown(this.#classes, Int32Array);
  }
}

/** Charges and rules by channel, a class after the other; -1 where a channel could not take it. */
export interface Rows {
  readonly charge: Float64Array;
  readonly rule: Int32Array;
}

function writeRow(range: AmountRange, own: Float64Array, start: number, rows: Rows, at: number): void {
  for (const { channel, rule, takes, charge } of range.covering) {
    if (!takes || charge < 0) continue;
    rows.charge[at + channel] = charge;
    rows.rule[at + channel] = rule;
  }
  for (const [j, { channel, rule }] of range.rated.entries()) {
    rows.charge[at + channel] = own[start + j]!;
    rows.rule[at + channel] = rule;
  }
}

function grown<T extends Int32Array | Float64Array>(array: T, type: new (length: number) => T): T {
  const larger = new type(array.length * 2);
  larger.set(array);
  return larger;
}
