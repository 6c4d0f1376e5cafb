import { type BreakEvenFile, loadOf } from "../../../model/breakEvenFile.js";
import { parseRate } from "../../../model/decimal.js";
import type { Outcomes } from "../outcomes.js";

export type BreakEvenData = Outcomes<BreakEvenFile>;

/** Whose orders and packages the page looks at beside the cost: the parameter's channel's, or those of all. */
export function countedName({ parameter }: BreakEvenFile): string {
  return parameter.channel ?? "all channels";
}

/** Orders and packages of that on each piece. */
export function loadsOf({ pieces, plans, parameter }: BreakEvenFile): readonly ReturnType<typeof loadOf>[] {
  return pieces.map(({ plan }) => loadOf(plans[plan]!, parameter.channel));
}

/** Plans are called by their number from 1. */
export function planName(index: number): string {
  return `plan ${index + 1}`;
}

/** The channels file's own value; null where it says none, or none that is a number between the ends. */
export function valueAsItIs({ parameter, from, to }: BreakEvenFile): number | null {
  const text = parameter.asItIs;
  if (text === null) return null;
  // A rate may be in per cent there; the parameter's values never are.
  const found = parseRate(text);
  if (found === null) return null;
  const value = Number(found.digits) / 10 ** found.decimals;
  return value >= Number(from) && value <= Number(to) ? value : null;
}
