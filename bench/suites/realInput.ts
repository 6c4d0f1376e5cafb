import { join } from "node:path";
import { SolvePool } from "../../src/workers/pool.js";
import { planPublic } from "../../test/real/planned.js";
import { bppCases, readBpp } from "../../test/support/public/bpp.js";
import { cflpCases, readCflp } from "../../test/support/public/cflp.js";
import type { PublicInstance } from "../../test/support/public/instanceFiles.js";
import { actualCost, pspInstance, readPsp } from "../../test/support/public/psp.js";
import { type PublicDataName, withPublicData } from "../../test/support/public/publicData.js";
import { readVsbpp, vsbppCases } from "../../test/support/public/vsbpp.js";
import { duration, percent } from "../format.js";
import { planInPool } from "../publicPlan.js";
import type { BenchOptions, Section, Table, Target } from "../section.js";
import { mean } from "../stats.js";

const MIP_ENGINES = ["javascript-lp-solver", "highs"] as const;
/** Seconds for each packing instance. */
const PACKING_LIMIT = 2;

type Part = (folder: string, options: BenchOptions) => Promise<Section>;

const PARTS: readonly (readonly [PublicDataName, Part])[] = [
  ["cflp", warehouses],
  ["bpp", bins],
  ["vsbpp", binSizes],
  ["psp-routing", providers],
];

/** Public data sets: distance to their published optima, and to what was really done. */
export async function realInput(options: BenchOptions): Promise<Section> {
  const tables: Table[] = [];
  const targets: Target[] = [];
  for (const [name, part] of PARTS) {
    const { folder, missing, title } = withPublicData(name);
    if (missing) {
      options.say(title(name));
      continue;
    }
    options.say(name);
    const section = await part(folder, options);
    tables.push(...section.tables);
    targets.push(...section.targets);
  }
  return { tables, targets };
}

async function warehouses(folder: string, { quick }: BenchOptions): Promise<Section> {
  const cases = cflpCases(folder);
  const rows: string[][] = [];
  let reached = 0;
  for (const { name, file, optimum, orders } of quick ? cases.slice(0, 2) : cases) {
    const instance = readCflp(file);
    const cells: string[] = [];
    for (const mip of MIP_ENGINES) {
      const plan = await planPublic(instance, { engine: "exact", mip, timeLimit: 30 });
      const proven = plan.status === "optimal" && Number(plan.cost.objective) === optimum;
      if (proven) reached++;
      cells.push(duration(plan.timings.solve!), proven ? "yes" : `no: ${plan.cost.objective}`);
    }
    rows.push([name, String(orders), String(optimum), ...cells]);
  }
  return {
    tables: [
      {
        caption:
          "`cflp`: time of the search, and whether the published optimum was reached to the last digit and proven.",
        columns: ["file", "orders", "optimum", "javascript-lp-solver", "optimal", "highs", "optimal"],
        rows,
      },
    ],
    targets: [
      {
        name: "cap41 to cap74: the published optimum, proven, with both engines",
        asked: "all",
        measured: `${reached} of ${rows.length * MIP_ENGINES.length}`,
        met: reached === rows.length * MIP_ENGINES.length,
      },
    ],
  };
}

interface Packed {
  readonly group: string;
  readonly optimum: number;
  readonly objective: number;
}

/** Plans many small instances with one pool; every plan is checked. */
async function packAll(
  dir: string,
  cases: readonly { readonly group: string; readonly optimum: number; readonly instance: PublicInstance }[],
): Promise<Packed[]> {
  const pool = new SolvePool();
  try {
    const packed: Packed[] = [];
    for (const { group, optimum, instance } of cases) {
      const { plan } = await planInPool(pool, dir, instance, PACKING_LIMIT * 1000);
      const objective = Number(plan.cost.objective);
      const bound = Number(plan.engineBound ?? plan.bound);
      if (objective < optimum || bound > optimum)
        throw new Error(
          `Objective ${objective} and bound ${bound} around a published optimum of ${optimum}.`,
        );
      packed.push({ group, optimum, objective });
    }
    return packed;
  } finally {
    await pool.close();
  }
}

