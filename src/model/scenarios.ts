import { z } from "zod";
import type { Change } from "./changes.js";
import { type Decimal, formatScaled, parseDecimal, parseSigned, type SignedDecimal } from "./decimal.js";
import { complain, countField, name, text } from "./fields.js";
import { InputError, IssueList, suggest } from "./issue.js";
import { type Lenient, parseLeniently } from "./lenientSchema.js";
import { faultsIn, issuesOf, isWithin, keyed, type Locate, pathText } from "./zodIssues.js";

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

type Form = Lenient<typeof scenariosSchema>;
type Defined<Type> = NonNullable<Type>;
type ScenarioForm = Defined<Defined<Form["scenarios"]>[number]>;
type ChangeForm = Defined<Defined<ScenarioForm["changes"]>[number]>;
type SweepForm = Defined<Defined<Form["sweeps"]>[number]>;
type AxisForm = Defined<Defined<SweepForm["over"]>[number]>;
type Path = readonly PropertyKey[];

/** A scenarios file that cannot be used. */
export class ScenariosError extends InputError {
  constructor(
    { issues, total }: IssueList,
    /** What a channels file can be held against all the same. */
    readonly scenarios: readonly ReadScenario[],
    /** Names file and line of a path. */
    readonly locate: Locate,
  ) {
    super(issues, total);
  }
}

/** A scenario as far as it can be read; of a sweep that is in part wrong one point stands for all. */
export interface ReadScenario extends Scenario {
  /** Whether there is nothing wrong in it. */
  readonly isWhole: boolean;
}

/**
 * Parses a scenarios file that was read into plain data with source text at its leaves. Sweeps come as one scenario for
 * each of their points.
 *
 * @throws ScenariosError with every problem that shows without a channels file
 */
export function parseScenarios(tree: unknown, locate: Locate): readonly Scenario[] {
  const found = new IssueList();
  const result = scenariosSchema.safeParse(tree);
  if (!result.success) for (const issue of issuesOf(result.error, tree, locate)) found.add(issue);
  // All problems at once: what can be read is looked at beside what cannot.
  const form: Form = result.success ? result.data : (parseLeniently(scenariosSchema, tree) ?? {});
  const resolved = new Resolver(form, faultsIn(result.error), (path, issue) =>
    found.add({ path: pathText(path), ...issue, ...locate(path) }),
  ).resolve();
  if (found.total > 0) throw new ScenariosError(found, resolved, locate);
  return resolved.map(({ isWhole: _, ...scenario }) => scenario);
}

type Report = (path: Path, issue: { code: string; message: string; hint?: string; value?: string }) => void;

interface Part {
  readonly changes: readonly Change[];
  readonly places: readonly Path[];
  readonly orders: OrderVolume | null;
  readonly isWhole: boolean;
  /** Whether a part is missing that could have added channels: no path can be called wrong then. */
  readonly isOpen: boolean;
}

interface Point {
  readonly values: readonly string[];
  readonly changes: readonly Change[];
  readonly places: readonly Path[];
}

/** Makes scenarios of as much of the file as can be parsed. */
class Resolver {
  readonly #form: Form;
  readonly #isFaulty: (path: Path) => boolean;
  readonly #report: Report;
  readonly #wrong: Path[] = [];
  readonly #parts = new Map<string, Part>();

