import { costUnits } from "../../../src/report/numbers.js";
import type { Answer } from "./useAnswers.js";

/**
 * Of two answers to the same changes the one that costs less; at equal cost the one with the higher bound, and else the first.
 * Either is whole: cost and bound of the two are not mixed, since a certificate belongs to its plan.
 */
export function betterAnswer(first: Answer, second: Answer, exponent: number): Answer {
  const costOf = ({ plan }: Answer) => costUnits(plan.cost.objective, exponent);
  const boundOf = ({ plan }: Answer) => (plan.bound === null ? 0n : costUnits(plan.bound, exponent));
  if (costOf(first) !== costOf(second)) return costOf(second) < costOf(first) ? second : first;
  return boundOf(second) > boundOf(first) ? second : first;
}
