import pc from "picocolors";
import { type BreakEvenBreakpoint, type BreakEvenFile, loadOf } from "../model/breakEvenFile.js";
import { costUnits, formatCount, formatShare, gapShare, group, moreOrFewer, plural } from "./numbers.js";
import { fitMoney, type Row, textTable } from "./textTable.js";
import { NARROWEST, wrapText } from "./textWidth.js";
import { writtenLines } from "./written.js";

export interface BreakEvenSummaryInput {
  readonly file: BreakEvenFile;
  /** Decimals of the currency. */
  readonly exponent: number;
  /** Null where nothing was written. */
  readonly folder: string | null;
  readonly color: boolean;
  /** Columns of the terminal; 80 by default. */
  readonly width?: number;
}

/** Pieces and breakpoints that are shown; all are in the file. */
const MOST_ROWS = 40;

/** A break-even curve at a glance for a terminal, ending in a line break. */
export function renderBreakEven({
  file,
  exponent,
  folder,
  color,
  width = 80,
}: BreakEvenSummaryInput): string {
  const colors = pc.createColors(color);
  const columns = Math.max(NARROWEST, width);
  const { parameter, pieces, breakpoints } = file;
  const isExact = file.method === "exact";
  const gaps = new Map(
    file.band.map(({ value, objective, bound }) => [
      value,
      gapShare(costUnits(objective, exponent), costUnits(bound, exponent)),
    ]),
  );
  const gapOf = ({ from, to }: { from: string; to: string }) =>
    [from, to].reduce((widest, end) => Math.max(widest, gaps.get(end)!), 0);
  const shown = pieces.slice(0, MOST_ROWS);
  // What is the same in both columns need not be there twice.
  const omitted = isExact ? [] : [1, 3];
  const lines = fitMoney({ exponent, width: columns, droppable: [] }, ({ money, unit }) => {
    const rows = shown.map((piece): Row => {
      const { orders, packages } = loadOf(file.plans[piece.plan]!, parameter.channel);
      return [
        group(piece.from),
        group(piece.to),
        money(piece.costFrom),
        money(piece.costTo),
        formatCount(orders),
        formatCount(packages),
        formatShare(gapOf(piece)),
      ];
    });
    return textTable({
      head: [
        isExact ? "From" : "Value",
        "To",
        isExact ? `Cost${unit} there` : `Cost${unit}`,
        "and there",
        "Orders",
        "Packages",
        "Gap",
      ],
      rows,
      rightAligned: [0, 1, 2, 3, 4, 5, 6],
      omit: omitted,
      flexible: 0,
      colors,
      width: columns,
    });
  });
  const more = (count: number, what: string, table: string) =>
    `${plural(count, what)} more ${folder === null ? "with --out or --json" : `in ${folder}/${table}`}.`;
  const sentences = breakpoints.slice(0, MOST_ROWS).map((point) => breakpointText(file, point));
  if (breakpoints.length > sentences.length)
    sentences.push(more(breakpoints.length - sentences.length, "breakpoint", "pieces.csv"));
  const notes = [
    ...(pieces.length > shown.length ? [more(pieces.length - shown.length, "piece", "pieces.csv")] : []),
    `${isExact ? "Exact" : "Swept"}: ${file.why}`,
    ...provenText(file, Math.max(...gaps.values())),
    searchesText(file),
  ];
  const paragraphs = [sentences, notes].filter((texts) => texts.length > 0);
  return [
    colors.bold(
      `Break-even: ${parameter.field}${parameter.channel === null ? "" : ` of ${parameter.channel}`} from ${group(file.from)} to ${group(file.to)}, cost in ${file.currency}`,
    ),
    "",
    ...lines,
    ...paragraphs.flatMap((texts) => ["", ...texts.flatMap((text) => wrapText(text, columns))]),
    ...(folder === null ? [] : ["", ...writtenLines(folder, "break-even.html")]),
    "",
  ].join("\n");
}

/** What a value is the price of. */
const UNITS: Readonly<Record<string, string>> = {
  "package.fee": " a package",
  "fee.flat": " an order",
  "objective.unroutedPenalty": " a deferred order",
};

/** `Below 6.35 a package union-batch takes 14,200 more orders, in 15 more packages.` */
function breakpointText({ pieces, parameter }: BreakEvenFile, point: BreakEvenBreakpoint): string {
  const { from } = pieces.find(({ plan }) => plan === point.after)!;
  const who = parameter.channel === null ? "the plan routes" : `${parameter.channel} takes`;
  const parts = [
    moreOrFewer(point.ordersBelow, "order"),
    ...(point.packagesBelow === 0 ? [] : [`in ${moreOrFewer(point.packagesBelow, "package")}`]),
  ];
  return `${point.proven ? "" : "? "}Below ${group(from)}${UNITS[parameter.field] ?? ""} ${who} ${parts.join(", ")}.`;
}

function provenText({ method, breakpoints }: BreakEvenFile, widest: number): readonly string[] {
  const where = method === "exact" ? "from end to end" : "at each value";
  if (widest === 0) return [`Proven: no plan costs less, ${where}.`];
  const open = breakpoints.filter(({ proven }) => !proven).length;
  const one = "One breakpoint is that of the plans found: with the best plans it may lie elsewhere.";
  const several = `${formatCount(open)} breakpoints are those of the plans found: with the best plans they may lie elsewhere.`;
  return [
    `Not all is proven: the least cost is at most ${formatShare(widest)} below these plans.`,
    ...(open === 0 ? [] : [`? ${open === 1 ? one : several}`]),
  ];
}

function searchesText({ searches: { count, stoppedBy } }: BreakEvenFile): string {
  const made = `${count === 1 ? "1 search" : `${formatCount(count)} searches`} beside that of the plan as it is`;
  switch (stoppedBy) {
    case "done":
      return `${made}.`;
    case "limit":
      return `${made}, which are the most: more might bring plan and bound closer.`;
    case "interrupt":
      return `${made}; interrupted: more might bring plan and bound closer.`;
  }
}
