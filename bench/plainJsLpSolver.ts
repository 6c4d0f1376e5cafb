import lp, { type Model, type SolveResult } from "javascript-lp-solver";
import type { Program } from "../src/solver/program.js";

// Under nodenext the types describe the CommonJS build, whose export is one level deeper than the ES module's.
const solver = lp as unknown as (typeof lp)["default"];

/**
 * The engine as its documentation shows it: the model as it is, default options, a timeout. No scaling, no rows left
 * out, no check of what comes back.
 *
 * @returns `[column]` values, or what went wrong
 */
export function solvePlainly(program: Program, timeout: number): Float64Array | string {
  const variables: Record<string, Record<string, number>> = {};
  const constraints: Model["constraints"] = {};
  const ints: Record<string, 1> = {};
  for (let column = 0; column < program.columns; column++) {
    variables[`x${column}`] = { cost: program.cost[column]! };
    if (program.integer[column] === 1) ints[`x${column}`] = 1;
  }
  for (let row = 0; row < program.rows; row++) {
    const [lower, upper] = [program.rowLower[row]!, program.rowUpper[row]!];
    if (lower === upper) constraints[`r${row}`] = { equal: lower };
    else constraints[`r${row}`] = lower > -Infinity ? { min: lower } : { max: upper };
    for (let entry = program.rowStart[row]!; entry < program.rowStart[row + 1]!; entry++)
      variables[`x${program.entryColumn[entry]!}`]![`r${row}`] = program.entryValue[entry]!;
  }
  const model: Model = {
    optimize: "cost",
    opType: "min",
    constraints,
    variables,
    ints,
    options: { timeout },
  };
  const answer = solver.Solve(model) as SolveResult & Readonly<Record<string, number>>;
  if (!answer.feasible) return "it calls the program infeasible";
  const values = Float64Array.from({ length: program.columns }, (_, column) => answer[`x${column}`] ?? 0);
  const fraction = values.findIndex(
    (value, column) => program.integer[column] === 1 && Math.abs(value - Math.round(value)) > 1e-6,
  );
  return fraction < 0 ? values : "it hands over fractional values";
}
