import { type CheckReport, checkPlan } from "../check/index.js";
import { readPlanFolder } from "../io/planReader.js";
import type { Contract } from "../model/contract.js";
import type { PlanFile } from "../model/planFile.js";
import { readInputs } from "./readInputs.js";

export interface VerifyOptions {
  /** The plan folder. */
  readonly folder: string;
  readonly channels: string;
  readonly orders: string;
  /** Told when the inputs have been read, and nothing has been worked out yet. */
  readonly onRead?: () => void;
}

export interface Verification extends CheckReport {
  readonly contract: Contract;
  readonly plan: PlanFile;
}

/**
 * Re-derives every rule and figure of a plan folder from the inputs alone, and its bound from the certificate.
 *
 * @throws InputError where the inputs or the folder cannot be read; violations are no error but the answer
 */
export async function verify({ folder, channels, orders, onRead }: VerifyOptions): Promise<Verification> {
  const { contract, store, files: inputs } = await readInputs({ channels, orders });
  try {
    onRead?.();
    const read = await readPlanFolder(folder, store);
    const input = { contract, orders: store.table, folder: read, inputs };
    const report = checkPlan(input);
    const rows = report.violations.flatMap(({ order }) => (order === undefined ? [] : [order]));
    if (rows.length === 0) return { ...report, contract, plan: read.plan };
    // Rows mean nothing to a reader: the same again with ids in the messages, which only a broken plan costs.
    const ids = new Map((await store.ids(rows)).map((id, i) => [rows[i]!, id]));
    const named = checkPlan({ ...input, orderId: (row) => ids.get(row) ?? String(row) });
    return { ...named, contract, plan: read.plan };
  } finally {
    await store.close();
  }
}
