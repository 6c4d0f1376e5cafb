import type { Contract } from "../model/contract.js";
import type { Lever } from "../model/explanation.js";
import type { CostTotal } from "../model/money.js";
import type { Plan } from "../model/plan.js";
import type { Problem } from "../solver/problem.js";
import { fallsToRelax, leverStep, leverUse, loosest, withLever } from "./levers.js";

/** A plan of a changed contract. */
export interface Trial {
  readonly problem: Problem;
  readonly plan: Plan;
  /** Orders of those to be placed that it leaves out, and others that it leaves out instead. */
  readonly left: number;
  readonly objective: CostTotal;
  readonly penalties: CostTotal;
}

/**
 * Plans a changed contract; null where there is no time left.
 *
 * @param goal stop as soon as so few orders are left out; without it the plan is to be as cheap as can be
 */
export type TryContract = (contract: Contract, goal?: number) => Promise<Trial | null>;

/** A change of one number that places orders. */
export interface Relaxed {
  readonly value: number;
  readonly trial: Trial;
  /** Steps from the present value up to which it was planned in vain, or not at all. */
  readonly below: number;
}

/** Lanes more, and times the penalty, that are tried one after the other. */
const LANES = [1, 2, 4, 8, 16];
const PENALTIES = [2, 10, 100, 1000];

/** A number of a contract, and what is left out as things are. */
export interface Question {
  readonly contract: Contract;
  readonly lever: Lever;
  /** Its present value; of the penalty also where the contract names none. */
  readonly now: number;
  /** Orders that are left out. */
  readonly left: number;
}

/**
 * Searches between what a plan takes of a number and what the contract has of it for the least change by which as many
 * orders are placed. Whatever comes out has a plan that shows it; what lies below was planned in vain, which proves
 * nothing.
 *
 * @param widest the change to begin with
 * @returns the least that was found, and whether the search came to its end
 */
export async function leastRelaxation(
  { contract, lever, now }: Question,
  widest: Relaxed,
  tryContract: TryContract,
): Promise<Relaxed & { readonly searched: boolean }> {
  const step = leverStep(contract, lever);
  const sign = fallsToRelax(lever) ? -1 : 1;
  const goal = widest.trial.left;
  /** Steps from the present value that a trial takes. */
  const stepsOf = (value: number, { problem, plan }: Trial) => {
    const use = leverUse(problem, lever, plan);
    const taken = Number.isNaN(use) ? value : sign > 0 ? Math.max(use, now) : Math.min(use, now);
    return Math.ceil((sign * (taken - now)) / step);
  };
  const valueAt = (steps: number) => now + sign * steps * step;
  let { trial, below: low } = widest;
  let high = stepsOf(widest.value, trial);
  while (high - low > 1) {
    const middle = low + Math.floor((high - low) / 2);
    const found = await tryContract(withLever(contract, lever, valueAt(middle)), goal);
    if (found === null) return { value: valueAt(high), trial, below: low, searched: false };
    if (found.left <= goal) {
      high = Math.min(middle, stepsOf(valueAt(middle), found));
      trial = found;
    } else low = middle;
  }
  return { value: valueAt(high), trial, below: low, searched: true };
}

/**
 * Relaxes a number as far as that can help: lifts it, or where that means nothing raises it step by step.
 *
 * @returns null where it places nothing, "untried" where there was no time
 */
export async function widestRelaxation(
  { contract, lever, now, left }: Question,
  tryContract: TryContract,
): Promise<Relaxed | "untried" | null> {
  const step = leverStep(contract, lever);
  const free = loosest(lever);
  const values =
    free !== null
      ? [free]
      : lever.field === "queue.lanes"
        ? LANES.map((more) => now + more)
        : PENALTIES.map((times) => Math.ceil(Math.max(now, step) / step) * step * times);
  let best: Relaxed | null = null;
  let below = 0;
  for (const value of values) {
    if (value !== Infinity && !Number.isSafeInteger(value)) break;
    const trial = await tryContract(withLever(contract, lever, value), 0);
    if (trial === null) return best ?? "untried";
    if (trial.left < (best?.trial.left ?? left)) best = { value, trial, below };
    if (trial.left === 0) break;
    below = Math.floor((value - now) / step);
  }
  return best;
}
