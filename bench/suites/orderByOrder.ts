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

/** For start-up, reading and checking, beyond the limit of a solve. */
const GRACE_MS = 4000;

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
  { name: "near-proportional", make: nearProportional },
  {
    name: "conformance",
    make: (dir, orders, seed) => {
      // What the order-by-order program has no words for is left out: queues, and amounts of packages.
      realistic(dir, { N: orders, B: 20, C: 8, seed, queue: false, amounts: false });
      return filesIn(dir);
    },
  },
];

/**
 * Six batch channels and ten banks, one charge everywhere, and package fees that are nearly proportional to what a
 * package holds: many plans cost nearly the same. After the `adversarial` family of the conformance instances.
 */
function nearProportional(dir: string, orders: number, seed: number): InstanceFiles {
  const random = rng(seed);
  const banks = Array.from({ length: 10 }, (_, b) => `BANK${b}`);
  const channels = Array.from({ length: 6 }, (_, c) => {
    const capacity = Math.max(3, Math.round(orders * (0.03 + 0.17 * random())));
    const fee = 10 * capacity + Math.floor(0.4 * capacity * random());
    const covered = banks.filter(() => c === 0 || random() < 0.5);
    return {
      id: `c${c}`,
      mode: "batch" as const,
      coverage: [{ banks: covered }],
      fee: { flat: "20" },
      package: { fee: String(fee), maxOrders: capacity },
      limits: { maxPackages: 10 },
    };
  });
  const rows = Array.from({ length: orders }, (_, i) => [
    `o${i}`,
    banks[Math.floor(random() * banks.length)]!,
    "1",
  ]);
  return writeInstanceFiles(dir, { currency: "JPY", channels }, ["id", "bank", "amount"], rows);
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
  const limitMs = quick ? 3000 : 5000;
  // Orders, and seeds for that many.
  const sizes = quick ? { 100: 1, 300: 1 } : { 100: 1, 300: 3, 1000: 1 };
  const rows: string[][] = [];
  const at300: { readonly name: string; readonly factor: number; readonly text: string }[] = [];
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
          const killed = { ms: limitMs, optimal: false };
          const own = ours.get(engine) ?? (await solve(files, "classes", engine, limitMs, dir)) ?? killed;
          ours.set(engine, own);
          const theirs = judge(own, await solve(files, against, engine, limitMs, dir), limitMs);
          if (theirs.outcome === "wrong" && against !== "plain")
            throw new Error("The two programs disagree.");
          pairs.get(contest)!.push({ ours: own, theirs });
        }
      }
      for (const [contest, all] of pairs) {
        const row = rowOf(name, orders, contest.name, all);
        rows.push(row);
        if (orders === 300 && contest.against === "plain")
          at300.push({ name, factor: factorOf(all), text: row.at(-1)! });
      }
    }
  }
  return {
    tables: [
      {
        caption: `Median over the seeds; each solve has ${limitMs / 1000} s, in a process of its own. What did not end proven counts with its whole limit (>), so that a ratio is then a lower limit (≥), or an upper one (≤) where it is our own solve.`,
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
    targets: at300.map(({ name, factor, text }) => ({
      name: `300 orders (${name}): over classes against order by order, javascript-lp-solver as it comes`,
      asked: "≥ 100×",
      measured: text,
      met: factor >= 100 && !text.startsWith("≤") && text !== "–",
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
  const { output } = await runScript(scriptAt("./programChild.js"), args, { limitMs: limitMs + GRACE_MS });
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
  const proven = pairs.filter(({ ours }) => ours.optimal).length;
  // With the median itself at the limit, all that is known is that it takes longer.
  const mark = (unproven: number, text: string) => (2 * unproven >= pairs.length ? `${text} ` : "");
  const [late, own] = [outcomes("unproven"), pairs.length - proven];
  const of = (number: number) => `${number} of ${pairs.length}`;
  return [
    name,
    count(orders),
    contest,
    String(pairs.length),
    `${mark(own, ">")}${duration(median(pairs.map(({ ours }) => ours.ms)))}`,
    of(proven),
    `${mark(late, ">")}${duration(median(pairs.map(({ theirs }) => theirs.ms)))}`,
    of(outcomes("optimal")) + (wrong > 0 ? `, ${wrong} wrong` : ""),
    // Where neither ended there is nothing to compare.
    mark(own, "x") && mark(late, "x") ? "–" : `${mark(own, "≤")}${mark(late, "≥")}${ratio(factorOf(pairs))}`,
  ];
}
