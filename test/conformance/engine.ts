import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EngineResult, MipEngine } from "../../src/solver/engines/engine.js";
import { type Program, ProgramBuilder } from "../../src/solver/program.js";

/** Tests that an engine is known not to pass, by their titles, and why. */
export interface Skip {
  readonly reason: string;
  readonly tests: readonly string[];
}

type Entry = readonly [column: number, value: number];
type Row = readonly [lower: number, upper: number, entries: readonly Entry[]];
/** `[cost, lower, upper, integer]` */
type Column = readonly [cost: number, lower: number, upper: number, integer: boolean];

interface Known {
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** By hand; `undefined` where nothing meets the rows. */
  readonly objective: number | undefined;
  /** Given where the optimum is reached in one way only. */
  readonly values?: readonly number[];
}

const LIMITS = { timeLimitMs: 20_000, seed: 1 };
const FREE = Infinity;

const KNOWN: readonly Known[] = [
  {
    // Values 10, 13, 7 and weights 3, 4, 2 in 6: 13 + 7 weigh 6; 10 + 13 weigh 7, 10 + 7 make 17.
    title: "knapsack",
    columns: [
      [-10, 0, 1, true],
      [-13, 0, 1, true],
      [-7, 0, 1, true],
    ],
    rows: [
      [
        -FREE,
        6,
        [
          [0, 3],
          [1, 4],
          [2, 2],
        ],
      ],
    ],
    objective: -20,
    values: [0, 1, 1],
  },
  {
    // 10 orders at 3 each on a free channel, or at 1 each in packages of 6 for 7 each: one full package saves
    // 6·2 − 7 = 5; a second would hold 4 and save 8 − 7 = 1.
    title: "fixed charge",
    columns: [
      [3, 0, FREE, true],
      [1, 0, FREE, true],
      [7, 0, FREE, true],
    ],
    rows: [
      [
        10,
        10,
        [
          [0, 1],
          [1, 1],
        ],
      ],
      [
        -FREE,
        0,
        [
          [1, 1],
          [2, -6],
        ],
      ],
    ],
    objective: 24,
    values: [0, 10, 2],
  },
  {
    // As above with packages at 9: the second would lose 1.
    title: "fixed charge, partly used",
    columns: [
      [3, 0, FREE, false],
      [1, 0, FREE, false],
      [9, 0, 5, true],
    ],
    rows: [
      [
        10,
        10,
        [
          [0, 1],
          [1, 1],
        ],
      ],
      [
        -FREE,
        0,
        [
          [1, 1],
          [2, -6],
        ],
      ],
    ],
    objective: 27,
    values: [4, 6, 1],
  },
  {
    // 3x + 5y = 19 has (3, 2) alone.
    title: "equality row with one whole solution",
    columns: [
      [1, 0, 10, true],
      [1, 0, 10, true],
    ],
    rows: [
      [
        19,
        19,
        [
          [0, 3],
          [1, 5],
        ],
      ],
    ],
    objective: 5,
    values: [3, 2],
  },
  {
    // 6x + 10y is even, never 19.
    title: "equality row without a whole solution",
    columns: [
      [1, 0, 10, true],
      [1, 0, 10, true],
    ],
    rows: [
      [
        19,
        19,
        [
          [0, 6],
          [1, 10],
        ],
      ],
    ],
    objective: undefined,
  },
  {
    // 7 ≤ 4x ≤ 11 leaves 2; the row from above is idle.
    title: "range row, pressed from below",
    columns: [[1, 0, 10, true]],
    rows: [[7, 11, [[0, 4]]]],
    objective: 2,
    values: [2],
  },
  {
    title: "range row, pressed from above",
    columns: [
      [-1, 0, 10, true],
      [-1, 0, 10, false],
    ],
    rows: [
      [7, 11, [[0, 4]]],
      [0.5, 2.5, [[1, 1]]],
    ],
    objective: -4.5,
    values: [2, 2.5],
  },
  {
    title: "range row between two whole numbers",
    columns: [[1, 0, 10, true]],
    rows: [
      [5, 7, [[0, 4]]],
      [2.5, FREE, [[0, 1]]],
    ],
    objective: undefined,
  },
  {
    title: "column bounds without rows",
    columns: [
      [2, 3, 8, true],
      [-2, 3, 8, true],
      [5, 1.5, 4, false],
      [0, 2, 2, true],
      [-1, 0.5, 2.5, true],
    ],
    rows: [],
    objective: 6 - 16 + 7.5 - 2,
  },
  {
    // x ≥ 2 takes 2 of the 5; y gets 3 though it may have 9.
    title: "column bounds with rows",
    columns: [
      [4, 2, 7, true],
      [-3, 0, 9, true],
    ],
    rows: [
      [
        -FREE,
        5,
        [
          [0, 1],
          [1, 1],
        ],
      ],
    ],
    objective: -1,
    values: [2, 3],
  },
  {
    title: "bounds of a column at odds with a row",
    columns: [[1, 3, 9, true]],
    rows: [[-FREE, 2, [[0, 1]]]],
    objective: undefined,
  },
  {
    title: "bounds of a column that cross",
    columns: [[1, 3, 2, false]],
    rows: [],
    objective: undefined,
  },
  {
    title: "integer column without a whole number in its bounds",
    columns: [[1, 0.25, 0.75, true]],
    rows: [],
    objective: undefined,
  },
  {
    title: "bounds of a row that cross",
    columns: [[1, 0, 9, true]],
    rows: [[5, 4, [[0, 1]]]],
    objective: undefined,
  },
  { title: "empty program", columns: [], rows: [], objective: 0, values: [] },
  { title: "rows without columns, met", columns: [], rows: [[-1, 0, []]], objective: 0, values: [] },
  { title: "rows without columns, not met", columns: [], rows: [[1, 2, []]], objective: undefined },
  {
    title: "row without entries, not met",
    columns: [[1, 0, 1, true]],
    rows: [[1, FREE, []]],
    objective: undefined,
  },
  {
    title: "row without bounds",
    columns: [[1, 1, 3, true]],
    rows: [[-FREE, FREE, [[0, 1]]]],
    objective: 1,
    values: [1],
  },
  {
    // x + x ≤ 3 lets x = 1.
    title: "column twice in a row",
    columns: [[-1, 0, 9, true]],
    rows: [
      [
        -FREE,
        3,
        [
          [0, 1],
          [0, 1],
        ],
      ],
    ],
    objective: -1,
    values: [1],
  },
  {
    // The relaxation picks 1/2 of each pair, 3/2 together; whole, one of three.
    title: "odd cycle, relaxation fractional",
    columns: [
      [-1, 0, 1, true],
      [-1, 0, 1, true],
      [-1, 0, 1, true],
    ],
    rows: [
      [
        -FREE,
        1,
        [
          [0, 1],
          [1, 1],
        ],
      ],
      [
        -FREE,
        1,
        [
          [1, 1],
          [2, 1],
        ],
      ],
      [
        -FREE,
        1,
        [
          [0, 1],
          [2, 1],
        ],
      ],
    ],
    objective: -1,
  },
  {
    // 2x + 2y ≤ 7 has the relaxation 3.5; whole, 3 of the dearer.
    title: "continuous relaxation above the whole optimum",
    columns: [
      [-5, 0, FREE, true],
      [-4, 0, FREE, true],
    ],
    rows: [
      [
        -FREE,
        7,
        [
          [0, 2],
          [1, 2],
        ],
      ],
    ],
    objective: -15,
    values: [3, 0],
  },
  {
    // A linear program: x = 1.5, y = 1 is where both rows meet.
    title: "no integer column",
    columns: [
      [-2, 0, FREE, false],
      [-3, 0, FREE, false],
    ],
    rows: [
      [
        -FREE,
        4,
        [
          [0, 2],
          [1, 1],
        ],
      ],
      [
        -FREE,
        3.5,
        [
          [0, 1],
          [1, 2],
        ],
      ],
    ],
    objective: -6,
    values: [1.5, 1],
  },
  {
    // A gap of 1e-4 would take any of the three for the least.
    title: "costs of 1e9 that differ by 1",
    columns: [
      [1_000_000_001, 0, 1, true],
      [1_000_000_000, 0, 1, true],
      [1_000_000_002, 0, 1, true],
    ],
    rows: [
      [
        1,
        FREE,
        [
          [0, 1],
          [1, 1],
          [2, 1],
        ],
      ],
      [
        -FREE,
        1.5,
        [
          [0, 1],
          [1, 1],
        ],
      ],
    ],
    objective: 1_000_000_000,
    values: [0, 1, 0],
  },
  {
    // One unit of the dear column is forced; behind it 7 parts of 0.001 are worth saving.
    title: "costs of 1e9 and of 1e-3 together",
    columns: [
      [1e9, 0, 5, true],
      [0.001, 0, 10, true],
      [0.003, 0, 10, true],
    ],
    rows: [
      [1, FREE, [[0, 1]]],
      [
        7,
        FREE,
        [
          [1, 1],
          [2, 2],
        ],
      ],
    ],
    objective: 1e9 + 0.007,
    values: [1, 7, 0],
  },
  {
    // Amounts in minor units: 600 000 007 + 399 999 993 fill 1e9 to the last unit; one more does not fit.
    title: "rows of amounts around 1e9, exactly full",
    columns: [
      [-3, 0, 1, true],
      [-3, 0, 1, true],
      [-4, 0, 1, true],
    ],
    rows: [
      [
        -FREE,
        1_000_000_000,
        [
          [0, 600_000_007],
          [1, 399_999_993],
          [2, 600_000_008],
        ],
      ],
    ],
    objective: -6,
    values: [1, 1, 0],
  },
  {
    // 0.5 whole packages are 1; the continuous rest is 2.5 − 2.
    title: "continuous and integer columns mixed",
    columns: [
      [3, 0, FREE, true],
      [4, 0, FREE, false],
    ],
    rows: [
      [
        2.5,
        FREE,
        [
          [0, 1],
          [1, 1],
        ],
      ],
    ],
    objective: 8,
    values: [2, 0.5],
  },
];

