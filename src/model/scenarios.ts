import { z } from "zod";
import type { Change } from "./changes.js";
import { type Decimal, formatScaled, parseDecimal, parseSigned, type SignedDecimal } from "./decimal.js";
import { complain, countField, name, text } from "./fields.js";
import { IssueList, suggest } from "./issue.js";
import { issuesOf, keyed, type Locate, pathText } from "./zodIssues.js";

/** The scenarios file: what would the plan cost if … */

/** More or fewer orders: each is there so many times, the fraction by lot. */
export interface OrderVolume {
  readonly scale: Decimal;
  /** 0 to 2^31 − 1 */
  readonly seed: number;
}

/** A field and what a sweep does to it. */
export interface SweepAxis {
  readonly verb: "set" | "scale" | "add";
  readonly path: string;
}

/** One question: the changes to the channels file in their order, those of what it extends first. */
export interface Scenario {
  readonly id: string;
  readonly changes: readonly Change[];
  /** Null where the orders stay as they are. */
  readonly orders: OrderVolume | null;
  /** The sweep that it is a point of, with the value on each of its axes. */
  readonly sweep: {
    readonly id: string;
    readonly values: readonly string[];
    /** What each axis changes. */
    readonly over: readonly SweepAxis[];
  } | null;
  /** `[change]` where the file says so, for messages. */
  readonly places: readonly (readonly PropertyKey[])[];
}

/** Scenarios of one file at most: each is a plan. */
export const MOST_SCENARIOS = 10_000;

const AXIS_VERBS = ["set", "scale", "add"] as const;

const anything = z.custom<unknown>((value) => value !== undefined, { error: "is missing" });

const decimal = text.transform((value, context): Decimal => {
  return (
    parseDecimal(value) ?? complain(context, "NOT_A_DECIMAL", "is not a plain decimal", "Write 0.9 or 1.25.")
  );
});

const signedDecimal = text.transform((value, context): SignedDecimal => {
  return parseSigned(value) ?? complain(context, "NOT_A_DECIMAL", "is not a decimal", "Write 2.50 or -2.50.");
});

const orders = keyed({ scale: decimal, seed: countField(0).optional() });

const change = keyed({
  set: z.record(z.string(), anything).optional(),
  scale: z.record(z.string(), decimal).optional(),
  add: z.record(z.string(), signedDecimal).optional(),
  remove: z.array(text).min(1).optional(),
  off: z.array(text).min(1).optional(),
  channel: anything.optional(),
});

const axis = keyed({
  set: text.optional(),
  scale: text.optional(),
  add: text.optional(),
  values: z.array(text).min(1).optional(),
  from: signedDecimal.optional(),
  to: signedDecimal.optional(),
  step: decimal.optional(),
});

const scenariosSchema = keyed({
  scenarios: z
    .array(
      keyed({
        id: name,
        extends: name.optional(),
        changes: z.array(change).optional(),
        orders: orders.optional(),
      }),
    )
    .optional(),
  sweeps: z
    .array(
      keyed({
        id: name,
        extends: name.optional(),
        changes: z.array(change).optional(),
        orders: orders.optional(),
        over: z.array(axis).min(1),
      }),
    )
    .optional(),
});

type Form = z.output<typeof scenariosSchema>;
type ScenarioForm = NonNullable<Form["scenarios"]>[number];
type ChangeForm = NonNullable<ScenarioForm["changes"]>[number];
type AxisForm = NonNullable<Form["sweeps"]>[number]["over"][number];
type Path = readonly PropertyKey[];

/**
 * Parses a scenarios file that was read into plain data with source text at its leaves. Sweeps come as one scenario for
 * each of their points.
 *
 * @throws InputError with every problem that shows without a channels file
 */
export function parseScenarios(tree: unknown, locate: Locate): readonly Scenario[] {
  const found = new IssueList();
  const result = scenariosSchema.safeParse(tree);
  if (!result.success) {
    for (const issue of issuesOf(result.error, tree, locate)) found.add(issue);
    throw found.error();
  }
  const resolved = new Resolver(result.data, (path, issue) =>
    found.add({ path: pathText(path), ...issue, ...locate(path) }),
  ).resolve();
  found.throwIfAny();
  return resolved;
}

