import type { OrderStore } from "../io/orderStore.js";
import { readScenarios, type ScenariosSource } from "../io/scenariosReader.js";
import { InputError, IssueList } from "../model/issue.js";
import { attributesUsed, type OrderTerms } from "../model/orderFields.js";
import { ScenarioContracts } from "../model/scenarioContract.js";
import { type ChannelsInput, channelsOf, ordersOf } from "./readInputs.js";

export interface WhatIfInputs {
  readonly channels: ChannelsInput;
  readonly scenarios: ScenariosSource;
  readonly contracts: ScenarioContracts;
  /** The orders; whoever asked for them closes them. */
  readonly store: OrderStore;
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
  const orIssues = async <Result>(task: () => Promise<Result>): Promise<Result | undefined> => {
    try {
      return await task();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      found.addAll(error);
      return undefined;
    }
  };
  const base = await orIssues(() => channelsOf(channels));
  const asked = await orIssues(() => readScenarios(scenarios));
  if (base === undefined || asked === undefined) throw found.error();
  const contracts = new ScenarioContracts(base, asked.locate);
  const attributes = new Set(attributesUsed(base.contract));
  for (const scenario of asked.scenarios)
    await orIssues(async () => {
      for (const attribute of attributesUsed(contracts.of(scenario))) attributes.add(attribute);
    });
  found.throwIfAny();
  const terms = withAttributes(base.contract, [...attributes]);
  return { channels: base, scenarios: asked, contracts, store: await ordersOf(orders, terms, signal) };
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
