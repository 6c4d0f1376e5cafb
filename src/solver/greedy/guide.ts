import { orderFeeOf, ownFee } from "../packageFee.js";
import { delayRate, type Problem } from "../problem.js";
import type { RelaxationAnswer } from "../relaxation/answer.js";
import { loadsOf } from "../relaxation/loads.js";
import { meanShares } from "../relaxation/shares.js";
import { type Prices, pricedCost } from "./prices.js";

/** What a plan is constructed by. */
export interface Guide {
  readonly prices: Prices;
  /** `[order]` its channel, or -1 for deferral; null where each order goes where charge and price are least. */
  readonly chosen: Int16Array | null;
  /** `[channel][key]` packages to open at most, where that has been thought of; null where the orders decide. */
  readonly packages: readonly Float64Array[] | null;
}

/** Packages in fractions beyond so much of one are one package more. */
const ROUND_UP = 0.02;

/**
 * Turns a relaxation's answer into a guide: its prices, its flows rounded to whole orders and its packages to whole
 * packages.
 */
export function guideOf(problem: Problem, answer: RelaxationAnswer): Guide {
  const { lots } = answer;
  const prices = pricesIn(problem, answer);
  return {
    prices,
    chosen: roundFlows(problem, prices, lots.lotOf, answer),
    packages: packagesIn(problem, answer),
  };
}

function packagesIn(problem: Problem, answer: RelaxationAnswer): Float64Array[] {
  return loadsOf(problem, answer).map(({ keyPackages }) =>
    keyPackages.map((opened) => Math.floor(opened + 1 - ROUND_UP)),
  );
}

/** Flows below this are the dust of an interior point. */
const DUST = 1e-4;

/**
 * Rounds the flows of each lot to whole orders, carrying on what is left over by channel, so that the loads of the
 * channels stay as the answer has them. Within a lot those orders go to a channel that lose most elsewhere.
 */
function roundFlows(
  problem: Problem,
  prices: Prices,
  lotOf: Int32Array,
  { lots, relaxed, found }: RelaxationAnswer,
): Int16Array {
  const C = problem.classes.channels;
  const { cellStart } = relaxed.relaxation;
  const members = membersOf(lotOf, lots.count);
  const chosen = new Int16Array(problem.orders.count).fill(-1);
  /** `[channel]`, the last for deferral. */
  const carry = new Float64Array(C + 1);
  const places = new Int32Array(C + 1);
  for (let lot = 0; lot < lots.count; lot++) {
    const inside = members.order.subarray(members.start[lot]!, members.start[lot + 1]!);
    const begin = cellStart[lot]!;
    const end = cellStart[lot + 1]!;
    places.fill(0);
    let given = 0;
    let flowing = 0;
    for (let j = begin; j < end; j++) {
      const c = relaxed.cellChannel[j]!;
      const flow = found.flow[j]!;
      const whole = Math.min(Math.floor(flow + DUST), inside.length - given);
      flowing += flow;
      if (flow - whole > DUST) carry[c]! += flow - whole;
      places[c]! += whole;
      given += whole;
    }
    const deferred = inside.length - flowing;
    if (deferred > DUST) carry[C]! += deferred;
    for (; given < inside.length; given++) {
      let best = -1;
      for (let j = begin; j < end; j++) {
        if (found.flow[j]! <= DUST) continue;
        const c = relaxed.cellChannel[j]!;
        if (best < 0 || carry[c]! > carry[best]!) best = c;
      }
      if (best < 0 || (deferred > DUST && carry[C]! > carry[best]!)) best = C;
      carry[best]! -= 1;
      places[best]! += 1;
    }
    assign(problem, prices, inside, places, chosen);
  }
  return chosen;
}

