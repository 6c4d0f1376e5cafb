import type { CheckReport } from "../check/index.js";
import type { OrderStore } from "../io/orderStore.js";
import type { PlaceOptions } from "../io/planPlace.js";
import { readCertificate, readPlanJson, readPlanTables } from "../io/planReader.js";
import {
  openPlanDatabase,
  type PlanDatabase,
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
import type { PlanFile } from "../model/planFile.js";
import { renderReport } from "../report/html.js";
import type { Checker } from "../workers/checker.js";
import { SolvePool } from "../workers/pool.js";
import { type Solved, type SolveOptions, solvePlan } from "../workers/solvePlan.js";
import { certificateOf } from "./certificateOf.js";
import { type DescribedPlan, describePlan, type Replanned } from "./describePlan.js";
import type { Outcome } from "./planContents.js";
import { planFolderOf } from "./planFolderOf.js";
import type { PlanProgress, SearchOptions } from "./planOptions.js";
import { together } from "./together.js";

/** The steps from inputs to a plan folder that every command which plans has in common. */

/** What there is once the inputs have been read. */
export interface Batch {
  readonly contract: Contract;
  readonly store: OrderStore;
  readonly inputs: PlanFile["inputs"];
  readonly checker: Checker;
  readonly clock: PhaseClock;
}

/** Searches for the best plan within the options' limits. */
export async function solveOrders(
  { contract, store, clock }: Batch,
  options: SearchOptions,
): Promise<Solved> {
  const pool = new SolvePool(options.threads === undefined ? {} : { threads: options.threads });
  try {
    clock.begin("class");
    const solved = await solvePlan(pool, contract, store.table, searchOf(contract, options));
    clock.set("class", solved.timings.class);
    clock.set("price", solved.timings.price);
    clock.set("solve", solved.timings.solve);
    return solved;
  } finally {
    await pool.close();
  }
}

/** What a search is asked, defaults filled in. */
export function searchOf({ currency, exponent }: Contract, options: SearchOptions): SolveOptions {
  return {
    engine: options.engine ?? "auto",
    mip: options.mip ?? "javascript-lp-solver",
    timeLimitMs: (options.timeLimit ?? 60) * 1000,
    gap: options.gap ?? 0,
    seed: seedOf(options),
    ...(options.signal ? { signal: options.signal } : {}),
    onProgress: (progress) => options.onProgress?.({ ...progress, currency: { code: currency, exponent } }),
  };
}

/** A plan in the form of its files, with what is known of it. */
export interface Planned extends DescribedPlan {
  readonly outcome: Outcome;
}

/** Puts what a search brought into the form of its files. */
export function describeSolved(batch: Batch, solved: Solved, options: SearchOptions): Planned {
  return describe(batch, solved, certificateOf(solved.problem, solved.proven, batch.inputs), options);
}

/** @param certificate of the outcome's bound */
export function describe(
  { inputs, checker, clock }: Batch,
  outcome: Outcome,
  certificate: Certificate,
  options: Pick<SearchOptions, "engine" | "seed">,
  replanned?: Replanned,
): Planned {
  clock.begin("describe");
  const described = describePlan(outcome, certificate, checker, {
    engine: options.engine ?? "auto",
    seed: seedOf(options),
    inputs,
    timings: () => clock.timings,
    replanned,
  });
  clock.end();
  return { outcome, ...described };
}

function seedOf({ seed }: Pick<SearchOptions, "seed">): number {
  return seed ?? 1;
}

/** Checks a plan as a stranger would, from what its files would say. @throws Fault where it breaks a rule */
export async function checkUnwritten(
  { contract, store, inputs, checker, clock }: Batch,
  { outcome, contents: described }: Planned,
) {
  const contents = await described;
  clock.begin("check");
  const folder = planFolderOf(contract, store.table, outcome.best.plan, contents);
  const report = await checker.check(folder, inputs);
  passOwnCheck(report);
  clock.end();
  return { contents, folder, report };
}

/** Writes a plan folder, checks it and puts it in its place. */
export async function deliver(
  batch: Batch,
  planned: Planned,
  out: string,
  place: PlaceOptions,
  format?: TableFormat,
): Promise<void> {
  const staged = await stagePlanFolder(out, place);
  try {
    const database = await openPlanDatabase(staged.path, batch.store);
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
}

/** Writes the files and checks them as a stranger would, from what they say. */
export async function writeAndCheck(
  { contract, store, inputs, checker, clock }: Batch,
  { outcome, tables, certificate, contents }: Planned,
  database: PlanDatabase,
  format: TableFormat = "csv",
): Promise<PlanFile> {
  clock.begin("write");
  const { dir } = database;
  const { plan } = outcome.best;
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

/** @throws Fault where a plan that we made breaks a rule */
export function passOwnCheck({ violations, total }: CheckReport): void {
  if (total === 0) return;
  const shown = violations.slice(0, 5).map(({ rule, message }) => `  ${rule}: ${message}`);
  throw new Fault(
    "PLAN_FAILED_CHECK",
    `The plan failed its own check (${total} violations) and was not delivered:\n${shown.join("\n")}\nMaybe report this with the two input files.`,
  );
}

/** Milliseconds by phase. */
export class PhaseClock {
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

  set(phase: PlanProgress["phase"] | "price", ms: number): void {
    this.timings[phase] = ms;
    this.#phase = undefined;
  }
}
