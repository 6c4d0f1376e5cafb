import type { PricedPlan } from "../greedy/pricedPlan.js";
import type { Problem } from "../problem.js";
import type { PackageCounts } from "../relaxation/relax.js";
import type { Crew } from "./crew.js";
import type { Guidance } from "./guidance.js";
import type { Proven } from "./tree.js";

export interface ProveOptions {
  /** Asked often; true ends with the best proof so far. */
  readonly shouldStop: () => boolean;
  /** Whether branching, which may go on for long, has gone on for long enough. */
  readonly enough: () => boolean;
  /** Cost units of the best plan known; Infinity where there is none. */
  readonly incumbent: () => number;
  /** Told of every better proof. */
  readonly onProof?: (proven: Proven) => void;
  /** Told of every plan that comes up on the way. */
  readonly onPlan?: (found: PricedPlan) => void;
  /** Who looks at all orders; the thread at hand where nobody is named. */
  readonly crew?: Crew;
  /**
   * Told once, when all plans that do not come from branching have been told, with what helps to solve like problems;
   * null where they are as soon solved without.
   */
  readonly onGuided?: (guidance: Guidance | null) => void;
  /** Of a like problem that has been solved. */
  readonly start?: Guidance;
  /** Questions that branching may ask; without it as many as there is time for. */
  readonly mostQuestions?: number;
}

/** What a proof is to be found for: all plans, or those with such volumes. */
export interface ProofPart {
  /** Its charges at prices of volume, where that has any. */
  readonly problem: Problem;
  readonly counts: PackageCounts;
  /** What is proven already. */
  readonly first: Proven;
  /** Whether to ask how many packages there are, which may go on for long. */
  readonly asks: boolean;
}
