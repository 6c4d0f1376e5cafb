import { resolve } from "node:path";
import { csvCell } from "../io/csvTokenizer.js";
import { mustTakeFile, writePieces } from "../io/lineFile.js";
import { EXPLANATION_COLUMNS, type OrderExplanation } from "../model/explanation.js";
import { InputError } from "../model/issue.js";
import { formatCost } from "../model/money.js";
import { REJECT_REASONS } from "../model/plan.js";
import { unroutedDetail } from "../model/unrouted.js";
import { judgeOrder } from "../solver/moving/verdicts.js";
import { factsOf, verdictSentence } from "./explainOrder.js";
import { checkOptions, type ExplainAllOptions, type PlanPaths } from "./planOptions.js";
import { type ReadPlan, readPlan } from "./readPlan.js";

/** What a file of explanations holds. */
export interface ExplainedAll {
  readonly orders: number;
  /** Orders by code, most first. */
  readonly codes: readonly { readonly code: OrderExplanation["code"]; readonly orders: number }[];
}

/** Orders that are explained before their lines go to the file. */
const SLICE = 20_000;

/**
 * Writes why every order of a plan is where it is, a row for each in the order of the orders file. Memory does not grow
 * with the file.
 *
 * @throws InputError with every problem of the options; where something cannot be read, the plan is not one of these inputs, or the file may not be written
 */
export async function explainAll(options: ExplainAllOptions): Promise<ExplainedAll> {
  checkOptions("explainAll", options);
  const { out, overwrite = false, ...paths } = options;
  await mustTakeFile(out, { overwrite });
  mustBeAside(out, paths);
  const read = await readPlan(paths);
  try {
    const codes = new Map<OrderExplanation["code"], number>();
    const pieces = explanationLines(read, (code) => codes.set(code, (codes.get(code) ?? 0) + 1));
    await writePieces(out, pieces, { overwrite });
    return {
      orders: read.problem.orders.count,
      codes: [...codes].map(([code, orders]) => ({ code, orders })).sort((a, b) => b.orders - a.orders),
    };
  } finally {
    await read.store.close();
  }
}

/** Whatever may be overwritten, an input is not. */
function mustBeAside(out: string, { channels, orders }: PlanPaths): void {
  if ([channels, orders].some((input) => resolve(input) === resolve(out)))
    throw new InputError([
      { code: "INPUT_OVERWRITTEN", file: out, message: "is an input file", hint: "Name another file." },
    ]);
}

/** The text of the file, slice by slice. */
async function* explanationLines(
  read: ReadPlan,
  count: (code: OrderExplanation["code"]) => void,
): AsyncGenerator<string> {
  yield `${EXPLANATION_COLUMNS.join(",")}\n`;
  const lineOf = lineMaker(read, count);
  const { problem, store } = read;
  const { orders } = problem;
  for (let start = 0; start < orders.count; start += SLICE) {
    const rows = Int32Array.from({ length: Math.min(SLICE, orders.count - start) }, (_, i) => start + i);
    const ids = await store.ids(rows);
    let text = "";
    for (let i = 0; i < rows.length; i++) text += `${csvCell(ids[i]!)},${lineOf(rows[i]!)}\n`;
    yield text;
  }
}

/** What stands in an order's row behind its id. Orders that are alike in all that decides it are judged once. */
function lineMaker(
  read: ReadPlan,
  count: (code: OrderExplanation["code"]) => void,
): (order: number) => string {
  const { problem, moves } = read;
  const { contract, classes, orders } = problem;
  const factsAbout = factsOf(read);
  const channelId = (c: number) => (c < 0 ? DEFERRED : contract.channels[c]!.id);
  const known = new Map<string, { readonly code: OrderExplanation["code"]; readonly line: string }>();
  const judged = (order: number) => {
    const own = moves.placed.channel[order]!;
    if (classes.classOf[order]! < 0) {
      const code = REJECT_REASONS[classes.stage[order]!]!;
      const { bank } = orders.profiles[orders.profile[order]!]!;
      return { code, line: row(["", code, "", "", "", unroutedDetail(code, bank)]) };
    }
    const verdict = judgeOrder(problem, moves, order);
    const { code, because, runnerUp } = verdict;
    const sentence = verdictSentence(verdict, factsAbout(order));
    return {
      code,
      line: row([
        own < 0 ? "" : channelId(own),
        code,
        because === null ? "" : channelId(because.channel),
        runnerUp === null ? "" : channelId(runnerUp.channel),
        runnerUp === null ? "" : formatCost(runnerUp.change.objective, contract.exponent),
        sentence,
      ]),
    };
  };
  return (order) => {
    const k = classes.classOf[order]!;
    const place = moves.placed.place[order]!;
    const where = k < 0 ? orders.profile[order] : moves.placed.channel[order];
    // Classes do not say whom an order may not travel with.
    const apart = classes.twins.map((twins) => twins?.of[order] ?? "").join();
    const name = `${k} ${where} ${place} ${orders.amount[order]} ${apart}`;
    const found = known.get(name) ?? judged(order);
    if (known.size < MOST_KNOWN) known.set(name, found);
    count(found.code);
    return found.line;
  };
}

/** Stands for no channel where one would be named. */
const DEFERRED = "(deferred)";
/** So many rows are kept for orders that are alike. */
const MOST_KNOWN = 100_000;

function row(cells: readonly string[]): string {
  return cells.map(csvCell).join(",");
}
