import { checkStudyPlace, WHAT_IF, writeStudy } from "../io/studyWriter.js";
import type { Contract } from "../model/contract.js";
import type { OrderTable } from "../model/order.js";
import { scaleOrders } from "../model/orderVolume.js";
import type { Plan } from "../model/plan.js";
import type { Scenario } from "../model/scenarios.js";
import { type ScenarioOutcome, WHAT_IF_SCHEMA_VERSION, type WhatIfFile } from "../model/whatIfFile.js";
import { renderWhatIfPage } from "../report/whatIfPage.js";
import { VERSION } from "../version.js";
import { inTurn } from "./inTurn.js";
import { checkOptions, type SearchOptions } from "./planOptions.js";
import { planPlaceOf } from "./planPlaceOf.js";
import { againstBase, outcomeOf } from "./scenarioOutcome.js";
import type { StudiedPlan } from "./studiedPlan.js";
import { type Searched, Study } from "./study.js";
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
  readonly phase: "read" | "base" | "scenarios" | "check";
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
  const inputs = await readWhatIf(channels, orders, scenarios, options);
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
export async function whatIfBatch(options: WhatIfBatchOptions): Promise<WhatIfResult> {
  checkOptions("whatIfBatch", options);
  const { out, overwrite = false, ...input } = options;
  const place = planPlaceOf({ ...input, overwrite }, [input.scenarios]);
  await checkStudyPlace(out, WHAT_IF, place);
  const result = await whatIf(input);
  const { file, page } = result;
  await writeStudy(out, { kind: WHAT_IF, file, tables: whatIfTables(file), page: page() }, place);
  return result;
}

/** Scenarios before and behind whose plans each tries, too. */
const NEAR = 8;

async function compare(
  inputs: WhatIfInputs,
  options: Omit<SearchOptions, "onProgress">,
  onProgress: WhatIfInput["onProgress"],
): Promise<WhatIfFile> {
  const { channels, store, contracts, scenarios: asked, files } = inputs;
  const { contract } = channels;
  const total = asked.scenarios.length;
  onProgress?.({ phase: "base", done: 0, total });
  const study = await Study.open({ contract, orders: store.table, files }, options);
  try {
    const tell = (phase: WhatIfProgress["phase"]) => {
      let done = 0;
      onProgress?.({ phase, done, total });
      return () => onProgress?.({ phase, done: ++done, total });
    };
    const searched = tell("scenarios");
    const found = await inTurn(asked.scenarios, study.threads, async ({ orders }, i) => {
      const search = await study.search({
        contract: contracts.of(asked.scenarios[i]!),
        ...(orders === null ? {} : { orders: scaleOrders(store.table, orders).table }),
      });
      searched();
      return study.light(search);
    });
    const base = await study.rebase(plansNear(found, -1, store.table, found.length));
    const finished = tell("check");
    const scenarios = await inTurn(asked.scenarios, study.threads, async (scenario, i) => {
      const search = found[i]!;
      const others = [base.plan, ...plansNear(found, i, search.orders, NEAR)];
      const planned = await study.finish(search, search.orders === store.table ? others : []);
      finished();
      return outcomeIn(scenario, base, planned);
    });
    return {
      schemaVersion: WHAT_IF_SCHEMA_VERSION,
      version: VERSION,
      currency: contract.currency,
      inputs: { ...files, scenarios: { file: asked.file, sha256: asked.sha256 } },
      unroutedPenalty: base.contents.planFile.unroutedPenalty,
      base: outcomeOf(base),
      scenarios,
    };
  } finally {
    await study.close();
  }
}

/** Plans of scenarios that stand so near in the file, where points of a sweep stand together, of the same orders. */
function plansNear(found: readonly Searched[], index: number, orders: OrderTable, near: number): Plan[] {
  return found
    .slice(Math.max(0, index - near), index + near + 1)
    .filter((other) => other !== found[index] && other.orders === orders)
    .map(({ solved }) => solved.best.plan);
}

function outcomeIn(
  { id, sweep, orders }: Scenario,
  base: StudiedPlan,
  planned: StudiedPlan,
): ScenarioOutcome {
  return {
    id,
    sweep: sweep === null ? null : { id: sweep.id, values: [...sweep.values], over: [...sweep.over] },
    ...outcomeOf(planned),
    ...againstBase(base, planned, orders === null),
  };
}
