import type { Contract } from "../model/contract.js";
import { Fault } from "../model/issue.js";
import type { CostTotal } from "../model/money.js";
import type { Plan } from "../model/plan.js";
import { pricePlan } from "../solver/cost.js";
import { type Line, valueAt } from "../solver/envelope.js";
import type { Problem } from "../solver/problem.js";
import type { Study } from "./study.js";

/**
 * The straight line that a plan costs over a parameter: priced at both ends of its values, and held against what it costs
 * in the middle and where it was found.
 *
 * @param last values are 0 to this, above 0
 * @returns a function of a plan, the value that it was found at, and what it costs there
 */
export function lineFinder(
  study: Pick<Study, "problemOf">,
  last: bigint,
  contractAt: (at: bigint) => Contract,
): (plan: Plan, at: bigint, objective: CostTotal) => Line {
  const [first, middle, end] = [0n, last / 2n, last].map((at) => study.problemOf(contractAt(at)));
  return (plan, at, objective) => {
    const constant = costIn(first!, plan);
    const rise = costIn(end!, plan) - constant;
    const line = { constant, slope: rise / last };
    const isLine =
      line.slope * last === rise &&
      valueAt(line, last / 2n) === costIn(middle!, plan) &&
      valueAt(line, at) === objective;
    if (!isLine)
      throw new Fault(
        "NO_STRAIGHT_LINE",
        `A plan found at step ${at} of ${last} costs no straight line over the parameter, though every plan should.`,
      );
    return line;
  };
}

/** What a plan costs under another contract. */
export function costIn({ contract, orders, classes }: Problem, plan: Plan): CostTotal {
  return pricePlan(contract, orders, classes, plan).objective;
}
