import type { Queue } from "../../model/contract.js";
import { holdTime, singleLeaveTime } from "../../model/queue.js";
import { keyCount } from "../classes.js";
import { cheapestSize, leastOwnFee, orderFeeOf, ownFee } from "../packageFee.js";
import { delayRate, type Problem } from "../problem.js";
import type { Options } from "./options.js";
import { type Prices, pricedCost } from "./prices.js";
import { type Scarcity, scarcitiesOf } from "./scarcity.js";
import { whereFull } from "./select.js";

/**
 * A sample of the orders, and the prices that they meet.
 *
 * What orders would pay is a sparse matrix: by rows an order's options, by columns a channel's orders. Of each order the
 * least and the second least cost are kept up, so that a price is set by a pass over the orders of its channel alone.
 */
export class Market {
  readonly prices: Prices;
  readonly scarcities: readonly Scarcity[];
  readonly #problem: Problem;
  /** `[sampled]` order. */
  readonly #orders: Int32Array;
  /** How many orders each sampled one stands for. */
  readonly #scale: number;
  /** `[channel][key]` share of the fee where places bind. */
  readonly #placeShare: readonly Float64Array[];
  /** `[channel]` what every order pays for its package at least. */
  readonly #orderFee: readonly number[];
  /** `[channel]` part of the package fee that places bear; the rest falls on amount. */
  readonly #placePart: Float64Array;
  /** `[sampled]` its cells: `rowStart[s] .. rowStart[s + 1]`. */
  readonly #rowStart: Int32Array;
  /** `[cell]` */
  readonly #channel: Int16Array;
  readonly #row: Int32Array;
  /** `[cell]` charge plus price, kept up with every change. */
  readonly #cost: Float64Array;
  /** `[channel]` its cells: `column[columnStart[c] .. columnStart[c + 1]]`. */
  readonly #columnStart: Int32Array;
  readonly #column: Int32Array;
  /** `[sampled]` the cell of least cost, or -1 where deferral costs less. */
  readonly #best: Int32Array;
  /** `[sampled]` least and second least cost, deferral among them. */
  readonly #least: Float64Array;
  readonly #second: Float64Array;
  readonly #threshold: Float64Array;
  readonly #demand: Float64Array;

  /**
   * @param size orders to look at, evenly spread
   * @param before a market whose prices to go on from
   */
  constructor(problem: Problem, options: Options, size: number, before?: Market) {
    this.#problem = problem;
    const { contract, classes } = problem;
    const C = contract.channels.length;
    const stride = Math.max(1, Math.ceil(classes.members.length / Math.max(1, size)));
    const count = Math.ceil(classes.members.length / stride);
    this.#orders = new Int32Array(count);
    for (let s = 0; s < count; s++) this.#orders[s] = classes.members[s * stride]!;
    this.#scale = count > 0 ? classes.members.length / count : 1;
    const demand = demandByKey(problem);
    this.#orderFee = contract.channels.map(orderFeeOf);
    this.#placeShare = contract.channels.map((channel, c) =>
      Float64Array.from(demand[c]!, (orders) => {
        const size = cheapestSize(channel, Math.max(1, orders));
        return ownFee(channel, size) / size;
      }),
    );
    this.#placePart = new Float64Array(C).fill(1);
    this.prices = before?.prices ?? {
      place: new Float64Array(C),
      amount: new Float64Array(C),
      keyAmount: this.#placeShare.map((share) => new Float64Array(share.length)),
      delay: new Float64Array(C),
      ruleOrder: contract.channels.map((channel) => new Float64Array(channel.coverage.length)),
      ruleAmount: contract.channels.map((channel) => new Float64Array(channel.coverage.length)),
      share: this.#placeShare.map((shares, c) => shares.map((share) => this.#orderFee[c]! + share)),
    };
    this.scarcities = before?.scarcities ?? scarcitiesOf(problem);

