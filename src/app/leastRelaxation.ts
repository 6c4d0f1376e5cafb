import type { Contract } from "../model/contract.js";
import type { Lever } from "../model/explanation.js";
import type { CostTotal } from "../model/money.js";
import type { Plan } from "../model/plan.js";
import type { Problem } from "../solver/problem.js";
import { fallsToRelax, leverStep, leverUse, leverValue, loosest, withLever } from "./levers.js";

/** A plan of a changed contract. */
export interface Trial {
  readonly problem: Problem;
  readonly plan: Plan;
  /** Orders of those to be placed that it leaves out, and others that it leaves out instead. */
  readonly left: number;
  readonly objective: CostTotal;
  readonly penalties: CostTotal;
}

/** Plans a changed contract; null where there is no time left. */
export type TryContract = (contract: Contract) => Promise<Trial | null>;

/** What relaxing one number comes to. */
export type Relaxed =
  | { readonly kind: "useful"; readonly value: number; readonly trial: Trial; readonly searched: boolean }
  | { readonly kind: "useless" | "untried" };

/** Lanes more, and times the penalty, that are tried one after the other. */
const LANES = [1, 2, 4, 8, 16];
const PENALTIES = [2, 10, 100, 1000];

/**
 * Searches the least change of one number by which fewer orders are left out: first with the number lifted, and then
 * between what the plan of that takes and what the contract has. Whatever comes out has a plan that shows it; what lies
 * below was planned in vain, which proves nothing.
 *
 * @param left orders that are left out as things are
 * @param penalty cost units: the penalty of an order that names none
 */
export async function leastRelaxation(
  contract: Contract,
  lever: Lever,
  { left, penalty }: { readonly left: number; readonly penalty: number },
  tryContract: TryContract,
): Promise<Relaxed> {
  const now = lever.field === "unroutedPenalty" ? penalty : leverValue(contract, lever);
  const step = leverStep(contract, lever);
  const attempt = (value: number) => tryContract(withLever(contract, lever, value));
  const first = await widest(contract, lever, now, left, attempt);
  if (!("trial" in first)) return first;
  let { trial } = first;
  const goal = trial.left;
  const sign = fallsToRelax(lever) ? -1 : 1;
  /** Steps from the present value that a trial takes. */
  const stepsOf = (value: number, found: Trial) => {
    const use = leverUse(found.problem, lever, found.plan);
    const taken = Number.isNaN(use) ? value : sign > 0 ? Math.max(use, now) : Math.min(use, now);
    return Math.ceil((sign * (taken - now)) / step);
  };
  const valueAt = (steps: number) => now + sign * steps * step;
  let high = stepsOf(first.value, trial);
  let low = first.below;
  while (high - low > 1) {
    const middle = low + Math.floor((high - low) / 2);
    const found = await attempt(valueAt(middle));
    if (found === null) return { kind: "useful", value: valueAt(high), trial, searched: false };
    if (found.left <= goal) {
      high = Math.min(middle, stepsOf(valueAt(middle), found));
      trial = found;
    } else low = middle;
  }
  return { kind: "useful", value: valueAt(high), trial, searched: true };
}

/** The number lifted, or where that means nothing, raised until it helps. */
async function widest(
  contract: Contract,
  lever: Lever,
  now: number,
  left: number,
  attempt: (value: number) => Promise<Trial | null>,
): Promise<
  | { readonly value: number; readonly trial: Trial; readonly below: number }
  | Exclude<Relaxed, { kind: "useful" }>
> {
  const step = leverStep(contract, lever);
  const free = loosest(lever);
  const values =
    free !== null
      ? [free]
      : lever.field === "queue.lanes"
        ? LANES.map((more) => now + more)
        : PENALTIES.map((times) => Math.ceil(Math.max(now, step) / step) * step * times);
  let best: { readonly value: number; readonly trial: Trial; readonly below: number } | null = null;
  let below = 0;
  for (const value of values) {
    if (!Number.isSafeInteger(value) && value !== Infinity) break;
    const trial = await attempt(value);
    if (trial === null) return best ?? { kind: "untried" };
    if (trial.left < (best?.trial.left ?? left)) best = { value, trial, below };
    if (trial.left === 0) break;
    below = Math.floor((value - now) / step);
  }
  return best ?? { kind: "useless" };
}
