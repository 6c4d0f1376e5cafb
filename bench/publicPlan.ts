import { join } from "node:path";
import { textTree } from "../src/generate/form.js";
import { ordersFromObjects } from "../src/io/ordersReader.js";
import { parseChannels } from "../src/model/channelsFile.js";
import type { PlanFile } from "../src/model/planFile.js";
import type { SolvePool } from "../src/workers/pool.js";
import { solvePlan } from "../src/workers/solvePlan.js";
import { type PublicInstance, writePublicInstance } from "../test/support/public/instanceFiles.js";
import { filesIn } from "./instances.js";
import { mustBeValid } from "./validate.js";

/** Plans a public instance in a pool that is there already; both checkers have looked at what comes back. */
export async function planInPool(
  pool: SolvePool,
  dir: string,
  instance: PublicInstance,
  timeLimitMs: number,
): Promise<{ readonly plan: PlanFile; readonly ms: number }> {
  const { columns, rows } = instance.orders;
  writePublicInstance(dir, instance);
  const contract = parseChannels(textTree(instance.channels));
  const records = rows.map((row) => Object.fromEntries(columns.map((column, i) => [column, row[i]!])));
  const store = await ordersFromObjects(records, contract);
  try {
    const solved = await solvePlan(pool, contract, store.table, {
      engine: "auto",
      mip: "javascript-lp-solver",
      timeLimitMs,
      gap: 0,
      seed: 1,
    });
    const answer = { problem: solved.problem, ids: rows.map(([id]) => id!), files: filesIn(dir) };
    const plan = mustBeValid(answer, solved, join(dir, "plan"));
    return { plan, ms: solved.timings.class + solved.timings.solve };
  } finally {
    await store.close();
  }
}
