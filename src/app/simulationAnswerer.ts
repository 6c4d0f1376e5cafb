import type { Contract } from "../model/contract.js";
import type { OrderTable } from "../model/order.js";
import { scaleOrders } from "../model/orderVolume.js";
import type { Plan } from "../model/plan.js";
import type { Problem } from "../solver/problem.js";
import type { ProofPrices } from "../solver/proof/prices.js";
import { BRANCH_CELLS, cellCount } from "../solver/proof/reach.js";
import { sameClassesAs } from "../solver/sameClasses.js";
import { pricesVolume } from "../solver/volume.js";
import { type Checker, CheckerHere } from "../workers/checker.js";
import { CheckThread, startCheckThread } from "../workers/checkThread.js";
import { SolvePool } from "../workers/pool.js";
import { solveLike } from "../workers/solveLike.js";
import type { Solved } from "../workers/solvePlan.js";
import { solvePromptly } from "../workers/solvePromptly.js";
import { endThreads, type Threads } from "../workers/threads.js";
import { certificateOf } from "./certificateOf.js";
import { EndTime } from "./endTime.js";
import { firstMoved } from "./moves.js";
import { orAborted } from "./orAborted.js";
import { searchOf } from "./planning.js";
import { planOfCopies } from "./planOfCopies.js";
import type { SimulationOptions } from "./planOptions.js";
import { againstBase } from "./scenarioOutcome.js";
import type { NamedMove, SimulationAnswer } from "./simulationAnswer.js";
import type { SimulationBase } from "./simulationBase.js";
import type { AskedContract } from "./simulationQuestion.js";
import { besideBase, describeChecked } from "./studiedPlan.js";
import { withBest } from "./withBest.js";

/** Plans of former answers that are tried, too: a slider that moves on asks for a plan much like the last one. */
const KEPT_PLANS = 8;
/** What a thread that is told to stop may take to obey before it is killed. */
const GRACE_MS = 100;

export interface Asking {
  /** Milliseconds to the checked answer. */
  readonly within: number;
  /** At which to stop. */
  readonly gap: number;
  /** Moved orders to name at most. */
  readonly name: number;
  readonly signal: AbortSignal;
}

/** Finds, proves and checks the answer to one question at a time, with threads that stay. */
export class SimulationAnswerer {
  readonly #base: SimulationBase;
  readonly #options: SimulationOptions;
  readonly #pool: SolvePool;
  /** Null where there is one thread for all. */
  readonly #checkThread: Threads | null;
  readonly #sameClasses: (contract: Contract) => boolean;
  readonly #isSmall: boolean;
  readonly #end = new EndTime();
  /** By the channels of the base; null where prices are another matter. */
  #posted: ProofPrices | null = null;
  #plans: Plan[] = [];

  constructor(base: SimulationBase, options: SimulationOptions) {
    this.#base = base;
    this.#options = options;
    const { threads } = options;
    this.#pool = new SolvePool({ ...(threads === undefined ? {} : { threads }), lasting: true });
    this.#checkThread = this.#pool.threads > 1 ? startCheckThread() : null;
    const { classes, contract } = base.problem;
    this.#sameClasses = sameClassesAs(contract, classes.basePenalty);
    this.#isSmall = cellCount(classes) <= BRANCH_CELLS;
  }

