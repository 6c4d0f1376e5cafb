import { LARGEST_WORTH } from "../../model/certificate.js";
import type { Problem } from "../problem.js";
import type { Pass } from "./crew.js";
import { Market } from "./market.js";
import type { ProofPrices } from "./prices.js";

/** What orders are asked for channels, as plain data. */
export interface Asked {
  readonly prices: ProofPrices;
  /** `[order]` its lot. */
  readonly lotOf: Int32Array;
  /** `[lot * channels + channel]` what the relaxation asks of a lot beyond the expense, in price units. */
  readonly beyond: Float64Array;
}

/** What orders are asked for channels: their own expense, and what the relaxation asks of their lot beyond it. */
export class OrderAsks {
  readonly #problem: Problem;
  readonly #asked: Asked;
  readonly #markets: readonly Market[];

  constructor(problem: Problem, asked: Asked) {
    this.#problem = problem;
    this.#asked = asked;
    this.#markets = problem.contract.channels.map((_, c) => new Market(problem, asked.prices, c));
  }

  /** What deferring an order costs, in price units. */
  deferral(order: number): number {
    const { classOf, penalty } = this.#problem.classes;
    return this.#asked.prices.scale * penalty[classOf[order]!]!;
  }

  /** Whether a channel could take an order. */
  offers(order: number, c: number): boolean {
    const { classOf, channels, charge } = this.#problem.classes;
    return charge[classOf[order]! * channels + c]! >= 0;
  }

  /** What a channel that could take an order asks of it, in price units. */
  ask(order: number, c: number): number {
    const { classes, orders } = this.#problem;
    const { lotOf, beyond } = this.#asked;
    const expense = this.#markets[c]!.expense(classes.classOf[order]!, orders.amount[order]!);
    return expense + beyond[lotOf[order]! * classes.channels + c]!;
  }
}

export interface SampleInput {
  readonly asked: Asked;
  /** Every so many orders one is looked at. */
  readonly stride: number;
  /** `[sampled]` its cells, one for each channel that could take it: `start[s] .. start[s + 1]`. */
  readonly start: Int32Array;
  /** `[cell]` filled with what is asked, in price units. */
  readonly cells: Float64Array;
}

/** Works out what a sample of the orders is asked. */
export class SamplePass implements Pass<null> {
  readonly kind = "sample";
  readonly input: SampleInput;
  readonly rows: number;
  readonly #problem: Problem;
  readonly #asks: OrderAsks;

  constructor(problem: Problem, input: SampleInput) {
    this.input = input;
    this.rows = input.start.length - 1;
    this.#problem = problem;
    this.#asks = new OrderAsks(problem, input.asked);
  }

  slice(from: number, to: number): null {
    const { stride, start, cells } = this.input;
    const { channels: C, members } = this.#problem.classes;
    for (let s = from; s < to; s++) {
      const order = members[s * stride]!;
      let cell = start[s]!;
      for (let c = 0; c < C; c++) if (this.#asks.offers(order, c)) cells[cell++] = this.#asks.ask(order, c);
    }
    return null;
  }
}

export interface WorthInput {
  readonly asked: Asked;
  /** `[channel]` what each asks beyond that. */
  readonly raise: Float64Array;
  /** `[member]` filled with the least that the order has to pay, in whole price units. */
  readonly price: Float64Array;
}

/** Works out the least that every order has to pay. */
export class WorthPass implements Pass<null> {
  readonly kind = "worths";
  readonly input: WorthInput;
  readonly rows: number;
  readonly #problem: Problem;
  readonly #asks: OrderAsks;

  constructor(problem: Problem, input: WorthInput) {
    this.input = input;
    this.rows = input.price.length;
    this.#problem = problem;
    this.#asks = new OrderAsks(problem, input.asked);
  }

  slice(from: number, to: number): null {
    const { raise, price } = this.input;
    const { members } = this.#problem.classes;
    for (let m = from; m < to; m++) {
      const order = members[m]!;
      let least = this.#asks.deferral(order);
      for (let c = 0; c < raise.length; c++) {
        if (!this.#asks.offers(order, c)) continue;
        const asked = this.#asks.ask(order, c) + raise[c]!;
        if (asked < least) least = asked;
      }
      price[m] = Math.max(-LARGEST_WORTH, Math.min(LARGEST_WORTH, Math.round(least)));
    }
    return null;
  }
}
