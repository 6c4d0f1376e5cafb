import { jsLpSolver } from "../../src/solver/engines/jsLpSolver.js";
import { describeEngine } from "./engine.js";

describeEngine(() => jsLpSolver);
