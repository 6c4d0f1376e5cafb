import type { Channel } from "../../model/contract.js";
import { billedCharges, keyCount } from "../classes.js";
import { orderFeeOf } from "../packageFee.js";
import type { Problem } from "../problem.js";
import { chargeAtVolume } from "../volumePrices.js";
import { NOBODY, timesAmount } from "./exact.js";
import { MarginNotes } from "./margins.js";
import type { ProofPrices } from "./prices.js";
import { QueuePrices } from "./queuePrices.js";
import type { WaitByAmount } from "./waitByAmount.js";

/** A channel at the prices: what orders pay there (docs/certificate.md, steps 2 to 4). */
export class Market {
  /** Whether an order's amount plays a part here. */
  readonly seesAmount: boolean;
  readonly queue: QueuePrices;
  readonly keys: number;
  /** Minor units of a step of amount, where contents are worked out; else 0. */
  readonly unit: number;
  readonly #problem: Problem;
  readonly #prices: ProofPrices;
  readonly #channel: Channel;
  readonly #c: number;
  readonly #caused: number;
  /** In cost units. */
  readonly #orderFee: number;
  readonly #pricesVolume: boolean;
  /** Whether orders count that bring nothing: they fill minimums. */
  readonly #keepAll: boolean;
  /** `[rule]` what limits ask for an order, and for amount. */
  readonly #limitOrders: Float64Array;
  readonly #amountPrice: Float64Array;
  #class = -1;
  #base = 0;
  #wait: WaitByAmount | null = null;
  #expense = 0;

  constructor(problem: Problem, prices: ProofPrices, c: number) {
    const { contract, classes, limits } = problem;
    const channel = contract.channels[c]!;
    this.#problem = problem;
    this.#prices = prices;
    this.#channel = channel;
    this.#c = c;
    const rate = BigInt(contract.objective.delayCostPerOrderHour) * BigInt(prices.scale);
    this.keys = keyCount(classes, c);
    this.queue = new QueuePrices(channel, rate, classes.reach[c]!.lightest, prices.slots[c] ?? null);
    this.#caused = this.queue.caused(prices.laneOrders[c]! + prices.packageOrders[c]!);
    this.#orderFee = orderFeeOf(channel);
    this.#pricesVolume = prices.volume.unit[c] !== 0 || prices.volume.minimumFee[c] !== 0;
    this.#keepAll = channel.mode === "batch" && channel.package.minOrders > 1;
    this.unit = prices.contents[c]!;
    const own = limits.ofChannel[c]!;
    this.#limitOrders = new Float64Array(channel.coverage.length);
    this.#amountPrice = new Float64Array(channel.coverage.length);
    channel.coverage.forEach((_, rule) => {
      const ofRule = limits.ofRule[c]![rule]!;
      const all = ofRule < 0 ? own : [...own, ofRule];
      for (const limit of all) {
        this.#limitOrders[rule]! += prices.limitOrders[limit]!;
        this.#amountPrice[rule]! += prices.limitAmount[limit]!;
      }
    });
    this.seesAmount =
      this.unit > 0 ||
      this.queue.asksForAmount ||
      [...this.#amountPrice, ...prices.amount[c]!].some((price) => price > 0);
  }

  /** @param alike whether one entry may stand for several orders */
  notes(alike: boolean): MarginNotes {
    return new MarginNotes({ keyed: this.keys > 1, counted: alike, stepped: this.unit > 0 });
  }

  /** What an order of a class and amount pays here in all; remembered for {@link offer}. */
  visit(k: number, amount: number): number {
    this.#expense = this.expense(k, amount);
    const place = this.#prices.place[this.#c];
    if (!place) return Infinity;
    const { classes } = this.#problem;
    return this.#expense + place[classes.key[k * classes.channels + this.#c]!]!;
  }

  /** What an order of a class and amount pays here beyond the channel's own price. */
  expense(k: number, amount: number): number {
    const { classes } = this.#problem;
    const cell = k * classes.channels + this.#c;
    const rule = classes.rule[cell]!;
    if (this.#class !== k) {
      this.#class = k;
      this.#base =
        this.#chargeAtVolume(k) +
        this.#prices.scale * this.#orderFee +
        this.#limitOrders[rule]! +
        this.#caused;
      const [weight, due] = [classes.weight[k]!, classes.due[k]!];
      this.#wait = this.queue.byAmount(weight, due);
      if (this.#wait === null) this.#base += this.queue.ofOrder(weight, due);
    }
    const price = this.#amountPrice[rule]! + this.#prices.amount[this.#c]![classes.key[cell]!]!;
    const asked = price === 0 ? this.#base : this.#base + timesAmount(price, amount);
    return this.#wait === null ? asked : asked + this.#wait.of(amount);
  }

  /** In price units. Orders of a class have one amount where amounts play a part in it. */
  #chargeAtVolume(k: number): number {
    const { classes, orders } = this.#problem;
    const cell = k * classes.channels + this.#c;
    const charge = classes.charge[cell]!;
    // Most channels have no such price: their orders' amounts need not be looked up.
    if (!this.#pricesVolume) return this.#prices.scale * charge;
    const amount = orders.amount[classes.members[classes.memberStart[k]!]!]!;
    const order = { charge, billed: billedCharges(classes)[cell]!, amount };
    return chargeAtVolume(this.#channel, this.#prices, this.#c, order);
  }

  /** Notes the margin of so many orders like the one last visited, of one amount. */
  offer(notes: MarginNotes, k: number, amount: number, worth: number, count: number): void {
    const margin = worth - Math.min(NOBODY, this.#expense);
    if (margin <= 0 && !this.#keepAll) return;
    const { classes } = this.#problem;
    const key = classes.key[k * classes.channels + this.#c]!;
    notes.add(margin, key, count, this.unit > 0 ? Math.floor(amount / this.unit) : 0);
  }
}
