import { planFromAnswer } from "../../src/solver/greedy/fromAnswer.js";
import { solveGreedy } from "../../src/solver/greedy/greedy.js";
import type { Problem } from "../../src/solver/problem.js";
import { lookAt } from "../../src/solver/prompt/look.js";
import { answerAt, nodeAt } from "../../src/solver/prompt/node.js";
import type { Hands } from "../../src/solver/prompt/search.js";

/**
 * The work of a prompt search in the thread at hand.
 *
 * @param isStopped asked before each piece of work, which then ends without an answer; default never
 */
export function handsHere(problem: Problem, isStopped: () => boolean = () => false): Hands {
  const shouldStop = () => false;
  const improve: Hands["improve"] = async (plan) =>
    isStopped() ? null : solveGreedy(problem, [plan], { shouldStop, ruins: false });
  return {
    look: async ({ plan }) => {
      if (isStopped()) return null;
      const { root, ...seen } = lookAt(problem, plan, shouldStop);
      return { seen, root: Promise.resolve(isStopped() ? null : root()) };
    },
    improve,
    node: async ({ seen, counts, queue, incumbent }) => {
      if (isStopped()) return null;
      const answer = answerAt(problem, seen.ground, counts, queue, shouldStop);
      const node = nodeAt(problem, answer, counts, shouldStop)!;
      const isOfUse = node.bound !== null && node.bound < incumbent;
      return {
        node,
        plan: isOfUse ? improve(planFromAnswer(problem, answer)) : Promise.resolve(null),
      };
    },
  };
}
