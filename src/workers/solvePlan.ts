import type { Contract } from "../model/contract.js";
import { Fault } from "../model/issue.js";
import type { CostTotal } from "../model/money.js";
import type { OrderTable } from "../model/order.js";
import type { Plan } from "../model/plan.js";
import { zeroPriceBound } from "../solver/bound.js";
import { chooseEngine, type EngineChoice, type EngineName } from "../solver/choice.js";
import { isBetter, pricePlan } from "../solver/cost.js";
import type { MipEngineName } from "../solver/engines/engine.js";
import type { ExactOutcome } from "../solver/exact.js";
import { isFeasible } from "../solver/feasible.js";
import { relativeGap } from "../solver/gap.js";
import type { PricedPlan } from "../solver/greedy/greedy.js";
import { limitTable } from "../solver/limits.js";
import { routeNothing } from "../solver/nothing.js";
import type { Problem } from "../solver/problem.js";
import type { Guidance } from "../solver/proof/guidance.js";
import { zeroPrices } from "../solver/proof/prices.js";
import type { Proven } from "../solver/proof/prove.js";
import { branchesFast, countsSayAll } from "../solver/proof/reach.js";
import type { BaselinesReply } from "./messages.js";
import { type Search, type SolvePool, withoutTexts } from "./pool.js";

