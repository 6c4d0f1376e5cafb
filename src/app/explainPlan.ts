import { asksOf, examine, Unusable } from "../check/index.js";
import type { OrderExplanation } from "../model/explanation.js";
import { InputError, type Issue, quoteValue, suggestNear } from "../model/issue.js";
import { orderExplainer } from "./explainOrder.js";
import { checkOptions, type ExplainOptions } from "./planOptions.js";
import { type ReadPlan, readPlan } from "./readPlan.js";

/** Why a plan has some orders where they are. */
export interface Explanation {
  readonly currency: string;
  /** Of the plan, (objective − bound) / objective by its certificate: how much its prices leave open; null without a bound. */
  readonly gap: number | null;
  /** In the order in which they were asked for. */
  readonly orders: readonly OrderExplanation[];
}

/**
 * Explains orders of a plan folder: every channel, what it would come to there and what the certificate's prices ask.
 *
 * @throws InputError with every problem of the options; where something cannot be read, the plan is not one of these inputs, or there is no such order
 */
export async function explain(options: ExplainOptions): Promise<Explanation> {
  checkOptions("explain", options);
  const { ids, ...paths } = options;
  const read = await readPlan(paths);
  try {
    const rows = await rowsOf(read, ids, paths.orders);
    const { problem, folder } = read;
    const explainOne = orderExplainer({ ...read, asks: asksAt(read, paths.folder, folder) });
    return {
      currency: problem.contract.currency,
      gap: folder.plan.gap,
      orders: rows.map((row, i) => explainOne(row, ids[i]!)),
    };
  } finally {
    await read.store.close();
  }
}

async function rowsOf({ store }: ReadPlan, ids: readonly string[], file: string): Promise<number[]> {
  const rows = await store.rows(ids);
  const unknown = ids.filter((_, i) => rows[i]! < 0);
  if (unknown.length > 0) {
    const nearest = await store.nearest(unknown);
    throw new InputError(
      unknown.map(
        (id, i): Issue => ({
          code: "UNKNOWN_ORDER",
          file,
          path: "id",
          value: id,
          message: `no order has the id ${quoteValue(id)}`,
          hint: suggestNear(id, nearest[i]!) || "Ids are compared as they are written.",
        }),
      ),
    );
  }
  return rows;
}

function asksAt({ problem, moves }: ReadPlan, dir: string, { certificate }: ReadPlan["folder"]) {
  const { contract, orders } = problem;
  const packages = moves.plan.loads.map(({ packageSizes }) => packageSizes.length);
  try {
    return asksOf(examine(contract, orders), certificate, moves.placed.channel, packages);
  } catch (error) {
    if (!(error instanceof Unusable)) throw error;
    throw new InputError([
      {
        code: "PLAN_DOES_NOT_HOLD",
        file: dir,
        message: `its certificate proves nothing: ${error.message}`,
        hint: "`packwright verify` says what is wrong.",
      },
    ]);
  }
}
