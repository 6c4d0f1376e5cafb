import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type PlanFile, planBatch, type SearchOptions } from "../../src/index.js";
import { check as checkByThird } from "../conformance/check.mjs";
import { type PublicInstance, writePublicInstance } from "../support/public/instanceFiles.js";

/** Runs a task with a folder of its own, which goes away with it. */
export async function inTempFolder<Result>(task: (dir: string) => Promise<Result>): Promise<Result> {
  const dir = mkdtempSync(join(tmpdir(), "packwright-"));
  try {
    return await task(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Paths of an instance: channels as JSON and orders as CSV, which the third checker reads as well. */
export interface InstanceFiles {
  readonly channels: string;
  readonly orders: string;
}

/**
 * Asks the third checker about a plan folder. That `src/check` agrees is certain: no folder is delivered without.
 *
 * @throws Error where it finds a violation
 */
export function mustHold(folder: string, { channels, orders }: InstanceFiles): void {
  const { bad } = checkByThird(channels, orders, folder) as { readonly bad: readonly string[] };
  if (bad.length > 0) throw new Error(`The third checker finds: ${bad.join("; ")}`);
}

/** Plans a public instance as the command line does, and has both checkers look at what was written. */
export function planPublic(instance: PublicInstance, options: SearchOptions): Promise<PlanFile> {
  return inTempFolder(async (dir) => {
    writePublicInstance(dir, instance);
    const files = { channels: join(dir, "channels.json"), orders: join(dir, "orders.csv") };
    const out = join(dir, "plan");
    const { plan } = await planBatch({ ...files, ...options, out });
    mustHold(out, files);
    return plan;
  });
}
