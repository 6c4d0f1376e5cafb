import type { CheckReport } from "../check/index.js";
import { readPlanFolder } from "../io/planReader.js";
import type { Contract } from "../model/contract.js";
import type { PlanFile } from "../model/planFile.js";
import { openChecker } from "../workers/checkThread.js";
import { readInputs } from "./readInputs.js";
import { withIds } from "./withIds.js";

export interface VerifyOptions {
  /** The plan folder. */
  readonly folder: string;
  readonly channels: string;
  readonly orders: string;
  /** Channels that are taken; default any number. */
  readonly maxChannels?: number;
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
export async function verify({ folder, onRead, ...asked }: VerifyOptions): Promise<Verification> {
  const { contract, store, files: inputs } = await readInputs(asked);
  const checker = openChecker(contract, store.table);
  try {
    onRead?.();
    const read = await readPlanFolder(folder, store);
    const { found } = await withIds(store, (ids) => checker.check(read, inputs, ids));
    return { ...found, contract, plan: read.plan };
  } finally {
    await checker.close();
    await store.close();
  }
}
