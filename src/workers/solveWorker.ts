import { InputError } from "../model/issue.js";
import { baselinePlans } from "../solver/baselines.js";
import { chooseEngine } from "../solver/choice.js";
import { classify as classifyOrders } from "../solver/classes.js";
import { pricePlan } from "../solver/cost.js";
import { mipEngine } from "../solver/engines/index.js";
import { solveExact } from "../solver/exact.js";
import { planFromAnswer } from "../solver/greedy/fromAnswer.js";
import { constructGreedy, solveGreedy } from "../solver/greedy/greedy.js";
import { limitTable } from "../solver/limits.js";
import { lookAt, pricesPosted } from "../solver/prompt/look.js";
import { answerAt, nodeAt } from "../solver/prompt/node.js";
import { proofFrom, startFrom } from "../solver/prompt/start.js";
import { prove as proveBound } from "../solver/proof/prove.js";
import { solveAgain } from "../solver/solveAgain.js";
import { help as helpWith, SharedCrew } from "./crew.js";
import type {
  AgainReply,
  AgainTask,
  BaselinesReply,
  BaselinesTask,
  BeginReply,
  BeginTask,
  ClassifyReply,
  ClassifyTask,
  ConstructReply,
  ConstructTask,
  ExactReply,
  ExactTask,
  GreedyReply,
  GreedyTask,
  HelpTask,
  LookNews,
  LookReply,
  LookTask,
  NodeNews,
  NodeReply,
  NodeTask,
  PostReply,
  PostTask,
  ProveReply,
  ProveTask,
  SearchTask,
} from "./messages.js";

/** What runs in a worker thread: one export for each kind of task. */

export function classify({ contract, orders }: ClassifyTask): ClassifyReply {
  try {
    return { ok: true, classes: classifyOrders(contract, orders) };
  } catch (error) {
    // The class of an error does not survive the way back.
    if (error instanceof InputError) return { ok: false, issues: error.issues };
    throw error;
  }
}

export function baselines({ problem, banks }: BaselinesTask): BaselinesReply {
  const { contract, orders, classes } = problem;
  return baselinePlans(contract, orders, classes, banks).map(({ id, plan }) => ({
    id,
    plan,
    cost: pricePlan(contract, orders, classes, plan),
  }));
}

function shouldStop({ deadline, stop }: SearchTask): boolean {
  return Atomics.load(stop, 0) !== 0 || Date.now() >= deadline;
}

export function construct(task: ConstructTask): ConstructReply {
  return constructGreedy(task.problem, {
    shouldStop: () => shouldStop(task),
    onIncumbent: (found) => task.port.postMessage(found),
  });
}

export function greedy(task: GreedyTask): GreedyReply {
  return solveGreedy(task.problem, task.starts, {
    ruins: task.ruins ?? true,
    shouldStop: () => shouldStop(task),
    onIncumbent: (found) => task.port.postMessage(found),
  });
}

export function exact(task: ExactTask): Promise<ExactReply> {
  return solveExact(task.problem, {
    engine: mipEngine(task.mip),
    seed: task.seed,
    timeLeft: () => (Atomics.load(task.stop, 0) !== 0 ? 0 : task.deadline - Date.now()),
    onIncumbent: (found) => task.port.postMessage(found),
  });
}

export function prove(task: ProveTask): ProveReply {
  return proveBound(task.problem, {
    shouldStop: () => Atomics.load(task.stop, 0) > 1 || Date.now() >= task.deadline,
    enough: () => Atomics.load(task.stop, 0) > 0,
    incumbent: () => task.incumbent[0]!,
    onProof: (proven) => task.port.postMessage(proven),
    onPlan: (found) => task.port.postMessage(found),
    crew: new SharedCrew(task.helpers, (state, ports) => task.port.postMessage({ state, ports }, [...ports])),
    onGuided: (guidance) => task.port.postMessage({ guided: guidance }),
  });
}

export async function again(task: AgainTask): Promise<AgainReply> {
  const { contract, orders, port, stop, solution, gap, closeGap, engine, mip, seed } = task;
  const reply: ClassifyReply =
    task.classes === null ? classify({ contract, orders }) : { ok: true, classes: task.classes };
  if (!reply.ok) return reply;
  const { classes } = reply;
  port.postMessage({ classes });
  const problem = { contract, orders, classes, limits: limitTable(contract) };
  const choice = chooseEngine(problem, engine, mip);
  const deadline = Date.now() + task.timeLimitMs;
  const timeLeft = () => (Atomics.load(stop, 0) !== 0 ? 0 : deadline - Date.now());
  const solved = await solveAgain(problem, solution, {
    gap,
    closeGap,
    seed,
    mip: choice.exact ? mipEngine(mip) : null,
    shouldStop: () => timeLeft() <= 0,
    timeLeft,
    onBetter: (better) => port.postMessage(better),
  });
  return { ok: true, ...solved, why: choice.why };
}

export function post({ problem, plan }: PostTask): PostReply {
  return pricesPosted(problem, plan);
}

/** Classes, the best plan to begin with, and what is proven at once. */
export function begin({ contract, orders, classes, plans, posted }: BeginTask): BeginReply {
  const reply: ClassifyReply = classes === null ? classify({ contract, orders }) : { ok: true, classes };
  if (!reply.ok) return reply;
  const problem = { contract, orders, classes: reply.classes, limits: limitTable(contract) };
  return {
    ok: true,
    classes: reply.classes,
    start: startFrom(problem, plans),
    proven: proofFrom(problem, posted),
  };
}

export function look(task: LookTask): LookReply {
  const stops = () => shouldStop(task);
  const { root, ...seen } = lookAt(task.problem, task.plan, stops);
  if (stops()) return null;
  task.port.postMessage(seen satisfies LookNews);
  return root();
}

export function node(task: NodeTask): NodeReply {
  const { problem, seen, counts, queue, incumbent, port } = task;
  const stops = () => shouldStop(task);
  const answer = answerAt(problem, seen.ground, counts, queue, stops);
  const found = nodeAt(problem, answer, counts, stops);
  if (found === null) return null;
  port.postMessage(found satisfies NodeNews);
  if (stops() || found.bound === null || found.bound >= incumbent) return null;
  return solveGreedy(problem, [planFromAnswer(problem, answer)], { shouldStop: stops, ruins: false });
}

export function help({ problem, port }: HelpTask): void {
  helpWith(problem, port);
}
