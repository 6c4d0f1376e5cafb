import { readScenarios } from "../io/scenariosReader.js";
import type { Contract } from "../model/contract.js";
import { InputError, IssueList } from "../model/issue.js";
import { attributesUsed } from "../model/orderFields.js";
import { ScenarioContracts } from "../model/scenarioContract.js";
import { type OrderVolume, ScenariosError } from "../model/scenarios.js";
import type { SimulationQuestion } from "./planOptions.js";
import type { SimulationBase } from "./simulationBase.js";
import { orProblems } from "./together.js";
import { addOnce, problemsOfReadable } from "./whatIfInputs.js";

/** A question as it is planned. */
export interface AskedContract {
  readonly contract: Contract;
  /** Null where the orders stay as they are. */
  readonly volume: OrderVolume | null;
}

/** What a question is called as a scenario. */
const NAME = "question";
/** Where it stands as the only scenario of a file. */
const PLACE = /^scenarios\[0\]\.?/;

/**
 * The contract that a question asks about.
 *
 * @throws InputError with every problem, paths as in the question
 */
export async function contractAsked(
  { tree, attributes }: Pick<SimulationBase, "tree" | "attributes">,
  question: SimulationQuestion,
): Promise<AskedContract> {
  try {
    return await contractOf(tree, attributes, question);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const issues = error.issues.map(({ path, ...issue }) => ({
      ...issue,
      // There is but the one, and nobody has called it anything.
      message: issue.message.replace(` (in scenario "${NAME}")`, ""),
      ...(path === undefined ? {} : { path: path.replace(PLACE, "") }),
    }));
    throw new InputError(issues, error.total);
  }
}

async function contractOf(
  tree: SimulationBase["tree"],
  attributes: SimulationBase["attributes"],
  question: SimulationQuestion,
): Promise<AskedContract> {
  const asked = await orProblems(() => readScenarios({ scenarios: [{ ...question, id: NAME }] }));
  if (asked instanceof InputError) {
    const found = new IssueList();
    found.addAll(asked);
    if (asked instanceof ScenariosError) addOnce(found, await problemsOfReadable(tree, asked));
    throw found.error();
  }
  const [scenario] = asked.scenarios;
  const contract = new ScenarioContracts(tree, asked.locate).of(scenario!);
  const unread = attributesUsed(contract).filter((attribute) => !attributes.has(attribute));
  if (unread.length > 0)
    throw new InputError(
      unread.map((attribute) => ({
        code: "ATTRIBUTE_NOT_READ",
        path: "changes",
        value: attribute,
        message: `ask for the attribute "${attribute}", which has not been read of the orders`,
        hint: "Name it in `attributes` when the simulation is opened.",
      })),
    );
  return { contract, volume: scenario!.orders };
}
