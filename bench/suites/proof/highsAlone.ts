import { join } from "node:path";
import { mipEngine } from "../../../src/solver/engines/index.js";
import { solveExact } from "../../../src/solver/exact.js";
import { classAnswer } from "../../classInstance.js";
import { duration, ratio } from "../../format.js";
import type { BenchOptions, Section } from "../../section.js";
import { median } from "../../stats.js";
import { type Answer, mustBeValid, solvedBy } from "../../validate.js";
import { timedSolve, withPool } from "./proving.js";

const BANKS = 100;
const CHANNELS = 20;
const FASTER = 20;
/** Programs of this size are beyond what `plan` gives an engine by default. */
const LIMITS = { maxColumns: 200_000, maxEntries: 4_000_000 };

/** HiGHS alone on the class-level program against the whole of our search with its proof. */
export function highsAlone({ quick, dir, say }: BenchOptions): Promise<Section> {
  const instances = quick ? 2 : 10;
  const limitMs = quick ? 15_000 : 60_000;
  return withPool(async (pool) => {
    const rows: string[][] = [];
    const ratios: number[] = [];
    let same = 0;
    for (let seed = -1; seed < instances; seed++) {
      const answer = classAnswer(join(dir, "instance"), seed + 9000, { banks: BANKS, channels: CHANNELS });
      const own = await timedSolve(pool, answer, limitMs);
      // The first instance warms the threads up.
      if (seed < 0) continue;
      mustBeValid(answer, own.solved, join(dir, "plan"));
      const theirs = await byHighs(answer, limitMs, join(dir, "highs"));
      const objective = own.solved.best.cost.objective;
      const agrees = own.proven && theirs.optimal && theirs.objective === objective;
      if (theirs.optimal && theirs.objective! > objective)
        throw new Error(`Seed ${seed}: HiGHS calls a plan optimal that costs more than ours.`);
      if (agrees) same++;
      ratios.push(theirs.ms / own.ms);
      rows.push([
        String(seed),
        duration(own.ms),
        own.proven ? "yes" : "no",
        `${theirs.optimal ? "" : "> "}${duration(theirs.ms)}`,
        theirs.optimal ? "yes" : "no",
        own.proven && theirs.objective === objective ? "yes" : "no",
        `${theirs.optimal ? "" : own.proven ? "≥ " : "? "}${ratio(theirs.ms / own.ms)}`,
      ]);
      say(`${seed + 1} of ${instances}: ${duration(own.ms)} against ${duration(theirs.ms)}`);
    }
    const middle = median(ratios);
    return {
      tables: [
        {
          caption:
            `${BANKS} banks × ${CHANNELS} channels, ${duration(limitMs)} each: ours is classing, search and proof on warm threads; ` +
            "`highs` is the engine's own time on the program over the same classes, gap 0, in a warm process.",
          columns: [
            "seed",
            "ours",
            "proven by certificate",
            "highs",
            "optimal by its word",
            "same plan cost",
            "ratio",
          ],
          rows,
        },
      ],
      targets: [
        {
          name: `class-level, ${BANKS} banks × ${CHANNELS} channels: \`highs\` alone against ours, median of ${instances}`,
          asked: `≥ ${FASTER}×, all proven, same optimum`,
          measured: `${ratio(middle)}, same proven optimum in ${same} of ${instances}`,
          met: middle >= FASTER && same === instances,
        },
      ],
    };
  });
}

/** The engine's time alone: writing the program and rebuilding the plan do not count. */
async function byHighs(answer: Answer, limitMs: number, dir: string) {
  const engine = mipEngine("highs");
  let ms = 0;
  const end = Date.now() + limitMs;
  const outcome = await solveExact(answer.problem, {
    engine: {
      name: engine.name,
      async solve(program, limits) {
        const started = performance.now();
        const result = await engine.solve(program, limits);
        ms += performance.now() - started;
        return result;
      },
    },
    seed: 1,
    timeLeft: () => end - Date.now(),
    limits: LIMITS,
  });
  if (outcome.status === "unsupported") throw new Error(outcome.detail);
  const optimal = outcome.status === "optimal";
  if (outcome.found !== undefined) mustBeValid(answer, solvedBy(answer.problem, outcome.found, optimal), dir);
  return { ms, optimal, objective: outcome.found?.cost.objective };
}
