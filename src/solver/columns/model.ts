import type { Channel } from "../../model/contract.js";
import { keyCount } from "../classes.js";
import { orderFeeOf, ownFee } from "../packageFee.js";
import { delayRate, type Problem } from "../problem.js";
import type { ExactLots } from "../relaxation/lots.js";
import { exactLots } from "./exactLots.js";
import { finenessOf } from "./fineness.js";

/**
 * A set-partitioning program over packages: a column is what one package (or one place on a single channel) holds, a row
 * an exact lot or a limit. Costs are doubles in cost units; all that proves something is worked out again in integers.
 */
export interface PackingModel {
  readonly problem: Problem;
  readonly lots: ExactLots;
  readonly channels: readonly ModelChannel[];
  /** Limits as rows, after the lots' rows. */
  readonly sides: readonly Side[];
  /** `[lot * channels + channel]` what an order costs there, the package aside; Infinity where it cannot go. */
  readonly expense: Float64Array;
  /** `[lot * channels + channel]` steps of package amount that an order takes. */
  readonly steps: Int32Array;
  /** `[lot]` cost of deferring an order. */
  readonly penalty: Float64Array;
}

export interface ModelChannel {
  readonly index: number;
  readonly single: boolean;
  readonly fee: number;
  readonly keys: number;
  /** Minor units of a step of amount; 0 where amounts are not counted. */
  readonly unit: number;
  /** Steps that a package holds. */
  readonly room: number;
  /** Whether the steps are exact, so that what fits by steps fits. */
  readonly exact: boolean;
  readonly minOrders: number;
  readonly maxOrders: number;
  readonly maxAmount: number;
  /** Sides that count its packages. */
  readonly packageSides: readonly number[];
  /** `[rule]` sides that count orders and amounts. */
  readonly orderSides: readonly (readonly number[])[];
  readonly amountSides: readonly (readonly number[])[];
}

/** A limit. */
export interface Side {
  readonly counts: "orders" | "amount" | "packages";
  /** Of the problem's limit table; -1 where it is about a channel's number of packages by itself, which has no price. */
  readonly limit: number;
  /** Whose packages a side without a limit counts; else -1. */
  readonly channel: number;
  readonly sense: "atLeast" | "atMost";
  /** In orders, packages or, of amount, in {@link AMOUNT_UNIT}. */
  readonly room: number;
}

/** Minor units in which sides count amounts: keeps their entries near those of the other rows. */
export const AMOUNT_UNIT = 1_000;

/**
 * @param work orders × steps of one channel's contents, at most
 * @param rounding of amounts to steps: down for bounds, up for packages that must fit
 */
export function packingModel(problem: Problem, work: number, rounding: "down" | "up"): PackingModel {
  const { contract, classes, limits, orders } = problem;
  const C = classes.channels;
  const lots = exactLots(problem);
  const round = rounding === "down" ? Math.floor : Math.ceil;
  const rate = delayRate(contract);
  const sides: Side[] = [];
  const limitSides = new Map<string, number>();
  const total = classes.members.length;
  let amounts = 0;
  for (const order of classes.members) amounts += orders.amount[order]!;
  const sideOf = (limit: number, kind: Side["counts"]): number[] => {
    const room =
      kind === "orders"
        ? limits.maxOrders[limit]!
        : kind === "amount"
          ? limits.maxAmount[limit]!
          : limits.maxPackages[limit]!;
    if (room >= (kind === "amount" ? amounts : total)) return [];
    const name = `${kind} ${limit}`;
    let side = limitSides.get(name);
    if (side === undefined) {
      side = sides.length;
      limitSides.set(name, side);
      sides.push({
        counts: kind,
        limit,
        channel: -1,
        sense: "atMost",
        room: kind === "amount" ? room / AMOUNT_UNIT : room,
      });
    }
    return [side];
  };
  const expense = new Float64Array(lots.count * C).fill(Infinity);
  const steps = new Int32Array(lots.count * C);
  const channels = contract.channels.map((channel, c): ModelChannel => {
    const { queue, package: terms } = channel;
    const single = channel.mode === "single";
    const keys = keyCount(classes, c);
    const own = limits.own[c]!;
    const packageSides: number[] = [];
    // With one key the certificate counts packages itself: such rows have no price.
    const counted =
      !single && keys > 1 ? limits.ofChannel[c]! : limits.ofChannel[c]!.filter((l) => l !== own);
    if (!single) for (const limit of counted) packageSides.push(...sideOf(limit, "packages"));
    if (single || keys === 1) {
      packageSides.push(sides.length, sides.length + 1);
      const most = Math.min(single ? Infinity : channel.limits.maxPackages, packagesInTime(channel));
      sides.push({ counts: "packages", limit: -1, channel: c, sense: "atMost", room: most });
      sides.push({ counts: "packages", limit: -1, channel: c, sense: "atLeast", room: 0 });
    }
    const orderFee = orderFeeOf(channel);
    const fine = single ? { unit: 0, exact: true } : finenessOf(problem, lots, c, work);
    for (let lot = 0; lot < lots.count; lot++) {
      const cell = lots.classOf[lot]! * C + c;
      if (classes.charge[cell]! < 0) continue;
      const wait = queue.start + queue.result + (single ? queue.perOrder : queue.perPackage);
      expense[lot * C + c] =
        classes.charge[cell]! + orderFee + rate * classes.weight[lots.classOf[lot]!]! * wait;
      if (fine.unit > 0) steps[lot * C + c] = round(lots.amount[lot]! / fine.unit);
    }
    const of = (rule: number) => {
      const ofRule = limits.ofRule[c]![rule]!;
      return ofRule < 0 ? [...limits.ofChannel[c]!] : [...limits.ofChannel[c]!, ofRule];
    };
    return {
      index: c,
      single,
      fee: ownFee(channel, 1),
      keys,
      unit: fine.unit,
      room: fine.unit === 0 ? 0 : Math.floor(terms.maxAmount / fine.unit),
      exact: fine.exact,
      minOrders: single ? 1 : terms.minOrders,
      maxOrders: single ? 1 : terms.maxOrders,
      maxAmount: single ? Infinity : terms.maxAmount,
      packageSides,
      orderSides: channel.coverage.map((_, rule) => of(rule).flatMap((limit) => sideOf(limit, "orders"))),
      amountSides: channel.coverage.map((_, rule) => of(rule).flatMap((limit) => sideOf(limit, "amount"))),
    };
  });
  return {
    problem,
    lots,
    channels,
    sides,
    expense,
    steps,
    penalty: Float64Array.from(lots.classOf, (k) => classes.penalty[k]!),
  };
}

/** Packages (orders, on a single channel) that leave by the cut-off, were they as short as can be. */
function packagesInTime({ mode, queue, package: terms }: Channel): number {
  const hold = mode === "single" ? queue.perOrder : queue.perPackage + queue.perOrder * terms.minOrders;
  const time = queue.cutOff - queue.start;
  return time === Infinity || hold === 0 ? Infinity : Math.floor(time / hold) * queue.lanes;
}
