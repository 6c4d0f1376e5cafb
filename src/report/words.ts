import { formatCost } from "../model/money.js";
import { REJECT_REASONS, type UnroutedReason } from "../model/plan.js";
import type { BaselineId, PlanFile } from "../model/planFile.js";
import type { Difference } from "../model/whatIfFile.js";
import {
  costUnits,
  formatCount,
  formatPercent,
  formatShare,
  gapShare,
  group,
  plural,
  ratio,
} from "./numbers.js";

/** What a plan file's codes mean, in sentences that the page and the terminal share. */

/** The parts that every objective has, in the order in which they are shown. */
export const COST_PARTS = [
  { key: "charges", label: "Charges", meaning: "expected charges of the routed orders" },
  { key: "packageFees", label: "Package fees", meaning: "fees of the packages submitted" },
  { key: "delay", label: "Delay", meaning: "orders waiting for their result" },
  { key: "penalties", label: "Penalties", meaning: "penalties of the deferred orders" },
] as const;

const VOLUME_PART = {
  key: "volume",
  label: "Volume",
  meaning: "discounts, fees and shortfalls by the month's volume",
} as const;

/** A part of a cost with its money; below 0 where it is a discount. */
export type CostPart = (typeof COST_PARTS | readonly [typeof VOLUME_PART])[number] & {
  readonly money: string;
};

/** The parts of one cost, in the order in which they are shown. */
export function costParts(cost: PlanFile["cost"]): CostPart[] {
  return [...COST_PARTS.slice(0, 3), VOLUME_PART, ...COST_PARTS.slice(3)].flatMap((part) => {
    const money = cost[part.key];
    return money === undefined ? [] : [{ ...part, money }];
  });
}

/** A part's share of an objective; none of one below 0. */
export function shareOfObjective(part: bigint, objective: bigint): number {
  return objective < 0n ? Number.NaN : ratio(part, objective);
}

export const BASELINE_MEANING: Readonly<Record<BaselineId, string>> = {
  "single-only": "every order through its cheapest single channel",
  "per-bank": "packages by bank on the cheapest batch channel, the rest single",
  "price-priority": "batch channels in order of price, each takes all it can",
  "coverage-first": "every order to the cheapest channel that covers it, then packed",
};

interface ReasonText {
  /** Up to 43 characters, for a terminal. */
  readonly brief: string;
  readonly meaning: string;
  readonly remedy: string;
}

export const REASON_TEXT: Readonly<Record<UnroutedReason, ReasonText>> = {
  BANK_NOT_COVERED: {
    brief: "no channel it may use covers the bank",
    meaning: "No channel that the order may use covers its bank.",
    remedy: "Refuse it upstream, or connect a channel that covers the bank.",
  },
  ATTRIBUTES_NOT_COVERED: {
    brief: "bank covered, but not such attributes",
    meaning: "The bank is covered, but not for such an account, card or business.",
    remedy: "Check the order's attributes; else ask a channel to widen its coverage.",
  },
  AMOUNT_OUT_OF_RANGE: {
    brief: "bank covered, but not such an amount",
    meaning: "The bank is covered, but the amount is outside every limit.",
    remedy: "Split the debit upstream, or agree a higher limit with a channel.",
  },
  NO_CHANNEL_IN_TIME: {
    brief: "too late even with an empty queue",
    meaning: "No covering channel would finish in time, even with an empty queue.",
    remedy: "Submit earlier, relax dueBy, or agree a later cut-off.",
  },
  CAPACITY_EXHAUSTED: {
    brief: "covering channels are full or out of time",
    meaning: "Every covering channel is full or out of time in this plan.",
    remedy: "Carry over to the next run, or raise a limit or a quota.",
  },
  PACKAGE_MINIMUM: {
    brief: "would need a package below the minimum",
    meaning: "Only one more package could take it, and that would stay below the minimum.",
    remedy: "Carry over to the next run, where it travels with others, or lower minOrders.",
  },
  DEARER_THAN_PENALTY: {
    brief: "left out although room remains",
    meaning: "Room remains; in a cheapest plan every way to use it costs more than the penalty.",
    remedy: "Nothing, if the penalty is meant so; raise unroutedPenalty if it must go out.",
  },
};

/** Whether it is known which way a difference goes; one that is exactly 0 goes neither. */
export function certainty({ proven, least, most }: Difference): "proven" | "proven the same" | "not proven" {
  if (proven) return "proven";
  return least === most ? "proven the same" : "not proven";
}

export function isRejection(reason: UnroutedReason): boolean {
  return (REJECT_REASONS as readonly UnroutedReason[]).includes(reason);
}

