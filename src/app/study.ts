import type { Contract } from "../model/contract.js";
import type { OrderTable } from "../model/order.js";
import type { Plan } from "../model/plan.js";
import type { PlanFile } from "../model/planFile.js";
import type { Problem } from "../solver/problem.js";
import type { Guidance } from "../solver/proof/guidance.js";
import { sameClassesAs } from "../solver/sameClasses.js";
import { openChecker } from "../workers/checkThread.js";
import { SolvePool } from "../workers/pool.js";
import { solveLike } from "../workers/solveLike.js";
import { type Solved, type SolveOptions, solvePlan } from "../workers/solvePlan.js";
import { certificateOf } from "./certificateOf.js";
import { describePlan } from "./describePlan.js";
import type { Outcome, PlanContents } from "./planContents.js";
import { planFolderOf } from "./planFolderOf.js";
import { passOwnCheck, searchOf } from "./planning.js";
import type { SearchOptions } from "./planOptions.js";

/** What is studied: orders, and the contract that others are compared with. */
export interface StudyInputs {
  readonly contract: Contract;
  readonly orders: OrderTable;
  /** Names and hashes of what was read. */
  readonly files: PlanFile["inputs"];
}

/** A plan that has passed its check. */
export interface StudiedPlan {
  readonly problem: Problem;
  readonly plan: Plan;
  readonly contents: PlanContents;
  /** From classing to the end of the check. */
  readonly ms: number;
}

/** What differs from the base. */
export interface Variant {
  readonly contract: Contract;
  /** Default those of the base. */
  readonly orders?: OrderTable;
  /** Default the base plan; of other orders none. */
  readonly start?: Plan;
}

/** Times the base plan's gap at which the search for another plan ends: to come closer costs as much as a cold plan. */
const NEARLY_AS_CLOSE = 1.5;

/**
 * One set of orders under contracts that differ a little. The base is planned from nothing on all threads; the plans of the
 * others begin with its plan and its prices, each in one thread. Every plan is checked as `verify` does.
 */
export class Study {
  readonly #inputs: StudyInputs;
  readonly #options: Omit<SearchOptions, "onProgress">;
  readonly #search: SolveOptions;
  readonly #pool: SolvePool;
  readonly #guidance: Guidance | null;
  readonly #sameClasses: (contract: Contract) => boolean;
  readonly base: StudiedPlan;

  private constructor(
    inputs: StudyInputs,
    options: Omit<SearchOptions, "onProgress">,
    pool: SolvePool,
    base: StudiedPlan,
    guidance: Guidance | null,
  ) {
    this.#inputs = inputs;
    this.#options = options;
    this.#search = searchOf(inputs.contract, options);
    this.#pool = pool;
    this.base = base;
    this.#guidance = guidance;
    this.#sameClasses = sameClassesAs(inputs.contract, base.problem.classes.basePenalty);
  }

  /**
   * Plans the base. Whoever opens a study closes it.
   *
   * @throws InputError where a charge or a queue is out of range
   * @throws Fault where a plan fails its own check, which must not happen; so do all plans of a study
   */
  static async open(inputs: StudyInputs, options: Omit<SearchOptions, "onProgress">): Promise<Study> {
    const pool = new SolvePool(options.threads === undefined ? {} : { threads: options.threads });
    try {
      const started = performance.now();
      const { contract, orders } = inputs;
      const solved = await solvePlan(pool, contract, orders, searchOf(contract, options));
      const base = await checked(inputs, options, pool.threads, solved, started);
      return new Study(inputs, options, pool, base, solved.guidance);
    } catch (error) {
      await pool.close();
      throw error;
    }
  }

  /** Plans that are worth asking for at a time. */
  get threads(): number {
    return this.#pool.threads;
  }

  /**
   * Plans a variant, in one thread; any number at a time. Where its contract states no penalty it is the base's: a default would
   * follow the dearest charge, and then routing an order less could look like a saving.
   *
   * @throws InputError where a charge or a queue is out of range
   */
  async plan(variant: Variant): Promise<StudiedPlan> {
    const started = performance.now();
    const { problem, plan, contents } = this.base;
    const contract = withPenalty(variant.contract, problem.classes.basePenalty);
    const orders = variant.orders ?? this.#inputs.orders;
    const sameOrders = orders === this.#inputs.orders;
    const solved = await solveLike(this.#pool, {
      ...this.#search,
      contract,
      orders,
      classes: sameOrders && this.#sameClasses(contract) ? problem.classes : null,
      solution: {
        plan: variant.start ?? (sameOrders ? plan : { loads: [] }),
        guidance: this.#guidance,
      },
      gap: Math.max(this.#search.gap, NEARLY_AS_CLOSE * (contents.planFile.gap ?? 0)),
    });
    const inputs = { ...this.#inputs, contract, orders };
    return checked(inputs, this.#options, this.#pool.threads, solved, started);
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }
}

function withPenalty(contract: Contract, basePenalty: number): Contract {
  const { objective } = contract;
  return {
    ...contract,
    objective: { ...objective, unroutedPenalty: objective.unroutedPenalty ?? basePenalty },
  };
}

/** Puts a plan into the form of its files and checks it as a stranger would. */
async function checked(
  { contract, orders, files }: StudyInputs,
  options: Omit<SearchOptions, "onProgress">,
  threads: number,
  solved: Outcome & Pick<Solved, "proven">,
  started: number,
): Promise<StudiedPlan> {
  const checker = openChecker(contract, orders, threads);
  try {
    const described = describePlan(solved, certificateOf(solved.problem, solved.proven, files), checker, {
      engine: options.engine ?? "auto",
      seed: options.seed ?? 1,
      inputs: files,
      timings: () => ({}),
    });
    const contents = await described.contents;
    const { plan } = solved.best;
    passOwnCheck(await checker.check(planFolderOf(contract, orders, plan, contents), files));
    return { problem: solved.problem, plan, contents, ms: Math.round(performance.now() - started) };
  } finally {
    await checker.close();
  }
}
