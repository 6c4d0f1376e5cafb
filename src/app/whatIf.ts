import type { OrderStore } from "../io/orderStore.js";
import { readScenarios, type ScenariosSource } from "../io/scenariosReader.js";
import { checkWhatIfPlace, writeWhatIf } from "../io/whatIfWriter.js";
import type { Contract } from "../model/contract.js";
import { Fault, InputError, IssueList } from "../model/issue.js";
import { formatAmount, formatCost, parseCost } from "../model/money.js";
import type { OrderTable } from "../model/order.js";
import type { OrderTerms } from "../model/orderFields.js";
import { scaleOrders } from "../model/orderVolume.js";
import type { PlanFile } from "../model/planFile.js";
import { type ChangedContract, ScenarioContracts } from "../model/scenarioContract.js";
import type { Scenario } from "../model/scenarios.js";
import {
  type Outcome,
  type ScenarioOutcome,
  WHAT_IF_SCHEMA_VERSION,
  type WhatIfFile,
} from "../model/whatIfFile.js";
import { sameClasses } from "../solver/sameClasses.js";
import { VERSION } from "../version.js";
import { openChecker } from "../workers/checkThread.js";
import { SolvePool } from "../workers/pool.js";
import { solveLike } from "../workers/solveLike.js";
import { solvePlan } from "../workers/solvePlan.js";
import { certificateOf } from "./certificateOf.js";
import { describePlan } from "./describePlan.js";
import { movesBetween, type PlannedProblem } from "./moves.js";
import type { PlanContents, ToldSolve } from "./planContents.js";
import { planFolderOf } from "./planFolderOf.js";
import { checkOptions, type SearchOptions } from "./planOptions.js";
import { type ChannelsInput, channelsOf, ordersOf } from "./readInputs.js";
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
  const { onProgress } = input;
  onProgress?.({ phase: "read", done: 0, total: 0 });
  const read = await readAll(input);
  try {
    return await new WhatIf(read, input).run();
  } finally {
    await read.store.close();
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
 * As {@link whatIf}, and writes the outcome into a folder: `what-if.json` and its tables.
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
  await writeWhatIf(out, result.file, whatIfTables(result.file), { overwrite, inputs });
  return result;
}

interface Read {
  readonly channels: ChannelsInput;
  readonly scenarios: ScenariosSource;
  readonly contracts: ScenarioContracts;
  readonly store: OrderStore;
}

async function readAll({ channels, orders, scenarios, signal }: WhatIfInput): Promise<Read> {
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
  const changed: ChangedContract[] = [];
  for (const scenario of asked.scenarios) {
    const one = await orIssues(async () => contracts.of(scenario));
    if (one !== undefined) changed.push(one);
  }
  found.throwIfAny();
  const terms = termsOf(
    base.contract,
    changed.map(({ contract }) => contract),
  );
  return { channels: base, scenarios: asked, contracts, store: await ordersOf(orders, terms, signal) };
}

/** Orders are read with every attribute that any scenario asks for. */
function termsOf(base: Contract, changed: readonly Contract[]): OrderTerms {
  const coverage = changed.flatMap(({ channels }) => channels.flatMap((channel) => channel.coverage));
  const packages = changed.flatMap(({ channels }) => channels.map((channel) => channel.package));
  const [first, ...others] = base.channels;
  return {
    exponent: base.exponent,
    planAt: base.planAt,
    channels: [
      {
        id: first!.id,
        coverage: [...first!.coverage, ...coverage],
        package: {
          separateBy: [first!.package, ...packages].flatMap((terms) => terms.separateBy),
          uniqueBy: [first!.package, ...packages].flatMap((terms) => terms.uniqueBy),
        },
      },
      ...others,
    ],
  };
}

/** A plan that has passed its check. */
interface Checked extends PlannedProblem {
  readonly plannedFile: PlanFile;
  readonly ms: number;
}

/** Times the base plan's gap at which a scenario's search ends: to come closer costs as much as a cold plan. */
const NEARLY_AS_CLOSE = 1.5;

class WhatIf {
  readonly #read: Read;
  readonly #input: WhatIfInput;
  readonly #pool: SolvePool;

