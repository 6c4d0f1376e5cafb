import type { Channel, Queue } from "../../model/contract.js";
import { holdTime, singleLeaveTime, singlesBy } from "../../model/queue.js";
import { delayRate, type Problem } from "../problem.js";

/**
 * What channels ask on top of the charge: for a place in a package, for a unit of amount, for a moment of the queue and
 * for what their limits make scarce. Orders choose by charge plus price. In cost units, as doubles: prices steer, they
 * prove nothing here.
 */
export interface Prices {
  /** `[channel]` for every order. */
  readonly place: Float64Array;
  /** `[channel]` for a minor unit of amount. */
  readonly amount: Float64Array;
  /** `[channel]` for a millionth of delay weight: the cost of finishing when the channel's queue ends. */
  readonly delay: Float64Array;
  /** `[channel][rule]` for every order that the rule takes. */
  readonly ruleOrder: readonly Float64Array[];
  /** `[channel][rule]` for a minor unit of such an order. */
  readonly ruleAmount: readonly Float64Array[];
  /** `[channel][key]` share of a package's fee that an order of this separation key bears. */
  readonly share: readonly Float64Array[];
}

/** Charge plus price of an order of class k on channel c; meaningless where the channel cannot take it. */
export function pricedCost(problem: Problem, prices: Prices, k: number, c: number, amount: number): number {
  const { classes } = problem;
  const cell = k * classes.channels + c;
  const rule = classes.rule[cell]!;
  return (
    classes.charge[cell]! +
    prices.place[c]! +
    prices.share[c]![classes.key[cell]!]! +
    prices.delay[c]! * classes.weight[k]! +
    prices.ruleOrder[c]![rule]! +
    (prices.amount[c]! + prices.ruleAmount[c]![rule]!) * amount
  );
}

/** Sweeps over all prices on a sample of the orders. */
const SWEEPS = 9;
/** Orders in the sample. */
const SAMPLE = 12_000;
/** Sweeps on all orders, over the prices of what the sample's prices leave overbooked. */
const FULL_SWEEPS = 6;
/** Cells (order × channel) up to which all orders are looked at. */
const FULL_CELLS = 50_000_000;

/**
 * Finds prices at which what is scarce is just used up. One price after another is set to where demand meets room, the
 * others held: coordinate ascent on the Lagrangian dual (Bertsekas, Nonlinear Programming, section 6.3), which for one
 * price is a selection. First on a sample, then on all orders what is overbooked there: were it left to the repair, the
 * orders that lose most would find their second choices taken. Deterministic.
 */
export function postPrices(problem: Problem): Prices {
  const { members, channels } = problem.classes;
  const sample = new Market(problem, Math.min(members.length, SAMPLE));
  for (let sweep = 1; sweep <= SWEEPS; sweep++) {
    sample.setQueuePrices(sweep);
    for (const scarcity of sample.scarcities) sample.clear(scarcity);
    sample.clearTogether();
  }
  if (members.length <= SAMPLE) return sample.prices;
  const full = new Market(problem, Math.min(members.length, Math.floor(FULL_CELLS / channels)), sample);
  for (let sweep = 1; sweep <= FULL_SWEEPS; sweep++) {
    const overbooked = full.overbooked();
    if (overbooked.length === 0) break;
    for (const scarcity of overbooked) full.clear(scarcity);
    full.clearTogether();
  }
  return full.prices;
}

/** Something of which only so much is to be had: a limit's orders or amount, or a channel's time. */
interface Scarcity {
  /** What an order uses of it: 1, its amount, or the place it takes of a package. */
  readonly unit: "orders" | "amount" | "packages";
  readonly room: number;
  /** `[channel]` whether all the channel's orders use it. */
  readonly channels: Uint8Array;
  /** The one rule whose orders use it, where it is a rule's limit. */
  readonly rule: { readonly channel: number; readonly rule: number } | null;
  price: number;
}

/** A sample of the orders, and the prices that they meet. */
class Market {
  readonly prices: Prices;
  readonly scarcities: readonly Scarcity[];
  readonly #problem: Problem;
  /** `[sampled]` order. */
  readonly #orders: Int32Array;
  /** How many orders each sampled one stands for. */
  readonly #scale: number;
  /** `[channel][key]` share of the fee where places bind. */
  readonly #placeShare: readonly Float64Array[];
  /** `[channel]` part of the package fee that places bear; the rest falls on amount. */
  readonly #placePart: Float64Array;
  /** `[sampled * channels + channel]` charge plus price, kept up with every change; Infinity where not eligible. */
  readonly #cost: Float64Array;
  readonly #threshold: Float64Array;
  readonly #demand: Float64Array;

