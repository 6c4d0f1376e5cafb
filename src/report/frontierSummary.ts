import pc from "picocolors";
import type { FrontierFile, FrontierPoint } from "../model/frontierFile.js";
import { MICROS_PER_SECOND, offsetMinutes, parseInstant } from "../model/time.js";
import { formatMoment, formatSpan } from "./clock.js";
import { formatCount, formatGap, formatPercent, group, plural, roundMoney } from "./numbers.js";
import { fitMoney, type Row, textTable } from "./textTable.js";
import { NARROWEST, wrapText } from "./textWidth.js";
import { writtenLines } from "./written.js";

export interface FrontierSummaryInput {
  readonly file: FrontierFile;
  /** Decimals of the currency. */
  readonly exponent: number;
  /** Where it has been written; null where it was not. */
  readonly folder: string | null;
  readonly color: boolean;
  /** Columns of the terminal; 80 by default. */
  readonly width?: number;
}

/** Points that are shown; all are in the folder. */
const MOST_ROWS = 40;

/** A frontier at a glance for a terminal, ending in a line break. */
export function renderFrontier({ file, exponent, folder, color, width = 80 }: FrontierSummaryInput): string {
  const colors = pc.createColors(color);
  const columns = Math.max(NARROWEST, width);
  const { points, knee, against } = file;
  const shown = points.slice(0, MOST_ROWS);
  const ofFinish = against === "finish";
  const lines = fitMoney({ exponent, width: columns, droppable: [6, 4] }, ({ money, unit, omit }) =>
    textTable({
      head: [
        "Point",
        ofFinish ? "Finish" : "Packages",
        `Cost${unit}`,
        `More${unit}`,
        "Percent",
        "Deferred",
        "Gap",
        "",
      ],
      rows: shown.map((point, i): Row => {
        const { cost, difference, counts, gap } = point;
        return [
          String(i + 1),
          ofFinish ? finishText(point) : formatCount(point.value),
          money(cost.objective),
          i === 0 ? "" : money(difference.money),
          i === 0 || difference.percent === null ? "" : formatPercent(difference.percent),
          formatCount(counts.deferred),
          formatGap(gap),
          i === knee ? "knee" : "",
        ];
      }),
      rightAligned: [0, 1, 2, 3, 4, 5, 6],
      omit,
      flexible: 7,
      paintFlexible: colors.green,
      colors,
      width: columns,
    }),
  );
  const notes = [
    ...(points.length > shown.length ? [`${points.length - shown.length} more in frontier.json.`] : []),
    ...sentences(file, exponent),
    ...cutShort(points),
    file.end,
    `${plural(file.searched, "plan")} searched${file.dominated === 0 ? "" : `; another one is as good as ${formatCount(file.dominated)} of them, or better`}.`,
  ];
  const of = ofFinish ? "the latest finish" : "the number of packages";
  const title = `Frontier: cost against ${of}, from ${file.currency} ${group(points[0]!.cost.objective)} on`;
  return [
    ...wrapText(title, columns).map(colors.bold),
    "",
    ...lines,
    "",
    ...notes.flatMap((note) => wrapText(note, columns)),
    ...(folder === null ? [] : ["", ...writtenLines(folder, "frontier.html")]),
    "",
  ].join("\n");
}

/** A moment, or seconds from time zero where no moment is known. */
function finishText({ finishAt, value }: FrontierPoint): string {
  if (finishAt === null) return `${group(String(value))} s`;
  return formatMoment(parseInstant(finishAt)!, offsetMinutes(finishAt)!);
}

/** What the knee costs, and what the end of the frontier does. */
function sentences(file: FrontierFile, exponent: number): string[] {
  const { points, knee } = file;
  const end = points.length - 1;
  if (end === 0) return ["There is one point only."];
  return [
    ...(knee === null ? [] : [`${steps(file, knee, exponent)}: the knee.`]),
    `${steps(file, end, exponent)}: the most that there is to gain.`,
  ];
}

/** A frontier of plans that were given no time says little. */
function cutShort(points: readonly FrontierPoint[]): string[] {
  const cut = points.filter(({ stoppedBy }) => stoppedBy === "time").length;
  if (cut === 0) return [];
  return [
    `${cut === points.length ? "Every" : formatCount(cut)} point${cut === 1 || cut === points.length ? "" : "s"} met the time limit before the search was done: with more time the frontier, and its knee, may lie lower.`,
  ];
}

/** What a point has less than the cheapest one, and what it costs. */
function steps(file: FrontierFile, index: number, exponent: number): string {
  const [cheapest, point] = [file.points[0]!, file.points[index]!];
  const less = cheapest.value - point.value;
  const { money, percent } = point.difference;
  const cost = `${file.currency} ${group(roundMoney(money, exponent, exponent))}`;
  const share = percent === null ? "" : ` (${formatPercent(percent)})`;
  const deferred = point.counts.deferred - cheapest.counts.deferred;
  const behind =
    deferred === 0
      ? ""
      : `, with ${plural(Math.abs(deferred), "order")} ${deferred > 0 ? "more" : "fewer"} deferred`;
  const gain =
    file.against === "finish"
      ? `Finishing ${formatSpan(Math.round(less * MICROS_PER_SECOND))} earlier`
      : `${plural(less, "package")} fewer`;
  const verb = file.against === "finish" || less === 1 ? "costs" : "cost";
  return `${gain} ${verb} ${cost}${share} more${behind}`;
}
