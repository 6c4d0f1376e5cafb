import type { OrderAsks } from "../check/index.js";
import { type Contract, hasVolume } from "../model/contract.js";
import type {
  Asked,
  ChannelExplanation,
  DeferredCode,
  FullLimit,
  Move,
  MoveCost,
  OrderExplanation,
  PlaceCode,
} from "../model/explanation.js";
import { formatAmount, formatCost } from "../model/money.js";
import { REJECT_REASONS } from "../model/plan.js";
import { unroutedDetail } from "../model/unrouted.js";
import { type Facts, otherSentence, placeSentence } from "../report/explanationWords.js";
import { fitness } from "../solver/moving/fitness.js";
import { type Change, NO_OBSTACLE } from "../solver/moving/moves.js";
import { judgeOrder, type OrderVerdict, type Verdict } from "../solver/moving/verdicts.js";
import { limitsInTheWay } from "./fullLimits.js";
import type { PackageName } from "./planTables.js";
import type { ReadPlan } from "./readPlan.js";

/** What all explanations of a plan need. */
export interface Explained extends Judged {
  readonly asks: OrderAsks;
}

/** What all verdicts on its orders need to be told. */
export type Judged = Pick<ReadPlan, "problem" | "moves" | "packageName">;

/**
 * Explains orders of a plan.
 *
 * @returns what explains one: its row in the order table and its id
 */
export function orderExplainer(explained: Explained): (order: number, id: string) => OrderExplanation {
  const { problem, moves, asks, packageName } = explained;
  const { contract, classes, orders } = problem;
  const { exponent } = contract;
  const unfit = fitness(contract, orders);
  const factsAbout = factsOf(explained);
  const inTheWay = limitsInTheWay(explained);
  const packageOf = packageNamer(contract, packageName);
  const money = (units: bigint | number) => formatCost(units, exponent);
  return (order, id) => {
    const { bank } = orders.profiles[orders.profile[order]!]!;
    const about = { order: id, bank, amount: formatAmount(orders.amount[order]!, exponent) };
    const elsewhere = (c: number) => unfitOn(contract, c, unfit(order, c)!);
    if (classes.classOf[order]! < 0) {
      const code = REJECT_REASONS[classes.stage[order]!]!;
      return {
        ...about,
        status: "rejected",
        channel: null,
        package: null,
        code,
        because: null,
        sentence: unroutedDetail(code, bank),
        runnerUp: null,
        worth: null,
        channels: contract.channels.map((_, c) => elsewhere(c)),
        deferring: null,
      };
    }
    const own = moves.placed.channel[order]!;
    const verdict = judgeOrder(problem, moves, order);
    const facts = factsAbout(order);
    const sentence = verdictSentence(verdict, facts);
    const verdictOn = new Map(verdict.others.map((other) => [other.channel, other]));
    const off = verdictOn.get(-1);
    const { runnerUp, because } = verdict;
    return {
      ...about,
      status: own < 0 ? "deferred" : "routed",
      channel: contract.channels[own]?.id ?? null,
      package: packageOf(own, moves.placed.place[order]!),
      code: verdict.code,
      because: contract.channels[because?.channel ?? -1]?.id ?? null,
      sentence,
      runnerUp:
        runnerUp === null
          ? null
          : {
              channel: contract.channels[runnerUp.channel]?.id ?? null,
              costs: money(runnerUp.change.objective),
            },
      worth: askedMoney(asks.worth(order), asks.scale, exponent),
      channels: contract.channels.map(({ id: channel, mode }, c): ChannelExplanation => {
        const charge = classes.charge[classes.classOf[order]! * classes.channels + c]!;
        if (charge < 0) return elsewhere(c);
        const terms = { channel, mode, charge: money(charge), asked: askedOn(asks, order, c, contract) };
        if (c === own)
          return { ...terms, chosen: true, code: verdict.code as PlaceCode, move: null, sentence };
        const other = verdictOn.get(c)!;
        return {
          ...terms,
          chosen: false,
          code: other.code,
          move: moveOf(contract, other, {
            inPackage: packageOf(c, other.spot!.package),
            limits: inTheWay(order, other),
          }),
          sentence: otherSentence(other.code, facts(other)),
        };
      }),
      deferring: off === undefined ? null : { ...moveCost(off.change, contract), code: off.code },
    };
  };
}

