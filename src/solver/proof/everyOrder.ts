import { sharedFloat64, sharedInt32 } from "../classes.js";
import { kthLargest } from "../greedy/select.js";
import { ownFee } from "../packageFee.js";
import type { Problem } from "../problem.js";
import type { RelaxationAnswer } from "../relaxation/answer.js";
import { keyPrices } from "../relaxation/keyPrices.js";
import { loadsOf } from "../relaxation/loads.js";
import type { OrderGroups } from "../relaxation/lots.js";
import { meanShares } from "../relaxation/shares.js";
import type { Crew } from "./crew.js";
import { type Asked, OrderAsks, SamplePass, WorthPass } from "./orderAsks.js";
import type { ProofPrices } from "./prices.js";

/** Orders looked at to find where a channel's demand meets its load; all of them where there are no more. */
const SAMPLE = 200_000;
/** Sweeps over all channels: the first does nearly all. */
const SWEEPS = 3;

/**
 * Gives every order a worth of its own where the relaxation knew orders only in lots of like amounts. An order's own
 * charges replace the lot's mean, the lot's prices of channels stay. As orders then choose more finely than their lots
 * could, each channel's prices are raised or lowered together until as many orders choose it as the relaxation sends
 * there: coordinate ascent on the Lagrangian dual (Bertsekas, Nonlinear Programming, section 6.3). Deterministic.
 *
 * @param loads `[channel]` orders that the relaxation sends there
 * @param crew who looks at the orders
 * @returns the prices asked, those of places replaced by the worth of orders
 */
export function worthOfEveryOrder(
  problem: Problem,
  asked: Asked,
  loads: Float64Array,
  crew: Crew,
  shouldStop: () => boolean,
): ProofPrices {
  const raise = new Float64Array(problem.classes.channels);
  const demand = new Demand(problem, asked, crew);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    problem.contract.channels.forEach((channel, c) => {
      // What a single channel asks is the waiting in its queue, which the expense says already.
      if (channel.mode === "single" || loads[c]! < 0.5 || shouldStop()) return;
      raise[c]! += demand.meet(c, loads[c]!);
    });
  }
  const lots = eachOrder(problem);
  const price = sharedFloat64(lots.count);
  crew.run(new WorthPass(problem, { asked, raise, price }));
  const { prices } = asked;
  return { ...prices, place: prices.place.map(() => null), worth: { lots, price } };
}

/** What an answer asks of orders, and sends to each channel. */
export function asksOf(
  problem: Problem,
  answer: RelaxationAnswer,
  prices: ProofPrices,
): { readonly asked: Asked; readonly loads: Float64Array } {
  return {
    asked: {
      prices: { ...prices, worth: null },
      lotOf: answer.lots.lotOf,
      beyond: beyondExpense(problem, answer, prices),
    },
    loads: Float64Array.from(loadsOf(problem, answer), ({ orders }) => orders),
  };
}

/** Every order a group of its own. */
export function eachOrder({ classes, orders }: Problem): OrderGroups {
  const { members, classOf } = classes;
  const ofGroup = sharedInt32(members.length);
  const lotOf = sharedInt32(orders.count).fill(-1);
  for (let m = 0; m < members.length; m++) {
    ofGroup[m] = classOf[members[m]!]!;
    lotOf[members[m]!] = m;
  }
  return { count: members.length, classOf: ofGroup, size: sharedFloat64(members.length).fill(1), lotOf };
}

/** `[lot * channels + channel]` what the relaxation asks of a lot beyond its expense, in price units. */
function beyondExpense(problem: Problem, answer: RelaxationAnswer, prices: ProofPrices): Float64Array {
  const { lots, relaxed, found } = answer;
  const { contract, classes } = problem;
  const C = classes.channels;
  const unit = relaxed.costUnit * prices.scale;
  const shares = meanShares(problem, lots, relaxed, found);
  const places = keyPrices(problem, answer);
  const beyond = sharedFloat64(lots.count * C);
  const { cellStart } = relaxed.relaxation;
  for (let lot = 0; lot < lots.count; lot++) {
    for (let c = 0; c < C; c++) {
      if (lots.charge[lot * C + c]! < 0) continue;
      // What the sieve left out pays as the others of its key do, and what is not opened bears a fee alone.
      const key = classes.key[lots.classOf[lot]! * C + c]!;
      const price = places[c]![key]!;
      const closed = ownFee(contract.channels[c]!, 1) * prices.scale;
      beyond[lot * C + c] = Number.isNaN(price) ? closed : (price + shares[c]![key]!) * unit;
    }
    for (let j = cellStart[lot]!; j < cellStart[lot + 1]!; j++) {
      const c = relaxed.cellChannel[j]!;
      const price = places[c]![classes.key[lots.classOf[lot]! * C + c]!]!;
      beyond[lot * C + c] = ((Number.isNaN(price) ? 0 : price) + found.sharePrice[j]!) * unit;
    }
  }
  return beyond;
}