    this.#rowStart = new Int32Array(count + 1);
    for (let s = 0; s < count; s++) {
      const k = classes.classOf[this.#orders[s]!]!;
      this.#rowStart[s + 1] = this.#rowStart[s]! + options.start[k + 1]! - options.start[k]!;
    }
    const cells = this.#rowStart[count]!;
    this.#channel = new Int16Array(cells);
    this.#row = new Int32Array(cells);
    this.#cost = new Float64Array(cells);
    this.#columnStart = new Int32Array(C + 1);
    for (let s = 0; s < count; s++) {
      const first = options.start[classes.classOf[this.#orders[s]!]!]!;
      const base = this.#rowStart[s]!;
      for (let cell = base; cell < this.#rowStart[s + 1]!; cell++) {
        const c = options.channel[first + cell - base]!;
        this.#channel[cell] = c;
        this.#row[cell] = s;
        this.#columnStart[c + 1]! += 1;
      }
    }
    for (let c = 0; c < C; c++) this.#columnStart[c + 1]! += this.#columnStart[c]!;
    this.#column = new Int32Array(cells);
    const next = this.#columnStart.slice();
    for (let cell = 0; cell < cells; cell++) this.#column[next[this.#channel[cell]!]!++] = cell;
    this.#threshold = new Float64Array(count);
    this.#demand = new Float64Array(count);
    this.#best = new Int32Array(count);
    this.#least = new Float64Array(count);
    this.#second = new Float64Array(count);
    for (let cell = 0; cell < cells; cell++) this.#cost[cell] = this.#costOf(cell);
    for (let s = 0; s < count; s++) this.#rank(s);
  }

  #costOf(cell: number): number {
    const order = this.#orders[this.#row[cell]!]!;
    const { classes, orders } = this.#problem;
    return pricedCost(
      this.#problem,
      this.prices,
      classes.classOf[order]!,
      this.#channel[cell]!,
      orders.amount[order]!,
    );
  }

  /** Finds the least and second least cost of an order anew. */
  #rank(s: number): void {
    const { classes } = this.#problem;
    let least = classes.penalty[classes.classOf[this.#orders[s]!]!]!;
    let second = Infinity;
    let best = -1;
    for (let cell = this.#rowStart[s]!, end = this.#rowStart[s + 1]!; cell < end; cell++) {
      const cost = this.#cost[cell]!;
      if (cost < least) {
        second = least;
        least = cost;
        best = cell;
      } else if (cost < second) second = cost;
    }
    this.#best[s] = best;
    this.#least[s] = least;
    this.#second[s] = second;
  }

  #setCost(cell: number, cost: number): void {
    const before = this.#cost[cell]!;
    if (before === cost) return;
    this.#cost[cell] = cost;
    const s = this.#row[cell]!;
    const second = this.#second[s]!;
    if (before <= second || cost < second) this.#rank(s);
  }

  /** Works out the priced costs of a channel anew. */
  #reprice(c: number): void {
    for (let i = this.#columnStart[c]!, end = this.#columnStart[c + 1]!; i < end; i++) {
      const cell = this.#column[i]!;
      this.#setCost(cell, this.#costOf(cell));
    }
  }