export interface SolveOptions {
  readonly engine: EngineName;
  readonly mip: MipEngineName;
  /** Milliseconds for the search, which begins when the orders are in classes. */
  readonly timeLimitMs: number;
  /** Stop when {@link relativeGap} is at most this. */
  readonly gap: number;
  readonly seed: number;
  /** Plans to begin with and to improve: the best is never worse than any of them. Default none. */
  readonly starts?: readonly Plan[];
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

export interface Progress {
  readonly phase: "class" | "solve";
  /** Of the phase. */
  readonly elapsedMs: number;
  readonly incumbent?: CostTotal;
  /** Orders that the incumbent defers. */
  readonly deferred?: number;
  readonly bound?: CostTotal;
  /** As {@link relativeGap} has it. */
  readonly gap?: number;
}

/** What a solve brings: the best plan of all that ran, and what is known of it. */
export interface Solved {
  readonly problem: Problem;
  readonly best: PricedPlan;
  readonly baselines: BaselinesReply;
  /** The best certified bound, with the prices that prove it. */
  readonly proven: Proven;
  /** Helps to solve like problems; null where it is not needed for that, or did not come up. */
  readonly guidance: Guidance | null;
  /** A MIP engine's claim, where it has one. */
  readonly engineBound: CostTotal | undefined;
  /** A MIP engine proved the plan optimal by its own word. */
  readonly engineOptimal: boolean;
  readonly used: string;
  readonly why: string;
  readonly stoppedBy: "optimal" | "gap" | "noGain" | "time" | "interrupt";
  /** Milliseconds; `price` is the part of `solve` until the first prices said what they prove. */
  readonly timings: { readonly class: number; readonly price: number; readonly solve: number };
}

/** How long a search that was told to stop may take to obey before its thread is killed. */
const GRACE_MS = 400;

/** Solves a batch of orders in worker threads. Always ends with a plan: deferring everything is one. */
export async function solvePlan(
  pool: SolvePool,
  contract: Contract,
  orders: OrderTable,
  options: SolveOptions,
): Promise<Solved> {
  const started = Date.now();
  options.onProgress?.({ phase: "class", elapsedMs: 0 });
  const classes = await pool.classify({ contract, orders });
  const problem: Problem = { contract, orders, classes, limits: limitTable(contract) };
  const classMs = Date.now() - started;
  const solved = await solveProblem(pool, problem, options);
  return { ...solved, timings: { ...solved.timings, class: classMs } };
}

/** Solves a problem whose orders are in classes already. */
export async function solveProblem(
  pool: SolvePool,
  problem: Problem,
  options: SolveOptions,
): Promise<Solved> {
  const started = Date.now();
  const proven = { tree: { prices: zeroPrices(problem) }, bound: zeroPriceBound(problem) };
  const chosen = chooseEngine(problem, options.engine, options.mip);
  const choice = hasUnevenLanes(problem)
    ? {
        exact: false,
        why: `${chosen.why} Lanes are busy for different times, which no integer program knows.`,
      }
    : chosen;
  const race = new Race(pool, problem, proven, options);
  const outcome = await race.run(choice);
  const solve = Date.now() - started;
  return { ...outcome, problem, timings: { class: 0, price: race.priceMs ?? solve, solve } };
}

/** How long branching may look for a proof at least, once the plan is there. */
const LEAST_PATIENCE_MS = 1500;
/** Gaps beyond this are worth more patience, up to this part of the time limit. */
const WIDE_GAP = 0.001;
const MOST_PATIENCE = 0.75;
/** How often that is looked at. */
const LOOK_MS = 50;

/** How long branching runs alone before the exact engine joins in, and that before the greedy one does. */
const HEAD_START_MS = 150;

/** Whether packages that stay hold some lanes of a channel for longer than others. */
function hasUnevenLanes({ contract }: Problem): boolean {
  return contract.channels.some(({ queue }) => queue.lanesFree !== undefined);
}

function exactIsDone(outcome: ExactOutcome | undefined): boolean {
  return outcome?.status === "optimal";
}

/** The searches of one solve, the best plan of all of them, and what ends them. */
class Race {
  readonly #stop = new Int32Array(new SharedArrayBuffer(4));
  /** For the search for a proof, which outlasts the others. */
  readonly #proofStop = new Int32Array(new SharedArrayBuffer(4));
  readonly #started = Date.now();
  readonly #deadline: number;
  readonly #searches: Search<unknown>[] = [];
  readonly #slim: Problem;
  /** Objective of the best plan, for the search for a proof. */
  readonly #incumbent = new Float64Array(new SharedArrayBuffer(8)).fill(Infinity);
  /** Settled when the race ends. */
  readonly #over: Promise<undefined>;
  #finishRace: () => void = () => {};
  /** Whether the search for a proof is an exact search too. */
  readonly #branches: boolean;
  readonly #unevenLanes: boolean;
  #proven: Proven;
  #guidance: Guidance | null = null;
  #best: PricedPlan;
  #used = "deferral";
  /** The greedy search has had the best plan under its hands. */
  #improved = false;
  #outcome: ExactOutcome | undefined;
  #proof: Promise<unknown> = Promise.resolve();
  /** Resolves when the prices have told all plans that they have, branching aside. */
  readonly #guided: Promise<void>;
  #tellGuided = () => {};
  #ended: "gap" | "time" | "interrupt" | undefined;
  /** Milliseconds until the first prices said what they prove; undefined where none did. */
  priceMs: number | undefined;