export const STOPPED_BY: Readonly<Record<PlanFile["stoppedBy"], string>> = {
  optimal: "no cheaper plan was left to search for",
  gap: "the gap that was asked for was reached",
  noGain: "no further step improved the plan or its bound",
  time: "the time limit was reached",
  interrupt: "it was interrupted; this is the best plan found until then",
  given: "the plan was given and is priced as it is, not searched for",
};

/** What is known of the distance to the cheapest plan. */
export interface Verdict {
  /** Two to five words. */
  readonly short: string;
  readonly sentence: string;
}

/** Status, gap and proof in plain words. */
export function verdict(
  plan: Pick<PlanFile, "status" | "proof" | "bound" | "gap" | "cost" | "currency">,
  exponent: number,
): Verdict {
  if (plan.status === "optimal" && plan.proof === "engine")
    return {
      short: "Optimal by an engine's word",
      sentence:
        "A MIP engine says that no plan can cost less. That is its word alone, which cannot be checked.",
    };
  const source = PROOF_SOURCE[plan.proof];
  if (plan.status === "optimal")
    return {
      short: "Optimal",
      sentence: `No plan can cost less${plan.proof === "none" ? "." : `: ${source}.`}`,
    };
  if (plan.bound === null || plan.proof === "none")
    return {
      short: "Gap unknown",
      sentence: "A valid plan, but nothing is proven about how much cheaper another could be.",
    };
  const room = formatCost(
    costUnits(plan.cost.objective, exponent) - costUnits(plan.bound, exponent),
    exponent,
  );
  return {
    short:
      plan.gap === null
        ? `Within ${plan.currency} ${group(room)} of the best possible`
        : `Within ${formatShare(plan.gap)} of the best possible`,
    sentence:
      `No plan can cost less than ${plan.currency} ${group(plan.bound)}, so at most ` +
      `${plan.currency} ${group(room)} could still be saved: ${source}.`,
  };
}

const PROOF_SOURCE: Readonly<Record<PlanFile["proof"], string>> = {
  certificate: "proven by certificate.json, which can be re-checked without the solver",
  engine: "on a MIP engine's word, which cannot be checked",
  none: "not proven",
};

/** What an engine claims beyond the proof; null where it claims no more. */
export function engineClaim(plan: PlanFile, exponent: number): string | null {
  if (plan.engineBound === undefined) return null;
  const objective = costUnits(plan.cost.objective, exponent);
  const gap = gapShare(objective, costUnits(plan.engineBound, exponent));
  return `${plan.currency} ${group(plan.engineBound)}, a gap of ${formatShare(gap)}; claimed by the engine, not proven`;
}

export type Baseline = PlanFile["baselines"][number];

/** What became of an old plan, in sentences; none where the plan is new. */
export function replanSentences({ replan }: Pick<PlanFile, "replan">): readonly string[] {
  if (replan === undefined) return [];
  const { from, sent, orders } = replan;
  const parts = [
    `${plural(orders.kept, "order")} stay${orders.kept === 1 ? "s" : ""} where ${orders.kept === 1 ? "it was" : "they were"}`,
    `${formatCount(orders.moved)} ${orders.moved === 1 ? "moves" : "move"}`,
    `${formatCount(orders.nowRouted)} ${orders.nowRouted === 1 ? "is" : "are"} routed that ${orders.nowRouted === 1 ? "was" : "were"} not`,
    `${formatCount(orders.new)} ${orders.new === 1 ? "is" : "are"} new`,
    `${formatCount(orders.gone)} ${orders.gone === 1 ? "is" : "are"} gone`,
  ];
  const stays =
    sent.packages === 0
      ? "nothing of it had been sent"
      : `${plural(sent.packages, "package")} with ${plural(sent.orders, "order")} had been sent and ${sent.packages === 1 ? "stays" : "stay"}`;
  return [`Planned again from ${from}: ${stays}.`, `${parts.join(", ")}.`];
}

/** The baseline with the lowest objective: the honest one to be measured against. */
export function bestBaseline(plan: PlanFile, exponent: number): Baseline | null {
  let best: Baseline | null = null;
  for (const baseline of plan.baselines)
    if (
      best === null ||
      costUnits(baseline.cost.objective, exponent) < costUnits(best.cost.objective, exponent)
    )
      best = baseline;
  return best;
}

/** `3.20 % less`, `1.10 % more`, `the same`. */
export function savingWords(saving: Baseline["saving"]): string {
  if (/^-?0+(\.0+)?$/.test(saving.money)) return "the same cost";
  return saving.money.startsWith("-")
    ? `${formatPercent(-saving.percent)} more`
    : `${formatPercent(saving.percent)} less`;
}
