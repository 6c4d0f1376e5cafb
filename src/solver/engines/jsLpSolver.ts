import lp, { type Model, type SolveOptions, type SolveResult } from "javascript-lp-solver";
import type { Program } from "../program.js";
import { boundsCross, checkValues, objectiveOf, programFault } from "./checkValues.js";
import type { EngineLimits, EngineResult, MipEngine } from "./engine.js";

// Under nodenext the types describe the CommonJS build, whose export is one level deeper than the ES
// module's.
const solver = lp as unknown as (typeof lp)["default"];

/**
 * `[column]` Bounds, whole for integer columns, and the unit in which the engine counts above the lower
 * one.
 */
interface Box {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly unit: Float64Array;
}

/** One side of a row, `Σ a·x′ ≤ rhs`, or `≥` where `isUpper` is false, over `x′ = (x − lower) / unit`. */
interface Side {
  readonly terms: ReadonlyMap<number, number>;
  readonly isUpper: boolean;
  readonly rhs: number;
}

/** Margin by which a solve must have ended before its limit to count as having ended by itself. */
const CLOCK_MARGIN_MS = 2;

/** The largest objective coefficient after scaling: see {@link objectiveScale}. */
const LARGEST_COST = 2 ** 20;

/** How far the engine's own objective may be from ours, relative, before we say that it lost its way. */
const OBJECTIVE_TOLERANCE = 1e-6;

/**
 * What the engine takes for 0, in turn: a second attempt follows where the first ends in values that do not
 * hold. The first is its default and the steadier; the second tells amounts of 1e9 and 1e9 + 1 apart.
 */
const PRECISIONS = [1e-8, 1e-11];

const OPTIONS: SolveOptions = {
  // Presolve only zeroes costs of columns that it takes for fixed, and takes 1e10 for infinite.
  presolve: false,
  // The detector keeps a string for every pivot and sees only cycles of length 1; the engine has its own
  // cure.
  exitOnCycles: false,
  // Measured: far ahead of most-fractional where whole columns tie, and as good elsewhere.
  branching: "pseudocost",
  // Depth first until the first incumbent, so that a limit finds one in hand, then best first.
  nodeSelection: "hybrid",
};

/**
 * javascript-lp-solver 1.0.3: a dense tableau and branch and bound without a bound, good for a few hundred
 * columns and rows. It says nothing of a time limit that it hit, so `optimal` and `infeasible` are told from
 * `feasible` and `noSolutionFound` by our own clock. It draws nothing at random: the seed is not used.
 */
export const jsLpSolver: MipEngine = {
  name: "javascript-lp-solver",
  solve(program, limits) {
    return Promise.resolve().then(() => solveProgram(program, limits));
  },
};

function solveProgram(program: Program, limits: EngineLimits): EngineResult {
  const clock = startClock();
  const fault = programFault(program);
  if (fault !== undefined) return { status: "failed", detail: fault };
  if (boundsCross(program)) return { status: "infeasible" };
  const box = boxOf(program);
  const sides = neededSides(program, box);
  if (sides === "infeasible") return { status: "infeasible" };
  const scale = objectiveScale(program, box);
  const model = modelOf(program, box, sides, scale);
  let result: EngineResult = { status: "noSolutionFound", stoppedBy: "time" };
  for (const precision of PRECISIONS) {
    // 0 would mean no limit.
    const timeout = Math.max(1, limits.timeLimitMs - clock());
    try {
      const answer = solver.Solve({ ...model, options: { ...OPTIONS, timeout } }, precision) as SolveResult;
      const endedByItself = clock() + CLOCK_MARGIN_MS < limits.timeLimitMs;
      result = resultOf(program, box, answer, scale, endedByItself);
      if (result.status !== "failed" || !endedByItself) return result;
    } catch (error) {
      return { status: "failed", detail: `javascript-lp-solver threw ${String(error)}` };
    }
  }
  return result;
}

/** Reads a clock in milliseconds: the later of wall clock, which the engine looks at, and monotonic clock. */
function startClock(): () => number {
  const wall = Date.now();
  const monotonic = performance.now();
  return () => Math.max(Date.now() - wall, performance.now() - monotonic);
}

