import type { Contract } from "../model/contract.js";
import type { OrderTable } from "../model/order.js";
import type { Plan } from "../model/plan.js";
import type { Classes } from "../solver/classes.js";
import { isBetter } from "../solver/cost.js";
import { limitTable } from "../solver/limits.js";
import type { Problem } from "../solver/problem.js";
import { type Hands, searchPromptly } from "../solver/prompt/search.js";
import type { ProofPrices } from "../solver/proof/prices.js";
import type { LookNews, LookReply, NodeNews, NodeReply } from "./messages.js";
import { type Search, type SolvePool, withoutTexts } from "./pool.js";
import type { Solved } from "./solvePlan.js";

export interface PromptTask {
  readonly contract: Contract;
  readonly orders: OrderTable;
  /** Where they are known to be the same. */
  readonly classes: Classes | null;
  /** To begin with: the first is mended where it breaks a rule, of the others those count that break none. */
  readonly plans: readonly [Plan, ...Plan[]];
  /** That channels post in a like problem, for what is proven at once; null where there is none. */
  readonly posted: ProofPrices | null;
  /** Stop when (objective − bound) / objective is at most this. */
  readonly gap: number;
  /** In which to be done, but for classing, without which there is no plan at all. */
  readonly ms: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Solves a problem like one that has been solved in about as many milliseconds as there are. At the deadline it ends with what
 * is known; threads that are still at work hear of it and are free soon after.
 *
 * @throws InputError where a charge or a queue is out of range
 * @throws the signal's reason as soon as that is given
 */
export async function solvePromptly(
  pool: SolvePool,
  task: PromptTask,
): Promise<Omit<Solved, "guidance" | "timings">> {
  const { contract, orders, ms, gap, signal } = task;
  const deadline = Date.now() + ms;
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const limit = new Limit(signal);
  try {
    const { plans, posted } = task;
    const begun = await limit.before(pool.begin({ contract, orders, classes: task.classes, plans, posted }));
    const { classes, start } = begun;
    const problem: Problem = { contract, orders, classes, limits: limitTable(contract) };
    let best = start;
    let { proven } = begun;
    const search = searchPromptly(contract, start, handsOf(pool, problem, { deadline, stop }), {
      bound: proven.bound,
      gap,
      // Rounds take much the same.
      goesOn: (lastMs) => Date.now() + lastMs < deadline,
      onBetter: (better) => {
        if ("plan" in better) best = better;
        else proven = better;
      },
    });
    const by = pool.baselines(problem);
    // Whoever awaits them is told; where the deadline or the signal comes first, nobody is any more.
    search.catch(() => {});
    by.catch(() => {});
    let stoppedBy = await limit.before(search, deadline - Date.now(), "time" as const);
    Atomics.store(stop, 0, 1);
    const baselines = await limit.before(by);
    let used = "like the base plan";
    for (const { id, plan, cost } of baselines)
      if (isBetter(cost, best.cost)) {
        best = { plan, cost };
        used = `baseline ${id}`;
      }
    if (best.cost.objective === proven.bound) stoppedBy = "optimal";
    return {
      problem,
      best,
      proven,
      baselines,
      engineBound: undefined,
      engineOptimal: false,
      used,
      why: "It had to be prompt.",
      stoppedBy,
    };
  } finally {
    Atomics.store(stop, 0, 1);
    limit.clear();
  }
}

/** Waits for what comes first: an outcome, the end of the time, or the signal. */
class Limit {
  readonly #aborted: Promise<never>;
  readonly #controller = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(signal: AbortSignal | undefined) {
    this.#aborted = new Promise((_, reject) => {
      if (signal?.aborted) reject(signal.reason);
      else
        signal?.addEventListener("abort", () => reject(signal.reason), { signal: this.#controller.signal });
    });
    this.#aborted.catch(() => {});
  }

  /** @param late what stands for the outcome after so many milliseconds */
  async before<Outcome>(outcome: Promise<Outcome>, ms = Infinity, late?: Outcome): Promise<Outcome> {
    const waiting: Promise<Outcome>[] = [outcome, this.#aborted];
    if (ms < Infinity)
      waiting.push(
        new Promise((resolve) => {
          this.#timer = setTimeout(() => resolve(late as Outcome), Math.max(0, ms));
        }),
      );
    return Promise.race(waiting);
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#controller.abort();
  }
}

/** The threads of a pool as those who do the work. */
function handsOf(
  pool: SolvePool,
  problem: Problem,
  when: { readonly deadline: number; readonly stop: Int32Array },
): Hands {
  const task = { ...when, problem: withoutTexts(problem) };
  return {
    look: async ({ plan }) => {
      const { first, last } = await inTwo<LookNews, LookReply>((onSeen) =>
        pool.look({ ...task, plan }, onSeen),
      );
      return first && { seen: first, root: last };
    },
    improve: async (start) => {
      const { reply } = pool.greedy({ ...task, starts: [start], ruins: false }, () => {});
      return (await reply) ?? null;
    },
    node: async (question) => {
      const { first, last } = await inTwo<NodeNews, NodeReply>((onNode) =>
        pool.node({ ...task, ...question }, onNode),
      );
      return first && { node: first, plan: last };
    },
  };
}

/** A task that says something at once and something in the end; null for what does not come. */
async function inTwo<First, Last>(
  begin: (onFirst: (first: First) => void) => Search<Last | null>,
): Promise<{ readonly first: First | null; readonly last: Promise<Last | null> }> {
  return new Promise((resolve, reject) => {
    const { reply } = begin((first) => resolve({ first, last }));
    const last = reply.then((found) => found ?? null);
    last.then(() => resolve({ first: null, last }), reject);
  });
}
