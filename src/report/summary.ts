import { stripVTControlCharacters } from "node:util";
import pc from "picocolors";
import type { Contract } from "../model/contract.js";
import { formatCost } from "../model/money.js";
import type { PlanFile } from "../model/planFile.js";
import { offsetName, planStart, readMoment } from "./clock.js";
import { costUnits, formatCount, formatPercent, formatShare, group, plural, sumCosts } from "./numbers.js";
import { channelNotes, dearestFirst, quotaNotes } from "./room.js";
import { alignDecimals, fitMoney, type Row, textTable } from "./textTable.js";
import { NARROWEST, paragraphs, printable, textWidth, truncateCells, wrapText } from "./textWidth.js";
import {
  costParts,
  engineClaim,
  isRejection,
  REASON_TEXT,
  replanSentences,
  STOPPED_BY,
  shareOfObjective,
  verdict,
} from "./words.js";

export interface SummaryInput {
  readonly plan: PlanFile;
  readonly contract: Contract;
  /** Where the plan was written; names the report. */
  readonly folder?: string;
  readonly color: boolean;
  /** Columns of the terminal; 80 by default, 60 at least. */
  readonly width?: number;
}

const MOST_CHANNELS = 16;
/** Ways to have more room that are told. */
const MOST_NOTES = 6;
const LONGEST_OWNER = 24;
const INDENT = "  ";
const LONGEST_BAR = 30;
/** Cells of the cost table that are neither money nor bar. */
const BESIDE_BAR = 29;

type Colors = ReturnType<typeof pc.createColors>;

interface Context {
  readonly plan: PlanFile;
  readonly exponent: number;
  readonly colors: Colors;
  readonly width: number;
  readonly contract: Contract;
}

/**
 * A plan at a glance for a terminal, ending in a line break. No line is wider than `width`, but for the report's path,
 * which has to stay in one piece.
 */
export function renderSummary({ plan, contract, folder, color, width = 80 }: SummaryInput): string {
  const context: Context = {
    plan,
    contract,
    exponent: contract.exponent,
    colors: pc.createColors(color),
    width: Math.max(NARROWEST, width),
  };
  const blocks = [
    [...heading(context)],
    costTable(context),
    replanBlock(context),
    savingTable(context),
    channelTable(context),
    roomTable(context),
    unroutedTable(context),
    closing(context, folder),
  ];
  return paragraphs(blocks);
}

function heading({ plan, contract, colors, width }: Context): readonly string[] {
  const { planAt, offsetMinutes } = contract;
  const { counts } = plan;
  const { short } = verdict(plan, contract.exponent);
  const what = `${plural(counts.orders, "order")}, ${formatCount(counts.routed)} routed in ${plural(counts.packages, "package")}`;
  const from = planAt === null ? "" : `from ${planStart(planAt, offsetMinutes)} ${offsetName(offsetMinutes)}`;
  const about = textWidth(what + from) + 2 <= width && from !== "" ? [`${what}, ${from}`] : [what, from];
  const cost = `Cost ${plan.currency} ${group(plan.cost.objective)}`;
  const first = `${cost}  ${short}`;
  const lines = about.flatMap((text) => wrapText(text, width)).map((line) => colors.dim(line));
  if (textWidth(first) > width) return [colors.bold(truncateCells(cost, width)), short, ...lines];
  const isProven = plan.status === "optimal" && plan.proof === "certificate";
  return [`${colors.bold(cost)}  ${isProven ? colors.green(short) : short}`, ...lines];
}

function costTable({ plan, exponent, colors, width }: Context): readonly string[] {
  const objective = costUnits(plan.cost.objective, exponent);
  const figures = alignDecimals(
    [...costParts(plan.cost).map(({ money }) => money), plan.cost.objective].map(group),
  );
  const cells = Math.min(LONGEST_BAR, width - BESIDE_BAR - Math.max(...figures.map((text) => text.length)));
  const parts = costParts(plan.cost).map(({ money, label }, i): Row => {
    const share = shareOfObjective(costUnits(money, exponent), objective);
    return [label, figures[i]!, formatShare(share), bar(share, cells)];
  });
  return textTable({
    head: ["Cost by part", plan.currency, "Share", ""],
    rows: parts,
    foot: ["Objective", figures.at(-1)!, objective > 0n ? "100.00 %" : "–", ""],
    rightAligned: [1, 2],
    flexible: 3,
    paintFlexible: colors.cyan,
    colors,
    width,
  });
}

