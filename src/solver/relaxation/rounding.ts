import type { Problem } from "../problem.js";
import type { RelaxationAnswer } from "./answer.js";
import { loadsOf } from "./loads.js";

/** Packages nearer to a whole number than this are whole. */
const WHOLE = 0.02;

/**
 * Fixes the package counts that an answer leaves in fractions at the nearest whole number, beside those fixed before.
 *
 * @param before `[channel][key]`, NaN where nothing is fixed; null for nothing at all
 * @returns as `before`; null where no count is in fractions
 */
export function roundPackages(
  problem: Problem,
  answer: RelaxationAnswer,
  before: readonly Float64Array[] | null,
): Float64Array[] | null {
  let rounded = false;
  const fixed = loadsOf(problem, answer).map(({ keyPackages }, c) =>
    keyPackages.map((opened, key) => {
      const whole = Math.round(opened);
      if (problem.contract.channels[c]!.mode === "single" || Math.abs(opened - whole) <= WHOLE)
        return before === null ? Number.NaN : before[c]![key]!;
      rounded = true;
      return whole;
    }),
  );
  return rounded ? fixed : null;
}
