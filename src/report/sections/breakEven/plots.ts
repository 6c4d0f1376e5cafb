import type { BreakEvenFile } from "../../../model/breakEvenFile.js";
import { html, type Markup, named } from "../../markup.js";
import { formatCount, group } from "../../numbers.js";
import { type Axis, countAxis, upAxis } from "../../plot/axis.js";
import { labelRows } from "../../plot/labels.js";
import { band, type Frame, line, mark, type PlotPoint, plot, upright, whisker } from "../../plot/plot.js";
import { truncateCells } from "../../textWidth.js";
import { planName } from "./parameter.js";

/** What the charts of one curve, which stand below each other, have in common. */
export interface Canvas {
  readonly file: BreakEvenFile;
  readonly x: Axis;
  /** The channels file's own value, where it lies between the ends. */
  readonly asItIs: number | null;
  /** Pixels left of the field. */
  readonly scaleWidth: number;
}

const LABEL_ROW = 16;
/** Pieces that a drawing's description names; tables have all. */
const MOST_TOLD = 12;

interface Lines {
  readonly objective: readonly PlotPoint[];
  readonly bound: readonly PlotPoint[];
  /** Two points for each piece. */
  readonly curve: readonly PlotPoint[];
}

function linesOf({ band: points, pieces }: BreakEvenFile): Lines {
  return {
    objective: points.map(({ value, objective }) => ({ x: Number(value), y: Number(objective) })),
    bound: points.map(({ value, bound }) => ({ x: Number(value), y: Number(bound) })),
    curve: pieces.flatMap(({ from, to, costFrom, costTo }) => [
      { x: Number(from), y: Number(costFrom) },
      { x: Number(to), y: Number(costTo) },
    ]),
  };
}

export function costAxis(file: BreakEvenFile): Axis {
  const { objective, bound, curve } = linesOf(file);
  return upAxis([...objective, ...bound, ...curve].map(({ y }) => y));
}

/** Cost over the parameter: lines where the method is exact, else marks alone. */
export function costPlot({ file, x, asItIs, scaleWidth }: Canvas): Markup {
  const { currency, parameter, pieces, breakpoints, method } = file;
  const exact = method === "exact";
  const { objective, bound, curve } = linesOf(file);
  const labels = labelRows(breakpoints.map(({ value }) => ({ at: x.at(Number(value)), text: group(value) })));
  const breaks = (frame: Frame) =>
    labels.placed.map(({ text, row }, i) => {
      const label = row === null ? undefined : { text, up: LABEL_ROW * row + 5 };
      return upright(frame, Number(breakpoints[i]!.value), "break", label);
    });
  const marks = (frame: Frame) =>
    pieces.map(({ from, to, costFrom, costTo, plan }, i) => [
      mark(frame, curve[2 * i]!, "dot", `${group(from)}: ${currency} ${group(costFrom)}, ${planName(plan)}`),
      from !== to &&
        mark(
          frame,
          curve[2 * i + 1]!,
          "dot",
          `${group(to)}: ${currency} ${group(costTo)}, ${planName(plan)}`,
        ),
    ]);
  return plot({
    id: "cost",
    title: `Cost over ${truncateCells(parameter.path, 80)}`,
    description: described(
      file,
      ({ from, to, costFrom, costTo }) =>
        `${currency} ${group(costFrom)}${from === to ? "" : ` to ${group(costTo)}`}`,
    ),
    up: `Cost, ${currency}`,
    across: parameter.path,
    x,
    y: costAxis(file),
    scaleWidth,
    above: 12 + LABEL_ROW * labels.rows,
    layers: (frame) => [
      exact && band(frame, objective, bound, "gap"),
      exact && line(frame, bound, "bound-line"),
      !exact && objective.map((point, i) => whisker(frame, point.x, point.y, bound[i]!.y)),
      asItIs !== null && upright(frame, asItIs, "as-is"),
      breaks(frame),
      exact && line(frame, curve, "cost-line"),
      marks(frame),
    ],
  });
}

/** A number of each plan over the same values. */
export function countPlot(
  { file, x, asItIs, scaleWidth }: Canvas,
  input: {
    readonly id: string;
    readonly what: "Orders" | "Packages";
    /** The channel, or all of them. */
    readonly of: string;
    /** Of each piece. */
    readonly counts: readonly number[];
  },
): Markup {
  const { id, what, of, counts } = input;
  const { pieces, parameter, breakpoints, method } = file;
  const points = pieces.flatMap(({ from, to }, i) => [
    { x: Number(from), y: counts[i]! },
    { x: Number(to), y: counts[i]! },
  ]);
  return plot({
    id,
    title: `${what} on ${truncateCells(of, 60)}`,
    description: described(file, (_, i) => formatCount(counts[i]!)),
    up: html`${what} on ${named(of)}`,
    across: parameter.path,
    x,
    y: countAxis(counts),
    scaleWidth,
    height: 96,
    layers: (frame) => [
      asItIs !== null && upright(frame, asItIs, "as-is"),
      breakpoints.map(({ value }) => upright(frame, Number(value), "break")),
      method === "exact"
        ? line(frame, points, "count-line")
        : pieces.map(({ from }, i) =>
            mark(frame, points[2 * i]!, "dot", `${group(from)}: ${formatCount(counts[i]!)}`),
          ),
    ],
  });
}

type Piece = BreakEvenFile["pieces"][number];

/** The first pieces in words. */
function described({ pieces }: BreakEvenFile, say: (piece: Piece, index: number) => string): string {
  const told = pieces.slice(0, MOST_TOLD).map((piece, i) => {
    const { from, to } = piece;
    return `${from === to ? `at ${from}` : `${from} to ${to}`}: ${say(piece, i)}`;
  });
  return `${told.join("; ")}${pieces.length > MOST_TOLD ? "; the table has all" : ""}`;
}