  /** Prices of places, amount and time in packages and queues, from the load that present prices lead to. */
  setQueuePrices(sweep: number): void {
    const { contract, orders } = this.#problem;
    const C = contract.channels.length;
    const rate = delayRate(contract);
    const load = new Float64Array(C);
    const amount = new Float64Array(C);
    for (let s = 0; s < this.#orders.length; s++) {
      if (this.#best[s]! < 0) continue;
      const c = this.#channel[this.#best[s]!]!;
      load[c]! += this.#scale;
      amount[c]! += this.#scale * orders.amount[this.#orders[s]!]!;
    }
    for (let c = 0; c < C; c++) {
      const channel = contract.channels[c]!;
      const { queue, mode, package: terms } = channel;
      const mean = load[c]! > 0 ? amount[c]! / load[c]! : 0;
      // Both places and amount of a package can bind: the fee is split so that either is about used up.
      if (terms.maxAmount < Infinity && mean > 0) {
        const fill = terms.maxOrders === Infinity ? Infinity : (mean * terms.maxOrders) / terms.maxAmount;
        const change = Math.max(-1, Math.min(1, 1 - fill)) / Math.sqrt(sweep);
        this.#placePart[c] = Math.max(0, Math.min(1, this.#placePart[c]! + change));
      }
      const places = mean > 0 ? Math.min(terms.maxOrders, terms.maxAmount / mean) : terms.maxOrders;
      const finish =
        mode === "single" ? singleLeaveTime(queue, load[c]!) : lastLeave(queue, load[c]!, places);
      const price = rate * (finish + queue.result);
      this.prices.delay[c] = sweep === 1 ? price : (this.prices.delay[c]! + price) / 2;
      const part = this.#placePart[c]!;
      this.#placeShare[c]!.forEach((share, key) => {
        this.prices.share[c]![key] = this.#orderFee[c]! + part * share;
      });
      const before =
        terms.maxAmount < Infinity ? ((1 - part) * leastOwnFee(channel, Infinity)) / terms.maxAmount : 0;
      this.prices.amount[c] = before + this.#sumOver(c, "amount");
      this.#reprice(c);
    }
  }

  /** What more is wanted of than there is, at present prices. */
  overbooked(): Scarcity[] {
    const { classes, orders, contract } = this.#problem;
    const wanted = new Float64Array(this.scarcities.length);
    const ofChannel = contract.channels.map((_, c) =>
      this.scarcities.flatMap(({ channels }, i) => (channels[c] === 1 ? [i] : [])),
    );
    for (let s = 0; s < this.#orders.length; s++) {
      if (this.#best[s]! < 0) continue;
      const order = this.#orders[s]!;
      const c = this.#channel[this.#best[s]!]!;
      const rule = classes.rule[classes.classOf[order]! * classes.channels + c]!;
      for (const i of ofChannel[c]!) {
        const scarcity = this.scarcities[i]!;
        if (scarcity.rule !== null && scarcity.rule.rule !== rule) continue;
        wanted[i]! += this.#scale * this.#use(scarcity.unit, c, orders.amount[order]!);
      }
    }
    return this.scarcities.filter(({ room }, i) => wanted[i]! > room);
  }

  /** How much an order uses of something scarce on a channel. */
  #use(unit: Scarcity["unit"], c: number, amount: number): number {
    switch (unit) {
      case "orders":
        return 1;
      case "amount":
        return amount;
      case "packages":
        return 1 / this.#problem.contract.channels[c]!.package.maxOrders;
    }
  }

  #sumOver(c: number, unit: Scarcity["unit"]): number {
    let sum = 0;
    for (const scarcity of this.scarcities) {
      if (scarcity.unit === unit && scarcity.rule === null && scarcity.channels[c] === 1)
        sum += scarcity.price;
    }
    return sum;
  }

  /** Sets one price to where demand meets room, the others held. */
  clear(scarcity: Scarcity): void {
    this.#charge(scarcity, -scarcity.price);
    scarcity.price = this.#findPrice(scarcity, scarcity.room);
    this.#charge(scarcity, scarcity.price);
  }

  /** What to add to the price of something, at present prices, for demand to meet the room; 0 where it does. */
  #findPrice(scarcity: Pick<Scarcity, "unit" | "channels" | "rule">, room: number): number {
    const { channels, unit } = scarcity;
    const users: number[] = [];
    for (let c = 0; c < channels.length; c++) if (channels[c] === 1) users.push(c);
    const wanted = users.length === 1 ? this.#wishesOf(scarcity, users[0]!) : this.#wishesOfSeveral(scarcity);
    let total = 0;
    for (let i = 0; i < wanted; i++) total += this.#demand[i]!;
    // In whole orders the last one that fits is let in.
    const limit = unit === "orders" ? (Math.floor(room / this.#scale) + 0.5) * this.#scale : room;
    return total <= room ? 0 : whereFull(this.#threshold, this.#demand, wanted, limit);
  }

  /** Writes down, for every order that would choose the channel, up to what price it would and how much it uses. */
  #wishesOf({ unit, rule }: Pick<Scarcity, "unit" | "rule">, c: number): number {
    const { classes, orders } = this.#problem;
    let wanted = 0;
    for (let i = this.#columnStart[c]!, end = this.#columnStart[c + 1]!; i < end; i++) {
      const cell = this.#column[i]!;
      const s = this.#row[cell]!;
      if (this.#best[s] !== cell) continue;
      const order = this.#orders[s]!;
      if (rule !== null && classes.rule[classes.classOf[order]! * classes.channels + c] !== rule.rule)
        continue;
      const use = this.#use(unit, c, orders.amount[order]!);
      if (use === 0) continue;
      this.#threshold[wanted] = (this.#second[s]! - this.#least[s]!) / use;
      this.#demand[wanted] = use * this.#scale;
      wanted++;
    }
    return wanted;
  }

  #wishesOfSeveral({ unit, channels }: Pick<Scarcity, "unit" | "channels">): number {
    const { classes, orders } = this.#problem;
    let wanted = 0;
    for (let s = 0; s < this.#orders.length; s++) {
      const best = this.#best[s]!;
      if (best < 0 || channels[this.#channel[best]!] !== 1) continue;
      const order = this.#orders[s]!;
      let outside = classes.penalty[classes.classOf[order]!]!;
      for (let cell = this.#rowStart[s]!, end = this.#rowStart[s + 1]!; cell < end; cell++) {
        if (channels[this.#channel[cell]!] !== 1 && this.#cost[cell]! < outside) outside = this.#cost[cell]!;
      }
      const use = this.#use(unit, this.#channel[best]!, orders.amount[order]!);
      if (use === 0 || this.#least[s]! >= outside) continue;
      this.#threshold[wanted] = (outside - this.#least[s]!) / use;
      this.#demand[wanted] = use * this.#scale;
      wanted++;
    }
    return wanted;
  }

  /**
   * Raises the prices of all full channels by the same amount, to where their demand together meets their room
   * together. One at a time cannot: orders that two of them suit alike would only go from one to the other.
   */
  clearTogether(): void {
    const full = this.scarcities.filter(
      ({ unit, rule, price }) => unit === "orders" && rule === null && price > 0,
    );
    if (full.length < 2) return;
    const channels = full[0]!.channels.map((_, c) => (full.some((each) => each.channels[c] === 1) ? 1 : 0));
    const together = { unit: "orders", channels, rule: null } as const;
    const room = full.reduce((sum, each) => sum + each.room, 0);
    const raise = this.#findPrice(together, room);
    if (raise === 0) return;
    for (const scarcity of full) {
      scarcity.price += raise;
      this.#charge(scarcity, raise);
    }
  }

  #charge(scarcity: Scarcity, price: number): void {
    if (price === 0) return;
    const { prices } = this;
    const { channels, rule, unit } = scarcity;
    channels.forEach((uses, c) => {
      if (uses !== 1) return;
      if (rule !== null) {
        (unit === "orders" ? prices.ruleOrder : prices.ruleAmount)[c]![rule.rule]! += price;
      } else if (unit === "amount") {
        prices.amount[c]! += price;
      } else {
        prices.place[c]! += price * this.#use(unit, c, 0);
      }
      this.#raise(c, scarcity, price);
    });
  }

  /** Adds a price to the priced costs of a channel. Rounding errors last until the channel is priced anew. */
  #raise(c: number, { unit, rule }: Scarcity, price: number): void {
    const { classes, orders } = this.#problem;
    const each = unit === "amount" ? 0 : price * this.#use(unit, c, 0);
    for (let i = this.#columnStart[c]!, end = this.#columnStart[c + 1]!; i < end; i++) {
      const cell = this.#column[i]!;
      const order = this.#orders[this.#row[cell]!]!;
      if (rule !== null && classes.rule[classes.classOf[order]! * classes.channels + c] !== rule.rule)
        continue;
      this.#setCost(cell, this.#cost[cell]! + (unit === "amount" ? price * orders.amount[order]! : each));
    }
  }
}

/** When the last of so many orders leaves, in full packages. */
function lastLeave(queue: Queue, orders: number, places: number): number {
  const packages = places === Infinity ? 1 : Math.max(1, Math.ceil(orders / places));
  const inside = Math.min(places, Math.max(1, orders));
  return queue.start + Math.ceil(packages / queue.lanes) * holdTime(queue, inside);
}

/** `[channel][key]` orders of each separation key that the channel could take. */
function demandByKey(problem: Problem): Float64Array[] {
  const { classes, contract } = problem;
  const C = classes.channels;
  return contract.channels.map((_, c) => {
    const demand = new Float64Array(keyCount(classes, c));
    for (let k = 0; k < classes.count; k++)
      if (classes.charge[k * C + c]! >= 0) demand[classes.key[k * C + c]!]! += classes.size[k]!;
    return demand;
  });
}