/** Cases whose answer is a failure: no engine has anything true to say about them. */
const FAULTY: readonly (readonly [title: string, columns: readonly Column[], rows: readonly Row[]])[] = [
  ["unbounded integer column", [[-1, 0, FREE, true]], []],
  ["unbounded continuous column", [[-1, 0, FREE, false]], [[0, FREE, [[0, 1]]]]],
  ["NaN in the costs", [[NaN, 0, 1, true]], []],
  ["NaN in a row", [[1, 0, 1, true]], [[0, 1, [[0, NaN]]]]],
  ["NaN in a bound", [[1, 0, NaN, true]], [[0, 1, [[0, 1]]]]],
];

/** The suite that every adapter of a {@link MipEngine} passes. `skip` names what it is known not to. */
export function describeEngine(
  makeEngine: () => MipEngine,
  { skip = [] }: { readonly skip?: readonly Skip[] } = {},
): void {
  const skipped = new Map(
    skip.flatMap(({ reason, tests }) => tests.map((title) => [title, reason] as const)),
  );
  const test = (title: string, run: () => Promise<void>) => {
    const reason = skipped.get(title);
    if (reason === undefined) it(title, run);
    else it.skip(`${title} (${reason})`, run);
  };
  const solve = (program: Program, limits = LIMITS) => makeEngine().solve(program, limits);

  describe(`engine ${makeEngine().name}`, () => {
    for (const known of KNOWN) {
      test(known.title, async () => {
        const result = await solve(programOf(known.columns, known.rows));
        expectAnswer(result, known.objective);
        if (known.values !== undefined && "values" in result) {
          expectClose(result.values, known.values);
        }
      });
    }

    for (const [title, columns, rows] of FAULTY) {
      test(title, async () => {
        const result = await solve(programOf(columns, rows));
        expect(result.status).toBe("failed");
        expect("detail" in result && result.detail.length).toBeGreaterThan(0);
      });
    }

    test("agrees with enumeration on small programs", async () => {
      await fc.assert(
        fc.asyncProperty(smallProgram, async (program) => {
          const best = enumerate(program);
          const result = await solve(program);
          expectAnswer(result, best);
          if ("values" in result) expectFeasible(program, result.values);
        }),
        { numRuns: 300 },
      );
    });

    test("agrees with enumeration where costs span 1e-3 to 1e9", async () => {
      await fc.assert(
        fc.asyncProperty(smallProgram, fc.array(costScale, { minLength: 6 }), async (drawn, scales) => {
          const program = { ...drawn, cost: drawn.cost.map((cost, column) => cost * scales[column]!) };
          const best = enumerate(program);
          const result = await solve(program);
          // A cost of 1e9 leaves a relative 1e-12 of it, which is the smallest cost: hence no closer.
          expectAnswer(result, best, Math.max(2e-3, Math.abs(best ?? 0) * 1e-12));
        }),
        { numRuns: 100 },
      );
    });

    test("closes the gap beside a fixed cost of 1e9", async () => {
      const program = nearProportional(6, 4, 5);
      const alone = await solve(program);
      if (alone.status !== "optimal") throw new Error(`without the fixed cost: ${alone.status}`);
      // A gap of 1e-4 of the total would be 1e5, a good part of what there is to save.
      const result = await solve(withFixedCost(program, 1e9));
      expectOptimal(result, 1e9 + alone.objective, 0.01);
    });

    test("solves the same seed alike", async () => {
      const program = nearProportional(6, 4, 5);
      const [first, second] = [await solve(program), await solve(program)];
      expect(first.status).toBe("optimal");
      expect(second).toEqual(first);
    });

    test("leaves the program as it was", async () => {
      const program = nearProportional(4, 3, 2);
      const before = structuredClone(program);
      await solve(program);
      expect(program).toEqual(before);
    });

    describe("within a time limit", () => {
      const hard = nearProportional(25, 20, 7);
      let reference: EngineResult;
      beforeAll(async () => {
        reference = await solve(nearProportional(8, 6, 7));
      });
      afterAll(() => {
        // What follows a limit must not suffer from it.
        expect(reference.status).toBe("optimal");
      });

      for (const timeLimitMs of [0.5, 1, 30, 300]) {
        test(`claims nothing untrue after ${timeLimitMs} ms`, async () => {
          const result = await solve(hard, { timeLimitMs, seed: 1 });
          expect(["feasible", "noSolutionFound"]).toContain(result.status);
          if ("values" in result) expectFeasible(hard, result.values);
          if (result.status === "feasible" && result.bound !== undefined) {
            expect(result.bound).toBeLessThanOrEqual(result.objective + 1e-6);
          }
        });
      }

      test("says optimal only of the optimum, whatever the limit", async () => {
        const program = nearProportional(8, 6, 7);
        if (!("objective" in reference)) throw new Error(`reference ${reference.status}`);
        for (let timeLimitMs = 1; timeLimitMs <= 512; timeLimitMs *= 2) {
          const result = await solve(program, { timeLimitMs, seed: 1 });
          expect(["optimal", "feasible", "noSolutionFound"]).toContain(result.status);
          if (result.status === "optimal") expectOptimal(result, reference.objective);
          if ("values" in result) {
            expectFeasible(program, result.values);
            expect(result.objective).toBeGreaterThanOrEqual(reference.objective - 1e-6);
          }
        }
      });

      test("says infeasible only of the infeasible, whatever the limit", async () => {
        for (const timeLimitMs of [1, 4, 16, 64]) {
          const result = await solve(hard, { timeLimitMs, seed: 1 });
          expect(result.status).not.toBe("infeasible");
        }
      });
    });
  });
}

