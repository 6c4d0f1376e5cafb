import { type CheckReport, checkPlan } from "../check/index.js";
import { parseChannelsObject, readChannels } from "../io/channelsReader.js";
import type { OrderStore } from "../io/orderStore.js";
import { ordersFromObjects, readOrders } from "../io/ordersReader.js";
import { readPlanFolder } from "../io/planReader.js";
import {
  packageName,
  stagePlanFolder,
  type TableFormat,
  writePlanFiles,
  writePlanJson,
} from "../io/planWriter.js";
import type { Contract } from "../model/contract.js";
import { Fault } from "../model/issue.js";
import { formatCost } from "../model/money.js";
import type { UnroutedReason } from "../model/plan.js";
import type { PlanFile } from "../model/planFile.js";
import type { Certificate, PackageRow } from "../model/planFolder.js";
import { unroutedDetail } from "../model/unrouted.js";
import { renderReport } from "../report/html.js";
import type { EngineName } from "../solver/choice.js";
import type { MipEngineName } from "../solver/engines/engine.js";
import { SolvePool } from "../workers/pool.js";
import { type Progress, solvePlan } from "../workers/solvePlan.js";
import { type PlanContents, planContents } from "./planContents.js";
import { planFolderOf } from "./planFolderOf.js";

/** How to search and where to stop; every field has a default. */
export interface SearchOptions {
  /** Default `auto`. */
  readonly engine?: EngineName;
  /** Engine of the integer program; default `javascript-lp-solver`. */
  readonly mip?: MipEngineName;
  /** Seconds for the search, which begins when the orders are in classes; default 60. */
  readonly timeLimit?: number;
  /** Stop when (objective − bound) / objective is at most this; default 0. */
  readonly gap?: number;
  /** Default 1. */
  readonly seed?: number;
  /** Worker threads; default as many as there are processors, at most 8. */
  readonly threads?: number;
  /** Ends the search with the best plan so far. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: PlanProgress) => void;
}

export interface PlanProgress extends Omit<Progress, "phase"> {
  readonly phase: "read" | "class" | "solve" | "describe" | "write" | "check";
  /** Of `incumbent` and `bound`; absent before the channels file is read. */
  readonly currency?: { readonly code: string; readonly exponent: number };
}

export interface PlanBatchOptions extends SearchOptions {
  /** Path of the channels file, YAML or JSON. */
  readonly channels: string;
  /** Path of the orders file, or `-` for standard input. */
  readonly orders: string;
  /** Path of the plan folder to make. */
  readonly out: string;
  /** Replace a plan folder that exists; default false. */
  readonly overwrite?: boolean;
  /** Of assignments and packages; default `csv`. */
  readonly format?: TableFormat;
}

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
  write(
    out: string,
    options?: { readonly overwrite?: boolean; readonly format?: TableFormat },
  ): Promise<void>;
  /** Lets go of the orders. */
  close(): Promise<void>;
}

export interface PlanInput extends SearchOptions {
  /** Path of a channels file, or its content as plain data (numbers of up to 15 digits are as good as text). */
  readonly channels: string | object;
  /** Path of an orders file, `-` for standard input, or orders as plain data. */
  readonly orders: string | Iterable<object>;
}

/**
 * Plans a batch of orders.
 *
 * @throws InputError with every problem of the input
 * @throws Fault where the plan fails its own check, which must not happen
 */
export async function plan(input: PlanInput): Promise<PlannedBatch> {
  const clock = new PhaseClock(input.onProgress);
  clock.begin("read");
  const source = await channelsOf(input.channels);
  const { contract } = source;
  const store =
    typeof input.orders === "string"
      ? await readOrders(input.orders, contract)
      : await ordersFromObjects(input.orders, contract);
  try {
    const inputs = {
      channels: { file: source.file, sha256: source.sha256 },
      orders: { file: store.file, sha256: store.sha256 },
    };
    const planned = await solveOrders(contract, store, inputs, input, clock);
    clock.begin("check");
    const folder = planFolderOf(contract, store.table, planned.solved.best.plan, planned);
    passOwnCheck(checkPlan({ contract, orders: store.table, folder, inputs }));
    clock.end();
    return plannedBatch(contract, store, planned, inputs, clock);
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function channelsOf(channels: string | object) {
  if (typeof channels === "string") return readChannels(channels);
  return { contract: parseChannelsObject(channels), file: null, sha256: null };
}

function plannedBatch(
  contract: Contract,
  store: OrderStore,
  planned: Planned,
  inputs: Inputs,
  clock: PhaseClock,
): PlannedBatch {
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
    async write(out, { overwrite = false, format = "csv" } = {}) {
      const staged = await stagePlanFolder(out, { overwrite });
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
 * @throws InputError with every problem of the input; nothing is written then
 * @throws Fault where the plan fails its own check, which must not happen; nothing is delivered then
 */
export async function planBatch(options: PlanBatchOptions): Promise<PlanBatchResult> {
  const clock = new PhaseClock(options.onProgress);
  clock.begin("read");
  const { contract, file, sha256 } = await readChannels(options.channels);
  // A folder that is in the way is refused before the work rather than after it.
  const staged = await stagePlanFolder(options.out, { overwrite: options.overwrite ?? false });
  let store: OrderStore | undefined;
  try {
    store = await readOrders(options.orders, contract);
    const inputs = { channels: { file, sha256 }, orders: { file: store.file, sha256: store.sha256 } };
    const planned = await solveOrders(contract, store, inputs, options, clock);
    await writeAndCheck(staged.path, contract, store, planned, inputs, options.format ?? "csv", clock);
    await staged.commit();
    return { plan: planned.planFile, contract, folder: options.out };
  } catch (error) {
    await staged.discard();
    throw error;
  } finally {
    await store?.close();
  }
}

type Inputs = PlanFile["inputs"];

type Planned = PlanContents & { readonly solved: Awaited<ReturnType<typeof solvePlan>> };

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
    const contents = planContents(solved, {
      engineAsked: engine,
      seed,
      inputs,
      timings: clock.timings,
      packageName,
    });
    return { ...contents, solved };
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
  passOwnCheck(checkPlan({ contract, orders: store.table, folder, inputs }));
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