type Report = (path: Path, issue: { code: string; message: string; hint?: string; value?: string }) => void;

interface Part {
  readonly changes: readonly Change[];
  readonly places: readonly Path[];
  readonly orders: OrderVolume | null;
}

class Resolver {
  readonly #form: Form;
  readonly #report: Report;
  readonly #parts = new Map<string, Part>();

  constructor(form: Form, report: Report) {
    this.#form = form;
    this.#report = report;
  }

  resolve(): Scenario[] {
    const { scenarios = [], sweeps = [] } = this.#form;
    if (scenarios.length + sweeps.length === 0)
      this.#report([], {
        code: "EMPTY_LIST",
        message: "has neither scenarios nor sweeps",
        hint: "Name at least one, for example scenarios: [{ id: cheaper, changes: [...] }].",
      });
    this.#checkIds();
    const all: Scenario[] = scenarios.map((scenario, i) => ({
      id: scenario.id,
      ...this.#partOf(scenario, ["scenarios", i], []),
      sweep: null,
    }));
    sweeps.forEach((sweep, i) => {
      const part = this.#partOf(sweep, ["sweeps", i], []);
      let points: { values: string[]; changes: Change[]; places: Path[] }[] = [
        { values: [], changes: [], places: [] },
      ];
      sweep.over.forEach((form, a) => {
        const place = ["sweeps", i, "over", a];
        const steps = this.#axis(form, place);
        if (points.length * steps.length > MOST_SCENARIOS) {
          this.#report(place, {
            code: "TOO_MANY",
            message: `the sweep would have ${points.length * steps.length} points; ${MOST_SCENARIOS} are the most`,
            hint: "Take wider steps.",
          });
          points = [];
        }
        points = points.flatMap((point) =>
          steps.map(({ value, change }) => ({
            values: [...point.values, value],
            changes: [...point.changes, change],
            places: [...point.places, place],
          })),
        );
      });
      for (const { values, changes, places } of points)
        all.push({
          id: `${sweep.id}=${values.join(",")}`,
          changes: [...part.changes, ...changes],
          places: [...part.places, ...places],
          orders: part.orders,
          sweep: { id: sweep.id, values, over: sweep.over.map(axisOf) },
        });
    });
    if (all.length > MOST_SCENARIOS)
      this.#report([], {
        code: "TOO_MANY",
        message: `has ${all.length} scenarios; ${MOST_SCENARIOS} are the most`,
        hint: "Split the file.",
      });
    return all;
  }

  #checkIds(): void {
    const seen = new Set<string>(["base"]);
    for (const list of ["scenarios", "sweeps"] as const)
      (this.#form[list] ?? []).forEach(({ id }, i) => {
        if (seen.has(id))
          this.#report([list, i, "id"], {
            code: "DUPLICATE_ID",
            message: id === "base" ? '"base" is the plan without changes' : `id "${id}" is used twice`,
            hint: "Give every scenario and sweep its own id.",
          });
        seen.add(id);
      });
  }

  #partOf(
    form: Pick<ScenarioForm, "extends" | "changes" | "orders">,
    place: Path,
    open: readonly string[],
  ): Part {
    const before = this.#extended(form.extends, [...place, "extends"], open);
    const own = (form.changes ?? []).flatMap((change, i) => this.#changes(change, [...place, "changes", i]));
    const { orders } = form;
    return {
      changes: [...before.changes, ...own.map(({ change }) => change)],
      places: [...before.places, ...own.map(({ place: at }) => at)],
      orders: orders === undefined ? before.orders : { scale: orders.scale, seed: orders.seed ?? 1 },
    };
  }

  #extended(id: string | undefined, place: Path, open: readonly string[]): Part {
    const nothing: Part = { changes: [], places: [], orders: null };
    if (id === undefined) return nothing;
    const scenarios = this.#form.scenarios ?? [];
    const index = scenarios.findIndex((scenario) => scenario.id === id);
    if (index < 0 || open.includes(id)) {
      this.#report(place, {
        code: index < 0 ? "UNKNOWN_SCENARIO" : "CIRCULAR",
        message: index < 0 ? `there is no scenario "${id}"` : `"${id}" extends itself in the end`,
        hint: suggest(
          id,
          scenarios.map((scenario) => scenario.id).filter((other) => !open.includes(other)),
        ),
      });
      return nothing;
    }
    const known = this.#parts.get(id);
    if (known !== undefined) return known;
    const part = this.#partOf(scenarios[index]!, ["scenarios", index], [...open, id]);
    this.#parts.set(id, part);
    return part;
  }

  #changes(form: ChangeForm, place: Path): { change: Change; place: Path }[] {
    const all: { change: Change; place: Path }[] = [];
    for (const [path, value] of Object.entries(form.set ?? {}))
      all.push({ change: { verb: "set", path, value }, place: [...place, "set", path] });
    for (const [path, by] of Object.entries(form.scale ?? {}))
      all.push({ change: { verb: "scale", path, by }, place: [...place, "scale", path] });
    for (const [path, by] of Object.entries(form.add ?? {}))
      all.push({ change: { verb: "add", path, by }, place: [...place, "add", path] });
    (form.remove ?? []).forEach((path, i) => {
      all.push({ change: { verb: "remove", path }, place: [...place, "remove", i] });
    });
    (form.off ?? []).forEach((channel, i) => {
      all.push({ change: { verb: "off", channel }, place: [...place, "off", i] });
    });
    if (form.channel !== undefined)
      all.push({ change: { verb: "channel", value: form.channel }, place: [...place, "channel"] });
    if (all.length === 0)
      this.#report(place, {
        code: "EMPTY_LIST",
        message: "changes nothing",
        hint: "Use set, scale, add, remove, off or channel.",
      });
    return all;
  }

  /** The values of an axis as changes. */
  #axis(form: AxisForm, place: Path): { value: string; change: Change }[] {
    const verbs = AXIS_VERBS.filter((verb) => form[verb] !== undefined);
    const range = form.from !== undefined || form.to !== undefined || form.step !== undefined;
    if (verbs.length !== 1 || range === (form.values !== undefined)) {
      this.#report(place, {
        code: "WRONG_AXIS",
        message: "is no axis",
        hint: "Write set (or scale, or add) with a path, and values, or from, to and step.",
      });
      return [];
    }
    const values = form.values ?? this.#range(form, place);
    const verb = verbs[0]!;
    const path = form[verb]!;
    return values.flatMap((value, v) => {
      const change = fieldChange(verb, path, value);
      if (change === null)
        this.#report([...place, "values", v], {
          code: "NOT_A_DECIMAL",
          message: `"${value}" is nothing to ${verb}`,
          hint: "Write a plain decimal.",
        });
      return change === null ? [] : [{ value, change }];
    });
  }

  #range({ from, to, step }: AxisForm, place: Path): string[] {
    if (from === undefined || to === undefined || step === undefined || step.digits === 0n) {
      this.#report(place, {
        code: "WRONG_AXIS",
        message: "a range needs from, to and a step above 0",
        hint: 'For example from: "4.00", to: "8.00", step: "0.50".',
      });
      return [];
    }
    const decimals = Math.max(from.decimals, to.decimals, step.decimals);
    const whole = ({ digits, decimals: own, negative }: SignedDecimal) =>
      (negative ? -1n : 1n) * digits * 10n ** BigInt(decimals - own);
    const [first, last] = [whole(from), whole(to)];
    const by = whole({ ...step, negative: false });
    const values: string[] = [];
    for (let at = first; at <= last && values.length <= MOST_SCENARIOS; at += by)
      values.push(formatScaled(at, decimals, decimals));
    if (values.length === 0)
      this.#report(place, {
        code: "WRONG_AXIS",
        message: "ends before it begins",
        hint: "Exchange from and to.",
      });
    return values;
  }
}

/** What an axis changes; of one that is wrong, which was told, the first. */
function axisOf(form: AxisForm): SweepAxis {
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
