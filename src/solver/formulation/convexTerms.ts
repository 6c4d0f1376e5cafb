import type { ProgramBuilder } from "../program.js";

/** The tangent of a convex function between n and n + 1. */
export type Tangent = (n: number) => { readonly slope: number; readonly intercept: number };

/** A column that is at least a convex function of how many orders some columns hold together. */
interface ConvexTerm {
  readonly column: number;
  readonly columns: readonly number[];
  readonly tangentAt: Tangent;
  /** Where it has tangents. */
  readonly points: Set<number>;
  /** Those of them that are rows already. */
  readonly written: Set<number>;
}

/** Tangents that a term starts with. */
const FIRST_TANGENTS = 12;

/** Convex terms of the objective, bounded from below by tangents that are added where an answer undercuts them. */
export class ConvexTerms {
  readonly #terms: ConvexTerm[] = [];

  /** @param most orders that the columns can hold together */
  add(column: number, columns: readonly number[], most: number, tangentAt: Tangent): void {
    const points = new Set<number>();
    for (let i = 0; i < FIRST_TANGENTS; i++) points.add(Math.round((i * most) / FIRST_TANGENTS));
    if (most <= FIRST_TANGENTS) for (let n = 0; n < most; n++) points.add(n);
    this.#terms.push({ column, columns, tangentAt, points, written: new Set() });
  }

  /** Columns that are no counts. */
  get columns(): readonly number[] {
    return this.#terms.map(({ column }) => column);
  }

  /** Writes the tangents that are no rows yet. */
  writeRows(builder: ProgramBuilder): void {
    for (const { column, columns, tangentAt, points, written } of this.#terms) {
      for (const n of points) {
        if (written.has(n)) continue;
        written.add(n);
        const { slope, intercept } = tangentAt(n);
        // Divided by the slope, so that a row's coefficients are near 1.
        const by = Math.max(1e-9, slope);
        builder.row(intercept / by, Infinity, [
          [column, 1 / by] as const,
          ...columns.map((other) => [other, -slope / by] as const),
        ]);
      }
    }
  }

  /** Adds tangents where an answer is below the function; false where it is nowhere. */
  refine(values: Float64Array): boolean {
    let added = false;
    for (const { column, columns, tangentAt, points } of this.#terms) {
      const n = Math.round(columns.reduce((sum, other) => sum + values[other]!, 0));
      const { slope, intercept } = tangentAt(n);
      const truth = slope * n + intercept;
      if (truth - values[column]! <= 1e-7 * Math.max(1, Math.abs(truth)) || points.has(n)) continue;
      points.add(n);
      if (n > 0) points.add(n - 1);
      added = true;
    }
    return added;
  }
}
