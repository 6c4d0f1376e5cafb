import type { CheckReport } from "../check/index.js";
import type { OrderStore } from "../io/orderStore.js";
import { readCertificate, readPlanJson, readPlanTables } from "../io/planReader.js";
import {
  checkPlanPlace,
  openPlanDatabase,
  type PlanDatabase,
  type StagedFolder,
  stagePlanFolder,
  type TableFormat,
  writeCertificate,
  writePlanJson,
  writePlanTables,
  writeReport,
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
import type { Checker } from "../workers/checker.js";
import { openChecker } from "../workers/checkThread.js";
import { SolvePool } from "../workers/pool.js";
import { type Solved, solvePlan } from "../workers/solvePlan.js";
import { type DescribedPlan, describePlan } from "./describePlan.js";
import type { PlanContents } from "./planContents.js";
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
import { together } from "./together.js";

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
  const checker = openChecker(contract, store.table, input.threads);
  const batch = { contract, store, inputs, checker, clock };
  const close = async () => {
    await checker.close();
    await store.close();
  };
  try {
    const planned = await solveOrders(batch, input);
    const contents = await planned.contents;
    clock.begin("check");
    const folder = planFolderOf(contract, store.table, planned.solved.best.plan, contents);
    passOwnCheck(await checker.check(folder, inputs));
    clock.end();
    return plannedBatch(batch, planned, contents, filesOf(input), close);
  } catch (error) {
    await close();
    throw error;
  }
}

/** Input files that there are on disk, which no plan may replace. */
function filesOf({ channels, orders }: Pick<PlanInput, "channels" | "orders">): string[] {
  return [channels, orders].filter((file): file is string => typeof file === "string" && file !== "-");
}

/** What there is once the inputs have been read. */
interface Batch {
  readonly contract: Contract;
  readonly store: OrderStore;
  readonly inputs: PlanFile["inputs"];
  readonly checker: Checker;
  readonly clock: PhaseClock;
}

/** @param files paths of the input files */
function plannedBatch(
  batch: Batch,
  planned: Planned,
  contents: PlanContents,
  files: readonly string[],
  close: () => Promise<void>,
): PlannedBatch {
  const { contract, store } = batch;
  const { packages, charges, unrouted, planFile, certificate } = contents;
  const { loads } = planned.solved.best.plan;
  return {
    plan: planFile,
    contract,
    packages,
    certificate,
    async assignments() {
      let position = 0;
      let inPackage = 0;
      const assignments: Assignment[] = [];
      for (const [c, load] of loads.entries()) {
        const ids = await store.ids(load.orders);
        const channel = contract.channels[c]!.id;
        const names: string[] = [];
        for (const size of load.packageSizes) {
          const name = packages[inPackage++]!.package;
          for (let i = 0; i < size; i++) names.push(name);
        }
        for (const [i, order] of ids.entries()) {
          const charge = formatCost(charges[position++]!, contract.exponent);
          assignments.push({ order, channel, package: names[i] ?? "", charge });
        }
      }
      return assignments;
    },
    async unrouted() {
      const { order: rows, reason: reasons } = unrouted;
      const ids = await store.ids(rows);
      return ids.map((order, i) => {
        const reason = reasons[i]!;
        const { bank } = store.table.profiles[store.table.profile[rows[i]!]!]!;
        return { order, reason, detail: unroutedDetail(reason, bank) };
      });
    },
    report: () => renderReport({ plan: planFile, contract, packages }),
    async write(out, options = {}) {
      checkOptions("write", { ...options, out });
      const { overwrite = false, format = "csv" } = options;
      const staged = await stagePlanFolder(out, { overwrite, inputs: files });
      try {
        const database = await openPlanDatabase(staged.path, store);
        try {
          await writeAndCheck(batch, planned, database, format);
        } finally {
          await database.close();
        }
        await staged.commit();
      } catch (error) {
        await staged.discard();
        throw error;
      }
    },
    close,
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
  const checker = openChecker(contract, store.table, options.threads);
  let staged: StagedFolder | undefined;
  let opening: Promise<PlanDatabase> | undefined;
  try {
    staged = await stagePlanFolder(options.out, place);
    const batch = { contract, store, inputs, checker, clock };
    const solving = solveOrders(batch, options);
    // It copies all ids, which need not wait for the plan, nor the plan for them.
    opening = openPlanDatabase(staged.path, store);
    const [planned, database] = await together([solving, opening]);
    const plan = await writeAndCheck(batch, planned, database, options.format ?? "csv");
    await database.close();
    await staged.commit();
    return { plan, contract, folder: options.out };
  } catch (error) {
    await opening?.then((database) => database.close()).catch(() => {});
    await staged?.discard();
    throw error;
  } finally {
    await checker.close();
    await store.close();
  }
}

interface Planned extends DescribedPlan {
  readonly solved: Solved;
}

/** Solves and puts the outcome into the form of its files. */
async function solveOrders(batch: Batch, options: SearchOptions): Promise<Planned> {
  const { contract, store, inputs, checker, clock } = batch;
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
    const described = describePlan(solved, checker, { engine, seed, inputs, timings: () => clock.timings });
    clock.end();
    return { solved, ...described };
  } finally {
    await pool.close();
  }
}

/** Writes the files and checks them as a stranger would, from what they say. */
async function writeAndCheck(
  { contract, store, inputs, checker, clock }: Batch,
  { solved, tables, certificate, contents }: Planned,
  database: PlanDatabase,
  format: TableFormat,
): Promise<PlanFile> {
  clock.begin("write");
  const { dir } = database;
  const { plan } = solved.best;
  await together([
    writePlanTables(database, { format, contract, store, plan, ...tables }),
    writeCertificate(dir, certificate),
  ]);
  clock.begin("check");
  // They are read back while the certificate is still being looked at.
  const [{ planFile, packages }, readTables, readProof] = await together([
    contents,
    readPlanTables(database, contract.exponent),
    readCertificate(dir),
  ]);
  await writePlanJson(dir, planFile);
  await writeReport(dir, renderReport({ plan: planFile, contract, packages }));
  const folder = { ...readTables, certificate: readProof, plan: await readPlanJson(dir) };
  passOwnCheck(await checker.check(folder, inputs));
  clock.end();
  // The clock's timings are the plan's: now with those of writing and checking, which nothing is derived from.
  await writePlanJson(dir, planFile);
  return planFile;
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
