import type { OrderStore } from "../io/orderStore.js";
import { openPlanDatabase } from "../io/planWriter.js";
import type { Contract } from "../model/contract.js";
import type { OrderTable } from "../model/order.js";
import type { Plan } from "../model/plan.js";
import type { PlanFile } from "../model/planFile.js";
import { classify } from "../solver/classes.js";
import { type PlanCost, pricePlan } from "../solver/cost.js";
import { limitTable } from "../solver/limits.js";
import type { Problem } from "../solver/problem.js";
import type { Guidance } from "../solver/proof/guidance.js";
import { sameClassesAs } from "../solver/sameClasses.js";
import type { Checker } from "../workers/checker.js";
import { openChecker } from "../workers/checkThread.js";
import { SolvePool } from "../workers/pool.js";
import { solveLike } from "../workers/solveLike.js";
import { type Solved, type SolveOptions, solvePlan } from "../workers/solvePlan.js";
import type { Outcome, PlanContents } from "./planContents.js";
import { PhaseClock, type Planned, searchOf, writeAndCheck } from "./planning.js";
import type { SearchOptions } from "./planOptions.js";
import {
  besideBase,
  checkedPlan,
  describeChecked,
  type StudiedPlan,
  type StudyInputs,
  withPenalty,
} from "./studiedPlan.js";
import { withBest } from "./withBest.js";

/** A plan of a variant as one of the base's contract. */
export interface UnderBase {
  readonly planned: Planned;
  readonly contents: PlanContents;
}

/** The outcome of a search that is still to be put into its form and checked. */
export interface Searched {
  readonly contract: Contract;
  readonly orders: OrderTable;
  /** Null where it is to be made again: classes take far more memory than a plan. */
  readonly problem: Problem | null;
  readonly solved: Omit<Outcome, "problem"> & Pick<Solved, "proven">;
  /** Milliseconds from classing to the end of the search. */
  readonly ms: number;
}

/** What differs from the base. */
export interface Variant {
  readonly contract: Contract;
  /** Default those of the base. */
  readonly orders?: OrderTable;
  /** Default the base plan; of other orders none. */
  readonly start?: Plan;
  /** Another one to begin with, which need not keep the variant's rules: what breaks them is mended. */
  readonly mended?: Plan;
}

/**
 * Times the base plan's gap at which the search for another plan ends, once that is improved as far as moves go: to come closer
 * costs as much as a cold plan.
 */
