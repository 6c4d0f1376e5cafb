import { highs } from "../../src/solver/engines/highs.js";
import { describeEngine } from "./engine.js";

describeEngine(() => highs);
