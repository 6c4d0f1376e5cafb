import type { Contract } from "../../model/contract.js";
import type { CostTotal } from "../../model/money.js";
import { isBetter } from "../cost.js";
import { relativeGap } from "../gap.js";
import type { PricedPlan } from "../greedy/greedy.js";
import type { Proven } from "../proof/tree.js";
import type { QueueTerms } from "../relaxation/queueTerms.js";
import { anyCounts, type PackageCounts } from "../relaxation/relax.js";
import type { Look } from "./look.js";
import type { Node } from "./node.js";
import { Questions, questionAt } from "./questions.js";

/** What can be told of a look at once. */
export type Seen = Pick<Look, "ground" | "opened" | "queue">;

export interface NodeTask {
  readonly seen: Seen;
  readonly counts: PackageCounts;
  readonly queue: QueueTerms;
  /** Cost units of the best plan known: others are of no use. */
  readonly incumbent: CostTotal;
}

/** Those who do the work, several pieces at a time where there are threads. What is stopped ends as null. */
export interface Hands {
  /** A first look from a plan at hand, and after it what it proves. */
  look(plan: PricedPlan): Promise<{ readonly seen: Seen; readonly root: Promise<Node | null> } | null>;
  /** A plan as good as single moves, exchanges and packages make it. */
  improve(plan: PricedPlan): Promise<PricedPlan | null>;
  /** A node, and after it a plan made of its answer, where that could be of use. */
  node(task: NodeTask): Promise<{ readonly node: Node; readonly plan: Promise<PricedPlan | null> } | null>;
}

export interface PromptOptions {
  /** Cost units that are proven already. */
  readonly bound: CostTotal;
  /** Stop when (objective − bound) / objective is at most this. */
  readonly gap: number;
  /** Whether there is time for another round; the last one took so many milliseconds. */
  readonly goesOn: (lastMs: number) => boolean;
  /** Told of every better plan and proof at once. */
  readonly onBetter: (better: PricedPlan | Proven) => void;
}

/**
 * Searches in rounds, each as long as an answer of the relaxation takes: a first look, then one question about package
 * counts after the other, both its answers side by side, and a plan from each. What comes out depends neither on time nor on
 * threads, unless it is stopped.
 *
 * @param start a valid plan, than which the best one is never worse
 * @returns why there was no further round
 */
export async function searchPromptly(
  contract: Contract,
  start: PricedPlan,
  hands: Hands,
  { bound: known, gap, goesOn, onBetter }: PromptOptions,
): Promise<"optimal" | "gap" | "noGain" | "time"> {
  let best = start;
  let bound = known;
  const offer = (plan: PricedPlan | null) => {
    if (plan === null || !isBetter(plan.cost, best.cost)) return;
    best = plan;
    onBetter(best);
  };
  const raise = (proven: Proven) => {
    if (proven.bound <= bound) return;
    bound = proven.bound;
    onBetter(proven);
  };
  const ended = () => {
    const { objective } = best.cost;
    if (bound >= objective) return "optimal";
    return relativeGap(objective, bound) <= gap ? "gap" : null;
  };
  /** Nodes at some counts, side by side, and their plans; null where one was stopped. */
  const nodesAt = async (ranges: readonly PackageCounts[], seen: Seen, queue: QueueTerms) => {
    const incumbent = best.cost.objective;
    const found = await Promise.all(ranges.map((counts) => hands.node({ seen, counts, queue, incumbent })));
    return found.every((answer) => answer !== null)
      ? { nodes: found.map(({ node }) => node), plans: found.map(({ plan }) => plan) }
      : null;
  };

  const [look, improved] = await Promise.all([hands.look(start), hands.improve(start)]);
  offer(improved);
  if (look === null) return "time";
  const { seen } = look;
  const any = anyCounts(contract.channels.length);
  let asked = questionAt(contract, { opened: seen.opened, counts: any });
  let began = performance.now();
  let answering = nodesAt(asked?.counts ?? [any], seen, seen.queue);
  // Whoever awaits it is told; until then a failure must not count as one that nobody handles.
  answering.catch(() => {});
  const root = await look.root;
  if (root?.bound != null) raise({ tree: { prices: root.prices }, bound: root.bound });
  let questions: Questions | null = null;
  for (;;) {
    const answer = await answering;
    if (root === null || answer === null) return "time";
    const { nodes, plans } = answer;
    // Where there is nothing to ask, one node is there, which proves more than the look did.
    questions ??= new Questions(asked === null ? nodes[0]! : root);
    if (asked !== null) questions.answer(asked, nodes[0]!, nodes[1]!);
    raise(questions.proven());
    // In their order, and only now: what comes out must not depend on which thread is first.
    for (let p = 0; p < plans.length && ended() === null; p++) offer(await plans[p]!);
    const end = ended();
    if (end !== null) return end;
    asked = questionAt(contract, questions.least);
    if (asked === null) return "noGain";
    if (!goesOn(performance.now() - began)) return "time";
    began = performance.now();
    answering = nodesAt(asked.counts, seen, questions.least.queue);
  }
}
