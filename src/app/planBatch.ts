import { type CheckReport, checkPlan, type Examined, examine } from "../check/index.js";
import type { OrderStore } from "../io/orderStore.js";
import { readPlanFolder } from "../io/planReader.js";
import {
  checkPlanPlace,
  packageName,
  type StagedFolder,
  stagePlanFolder,
  type TableFormat,
  writePlanFiles,
  writePlanJson,
} from "../io/planWriter.js";
import type { Certificate } from "../model/certificate.js";
import type { Contract } from "../model/contract.js";
import { Fault } from "../model/issue.js";
import { formatCost } from "../model/money.js";
import type { UnroutedReason } from "../model/plan.js";
import type { PlanFile } from "../model/planFile.js";
import type { PackageRow } from "../model/planFolder.js";
import { unroutedDetail } from "../model/unrouted.js";
import { renderReport } from "../report/html.js";
import { SolvePool } from "../workers/pool.js";
import { solvePlan } from "../workers/solvePlan.js";
import { type PlanContents, planContents } from "./planContents.js";
import { planFolderOf } from "./planFolderOf.js";
import {
  checkOptions,
  type FolderOptions,
  type PlanBatchOptions,
  type PlanInput,
  type PlanProgress,
  type SearchOptions,
} from "./planOptions.js";
import { readInputs } from "./readInputs.js";

export interface PlanBatchResult {
  readonly plan: PlanFile;
  readonly contract: Contract;
  /** The folder, as given. */
  readonly folder: string;
}

/** An order's place in a plan. */
export interface Assignment {
  readonly order: string;
  readonly channel: string;
  /** Empty on a single channel. */
  readonly package: string;
  /** Money. */
  readonly charge: string;
}

/** An order on no channel. */
export interface Unrouted {
  readonly order: string;
  readonly reason: UnroutedReason;
  readonly detail: string;
}

/** A plan in memory, checked. */
export interface PlannedBatch {
  readonly plan: PlanFile;
  readonly contract: Contract;
  readonly packages: readonly PackageRow[];
  readonly certificate: Certificate;
  /** Routed orders in submission sequence, channel by channel. */
  assignments(): Promise<Assignment[]>;
  /** Rejected and deferred orders in file order. */
  unrouted(): Promise<Unrouted[]>;
  /** The report page. */
  report(): string;
  /** Writes the plan folder, as the command line does. */
  write(out: string, options?: FolderOptions): Promise<void>;
  /** Lets go of the orders. */
  close(): Promise<void>;
}

/**
 * Plans a batch of orders.
 *
 * @throws InputError with every problem of the options, or else of the input
 * @throws the signal's reason where that was given before all orders were read
 * @throws Fault where the plan fails its own check, which must not happen
 */
