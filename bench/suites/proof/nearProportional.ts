import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readChannels } from "../../../src/io/channelsReader.js";
import { readOrders } from "../../../src/io/ordersReader.js";
import type { Certificate, Proof } from "../../../src/model/certificate.js";
import { formatCost, parseCost } from "../../../src/model/money.js";
import { problemOf } from "../../../src/solver/problem.js";
import { prove } from "../../../src/solver/proof/prove.js";
import { adversarial } from "../../../test/conformance/instances.mjs";
import { type InstanceFiles, mustHold } from "../../../test/real/planned.js";
import { runPlanCommand, runScript, scriptAt } from "../../command.js";
import { count, duration } from "../../format.js";
import { filesIn } from "../../instances.js";
import type { ProgramReply } from "../../programChild.js";
import type { BenchOptions, Section, Target } from "../../section.js";

const CASES = [
  { channels: 40, banks: 60, gap: 1.4e-5 },
  { channels: 60, banks: 150, gap: 3e-6 },
] as const;
const SEEDS = [1, 2];
const ENGINES = ["highs", "javascript-lp-solver"] as const;
/** The currency of the family has no decimals. */
const EXPONENT = 0;

/**
 * Package fees that nearly follow what a package holds, so that many plans cost nearly the same: every fee 20, package
 * capacities of 197 to 1,996 at 10 times that and up to 400 more.
 */
export async function nearProportional({ quick, dir, say }: BenchOptions): Promise<Section> {
  const seconds = quick ? 5 : 30;
  const rows: string[][] = [];
  const targets: Target[] = [];
  for (const { channels, banks, gap } of CASES) {
    const gaps: number[] = [];
    let cheapest = 0;
    const seeds = quick ? SEEDS.slice(0, 1) : SEEDS;
    for (const seed of seeds) {
      say(`${channels} channels × ${banks} banks, seed ${seed}`);
      const folder = join(dir, `${channels}-${banks}-${seed}`);
      adversarial(folder, channels, banks, seed);
      const files = filesIn(folder);
      const out = join(folder, "plan");
      const { plan } = await runPlanCommand(files, out, ["--time-limit", String(seconds)]);
      mustHold(out, files);
      const objective = parseCost(plan.cost.objective, EXPONENT)!;
      const certificate = JSON.parse(readFileSync(join(out, "certificate.json"), "utf8")) as Certificate;
      const root = await rootBound(files, objective);
      const theirs: (bigint | undefined)[] = [];
      for (const engine of ENGINES)
        theirs.push(await byEngine(files, engine, seconds, join(folder, "engine")));
      const best = theirs.reduce(
        (a, b) => (a === undefined || (b !== undefined && b < a) ? b : a),
        undefined,
      );
      const noDearer = best === undefined || objective <= best;
      if (noDearer) cheapest++;
      gaps.push(plan.gap ?? 1);
      rows.push([
        `${channels} × ${banks}`,
        String(seed),
        count(plan.counts.orders),
        plan.cost.objective,
        ...theirs.map((units) => (units === undefined ? "none" : formatCost(units, EXPONENT))),
        noDearer ? "yes" : "no",
        relative(objective, root),
        (plan.gap ?? 1).toExponential(1),
        String(questions(certificate.proof)),
        duration(plan.timings.solve ?? 0),
      ]);
    }
    const worst = Math.max(...gaps);
    targets.push(
      {
        name: `near-proportional, ${channels} channels × ${banks} banks: certified gap in ${seconds} s`,
        asked: `≤ ${gap.toExponential(1)}`,
        measured: worst.toExponential(1),
        met: worst <= gap,
      },
      {
        name: `near-proportional, ${channels} channels × ${banks} banks: no dearer than the best of both MIP engines`,
        asked: `${seeds.length} of ${seeds.length}`,
        measured: `${cheapest} of ${seeds.length}`,
        met: cheapest === seeds.length,
      },
    );
  }
  return {
    tables: [
      {
        caption:
          `Near-proportional package fees, ${seconds} s for each search. The engines solve the program over classes alone; ` +
          "`root gap` is what one set of prices leaves open below our plan, `gap` what is left after branching, with so many questions.",
        columns: [
          "channels × banks",
          "seed",
          "orders",
          "cost",
          ...ENGINES,
          "no dearer",
          "root gap",
          "gap",
          "questions",
          "search",
        ],
        rows,
      },
    ],
    targets,
  };
}

function relative(objective: bigint, bound: bigint): string {
  return (Number(objective - bound) / Number(objective)).toExponential(1);
}

/** What one set of prices proves, without branching. */
async function rootBound({ channels, orders }: InstanceFiles, objective: bigint): Promise<bigint> {
  const { contract } = await readChannels(channels);
  const store = await readOrders(orders, contract);
  try {
    return prove(problemOf(contract, store.table), {
      shouldStop: () => false,
      enough: () => true,
      incumbent: () => Number(objective),
    }).bound;
  } finally {
    await store.close();
  }
}

function questions(proof: Proof): number {
  return "prices" in proof ? 0 : 1 + questions(proof.atMost) + questions(proof.above);
}

/** The engine's plan in cost units, looked at by both checkers; undefined where it finds none in time. */
async function byEngine(
  { channels, orders }: InstanceFiles,
  engine: (typeof ENGINES)[number],
  seconds: number,
  dir: string,
): Promise<bigint | undefined> {
  const limit = String(seconds * 1000);
  const { output } = await runScript(
    scriptAt("./programChild.js"),
    [channels, orders, "classes", engine, limit, dir],
    { limitMs: (seconds + 60) * 1000 },
  );
  if (output === undefined) return undefined;
  const { objective } = JSON.parse(output) as ProgramReply;
  return objective === undefined ? undefined : BigInt(objective);
}
