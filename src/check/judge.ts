import type { GivenPlan } from "../model/planFolder.js";
import { followRules, planFigures } from "./derive.js";
import type { Examined } from "./examined.js";
import type { PlanFigures } from "./figures.js";
import type { Instance } from "./instance.js";
import { leftOut } from "./unrouted.js";
import { type Violation, ViolationList } from "./violations.js";

/** What is to be said of a plan that somebody else made. */
export interface Judgement {
  readonly figures: PlanFigures;
  /** Assigned orders that have no price: on a channel that is unknown, does not cover them or is not permitted. */
  readonly unpriced: number;
  /** The first {@link VIOLATION_LIMIT}. */
  readonly violations: readonly Violation[];
  readonly total: number;
  /** All of them, by code. */
  readonly byCode: ReadonlyMap<string, number>;
}

/**
 * Prices a plan by the contract and notes every rule that it breaks: the rules of {@link checkPlan}, without the figures
 * that only a plan folder states. Orders in no row are rejected or deferred. What breaks a rule is priced all the same,
 * as far as it has a price.
 *
 * @param orderId id of a row of the order table, for messages
 */
export function judgePlan(examined: Examined, given: GivenPlan, orderId: (row: number) => string): Judgement {
  const violations = new ViolationList();
  const { instance, survey, penalties } = examined;
  const routed = followRules(examined, withoutHollow(instance, given), orderId, violations);
  const figures = planFigures(examined, routed, leftOut(instance, survey, penalties, routed));
  const { orders, routed: priced, rejected, deferred } = figures.counts;
  return {
    figures,
    unpriced: orders - priced - rejected - deferred,
    violations: violations.first,
    total: violations.total,
    byCode: violations.byCode,
  };
}

/**
 * Leaves out packages none of whose rows count, because the channel does not cover the order, an earlier row has it or the
 * row is of another channel: each of these is named already.
 */
function withoutHollow({ contract, orders, coverage }: Instance, given: GivenPlan): GivenPlan {
  const { count, order, channel, channelNames, package: inPackage, packageNames } = given.assignments;
  const indexOf = new Map(contract.channels.map(({ id }, c) => [id, c]));
  const channelOf = channelNames.map((name) => indexOf.get(name) ?? -1);
  const channelOfPackage = new Map(given.packages.map((each) => [each.package, each.channel]));
  const filled = new Set<number>();
  const seen = new Uint8Array(orders.count);
  for (let row = 0; row < count; row++) {
    const i = order[row]!;
    if (i < 0 || seen[i] === 1) continue;
    seen[i] = 1;
    const c = channelOf[channel[row]!]!;
    const isOn = channelOfPackage.get(packageNames[inPackage[row]!]!) === channelNames[channel[row]!];
    if (c >= 0 && isOn && coverage.ruleOf(i, c) >= 0) filled.add(inPackage[row]!);
  }
  const names = new Set([...filled].map((name) => packageNames[name]!));
  const next = new Map<string, number>();
  const packages = given.packages
    .filter(({ package: name }) => names.has(name))
    .map((each) => {
      const sequence = (next.get(each.channel) ?? 0) + 1;
      next.set(each.channel, sequence);
      return { ...each, sequence: String(sequence) };
    });
  return { ...given, packages };
}
