import type { Channel } from "../../model/contract.js";
import { billedCharges } from "../classes.js";
import { type VolumeCurve, volumeCurves } from "../volume.js";
import type { Draft, FlowColumn } from "./draft.js";

/** What a channel's volume costs: (V1) its volume, piece by piece; (V2) one piece of all, where they are not convex. */
export function writeVolume(draft: Draft, c: number, channel: Channel, eligible: readonly number[]): void {
  for (const curve of volumeCurves(channel)) writeCurve(draft, c, curve, eligible);
}

function writeCurve(draft: Draft, c: number, curve: VolumeCurve, eligible: readonly number[]): void {
  const { classes } = draft.problem;
  const unitsOf = ({ kind }: FlowColumn): number => {
    const { class: k, amount } = draft.kinds[kind]!;
    switch (curve.measure) {
      case "orders":
        return 1;
      case "amount":
        return amount;
      case "charges":
        return billedCharges(classes)[k * classes.channels + c]!;
    }
  };
  const flows = draft.flowsOf(c);
  const most = eligible.reduce(
    (sum, kind) => sum + unitsOf({ kind, column: -1 }) * draft.kinds[kind]!.orders.length,
    0,
  );
  const pieces = curve.pieces.filter(({ from }) => from <= most);
  // Volumes in steps that divide them all: small whole numbers.
  const step = [...flows.map(unitsOf), ...pieces.map(({ from }) => from)].reduce(commonDivisor, 0) || 1;
  const terms = flows.map((flow) => [flow.column, unitsOf(flow) / step] as const);
  const convex = isConvex(pieces);
  const chosen: (readonly [number, number])[] = [];
  pieces.forEach(({ from, base, slope }, p) => {
    const next = pieces[p + 1]?.from;
    const steps = convex
      ? ((next ?? most) - from) / step
      : // Up to the last volume before the next piece.
        next === undefined
        ? Math.floor((most - from) / step)
        : Math.ceil((next - from) / step) - 1;
    const within = draft.partsColumn(slope * BigInt(step), 0, steps, false);
    terms.push([within, -1]);
    if (convex) return;
    const one = draft.partsColumn(base, 0, 1, true);
    terms.push([one, -from / step]);
    chosen.push([one, 1]);
    if (steps > 0) draft.row(-Infinity, 0, [[within, 1 / steps] as const, [one, -1] as const]);
  });
  draft.row(0, 0, terms);
  if (!convex) draft.row(1, 1, chosen);
}

function isConvex(pieces: VolumeCurve["pieces"]): boolean {
  return pieces.every(({ from, base, slope }, p) => {
    const before = pieces[p - 1];
    if (before === undefined) return true;
    return before.slope <= slope && base === before.base + before.slope * BigInt(from - before.from);
  });
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