  /** Has threads work out what the base plan's channels post, for what can be proven at once. */
  async post(): Promise<void> {
    const { problem, plan } = this.#base;
    if (this.#isByRounds(problem.contract)) this.#posted = await this.#pool.post({ problem, plan });
  }

  /** Lets go of the plans of former answers. */
  forgetPlans(): void {
    this.#plans = [];
  }

  /** Lets go of how long answers have taken. */
  forgetTimes(): void {
    this.#end.forget();
  }

  /** @throws the signal's reason @throws Fault where a plan fails its own check */
  async answer(
    { contract: other, volume }: AskedContract,
    { within, gap, name, signal }: Asking,
  ): Promise<SimulationAnswer> {
    const started = performance.now();
    const base = this.#base;
    const scaled = volume === null ? null : scaleOrders(base.store.table, volume);
    const beside = besideBase(base, other, scaled?.table ?? base.store.table);
    const { contract, orders } = beside;
    const basePlan = scaled === null ? beside.basePlan : planOfCopies(beside.basePlan, scaled.origin);
    const isLike = scaled === null && beside.inPlace;
    const inputs = { contract, orders, files: base.files };
    const checker = this.#checkerOf(contract, orders);
    const solved = await this.#solve({ contract, orders }, basePlan, {
      inPlace: beside.inPlace,
      hasBaseClasses: isLike && this.#sameClasses(contract),
      plans: isLike ? this.#plans : [],
      ms: this.#end.searchMs(within),
      gap,
      signal,
    });
    signal.throwIfAborted();
    const found = performance.now();
    const certificate = certificateOf(solved.problem, solved.proven, base.files);
    const described = await describeChecked(inputs, checker, solved, certificate, this.#options);
    signal.throwIfAborted();
    const { plan } = solved.best;
    if (isLike) this.#plans = [plan, ...this.#plans].slice(0, KEPT_PLANS);
    const contents = described.checked;
    const answer = {
      plan: contents.planFile,
      ...againstBase(base, { problem: solved.problem, plan, contents }, scaled === null),
      named: scaled === null ? await this.#named(solved.problem, plan, name) : [],
      packages: contents.packages,
    };
    const ended = performance.now();
    this.#end.took(ended - found);
    return { ...answer, ms: Math.round(ended - started) };
  }

  async close(): Promise<void> {
    if (this.#checkThread !== null) await endThreads(this.#checkThread);
    await this.#pool.close();
  }

  #checkerOf(contract: Contract, orders: OrderTable): Checker {
    return this.#checkThread === null
      ? new CheckerHere(contract, orders)
      : new CheckThread(contract, orders, this.#checkThread);
  }

  #isByRounds({ channels }: Contract): boolean {
    return !this.#isSmall && !pricesVolume(channels);
  }

  /** In rounds, unless the problem is small or its relaxation is another one: then as scenarios are. */
  async #solve(
    { contract, orders }: { readonly contract: Contract; readonly orders: OrderTable },
    basePlan: Plan,
    how: {
      readonly inPlace: boolean;
      readonly hasBaseClasses: boolean;
      readonly plans: readonly Plan[];
      readonly ms: number;
      readonly gap: number;
      readonly signal: AbortSignal;
    },
  ): Promise<Omit<Solved, "guidance" | "timings">> {
    const { ms, gap, signal, plans } = how;
    const classes = how.hasBaseClasses ? this.#base.problem.classes : null;
    if (this.#isByRounds(contract))
      return solvePromptly(this.#pool, {
        contract,
        orders,
        classes,
        plans: [basePlan, ...plans],
        posted: how.inPlace ? this.#posted : null,
        gap,
        ms,
        signal,
      });
    const like = solveLike(this.#pool, {
      ...searchOf(contract, this.#options),
      contract,
      orders,
      classes,
      solution: { plan: basePlan, guidance: this.#base.guidance, mended: basePlan },
      timeLimitMs: Math.max(1, ms),
      gap,
      closeGap: gap,
      graceMs: GRACE_MS,
      signal,
    });
    const { problem, ...solved } = await orAborted(like, signal);
    // What is told here is proven by a certificate: a MIP engine's word is not passed on.
    return {
      problem,
      ...withBest(problem, solved, plans),
      engineBound: undefined,
      engineOptimal: false,
    };
  }

  async #named(problem: Problem, plan: Plan, most: number): Promise<NamedMove[]> {
    if (most === 0) return [];
    const moved = firstMoved(this.#base, { problem, plan }, most);
    const ids = await this.#base.store.ids(moved.map(({ order }) => order));
    return moved.map(({ from, to }, i) => ({ id: ids[i]!, from, to }));
  }
}
