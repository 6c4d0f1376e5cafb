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

/**
 * What `verify` says last of a plan that does not hold. Other inputs break many rules besides, and would be far above them.
 *
 * @param given paths of the files at hand
 */
export function failsLines(
  { violations, total, plan }: Pick<Verification, "violations" | "total" | "plan">,
  given: Readonly<Record<"channels" | "orders", string>>,
): string[] {
  const other = (["channels", "orders"] as const).filter((input) =>
    violations.some(({ code, rule }) => code === "OTHER_INPUT" && rule.split(".")[2] === input),
  );
  return [
    `The plan does not hold: ${total} violation${total === 1 ? "" : "s"}.`,
    ...other.map((input) => {
      const planned = plan.inputs[input].file;
      const was = planned === null ? "data in memory" : planned;
      return `The ${input} file is not the one planned: ${given[input]} is at hand, the plan was made from ${was}. The rest may follow from that.`;
    }),
  ];
}
