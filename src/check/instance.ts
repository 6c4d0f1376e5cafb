import type { Contract } from "../model/contract.js";
import type { CostUnits } from "../model/money.js";
import { fieldOf, type OrderTable } from "../model/order.js";
import type { Micros } from "../model/time.js";
import { ChargeTable } from "./charge.js";
import { Coverage } from "./coverage.js";
import { PairNumbers, TextNumbers } from "./exact.js";

/** Both inputs, with the questions about them that every part of the checker asks. */
export class Instance {
  readonly coverage: Coverage;
  readonly charges: ChargeTable;
  /** `[profile]` */
  readonly #dueBy: Float64Array;
  /** `[profile]` */
  readonly #weight: Float64Array;
  readonly #separations = new Map<string, Separation>();

  constructor(
    readonly contract: Contract,
    readonly orders: OrderTable,
  ) {
    this.coverage = new Coverage(contract, orders);
    this.charges = new ChargeTable(contract, this.coverage.rules, this.coverage.channelOfRule);
    this.#dueBy = Float64Array.from(orders.profiles, (profile) => profile.dueBy);
    this.#weight = Float64Array.from(orders.profiles, (profile) => profile.delayWeight);
  }

  amount(order: number): number {
    return this.orders.amount[order]!;
  }

  /** Since time zero; Infinity where absent. */
  dueBy(order: number): Micros {
    return this.#dueBy[this.orders.profile[order]!]!;
  }

  /** In millionths. */
  weight(order: number): number {
    return this.#weight[this.orders.profile[order]!]!;
  }

  charge(rule: number, order: number): CostUnits {
    return this.charges.charge(rule, this.orders.amount[order]!);
  }

  /** Which orders have equal values in all these fields, so that they may share a package. */
  separation(fields: readonly string[]): Separation {
    const name = JSON.stringify(fields);
    let separation = this.#separations.get(name);
    if (separation === undefined) {
      separation = new Separation(this.orders, fields);
      this.#separations.set(name, separation);
    }
    return separation;
  }
}

/** Which orders of a channel may not share a package: equal in all `uniqueBy` fields, none of them empty. */
export class Uniqueness {
  readonly #separation: Separation;
  /** `[value]` 1 where some field is empty. */
  readonly #isOpen: Uint8Array;

  constructor(instance: Instance, fields: readonly string[]) {
    this.#separation = instance.separation(fields);
    this.#isOpen = Uint8Array.from(this.#separation.values, (values) =>
      values.length === 0 || values.includes("") ? 1 : 0,
    );
  }

  /** Values are whole numbers below this. */
  get values(): number {
    return this.#isOpen.length;
  }

  /** The value of an order of which a package holds one at most, or -1 where it may travel with any. */
  valueOf(order: number): number {
    const value = this.#separation.key(order);
    return this.#isOpen[value] === 1 ? -1 : value;
  }
}

/** Orders by the values of some fields: two orders have the same key when they are equal in all of them. */
export class Separation {
  readonly #orders: OrderTable;
  /** `[profile]` */
  readonly #key: Int32Array;
  /** Keys are whole numbers below this. */
  readonly keys: number;
  /** `[key]` values of the fields, in the order in which they were asked for. */
  readonly values: readonly (readonly string[])[];

  constructor(orders: OrderTable, fields: readonly string[]) {
    this.#orders = orders;
    const steps = fields.map((field) => ({ field, texts: new TextNumbers(), pairs: new PairNumbers() }));
    const values: string[][] = [];
    this.#key = Int32Array.from(orders.profiles, (profile) => {
      let key = 0;
      for (const { field, texts, pairs } of steps) key = pairs.of(key, texts.of(fieldOf(profile, field)));
      // Numbers count up from 0 in the order of their first use.
      if (key === values.length) values.push(fields.map((field) => fieldOf(profile, field)));
      return key;
    });
    this.keys = values.length;
    this.values = values;
  }

  key(order: number): number {
    return this.#key[this.#orders.profile[order]!]!;
  }
}