function programOf(columns: readonly Column[], rows: readonly Row[]): Program {
  const builder = new ProgramBuilder();
  for (const column of columns) builder.column(...column);
  for (const row of rows) builder.row(...row);
  return builder.build();
}

/** Expects the optimum, or infeasibility where `objective` is undefined. */
function expectAnswer(result: EngineResult, objective: number | undefined, tolerance?: number): void {
  if (objective === undefined) expect(result).toEqual({ status: "infeasible" });
  else expectOptimal(result, objective, tolerance);
}

function expectOptimal(result: EngineResult, objective: number, tolerance = tolerated(objective)): void {
  expect(result).toMatchObject({ status: "optimal" });
  if (result.status !== "optimal") return;
  expect(Math.abs(result.objective - objective)).toBeLessThanOrEqual(tolerance);
  expect(result.bound).toBeLessThanOrEqual(result.objective + tolerance);
  expect(result.bound).toBeGreaterThanOrEqual(
    result.objective - Math.max(tolerance, 1e-6 * Math.abs(objective)),
  );
}

function tolerated(objective: number): number {
  return Math.max(1e-6, Math.abs(objective) * 1e-12);
}

function expectClose(values: Float64Array, expected: readonly number[]): void {
  expect(values.length).toBe(expected.length);
  expected.forEach((value, column) => {
    expect(values[column]).toBeCloseTo(value, 6);
  });
}