const NEARLY_AS_CLOSE = 2;

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
  readonly #solved: Outcome & Pick<Solved, "proven">;
  #checker: Checker | undefined;
  readonly base: StudiedPlan;

  private constructor(
    inputs: StudyInputs,
    options: Omit<SearchOptions, "onProgress">,
    pool: SolvePool,
    base: StudiedPlan,
    solved: Outcome & Pick<Solved, "proven"> & { readonly guidance: Guidance | null },
  ) {
    this.#inputs = inputs;
    this.#options = options;
    this.#search = searchOf(inputs.contract, options);
    this.#pool = pool;
    this.base = base;
    this.#solved = solved;
    this.#guidance = solved.guidance;
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
      const base = await checkedPlan(inputs, options, pool.threads, solved, started);
      return new Study(inputs, options, pool, base, solved);
    } catch (error) {
      await pool.close();
      throw error;
    }
  }

  /** What its search tells those for like problems; null where it is as soon found again. */
  get guidance(): Guidance | null {
    return this.#guidance;
  }

  /** Plans that are worth asking for at a time. */
  get threads(): number {
    return this.#pool.threads;
  }

  /** The gap at which the search for a plan other than the base ends, once that is improved. */
  get closeGap(): number {
    return Math.max(this.#search.gap, NEARLY_AS_CLOSE * (this.base.contents.planFile.gap ?? 0));
  }

  /**
   * The same orders under another contract, to judge and price plans by; the penalty is that of {@link plan}.
   *
   * @throws InputError where a charge or a queue is out of range
   */
  problemOf(other: Contract): Problem {
    const { classes } = this.base.problem;
    const contract = withPenalty(other, classes.basePenalty);
    const { orders } = this.#inputs;
    return {
      contract,
      orders,
      classes: this.#sameClasses(contract) ? classes : classify(contract, orders),
      limits: limitTable(contract),
    };
  }

  /**
   * Plans a variant, in one thread; any number at a time. Where its contract states no penalty it is the base's.
   *
   * @throws InputError where a charge or a queue is out of range
   */
  async plan(variant: Variant): Promise<StudiedPlan> {
    return this.finish(await this.search(variant), []);
  }

  /** Searches for the plan of a variant, as {@link plan} does, which {@link finish} brings to its end. */
  async search(variant: Variant): Promise<Searched> {
    const started = performance.now();
    const base = this.base.problem;
    const asked = variant.orders ?? base.orders;
    const { contract, orders, basePlan } = besideBase(this.base, variant.contract, asked);
    const { problem, ...solved } = await solveLike(this.#pool, {
      ...this.#search,
      contract,
      orders,
      classes: this.#hasBaseClasses(contract, orders) ? base.classes : null,
      solution: {
        plan: variant.start ?? (asked === base.orders ? basePlan : { loads: [] }),
        guidance: this.#guidance,
        ...(variant.mended === undefined ? {} : { mended: variant.mended }),
      },
      closeGap: this.closeGap,
    });
    return { contract, orders, problem, solved, ms: performance.now() - started };
  }

  /**
   * Puts the best plan that is known of a variant into the form of its files and checks it.
   *
   * @param others plans of the same orders that may be better, and may break the variant's rules
   */
  async finish(searched: Searched, others: readonly Plan[]): Promise<StudiedPlan> {
    const started = performance.now() - searched.ms;
    const { contract, orders, solved } = searched;
    const problem = searched.problem ?? (await this.#problemOf(contract, orders));
    const outcome = { ...withBest(problem, solved, others), problem };
    const inputs = { ...this.#inputs, contract, orders };
    return checkedPlan(inputs, this.#options, this.#pool.threads, outcome, started);
  }

  /** What is worth keeping of a search until others are done, too. */
  light(searched: Searched): Searched {
    const { contract, orders } = searched;
    return this.#hasBaseClasses(contract, orders) ? searched : { ...searched, problem: null };
  }

  /** The base plan, or one of others where that is better. */
  async rebase(others: readonly Plan[]): Promise<StudiedPlan> {
    const { problem, plan, contents, ms } = this.base;
    const best = withBest(problem, this.#solved, others);
    if (best.best.plan === plan) return { problem, plan, contents, ms };
    return checkedPlan(
      this.#inputs,
      this.#options,
      this.#pool.threads,
      { ...best, problem },
      performance.now() - ms,
    );
  }

  #hasBaseClasses(contract: Contract, orders: OrderTable): boolean {
    return orders === this.#inputs.orders && this.#sameClasses(contract);
  }

  async #problemOf(contract: Contract, orders: OrderTable): Promise<Problem> {
    const classes = this.#hasBaseClasses(contract, orders)
      ? this.base.problem.classes
      : await this.#pool.classify({ contract, orders });
    return { contract, orders, classes, limits: limitTable(contract) };
  }

  /** What a plan of the base's contract costs by it. */
  price(plan: Plan): PlanCost {
    const { contract, orders, classes } = this.base.problem;
    return pricePlan(contract, orders, classes, plan);
  }

  /**
   * A plan of a variant as one of the base's contract, whose rules it must keep: with the base's certificate, as what is
   * proven of all plans holds for each, and checked as `verify` does.
   *
   * @param told what is said of its search
   */
  async underBase(plan: Plan, told: Pick<PlanFile, "engine" | "stoppedBy">): Promise<UnderBase> {
    const cost = this.price(plan);
    const { proven, baselines, engineOptimal, engineBound, best } = this.#solved;
    const claim = engineOptimal ? best.cost.objective : engineBound;
    const isOptimal = cost.objective === proven.bound || (engineOptimal && cost.objective === claim);
    const outcome: Outcome & Pick<Solved, "proven"> = {
      problem: this.base.problem,
      best: { plan, cost },
      proven,
      baselines,
      engineBound: claim !== undefined && claim > proven.bound && claim <= cost.objective ? claim : undefined,
      engineOptimal: engineOptimal && cost.objective === claim,
      used: told.engine.used,
      why: told.engine.why,
      // Optimal within its variant is not optimal.
      stoppedBy: isOptimal || told.stoppedBy !== "optimal" ? told.stoppedBy : "noGain",
    };
    const { certificate } = this.base.contents;
    const { checked, ...described } = await describeChecked(
      this.#inputs,
      this.#baseChecker,
      outcome,
      certificate,
      this.#options,
    );
    return { planned: { outcome, ...described }, contents: checked };
  }

  /**
   * Writes a plan of the base's contract as a plan folder, reads it back and checks that.
   *
   * @param store the study's orders
   * @param dir an empty folder
   */
  async write({ planned }: UnderBase, store: OrderStore, dir: string): Promise<void> {
    const { contract, files: inputs } = this.#inputs;
    const batch = {
      contract,
      store,
      inputs,
      checker: this.#baseChecker,
      clock: new PhaseClock(undefined),
    };
    const database = await openPlanDatabase(dir, store);
    try {
      await writeAndCheck(batch, planned, database, "csv");
    } finally {
      await database.close();
    }
  }

  /** There from when it is first asked: not every study comes back to the base's contract. */
  get #baseChecker(): Checker {
    const { contract, orders } = this.#inputs;
    this.#checker ??= openChecker(contract, orders, this.#pool.threads);
    return this.#checker;
  }

  async close(): Promise<void> {
    await this.#checker?.close();
    await this.#pool.close();
  }
}
