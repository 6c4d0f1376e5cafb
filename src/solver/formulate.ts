import { writeBatch } from "./formulation/batch.js";
import { Draft } from "./formulation/draft.js";
import { kindsOf, type TooLarge } from "./formulation/kinds.js";
import { writeSingle } from "./formulation/single.js";
import type { Formulation, FormulationLimits } from "./formulation/types.js";
import { writeVolume } from "./formulation/volume.js";
import type { Problem } from "./problem.js";

export type { Kind, TooLarge } from "./formulation/kinds.js";
export type * from "./formulation/types.js";

/**
 * Writes the program, unless it would be larger than the limits.
 *
 * @param roundsDelay whether each channel's delay cost is rounded up to a cost unit in the program too, which costs an
 *   integer column for each; without, the optimum may be below the plan's by a cost unit for each channel
 */
export function formulate(
  problem: Problem,
  limits: FormulationLimits,
  roundsDelay = false,
): Formulation | TooLarge {
  const kinds = kindsOf(problem, limits.maxColumns);
  if ("tooLarge" in kinds) return kinds;
  const draft = new Draft(problem, kinds, limits, roundsDelay);
  for (const [c, channel] of problem.contract.channels.entries()) {
    const eligible = draft.eligible(c);
    if (eligible.length === 0) continue;
    const write = channel.mode === "single" ? writeSingle : writeBatch;
    write(draft, c, channel, eligible);
    writeVolume(draft, c, channel, eligible);
    if (draft.isTooLarge) return { tooLarge: `more than ${limits.maxColumns} columns` };
  }
  return draft.finish();
}
