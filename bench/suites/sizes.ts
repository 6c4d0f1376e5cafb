import { join } from "node:path";
import { readChannels } from "../../src/io/channelsReader.js";
import { readOrders } from "../../src/io/ordersReader.js";
import type { PlanFile } from "../../src/model/planFile.js";
import { DEFAULT_LIMITS } from "../../src/solver/exact.js";
import { formulate } from "../../src/solver/formulate.js";
import { problemOf } from "../../src/solver/problem.js";
import { type InstanceFiles, mustHold } from "../../test/real/planned.js";
import { CLASS_BANKS, CLASS_CHANNELS, writeClassInstance } from "../classInstance.js";
import { runPlanCommand } from "../command.js";
import { count, duration, percent, ratio } from "../format.js";
import { BANKS, CHANNELS, FAMILIES, type Family } from "../instances.js";
import type { BenchOptions, Section } from "../section.js";
import { median } from "../stats.js";

const ALL_FAMILIES: readonly Family[] = [...FAMILIES, { name: "class-level", make: writeClassInstance }];

const ENGINES = [
  { name: "greedy", options: ["--engine", "greedy"], program: false },
  { name: "exact, js", options: ["--engine", "exact", "--mip", "javascript-lp-solver"], program: true },
  { name: "exact, highs", options: ["--engine", "exact", "--mip", "highs"], program: true },
] as const;
const PHASES = ["read", "class", "solve", "write", "check"] as const;

interface Measured {
  readonly family: string;
  readonly orders: number;
  readonly engine: string;
  readonly runs: readonly { readonly ms: number; readonly plan: PlanFile }[];
}

/** Whole `plan` commands by number of orders and by engine. */
export async function sizes({ quick, dir, say }: BenchOptions): Promise<Section> {
  const numbers = quick ? [1000, 10_000] : [1000, 10_000, 100_000];
  const measured: Measured[] = [];
  const shapes: string[][] = [];
  for (const { name: family, make } of ALL_FAMILIES) {
    for (const orders of numbers) {
      const files = make(join(dir, `${family}-${orders}`), orders, 1);
      const shape = await shapeOf(files);
      shapes.push([family, count(orders), count(shape.orders), count(shape.classes), shape.program]);
      for (const engine of ENGINES) {
        say(`${family}, ${orders} orders, ${engine.name}`);
        const runs: Measured["runs"][number][] = [];
        const repeats = engine.program || quick ? 1 : 3;
        for (let i = 0; i < repeats && (shape.fits || !engine.program); i++) {
          const limit = engine.program ? ["--time-limit", quick ? "3" : "6"] : [];
          const out = join(dir, "plan");
          const run = await runPlanCommand(files, out, [...engine.options, ...limit]);
          mustHold(out, files);
          runs.push(run);
        }
        measured.push({ family, orders, engine: engine.name, runs });
      }
    }
  }
  return {
    tables: [
      {
        caption: `Orders, orders that some channel takes, classes, and the integer program over these; ${BANKS} banks and ${CHANNELS} channels, in \`class-level\` ${CLASS_BANKS} and ${CLASS_CHANNELS}.`,
        columns: ["instance", "orders", "not rejected", "classes", "program"],
        rows: shapes,
      },
      {
        caption: "Time of the whole `plan` command and of its phases; the median of the runs.",
        columns: ["instance", "orders", "engine", "runs", ...PHASES, "whole"],
        rows: measured.map(timeRow),
      },
      {
        caption:
          "Gap to the certified bound and to an engine's claim, and what the plan saves against each baseline.",
        columns: [
          "instance",
          "orders",
          "engine",
          "status",
          "gap",
          "gap to engineBound",
          "single-only",
          "per-bank",
          "price-priority",
          "coverage-first",
        ],
        rows: measured.map(gapRow),
      },
      {
        caption: "Growth of the greedy engine's runs for ten times the orders.",
        columns: ["instance", "from", "to", ...PHASES, "whole"],
        rows: growthRows(measured, numbers),
      },
    ],
    targets: [],
  };
}

async function shapeOf({ channels, orders }: InstanceFiles) {
  const { contract } = await readChannels(channels);
  const store = await readOrders(orders, contract);
  const problem = problemOf(contract, store.table);
  await store.close();
  const written = formulate(problem, DEFAULT_LIMITS);
  const fits = !("tooLarge" in written);
  let program: string;
  if (fits) {
    const { columns, rows } = written.program(true);
    program = `${count(columns)} columns, ${count(rows)} rows`;
  } else {
    program = `too large: ${written.tooLarge}`;
  }
  return { orders: problem.classes.members.length, classes: problem.classes.count, fits, program };
}

type Phase = (typeof PHASES)[number];

function phaseMs({ runs }: Measured, phase: Phase | "whole"): number {
  return median(runs.map(({ ms, plan }) => (phase === "whole" ? ms : (plan.timings[phase] ?? 0))));
}

function timeRow(each: Measured): string[] {
  const head = [each.family, count(each.orders), each.engine];
  if (each.runs.length === 0) return [...head, "0", ...PHASES.map(() => "–"), "too large"];
  const times = [...PHASES, "whole" as const].map((phase) => duration(phaseMs(each, phase)));
  return [...head, String(each.runs.length), ...times];
}

function gapRow({ family, orders, engine, runs }: Measured): string[] {
  const head = [family, count(orders), engine];
  const plan = runs.at(-1)?.plan;
  if (plan === undefined) return [...head, "too large", ...new Array<string>(6).fill("–")];
  const objective = Number(plan.cost.objective);
  const claimed =
    plan.engineBound === undefined ? "–" : percent((objective - Number(plan.engineBound)) / objective);
  const savings = plan.baselines.map(({ saving }) => percent(saving.percent / 100));
  return [...head, plan.status, percent(plan.gap ?? 1), claimed, ...savings];
}

function growthRows(measured: readonly Measured[], numbers: readonly number[]): string[][] {
  return ALL_FAMILIES.flatMap(({ name }) =>
    numbers.slice(1).map((orders, i) => {
      const at = (size: number) =>
        measured.find((each) => each.family === name && each.orders === size && each.engine === "greedy")!;
      const [small, large] = [at(numbers[i]!), at(orders)];
      const grown = [...PHASES, "whole" as const].map((phase) =>
        ratio(phaseMs(large, phase) / Math.max(1, phaseMs(small, phase))),
      );
      return [name, count(numbers[i]!), count(orders), ...grown];
    }),
  );
}
