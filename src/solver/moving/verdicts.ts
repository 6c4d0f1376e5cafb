import type { DeferredCode, HinderedCode, OtherCode, PlaceCode } from "../../model/explanation.js";
import type { CostTotal } from "../../model/money.js";
import { packageFee } from "../packageFee.js";
import type { Problem } from "../problem.js";
import { type Change, NO_OBSTACLE, type Obstacles, type SingleMoves, type Spot } from "./moves.js";

/** How an order would do on a channel that does not have it and could take it alone, or on none. */
export interface Verdict {
  /** The channel, or -1: deferred. */
  readonly channel: number;
  readonly code: Exclude<OtherCode, "NOT_PERMITTED" | "NOT_COVERED">;
  /** The cheapest place there; without what stands in the way, where something does. Null off all channels. */
  readonly spot: Spot | null;
  /** What going there would come to. */
  readonly change: Change;
  /** What stands in the way, each of them: with any of them back the place would not be had at that price. */
  readonly obstacles: Obstacles;
  /** The order's own package would fall below its minimum. */
  readonly needed: boolean;
}

/** Why an order that some channel could take is where it is. */
export interface OrderVerdict {
  readonly code: PlaceCode | DeferredCode;
  /** The verdict that the code comes from; null where no other place matters. */
  readonly because: Verdict | null;
  /** The cheapest other place that it could have now; null where there is none. */
  readonly runnerUp: Verdict | null;
  /** Of every other channel that could take it, in file order, and of no channel where it is on one. */
  readonly others: readonly Verdict[];
}

/** What may be lifted: one thing alone; else both kinds of limits; else everything. */
const LIFTED: readonly (readonly (readonly [HinderedCode, Obstacles])[])[] = [
  [
    ["DISPLACED_BY_LIMIT", { ...NO_OBSTACLE, limits: true }],
    ["PACKAGES_FULL", { ...NO_OBSTACLE, places: true }],
    ["KEPT_APART", { ...NO_OBSTACLE, twins: true }],
    ["PACKAGE_MINIMUM", { ...NO_OBSTACLE, minimum: true }],
    ["CUT_OFF", { ...NO_OBSTACLE, cutOff: true }],
    ["DUE_BY", { ...NO_OBSTACLE, dueBy: true }],
  ],
  [["DISPLACED_BY_LIMIT", { ...NO_OBSTACLE, limits: true, places: true }]],
  [["NO_ROOM", { limits: true, places: true, twins: true, minimum: true, cutOff: true, dueBy: true }]],
];

const OBSTACLES = Object.keys(NO_OBSTACLE) as (keyof Obstacles)[];

/** Says why an order is where it is, by exact single moves (docs/explain.md). */
export function judgeOrder(problem: Problem, moves: SingleMoves, order: number): OrderVerdict {
  const { classes, contract } = problem;
  const k = classes.classOf[order]!;
  const from = moves.placed.channel[order]!;
  const needed = moves.isNeeded(order);
  const others: Verdict[] = [];
  for (let c = 0; c < classes.channels; c++)
    if (c !== from && classes.charge[k * classes.channels + c]! >= 0)
      others.push(judgeChannel(problem, moves, order, c, needed));
  const onlyChannel = from >= 0 && others.length === 0;
  if (from >= 0) others.push(judge(-1, null, moves.change(order, null), NO_OBSTACLE, needed));
  let runnerUp: Verdict | null = null;
  let because: Verdict | null = null;
  for (const other of others) {
    if (isFree(other) && (runnerUp === null || isLess(other.change, runnerUp.change))) runnerUp = other;
    if (
      rank(other) > rank(because) ||
      (rank(other) === rank(because) && saves(problem, other) > saves(problem, because))
    )
      because = rank(other) > 0 ? other : because;
  }
  const code = because?.code as PlaceCode | undefined;
  if (code === undefined) {
    const own = from < 0 ? "PENALTY_CHEAPER" : onlyChannel ? "ONLY_CHANNEL" : "CHEAPEST";
    return { code: own, because: null, runnerUp, others };
  }
  const fills = code === "WOULD_OPEN_PACKAGE" && from >= 0 && contract.channels[from]!.mode === "batch";
  return { code: fills ? "FILLS_PACKAGE" : code, because, runnerUp, others };
}