/** What a sample of the orders is asked, cell by cell, and the two best offers of each. */
class Demand {
  /** How many orders each sampled one stands for. */
  readonly #scale: number;
  /** `[sampled]` its cells: `start[s] .. start[s + 1]`. */
  readonly #start: Int32Array;
  /** `[cell]` */
  readonly #asked: Float64Array;
  readonly #channel: Int16Array;
  /** `[channel]` its cells with the orders they are of. */
  readonly #cells: readonly Int32Array[];
  readonly #orders: readonly Int32Array[];
  /** `[sampled]` the cell of the least asked, -1 for deferral; the least and the second least. */
  readonly #best: Int32Array;
  readonly #least: Float64Array;
  readonly #second: Float64Array;
  readonly #deferral: Float64Array;
  readonly #work: Float64Array;

  constructor(problem: Problem, asked: Asked, crew: Crew) {
    const { classes } = problem;
    const C = classes.channels;
    const asks = new OrderAsks(problem, asked);
    const stride = Math.max(1, Math.ceil(classes.members.length / SAMPLE));
    const count = Math.ceil(classes.members.length / stride);
    this.#scale = classes.members.length / Math.max(1, count);
    this.#start = sharedInt32(count + 1);
    const perChannel = new Int32Array(C);
    for (let s = 0; s < count; s++) {
      let cells = 0;
      for (let c = 0; c < C; c++) {
        if (!asks.offers(classes.members[s * stride]!, c)) continue;
        cells++;
        perChannel[c]!++;
      }
      this.#start[s + 1] = this.#start[s]! + cells;
    }
    this.#asked = sharedFloat64(this.#start[count]!);
    crew.run(new SamplePass(problem, { asked, stride, start: this.#start, cells: this.#asked }));
    this.#channel = new Int16Array(this.#start[count]!);
    this.#cells = Array.from(perChannel, (cells) => new Int32Array(cells));
    this.#orders = Array.from(perChannel, (cells) => new Int32Array(cells));
    this.#deferral = new Float64Array(count);
    const next = new Int32Array(C);
    for (let s = 0; s < count; s++) {
      const order = classes.members[s * stride]!;
      let cell = this.#start[s]!;
      for (let c = 0; c < C; c++) {
        if (!asks.offers(order, c)) continue;
        this.#channel[cell] = c;
        this.#cells[c]![next[c]!] = cell++;
        this.#orders[c]![next[c]!++] = s;
      }
      this.#deferral[s] = asks.deferral(order);
    }
    this.#best = new Int32Array(count);
    this.#least = new Float64Array(count);
    this.#second = new Float64Array(count);
    this.#work = new Float64Array(count);
    for (let s = 0; s < count; s++) this.#rank(s);
  }

  #rank(s: number): void {
    let best = -1;
    let least = this.#deferral[s]!;
    let second = Infinity;
    for (let cell = this.#start[s]!, end = this.#start[s + 1]!; cell < end; cell++) {
      const asked = this.#asked[cell]!;
      if (asked < least) {
        second = least;
        least = asked;
        best = cell;
      } else if (asked < second) second = asked;
    }
    this.#best[s] = best;
    this.#least[s] = least;
    this.#second[s] = second;
  }

  /** Raises what a channel asks, or lowers it, until so many orders choose it. Returns by how much. */
  meet(c: number, load: number): number {
    const cells = this.#cells[c]!;
    const wanted = Math.round(load / this.#scale);
    if (wanted < 1 || wanted >= cells.length) return 0;
    const above = this.#work.subarray(0, cells.length);
    for (let i = 0; i < cells.length; i++) {
      const s = this.#orders[c]![i]!;
      const elsewhere = this.#best[s] === cells[i] ? this.#second[s]! : this.#least[s]!;
      above[i] = elsewhere - this.#asked[cells[i]!]!;
    }
    const raise = (kthLargest(above, wanted) + kthLargest(above, wanted + 1)) / 2;
    for (let i = 0; i < cells.length; i++) {
      const s = this.#orders[c]![i]!;
      const asked = this.#asked[cells[i]!]! + raise;
      const before = this.#asked[cells[i]!]!;
      this.#asked[cells[i]!] = asked;
      if (Math.min(before, asked) <= this.#second[s]!) this.#rank(s);
    }
    return raise;
  }
}