/** Gives orders that could all take the same channels so many places on each, those that lose most elsewhere first. */
function assign(
  problem: Problem,
  prices: Prices,
  inside: Int32Array,
  places: Int32Array,
  chosen: Int16Array,
): void {
  const { classes, orders } = problem;
  const C = classes.channels;
  const open: number[] = [];
  for (let c = 0; c <= C; c++) if (places[c]! > 0) open.push(c);
  if (open.length === 1 && open[0]! < C) {
    for (const order of inside) chosen[order] = open[0]!;
    return;
  }
  const costOf = (order: number, c: number): number => {
    const k = classes.classOf[order]!;
    return c === C ? classes.penalty[k]! : pricedCost(problem, prices, k, c, orders.amount[order]!);
  };
  const waiting = Array.from(inside, (order) => {
    const costs = open.map((c) => costOf(order, c));
    const least = Math.min(...costs);
    const at = costs.indexOf(least);
    const second = Math.min(...costs.filter((_, o) => o !== at));
    return { order, costs, regret: second - least };
  });
  waiting.sort((a, b) => b.regret - a.regret || a.order - b.order);
  for (const { order, costs } of waiting) {
    let best = -1;
    for (let o = 0; o < open.length; o++)
      if (places[open[o]!]! > 0 && (best < 0 || costs[o]! < costs[best]!)) best = o;
    const c = open[best]!;
    places[c]! -= 1;
    chosen[order] = c === C ? -1 : c;
  }
}

/** Orders of each lot, in file order. */
function membersOf(lotOf: Int32Array, count: number): { start: Int32Array; order: Int32Array } {
  const start = new Int32Array(count + 1);
  for (const lot of lotOf) if (lot >= 0) start[lot + 1]!++;
  for (let lot = 0; lot < count; lot++) start[lot + 1]! += start[lot]!;
  const order = new Int32Array(start[count]!);
  const next = start.slice(0, count);
  for (let i = 0; i < lotOf.length; i++) if (lotOf[i]! >= 0) order[next[lotOf[i]!]!++] = i;
  return { start, order };
}

/** The answer's prices in cost units, as the construction asks them. */
function pricesIn(problem: Problem, { lots, relaxed, found, queue }: RelaxationAnswer): Prices {
  const { contract, limits } = problem;
  const C = contract.channels.length;
  const rate = delayRate(contract);
  const perOrder = (row: number) => (row < 0 ? 0 : found.price[row]! * relaxed.costUnit);
  const perAmount = (row: number) => perOrder(row) / relaxed.amountUnit;
  const sum = (values: Iterable<number>, priceOf: (limit: number) => number) => {
    let total = 0;
    for (const limit of values) total += priceOf(limit);
    return total;
  };
  const shares = meanShares(problem, lots, relaxed, found);
  return {
    place: Float64Array.from({ length: C }, (_, c) =>
      sum(limits.ofChannel[c]!, (limit) => perOrder(relaxed.limitOrders[limit]!)),
    ),
    amount: Float64Array.from({ length: C }, (_, c) =>
      sum(limits.ofChannel[c]!, (limit) => perAmount(relaxed.limitAmount[limit]!)),
    ),
    keyAmount: relaxed.amounts.map((rows) => Float64Array.from(rows, perAmount)),
    delay: Float64Array.from(contract.channels, ({ queue: times, mode }, c) => {
      const { row, laneOrders, packageOrders } = queue.channels[c]!;
      const turn = mode === "single" ? times.perOrder : (row[0] ?? 1) * times.perPackage;
      const caused = mode === "single" ? 0 : times.perOrder * (laneOrders + packageOrders);
      return rate * (times.start + times.result + turn + caused);
    }),
    ruleOrder: contract.channels.map(({ coverage }, c) =>
      Float64Array.from(coverage, (_, rule) => {
        const limit = limits.ofRule[c]![rule]!;
        return limit < 0 ? 0 : perOrder(relaxed.limitOrders[limit]!);
      }),
    ),
    ruleAmount: contract.channels.map(({ coverage }, c) =>
      Float64Array.from(coverage, (_, rule) => {
        const limit = limits.ofRule[c]![rule]!;
        return limit < 0 ? 0 : perAmount(relaxed.limitAmount[limit]!);
      }),
    ),
    share: relaxed.places.map((rows, c) =>
      Float64Array.from(rows, (row, key) => {
        // Nobody is offered what the answer does not open.
        const channel = contract.channels[c]!;
        if (row < 0) return orderFeeOf(channel) + ownFee(channel, 1);
        return orderFeeOf(channel) + perOrder(row) + shares[c]![key]! * relaxed.costUnit;
      }),
    ),
  };
}
