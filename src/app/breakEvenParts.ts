import {
  BREAK_EVEN_SCHEMA_VERSION,
  type BreakEvenBreakpoint,
  type BreakEvenFile,
  type BreakEvenPlan,
  loadOf,
} from "../model/breakEvenFile.js";
import { formatScaled } from "../model/decimal.js";
import { COST_SCALE, type CostTotal, formatCost } from "../model/money.js";
import { formatValue, type Parameter } from "../model/parameter.js";
import type { Plan } from "../model/plan.js";
import type { Outcome } from "../model/whatIfFile.js";
import { boundAt, isProven, objectiveAt } from "../solver/costCurve.js";
import { type Line, valueAt } from "../solver/envelope.js";
import { VERSION } from "../version.js";
import type { BreakEvenInputs } from "./breakEvenInputs.js";
import type { FoundCurve } from "./curveSearch.js";
import type { StudiedPlan } from "./studiedPlan.js";
import type { FoundSweep } from "./sweepSearch.js";

/** What is kept of a plan that was found at a value of the parameter. */
export interface PlanFound {
  readonly value: bigint;
  readonly plan: Plan;
  readonly outcome: Outcome;
  /** Cost units. */
  readonly objective: CostTotal;
  readonly bound: CostTotal;
}

/** Values of an exact curve. */
export interface Scale {
  /** Units of the parameter between two of them. */
  readonly step: bigint;
  /** Units of the parameter at so many steps from the first. */
  readonly unitsAt: (at: bigint) => bigint;
}

/** An exact curve in the form of its file. */
export function curveFile(
  base: StudiedPlan,
  inputs: BreakEvenInputs,
  { step, unitsAt }: Scale,
  { curve, plans, searches, stoppedBy }: FoundCurve<PlanFound>,
): BreakEvenFile {
  const { parameter } = inputs;
  const { exponent } = base.problem.contract;
  const { pieces, lines, last } = curve;
  const value = (units: bigint) => formatValue(parameter, units, exponent);
  const money = (units: bigint) => formatCost(units, exponent);
  const found = pieces.map(({ line }) => plans[line]!.plan);
  const corners = new Set([...curve.asked, ...pieces.flatMap(({ from, to }) => [from, to])]);
  return {
    ...head(base, inputs),
    method: "exact",
    why: whyExact(parameter, step, exponent),
    step: value(step),
    from: value(unitsAt(0n)),
    to: value(unitsAt(last)),
    searches: { count: searches, stoppedBy },
    plans: pieces.map(({ line }, i) => ({
      ...found[i]!.outcome,
      value: value(found[i]!.value),
      slope: slopeText(lines[line]!, step, parameter, exponent),
    })),
    pieces: pieces.map(({ from, to }, plan) => ({
      from: value(unitsAt(from)),
      to: value(unitsAt(to)),
      plan,
      costFrom: money(objectiveAt(curve, from)),
      costTo: money(objectiveAt(curve, to)),
    })),
    breakpoints: pieces.slice(1).map((piece, i): BreakEvenBreakpoint => {
      const before = pieces[i]!;
      const [line, next] = [lines[before.line]!, lines[piece.line]!];
      const isEqual = valueAt(line, piece.from) === valueAt(next, piece.from);
      return {
        value: value(unitsAt(isEqual ? piece.from : before.to)),
        before: i,
        after: i + 1,
        ...moreBelow(parameter, found[i]!.outcome, found[i + 1]!.outcome),
        proven: isProven(curve, before) && isProven(curve, piece),
      };
    }),
    band: [...corners]
      .sort((a, b) => (a < b ? -1 : 1))
      .map((at) => ({
        value: value(unitsAt(at)),
        objective: money(objectiveAt(curve, at)),
        bound: money(boundAt(curve, at)),
      })),
  };
}

/** A sweep in the form of its file. */
export function sweepFile(
  base: StudiedPlan,
  inputs: BreakEvenInputs,
  why: string,
  { plans, searches, stoppedBy }: FoundSweep<PlanFound>,
): BreakEvenFile {
  const { parameter } = inputs;
  const { exponent } = base.problem.contract;
  const values = plans.map(({ value }) => formatValue(parameter, value, exponent));
  return {
    ...head(base, inputs),
    method: "swept",
    why: `${parameter.path} ${why}. Nothing is said of values between those looked at.`,
    step: null,
    from: values[0]!,
    to: values.at(-1)!,
    searches: { count: searches, stoppedBy },
    plans: plans.map(({ outcome }, i): BreakEvenPlan => ({ ...outcome, value: values[i]!, slope: null })),
    pieces: plans.map(({ outcome: { cost } }, plan) => ({
      from: values[plan]!,
      to: values[plan]!,
      plan,
      costFrom: cost.objective,
      costTo: cost.objective,
    })),
    breakpoints: [],
    band: plans.map(({ outcome: { cost, bound } }, i) => ({
      value: values[i]!,
      objective: cost.objective,
      bound,
    })),
  };
}

function head(base: StudiedPlan, { files, parameter }: BreakEvenInputs) {
  const { path, channel, field, asItIs } = parameter;
  return {
    schemaVersion: BREAK_EVEN_SCHEMA_VERSION,
    version: VERSION,
    currency: base.problem.contract.currency,
    inputs: files,
    unroutedPenalty: base.contents.planFile.unroutedPenalty,
    parameter: { path, channel, field, asItIs },
  } as const;
}

function whyExact(parameter: Parameter, step: bigint, exponent: number): string {
  const straight = `${parameter.path} decides of no plan whether it is valid, and every plan costs a straight line over it.`;
  if (step === 1n) return straight;
  return `${straight} What it is part of is rounded, so that this holds in steps of ${formatValue(parameter, step, exponent)}.`;
}

/** What the channel of the parameter has more in one plan than in another; all channels, where it is of none. */
function moreBelow(
  { channel }: Parameter,
  before: Outcome,
  after: Outcome,
): Pick<BreakEvenBreakpoint, "ordersBelow" | "packagesBelow"> {
  const [here, there] = [before, after].map((outcome) => loadOf(outcome, channel));
  return { ordersBelow: here!.orders - there!.orders, packagesBelow: here!.packages - there!.packages };
}

/** Decimals of a slope: those of success rates, which share out what a fee adds. */
const SLOPE_DECIMALS = 8;

/** Money for each whole unit of the parameter, without zeros at the end. */
function slopeText(
  { slope }: Line,
  step: bigint,
  { quantity: { decimals } }: Parameter,
  exponent: number,
): string {
  const scaled = slope * 10n ** BigInt(SLOPE_DECIMALS + decimals - exponent - COST_SCALE);
  const text = formatScaled(scaled / step, SLOPE_DECIMALS, SLOPE_DECIMALS);
  return text.replace(/\.?0+$/, "");
}
