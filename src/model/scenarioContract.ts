import { applyChanges } from "./changes.js";
import { channelsFields, type Field } from "./channelsFields.js";
import { parseChannels } from "./channelsFile.js";
import type { Contract } from "./contract.js";
import { SourceNumber } from "./fields.js";
import { InputError, type Issue, IssueList } from "./issue.js";
import type { Scenario } from "./scenarios.js";
import { type Locate, pathText } from "./zodIssues.js";

/** A channels file as plain data, with where its parts stand. */
export interface ChannelsTree {
  readonly contract: Contract;
  readonly tree: unknown;
  readonly locate: Locate;
}

/** What a scenario makes of a channels file. */
export interface ChangedContract {
  readonly contract: Contract;
  /** The channels file with the changes, as JSON. */
  readonly text: string;
}

/** Makes the contracts of scenarios. */
export class ScenarioContracts {
  readonly #base: ChannelsTree;
  readonly #fields: Field;
  readonly #locate: Locate;

  /** @param locate names file and line of a path into the scenarios file */
  constructor(base: ChannelsTree, locate: Locate) {
    this.#base = base;
    this.#fields = channelsFields(base.contract.exponent);
    this.#locate = locate;
  }

  /**
   * @param penalty of a deferred order in money, where neither file states one: it would follow the dearest charge
   * @throws InputError with every problem of the scenario
   */
  of(scenario: Scenario, penalty?: string): ChangedContract {
    const { tree, locate } = this.#base;
    const found = new IssueList();
    const changed = applyChanges(tree, this.#fields, scenario.changes);
    const placeOf = (change: number) => {
      const path = scenario.places[change]!;
      return { path: pathText(path), ...this.#locate(path) };
    };
    for (const { change, ...refusal } of changed.refusals) found.add({ ...placeOf(change), ...refusal });
    found.throwIfAny();
    if (penalty !== undefined) statePenalty(changed.tree, penalty);
    // What the changes have made wrong is told where the change is; the rest has been told of the channels file.
    const place = (path: readonly PropertyKey[]) => {
      const by = changed.touched.findLast(({ place: touched }) => touched.every((key, i) => path[i] === key));
      return by === undefined ? locate(path) : this.#locate(scenario.places[by.change]!);
    };
    try {
      return { contract: parseChannels(changed.tree, place), text: jsonOf(changed.tree) };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const issues = error.issues.map(
        (issue): Issue => ({ ...issue, message: `${issue.message} (in scenario "${scenario.id}")` }),
      );
      throw new InputError(issues, error.total);
    }
  }
}

function statePenalty(tree: unknown, penalty: string): void {
  const file = tree as { objective?: { unroutedPenalty?: unknown } };
  file.objective ??= {};
  file.objective.unroutedPenalty ??= penalty;
}

function jsonOf(tree: unknown): string {
  const text = (_: string, value: unknown) => (value instanceof SourceNumber ? value.text : value);
  return `${JSON.stringify(tree, text, 2)}\n`;
}
