import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DualSimplex } from "../../../src/solver/relaxation/dualSimplex.js";

interface Row {
  readonly rhs: number;
  /** 0 for an equation. */
  readonly room: number;
  readonly values: readonly number[];
}

interface Program {
  readonly cost: readonly number[];
  readonly upper: readonly number[];
  readonly rows: readonly Row[];
}

function columnsOf({ values }: Row): number[] {
  return values.flatMap((value, j) => (value === 0 ? [] : [j]));
}

function addRow(lp: DualSimplex, row: Row): void {
  const columns = columnsOf(row);
  lp.row(
    row.rhs,
    row.room,
    columns,
    columns.map((j) => row.values[j]!),
  );
}

function written({ cost, upper, rows }: Program): DualSimplex {
  const lp = new DualSimplex({ cost, lower: cost.map(() => 0), upper });
  for (const row of rows) addRow(lp, row);
  lp.start(Int32Array.from(rows, (_, r) => cost.length + r));
  return lp;
}

/** What the duals at hand prove: for any duals, Σ y · rhs + the least of (c − y·A)x and of −y · slack. */
function provenBy(lp: DualSimplex, { cost, upper, rows }: Program, lower = cost.map(() => 0)): number {
  const dual = lp.duals();
  let bound = 0;
  rows.forEach(({ rhs, room }, r) => {
    bound += dual[r]! * rhs;
    if (dual[r]! > 0 && room > 0) bound -= dual[r]! > 1e-7 ? dual[r]! * room : 0;
  });
  cost.forEach((each, j) => {
    const reduced = rows.reduce((sum, { values }, r) => sum - dual[r]! * values[j]!, each);
    bound += Math.abs(reduced) < 1e-7 ? 0 : reduced * (reduced > 0 ? lower[j]! : upper[j]!);
  });
  return bound;
}

function expectOptimal(lp: DualSimplex, program: Program, lower = program.cost.map(() => 0)): void {
  program.cost.forEach((_, j) => {
    expect(lp.value(j)).toBeGreaterThan(lower[j]! - 1e-6);
    expect(lp.value(j)).toBeLessThan(program.upper[j]! + 1e-6);
  });
  for (const { values, rhs, room } of program.rows) {
    const slack = values.reduce((rest, value, j) => rest - value * lp.value(j), rhs);
    expect(slack).toBeGreaterThan(-1e-6);
    expect(slack).toBeLessThan(room + 1e-6);
  }
  expect(lp.objective).toBeCloseTo(provenBy(lp, program, lower), 5);
}

/** Programs that have a solution: rows are written around one. */
const programs: fc.Arbitrary<Program> = fc
  .record({ columns: fc.integer({ min: 1, max: 7 }), rows: fc.integer({ min: 1, max: 6 }) })
  .chain(({ columns, rows }) => {
    const list = <T>(each: fc.Arbitrary<T>, length: number) =>
      fc.array(each, { minLength: length, maxLength: length });
    return fc.record({
      cost: list(fc.integer({ min: -9, max: 9 }), columns),
      point: list(fc.integer({ min: 0, max: 5 }), columns),
      spare: list(fc.integer({ min: 0, max: 4 }), columns),
      rows: list(
        fc.record({
          values: list(fc.integer({ min: -3, max: 3 }), columns),
          slack: fc.integer({ min: 0, max: 3 }),
          equation: fc.boolean(),
        }),
        rows,
      ),
    });
  })
  .map(({ cost, point, spare, rows }) => ({
    cost,
    upper: point.map((value, j) => value + spare[j]!),
    rows: rows.map(({ values, slack, equation }) => ({
      values,
      rhs: values.reduce((sum, value, j) => sum + value * point[j]!, equation ? 0 : slack),
      room: equation ? 0 : Infinity,
    })),
  }));

describe("the dual simplex", () => {
  it("ends with a point and duals of equal value, which proves both", () => {
    fc.assert(
      fc.property(programs, (program) => {
        const lp = written(program);
        expect(lp.solve(500)).toBe("optimal");
        expectOptimal(lp, program);
      }),
      { numRuns: 300 },
    );
  });

  it("goes on from where it is when rows come and bounds move, and back to a state that was saved", () => {
    fc.assert(
      fc.property(programs, fc.nat(5), (program, which) => {
        const last = program.rows.length - 1;
        const short = { ...program, rows: program.rows.slice(0, last) };
        const lp = written(short);
        expect(lp.solve(500)).toBe("optimal");
        addRow(lp, program.rows[last]!);
        expect(lp.solve(500)).toBe("optimal");
        expectOptimal(lp, program);

        const value = lp.objective;
        const saved = lp.save(null);
        const snapshot = lp.snapshot();
        const j = which % program.cost.length;
        const kept = lp.value(j);
        // The point that it found stays possible.
        lp.bound(j, kept, program.upper[j]!);
        expect(lp.solve(500)).toBe("optimal");
        const lower = program.cost.map((_, i) => (i === j ? kept : 0));
        expectOptimal(lp, program, lower);
        expect(lp.objective).toBeCloseTo(value, 6);

        lp.bound(j, 0, program.upper[j]!);
        lp.restore(saved);
        expect(lp.solve(500)).toBe("optimal");
        expect(lp.objective).toBeCloseTo(value, 6);
        expect(lp.start(snapshot.basis, snapshot.atUpper)).toBe(true);
        expect(lp.solve(500)).toBe("optimal");
        expectOptimal(lp, program);
      }),
      { numRuns: 300 },
    );
  });

  it("says that there is nothing where bounds leave nothing", () => {
    const lp = written({ cost: [1, 1], upper: [2, 2], rows: [{ rhs: 5, room: 0, values: [1, 1] }] });
    expect(lp.solve(100)).toBe("infeasible");
  });

  it("takes a row that the last columns just fill for filled", () => {
    const program = {
      cost: [1, 2, 3],
      upper: [10, 20, 30],
      rows: [{ rhs: -60, room: Infinity, values: [-1, -1, -1] }],
    };
    const lp = written(program);
    expect(lp.solve(100)).toBe("optimal");
    expect([0, 1, 2].map((j) => lp.value(j))).toEqual([10, 20, 30]);
  });

  it("stops once it has passed what was asked for", () => {
    const rows = Array.from({ length: 40 }, (_, r) => ({
      rhs: -1,
      room: Infinity,
      values: Array.from({ length: 40 }, (_, j) => (j === r ? -1 : 0)),
    }));
    const program = { cost: rows.map(() => 1), upper: rows.map(() => 5), rows };
    const lp = written(program);
    expect(lp.solve(1_000, 10)).toBe("enough");
    expect(lp.objective).toBeGreaterThanOrEqual(10);
    expect(lp.objective).toBeLessThan(40);
  });

  it("says so where pivots run out", () => {
    const rows = [0, 1].map((r) => ({
      rhs: -1,
      room: Infinity,
      values: [0, 1].map((j) => (j === r ? -1 : 0)),
    }));
    expect(written({ cost: [1, 1], upper: [5, 5], rows }).solve(1)).toBe("unsolved");
  });
});
