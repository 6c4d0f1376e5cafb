import type { MipEngineName } from "./engines/engine.js";
import type { Problem } from "./problem.js";

/** As the command line takes them in `--engine`. */
export type EngineName = "auto" | "exact" | "greedy";

/** Which engines run, and why, in a sentence for the plan. */
export interface EngineChoice {
  readonly exact: boolean;
  readonly why: string;
}

/** Cells (class × channel that can take it) up to which the integer program is worth a try. */
const EXACT_CELLS = 3_000;

/** Decides by the size after classing. The greedy engine always runs beside the exact one: it costs little and lends it a plan. */
export function chooseEngine(problem: Problem, asked: EngineName, mip: MipEngineName): EngineChoice {
  const { classes } = problem;
  const orders = classes.members.length;
  const sizes = `${orders} orders make ${classes.count} classes`;
  switch (asked) {
    case "greedy":
      return { exact: false, why: `As asked. ${sizes}.` };
    case "exact":
      return {
        exact: true,
        why: `As asked, with ${mip}; greedy lends it a first plan. ${sizes}.`,
      };
    case "auto": {
      let cells = 0;
      for (const charge of classes.charge) if (charge >= 0) cells++;
      if (cells <= EXACT_CELLS) {
        return { exact: true, why: `${sizes}, few enough for the integer program (${mip}).` };
      }
      return {
        exact: false,
        why: `${sizes}, too many for the integer program: prices guide a greedy search.`,
      };
    }
  }
}