function groupsOf(packed: readonly Packed[]): Map<string, Packed[]> {
  const groups = new Map<string, Packed[]>();
  for (const each of packed) groups.set(each.group, [...(groups.get(each.group) ?? []), each]);
  return groups;
}

const shareOptimal = (group: readonly Packed[]) =>
  `${group.filter(({ objective, optimum }) => objective === optimum).length} of ${group.length}`;

async function bins(folder: string, { quick, dir }: BenchOptions): Promise<Section> {
  const cases = bppCases(folder)
    .map(({ name, file, optimum }) => ({ group: name.split("_")[1]!, optimum, instance: readBpp(file) }))
    .filter((_, i) => !quick || i % 10 === 0);
  const rows = [...groupsOf(await packAll(join(dir, "bpp"), cases))].map(([family, group]) => [
    family,
    mean(group.map(({ optimum }) => optimum)).toFixed(1),
    mean(group.map(({ objective, optimum }) => objective - optimum)).toFixed(2),
    percent(mean(group.map(({ objective, optimum }) => (objective - optimum) / optimum))),
    shareOptimal(group),
  ]);
  return {
    tables: [
      {
        caption: `\`bpp\`, every file, ${PACKING_LIMIT} s each: packages beyond the published optimum.`,
        columns: ["family", "mean optimum", "mean packages beyond", "mean gap", "at the optimum"],
        rows,
      },
    ],
    targets: [],
  };
}

async function binSizes(folder: string, { quick, dir }: BenchOptions): Promise<Section> {
  // Names end in a running number from 0 to 9: two of each ten, or few.
  const sample = quick ? /_2_0$/ : /_[05]$/;
  const cases = vsbppCases(folder)
    .filter(({ name, optimum }) => optimum !== null && sample.test(name))
    .map(({ file, orders, optimum }) => ({
      group: String(orders),
      optimum: optimum!,
      instance: readVsbpp(file),
    }));
  const packed = await packAll(join(dir, "vsbpp"), cases);
  const row = (name: string, group: readonly Packed[]) => [
    name,
    String(group.length),
    percent(mean(group.map(({ objective, optimum }) => (objective - optimum) / optimum))),
    percent(Math.max(...group.map(({ objective, optimum }) => (objective - optimum) / optimum))),
    shareOptimal(group),
  ];
  return {
    tables: [
      {
        caption: `\`vsbpp\`, files 0 and 5 of each ten alike (${packed.length} of 300), ${PACKING_LIMIT} s each: cost above the published optimum.`,
        columns: ["orders", "files", "mean gap", "largest gap", "at the optimum"],
        rows: [...[...groupsOf(packed)].map(([orders, group]) => row(orders, group)), row("all", packed)],
      },
    ],
    targets: [],
  };
}

async function providers(folder: string): Promise<Section> {
  const { attempts, fees } = readPsp(folder);
  const plan = await planPublic(pspInstance(attempts, fees), { timeLimit: 20 });
  const done = Number(actualCost(attempts, fees).expected) / 1e6;
  const planned = Number(plan.cost.objective);
  const euros = (value: number) =>
    value.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const measured = `${percent((done - planned) / done)} less`;
  return {
    tables: [
      {
        caption: "`psp-routing`: February's attempts by January's success rates, in EUR of expected cost.",
        columns: ["attempts", "as done", "planned", "less", "status"],
        rows: [
          [
            String(plan.counts.orders),
            euros(done),
            euros(planned),
            percent((done - planned) / done),
            plan.status,
          ],
        ],
      },
    ],
    targets: [
      {
        name: "card payments: expected cost below what was done",
        asked: "less",
        measured,
        met: planned < done,
      },
    ],
  };
}