function boxOf(program: Program): Box {
  const whole = (bound: number, column: number, round: (x: number) => number) =>
    program.integer[column] === 1 ? round(bound) : bound;
  return {
    lower: program.lower.map((bound, column) => whole(bound, column, Math.ceil)),
    upper: program.upper.map((bound, column) => whole(bound, column, Math.floor)),
    unit: program.upper.map((_, column) => unitOf(program, column)),
  };
}

function neededSides(program: Program, box: Box): readonly Side[] | "infeasible" {
  if (box.lower.some((lower, column) => lower > box.upper[column]!)) return "infeasible";
  const sides: Side[] = [];
  for (let row = 0; row < program.rows; row++) {
    const { terms, offset } = shiftedRow(program, box, row);
    const [least, most] = activityRange(terms, box);
    const lower = program.rowLower[row]! - offset;
    const upper = program.rowUpper[row]! - offset;
    if (terms.size === 0 && (lower > 0 || upper < 0)) return "infeasible";
    // Every row costs a row of a dense tableau, twice for an equality: leave out what bounds imply.
    if (upper < most) sides.push({ terms, isUpper: true, rhs: upper });
    if (lower > least) sides.push({ terms, isUpper: false, rhs: lower });
  }
  return sides;
}

/** The row over shifted columns in their units, without fixed ones; `offset` is what the shift is worth. */
function shiftedRow(program: Program, box: Box, row: number) {
  const terms = new Map<number, number>();
  let offset = 0;
  for (let entry = program.rowStart[row]!; entry < program.rowStart[row + 1]!; entry++) {
    const column = program.entryColumn[entry]!;
    const value = program.entryValue[entry]!;
    offset += value * box.lower[column]!;
    if (value !== 0 && !isFixed(box, column))
      terms.set(column, (terms.get(column) ?? 0) + value * box.unit[column]!);
  }
  return { terms, offset };
}

/**
 * The power of two in which the engine counts a column, near its span for a bounded continuous one: a count
 * of thousands beside a binary makes pivots small enough to wreck the tableau. Integer columns must stay as
 * they are.
 */
function unitOf(program: Program, column: number): number {
  const span = program.upper[column]! - program.lower[column]!;
  const scales = program.integer[column] !== 1 && span > 0 && span < Infinity;
  return scales ? 2 ** Math.round(Math.log2(span)) : 1;
}

/** The room between a column's bounds, in its unit. */
function spanOf(box: Box, column: number): number {
  return (box.upper[column]! - box.lower[column]!) / box.unit[column]!;
}

function isFixed(box: Box, column: number): boolean {
  return box.lower[column] === box.upper[column];
}

function activityRange(terms: ReadonlyMap<number, number>, box: Box): readonly [least: number, most: number] {
  let least = 0;
  let most = 0;
  for (const [column, value] of terms) {
    const span = spanOf(box, column);
    if (value > 0) most += value * span;
    if (value < 0) least += value * span;
  }
  return [least, most];
}

/**
 * The power of two that brings the largest cost to 2^19..2^20. The engine takes reduced costs below 1e-8
 * for 0 whatever their size: unscaled, costs of 1e9 drown it in rounding errors and it pivots for ever.
 */
function objectiveScale(program: Program, box: Box): number {
  const largest = program.cost.reduce(
    (most, cost, column) => Math.max(most, Math.abs(cost) * box.unit[column]!),
    0,
  );
  return largest === 0 ? 1 : 2 ** Math.floor(Math.log2(LARGEST_COST / largest));
}

/**
 * The power of two that brings a side's coefficients around 1, as its right-hand side is taken to 1e-8 too.
 */
function sideScale(side: Side): number {
  let least = Infinity;
  let most = 0;
  for (const value of side.terms.values()) {
    least = Math.min(least, Math.abs(value));
    most = Math.max(most, Math.abs(value));
  }
  return most === 0 ? 1 : 2 ** -Math.round(Math.log2(Math.sqrt(least) * Math.sqrt(most)));
}

