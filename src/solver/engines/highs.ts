import type highsLoader from "highs";
import type { Highs, Model, ModelData } from "highs";
import type { Program } from "../program.js";
import { boundsCross, checkValues, programFault } from "./checkValues.js";
import type { EngineLimits, EngineResult, MipEngine } from "./engine.js";

/** Value of HiGHS' `primal_solution_status` where it holds a feasible solution, for a MIP its incumbent. */
const FEASIBLE_SOLUTION = 2;

/** How far HiGHS' bound may lie above the objective, relative, before the two contradict each other. */
const BOUND_TOLERANCE = 1e-6;

let loading: Promise<Highs> | undefined;

/**
 * HiGHS 1.15 as WebAssembly. The module is loaded at the first solve and dropped after anything it throws: an
 * abort leaves its memory in no state to be used. `solve` blocks its thread until HiGHS ends.
 */
export const highs: MipEngine = {
  name: "highs",
  async solve(program, limits) {
    const fault = programFault(program);
    if (fault !== undefined) return { status: "failed", detail: fault };
    if (boundsCross(program)) return { status: "infeasible" };
    // HiGHS calls a program without columns empty, whatever its rows ask for.
    if (program.columns === 0) return resultWithoutColumns(program);
    try {
      const runtime = await load();
      return runtime.withModel(modelDataOf(program, runtime), (model) =>
        solveModel(program, limits, runtime, model),
      );
    } catch (error) {
      loading = undefined;
      return { status: "failed", detail: `highs threw ${String(error)}` };
    }
  },
};

function load(): Promise<Highs> {
  loading ??= import("highs").then((module) => {
    // Under nodenext the types describe the CommonJS build, one level deeper than the ES module.
    const loader = module.default as unknown as typeof highsLoader.default;
    return loader();
  });
  return loading;
}

function resultWithoutColumns(program: Program): EngineResult {
  const checked = checkValues(program, []);
  if ("fault" in checked) return { status: "infeasible" };
  return { status: "optimal", values: checked.values, objective: 0, bound: 0 };
}

function solveModel(program: Program, limits: EngineLimits, runtime: Highs, model: Model): EngineResult {
  model.options.set({
    output_flag: false,
    time_limit: limits.timeLimitMs / 1000,
    // Seeds are signed 32-bit and at least 0.
    random_seed: limits.seed & 0x7fffffff,
    // The default of 1e-4 calls plans optimal that are not.
    mip_rel_gap: 0,
    mip_abs_gap: 1e-9,
    // With big-M rows a binary of 1e-6 already lets a few orders through for free.
    mip_feasibility_tolerance: 1e-9,
    primal_feasibility_tolerance: 1e-9,
    dual_feasibility_tolerance: 1e-9,
  });
  const { modelStatus } = model.run();
  const status = runtime.constants.modelStatus;
  if (modelStatus === status.infeasible) return { status: "infeasible" };
  if (modelStatus !== status.optimal && modelStatus !== status.timeLimit) {
    return { status: "failed", detail: `highs ended with ${statusName(runtime, modelStatus)}` };
  }
  const bound = boundOf(program, model);
  if (model.info.get("primal_solution_status") !== FEASIBLE_SOLUTION) {
    if (modelStatus === status.timeLimit) return { status: "noSolutionFound", ...bound, stoppedBy: "time" };
    return { status: "failed", detail: "highs: optimal without a feasible solution" };
  }
  const checked = checkValues(program, model.getSolution().colValue);
  if ("fault" in checked) return { status: "failed", detail: `highs: ${checked.fault}` };
  const { values, objective } = checked;
  const slack = BOUND_TOLERANCE * Math.max(1, Math.abs(objective));
  if ("bound" in bound && bound.bound > objective + slack) {
    return { status: "failed", detail: `highs: bound ${bound.bound} above objective ${objective}` };
  }
  if (modelStatus === status.timeLimit)
    return { status: "feasible", values, objective, ...bound, stoppedBy: "time" };
  return { status: "optimal", values, objective, bound: "bound" in bound ? bound.bound : objective };
}

/** HiGHS' dual bound of a MIP in progress or done; a linear program has none, it ends at its optimum. */
function boundOf(program: Program, model: Model): { readonly bound: number } | Record<never, never> {
  if (!program.integer.includes(1)) return {};
  const bound = Number(model.info.get("mip_dual_bound"));
  return Number.isFinite(bound) ? { bound } : {};
}

function statusName(runtime: Highs, code: number): string {
  const names = Object.entries(runtime.constants.modelStatus);
  return names.find(([, value]) => value === code)?.[0] ?? `status ${code}`;
}

function modelDataOf(program: Program, runtime: Highs): ModelData {
  const finite = (bound: number) =>
    bound === Infinity ? runtime.infinity : bound === -Infinity ? -runtime.infinity : bound;
  return {
    numCols: program.columns,
    numRows: program.rows,
    colCost: program.cost,
    colLower: program.lower,
    colUpper: program.upper.map(finite),
    rowLower: program.rowLower.map(finite),
    rowUpper: program.rowUpper.map(finite),
    integrality: Int32Array.from(program.integer),
    matrix: compressedColumns(program),
  };
}

/**
 * The rows turned into compressed sparse columns; a column named twice in a row is summed, as HiGHS refuses
 * it.
 */
function compressedColumns(program: Program): ModelData["matrix"] {
  const columns = Array.from({ length: program.columns }, () => new Map<number, number>());
  for (let row = 0; row < program.rows; row++) {
    for (let entry = program.rowStart[row]!; entry < program.rowStart[row + 1]!; entry++) {
      const column = columns[program.entryColumn[entry]!]!;
      column.set(row, (column.get(row) ?? 0) + program.entryValue[entry]!);
    }
  }
  const starts = [0];
  for (const column of columns) starts.push(starts.at(-1)! + column.size);
  return {
    format: "csc",
    numRows: program.rows,
    numCols: program.columns,
    starts,
    indices: columns.flatMap((column) => [...column.keys()]),
    values: columns.flatMap((column) => [...column.values()]),
  };
}
