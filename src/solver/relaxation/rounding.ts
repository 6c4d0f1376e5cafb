import type { Problem } from "../problem.js";
import type { RelaxationAnswer } from "./answer.js";
import { loadsOf } from "./loads.js";

/** Packages nearer to a whole number than this are whole. */
const WHOLE = 0.02;
/** Nearer than this to half a package, both ways are worth a try. */
const UNSURE = 0.3;

/**
 * Fixes the package counts that an answer leaves in fractions at whole numbers, beside those fixed before: of a channel at
 * the nearest, of its keys so that their sum is nearest. Keys of such a channel that have none get none, or the next
 * answer would spread its packages anew.
 *
 * @param before `[channel][key]`, NaN where nothing is fixed; null for nothing at all
 * @param turned a channel whose number is rounded the other way, or -1
 * @returns as `before`; null where no count is in fractions
 */
export function roundPackages(
  problem: Problem,
  answer: RelaxationAnswer,
  before: readonly Float64Array[] | null,
  turned = -1,
): Float64Array[] | null {
  let rounded = false;
  const fixed = loadsOf(problem, answer).map(({ keyPackages }, c) => {
    const single = problem.contract.channels[c]!.mode === "single";
    if (single || keyPackages.every((opened) => Math.abs(opened - Math.round(opened)) <= WHOLE))
      return before === null ? new Float64Array(keyPackages.length).fill(Number.NaN) : before[c]!.slice();
    rounded = true;
    return wholeNumbers(keyPackages, c === turned);
  });
  return rounded ? fixed : null;
}

/** The channel whose number of packages could as well be rounded up as down, or -1 where there is none such. */
export function leastSure(problem: Problem, answer: RelaxationAnswer): number {
  let channel = -1;
  let nearest = UNSURE;
  loadsOf(problem, answer).forEach(({ packages }, c) => {
    const distance = Math.abs(packages - Math.floor(packages) - 0.5);
    if (problem.contract.channels[c]!.mode === "single" || distance >= nearest) return;
    nearest = distance;
    channel = c;
  });
  return channel;
}

/**
 * Whole numbers whose sum is nearest to that of the given ones, or next to it on the other side: the greatest fractions are
 * rounded up.
 */
function wholeNumbers(numbers: Float64Array, otherWay: boolean): Float64Array {
  const whole = numbers.map((number) => Math.floor(number + WHOLE));
  const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
  const total = sum(numbers);
  const nearest = Math.round(total);
  const aim = otherWay ? (nearest > total ? nearest - 1 : nearest + 1) : nearest;
  let left = aim - sum(whole);
  const byFraction = Array.from(numbers.keys()).sort(
    (a, b) => numbers[b]! - whole[b]! - (numbers[a]! - whole[a]!) || a - b,
  );
  for (const at of byFraction) {
    if (left <= 0) break;
    whole[at]! += 1;
    left--;
  }
  return whole;
}
