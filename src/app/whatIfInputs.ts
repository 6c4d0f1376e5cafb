import type { OrderStore } from "../io/orderStore.js";
import { readScenarios, type ScenariosSource } from "../io/scenariosReader.js";
import { formatIssue, InputError, IssueList } from "../model/issue.js";
import { attributesUsed, type OrderTerms } from "../model/orderFields.js";
import { tooManyScaled } from "../model/orderVolume.js";
import type { PlanFile } from "../model/planFile.js";
import { type ChannelsTree, ScenarioContracts } from "../model/scenarioContract.js";
import { ScenariosError } from "../model/scenarios.js";
import type { SearchOptions } from "./planOptions.js";
import { type ChannelsInput, channelsOf, filesOf, type InputOptions, ordersOf } from "./readInputs.js";
import { orProblems } from "./together.js";

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
  options: Pick<SearchOptions, "maxChannels" | "maxOrders"> & Pick<InputOptions, "signal">,
): Promise<WhatIfInputs> {
  const found = new IssueList();
  const base = await orProblems(() => channelsOf(channels, options));
  const asked = await orProblems(() => readScenarios(scenarios));
  if (base instanceof InputError) found.addAll(base);
  if (asked instanceof InputError) found.addAll(asked);
  if (base instanceof InputError) throw found.error();
  if (asked instanceof InputError) {
    // What can be read of the scenarios is held against the channels all the same.
    if (asked instanceof ScenariosError) addOnce(found, await problemsOfReadable(base, asked));
    throw found.error();
  }
  const contracts = new ScenarioContracts(base, asked.locate);
  const attributes = new Set(attributesUsed(base.contract));
  const problems: InputError[] = [];
  for (const scenario of asked.scenarios) {
    const used = await orProblems(async () => attributesUsed(contracts.of(scenario)));
    if (used instanceof InputError) problems.push(used);
    else for (const attribute of used) attributes.add(attribute);
  }
  addOnce(found, problems);
  found.throwIfAny();
  const terms = withAttributes(base.contract, [...attributes]);
  const store = await ordersOf(orders, terms, options.signal);
  try {
    mustAllScaleToFew(store.table.count, asked, options.maxOrders);
  } catch (error) {
    await store.close();
    throw error;
  }
  return { channels: base, scenarios: asked, contracts, store, files: filesOf(base, store) };
}

function mustAllScaleToFew(count: number, asked: ScenariosSource, most: number | undefined): void {
  const found = new IssueList();
  for (const { id, orders } of asked.scenarios) {
    const issue = orders === null ? null : tooManyScaled(count, orders, most);
    if (issue !== null) found.add({ ...issue, message: `${issue.message} (in scenario "${id}")` });
  }
  found.throwIfAny();
}

/** What is wrong with scenarios that can be read, beside those that cannot. */
export async function problemsOfReadable(base: ChannelsTree, asked: ScenariosError): Promise<InputError[]> {
  const contracts = new ScenarioContracts(base, asked.locate);
  const problems: InputError[] = [];
  for (const scenario of asked.scenarios) {
    const outcome = await orProblems(async () => {
      if (scenario.isWhole) contracts.of(scenario);
      else contracts.checkPart(scenario);
    });
    if (outcome instanceof InputError) problems.push(outcome);
  }
  return problems;
}

/** Adds problems, a change that several scenarios share by `extends` or a sweep being told of once. */
export function addOnce(found: IssueList, problems: readonly InputError[]): void {
  const told = new Set<string>();
  for (const { issues, total } of problems) {
    for (const issue of issues) {
      const text = formatIssue(issue);
      if (!told.has(text)) found.add(issue);
      told.add(text);
    }
    found.addUnlisted(total - issues.length);
  }
}

/** Terms that ask for more attributes. */
export function withAttributes(
  { exponent, planAt, channels }: OrderTerms,
  attributes: readonly string[],
): OrderTerms {
  const rule = { where: attributes.map((attribute) => ({ attribute })) };
  const [first, ...others] = channels;
  return { exponent, planAt, channels: [{ ...first!, coverage: [...first!.coverage, rule] }, ...others] };
}
