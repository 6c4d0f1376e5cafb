import type { MessagePort } from "node:worker_threads";
import type { Contract } from "../model/contract.js";
import type { Issue } from "../model/issue.js";
import type { OrderTable } from "../model/order.js";
import type { Plan } from "../model/plan.js";
import type { BaselineId } from "../model/planFile.js";
import type { Banks } from "../solver/baselines.js";
import type { EngineName } from "../solver/choice.js";
import type { Classes } from "../solver/classes.js";
import type { MipEngineName } from "../solver/engines/engine.js";
import type { ExactOutcome } from "../solver/exact.js";
import type { PricedPlan } from "../solver/greedy/greedy.js";
import type { Problem } from "../solver/problem.js";
import type { Node } from "../solver/prompt/node.js";
import type { NodeTask as NodeQuestion, Seen } from "../solver/prompt/search.js";
import type { Guidance } from "../solver/proof/guidance.js";
import type { ProofPrices } from "../solver/proof/prices.js";
import type { Proven } from "../solver/proof/prove.js";
import type { Solution, SolvedAgain } from "../solver/solveAgain.js";
import type { PassState } from "./crew.js";

/**
 * What goes to a worker thread and comes back. Everything survives structured cloning; orders and classes lie on shared
 * memory and are not copied.
 */
export interface ClassifyTask {
  readonly contract: Contract;
  readonly orders: OrderTable;
}
export type ClassifyReply =
  | { readonly ok: true; readonly classes: Classes }
  | { readonly ok: false; readonly issues: readonly Issue[] };

export interface BaselinesTask {
  readonly problem: Problem;
  readonly banks: Banks;
}
export type BaselinesReply = readonly (PricedPlan & { readonly id: BaselineId })[];

/** A search that may be told to stop and reports whatever is better at once, so that nothing is lost if it is killed. */
export interface SearchTask {
  readonly problem: Problem;
  /** `Date.now()` by which to stop. */
  readonly deadline: number;
  /** One shared Int32: not 0 means stop. */
  readonly stop: Int32Array;
  /** Takes {@link PricedPlan}s, and {@link Proven} bounds from the search for a proof. */
  readonly port: MessagePort;
}

/** A plan from posted prices, at once. */
export type ConstructTask = SearchTask;
export type ConstructReply = PricedPlan;

export interface GreedyTask extends SearchTask {
  /** Plans to start from and to beat; without any, the search starts from prices. */
  readonly starts: readonly PricedPlan[];
  /** Default true. */
  readonly ruins?: boolean;
}
export type GreedyReply = PricedPlan & { readonly stoppedBy: "noGain" | "time" };

export interface ExactTask extends SearchTask {
  readonly mip: MipEngineName;
  readonly seed: number;
}
export type ExactReply = ExactOutcome;

/** Here `stop` 1 means that the bound at hand will do, and 2 to stop at once. */
export interface ProveTask extends SearchTask {
  /** One shared double: the objective of the best plan known, in cost units. */
  readonly incumbent: Float64Array;
  /** Threads that may help with passes over all orders, at most. */
  readonly helpers: number;
}
export type ProveReply = Proven;
/**
 * What the search for a proof finds on its way: bounds, plans, and that all plans have been told that come from prices, with
 * what helps to solve like problems.
 */
export type ProveNews = Proven | PricedPlan | { readonly guided: Guidance | null };
/** A problem like one that has been solved, from its contract to its plan in one thread. */
export interface AgainTask {
  readonly contract: Contract;
  readonly orders: OrderTable;
  /** Where they are known to be the same. */
  readonly classes: Classes | null;
  readonly solution: Solution;
  readonly gap: number;
  readonly closeGap: number;
  /** Milliseconds for the search, which begins when the orders are in classes. */
  readonly timeLimitMs: number;
  /** One shared Int32: not 0 means stop. */
  readonly stop: Int32Array;
  /** As {@link chooseEngine} takes it. */
  readonly engine: EngineName;
  readonly mip: MipEngineName;
  readonly seed: number;
  readonly port: MessagePort;
}
/** The problem comes as soon as it is known: without it plans mean nothing. */
export type AgainNews = { readonly classes: Classes } | PricedPlan | Proven;
export type AgainReply =
  | (SolvedAgain & { readonly ok: true; readonly why: string })
  | { readonly ok: false; readonly issues: readonly Issue[] };

/** Prices that channels post, of a problem and a plan of it. */
export interface PostTask {
  readonly problem: Problem;
  readonly plan: Plan;
}
export type PostReply = ProofPrices;

/** The best valid plan to begin with, and what is proven at once. */
export interface BeginTask {
  readonly contract: Contract;
  readonly orders: OrderTable;
  /** Where they are known to be the same. */
  readonly classes: Classes | null;
  /** The first is mended where it breaks a rule, of the others those count that break none. */
  readonly plans: readonly [Plan, ...Plan[]];
  /** That channels post in a like problem; null where there is none. */
  readonly posted: ProofPrices | null;
}
export type BeginReply =
  | {
      readonly ok: true;
      readonly classes: Classes;
      readonly start: PricedPlan;
      readonly proven: Proven;
    }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/** A first look from a plan: what is seen comes at once, what that proves in the end. */
export interface LookTask extends SearchTask {
  readonly plan: Plan;
}
export type LookNews = Seen;
/** Null where it was stopped. */
export type LookReply = Node | null;

/** A node: what it proves comes at once, in the end a plan from its answer, null where that could not be of use. */
export type NodeTask = SearchTask & NodeQuestion;
export type NodeNews = Node;
export type NodeReply = PricedPlan | null;

/** Asks for help with a pass, each helper with one of the ports, by which it hears what there is to do. */
export interface CallForHelp {
  readonly state: PassState;
  readonly ports: readonly MessagePort[];
}

export interface HelpTask {
  readonly problem: Problem;
  readonly port: MessagePort;
}
