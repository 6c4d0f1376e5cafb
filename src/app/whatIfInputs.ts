import type { OrderStore } from "../io/orderStore.js";
import { readScenarios, type ScenariosSource } from "../io/scenariosReader.js";
import { IssueList } from "../model/issue.js";
import { attributesUsed, type OrderTerms } from "../model/orderFields.js";
import type { PlanFile } from "../model/planFile.js";
import { ScenarioContracts } from "../model/scenarioContract.js";
import { type ChannelsInput, channelsOf, filesOf, ordersOf } from "./readInputs.js";
import { problemsInto } from "./together.js";

export interface WhatIfInputs {
  readonly channels: ChannelsInput;
  readonly scenarios: ScenariosSource;
  readonly contracts: ScenarioContracts;
  /** The orders; whoever asked for them closes them. */
  readonly store: OrderStore;
  /** Names and hashes of channels and orders. */
  readonly files: PlanFile["inputs"];
}

/**
 * Reads channels, scenarios and then the orders, with every attribute that the contract of any scenario asks for.
 *
 * @throws InputError with every problem of channels and scenarios, or else of the orders
 * @throws the signal's reason where that was given before all was read
 */
export async function readWhatIf(
  channels: string | object,
  orders: string | Iterable<object>,
  scenarios: string | object,
  signal: AbortSignal | undefined,
): Promise<WhatIfInputs> {
  const found = new IssueList();
  const orIssues = problemsInto(found);
  const base = await orIssues(() => channelsOf(channels));
  const asked = await orIssues(() => readScenarios(scenarios));
  if (base === undefined || asked === undefined) throw found.error();
  const contracts = new ScenarioContracts(base, asked.locate);
  const attributes = new Set(attributesUsed(base.contract));
  for (const scenario of asked.scenarios)
    await orIssues(() => {
      for (const attribute of attributesUsed(contracts.of(scenario))) attributes.add(attribute);
    });
  found.throwIfAny();
  const terms = withAttributes(base.contract, [...attributes]);
  const store = await ordersOf(orders, terms, signal);
  return { channels: base, scenarios: asked, contracts, store, files: filesOf(base, store) };
}

/** Terms that ask for more attributes. */
function withAttributes(
  { exponent, planAt, channels }: OrderTerms,
  attributes: readonly string[],
): OrderTerms {
  const rule = { where: attributes.map((attribute) => ({ attribute })) };
  const [first, ...others] = channels;
  return { exponent, planAt, channels: [{ ...first!, coverage: [...first!.coverage, rule] }, ...others] };
}
