import type { PlanFile } from "../model/planFile.js";
import type { PackageRow } from "../model/planFolder.js";
import type { Difference, OrderPlace, ScenarioOutcome } from "../model/whatIfFile.js";

/** What a changed contract comes to: figures of a plan that has passed its check, and a bound that its certificate proves. */
export interface SimulationAnswer {
  /** As `plan.json` has it, but for timings; its baselines are priced under the changed contract. */
  readonly plan: PlanFile;
  /** Against the base plan. */
  readonly difference: Difference;
  /** Orders that are elsewhere than in the base plan; null where there are other orders. */
  readonly moved: ScenarioOutcome["moved"];
  /** Orders that the base plan need not reject and this one must; null where there are other orders. */
  readonly newlyRejected: number | null;
  /** The first moved orders, as many as were asked for; none where there are other orders. */
  readonly named: readonly NamedMove[];
  /** As `packages.csv` has them: what a chart of packages over time shows. */
  readonly packages: readonly PackageRow[];
  /** Milliseconds from the question, or its turn where others came before it, to here. */
  readonly ms: number;
}

export interface NamedMove {
  readonly id: string;
  readonly from: OrderPlace;
  readonly to: OrderPlace;
}
