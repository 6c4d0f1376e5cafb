import { join } from "node:path";
import type { MipEngineName } from "../../src/solver/engines/engine.js";
import { realistic, rng } from "../../test/conformance/instances.mjs";
import type { InstanceFiles } from "../../test/real/planned.js";
import { writeClassInstance } from "../classInstance.js";
import { runScript, scriptAt } from "../command.js";
import { count, duration, ratio } from "../format.js";
import { filesIn, writeInstanceFiles } from "../instances.js";
import type { ProgramReply } from "../programChild.js";
import type { BenchOptions, Section } from "../section.js";
import { median } from "../stats.js";

type Kind = "classes" | "orders" | "plain";

interface Contest {
  readonly name: string;
  readonly engine: MipEngineName;
  /** How the order-by-order program is given to the engine. */
  readonly against: Exclude<Kind, "classes">;
}

const CONTESTS: readonly Contest[] = [
  { name: "javascript-lp-solver, as it comes", engine: "javascript-lp-solver", against: "plain" },
  { name: "javascript-lp-solver, our adapter", engine: "javascript-lp-solver", against: "orders" },
  { name: "highs", engine: "highs", against: "orders" },
];

const FAMILIES: readonly {
  name: string;
  make: (dir: string, orders: number, seed: number) => InstanceFiles;
}[] = [
  { name: "class-level", make: writeClassInstance },
  { name: "flat, limits", make: flat },
  {
    name: "conformance",
    make: (dir, orders, seed) => {
      // What the order-by-order program has no words for is left out: queues, and amounts of packages.
      realistic(dir, { N: orders, B: 20, C: 8, seed, queue: false, amounts: false });
      return filesIn(dir);
    },
  },
];

/** Ten banks, five batch channels of a flat charge and a single one; packages of a tenth to half of an even share. */
function flat(dir: string, orders: number, seed: number): InstanceFiles {
  const random = rng(seed);
  const banks = Array.from({ length: 10 }, (_, i) => `BANK${i}`);
  const batches = Array.from({ length: 5 }, (_, c) => {
    const charge = 0.1 + 0.9 * random();
    const covered = banks.filter(() => random() < 0.7);
    const size = Math.max(2, Math.round((orders / 5) * (0.1 + 0.4 * random())));
    return {
      id: `b${c}`,
      mode: "batch" as const,
      coverage: [{ banks: covered.length > 0 ? covered : banks }],
      fee: { flat: charge.toFixed(2) },
      package: { fee: (charge * (2 + size * random())).toFixed(2), maxOrders: size },
      limits: { maxOrders: Math.round((orders / 5) * (0.8 + random())) },
    };
  });
  const single = {
    id: "s0",
    mode: "single" as const,
    coverage: [{ banks: "*" as const }],
    fee: { flat: "2.00" },
  };
  const rows = Array.from({ length: orders }, (_, i) => [
    `o${i}`,
    banks[Math.floor(random() ** 2 * banks.length)]!,
    (10 + 990 * random()).toFixed(2),
  ]);
  return writeInstanceFiles(
    dir,
    { currency: "CNY", channels: [...batches, single] },
    ["id", "bank", "amount"],
    rows,
  );
}

interface Pair {
  readonly ours: ProgramReply;
  readonly theirs: Theirs;
}

interface Theirs {
  /** Milliseconds; the limit where it did not end by itself. */
  readonly ms: number;
  readonly outcome: "optimal" | "wrong" | "unproven";
}