/** Written apart from the adapters' own check, so that the two would have to be wrong together. */
function expectFeasible(program: Program, values: Float64Array): void {
  expect(values.length).toBe(program.columns);
  values.forEach((value, column) => {
    if (program.integer[column] === 1) expect(Number.isInteger(value)).toBe(true);
    expect(value).toBeGreaterThanOrEqual(program.lower[column]!);
    expect(value).toBeLessThanOrEqual(program.upper[column]!);
  });
  for (let row = 0; row < program.rows; row++) {
    const activity = activityOf(program, row, values);
    expect(activity).toBeGreaterThanOrEqual(program.rowLower[row]! - 1e-4);
    expect(activity).toBeLessThanOrEqual(program.rowUpper[row]! + 1e-4);
  }
}

function activityOf(program: Program, row: number, values: ArrayLike<number>): number {
  let activity = 0;
  for (let entry = program.rowStart[row]!; entry < program.rowStart[row + 1]!; entry++) {
    activity += program.entryValue[entry]! * values[program.entryColumn[entry]!]!;
  }
  return activity;
}

/** The least cost over every whole point within bounds, or undefined where none meets the rows. */
function enumerate(program: Program): number | undefined {
  const values = Array.from(program.lower);
  let best: number | undefined;
  const visit = (column: number, cost: number): void => {
    if (column === program.columns) {
      for (let row = 0; row < program.rows; row++) {
        const activity = activityOf(program, row, values);
        if (activity < program.rowLower[row]! || activity > program.rowUpper[row]!) return;
      }
      best = best === undefined ? cost : Math.min(best, cost);
      return;
    }
    for (let value = program.lower[column]!; value <= program.upper[column]!; value++) {
      values[column] = value;
      visit(column + 1, cost + program.cost[column]! * value);
    }
  };
  visit(0, 0);
  return best;
}

