import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Simplex, type SimplexRow } from "../../../../src/solver/columns/simplex.js";
import { highs } from "../../../../src/solver/engines/highs.js";
import type { Program } from "../../../../src/solver/program.js";

interface Case {
  readonly rows: readonly SimplexRow[];
  readonly columns: readonly { readonly cost: number; readonly values: readonly number[] }[];
}

const cases: fc.Arbitrary<Case> = fc.integer({ min: 1, max: 6 }).chain((m) =>
  fc.record({
    rows: fc.array(
      fc.record({
        sense: fc.constantFrom("atLeast" as const, "atLeast" as const, "atMost" as const),
        rhs: fc.nat(6),
        price: fc.integer({ min: 5, max: 30 }),
      }),
      { minLength: m, maxLength: m },
    ),
    columns: fc.array(
      fc.record({
        cost: fc.nat(20),
        values: fc.array(fc.nat(3), { minLength: m, maxLength: m }),
      }),
      { maxLength: 12 },
    ),
  }),
);

/** The same with missing units as columns, for HiGHS. */
function programOf({ rows, columns }: Case): Program {
  const missing = rows.flatMap(({ sense, price }, r) => (sense === "atLeast" ? [{ r, price }] : []));
  const count = columns.length + missing.length;
  const rowStart = [0];
  const entryColumn: number[] = [];
  const entryValue: number[] = [];
  rows.forEach((_, r) => {
    columns.forEach(({ values }, j) => {
      if (values[r] === 0) return;
      entryColumn.push(j);
      entryValue.push(values[r]!);
    });
    const own = missing.findIndex((each) => each.r === r);
    if (own >= 0) {
      entryColumn.push(columns.length + own);
      entryValue.push(1);
    }
    rowStart.push(entryColumn.length);
  });
  return {
    columns: count,
    rows: rows.length,
    cost: Float64Array.from([...columns.map(({ cost }) => cost), ...missing.map(({ price }) => price)]),
    lower: new Float64Array(count),
    upper: new Float64Array(count).fill(Infinity),
    integer: new Uint8Array(count),
    rowLower: Float64Array.from(rows, ({ sense, rhs }) => (sense === "atLeast" ? rhs : -Infinity)),
    rowUpper: Float64Array.from(rows, ({ sense, rhs }) => (sense === "atLeast" ? Infinity : rhs)),
    rowStart: Int32Array.from(rowStart),
    entryColumn: Int32Array.from(entryColumn),
    entryValue: Float64Array.from(entryValue),
  };
}

function add(simplex: Simplex, columns: Case["columns"]): void {
  for (const { cost, values } of columns) simplex.add(cost, [...values.keys()], values);
}

describe("the simplex method", () => {
  it("finds what HiGHS finds, with duals that leave no column to gain by", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (each) => {
        const simplex = new Simplex(each.rows);
        add(simplex, each.columns);
        expect(simplex.optimize(() => false)).toBe(true);
        const found = await highs.solve(programOf(each), { timeLimitMs: 5_000, seed: 1 });
        expect(found.status).toBe("optimal");
        if (found.status !== "optimal") return;
        expect(simplex.objective).toBeCloseTo(found.objective, 3);
        for (const { cost, values } of each.columns) {
          const worth = values.reduce((sum, value, r) => sum + value * simplex.duals[r]!, 0);
          expect(worth).toBeLessThanOrEqual(cost + 1e-6);
        }
        each.rows.forEach(({ sense, price }, r) => {
          if (sense === "atLeast") expect(simplex.duals[r]).toBeLessThanOrEqual(price + 1e-9);
          expect(simplex.duals[r]! * (sense === "atLeast" ? 1 : -1)).toBeGreaterThanOrEqual(-1e-9);
        });
      }),
    );
  });

  it("goes on from where it was when columns are added", () => {
    fc.assert(
      fc.property(cases, fc.nat(12), (each, first) => {
        const whole = new Simplex(each.rows);
        add(whole, each.columns);
        whole.optimize(() => false);
        const inParts = new Simplex(each.rows);
        add(inParts, each.columns.slice(0, first));
        inParts.optimize(() => false);
        add(inParts, each.columns.slice(first));
        inParts.optimize(() => false);
        expect(inParts.objective).toBeCloseTo(whole.objective, 3);
      }),
    );
  });

  it("stays exact through many pivots and fresh inverses", () => {
    // 60 rows, pairs and triples of them at costs that differ a little: several hundred pivots.
    const m = 60;
    const simplex = new Simplex(
      Array.from({ length: m }, (): SimplexRow => ({ sense: "atLeast", rhs: 1, price: 3 })),
    );
    const columns: number[] = [];
    for (let a = 0; a < m; a++)
      for (let b = a + 1; b < m; b++) {
        const c = (a * b + 1) % m;
        columns.push(simplex.add(1 + ((a * 7 + b * 13) % 17) / 100, [a, b], [1, 1]));
        if (c === a || c === b) continue;
        columns.push(simplex.add(1.4 + ((a * 5 + b * 11) % 19) / 100, [a, b, c], [1, 1, 1]));
      }
    simplex.optimize(() => false);
    const worth = simplex.duals.reduce((sum, dual) => sum + dual, 0);
    expect(worth).toBeCloseTo(simplex.objective, 9);
    for (const j of columns) expect(simplex.reducedCost(j)).toBeGreaterThan(-1e-8);
    let routed = 0;
    for (const [, times] of simplex.solution()) routed += times;
    // Triples are the cheapest: a third of a column for each row.
    expect(routed).toBeCloseTo(m / 3, 3);
  });
});