/** A share as eighths of blocks. */
function bar(share: number, cells: number): string {
  // Beside a discount a part may be more than the whole.
  const eighths = share > 0 ? Math.max(1, Math.round(Math.min(1, share) * cells * 8)) : 0;
  return "█".repeat(eighths >> 3) + ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths & 7]!;
}

function savingTable({ plan, exponent, colors, width }: Context): readonly string[] {
  if (plan.baselines.length === 0) return [];
  return fitMoney({ exponent, width, droppable: [5, 4] }, ({ money, unit, omit }) => {
    const costs = plan.baselines.map(({ cost }) => money(cost.objective));
    const savings = plan.baselines.map(({ saving }) => money(saving.money));
    return textTable({
      head: ["By hand", `Costs${unit}`, `Plan saves${unit}`, "Percent", "Packages", "Deferred"],
      rows: plan.baselines.map(({ id, saving, packages, deferred }, i) => [
        id,
        costs[i]!,
        paint(savings[i]!, saving.money, colors),
        paint(formatPercent(saving.percent), saving.money, colors),
        formatCount(packages),
        formatCount(deferred),
      ]),
      rightAligned: [1, 2, 3, 4, 5],
      omit,
      flexible: 0,
      colors,
      width,
    });
  });
}

/** What became of the old plan, and what it would have cost to mend it. */
function replanBlock({ plan, exponent, colors, width }: Context): readonly string[] {
  const { replan } = plan;
  if (replan === undefined) return [];
  const { before, repaired, orders, moveCost } = replan;
  const sum = (objective: string, moved: number) =>
    formatCost(
      costUnits(objective, exponent) + BigInt(moved) * costUnits(moveCost.perOrder, exponent),
      exponent,
    );
  const costsMoves = /[1-9]/.test(moveCost.perOrder);
  const table = fitMoney({ exponent, width, droppable: [] }, ({ money, unit }) =>
    textTable({
      head: [
        "Old plan and new",
        "Moved",
        `Cost${unit}`,
        ...(costsMoves ? [`with moves at ${group(moveCost.perOrder)}${unit}`] : []),
      ],
      rows: [
        ["Old plan, by its own inputs", "", money(before.objective), ...(costsMoves ? [""] : [])],
        [
          "Old plan, mended",
          formatCount(repaired.moved),
          money(repaired.objective),
          ...(costsMoves ? [money(sum(repaired.objective, repaired.moved))] : []),
        ],
      ],
      foot: [
        "This plan",
        formatCount(orders.moved),
        money(plan.cost.objective),
        ...(costsMoves ? [money(sum(plan.cost.objective, orders.moved))] : []),
      ],
      rightAligned: [1, 2, 3],
      flexible: 0,
      colors,
      width,
    }),
  );
  return [...replanSentences(plan).flatMap((text) => wrapText(text, width)), ...table];
}

function paint(text: string, saving: string, colors: Colors): string {
  if (saving.startsWith("-")) return colors.red(text);
  return /[1-9]/.test(saving) ? colors.green(text) : text;
}

function channelTable({ plan, contract, exponent, colors, width }: Context): readonly string[] {
  const used = plan.channels.filter(({ orders }) => orders > 0).sort((a, b) => b.orders - a.orders);
  const unused = plan.channels.length - used.length;
  const shown = used.length > MOST_CHANNELS ? used.slice(0, MOST_CHANNELS - 1) : used;
  const others = used.slice(shown.length);
  const cost = (list: readonly (typeof used)[number][]) =>
    sumCosts(
      list.flatMap(({ charges, packageFees, delay, volume = "0" }) => [charges, packageFees, delay, volume]),
      exponent,
    );
  const add = (list: readonly (typeof used)[number][], key: "orders" | "packages") =>
    list.reduce((sum, channel) => sum + channel[key], 0);
  const line = (
    name: string,
    list: readonly (typeof used)[number][],
    money: (text: string) => string,
  ): Row => [
    name,
    formatCount(add(list, "orders")),
    money(
      sumCosts(
        list.map(({ amount }) => amount),
        exponent,
      ),
    ),
    list.every(({ mode }) => mode === "single") ? "single" : formatCount(add(list, "packages")),
    money(cost(list)),
    list.length === 1 ? clock(list[0]!.finishAt, contract) : "",
  ];
  if (used.length === 0) return [];
  const lines = fitMoney({ exponent, width, droppable: [2, 5] }, ({ money, unit, omit }) =>
    textTable({
      head: ["Channel", "Orders", `Amount${unit}`, "Packages", `Cost${unit}`, "Finish"],
      rows: [
        ...shown.map((channel) => line(channel.id, [channel], money)),
        ...(others.length > 0 ? [line(`${formatCount(others.length)} others`, others, money)] : []),
      ],
      rightAligned: [1, 2, 3, 4, 5],
      omit,
      flexible: 0,
      colors,
      width,
    }),
  );
  if (unused === 0) return lines;
  return [...lines, colors.dim(`${INDENT}${plural(unused, "channel")} without orders`)];
}

