import type { BreakEvenFile, BreakEvenPlan } from "../../../model/breakEvenFile.js";
import { parseSigned } from "../../../model/decimal.js";
import type { Outcomes } from "../outcomes.js";

export type BreakEvenData = Outcomes<BreakEvenFile>;

/** What the page looks at beside the cost: the parameter's channel, or all of them. */
export interface Counted {
  /** Orders and packages of what. */
  readonly name: string;
  ordersOf(plan: BreakEvenPlan): number;
  packagesOf(plan: BreakEvenPlan): number;
}

export function countedIn({ parameter }: BreakEvenFile): Counted {
  const { channel } = parameter;
  if (channel === null)
    return {
      name: "all channels",
      ordersOf: ({ counts }) => counts.routed,
      packagesOf: ({ counts }) => counts.packages,
    };
  const figures = (plan: BreakEvenPlan) => plan.channels.find(({ id }) => id === channel);
  return {
    name: channel,
    ordersOf: (plan) => figures(plan)?.orders ?? 0,
    packagesOf: (plan) => figures(plan)?.packages ?? 0,
  };
}

/** Plans are called by their number from 1. */
export function planName(index: number): string {
  return `plan ${index + 1}`;
}

/** The channels file's own value; null where it says none, or none that is a number between the ends. */
export function valueAsItIs({ parameter, from, to }: BreakEvenFile): number | null {
  const text = parameter.asItIs;
  if (text === null) return null;
  // A rate may be written in percent there; the parameter's values never are.
  const percent = text.endsWith("%");
  const plain = percent ? text.slice(0, -1) : text;
  if (parseSigned(plain) === null) return null;
  const value = Number(plain) / (percent ? 100 : 1);
  return value >= Number(from) && value <= Number(to) ? value : null;
}
