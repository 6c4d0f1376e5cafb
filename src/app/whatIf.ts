import { checkWhatIfPlace, writeWhatIf } from "../io/whatIfWriter.js";
import type { Contract } from "../model/contract.js";
import { scaleOrders } from "../model/orderVolume.js";
import type { Scenario } from "../model/scenarios.js";
import { type ScenarioOutcome, WHAT_IF_SCHEMA_VERSION, type WhatIfFile } from "../model/whatIfFile.js";
import { renderWhatIfPage } from "../report/whatIfPage.js";
import { VERSION } from "../version.js";
import { inTurn } from "./inTurn.js";
import { checkOptions, type SearchOptions } from "./planOptions.js";
import { comparison, outcomeOf } from "./scenarioOutcome.js";
import { Study } from "./study.js";
import { readWhatIf, type WhatIfInputs } from "./whatIfInputs.js";
import { whatIfTables } from "./whatIfTables.js";

export interface WhatIfInput extends Omit<SearchOptions, "onProgress"> {
  /** Path of a channels file, or its content as plain data. */
  readonly channels: string | object;
  /** Path of an orders file, `-` for standard input, or orders as plain data. */
  readonly orders: string | Iterable<object>;
  /** Path of a scenarios file, or its content as plain data. */
  readonly scenarios: string | object;
  readonly onProgress?: (progress: WhatIfProgress) => void;
}

export interface WhatIfProgress {
  readonly phase: "read" | "base" | "scenarios";
  /** Scenarios that are done, and all of them. */
  readonly done: number;
  readonly total: number;
}

/** What the scenarios of one set of orders cost, each checked, and how they compare. */
export interface WhatIfResult {
  /** The content of `what-if.json`. */
  readonly file: WhatIfFile;
  readonly contract: Contract;
  /** The content of `what-if.html`. */
  readonly page: () => string;
}

/**
 * Plans the same orders under the contract as it is and under every scenario. Orders are read once; scenarios start from
 * the plan and the prices of the contract as it is, one to a thread. Every plan is checked as `verify` does.
 *
 * @throws InputError with every problem of the options, or else of the input
 * @throws Fault where a plan fails its own check, which must not happen
 */
export async function whatIf(input: WhatIfInput): Promise<WhatIfResult> {
  checkOptions("whatIf", input);
  const { channels, orders, scenarios, onProgress, ...options } = input;
  onProgress?.({ phase: "read", done: 0, total: 0 });
  const inputs = await readWhatIf(channels, orders, scenarios, options.signal);
  try {
    const { contract } = inputs.channels;
    const file = await compare(inputs, options, onProgress);
    return { contract, file, page: () => renderWhatIfPage(file, contract.exponent) };
  } finally {
    await inputs.store.close();
  }
}

export interface WhatIfBatchOptions extends WhatIfInput {
  readonly channels: string;
  readonly orders: string;
  readonly scenarios: string;
  /** Path of the folder to make. */
  readonly out: string;
  /** Replace a folder of scenarios that exists; default false. */
  readonly overwrite?: boolean;
}

/**
 * As {@link whatIf}, and writes the outcome into a folder: `what-if.json`, its tables and its page.
 *
 * @throws InputError with every problem of the options, or else of the input; nothing is written then
 */
export async function whatIfBatch({
  out,
  overwrite = false,
  ...input
}: WhatIfBatchOptions): Promise<WhatIfResult> {
  const inputs = [input.channels, input.orders, input.scenarios].filter((file) => file !== "-");
  await checkWhatIfPlace(out, { overwrite, inputs });
  const result = await whatIf(input);
  const { file, page } = result;
  await writeWhatIf(out, { file, tables: whatIfTables(file), page: page() }, { overwrite, inputs });
  return result;
}

async function compare(
  inputs: WhatIfInputs,
  options: Omit<SearchOptions, "onProgress">,
  onProgress: WhatIfInput["onProgress"],
): Promise<WhatIfFile> {
  const { channels, store, contracts, scenarios: asked } = inputs;
  const { contract } = channels;
  const files = {
    channels: { file: channels.file, sha256: channels.sha256 },
    orders: { file: store.file, sha256: store.sha256 },
  };
  const total = asked.scenarios.length;
  onProgress?.({ phase: "base", done: 0, total });
  const study = await Study.open({ contract, orders: store.table, files }, options);
  try {
    let done = 0;
    const tell = () => onProgress?.({ phase: "scenarios", done, total });
    tell();
    const scenarios = await inTurn(asked.scenarios, study.threads, async (scenario) => {
      const outcome = await outcomeIn(study, scenario, contracts.of(scenario));
      done++;
      tell();
      return outcome;
    });
    return {
      schemaVersion: WHAT_IF_SCHEMA_VERSION,
      version: VERSION,
      currency: contract.currency,
      inputs: { ...files, scenarios: { file: asked.file, sha256: asked.sha256 } },
      unroutedPenalty: study.base.contents.planFile.unroutedPenalty,
      base: outcomeOf(study.base),
      scenarios,
    };
  } finally {
    await study.close();
  }
}

async function outcomeIn(study: Study, scenario: Scenario, contract: Contract): Promise<ScenarioOutcome> {
  const { base } = study;
  const { id, sweep, orders } = scenario;
  const scaled = orders === null ? null : scaleOrders(base.problem.orders, orders).table;
  const planned = await study.plan({ contract, ...(scaled === null ? {} : { orders: scaled }) });
  return {
    id,
    sweep: sweep === null ? null : { id: sweep.id, values: [...sweep.values], over: [...sweep.over] },
    ...outcomeOf(planned),
    ...comparison(base, planned, scaled === null),
  };
}
