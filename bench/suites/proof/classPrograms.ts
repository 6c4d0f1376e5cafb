import { join } from "node:path";
import { rng } from "../../../test/conformance/instances.mjs";
import { CLASS_BANKS, CLASS_CHANNELS, classAnswer } from "../../classInstance.js";
import { duration } from "../../format.js";
import type { BenchOptions, Section } from "../../section.js";
import { median, quantile } from "../../stats.js";
import { mustBeValid } from "../../validate.js";
import { timedSolve, withPool } from "./proving.js";

const LIMIT_MS = 20_000;
const WARM_UP = 5;
/** Solves of an instance, of which the median counts; long ones are not repeated. */
const REPEATS = 3;
const LONG_MS = 500;
const P95_MS = 50;

/** Class-level instances of random size: how many are proven optimal by their certificate, and how fast. */
export function classPrograms({ quick, dir, say }: BenchOptions): Promise<Section> {
  const seeds = quick ? 20 : 300;
  return withPool(async (pool) => {
    const times: number[] = [];
    let proven = 0;
    for (let seed = -WARM_UP; seed < seeds; seed++) {
      const random = rng(seed + 77_000);
      const shape = {
        banks: 1 + Math.floor(random() * CLASS_BANKS),
        channels: 1 + Math.floor(random() * CLASS_CHANNELS),
      };
      const answer = classAnswer(join(dir, "instance"), seed + 5000, shape);
      const first = await timedSolve(pool, answer, LIMIT_MS);
      if (seed < 0) continue;
      mustBeValid(answer, first.solved, join(dir, "plan"));
      if (first.proven) proven++;
      else say(`seed ${seed}, ${shape.banks} × ${shape.channels}: not proven in ${duration(first.ms)}`);
      const runs = [first.ms];
      while (runs.length < REPEATS && first.ms <= LONG_MS)
        runs.push((await timedSolve(pool, answer, LIMIT_MS)).ms);
      times.push(median(runs));
      if (seed % 50 === 49) say(`${seed + 1} of ${seeds} class-level instances`);
    }
    const late = quantile(times, 0.95);
    return {
      tables: [
        {
          caption:
            `Class-level instances of 1 to ${CLASS_BANKS} banks and 1 to ${CLASS_CHANNELS} channels: classing, search and proof ` +
            `on warm threads, the median of ${REPEATS} solves. Proven: the certificate's bound is the plan's cost.`,
          columns: ["seeds", "proven optimal", "median", "p95", "longest"],
          rows: [
            [
              String(seeds),
              `${proven} of ${seeds}`,
              duration(median(times)),
              duration(late),
              duration(Math.max(...times)),
            ],
          ],
        },
      ],
      targets: [
        {
          name: `class-level, up to ${CLASS_BANKS} banks × ${CLASS_CHANNELS} channels: optimal by certificate`,
          asked: `${seeds} of ${seeds}`,
          measured: `${proven} of ${seeds}`,
          met: proven === seeds,
        },
        {
          name: `class-level, up to ${CLASS_BANKS} banks × ${CLASS_CHANNELS} channels: p95 in a warm process`,
          asked: `≤ ${P95_MS} ms`,
          measured: duration(late),
          met: late <= P95_MS,
        },
      ],
    };
  });
}
