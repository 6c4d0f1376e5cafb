import type { Program } from "../program.js";

/** How far from a whole number an integer column may come back and still be taken for that number. */
export const INTEGRALITY_TOLERANCE = 1e-6;

/** How far a row or a column bound may be overstepped, before the error of the row's own terms is added. */
const FEASIBILITY_TOLERANCE = 1e-6;

/** Error granted to a continuous value, absolute: engines round and pivot at about 1e-9. */
const CONTINUOUS_ERROR = 1e-8;

/** Error granted to each term of a sum relative to its size: a few units in the last place of a double. */
const ROUNDING_ERROR = 2 ** -48;

/** Values that hold, with their objective, or the first reason why they do not. */
export type CheckedValues =
  | { readonly values: Float64Array; readonly objective: number }
  | { readonly fault: string };

/**
 * Checks an engine's values against every column bound, integrality mark and row, trusting nothing but the
 * program. Integer columns come back exactly whole and continuous columns inside their bounds; rows are
 * checked after that, so a whole-number row is held to the last unit. The objective is summed anew.
 */
export function checkValues(program: Program, raw: ArrayLike<number>): CheckedValues {
  if (raw.length !== program.columns) {
    return { fault: `${raw.length} values for ${program.columns} columns` };
  }
  const values = new Float64Array(program.columns);
  for (let column = 0; column < program.columns; column++) {
    const value = settledValue(program, column, raw[column]!);
    if (Number.isNaN(value)) return { fault: columnFault(program, column, raw[column]!) };
    values[column] = value;
  }
  for (let row = 0; row < program.rows; row++) {
    const fault = rowFault(program, row, values);
    if (fault !== undefined) return { fault };
  }
  return { values, objective: objectiveOf(program, values) };
}

/** The objective of `values`, in the program's own cost units. */
export function objectiveOf(program: Program, values: Float64Array): number {
  let objective = 0;
  for (let column = 0; column < program.columns; column++) {
    objective += program.cost[column]! * values[column]!;
  }
  return objective;
}

/**
 * Says what is wrong with the numbers of a program that no engine should be given, or undefined. Every engine
 * reacts to NaN in its own way, few of them by saying so.
 */
export function programFault(program: Program): string | undefined {
  for (let column = 0; column < program.columns; column++) {
    if (!Number.isFinite(program.cost[column])) return `cost of column ${column} is ${program.cost[column]}`;
    const lower = program.lower[column]!;
    if (!(lower >= 0 && lower < Infinity)) return `lower bound of column ${column} is ${lower}`;
    if (Number.isNaN(program.upper[column])) return `upper bound of column ${column} is NaN`;
  }
  for (let row = 0; row < program.rows; row++) {
    if (Number.isNaN(program.rowLower[row]) || Number.isNaN(program.rowUpper[row])) {
      return `a bound of row ${row} is NaN`;
    }
  }
  for (let entry = 0; entry < program.entryValue.length; entry++) {
    const column = program.entryColumn[entry]!;
    if (column < 0 || column >= program.columns) return `entry ${entry} is in column ${column}`;
    if (!Number.isFinite(program.entryValue[entry])) return `entry ${entry} is ${program.entryValue[entry]}`;
  }
  return undefined;
}

/** True where some row or column has bounds that no number meets: engines disagree on what to say then. */
export function boundsCross(program: Program): boolean {
  return (
    program.lower.some((lower, column) => lower > program.upper[column]!) ||
    program.rowLower.some(
      (lower, row) =>
        lower > program.rowUpper[row]! || lower === Infinity || program.rowUpper[row] === -Infinity,
    )
  );
}

/** The value made whole or moved inside its bounds where it is within tolerance of that, else NaN. */
function settledValue(program: Program, column: number, raw: number): number {
  const lower = program.lower[column]!;
  const upper = program.upper[column]!;
  if (program.integer[column] === 1) {
    const whole = Math.round(raw);
    const settled = Math.abs(raw - whole) <= INTEGRALITY_TOLERANCE && whole >= lower && whole <= upper;
    // Adding 0 turns -0 into 0.
    return settled ? whole + 0 : NaN;
  }
  const inside = Math.min(Math.max(raw, lower), upper);
  const tolerance = FEASIBILITY_TOLERANCE + ROUNDING_ERROR * Math.abs(inside);
  return Number.isFinite(raw) && Math.abs(raw - inside) <= tolerance ? inside + 0 : NaN;
}

function columnFault(program: Program, column: number, raw: number): string {
  const kind = program.integer[column] === 1 ? "integer column" : "column";
  return `${kind} ${column} is ${raw}, bounds ${program.lower[column]} to ${program.upper[column]}`;
}

function rowFault(program: Program, row: number, values: Float64Array): string | undefined {
  let activity = 0;
  let tolerance = FEASIBILITY_TOLERANCE;
  for (let entry = program.rowStart[row]!; entry < program.rowStart[row + 1]!; entry++) {
    const column = program.entryColumn[entry]!;
    const coefficient = program.entryValue[entry]!;
    const term = coefficient * values[column]!;
    activity += term;
    tolerance += ROUNDING_ERROR * Math.abs(term);
    if (program.integer[column] !== 1) tolerance += CONTINUOUS_ERROR * Math.abs(coefficient);
  }
  const lower = program.rowLower[row]!;
  const upper = program.rowUpper[row]!;
  if (activity >= lower - tolerance && activity <= upper + tolerance) return undefined;
  return `row ${row} is ${activity}, bounds ${lower} to ${upper}`;
}
