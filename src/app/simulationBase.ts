import type { OrderStore } from "../io/orderStore.js";
import { attributesUsed } from "../model/orderFields.js";
import type { Plan } from "../model/plan.js";
import type { PlanFile } from "../model/planFile.js";
import type { ChannelsTree } from "../model/scenarioContract.js";
import type { Problem } from "../solver/problem.js";
import type { Guidance } from "../solver/proof/guidance.js";
import { openChecker } from "../workers/checkThread.js";
import { passOwnCheck } from "./planning.js";
import type { SimulationOptions } from "./planOptions.js";
import { channelsOf, filesOf, ordersOf } from "./readInputs.js";
import { planIn } from "./readPlan.js";
import { Study } from "./study.js";
import { withAttributes } from "./whatIfInputs.js";

/** What a simulation compares with: a checked plan of the contract as it is. */
export interface SimulationBase {
  readonly tree: ChannelsTree;
  /** The orders; whoever asked for them closes them. */
  readonly store: OrderStore;
  readonly files: PlanFile["inputs"];
  /** Attributes of orders that have been read. */
  readonly attributes: ReadonlySet<string>;
  readonly problem: Problem;
  readonly plan: Plan;
  readonly contents: { readonly planFile: PlanFile };
  /** Null where there was no search, or it does not help. */
  readonly guidance: Guidance | null;
}

/**
 * Reads the inputs, and plans them or reads the plan that there is and checks it again.
 *
 * @throws InputError with every problem of the input; where the folder holds no plan of it
 * @throws the signal's reason where that was given before all was read
 */
export async function readBase(options: SimulationOptions): Promise<SimulationBase> {
  const { channels, orders, folder, attributes: more = [], ...search } = options;
  const tree = await channelsOf(channels, search);
  const { contract } = tree;
  const attributes = new Set([...attributesUsed(contract), ...more]);
  const store = await ordersOf(orders, withAttributes(contract, [...attributes]), search.signal);
  try {
    const files = filesOf(tree, store);
    const inputs = { contract, orders: store.table, files };
    const base = { tree, store, files, attributes };
    if (folder === undefined) {
      const study = await Study.open(inputs, search);
      const { guidance } = study;
      await study.close();
      return { ...base, ...study.base, guidance };
    }
    const { problem, moves, folder: read } = await planIn(folder, { contract, store, files });
    const checker = openChecker(contract, store.table, search.threads);
    try {
      passOwnCheck(await checker.check(read, files));
    } finally {
      await checker.close();
    }
    return { ...base, problem, plan: moves.plan, contents: { planFile: read.plan }, guidance: null };
  } catch (error) {
    await store.close();
    throw error;
  }
}
