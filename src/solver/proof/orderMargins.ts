import { LARGEST_WORTH } from "../../model/certificate.js";
import { type CostTotal, ExactSum } from "../../model/money.js";
import type { Problem } from "../problem.js";
import type { Pass } from "./crew.js";
import type { MarginList } from "./margins.js";
import { Market } from "./market.js";
import type { ProofPrices } from "./prices.js";

/** What orders pay at the prices, and what they would bring each channel. */
export interface OrderMargins {
  /** Sum of what the orders pay, in price units. */
  readonly worth: CostTotal;
  /** `[channel]` */
  readonly margins: readonly MarginList[];
}

/**
 * Lets the orders choose at the prices (docs/certificate.md, step 5): one by one where amounts are priced, else lots or
 * classes whole.
 */
export class MarginsPass implements Pass<OrderMargins> {
  readonly kind = "margins";
  readonly input: ProofPrices;
  readonly rows: number;
  /** `[channel]` */
  readonly markets: readonly Market[];
  readonly #problem: Problem;
  readonly #one: boolean;

  constructor(problem: Problem, prices: ProofPrices) {
    this.input = prices;
    this.#problem = problem;
    this.markets = problem.contract.channels.map((_, c) => new Market(problem, prices, c));
    this.#one = this.markets.some((market) => market.seesAmount);
    const { classes } = problem;
    this.rows = this.#one ? classes.members.length : (prices.worth?.lots.count ?? classes.count);
  }

  slice(from: number, to: number): OrderMargins {
    const { classes, orders } = this.#problem;
    const { worth } = this.input;
    const choosing = new Choosing(this.#problem, this.input.scale, this.markets, !this.#one);
    if (this.#one) {
      for (let m = from; m < to; m++) {
        const order = classes.members[m]!;
        const own = worth === null ? Infinity : worth.price[worth.lots.lotOf[order]!]!;
        choosing.choose(classes.classOf[order]!, orders.amount[order]!, 1, own);
      }
    } else if (worth !== null) {
      const { lots, price } = worth;
      for (let lot = from; lot < to; lot++)
        choosing.choose(lots.classOf[lot]!, 0, lots.size[lot]!, price[lot]!);
    } else {
      for (let k = from; k < to; k++) choosing.choose(k, 0, classes.size[k]!, Infinity);
    }
    return choosing.result();
  }
}

class Choosing {
  readonly #problem: Problem;
  readonly #scale: number;
  readonly #markets: readonly Market[];
  readonly #notes: ReturnType<Market["notes"]>[];
  readonly #total = new ExactSum();

  constructor(problem: Problem, scale: number, markets: readonly Market[], alike: boolean) {
    this.#problem = problem;
    this.#scale = scale;
    this.#markets = markets;
    this.#notes = markets.map((market) => market.notes(alike));
  }

  /** Lets so many orders of a class, alike in all that counts, choose. */
  choose(k: number, amount: number, count: number, own: number): void {
    const { channels: C, charge, penalty } = this.#problem.classes;
    const markets = this.#markets;
    let least = Math.min(LARGEST_WORTH, this.#scale * penalty[k]!, own);
    for (let c = 0; c < C; c++) {
      if (charge[k * C + c]! < 0) continue;
      const asked = markets[c]!.visit(k, amount);
      if (asked < least) least = asked;
    }
    const product = least * count;
    if (Number.isSafeInteger(product)) this.#total.add(product);
    else this.#total.addBig(BigInt(least) * BigInt(count));
    for (let c = 0; c < C; c++)
      if (charge[k * C + c]! >= 0) markets[c]!.offer(this.#notes[c]!, k, amount, least, count);
  }

  result(): OrderMargins {
    return { worth: this.#total.total, margins: this.#notes.map((notes) => notes.list()) };
  }
}