/** What a sentence about a verdict on an order needs to know. */
export function factsOf(judged: Judged): (order: number) => (verdict: Verdict) => Facts {
  const { contract } = judged.problem;
  const inTheWay = limitsInTheWay(judged);
  return (order) => (verdict) => ({
    currency: contract.currency,
    channel: contract.channels[verdict.channel]?.id ?? null,
    costs: formatCost(verdict.change.objective, contract.exponent),
    noRoom: verdict.obstacles !== NO_OBSTACLE,
    needed: verdict.needed,
    ...(verdict.code === "DISPLACED_BY_LIMIT" ? { limits: inTheWay(order, verdict) } : {}),
    ...(verdict.code === "KEPT_APART"
      ? { uniqueBy: contract.channels[verdict.channel]!.package.uniqueBy }
      : {}),
  });
}

/** Why an order that some channel could take is where it is, in a sentence. */
export function verdictSentence(
  { code, because, runnerUp }: OrderVerdict,
  facts: (verdict: Verdict) => Facts,
): string {
  return placeSentence(
    code as PlaceCode | DeferredCode,
    because === null ? null : facts(because),
    runnerUp === null ? null : facts(runnerUp),
  );
}

/** A channel that could not take an order even alone. */
function unfitOn(
  { channels }: Contract,
  c: number,
  unfit: NonNullable<ReturnType<ReturnType<typeof fitness>>>,
): ChannelExplanation {
  const { id: channel, mode } = channels[c]!;
  const sentence = otherSentence(unfit.code, { currency: "", channel, costs: "0", ...unfit });
  return { channel, mode, chosen: false, ...unfit, charge: null, move: null, asked: null, sentence };
}

/** Names the package at a place of a channel's sequence; null on a single channel, and on none. */
function packageNamer({ channels }: Contract, packageName: PackageName) {
  return (c: number, place: number): string | null =>
    channels[c]?.mode === "batch" ? packageName(channels[c]!.id, place + 1) : null;
}

/** @param limits that are in the way */
function moveOf(
  contract: Contract,
  verdict: Verdict,
  { inPackage, limits }: { readonly inPackage: string | null; readonly limits: readonly FullLimit[] },
): Move {
  const { channel, spot, change, obstacles, needed } = verdict;
  const { uniqueBy } = contract.channels[channel]!.package;
  return {
    ...moveCost(change, contract),
    package: inPackage ?? "",
    opens: spot!.opens,
    hindered: [
      ...(obstacles.limits ? ["limits" as const] : []),
      ...(obstacles.places ? ["places" as const] : []),
      ...(obstacles.twins && uniqueBy.length > 0 ? ["uniqueBy" as const] : []),
      ...(obstacles.minimum ? ["minOrders" as const] : []),
      ...(obstacles.cutOff ? ["cutOff" as const] : []),
      ...(obstacles.dueBy ? ["dueBy" as const] : []),
      ...(needed ? ["ownMinimum" as const] : []),
    ],
    limits,
  };
}

function moveCost(change: Change, { channels, exponent }: Contract): MoveCost {
  const money = (units: bigint) => formatCost(units, exponent);
  return {
    costs: money(change.objective),
    charge: money(change.charge),
    packageFees: money(change.packageFees),
    delay: money(change.delay),
    ...(channels.some(hasVolume) ? { volume: money(change.volume) } : {}),
    penalty: money(change.penalty),
    waits: secondsText(change.waiting),
  };
}

/** Microseconds as plain decimals of a second. */
function secondsText(micros: bigint): string {
  const size = micros < 0n ? -micros : micros;
  const fraction = String(size % 1_000_000n)
    .padStart(6, "0")
    .replace(/0+$/, "");
  return `${micros < 0n ? "-" : ""}${size / 1_000_000n}${fraction === "" ? "" : `.${fraction}`}`;
}

function askedOn(asks: OrderAsks, order: number, c: number, { channels, exponent }: Contract): Asked | null {
  const ask = asks.ask(order, c);
  if (ask === null || !Number.isFinite(ask.all)) return null;
  const money = (price: number) => askedMoney(price, asks.scale, exponent);
  return {
    charge: money(ask.charge),
    ...(channels.some(hasVolume) ? { volume: money(ask.volume) } : {}),
    package: money(ask.package),
    limits: money(ask.limits),
    amount: money(ask.amount),
    waiting: money(ask.waiting),
    place: money(ask.place),
    all: money(ask.all),
  };
}

/** Price units as money, rounded half-up to a cost unit. */
function askedMoney(price: number, scale: number, exponent: number): string {
  const unit = BigInt(scale);
  const doubled = 2n * BigInt(price) + unit;
  const quotient = doubled / (2n * unit);
  return formatCost(doubled % (2n * unit) < 0n ? quotient - 1n : quotient, exponent);
}
