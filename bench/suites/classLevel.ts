import { join } from "node:path";
import { Bench } from "tinybench";
import type { MipEngineName } from "../../src/solver/engines/engine.js";
import { mipEngine } from "../../src/solver/engines/index.js";
import { type ExactOutcome, solveExact } from "../../src/solver/exact.js";
import { CLASS_BANKS as BANKS, CLASS_CHANNELS as CHANNELS, classAnswer } from "../classInstance.js";
import { duration } from "../format.js";
import type { BenchOptions, Section } from "../section.js";
import { median, quantile } from "../stats.js";
import { type Answer, mustBeValid, solvedBy } from "../validate.js";

const ENGINES: readonly MipEngineName[] = ["javascript-lp-solver", "highs"];
const LIMIT_MS = 10_000;
/** Solves longer than this are not repeated. */
const LONG_MS = 500;

/** Class-level programs of 20 banks and 10 channels: the exact engine in this thread, warm. */
export async function classLevel({ quick, dir, say }: BenchOptions): Promise<Section> {
  const seeds = quick ? 10 : 100;
  const times = new Map<MipEngineName, number[]>(ENGINES.map((engine) => [engine, []]));
  const proven = new Map<MipEngineName, number>(ENGINES.map((engine) => [engine, 0]));
  let agreed = 0;
  for (let seed = -2; seed < seeds; seed++) {
    const answer = classAnswer(join(dir, "instance"), seed + 1000);
    const objectives: bigint[] = [];
    for (const engine of ENGINES) {
      const solve = () => solveWith(answer, engine);
      const started = performance.now();
      const outcome = await solve();
      const first = performance.now() - started;
      // The first instances warm the process up.
      if (seed < 0) continue;
      if (outcome.status === "unsupported") throw new Error(outcome.detail);
      const optimal = outcome.status === "optimal";
      if (optimal) {
        proven.set(engine, proven.get(engine)! + 1);
        objectives.push(outcome.found.cost.objective);
      }
      if (outcome.found !== undefined)
        mustBeValid(answer, solvedBy(answer.problem, outcome.found, optimal), join(dir, "plan"));
      times.get(engine)!.push(first > LONG_MS ? first : await timed(solve));
    }
    if (objectives.length === 2) {
      if (objectives[0] !== objectives[1]) throw new Error(`Seed ${seed}: the engines' optima differ.`);
      agreed++;
    }
    if (seed % 20 === 19) say(`${seed + 1} of ${seeds} class-level instances`);
  }
  const own = times.get("javascript-lp-solver")!;
  return {
    tables: [
      {
        caption: `${seeds} seeds of ${BANKS} banks × ${CHANNELS} channels; ${agreed} were proven by both engines, with the same optimum each.`,
        columns: ["engine", "median", "p95", "longest", "proven optimal"],
        rows: ENGINES.map((engine) => {
          const all = times.get(engine)!;
          const [middle, late, last] = [median(all), quantile(all, 0.95), Math.max(...all)];
          return [
            engine,
            duration(middle),
            duration(late),
            duration(last),
            `${proven.get(engine)} of ${seeds}`,
          ];
        }),
      },
    ],
    targets: [
      {
        name: `${BANKS} banks × ${CHANNELS} channels, proven optimal with javascript-lp-solver`,
        asked: "median < 20 ms",
        measured: `${duration(median(own))}, ${proven.get("javascript-lp-solver")} of ${seeds} proven`,
        met: median(own) < 20 && proven.get("javascript-lp-solver") === seeds,
      },
    ],
  };
}

function solveWith({ problem }: Answer, engine: MipEngineName): Promise<ExactOutcome> {
  const end = Date.now() + LIMIT_MS;
  return solveExact(problem, { engine: mipEngine(engine), seed: 1, timeLeft: () => end - Date.now() });
}

/** Median milliseconds of a few solves. */
async function timed(solve: () => Promise<unknown>): Promise<number> {
  const bench = new Bench({ iterations: 5, time: 0, warmup: false, throws: true });
  bench.add("solve", async () => {
    await solve();
  });
  await bench.run();
  const { result } = bench.tasks[0]!;
  if (!("latency" in result)) throw new Error(`tinybench: ${result.state}`);
  return result.latency.p50;
}
