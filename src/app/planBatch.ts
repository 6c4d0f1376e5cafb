import { checkPlan, type Violation } from "../check/index.js";
import { readChannels } from "../io/channelsReader.js";
import { readOrders } from "../io/ordersReader.js";
import type { OrderStore } from "../io/orderStore.js";
import { readPlanFolder } from "../io/planReader.js";
import { packageName, stagePlanFolder, type TableFormat, writePlanFiles } from "../io/planWriter.js";
import type { Contract } from "../model/contract.js";
import { Fault } from "../model/issue.js";
import type { PlanFile } from "../model/planFile.js";
import { renderReport } from "../report/html.js";
import type { EngineName } from "../solver/choice.js";
import type { MipEngineName } from "../solver/engines/engine.js";
import { SolvePool } from "../workers/pool.js";
import { type Progress, solvePlan } from "../workers/solvePlan.js";
import { type PlanContents, planContents } from "./planContents.js";

/** How to search and where to stop; every field has a default. */
export interface SearchOptions {
  /** Default `auto`. */
  readonly engine?: EngineName;
  /** Engine of the integer program; default `javascript-lp-solver`. */
  readonly mip?: MipEngineName;
  /** Seconds for the search, reading and writing aside; default 60. */
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
  readonly phase: "read" | "class" | "solve" | "write" | "check";
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
  const channels = await readChannels(options.channels);
  // Refused before the work rather than after it.
  const staged = await stagePlanFolder(options.out, { overwrite: options.overwrite ?? false });
  let store: OrderStore | undefined;
  try {
    store = await readOrders(options.orders, channels.contract);
    const { contract } = channels;
    const inputs = {
      channels: { file: channels.file, sha256: channels.sha256 },
      orders: { file: store.file, sha256: store.sha256 },
    };
    const contents = await solveOrders(contract, store, inputs, options, clock);
    const delivered = await writeAndCheck(staged.path, contract, store, contents, inputs, options, clock);
    await staged.commit();
    return { plan: delivered, contract, folder: options.out };
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
      onProgress: (progress) => options.onProgress?.(progress),
    });
    clock.set("class", solved.timings.class);
    clock.set("solve", solved.timings.solve);
    clock.begin("write");
    const contents = planContents(solved, { engineAsked: engine, seed, inputs, timings: clock.timings, packageName });
    return { ...contents, solved };
  } finally {
    await pool.close();
  }
}

/** Writes the files, checks them as a stranger would, and writes plan.json once more with the timings complete. */
async function writeAndCheck(
  path: string,
  contract: Contract,
  store: OrderStore,
  contents: Planned,
  inputs: Inputs,
  options: PlanBatchOptions,
  clock: PhaseClock,
): Promise<PlanFile> {
  const files = {
    format: options.format ?? ("csv" as const),
    contract,
    store,
    plan: contents.solved.best.plan,
    charges: contents.charges,
    packages: contents.packages,
    unrouted: contents.unrouted,
    certificate: contents.certificate,
  };
  const report = (plan: PlanFile) => renderReport({ plan, contract, packages: contents.packages });
  await writePlanFiles(path, { ...files, planFile: contents.planFile, reportHtml: report(contents.planFile) });
  clock.begin("check");
  const folder = await readPlanFolder(path, store);
  const { violations, total } = checkPlan({ contract, orders: store.table, folder, inputs });
  if (total > 0) throw failedCheck(violations, total);
  clock.end();
  return contents.planFile;
}

function failedCheck(violations: readonly Violation[], total: number): Fault {
  const shown = violations.slice(0, 5).map(({ rule, message }) => `  ${rule}: ${message}`);
  const message = `The plan failed its own check (${total} violations) and was not delivered:\n${shown.join("\n")}\nPlease report this with the two input files.`;
  return new Fault("PLAN_FAILED_CHECK", message);
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
