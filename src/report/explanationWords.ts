import type { CoverageStage, DeferredCode, FullLimit, OtherCode, PlaceCode } from "../model/explanation.js";
import { group } from "./numbers.js";

/** What the codes of an explanation mean, in sentences that the terminal and the files share. */

/** What a sentence about an order and a channel speaks of. */
export interface Facts {
  readonly currency: string;
  /** The channel that the code is about; null: none, the order is deferred there. */
  readonly channel: string | null;
  /** Money: what the order would cost more there; below 0 where it would cost less. */
  readonly costs: string;
  readonly stage?: CoverageStage;
  /** The limits that are full. */
  readonly limits?: readonly FullLimit[];
  /** The fields that orders of one package may not be equal in. */
  readonly uniqueBy?: readonly string[];
  /** Whether something there stands in the way. */
  readonly noRoom?: boolean;
  /** Whether the order's own package would fall below its minimum. */
  readonly needed?: boolean;
}

/** What is said of a channel that does not have the order. */
export function otherSentence(code: OtherCode, facts: Facts): string {
  const { channel, costs, stage, limits = [], uniqueBy = [], noRoom = false, needed = false } = facts;
  const there = channel ?? "deferral";
  const money = moneyOf(facts);
  const besides = noRoom
    ? ", and it has no room besides"
    : needed
      ? ", and the rest of its package would be below minOrders"
      : "";
  switch (code) {
    case "NOT_PERMITTED":
      return `The order's channels do not name ${there}.`;
    case "NOT_COVERED":
      return `${there} does not cover its ${stage}.`;
    case "CHANNEL_CLOSED":
      return `${there} is closed: one of its limits is 0.`;
    case "AMOUNT_ABOVE_LIMIT":
      return `Its amount alone is above a limit of ${there}.`;
    case "PACKAGE_AMOUNT":
      return `Its amount alone is more than a package of ${there} may hold.`;
    case "CUT_OFF":
      return isLess(costs)
        ? `${there} would cost ${money} less, but no place there leaves by the cut-off.`
        : `${there} would leave too late for its cut-off, even with an empty queue.`;
    case "DUE_BY":
      return isLess(costs)
        ? `${there} would cost ${money} less, but no place there finishes by the order's dueBy.`
        : `${there} would finish after the order's dueBy, even with an empty queue.`;
    case "NEEDED_FOR_MINIMUM":
      return `${there} would cost ${money} less, but the rest of its package would be below minOrders.`;
    case "DISPLACED_BY_LIMIT":
      return `${there} would cost ${money} less, but is full: ${limits.map(limitWords).join(", ")}.`;
    case "PACKAGES_FULL":
      return `${there} would cost ${money} less, but its packages are full.`;
    case "KEPT_APART":
      return `${there} would cost ${money} less, but every package with room there holds an order of the same ${uniqueBy.join(" and ")}.`;
    case "PACKAGE_MINIMUM":
      return `${there} would cost ${money} less, but only a further package has room, and is below minOrders.`;
    case "NO_ROOM":
      return `${there} would cost ${money} less, but has no room for more than one reason.`;
    case "WOULD_OPEN_PACKAGE":
      return `${there} needs a further package for it, whose fee is more than it saves: ${money} more in all.`;
    case "WOULD_SAVE":
      return `${channel === null ? "Deferring it" : there} would cost ${money} less: the plan can be improved.`;
    case "WOULD_WAIT_LESS":
      return `${there} would cost the same, and orders would wait less.`;
    case "TIE":
      return `${there} would cost the same${besides}.`;
    case "TIE_FASTER":
      return `${there} would cost the same, and orders would wait longer${besides}.`;
    case "DEARER":
      return `${channel === null ? "Deferring it" : there} would cost ${money} more${besides}.`;
  }
}

/** What an order's own place says: that of the channel which the code is about, or that it is best as it is. */
export function placeSentence(
  code: PlaceCode | DeferredCode,
  because: Facts | null,
  runnerUp: Facts | null,
): string {
  // An order may always be deferred, unless its package needs it.
  const next =
    runnerUp === null
      ? "without it the rest of its package would be below minOrders"
      : `${runnerUp.channel ?? "deferring it"} would cost ${isNothing(runnerUp) ? "the same" : `${moneyOf(runnerUp)} more`}`;
  switch (code) {
    case "CHEAPEST":
      return `It costs least where it is: ${next}.`;
    case "ONLY_CHANNEL":
      return "No other channel could take it.";
    case "PENALTY_CHEAPER":
      return runnerUp === null
        ? "No channel has room for it, and none would be cheaper than its penalty."
        : `Its penalty costs least: ${next}.`;
    case "FILLS_PACKAGE":
      return `It fills a package that is open anyway: ${otherSentence("WOULD_OPEN_PACKAGE", because!)}`;
    default:
      return otherSentence(code, because!);
  }
}

/** `quota harbor-day has 14 of 14 packages` */
export function limitWords({ channel, rule, quota, package: name, field, used, most }: FullLimit): string {
  const owner = [
    ...(quota === undefined ? [] : [`quota ${quota}`]),
    ...(name === undefined ? [] : [`package ${name}`]),
    ...(rule === undefined ? [] : [`rule ${rule + 1} of ${channel}`]),
    `channel ${channel}`,
  ][0];
  const what = { maxOrders: " orders", maxAmount: "", maxPackages: " packages" }[field];
  return `${owner} has ${group(used)} of ${group(most)}${what}`;
}

function isLess(costs: string): boolean {
  return costs.startsWith("-");
}

function isNothing({ costs }: Facts): boolean {
  return !/[1-9]/.test(costs);
}

function moneyOf({ currency, costs }: Facts): string {
  return `${currency} ${group(costs.replace(/^-/, ""))}`;
}
