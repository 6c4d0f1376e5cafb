import { applyChanges } from "./changes.js";
import { channelsFields, type Field } from "./channelsFields.js";
import { parseChannels } from "./channelsFile.js";
import type { Contract } from "./contract.js";
import { InputError, type Issue, IssueList } from "./issue.js";
import type { Scenario } from "./scenarios.js";
import { type Locate, pathText } from "./zodIssues.js";

/** A channels file as plain data, with where its parts stand. */
export interface ChannelsTree {
  readonly contract: Contract;
  readonly tree: unknown;
  readonly locate: Locate;
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

  /** @throws InputError with every problem of the scenario */
  of(scenario: Scenario): Contract {
    const { tree, locate } = this.#base;
    const found = new IssueList();
    const changed = applyChanges(tree, this.#fields, scenario.changes);
    const placeOf = (change: number) => {
      const path = scenario.places[change]!;
      return { path: pathText(path), ...this.#locate(path) };
    };
    for (const { change, ...refusal } of changed.refusals) found.add({ ...placeOf(change), ...refusal });
    found.throwIfAny();
    // What the changes have made wrong is told where the change is; the rest has been told of the channels file.
    const place = (path: readonly PropertyKey[]) => {
      const by = changed.touched.findLast(({ place: touched }) => touched.every((key, i) => path[i] === key));
      return by === undefined ? locate(path) : this.#locate(scenario.places[by.change]!);
    };
    try {
      return parseChannels(changed.tree, place);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const issues = error.issues.map(
        (issue): Issue => ({ ...issue, message: `${issue.message} (in scenario "${scenario.id}")` }),
      );
      throw new InputError(issues, error.total);
    }
  }
}
