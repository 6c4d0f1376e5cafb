import type { Change } from "./changes.js";
import { formatScaled, parseDecimal, parseSigned, type SignedDecimal } from "./decimal.js";
import type { FormFaults } from "./formFaults.js";
import { AXIS_VERBS, type AxisForm } from "./scenariosForm.js";

/** The axes of a sweep: a field, and the values that it goes through. */

/** A field and what a sweep does to it. */
export interface SweepAxis {
  readonly verb: (typeof AXIS_VERBS)[number];
  readonly path: string;
}

/** One value of an axis, and the change that it is. */
export interface AxisStep {
  readonly value: string;
  readonly change: Change;
}

/** Points of one sweep, and scenarios of one file at most: each is a plan. */
export const MOST_SCENARIOS = 10_000;

type Path = readonly PropertyKey[];

/** The values of an axis as changes; one that only looks where there are none that can be read. */
export function stepsOf(form: AxisForm, place: Path, faults: FormFaults): AxisStep[] {
  const verbs = AXIS_VERBS.filter((verb) => !faults.lacks(form, [verb], place));
  const hasRange = !faults.lacks(form, ["from", "to", "step"], place);
  const hasValues = !faults.lacks(form, ["values"], place);
  if (verbs.length !== 1 || hasRange === hasValues)
    faults.report(place, {
      code: "WRONG_AXIS",
      message: "is no axis",
      hint: "Write set (or scale, or add) with a path, and values, or from, to and step.",
    });
  const verb = verbs[0];
  const path = verb === undefined ? undefined : form[verb];
  if (verbs.length !== 1 || verb === undefined || path === undefined) return [];
  const values = hasRange === hasValues ? [] : hasRange ? range(form, place, faults) : (form.values ?? []);
  const steps = values.flatMap((value, v) => {
    if (value === undefined) return [];
    const change = fieldChange(verb, path, value);
    if (change === null)
      faults.report([...place, "values", v], {
        code: "NOT_A_DECIMAL",
        message: `"${value}" is nothing to ${verb}`,
        value,
        hint: "Write a plain decimal.",
      });
    return change === null ? [] : [{ value, change }];
  });
  return steps.length > 0 ? steps : [{ value: "", change: { verb: "look", path } }];
}

/** Empty where one of its three numbers is wrong. */
function range(form: AxisForm, place: Path, faults: FormFaults): string[] {
  const { from, to, step } = form;
  const isMissing = (["from", "to", "step"] as const).some((key) => faults.lacks(form, [key], place));
  if (isMissing || step?.digits === 0n)
    faults.report(place, {
      code: "WRONG_AXIS",
      message: "a range needs from, to and a step above 0",
      hint: 'For example from: "4.00", to: "8.00", step: "0.50".',
    });
  if (from === undefined || to === undefined) return [];
  const decimals = Math.max(from.decimals, to.decimals, step?.decimals ?? 0);
  const whole = ({ digits, decimals: own, negative }: SignedDecimal) =>
    (negative ? -1n : 1n) * digits * 10n ** BigInt(decimals - own);
  const [first, last] = [whole(from), whole(to)];
  if (first > last)
    faults.report(place, {
      code: "WRONG_AXIS",
      message: "ends before it begins",
      hint: "Exchange from and to.",
    });
  if (step === undefined || step.digits === 0n) return [];
  const by = whole({ ...step, negative: false });
  const values: string[] = [];
  for (let at = first; at <= last && values.length <= MOST_SCENARIOS; at += by)
    values.push(formatScaled(at, decimals, decimals));
  return values;
}

/** What an axis changes; of one that is wrong, which was told, the first. */
export function axisOf(form: AxisForm): SweepAxis {
  const verb = AXIS_VERBS.find((one) => form[one] !== undefined) ?? AXIS_VERBS[0];
  return { verb, path: form[verb] ?? "" };
}

/** A change as an axis has it; null where the value is nothing for its verb. */
function fieldChange(verb: "set" | "scale" | "add", path: string, value: string): Change | null {
  switch (verb) {
    case "set":
      return { verb, path, value };
    case "scale": {
      const by = parseDecimal(value);
      return by && { verb, path, by };
    }
    case "add": {
      const by = parseSigned(value);
      return by && { verb, path, by };
    }
  }
}
