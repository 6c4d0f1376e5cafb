import type { Contract } from "../model/contract.js";
import { InputError } from "../model/issue.js";
import type { OrderTable } from "../model/order.js";
import { zeroPriceBound } from "../solver/bound.js";
import type { Classes } from "../solver/classes.js";
import { isBetter } from "../solver/cost.js";
import type { PricedPlan } from "../solver/greedy/greedy.js";
import { limitTable } from "../solver/limits.js";
import { routeNothing } from "../solver/nothing.js";
import type { Problem } from "../solver/problem.js";
import { zeroPrices } from "../solver/proof/prices.js";
import type { Proven } from "../solver/proof/prove.js";
import type { Solution } from "../solver/solveAgain.js";
import type { AgainReply, BaselinesReply } from "./messages.js";
import type { SolvePool } from "./pool.js";
import type { Solved, SolveOptions } from "./solvePlan.js";

export interface LikeTask extends Omit<SolveOptions, "starts" | "onProgress"> {
  readonly contract: Contract;
  readonly orders: OrderTable;
  /** Where they are known to be the same. */
  readonly classes: Classes | null;
  readonly solution: Solution;
  /** As of {@link solveAgain}. */
  readonly closeGap: number;
  /** What a thread that was told to stop, or has reached its limit, may take to obey before it is killed; default 1000. */
  readonly graceMs?: number;
}

const GRACE_MS = 1000;

/**
 * Solves a problem like one that has been solved, in one thread of the pool; any number at a time.
 *
 * @throws InputError where a charge or a queue is out of range
 */
export async function solveLike(
  pool: SolvePool,
  task: LikeTask,
): Promise<Omit<Solved, "guidance" | "timings">> {
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const { contract, orders, classes, solution, engine, mip, timeLimitMs, seed, signal } = task;
  const { gap, closeGap, graceMs = GRACE_MS } = task;
  let problem: Problem | undefined;
  let best: PricedPlan | undefined;
  let proven: Proven | undefined;
  let limit: NodeJS.Timeout | undefined;
  const asked = { contract, orders, classes, solution, engine, mip, timeLimitMs, gap, closeGap, seed, stop };
  const search = pool.again(asked, (news) => {
    if ("classes" in news) {
      problem = { contract, orders, classes: news.classes, limits: limitTable(contract) };
      limit = setTimeout(() => search.kill(), (signal?.aborted ? 0 : timeLimitMs) + graceMs);
    } else if ("plan" in news) best = news;
    else proven = news;
  });
  const onAbort = () => {
    Atomics.store(stop, 0, 1);
    // Classing is not a search: without it there is no plan at all.
    if (problem === undefined) return;
    clearTimeout(limit);
    limit = setTimeout(() => search.kill(), graceMs);
  };
  if (signal?.aborted) onAbort();
  signal?.addEventListener("abort", onAbort);
  let reply: Awaited<typeof search.reply>;
  try {
    reply = await search.reply;
  } finally {
    clearTimeout(limit);
    signal?.removeEventListener("abort", onAbort);
  }
  if (reply !== undefined && !reply.ok) throw new InputError(reply.issues);
  const made = problem!;
  const baselines: BaselinesReply = await pool.baselines(made);
  return outcome(made, reply, { best, proven }, baselines);
}

/** @param told what was told before the thread ended, where it was killed */
function outcome(
  problem: Problem,
  reply: Extract<AgainReply, { ok: true }> | undefined,
  told: { readonly best: PricedPlan | undefined; readonly proven: Proven | undefined },
  baselines: BaselinesReply,
): Omit<Solved, "guidance" | "timings"> {
  let best = reply?.best ?? told.best ?? routeNothing(problem);
  let used = "like the base plan";
  for (const { id, plan, cost } of baselines)
    if (isBetter(cost, best.cost)) {
      best = { plan, cost };
      used = `baseline ${id}`;
    }
  const proven = reply?.proven ??
    told.proven ?? { tree: { prices: zeroPrices(problem) }, bound: zeroPriceBound(problem) };
  const { objective } = best.cost;
  const claim = reply?.engineBound;
  const engineOptimal = claim === objective;
  const optimal = engineOptimal || proven.bound === objective;
  return {
    problem,
    best,
    proven,
    baselines,
    engineBound: claim !== undefined && claim > proven.bound && claim <= objective ? claim : undefined,
    engineOptimal,
    used,
    why: reply?.why ?? "It was ended early.",
    stoppedBy: optimal ? "optimal" : (reply?.stoppedBy ?? "time"),
  };
}
