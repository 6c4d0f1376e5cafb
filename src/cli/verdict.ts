import type { Verification } from "../app/verifyPlan.js";
import { formatCost } from "../model/money.js";
import { formatShare, gapShare, group } from "../report/numbers.js";

/** What `verify` has worked out of a plan that holds, in one line; what it takes on trust is said first. */
export function holdsLine({ contract, objective, bound, plan }: Verification): string {
  const named = (text: string) => `${contract.currency} ${group(text)}`;
  const money = (units: bigint | number) => named(formatCost(units, contract.exponent));
  const gap = gapShare(BigInt(objective), BigInt(bound));
  const figures = `objective ${money(objective)}, proven bound ${money(bound)}, gap ${formatShare(gap)}`;
  const word = "a MIP engine's word, which verify cannot check";
  if (plan.proof === "engine") return `The plan holds; that it is optimal rests on ${word}: ${figures}.`;
  const claim = plan.engineBound === undefined ? "" : ` The bound ${named(plan.engineBound)} is ${word}.`;
  return `The plan holds: ${figures}.${claim}`;
}
