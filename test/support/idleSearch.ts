import { pricePlan } from "../../src/solver/cost.js";
import type { ConstructReply, ConstructTask, GreedyReply, GreedyTask } from "../../src/workers/messages.js";

/** A worker whose searches for a plan route one order, tell of it, and look for more until they are told to stop. */

export { baselines, classify, exact } from "../../src/workers/solveWorker.js";

export function greedy(task: GreedyTask): GreedyReply {
  return { ...construct(task), stoppedBy: "time" };
}

export function construct({ problem, deadline, stop, port }: ConstructTask): ConstructReply {
  const { contract, orders, classes } = problem;
  const first = contract.channels.findIndex((_, c) => classes.charge[c]! >= 0);
  const plan = {
    loads: contract.channels.map(({ mode }, c) => ({
      orders: classes.members.slice(0, c === first ? 1 : 0),
      packageSizes: Int32Array.from(c === first && mode === "batch" ? [1] : []),
    })),
  };
  const found = { plan, cost: pricePlan(contract, orders, classes, plan) };
  port.postMessage(found);
  // As the searches do: workers/solveWorker.ts.
  while (Atomics.load(stop, 0) === 0 && Date.now() < deadline);
  return found;
}
