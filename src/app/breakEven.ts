import { BREAK_EVEN, checkStudyPlace, writeStudy } from "../io/studyWriter.js";
import type { BreakEvenFile } from "../model/breakEvenFile.js";
import type { Contract } from "../model/contract.js";
import { parseCost } from "../model/money.js";
import { valueAsItIs } from "../model/parameter.js";
import { renderBreakEvenPage } from "../report/breakEvenPage.js";
import { isFeasible } from "../solver/feasible.js";
import {
  type BreakEvenInputs,
  type BreakEvenQuestion,
  readBreakEven,
  type Values,
} from "./breakEvenInputs.js";
import { curveFile, type PlanFound, sweepFile } from "./breakEvenParts.js";
import { breakEvenTables } from "./breakEvenTables.js";
import { findCurve, MOST_SEARCHES } from "./curveSearch.js";
import { costIn, lineFinder } from "./planLine.js";
import { checkOptions, type SearchOptions } from "./planOptions.js";
import { planPlaceOf } from "./planPlaceOf.js";
import { outcomeOf } from "./scenarioOutcome.js";
import type { StudiedPlan } from "./studiedPlan.js";
import { Study } from "./study.js";
import { findSweep } from "./sweepSearch.js";

export interface BreakEvenInput extends BreakEvenQuestion, Omit<SearchOptions, "onProgress"> {
  /** Path of a channels file, or its content as plain data. */
  readonly channels: string | object;
  /** Path of an orders file, `-` for standard input, or orders as plain data. */
  readonly orders: string | Iterable<object>;
  readonly onProgress?: (progress: BreakEvenProgress) => void;
}

export interface BreakEvenProgress {
  readonly phase: "read" | "base" | "search";
  /** Searches that are done. */
  readonly done: number;
  /** So many at most. */
  readonly most: number;
}

/** The least cost over one number of the contract. */
export interface BreakEvenResult {
  /** The content of `break-even.json`. */
  readonly file: BreakEvenFile;
  readonly contract: Contract;
  /** The content of `break-even.html`. */
  readonly page: () => string;
}

/**
 * The least cost of the same orders as one number of the channels file changes, with the values at which the plan changes: exactly
 * where every plan costs a straight line over it, else at some values. Searches start from plans found; every plan is checked
 * as `verify` does.
 *
 * @throws InputError with every problem of the options, or else of the input
 * @throws Fault where a plan fails its own check, which must not happen
 */
export function breakEven(input: BreakEvenInput): Promise<BreakEvenResult> {
  return answer(input, async () => {});
}

export interface BreakEvenBatchOptions extends BreakEvenInput {
  readonly channels: string;
  readonly orders: string;
  /** Path of the folder to make. */
  readonly out: string;
  /** Replace such a folder that exists; default false. */
  readonly overwrite?: boolean;
}

/**
 * As {@link breakEven}, and writes the outcome into a folder: `break-even.json`, its tables and its page.
 *
 * @throws InputError with every problem of the options, or else of the input; nothing is written then
 */
export async function breakEvenBatch(options: BreakEvenBatchOptions): Promise<BreakEvenResult> {
  checkOptions("breakEvenBatch", options);
  const { out, overwrite = false, ...input } = options;
  const place = planPlaceOf({ ...input, overwrite });
  const result = await answer(input, () => checkStudyPlace(out, BREAK_EVEN, place));
  const { file, page } = result;
  await writeStudy(out, { kind: BREAK_EVEN, file, tables: breakEvenTables(file), page: page() }, place);
  return result;
}

async function answer(input: BreakEvenInput, demand: () => Promise<void>): Promise<BreakEvenResult> {
  checkOptions("breakEven", input);
  const { onProgress, ...options } = input;
  onProgress?.({ phase: "read", done: 0, most: 0 });
  const inputs = await readBreakEven(input, demand);
  try {
    const { contract } = inputs.channels;
    const file = await study(inputs, options, onProgress);
    return { contract, file, page: () => renderBreakEvenPage(file, contract.exponent) };
  } finally {
    await inputs.store.close();
  }
}

async function study(
  inputs: BreakEvenInputs,
  options: Omit<SearchOptions, "onProgress">,
  onProgress: BreakEvenInput["onProgress"],
): Promise<BreakEvenFile> {
  const { channels, store, values, files } = inputs;
  const most = values.method === "exact" ? MOST_SEARCHES : values.values.length;
  onProgress?.({ phase: "base", done: 0, most });
  const opened = await Study.open({ contract: channels.contract, orders: store.table, files }, options);
  try {
    let done = 0;
    const tell = () => onProgress?.({ phase: "search", done, most });
    tell();
    const asked: Asked = {
      study: opened,
      inputs,
      search: async (value, start) => {
        const contract = inputs.contractAt(value);
        const studied = await opened.plan({ contract, ...(start === null ? {} : { start: start.plan }) });
        done++;
        tell();
        return foundAt(value, studied);
      },
      isStopped: () => options.signal?.aborted ?? false,
    };
    return values.method === "exact" ? await exactly(asked, values) : await bySweep(asked, values);
  } finally {
    await opened.close();
  }
}

interface Asked {
  readonly study: Study;
  readonly inputs: BreakEvenInputs;
  readonly search: (value: bigint, start: PlanFound | null) => Promise<PlanFound>;
  readonly isStopped: () => boolean;
}

/** What is kept of a plan: not its tables, of which there would be many. */
function foundAt(value: bigint, studied: StudiedPlan): PlanFound {
  const { exponent } = studied.problem.contract;
  const outcome = outcomeOf(studied);
  return {
    value,
    plan: studied.plan,
    outcome,
    objective: parseCost(outcome.cost.objective, exponent)!,
    bound: parseCost(outcome.bound, exponent)!,
  };
}

async function exactly(
  { study, inputs, search, isStopped }: Asked,
  { from, step, last }: Extract<Values, { method: "exact" }>,
): Promise<BreakEvenFile> {
  const { parameter } = inputs;
  const unitsAt = (at: bigint) => from + step * at;
  const lineOf = lineFinder(study, last, (at) => inputs.contractAt(unitsAt(at)));
  const planAt = (at: bigint, plan: PlanFound) => ({
    at,
    plan,
    line: lineOf(plan.plan, at, plan.objective),
    bound: plan.bound,
  });
  const asItIs = valueAsItIs(parameter);
  const baseAt = asItIs === null ? -1n : (asItIs - from) / step;
  const isBaseThere = baseAt >= 0n && baseAt <= last && unitsAt(baseAt) === asItIs;
  const found = await findCurve<PlanFound>({
    last,
    endGap: study.closeGap,
    atATime: study.threads,
    known: isBaseThere ? [planAt(baseAt, foundAt(asItIs, study.base))] : [],
    search: async (at, start) => planAt(at, await search(unitsAt(at), start)),
    isStopped,
  });
  return curveFile(study.base, inputs, { step, unitsAt }, found);
}

async function bySweep(
  { study, inputs, search, isStopped }: Asked,
  { values, why }: Extract<Values, { method: "swept" }>,
): Promise<BreakEvenFile> {
  const asItIs = valueAsItIs(inputs.parameter);
  const found = await findSweep<PlanFound>({
    values,
    known: (value) => (value === asItIs ? foundAt(value, study.base) : null),
    atATime: study.threads,
    search,
    pricesAt: (value) => {
      const problem = study.problemOf(inputs.contractAt(value));
      return ({ plan }) => (isFeasible(problem, plan) ? costIn(problem, plan) : null);
    },
    isStopped,
  });
  return sweepFile(study.base, inputs, why, found);
}