  constructor(read: Read, input: WhatIfInput) {
    this.#read = read;
    this.#input = input;
    this.#pool = new SolvePool(input.threads === undefined ? {} : { threads: input.threads });
  }

  async run(): Promise<WhatIfResult> {
    const { channels, scenarios, store } = this.#read;
    try {
      const total = scenarios.scenarios.length;
      this.#input.onProgress?.({ phase: "base", done: 0, total });
      const started = performance.now();
      const solved = await solvePlan(this.#pool, channels.contract, store.table, {
        engine: this.#input.engine ?? "auto",
        mip: this.#input.mip ?? "javascript-lp-solver",
        timeLimitMs: this.#timeLimitMs(),
        gap: this.#input.gap ?? 0,
        seed: this.#input.seed ?? 1,
        ...(this.#input.signal ? { signal: this.#input.signal } : {}),
      });
      const base = await this.#check(channels.contract, store.table, solved, started);
      const outcomes = await this.#scenarios(solved, base);
      return { contract: channels.contract, file: this.#file(base, outcomes) };
    } finally {
      await this.#pool.close();
    }
  }

  #timeLimitMs(): number {
    return (this.#input.timeLimit ?? 60) * 1000;
  }

  /** As many at a time as there are threads. */
  async #scenarios(solved: Awaited<ReturnType<typeof solvePlan>>, base: Checked): Promise<ScenarioOutcome[]> {
    const { scenarios } = this.#read.scenarios;
    const outcomes: ScenarioOutcome[] = new Array(scenarios.length);
    let next = 0;
    let done = 0;
    const report = () => this.#input.onProgress?.({ phase: "scenarios", done, total: scenarios.length });
    report();
    const work = async () => {
      while (next < scenarios.length) {
        const index = next++;
        outcomes[index] = await this.#scenario(scenarios[index]!, solved, base);
        done++;
        report();
      }
    };
    await Promise.all(Array.from({ length: this.#pool.threads }, work));
    return outcomes;
  }

  async #scenario(
    scenario: Scenario,
    solved: Awaited<ReturnType<typeof solvePlan>>,
    base: Checked,
  ): Promise<ScenarioOutcome> {
    const started = performance.now();
    const { contracts, store } = this.#read;
    const { problem } = solved;
    // A default penalty would follow the dearest charge: then routing an order less could look like a saving.
    const { contract } = contracts.of(
      scenario,
      formatCost(problem.classes.basePenalty, problem.contract.exponent),
    );
    const scaled = scenario.orders === null ? null : scaleOrders(store.table, scenario.orders);
    const orders = scaled?.table ?? store.table;
    const same = scaled === null && sameClasses(problem.contract, contract, problem.classes.basePenalty);
    const like = await solveLike(this.#pool, {
      contract,
      orders,
      classes: same ? problem.classes : null,
      solution: {
        plan: scaled === null ? solved.best.plan : { loads: [] },
        guidance: solved.guidance,
      },
      engine: this.#input.engine ?? "auto",
      mip: this.#input.mip ?? "javascript-lp-solver",
      timeLimitMs: this.#timeLimitMs(),
      gap: Math.max(this.#input.gap ?? 0, NEARLY_AS_CLOSE * (base.plannedFile.gap ?? 0)),
      seed: this.#input.seed ?? 1,
      ...(this.#input.signal ? { signal: this.#input.signal } : {}),
    });
    const checked = await this.#check(contract, orders, like, started);
    return {
      id: scenario.id,
      sweep: scenario.sweep === null ? null : { id: scenario.sweep.id, values: [...scenario.sweep.values] },
      ...outcomeOf(checked),
      ...comparison(base, checked, scaled === null),
    };
  }

  /** Puts a plan into the form of its files and checks it as a stranger would. */
  async #check(contract: Contract, orders: OrderTable, solved: ToldSolve, started: number): Promise<Checked> {
    const checker = openChecker(contract, orders, this.#pool.threads);
    try {
      const inputs = { channels: { file: null, sha256: null }, orders: { file: null, sha256: null } };
      const described = describePlan(solved, certificateOf(solved.problem, solved.proven, inputs), checker, {
        engine: this.#input.engine ?? "auto",
        seed: this.#input.seed ?? 1,
        inputs,
        timings: () => ({}),
      });
      const contents: PlanContents = await described.contents;
      const { plan } = solved.best;
      const { violations, total } = await checker.check(
        planFolderOf(contract, orders, plan, contents),
        inputs,
      );
      if (total > 0)
        throw new Fault(
          "PLAN_FAILED_CHECK",
          `A plan failed its own check (${total} violations), so nothing is told: ${violations[0]!.message}`,
        );
      const ms = Math.round(performance.now() - started);
      return { problem: solved.problem, plan, plannedFile: contents.planFile, ms };
    } finally {
      await checker.close();
    }
  }

  #file(base: Checked, scenarios: ScenarioOutcome[]): WhatIfFile {
    const { channels, store, scenarios: asked } = this.#read;
    return {
      schemaVersion: WHAT_IF_SCHEMA_VERSION,
      version: VERSION,
      currency: channels.contract.currency,
      inputs: {
        channels: { file: channels.file, sha256: channels.sha256 },
        orders: { file: store.file, sha256: store.sha256 },
        scenarios: { file: asked.file, sha256: asked.sha256 },
      },
      unroutedPenalty: base.plannedFile.unroutedPenalty,
      base: outcomeOf(base),
      scenarios,
    };
  }
}

function outcomeOf({ plannedFile, ms }: Checked): Outcome {
  const { cost, proof, status, stoppedBy, counts, finishAt, channels } = plannedFile;
  return {
    cost,
    bound: boundOf(plannedFile),
    proof,
    gap: plannedFile.gap,
    status,
    stoppedBy,
    counts,
    finishAt,
    channels: channels.map(
      ({ id, orders, amount, packages, charges, packageFees, delay, volume, finishAt: finish }) => ({
        id,
        orders,
        amount,
        packages,
        charges,
        packageFees,
        delay,
        ...(volume === undefined ? {} : { volume }),
        finishAt: finish,
      }),
    ),
    ms,
  };
}

/** Nothing costs less than nothing, where a plan states no bound. */
function boundOf({ bound }: PlanFile): string {
  return bound ?? "0";
}

/** @param sameOrders whether every row is the same order in both */
function comparison(
  base: Checked,
  other: Checked,
  sameOrders: boolean,
): Pick<ScenarioOutcome, "difference" | "moved" | "newlyRejected"> {
  const { exponent } = base.problem.contract;
  const units = (text: string) => parseCost(text, exponent)!;
  const money = (value: bigint) => formatCost(value, exponent);
  const before = {
    objective: units(base.plannedFile.cost.objective),
    bound: units(boundOf(base.plannedFile)),
  };
  const after = {
    objective: units(other.plannedFile.cost.objective),
    bound: units(boundOf(other.plannedFile)),
  };
  const difference = after.objective - before.objective;
  const least = after.bound - before.objective;
  const most = after.objective - before.bound;
  const moves = sameOrders ? movesBetween(base, other) : null;
  return {
    difference: {
      money: money(difference),
      percent:
        before.objective === 0n ? null : (100 * Number(difference)) / Math.abs(Number(before.objective)),
      least: money(least),
      most: money(most),
      proven: least > 0n || most < 0n,
    },
    moved:
      moves === null
        ? null
        : {
            orders: moves.reduce((sum, { orders }) => sum + orders, 0),
            amount: formatAmount(
              moves.reduce((sum, { amount }) => sum + amount, 0n),
              exponent,
            ),
            moves: moves.map(({ amount, ...move }) => ({ ...move, amount: formatAmount(amount, exponent) })),
          },
    newlyRejected: sameOrders ? newlyRejected(base, other) : null,
  };
}

function newlyRejected(base: PlannedProblem, other: PlannedProblem): number {
  const before = base.problem.classes.classOf;
  const after = other.problem.classes.classOf;
  let orders = 0;
  for (let order = 0; order < before.length; order++) if (before[order]! >= 0 && after[order]! < 0) orders++;
  return orders;
}