  /**
   * @param size orders to look at, evenly spread
   * @param before a market whose prices to go on from
   */
  constructor(problem: Problem, size: number, before?: Market) {
    this.#problem = problem;
    const { contract, classes } = problem;
    const C = contract.channels.length;
    const stride = Math.max(1, Math.ceil(classes.members.length / Math.max(1, size)));
    this.#orders = Int32Array.from(
      { length: Math.ceil(classes.members.length / stride) },
      (_, s) => classes.members[s * stride]!,
    );
    this.#scale = this.#orders.length > 0 ? classes.members.length / this.#orders.length : 1;
    const demand = demandByKey(problem);
    this.#placeShare = contract.channels.map(({ package: terms }, c) =>
      Float64Array.from(demand[c]!, (orders) => terms.fee / Math.max(1, Math.min(terms.maxOrders, orders))),
    );
    this.#placePart = new Float64Array(C).fill(1);
    this.#threshold = new Float64Array(this.#orders.length);
    this.#demand = new Float64Array(this.#orders.length);
    this.prices = before?.prices ?? {
      place: new Float64Array(C),
      amount: new Float64Array(C),
      delay: new Float64Array(C),
      ruleOrder: contract.channels.map((channel) => new Float64Array(channel.coverage.length)),
      ruleAmount: contract.channels.map((channel) => new Float64Array(channel.coverage.length)),
      share: this.#placeShare.map((share) => share.slice()),
    };
    this.scarcities = before?.scarcities ?? scarcitiesOf(problem);
    this.#cost = new Float64Array(this.#orders.length * C);
    for (let c = 0; c < C; c++) this.#reprice(c);
  }

  /** Works out the priced costs of a channel anew. */
  #reprice(c: number): void {
    const { classes, orders } = this.#problem;
    const C = classes.channels;
    for (let s = 0; s < this.#orders.length; s++) {
      const order = this.#orders[s]!;
      const k = classes.classOf[order]!;
      this.#cost[s * C + c] =
        classes.charge[k * C + c]! < 0
          ? Infinity
          : pricedCost(this.#problem, this.prices, k, c, orders.amount[order]!);
    }
  }

  /** Prices of places, amount and time in packages and queues, from the load that present prices lead to. */
  setQueuePrices(sweep: number): void {
    const { contract, classes, orders } = this.#problem;
    const C = classes.channels;
    const rate = delayRate(contract);
    const load = new Float64Array(C);
    const amount = new Float64Array(C);
    for (let s = 0; s < this.#orders.length; s++) {
      const order = this.#orders[s]!;
      let best = -1;
      let least = classes.penalty[classes.classOf[order]!]!;
      for (let c = 0; c < C; c++) {
        if (this.#cost[s * C + c]! < least) {
          least = this.#cost[s * C + c]!;
          best = c;
        }
      }
      if (best < 0) continue;
      load[best]! += this.#scale;
      amount[best]! += this.#scale * orders.amount[order]!;
    }
    for (let c = 0; c < C; c++) {
      const { queue, mode, package: terms } = contract.channels[c]!;
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
        this.prices.share[c]![key] = part * share;
      });
      const before = terms.maxAmount < Infinity ? ((1 - part) * terms.fee) / terms.maxAmount : 0;
      this.prices.amount[c] = before + this.#sumOver(c, "amount");
      this.#reprice(c);
    }
  }

  /** What more is wanted of than there is, at present prices. */
  overbooked(): Scarcity[] {
    const { classes, orders } = this.#problem;
    const C = classes.channels;
    const wanted = new Float64Array(this.scarcities.length);
    for (let s = 0; s < this.#orders.length; s++) {
      const order = this.#orders[s]!;
      const k = classes.classOf[order]!;
      let best = -1;
      let least = classes.penalty[k]!;
      for (let c = 0; c < C; c++) {
        if (this.#cost[s * C + c]! < least) {
          least = this.#cost[s * C + c]!;
          best = c;
        }
      }
      if (best < 0) continue;
      this.scarcities.forEach(({ unit, channels, rule }, i) => {
        if (channels[best] !== 1 || (rule !== null && classes.rule[k * C + best] !== rule.rule)) return;
        wanted[i]! += this.#scale * this.#use(unit, best, orders.amount[order]!);
      });
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
    const { classes, orders } = this.#problem;
    const C = classes.channels;
    const { channels, rule } = scarcity;
    let wanted = 0;
    let total = 0;
    for (let s = 0; s < this.#orders.length; s++) {
      const order = this.#orders[s]!;
      const k = classes.classOf[order]!;
      let inside = Infinity;
      let taker = -1;
      let outside = classes.penalty[k]!;
      for (let c = 0; c < C; c++) {
        const cost = this.#cost[s * C + c]!;
        const uses = channels[c] === 1 && (rule === null || classes.rule[k * C + c] === rule.rule);
        if (uses) {
          if (cost < inside) {
            inside = cost;
            taker = c;
          }
        } else if (cost < outside) outside = cost;
      }
      if (inside >= outside) continue;
      const use = this.#use(scarcity.unit, taker, orders.amount[order]!);
      if (use === 0) continue;
      this.#threshold[wanted] = (outside - inside) / use;
      this.#demand[wanted] = use * this.#scale;
      total += this.#demand[wanted]!;
      wanted++;
    }
    return total <= room ? 0 : this.#clearingPrice(scarcity.unit, room, wanted);
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

  /** The price above which demand no longer exceeds the room. */
  #clearingPrice(unit: Scarcity["unit"], room: number, wanted: number): number {
    if (unit === "orders") {
      const ranked = this.#threshold.slice(0, wanted).sort();
      return ranked[wanted - 1 - Math.floor(room / this.#scale)] ?? 0;
    }
    const ranked = Int32Array.from({ length: wanted }, (_, i) => i).sort(
      (a, b) => this.#threshold[b]! - this.#threshold[a]!,
    );
    let used = 0;
    for (const i of ranked) {
      used += this.#demand[i]!;
      if (used > room) return this.#threshold[i]!;
    }
    return 0;
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
    const C = classes.channels;
    const each = unit === "amount" ? 0 : price * this.#use(unit, c, 0);
    for (let s = 0; s < this.#orders.length; s++) {
      const order = this.#orders[s]!;
      if (rule !== null && classes.rule[classes.classOf[order]! * C + c] !== rule.rule) continue;
      this.#cost[s * C + c]! += unit === "amount" ? price * orders.amount[order]! : each;
    }
  }
}

function scarcitiesOf(problem: Problem): Scarcity[] {
  const { contract, limits } = problem;
  const scarcities: Scarcity[] = [];
  const offer = (
    unit: Scarcity["unit"],
    room: number,
    channels: Uint8Array,
    rule: Scarcity["rule"] = null,
  ) => {
    if (room < Infinity) scarcities.push({ unit, room, channels, rule, price: 0 });
  };
  for (let limit = 0; limit < limits.count; limit++) {
    const channels = Uint8Array.from(limits.ofChannel, (list) => (list.includes(limit) ? 1 : 0));
    if (!channels.includes(1)) continue;
    offer("orders", limits.maxOrders[limit]!, channels);
    offer("amount", limits.maxAmount[limit]!, channels);
    const batch = channels.map((uses, c) => (contract.channels[c]!.mode === "batch" ? uses : 0));
    offer("packages", limits.maxPackages[limit]!, batch);
  }
  contract.channels.forEach((channel, c) => {
    const alone = Uint8Array.from(contract.channels, (_, other) => (other === c ? 1 : 0));
    channel.coverage.forEach((_, rule) => {
      const limit = limits.ofRule[c]![rule]!;
      if (limit < 0) return;
      offer("orders", limits.maxOrders[limit]!, alone, { channel: c, rule });
      offer("amount", limits.maxAmount[limit]!, alone, { channel: c, rule });
    });
    offer("orders", ordersInTime(channel), alone);
  });
  return scarcities;
}

/** Orders that a channel can work off by its cut-off, in full packages and one more on each lane. */
export function ordersInTime({ queue, mode, package: terms }: Channel): number {
  if (mode === "single") return singlesBy(queue, Infinity);
  const hold = holdTime(queue, terms.maxOrders);
  const time = queue.cutOff - queue.start;
  if (time === Infinity || hold === 0) return Infinity;
  if (time < holdTime(queue, 1)) return 0;
  if (hold === Infinity) return Math.floor((time - queue.perPackage) / queue.perOrder) * queue.lanes;
  const full = Math.floor(time / hold);
  const rest = time - full * hold - queue.perPackage;
  const last = rest > 0 && queue.perOrder > 0 ? Math.floor(rest / queue.perOrder) : 0;
  return (full * terms.maxOrders + Math.min(last, terms.maxOrders)) * queue.lanes;
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
    let keys = 1;
    for (let k = 0; k < classes.count; k++) keys = Math.max(keys, classes.key[k * C + c]! + 1);
    const demand = new Float64Array(keys);
    for (let k = 0; k < classes.count; k++)
      if (classes.charge[k * C + c]! >= 0) demand[classes.key[k * C + c]!]! += classes.size[k]!;
    return demand;
  });
}