/** The program over classes against the one that names every order, on the same instances with the same engines. */
export async function orderByOrder({ quick, dir, say }: BenchOptions): Promise<Section> {
  const limitMs = quick ? 4000 : 8000;
  // Orders, and seeds for that many.
  const sizes = quick ? { 100: 1, 300: 1 } : { 100: 2, 300: 3, 1000: 1 };
  const rows: string[][] = [];
  const at300: { readonly name: string; readonly factor: number }[] = [];
  for (const { name, make } of FAMILIES) {
    for (const [size, seeds] of Object.entries(sizes)) {
      const orders = Number(size);
      const pairs = new Map<Contest, Pair[]>(CONTESTS.map((contest) => [contest, []]));
      for (let seed = 1; seed <= seeds; seed++) {
        const files = make(join(dir, `${name.replaceAll(/[ ,]+/g, "-")}-${orders}-${seed}`), orders, seed);
        const ours = new Map<MipEngineName, ProgramReply>();
        for (const contest of CONTESTS) {
          const { engine, against } = contest;
          say(`${name}, ${orders} orders, seed ${seed}, ${contest.name}`);
          const own = ours.get(engine) ?? (await solve(files, "classes", engine, limitMs, dir));
          if (own === undefined) throw new Error("The program over classes was killed.");
          ours.set(engine, own);
          const theirs = judge(own, await solve(files, against, engine, limitMs, dir), limitMs);
          if (theirs.outcome === "wrong" && against !== "plain")
            throw new Error("The two programs disagree.");
          pairs.get(contest)!.push({ ours: own, theirs });
        }
      }
      for (const [contest, all] of pairs) {
        rows.push(rowOf(name, orders, contest.name, all));
        if (orders === 300) at300.push({ name: `${name}: ${contest.name}`, factor: factorOf(all) });
      }
    }
  }
  return {
    tables: [
      {
        caption: `Median over the seeds; each solve has ${limitMs / 1000} s, in a process of its own. An order-by-order solve that did not end proven counts with its whole limit, so its ratio is a lower limit (≥).`,
        columns: [
          "instance",
          "orders",
          "engine",
          "seeds",
          "over classes",
          "proven",
          "order by order",
          "proven",
          "ratio",
        ],
        rows,
      },
    ],
    targets: at300.map(({ name, factor }) => ({
      name: `300 orders, over classes against order by order, ${name}`,
      asked: "≥ 100×",
      measured: ratio(factor),
      met: factor >= 100,
    })),
  };
}

async function solve(
  { channels, orders }: InstanceFiles,
  kind: Kind,
  engine: MipEngineName,
  limitMs: number,
  dir: string,
): Promise<ProgramReply | undefined> {
  const args = [channels, orders, kind, engine, String(limitMs), join(dir, "plan")];
  const { output } = await runScript(scriptAt("../programChild.js"), args, limitMs + 5000);
  return output === undefined ? undefined : (JSON.parse(output) as ProgramReply);
}

function judge(ours: ProgramReply, theirs: ProgramReply | undefined, limitMs: number): Theirs {
  if (!theirs?.optimal) return { ms: limitMs, outcome: "unproven" };
  const wrong = ours.optimal && ours.objective !== theirs.objective;
  return { ms: theirs.ms, outcome: wrong ? "wrong" : "optimal" };
}

/** How many times as long the order-by-order program takes, at least. */
function factorOf(pairs: readonly Pair[]): number {
  return median(pairs.map(({ ours, theirs }) => theirs.ms / ours.ms));
}

function rowOf(name: string, orders: number, contest: string, pairs: readonly Pair[]): string[] {
  const outcomes = (outcome: Theirs["outcome"]) =>
    pairs.filter(({ theirs }) => theirs.outcome === outcome).length;
  const wrong = outcomes("wrong");
  // With the median itself at the limit, all that is known is that it takes longer.
  const atLimit = 2 * outcomes("unproven") >= pairs.length;
  const of = (number: number) => `${number} of ${pairs.length}`;
  return [
    name,
    count(orders),
    contest,
    String(pairs.length),
    duration(median(pairs.map(({ ours }) => ours.ms))),
    of(pairs.filter(({ ours }) => ours.optimal).length),
    `${atLimit ? "> " : ""}${duration(median(pairs.map(({ theirs }) => theirs.ms)))}`,
    of(outcomes("optimal")) + (wrong > 0 ? `, ${wrong} wrong` : ""),
    `${atLimit ? "≥ " : ""}${ratio(factorOf(pairs))}`,
  ];
}
