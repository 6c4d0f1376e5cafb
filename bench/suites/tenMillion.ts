import { statSync } from "node:fs";
import { join } from "node:path";
import type { PlanFile } from "../../src/model/planFile.js";
import { runWeighed, type Weighed } from "../command.js";
import { count, duration, memory, percent } from "../format.js";
import { BANKS } from "../instances.js";
import type { BenchOptions, Section } from "../section.js";

const ORDERS = 10_000_000;
const CHANNELS = 24;

/**
 * Ten million orders: made by `generate`, planned with the defaults, and worked out again by `verify`, which is the only
 * checker for so many. Each is a fresh process.
 */
export async function tenMillion({ quick, dir, say }: BenchOptions): Promise<Section> {
  const orders = quick ? ORDERS / 10 : ORDERS;
  const folder = join(dir, "instance");
  const files = ["--channels", join(folder, "channels.yaml"), "--orders", join(folder, "orders.csv")];
  const out = join(dir, "plan");
  const run = (args: readonly string[]) => {
    say(args[0]!);
    return runWeighed(args, join(dir, "taken"));
  };
  const generated = await run([
    "generate",
    ...["--orders", String(orders), "--banks", String(BANKS), "--channels", String(CHANNELS)],
    ...["--seed", "1", "--out", folder],
  ]);
  const planned = await run(["plan", ...files, "--out", out, "--quiet", "--json"]);
  const plan = JSON.parse(planned.output!) as PlanFile;
  const verified = await run(["verify", out, ...files]);
  const row = (name: string, { ms, cpuMs, peak }: Weighed) => [
    name,
    duration(ms),
    duration(cpuMs),
    memory(peak),
    `${(peak / orders).toFixed(0)} B`,
  ];
  const holds = verified.output!.startsWith("The plan holds");
  return {
    tables: [
      {
        caption:
          `${count(orders)} orders × ${CHANNELS} channels, ${memory(statSync(join(folder, "orders.csv")).size)} of CSV, with the defaults ` +
          `of \`plan\`; its phases took ${Object.entries(plan.timings)
            .map(([phase, ms]) => `${phase} ${duration(ms)}`)
            .join(", ")}. Gap ${percent(plan.gap ?? 1)}, ended by ${plan.stoppedBy}.`,
        columns: ["command", "whole", "processor", "peak memory", "per order"],
        rows: [row("generate", generated), row("plan", planned), row("verify", verified)],
      },
    ],
    targets: [
      {
        name: `${count(orders)} orders: planned, and the plan holds by \`verify\``,
        asked: "holds",
        measured: `${holds ? "holds" : "does not hold"}, ${duration(planned.ms)}, ${memory(planned.peak)}`,
        met: holds,
      },
    ],
  };
}
