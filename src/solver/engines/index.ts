import type { MipEngine, MipEngineName } from "./engine.js";
import { highs } from "./highs.js";
import { jsLpSolver } from "./jsLpSolver.js";

const ENGINES: Readonly<Record<MipEngineName, MipEngine>> = {
  "javascript-lp-solver": jsLpSolver,
  highs,
};

/** The engine of that name. Nothing is loaded until it first solves. */
export function mipEngine(name: MipEngineName): MipEngine {
  return ENGINES[name];
}
