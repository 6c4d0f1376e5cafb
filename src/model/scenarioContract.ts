import { applyChanges } from "./changes.js";
import { mustHaveFewChannels } from "./channelCount.js";
import { channelsFields, type Field } from "./channelsFields.js";
import { parseChannels } from "./channelsFile.js";
import { channelsSchema } from "./channelsForm.js";
import type { Contract } from "./contract.js";
import { InputError, type Issue, IssueList } from "./issue.js";
import type { Scenario } from "./scenarios.js";
import { issuesOf, isWithin, type Locate, pathText } from "./zodIssues.js";

/** A channels file as plain data, with where its parts stand. */
export interface ChannelsTree {
  readonly contract: Contract;
  readonly tree: unknown;
  readonly locate: Locate;
  /** Channels that it and every scenario may have; absent: any number. */
  readonly maxChannels?: number | undefined;
}

/** Codes of refusals that come of what other changes have or have not done. */
const DEPENDING_ON_OTHERS = ["NOTHING_TO_CHANGE", "OUT_OF_RANGE"];

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
    const { refusals, tree, locate } = this.#change(scenario);
    if (refusals.total > 0) throw this.#withWrongValues(refusals, tree, locate).error();
    try {
      mustHaveFewChannels(tree, this.#base.maxChannels, locate);
      return parseChannels(tree, locate);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const issues = error.issues.map(
        (issue): Issue => ({ ...issue, message: `${issue.message} (in scenario "${scenario.id}")` }),
      );
      throw new InputError(issues, error.total);
    }
  }

  /**
   * Looks at a scenario of which not all can be read.
   *
   * @throws InputError with what is wrong whatever the rest may say: paths, channels and single values
   */
  checkPart(scenario: Scenario): void {
    const { refusals, tree, locate } = this.#change(scenario, DEPENDING_ON_OTHERS);
    this.#withWrongValues(refusals, tree, locate).throwIfAny();
  }

  /** @param untold codes of refusals that do not count */
  #change(scenario: Scenario, untold: readonly string[] = []) {
    const { tree, locate } = this.#base;
    const refusals = new IssueList();
    const changed = applyChanges(tree, this.#fields, scenario.changes);
    for (const { change, ...refusal } of changed.refusals) {
      const path = scenario.places[change]!;
      if (!untold.includes(refusal.code))
        refusals.add({ path: pathText(path), ...this.#locate(path), ...refusal });
    }
    // What the changes have made wrong is told where the change is; the rest has been told of the channels file.
    const placeOf: Locate = (path) => {
      const by = changed.touched.findLast(({ place: touched }) => isWithin(path, touched));
      return by === undefined ? locate(path) : this.#locate(scenario.places[by.change]!);
    };
    return { refusals, tree: changed.tree, locate: placeOf };
  }

  /** Where some changes are not made, rules between fields could be broken by that alone: values are told by themselves. */
  #withWrongValues(found: IssueList, tree: unknown, locate: Locate): IssueList {
    const { error } = channelsSchema(this.#base.contract.exponent).safeParse(tree);
    if (error !== undefined) for (const issue of issuesOf(error, tree, locate)) found.add(issue);
    return found;
  }
}