export async function plan(input: PlanInput): Promise<PlannedBatch> {
  checkOptions("plan", input);
  const clock = new PhaseClock(input.onProgress);
  clock.begin("read");
  const { contract, store, files: inputs } = await readInputs(input);
  try {
    const planned = await solveOrders(contract, store, inputs, input, clock);
    clock.begin("check");
    const folder = planFolderOf(contract, store.table, planned.solved.best.plan, planned);
    const { examined } = planned;
    passOwnCheck(checkPlan({ contract, orders: store.table, folder, inputs, examined }));
    clock.end();
    return plannedBatch({ contract, store, planned, inputs, files: filesOf(input), clock });
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Input files that there are on disk, which no plan may replace. */
function filesOf({ channels, orders }: Pick<PlanInput, "channels" | "orders">): string[] {
  return [channels, orders].filter((file): file is string => typeof file === "string" && file !== "-");
}

interface PlannedParts {
  readonly contract: Contract;
  readonly store: OrderStore;
  readonly planned: Planned;
  readonly inputs: Inputs;
  /** Paths of the input files. */
  readonly files: readonly string[];
  readonly clock: PhaseClock;
}

function plannedBatch({ contract, store, planned, inputs, files, clock }: PlannedParts): PlannedBatch {
  const { loads } = planned.solved.best.plan;
  return {
    plan: planned.planFile,
    contract,
    packages: planned.packages,
    certificate: planned.certificate,
    async assignments() {
      let position = 0;
      let inPackage = 0;
      const assignments: Assignment[] = [];
      for (const [c, load] of loads.entries()) {
        const ids = await store.ids(load.orders);
        const channel = contract.channels[c]!.id;
        const names: string[] = [];
        for (const size of load.packageSizes) {
          const name = planned.packages[inPackage++]!.package;
          for (let i = 0; i < size; i++) names.push(name);
        }
        for (const [i, order] of ids.entries()) {
          const charge = formatCost(planned.charges[position++]!, contract.exponent);
          assignments.push({ order, channel, package: names[i] ?? "", charge });
        }
      }
      return assignments;
    },
    async unrouted() {
      const { order: rows, reason: reasons } = planned.unrouted;
      const ids = await store.ids(rows);
      return ids.map((order, i) => {
        const reason = reasons[i]!;
        const { bank } = store.table.profiles[store.table.profile[rows[i]!]!]!;
        return { order, reason, detail: unroutedDetail(reason, bank) };
      });
    },
    report: () => renderReport({ plan: planned.planFile, contract, packages: planned.packages }),
    async write(out, options = {}) {
      checkOptions("write", { ...options, out });
      const { overwrite = false, format = "csv" } = options;
      const staged = await stagePlanFolder(out, { overwrite, inputs: files });
      try {
        await writeAndCheck(staged.path, contract, store, planned, inputs, format, clock);
        await staged.commit();
      } catch (error) {
        await staged.discard();
        throw error;
      }
    },
    close: () => store.close(),
  };
}

/**
 * Reads channels and orders, plans, writes the plan folder, reads it back and checks it, and only then puts it in its
 * place.
 *
 * @throws InputError with every problem of the options, or else of the input; nothing is written then
 * @throws the signal's reason where that was given before all orders were read; nothing is written then
 * @throws Fault where the plan fails its own check, which must not happen; nothing is delivered then
 */
export async function planBatch(options: PlanBatchOptions): Promise<PlanBatchResult> {
  checkOptions("planBatch", options);
  const clock = new PhaseClock(options.onProgress);
  clock.begin("read");
  const place = { overwrite: options.overwrite ?? false, inputs: filesOf(options) };
  const {
    contract,
    store,
    files: inputs,
  } = await readInputs({
    ...options,
    // A folder that is in the way is refused before the work rather than after it; nothing is made where input is bad.
    demand: () => checkPlanPlace(options.out, place),
  });
  let staged: StagedFolder | undefined;
  try {
    staged = await stagePlanFolder(options.out, place);
    const planned = await solveOrders(contract, store, inputs, options, clock);
    await writeAndCheck(staged.path, contract, store, planned, inputs, options.format ?? "csv", clock);
    await staged.commit();
    return { plan: planned.planFile, contract, folder: options.out };
  } catch (error) {
    await staged?.discard();
    throw error;
  } finally {
    await store.close();
  }
}

type Inputs = PlanFile["inputs"];

type Planned = PlanContents & {
  readonly solved: Awaited<ReturnType<typeof solvePlan>>;
  readonly examined: Examined;
};

/** Solves and puts the outcome into the form of its files. */
async function solveOrders(
  contract: Contract,
  store: OrderStore,
  inputs: Inputs,
  options: SearchOptions,
  clock: PhaseClock,
): Promise<Planned> {
  const pool = new SolvePool(options.threads === undefined ? {} : { threads: options.threads });
  try {
    const seed = options.seed ?? 1;
    const engine = options.engine ?? "auto";
    clock.begin("class");
    const solved = await solvePlan(pool, contract, store.table, {
      engine,
      mip: options.mip ?? "javascript-lp-solver",
      timeLimitMs: (options.timeLimit ?? 60) * 1000,
      gap: options.gap ?? 0,
      seed,
      ...(options.signal ? { signal: options.signal } : {}),
      onProgress: (progress) =>
        options.onProgress?.({
          ...progress,
          currency: { code: contract.currency, exponent: contract.exponent },
        }),
    });
    clock.set("class", solved.timings.class);
    clock.set("solve", solved.timings.solve);
    clock.begin("describe");
    const examined = examine(contract, store.table);
    const contents = planContents(solved, {
      engineAsked: engine,
      seed,
      inputs,
      timings: clock.timings,
      packageName,
      examined,
    });
    clock.end();
    return { ...contents, solved, examined };
  } finally {
    await pool.close();
  }
}

/** Writes the files and checks them as a stranger would, from what they say. */
async function writeAndCheck(
  path: string,
  contract: Contract,
  store: OrderStore,
  planned: Planned,
  inputs: Inputs,
  format: TableFormat,
  clock: PhaseClock,
): Promise<void> {
  clock.begin("write");
  const { planFile, packages, charges, unrouted, certificate } = planned;
  const reportHtml = renderReport({ plan: planFile, contract, packages });
  const { plan } = planned.solved.best;
  await writePlanFiles(path, {
    format,
    contract,
    store,
    plan,
    charges,
    packages,
    unrouted,
    planFile,
    certificate,
    reportHtml,
  });
  clock.begin("check");
  const folder = await readPlanFolder(path, store);
  const { examined } = planned;
  passOwnCheck(checkPlan({ contract, orders: store.table, folder, inputs, examined }));
  clock.end();
  // The clock's timings are the plan's: now with those of writing and checking, which nothing is derived from.
  await writePlanJson(path, planFile);
}

function passOwnCheck({ violations, total }: CheckReport): void {
  if (total === 0) return;
  const shown = violations.slice(0, 5).map(({ rule, message }) => `  ${rule}: ${message}`);
  throw new Fault(
    "PLAN_FAILED_CHECK",
    `The plan failed its own check (${total} violations) and was not delivered:\n${shown.join("\n")}\nMaybe report this with the two input files.`,
  );
}

/** Milliseconds by phase. */
class PhaseClock {
  readonly timings: Record<string, number> = {};
  #phase: PlanProgress["phase"] | undefined;
  #since = 0;

  constructor(readonly onProgress: SearchOptions["onProgress"]) {}

  begin(phase: PlanProgress["phase"]): void {
    this.end();
    this.#phase = phase;
    this.#since = performance.now();
    this.onProgress?.({ phase, elapsedMs: 0 });
  }

  end(): void {
    if (this.#phase !== undefined) this.timings[this.#phase] = Math.round(performance.now() - this.#since);
    this.#phase = undefined;
  }

  set(phase: PlanProgress["phase"], ms: number): void {
    this.timings[phase] = ms;
    this.#phase = undefined;
  }
}
