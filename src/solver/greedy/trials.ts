import type { Plan } from "../../model/plan.js";
import type { Packing } from "./packing.js";
import { refillForQueue } from "./refilling.js";

/**
 * Improvement by whole packages: close one and place its orders elsewhere, open one and fill it from other channels, or
 * split one. A trial is made on the packing itself and taken back from a copy unless the whole plan costs less then.
 */
export class Trials {
  readonly #saved: Packing;

  constructor(
    readonly packing: Packing,
    spare: Packing,
    readonly shouldStop: () => boolean,
  ) {
    this.#saved = spare;
    this.#saved.copyFrom(packing);
  }

  /** Makes a change and keeps it only if the plan is in time and costs less. The packing must be refreshed before. */
  attempt(change: () => boolean): boolean {
    const before = this.packing.objective;
    const kept = change() && this.#settle() && this.packing.objective < before - 0.5;
    if (kept) this.#saved.copyFrom(this.packing);
    else this.packing.copyFrom(this.#saved);
    return kept;
  }

  /** The plan as it stands, its packages filled for the queue; the packing itself stays as it is. */
  finished(): Plan {
    if (refillForQueue(this.packing) === 0) return this.packing.toPlan();
    const plan = this.packing.toPlan();
    this.packing.copyFrom(this.#saved);
    return plan;
  }

  #settle(): boolean {
    const { packages } = this.packing;
    if (packages.some((each, c) => each.some((p) => this.packing.isBelowMinimum(p, c)))) return false;
    if (this.packing.hasClashes) return false;
    this.packing.refreshDues();
    return this.packing.refreshAll();
  }
}