function modelOf(program: Program, box: Box, sides: readonly Side[], scale: number): Model {
  const variables: Record<string, Record<string, number>> = {};
  const constraints: Record<string, { min: number } | { max: number }> = {};
  const ints: Record<string, 1> = {};
  for (let column = 0; column < program.columns; column++) {
    if (isFixed(box, column)) continue;
    variables[columnId(column)] = { cost: program.cost[column]! * box.unit[column]! * scale };
    if (program.integer[column] === 1) ints[columnId(column)] = 1;
  }
  sides.forEach((side, index) => {
    const factor = sideScale(side);
    const rhs = side.rhs * factor;
    constraints[`r${index}`] = side.isUpper ? { max: rhs } : { min: rhs };
    for (const [column, value] of side.terms) variables[columnId(column)]![`r${index}`] = value * factor;
  });
  const implied = impliedUpper(program, sides);
  for (let column = 0; column < program.columns; column++) {
    const span = spanOf(box, column);
    if (span === 0 || span === Infinity || implied[column]! <= span) continue;
    constraints[`b${column}`] = { max: span };
    variables[columnId(column)]![`b${column}`] = 1;
  }
  return { optimize: "cost", opType: "min", constraints, variables, ints };
}

/**
 * `[column]` The upper bound of the shifted column that rows of no negative coefficient give by themselves.
 */
function impliedUpper(program: Program, sides: readonly Side[]): Float64Array {
  const implied = new Float64Array(program.columns).fill(Infinity);
  for (const side of sides) {
    if (!side.isUpper || [...side.terms.values()].some((value) => value < 0)) continue;
    for (const [column, value] of side.terms) {
      implied[column] = Math.min(implied[column]!, side.rhs / value);
    }
  }
  return implied;
}

/** Ids of our own: a column called `result` or `feasible` would overwrite the engine's answer. */
function columnId(column: number): string {
  return `x${column}`;
}

function resultOf(
  program: Program,
  box: Box,
  answer: SolveResult,
  scale: number,
  endedByItself: boolean,
): EngineResult {
  if (answer.bounded === false) return { status: "failed", detail: "javascript-lp-solver: unbounded" };
  if (!answer.feasible) {
    return endedByItself ? { status: "infeasible" } : { status: "noSolutionFound", stoppedBy: "time" };
  }
  const hasIntegers = program.integer.some((mark, column) => mark === 1 && !isFixed(box, column));
  if (hasIntegers && answer.isIntegral !== true) {
    // What it hands over at the limit is then the relaxation of whatever node it was at.
    if (!endedByItself) return { status: "noSolutionFound", stoppedBy: "time" };
    return { status: "failed", detail: "javascript-lp-solver ended with fractional values" };
  }
  const checked = checkValues(program, valuesOf(box));
  if ("fault" in checked) return { status: "failed", detail: `javascript-lp-solver: ${checked.fault}` };
  const { values, objective } = checked;
  const drift = Math.abs(answer.result / scale + objectiveOf(program, box.lower) - objective);
  if (!(drift <= OBJECTIVE_TOLERANCE * costMagnitude(program, values))) {
    return { status: "failed", detail: `javascript-lp-solver is ${drift} off the objective ${objective}` };
  }
  if (!endedByItself) return { status: "feasible", values, objective, stoppedBy: "time" };
  return { status: "optimal", values, objective, bound: objective };
}

/**
 * What rounding in the objective is measured against: the sum of its terms without their signs, at least 1.
 */
function costMagnitude(program: Program, values: Float64Array): number {
  return values.reduce((sum, value, column) => sum + Math.abs(program.cost[column]! * value), 1);
}

/** Values straight from the tableau: those of the answer are rounded to 1e-8 of a unit. */
function valuesOf(box: Box): Float64Array {
  const values = box.lower.slice();
  const { variables, tableau } = solver.lastSolvedModel!;
  for (const variable of variables) {
    const row = tableau.rowByVarIndex[variable.index]!;
    if (row === -1) continue;
    const column = Number(variable.id.slice(1));
    values[column]! += tableau.matrix[row * tableau.width + tableau.rhsColumn]! * box.unit[column]!;
  }
  return values;
}
