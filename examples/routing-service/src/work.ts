import type { Batch } from "./batch.js";
import { type PlanningOptions, planBatch } from "./planning.js";
import { reconcile } from "./reconciling.js";
import { type SubmittingOptions, submitBatch } from "./submitting.js";
import { untilKnown } from "./waiting.js";

export type WorkOptions = PlanningOptions & SubmittingOptions;

/** Brings a batch from wherever it is to its end. Started again after a crash it goes on, and does nothing twice. */
export async function workOff(batch: Batch, options: WorkOptions): Promise<void> {
  if (batch.isReconciled) return;
  if (batch.stage === "planning") await planBatch(batch, options);
  if (batch.stage === "submitting") await submitBatch(batch, options);
  const { channels, log } = options;
  const statements = await Promise.all(
    [...channels].map(
      async ([id, channel]) => [id, await untilKnown(() => channel.statement(batch.id), log)] as const,
    ),
  );
  const report = reconcile(batch, new Map(statements));
  await batch.keepReport(report);
  await batch.record({ type: "reconciled", balanced: report.balanced });
  log(
    `batch ${batch.id} is ${report.balanced ? "balanced" : "NOT balanced"}: ${JSON.stringify(report.orders)}`,
  );
}
