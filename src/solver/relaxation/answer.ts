import type { InteriorPointResult } from "./interiorPoint.js";
import type { WholeLots } from "./lots.js";
import type { QueueTerms } from "./queueTerms.js";
import type { RelaxedProblem } from "./relax.js";

/** A relaxation, what it was made from, and its solution: flows of lots, packages in fractions, and prices. */
export interface RelaxationAnswer {
  readonly lots: WholeLots;
  readonly relaxed: RelaxedProblem;
  readonly found: InteriorPointResult;
  /** Waiting as the relaxation was told to take it. */
  readonly queue: QueueTerms;
}
