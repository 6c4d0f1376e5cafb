import type { Change } from "./changes.js";
import type { Decimal } from "./decimal.js";
import { FormFaults } from "./formFaults.js";
import { InputError, IssueList, suggest } from "./issue.js";
import { parseLeniently } from "./lenientSchema.js";
import {
  type ChangeForm,
  type ScenarioForm,
  type ScenariosForm,
  type SweepForm,
  scenariosSchema,
} from "./scenariosForm.js";
import { axisOf, MOST_SCENARIOS, type SweepAxis, stepsOf } from "./sweepAxis.js";
import { faultsIn, issuesOf, type Locate, pathText } from "./zodIssues.js";

/** The scenarios file: what would the plan cost if … */

/** More or fewer orders: each is there so many times, the fraction by lot. */
export interface OrderVolume {
  readonly scale: Decimal;
  /** 0 to 2^31 − 1 */
  readonly seed: number;
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
  const form: ScenariosForm = result.success ? result.data : (parseLeniently(scenariosSchema, tree) ?? {});
  const faults = new FormFaults(faultsIn(result.error), (path, issue) =>
    found.add({ path: pathText(path), ...issue, ...locate(path) }),
  );
  const resolved = new Resolver(form, faults).resolve();
  if (found.total > 0) throw new ScenariosError(found, resolved, locate);
  return resolved.map(({ isWhole: _, ...scenario }) => scenario);
}

type Path = readonly PropertyKey[];

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
  readonly #form: ScenariosForm;
  readonly #faults: FormFaults;
  readonly #parts = new Map<string, Part>();

  constructor(form: ScenariosForm, faults: FormFaults) {
    this.#form = form;
    this.#faults = faults;
  }

  /** Those that may add channels which cannot be read are left out. */
  resolve(): ReadScenario[] {
    const { scenarios = [], sweeps = [] } = this.#form;
    if (
      scenarios.length + sweeps.length === 0 &&
      !this.#faults.isFaulty(["scenarios"]) &&
      !this.#faults.isFaulty(["sweeps"])
    )
      this.#faults.report([], {
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
      this.#faults.report([], {
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
      let steps = stepsOf(form, at, this.#faults);
      if (points.length * steps.length > MOST_SCENARIOS) {
        this.#faults.report(at, {
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
    const isAllRead = isWhole && this.#faults.isRight(place);
    return (isAllRead ? points : points.slice(0, 1)).map((point) => ({
      id: `${sweep.id}=${point.values.join(",")}`,
      changes: [...changes, ...point.changes],
      places: [...places, ...point.places],
      orders,
      sweep: { id: sweep.id ?? "", values: point.values, over },
      isWhole: isAllRead,
    }));
  }

  #checkIds(): void {
    const seen = new Set<string>(["base"]);
    for (const list of ["scenarios", "sweeps"] as const)
      (this.#form[list] ?? []).forEach((each, i) => {
        const id = each?.id;
        if (id === undefined) return;
        if (seen.has(id))
          this.#faults.report([list, i, "id"], {
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
      (form.changes === undefined && this.#faults.isFaulty([...place, "changes"])) ||
      forms.some((change, i) => this.#hidesChannel(change, [...place, "changes", i]));
    return {
      changes: [...before.changes, ...own.map(({ change }) => change)],
      places: [...before.places, ...own.map(({ place: at }) => at)],
      orders: orders?.scale === undefined ? before.orders : { scale: orders.scale, seed: orders.seed ?? 1 },
      isWhole: before.isWhole && this.#faults.isRight(place),
      isOpen: before.isOpen || hides,
    };
  }

  /** Whether a change may add a channel that cannot be read. */
  #hidesChannel(form: ChangeForm | undefined, place: Path): boolean {
    return form === undefined || (form.channel === undefined && this.#faults.isFaulty([...place, "channel"]));
  }

  #extended(id: string | undefined, place: Path, open: readonly string[]): Part {
    const nothing: Part = { changes: [], places: [], orders: null, isWhole: true, isOpen: false };
    if (id === undefined) return this.#faults.isFaulty(place) ? { ...nothing, isOpen: true } : nothing;
    const { scenarios = [] } = this.#form;
    const index = scenarios.findIndex((scenario) => scenario?.id === id);
    if (index < 0 || open.includes(id)) {
      const ids = scenarios.flatMap((scenario) => scenario?.id ?? []);
      // It may be that of a scenario whose own is still wrong.
      const allKnown =
        ids.length === scenarios.length && (ids.length > 0 || !this.#faults.isFaulty(["scenarios"]));
      if (index >= 0 || allKnown)
        this.#faults.report(place, {
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
    if (all.length === 0 && !this.#faults.isFaulty(place))
      this.#faults.report(place, {
        code: "EMPTY_LIST",
        message: "changes nothing",
        hint: "Use set, scale, add, remove, off or channel.",
      });
    return all;
  }
}
