import type { Verification } from "../app/verifyPlan.js";
import { formatCost } from "../model/money.js";
import { formatShare, group, ratio } from "../report/numbers.js";

/** What `verify` has worked out of a plan that holds, in one line. */
export function holdsLine({ contract, objective, bound, plan }: Verification): string {
  const money = (units: bigint | number) =>
    `${contract.currency} ${group(formatCost(units, contract.exponent))}`;
  const gap = ratio(BigInt(objective) - BigInt(bound), BigInt(objective));
  const holds = `The plan holds: objective ${money(objective)}, proven bound ${money(bound)}, gap ${formatShare(gap)}.`;
  return plan.proof === "engine"
    ? `${holds} That it is optimal rests on the word of a MIP engine, which cannot be checked.`
    : holds;
}