  constructor(
    readonly pool: SolvePool,
    readonly problem: Problem,
    proven: Proven,
    readonly options: SolveOptions,
  ) {
    this.#guided = new Promise((resolve) => {
      this.#tellGuided = resolve;
    });
    this.#proven = proven;
    this.#branches = branchesFast(problem) && countsSayAll(problem);
    this.#unevenLanes = hasUnevenLanes(problem);
    this.#over = new Promise((resolve) => {
      this.#finishRace = () => resolve(undefined);
    });
    this.#deadline = this.#started + options.timeLimitMs;
    // Searches never look at an order's text: it stays here.
    this.#slim = withoutTexts(problem);
    this.#best = routeNothing(problem);
  }

  async run(choice: EngineChoice) {
    const timer = setTimeout(() => this.#end("time"), Math.max(0, this.#deadline - Date.now()));
    const onAbort = () => this.#end("interrupt");
    if (this.options.signal?.aborted) onAbort();
    this.options.signal?.addEventListener("abort", onAbort);
    try {
      return await this.#run(choice);
    } finally {
      clearTimeout(timer);
      this.options.signal?.removeEventListener("abort", onAbort);
      for (const search of this.#searches) search.kill();
    }
  }

  async #run(choice: EngineChoice) {
    const starts = this.#starts();
    const failures: string[] = [];
    const note = <T>(promise: Promise<T>): Promise<T | undefined> =>
      promise.catch((error: unknown) => {
        if (!(error instanceof Fault)) throw error;
        failures.push(error.message);
        return undefined;
      });
    let outcome: ExactOutcome | undefined;
    let baselines: Promise<BaselinesReply>;
    const fromStarts = starts.length > 0 && !this.#isOver() ? note(this.#greedy(starts)) : undefined;
    if (choice.exact && this.pool.threads > 1) {
      this.#proof = note(this.#prove());
      baselines = this.#baselines();
      // Branching mostly ends before an engine could.
      if (this.options.engine === "auto" && this.#branches) await this.#headStart(this.#proof);
      const exact = this.#isOver() ? undefined : note(this.#exact());
      // Most programs are solved before another thread could help.
      if (exact !== undefined) await this.#headStart(exact);
      const greedy = this.#isOver() || exactIsDone(this.#outcome) ? undefined : note(this.#greedy());
      // An engine does not hear that the race is over: it is killed, and nobody waits for that.
      outcome = await Promise.race([exact, this.#over]);
      if (exactIsDone(outcome)) Atomics.store(this.#stop, 0, 1);
      await greedy;
    } else {
      baselines = this.#baselines();
      // On one thread the greedy engine goes first, so that there is a plan whatever the others do. Where prices will
      // guide it, its own first plan is worth no improvement.
      const first = note(choice.exact ? this.#greedy() : this.#construct());
      this.#proof = note(this.#prove());
      await first;
      if (choice.exact && this.#ended === undefined) outcome = await note(this.#exact());
      else if (this.pool.threads > 1) await Promise.race([this.#guided, this.#proof, this.#halfway()]);
      else await this.#patiently();
    }
    await fromStarts;
    // Needed whatever the time. They began with the search, and a million orders take them less than two seconds.
    const byHand = await baselines;
    for (const baseline of byHand) this.#offer(baseline, `baseline ${baseline.id}`);
    if (this.#used === "deferral" && failures.length > 0)
      throw new Fault("NO_ENGINE_LEFT", failures.join(" "));
    // Branching is an exact search like any other: the time limit is its own, unless an engine has the answer already.
    if (this.#branches && !exactIsDone(outcome)) await this.#proof;
    await note(this.#finish(outcome));
    await this.#patiently();
    await note(this.#finish(outcome));
    return this.#conclude(choice, byHand, outcome, failures);
  }

  /** Offers the plans to begin with. */
  #starts(): readonly PricedPlan[] {
    const { contract, orders, classes } = this.problem;
    const starts = (this.options.starts ?? []).map((plan) => ({
      plan,
      cost: pricePlan(contract, orders, classes, plan),
    }));
    for (const start of starts) this.#offer(start, "repair");
    return starts;
  }

  #baselines(): Promise<BaselinesReply> {
    const reply = this.pool.baselines(this.problem);
    // Awaited only after the searches: until then a failure must not count as one that nobody handles.
    reply.catch(() => {});
    return reply;
  }

  /** Whether the certificate reaches the best plan. */
  #isProven(): boolean {
    return this.#best.cost.objective === this.#proven.bound;
  }

  /** Whether some search has ended the race. */
  #isOver(): boolean {
    return Atomics.load(this.#stop, 0) !== 0;
  }

  /** Lets a search run alone for a moment. */
  async #headStart(search: Promise<unknown>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([
      search,
      new Promise((resolve) => {
        timer = setTimeout(resolve, HEAD_START_MS);
      }),
    ]);
    clearTimeout(timer);
  }

  /** Where prices take too long to come, the first plan is improved for as long again. */
  #halfway(): Promise<void> {
    return new Promise((resolve) => {
      setTimeout(resolve, Math.max(0, (this.#deadline - Date.now()) / 2)).unref();
    });
  }

  /**
   * A proof that others can check is worth waiting for about as long again as for the plan, and longer while it leaves
   * much open.
   */
  async #patiently(): Promise<void> {
    const started = Date.now();
    const patience = Math.max(LEAST_PATIENCE_MS, started - this.#started);
    const most = this.#started + MOST_PATIENCE * this.options.timeLimitMs;
    const timer = setInterval(() => {
      const now = Date.now();
      const wide = relativeGap(this.#best.cost.objective, this.#proven.bound) > WIDE_GAP;
      if (now - started < patience || (wide && now < most)) return;
      Atomics.compareExchange(this.#proofStop, 0, 0, 1);
    }, LOOK_MS);
    try {
      await this.#proof;
    } finally {
      clearInterval(timer);
    }
  }

  /** A last improvement where the greedy search has not seen the best plan: from a baseline, or of an exact plan's ties. */
  async #finish(outcome: ExactOutcome | undefined): Promise<void> {
    const unseen = !this.#improved && this.#used !== "deferral";
    const { waiting } = this.#best.cost;
    // A proven plan can only wait less.
    if (!unseen || ((exactIsDone(outcome) || this.#isProven()) && waiting === 0n)) return;
    if (this.#ended !== undefined || Date.now() >= this.#deadline) return;
    Atomics.store(this.#stop, 0, 0);
    await this.#greedy([this.#best]);
  }

  #exact(): Promise<ExactOutcome | undefined> {
    const { mip, seed } = this.options;
    const task = { problem: this.#slim, deadline: this.#deadline, stop: this.#stop, mip, seed };
    const search = this.#track(this.pool.exact(task, (found) => this.#offer(found, `exact (${mip})`)));
    return search.reply.then((outcome) => {
      this.#outcome = outcome;
      if (outcome?.status === "optimal" || outcome?.status === "stopped") {
        if (outcome.found !== undefined) this.#offer(outcome.found, `exact (${mip})`);
      }
      return outcome;
    });
  }

  #construct(): Promise<unknown> {
    const task = { problem: this.#slim, deadline: this.#deadline, stop: this.#stop };
    const search = this.#track(this.pool.construct(task, (found) => this.#offer(found, "greedy")));
    return search.reply.then((found) => {
      if (found !== undefined) this.#offer(found, "greedy");
    });
  }

  #prove(): Promise<unknown> {
    const task = {
      problem: this.#slim,
      deadline: this.#deadline,
      stop: this.#proofStop,
      incumbent: this.#incumbent,
    };
    const search = this.#track(
      this.pool.prove(task, (news) => {
        this.priceMs ??= Date.now() - this.#started;
        if ("guided" in news) {
          this.#guidance = news.guided;
          this.#tellGuided();
        } else if ("plan" in news) this.#offer(news, this.#branches ? "branching" : "greedy");
        else this.#raise(news);
      }),
    );
    return search.reply.then((proven) => {
      if (proven !== undefined) this.#raise(proven);
    });
  }

  /** Keeps the best of all bounds, and ends the race when no plan could be better. */
  #raise(proven: Proven): void {
    if (proven.bound <= this.#proven.bound) return;
    this.#proven = proven;
    this.#report();
  }

  #greedy(starts: readonly PricedPlan[] = []): Promise<unknown> {
    const task = { problem: this.#slim, deadline: this.#deadline, stop: this.#stop, starts };
    const search = this.#track(this.pool.greedy(task, (found) => this.#offer(found, "greedy", true)));
    return search.reply.then((found) => {
      if (found !== undefined) this.#offer(found, "greedy", true);
    });
  }

  /** Has a search killed if it does not stop when the race ends, or has ended before it began. */
  #track<Reply>(search: Search<Reply>): Search<Reply> {
    if (Atomics.load(this.#stop, 0) === 0) this.#searches.push(search);
    else killSoon([search]);
    return search;
  }

  /** Keeps the best of all plans, and ends the race when it is good enough. */
  #offer(found: PricedPlan, by: string, improved = false): void {
    if (!isBetter(found.cost, this.#best.cost)) return;
    // Only the greedy search knows lanes that free one after the other; a relaxation takes the earliest for all.
    if (this.#unevenLanes && !isFeasible(this.problem, found.plan)) return;
    this.#improved = improved;
    // A tie in cost that only waits less is still the plan of the engine that found the cost.
    if (found.cost.objective < this.#best.cost.objective || this.#used === "deferral") this.#used = by;
    this.#best = { plan: found.plan, cost: found.cost };
    this.#incumbent[0] = Number(found.cost.objective);
    this.#report();
  }

  /** Tells how far it is, and ends the race where that is far enough. */
  #report(): void {
    const incumbent = this.#best.cost.objective;
    const { bound } = this.#proven;
    const gap = relativeGap(incumbent, bound);
    this.options.onProgress?.({
      phase: "solve",
      elapsedMs: Date.now() - this.#started,
      incumbent,
      deferred: this.#best.cost.deferred,
      bound,
      gap,
    });
    if (gap <= this.options.gap) this.#end(gap > 0 ? "gap" : undefined);
  }

  /** Tells every search to stop, and kills those that do not. */
  #end(reason: "gap" | "time" | "interrupt" | undefined): void {
    this.#ended ??= reason;
    Atomics.store(this.#stop, 0, 1);
    Atomics.store(this.#proofStop, 0, 2);
    this.#finishRace();
    killSoon(this.#searches.splice(0));
  }

  #conclude(
    choice: EngineChoice,
    baselines: BaselinesReply,
    outcome: ExactOutcome | undefined,
    failures: readonly string[],
  ) {
    const objective = this.#best.cost.objective;
    const engineOptimal = outcome?.status === "optimal" && outcome.found.cost.objective <= objective;
    const claimed =
      outcome?.status === "stopped" ? outcome.engineBound : engineOptimal ? objective : undefined;
    const engineBound =
      claimed !== undefined && claimed > this.#proven.bound && claimed <= objective ? claimed : undefined;
    const alone = this.#branches && outcome === undefined && this.#isProven();
    const branched = alone ? ["Branching on package counts proved it optimal."] : [];
    const why = [choice.why, ...branched, ...explain(outcome, this.#isProven()), ...failures].join(" ");
    const optimal = this.#isProven() || (engineOptimal && outcome.found.cost.objective === objective);
    const stoppedBy = optimal
      ? "optimal"
      : (this.#ended ?? (Date.now() >= this.#deadline ? "time" : "noGain"));
    return {
      best: this.#best,
      proven: this.#proven,
      guidance: this.#guidance,
      baselines,
      engineBound,
      engineOptimal: engineOptimal && outcome.found.cost.objective === objective,
      used: this.#used,
      why,
      stoppedBy: stoppedBy as Solved["stoppedBy"],
    };
  }
}

/** Gives searches that were told to stop the time to do so, and then kills them. */
function killSoon(searches: readonly Search<unknown>[]): void {
  const kill = () => {
    for (const search of searches) search.kill();
  };
  setTimeout(kill, GRACE_MS).unref();
}

function explain(outcome: ExactOutcome | undefined, isProven: boolean): string[] {
  if (outcome === undefined) return [];
  if (outcome.status === "optimal") return ["It calls its plan optimal."];
  const { detail } = outcome;
  return [
    isProven
      ? `Prices proved it optimal; the exact engine did not: ${detail}.`
      : `The exact engine did not prove it optimal: ${detail}.`,
  ];
}