/** Where a little more room could save most. */
function roomTable({ plan, contract, exponent, colors, width }: Context): readonly string[] {
  const terms = new Map(contract.channels.map((channel) => [channel.id, channel]));
  const all = dearestFirst(
    [
      ...plan.channels.flatMap((figures) =>
        channelNotes({ figures, terms: terms.get(figures.id) ?? null }, exponent),
      ),
      ...plan.quotas.flatMap((quota) => quotaNotes(quota, contract)),
    ],
    exponent,
  );
  if (all.length === 0) return [];
  const shown = all.slice(0, MOST_NOTES);
  const draw = (prices: readonly string[], unit: string) =>
    textTable({
      head: ["More room, one thing at a time", `saves up to${unit}`],
      rows: shown.map(({ owner, what }, i) => [
        `${truncateCells(printable(owner), LONGEST_OWNER)}: ${what}`,
        prices[i]!,
      ]),
      rightAligned: [1],
      flexible: 0,
      colors,
      width,
    });
  // With all their digits where they fit: the price of one order may be a fraction of the smallest coin.
  const exact = draw(alignDecimals(shown.map(({ price }) => group(price))), "");
  const lines = exact.every((line) => textWidth(stripVTControlCharacters(line)) <= width)
    ? exact
    : fitMoney({ exponent, width, droppable: [] }, ({ money, unit }) =>
        draw(
          shown.map(({ price }) => money(price)),
          unit,
        ),
      );
  if (all.length === shown.length) return lines;
  return [...lines, colors.dim(`${INDENT}${formatCount(all.length - shown.length)} more in the report`)];
}

/** `23 Nov 05:12`; the date tells a night's run from the morning's. */
function clock(finishAt: string | null, contract: Contract): string {
  return (finishAt === null ? null : readMoment(finishAt, contract))?.slice(0, -3) ?? "–";
}

function unroutedTable({ plan, colors, width }: Context): readonly string[] {
  const { deferred, rejected } = plan.counts;
  if (deferred + rejected === 0) return [];
  const title = [
    deferred > 0 ? `${formatCount(deferred)} deferred at a penalty` : "",
    rejected > 0 ? `${formatCount(rejected)} rejected, as no channel fits` : "",
  ].filter((text) => text !== "");
  return [
    ...wrapText(`Not routed: ${title.join("; ")}`, width).map((line) => colors.yellow(line)),
    ...textTable({
      head: [],
      rows: plan.unrouted.map(({ reason, orders }) => [
        formatCount(orders),
        isRejection(reason) ? colors.dim(reason) : reason,
        REASON_TEXT[reason].brief,
      ]),
      rightAligned: [0],
      flexible: 2,
      colors,
      width,
    }),
  ];
}

function closing({ plan, exponent, colors, width }: Context, folder: string | undefined): readonly string[] {
  const claim = engineClaim(plan, exponent);
  const entries = [
    ["Bound", verdict(plan, exponent).sentence],
    ...(claim === null ? [] : [["Engine", `Bound ${claim}.`]]),
    ["Stopped", `${capital(STOPPED_BY[plan.stoppedBy])}; made by ${plan.engine.used}.`],
  ];
  const lines = entries.flatMap(([name, text]) =>
    wrapText(text!, width - 9).map((line, i) => `${colors.dim((i === 0 ? name! : "").padEnd(9))}${line}`),
  );
  if (folder === undefined) return lines;
  const path = `${printable(folder).replace(/[/\\]+$/, "")}/report.html`;
  return [...lines, `${colors.dim("Report".padEnd(9))}${colors.bold(path)}`];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