  /** @param isFaulty whether a field, or something in it or around it, cannot be parsed */
  constructor(form: Form, isFaulty: (path: Path) => boolean, report: Report) {
    this.#form = form;
    this.#isFaulty = isFaulty;
    this.#report = (path, issue) => {
      this.#wrong.push(path);
      report(path, issue);
    };
  }

  /** Those that may add channels which cannot be read are left out. */
  resolve(): ReadScenario[] {
    const { scenarios = [], sweeps = [] } = this.#form;
    if (
      scenarios.length + sweeps.length === 0 &&
      !this.#isFaulty(["scenarios"]) &&
      !this.#isFaulty(["sweeps"])
    )
      this.#report([], {
        code: "EMPTY_LIST",
        message: "has neither scenarios nor sweeps",
        hint: "Name at least one, for example scenarios: [{ id: cheaper, changes: [...] }].",
      });
    this.#checkIds();
    const all: ReadScenario[] = [];
    scenarios.forEach((scenario, i) => {
      if (scenario === undefined) return;
      const { isOpen, ...part } = this.#partOf(scenario, ["scenarios", i], []);
      if (!isOpen) all.push({ id: scenario.id ?? "", ...part, sweep: null });
    });
    sweeps.forEach((sweep, i) => {
      if (sweep !== undefined) all.push(...this.#pointsOf(sweep, ["sweeps", i]));
    });
    if (all.length > MOST_SCENARIOS)
      this.#report([], {
        code: "TOO_MANY",
        message: `has ${all.length} scenarios; ${MOST_SCENARIOS} are the most`,
        hint: "Split the file.",
      });
    return all;
  }

  #pointsOf(sweep: SweepForm, place: Path): ReadScenario[] {
    const { isOpen, isWhole, changes, places, orders } = this.#partOf(sweep, place, []);
    let points: readonly Point[] = [{ values: [], changes: [], places: [] }];
    (sweep.over ?? []).forEach((form, a) => {
      if (form === undefined) return;
      const at = [...place, "over", a];
      let steps = this.#axis(form, at);
      if (points.length * steps.length > MOST_SCENARIOS) {
        this.#report(at, {
          code: "TOO_MANY",
          message: `the sweep would have ${points.length * steps.length} points; ${MOST_SCENARIOS} are the most`,
          hint: "Take wider steps.",
        });
        points = points.slice(0, 1);
        steps = steps.slice(0, 1);
      }
      points = points.flatMap((point) =>
        steps.map(({ value, change }) => ({
          values: [...point.values, value],
          changes: [...point.changes, change],
          places: [...point.places, at],
        })),
      );
    });
    if (isOpen) return [];
    const over = (sweep.over ?? []).flatMap((form) => (form === undefined ? [] : axisOf(form)));
    const isAllRead = isWhole && this.#isRight(place);
    return (isAllRead ? points : points.slice(0, 1)).map((point) => ({
      id: `${sweep.id}=${point.values.join(",")}`,
      changes: [...changes, ...point.changes],
      places: [...places, ...point.places],
      orders,
      sweep: { id: sweep.id ?? "", values: point.values, over },
      isWhole: isAllRead,
    }));
  }

  /** Whether nothing is wrong in a part of the file. */
  #isRight(place: Path): boolean {
    return !this.#isFaulty(place) && !this.#wrong.some((path) => isWithin(path, place));
  }

  /** Whether a mapping has none of some fields, not even one that is wrong. */
  #lacks(form: object, keys: readonly string[], place: Path): boolean {
    return keys.every(
      (key) => (form as Record<string, unknown>)[key] === undefined && !this.#isFaulty([...place, key]),
    );
  }

  #checkIds(): void {
    const seen = new Set<string>(["base"]);
    for (const list of ["scenarios", "sweeps"] as const)
      (this.#form[list] ?? []).forEach((each, i) => {
        const id = each?.id;
        if (id === undefined) return;
        if (seen.has(id))
          this.#report([list, i, "id"], {
            code: "DUPLICATE_ID",
            message: id === "base" ? '"base" is the plan without changes' : `id "${id}" is used twice`,
            value: id,
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
    const forms = form.changes ?? [];
    const own = forms.flatMap((change, i) =>
      change === undefined ? [] : this.#changes(change, [...place, "changes", i]),
    );
    const { orders } = form;
    const hides =
      (form.changes === undefined && this.#isFaulty([...place, "changes"])) ||
      forms.some((change, i) => this.#hidesChannel(change, [...place, "changes", i]));
    return {
      changes: [...before.changes, ...own.map(({ change }) => change)],
      places: [...before.places, ...own.map(({ place: at }) => at)],
      orders: orders?.scale === undefined ? before.orders : { scale: orders.scale, seed: orders.seed ?? 1 },
      isWhole: before.isWhole && this.#isRight(place),
      isOpen: before.isOpen || hides,
    };
  }

  /** Whether a change may add a channel that cannot be read. */
  #hidesChannel(form: ChangeForm | undefined, place: Path): boolean {
    return form === undefined || (form.channel === undefined && this.#isFaulty([...place, "channel"]));
  }

  #extended(id: string | undefined, place: Path, open: readonly string[]): Part {
    const nothing: Part = { changes: [], places: [], orders: null, isWhole: true, isOpen: false };
    if (id === undefined) return this.#isFaulty(place) ? { ...nothing, isOpen: true } : nothing;
    const { scenarios = [] } = this.#form;
    const index = scenarios.findIndex((scenario) => scenario?.id === id);
    if (index < 0 || open.includes(id)) {
      const ids = scenarios.flatMap((scenario) => scenario?.id ?? []);
      // It may be that of a scenario whose own is still wrong.
      const allKnown = ids.length === scenarios.length && (ids.length > 0 || !this.#isFaulty(["scenarios"]));
      if (index >= 0 || allKnown)
        this.#report(place, {
          code: index < 0 ? "UNKNOWN_SCENARIO" : "CIRCULAR",
          message: index < 0 ? `there is no scenario "${id}"` : `"${id}" extends itself in the end`,
          value: id,
          hint: suggest(
            id,
            ids.filter((other) => !open.includes(other)),
          ),
        });
      return { ...nothing, isOpen: true };
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
      all.push({
        change: value === undefined ? { verb: "look", path } : { verb: "set", path, value },
        place: [...place, "set", path],
      });
    for (const verb of ["scale", "add"] as const)
      for (const [path, by] of Object.entries(form[verb] ?? {}))
        all.push({
          change: by === undefined ? { verb: "look", path } : ({ verb, path, by } as Change),
          place: [...place, verb, path],
        });
    (form.remove ?? []).forEach((path, i) => {
      if (path !== undefined) all.push({ change: { verb: "remove", path }, place: [...place, "remove", i] });
    });
    (form.off ?? []).forEach((channel, i) => {
      if (channel !== undefined) all.push({ change: { verb: "off", channel }, place: [...place, "off", i] });
    });
    if (form.channel !== undefined)
      all.push({ change: { verb: "channel", value: form.channel }, place: [...place, "channel"] });
    if (all.length === 0 && !this.#isFaulty(place))
      this.#report(place, {
        code: "EMPTY_LIST",
        message: "changes nothing",
        hint: "Use set, scale, add, remove, off or channel.",
      });
    return all;
  }

  /** The values of an axis as changes; one that only looks where there are none that can be read. */
  #axis(form: AxisForm, place: Path): { value: string; change: Change }[] {
    const verbs = AXIS_VERBS.filter((verb) => !this.#lacks(form, [verb], place));
    const hasRange = !this.#lacks(form, ["from", "to", "step"], place);
    const hasValues = !this.#lacks(form, ["values"], place);
    if (verbs.length !== 1 || hasRange === hasValues)
      this.#report(place, {
        code: "WRONG_AXIS",
        message: "is no axis",
        hint: "Write set (or scale, or add) with a path, and values, or from, to and step.",
      });
    const verb = verbs[0];
    const path = verb === undefined ? undefined : form[verb];
    if (verbs.length !== 1 || verb === undefined || path === undefined) return [];
    const values = hasRange === hasValues ? [] : hasRange ? this.#range(form, place) : (form.values ?? []);
    const steps = values.flatMap((value, v) => {
      if (value === undefined) return [];
      const change = fieldChange(verb, path, value);
      if (change === null)
        this.#report([...place, "values", v], {
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
  #range(form: AxisForm, place: Path): string[] {
    const { from, to, step } = form;
    const isMissing = (["from", "to", "step"] as const).some((key) => this.#lacks(form, [key], place));
    if (isMissing || step?.digits === 0n)
      this.#report(place, {
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
      this.#report(place, {
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