const costScale = fc.constantFrom(1e-3, 1, 1e3, 1e6, 1e9);

const smallProgram: fc.Arbitrary<Program> = fc.integer({ min: 1, max: 6 }).chain((width) => {
  const column = fc
    .tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 3 }))
    .map(([cost, lower, span]): Column => [cost, lower, lower + span, true]);
  const coefficients = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: width, maxLength: width });
  const row = fc
    .tuple(
      coefficients,
      fc.integer({ min: -8, max: 16 }),
      fc.integer({ min: 0, max: 6 }),
      fc.constantFrom("≤", "≥", "=", "range"),
    )
    .map(([values, at, span, kind]): Row => {
      const entries = values.flatMap((value, index): Entry[] => (value === 0 ? [] : [[index, value]]));
      if (kind === "≤") return [-FREE, at, entries];
      if (kind === "≥") return [at, FREE, entries];
      return [at, kind === "=" ? at : at + span, entries];
    });
  return fc
    .tuple(fc.array(column, { minLength: width, maxLength: width }), fc.array(row, { maxLength: 4 }))
    .map(([columns, rows]) => programOf(columns, rows));
});

/**
 * Orders of `banks` over `channels` whose packages cost nearly what they save per order, so that many choices
 * of packages are almost equally good: the hard kind of fixed charge. Columns x are continuous, y whole.
 */
function nearProportional(banks: number, channels: number, seed: number): Program {
  const draw = drawing(seed);
  const builder = new ProgramBuilder();
  const offers = Array.from({ length: channels }, () => {
    const capacity = draw(350, 2000);
    const charge = draw(20, 60);
    const package_ = builder.column(capacity * (100 - charge) + draw(-400, 400), 0, FREE, true);
    return { capacity, charge, package_, entries: [[package_, -capacity]] as Entry[] };
  });
  for (let bank = 0; bank < banks; bank++) {
    const orders = draw(500, 5500);
    const entries = offers
      .filter((_, index) => draw(0, 9) < 6 || index === bank % channels)
      .map((offer): Entry => {
        const column = builder.column(offer.charge - 101 - draw(0, 3), 0, orders, false);
        offer.entries.push([column, 1]);
        return [column, 1];
      });
    // Six in ten must go, so that doing nothing is not a plan.
    builder.row(Math.ceil(0.6 * orders), orders, entries);
  }
  for (const { entries } of offers) builder.row(-FREE, 0, entries);
  return builder.build();
}

/** The program with one more column, which must be 1. */
function withFixedCost(program: Program, cost: number): Program {
  const append = (array: Float64Array, value: number) => Float64Array.from([...array, value]);
  return {
    ...program,
    columns: program.columns + 1,
    rows: program.rows + 1,
    cost: append(program.cost, cost),
    lower: append(program.lower, 0),
    upper: append(program.upper, 1),
    integer: Uint8Array.from([...program.integer, 1]),
    rowLower: append(program.rowLower, 1),
    rowUpper: append(program.rowUpper, FREE),
    rowStart: Int32Array.from([...program.rowStart, program.entryColumn.length + 1]),
    entryColumn: Int32Array.from([...program.entryColumn, program.columns]),
    entryValue: append(program.entryValue, 1),
  };
}

/**
 * Whole numbers from `least` to `most`, the same for the same seed (linear congruential, Numerical
 * Recipes).
 */
function drawing(seed: number): (least: number, most: number) => number {
  let state = seed >>> 0;
  return (least, most) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return least + Math.floor((state / 2 ** 32) * (most - least + 1));
  };
}
