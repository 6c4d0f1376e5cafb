import { REJECT_REASONS, type RejectReason } from "../model/plan.js";
import { REACHED_ATTRIBUTES } from "./coverage.js";
import type { Instance } from "./instance.js";
import { ownAmountLimit } from "./survey.js";

/** Indices into REJECT_REASONS beyond those that matching alone reaches. */
const AMOUNT = 2;
const TIME = 3;

/** Says, for an order that no channel could take alone, the furthest stage that any rule reached with it. */
export function rejectReasons(instance: Instance): (order: number) => RejectReason {
  const { contract, coverage } = instance;
  const amountLimits = coverage.rules.map((_, rule) => ownAmountLimit(instance, rule));
  return (order) => {
    let furthest = 0;
    for (let c = 0; c < contract.channels.length; c++) {
      const rule = coverage.ruleOf(order, c);
      // A rule that takes the bank and the attributes but not the order failed at its amount.
      const stage =
        rule < 0
          ? Math.min(coverage.reached(order, c), REACHED_ATTRIBUTES)
          : instance.amount(order) <= amountLimits[rule]!
            ? TIME
            : AMOUNT;
      if (stage > furthest) furthest = stage;
    }
    return REJECT_REASONS[furthest]!;
  };
}