/** The verdict on one other channel that could take the order alone. */
function judgeChannel(
  problem: Problem,
  moves: SingleMoves,
  order: number,
  c: number,
  needed: boolean,
): Verdict {
  const spot = moves.spot(order, c);
  if (spot !== null) {
    const change = moves.change(order, spot);
    const verdict = judge(c, spot, change, NO_OBSTACLE, needed);
    const forFee =
      verdict.code === "DEARER" &&
      !needed &&
      spot.opens &&
      change.objective < openingFee(problem, c) &&
      !moves.mayJoin(order, c);
    return forFee ? { ...verdict, code: "WOULD_OPEN_PACKAGE" } : verdict;
  }
  let best: Verdict | null = null;
  for (const step of LIFTED) {
    for (const [code, obstacles] of step) {
      const freed = moves.spot(order, c, obstacles);
      if (freed === null) continue;
      const verdict = hindered(code, c, freed, moves.change(order, freed), obstacles, needed);
      if (best === null || isLess(verdict.change, best.change)) best = verdict;
    }
    if (best !== null && best.change.objective < 0n) break;
  }
  // With everything lifted there is always a place, at the end of the sequence.
  return withoutIdle(moves, order, best!);
}

/** Counts those obstacles alone without which the place would not be had at its price. */
function withoutIdle(moves: SingleMoves, order: number, verdict: Verdict): Verdict {
  let { spot, obstacles } = verdict;
  for (const name of OBSTACLES) {
    if (!obstacles[name]) continue;
    const fewer = { ...obstacles, [name]: false };
    const found = moves.spot(order, verdict.channel, fewer);
    if (found === null || isLess(verdict.change, moves.change(order, found))) continue;
    [spot, obstacles] = [found, fewer];
  }
  return { ...verdict, spot, obstacles };
}

function judge(
  channel: number,
  spot: Spot | null,
  change: Change,
  obstacles: Obstacles,
  needed: boolean,
): Verdict {
  const { objective, waiting } = change;
  const saving = needed ? "NEEDED_FOR_MINIMUM" : "WOULD_SAVE";
  const waitsLess = waiting < 0n && !needed;
  const code =
    objective > 0n
      ? "DEARER"
      : objective < 0n
        ? saving
        : waitsLess
          ? "WOULD_WAIT_LESS"
          : waiting > 0n
            ? "TIE_FASTER"
            : "TIE";
  return { channel, code, spot, change, obstacles, needed };
}

function hindered(
  code: HinderedCode,
  channel: number,
  spot: Spot,
  change: Change,
  obstacles: Obstacles,
  needed: boolean,
): Verdict {
  const { objective, waiting } = change;
  const base = { channel, spot, change, obstacles, needed };
  if (objective > 0n) return { ...base, code: "DEARER" };
  if (objective === 0n) return { ...base, code: waiting > 0n ? "TIE_FASTER" : "TIE" };
  return { ...base, code: needed ? "NEEDED_FOR_MINIMUM" : code };
}

/** Whether the order could go there as things are. */
export function isFree({ obstacles, needed }: Verdict): boolean {
  return obstacles === NO_OBSTACLE && !needed;
}

/** How much a verdict says about why an order is where it is; 0 where it says that it is better off. */
function rank(verdict: Verdict | null): number {
  switch (verdict?.code) {
    case undefined:
    case "DEARER":
    case "TIE":
      return 0;
    case "TIE_FASTER":
      return isFree(verdict!) ? 1 : 0;
    case "WOULD_WAIT_LESS":
      return 2;
    case "WOULD_SAVE":
      return 4;
    default:
      return 3;
  }
}

/** What would be saved there, were it not for what the code says. */
function saves(problem: Problem, verdict: Verdict | null): CostTotal {
  if (verdict === null) return 0n;
  const { code, change, channel } = verdict;
  const fee = code === "WOULD_OPEN_PACKAGE" ? openingFee(problem, channel) : 0n;
  return fee - change.objective;
}

/** What a further package costs, which an order has for itself. */
function openingFee({ contract }: Problem, c: number): CostTotal {
  return packageFee(contract.channels[c]!.package, 1);
}

function isLess(a: Change, b: Change): boolean {
  if (a.objective !== b.objective) return a.objective < b.objective;
  return a.waiting < b.waiting;
}
