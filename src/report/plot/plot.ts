import { drawing } from "../drawing.js";
import { html, type Markup, type Piece } from "../markup.js";
import type { Axis } from "./axis.js";
import { anchorAt, labelWidth } from "./labels.js";

/**
 * Charts with two axes. As in every drawing, widths are percent, so that a chart fills its place while its text keeps its
 * size; lines, which percent cannot say, lie in an inner picture that is stretched. Labels of the upward axis stand in
 * a picture of their own to the left.
 */
export interface PlotInput {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** What goes up and its unit, above the chart. */
  readonly up: Piece;
  /** What goes across and its unit, below the chart. */
  readonly across: string;
  readonly x: Axis;
  readonly y: Axis;
  /** Of the field between the axes, in pixels. */
  readonly height?: number;
  /** Pixels above the field, for labels of what stands in it; default 8. */
  readonly above?: number;
  /** Pixels for the labels of the upward axis; default {@link upLabelWidth}. Charts below each other share the widest. */
  readonly scaleWidth?: number;
  readonly layers: (frame: Frame) => Piece;
}

/** Where things lie in a plot. */
export interface Frame {
  /** Percent of the width, as a number. */
  x(value: number): number;
  /** Pixels from the top. */
  y(value: number): number;
  readonly top: number;
  readonly bottom: number;
}

export interface PlotPoint {
  readonly x: number;
  readonly y: number;
}

/** Percent of the width that stays free at each side, so that marks at the ends are whole. */
const MARGIN = 3;
const TICKS = 22;
const ABOVE = 8;

/** Pixels that the labels of an upward axis take. */
export function upLabelWidth({ ticks }: Axis): number {
  return Math.ceil(Math.max(...ticks.map(({ label }) => labelWidth(label)))) + 8;
}

export function plot(input: PlotInput): Markup {
  const { id, title, description, up, across, x, y, height = 240, above = ABOVE, scaleWidth, layers } = input;
  const bottom = above + height;
  const frame: Frame = {
    x: (value) => round(MARGIN + (100 - 2 * MARGIN) * x.at(value), 2),
    y: (value) => round(bottom - height * y.at(value), 1),
    top: above,
    bottom,
  };
  const total = bottom + TICKS;
  const left = scaleWidth ?? upLabelWidth(y);
  const grid = y.ticks.map(
    ({ value }) => html`<line class="grid" x1="0" x2="100%" y1="${frame.y(value)}" y2="${frame.y(value)}"/>`,
  );
  const ticks = x.ticks.map(({ value, label }) => {
    const at = frame.x(value);
    return html`<line class="notch" x1="${at}%" x2="${at}%" y1="${bottom}" y2="${bottom + 4}"/><text class="tick" x="${at}%" y="${bottom + 17}" text-anchor="${anchorAt(at / 100, label)}">${label}</text>`;
  });
  return html`<div class="plot"><p class="unit">${up}</p>
<svg class="scale" width="${left}" height="${total}" aria-hidden="true" focusable="false">${y.ticks.map(
    ({ value, label }) =>
      html`<text class="tick" x="${left - 6}" y="${round(frame.y(value) + 4, 1)}" text-anchor="end">${label}</text>`,
  )}</svg>
${drawing({
  id,
  className: "field",
  title,
  description,
  height: total,
  body: [
    grid,
    html`<line class="base" x1="0" x2="100%" y1="${bottom}" y2="${bottom}"/>`,
    ticks,
    layers(frame),
  ],
})}
<p class="axis">${across}</p></div>
`;
}

/** Straight lines from point to point, left to right. */
export function line(frame: Frame, points: readonly PlotPoint[], className: string): Markup | false {
  return (
    points.length > 1 && stretched(frame, html`<path class="${className}" d="${pathOf(frame, points)}"/>`)
  );
}

/** From point to point at right angles: a figure holds until the next point's. */
export function steps(frame: Frame, points: readonly PlotPoint[], className: string): Markup | false {
  return line(
    frame,
    points.flatMap((point, i) => (i === 0 ? [point] : [{ x: point.x, y: points[i - 1]!.y }, point])),
    className,
  );
}

/** What lies between two lines over the same values. */
export function band(
  frame: Frame,
  upper: readonly PlotPoint[],
  lower: readonly PlotPoint[],
  className: string,
): Markup | false {
  return (
    upper.length > 1 &&
    stretched(
      frame,
      html`<path class="${className}" d="${pathOf(frame, [...upper, ...[...lower].reverse()])}Z"/>`,
    )
  );
}

/** Units of the inner picture's width. */
const INNER = 1000;

function stretched({ bottom }: Frame, body: Piece): Markup {
  return html`<svg width="100%" height="${bottom}" viewBox="0 0 ${INNER} ${bottom}" preserveAspectRatio="none" overflow="visible">${body}</svg>
`;
}

function pathOf(frame: Frame, points: readonly PlotPoint[]): string {
  return points
    .map(({ x, y }, i) => `${i === 0 ? "M" : "L"}${round((frame.x(x) * INNER) / 100, 1)} ${frame.y(y)}`)
    .join("");
}

export type MarkForm = "dot" | "ring" | "diamond";

const MARKS: Readonly<Record<MarkForm, Markup>> = {
  dot: html`<circle class="dot" r="4"/>`,
  ring: html`<circle class="ring" r="4"/>`,
  diamond: html`<path class="dot" d="M0-7L6 0L0 7L-6 0Z"/>`,
};

/** A mark, with what it says for those who point at it; it can be hit beside it, too. */
export function mark(frame: Frame, { x, y }: PlotPoint, form: MarkForm, title: string): Markup {
  return html`<svg x="${frame.x(x)}%" y="${frame.y(y)}" width="1" height="1" overflow="visible"><g class="mark"><title>${title}</title><circle class="hit" r="12"/>${MARKS[form]}</g></svg>
`;
}

/** A mark as a legend shows it. */
export function markSwatch(form: MarkForm): Markup {
  return html`<svg class="swatch" width="14" height="14" viewBox="-7 -8 14 14" aria-hidden="true" focusable="false">${MARKS[form]}</svg>`;
}

/** A line as a legend shows it. */
export function lineSwatch(className: string): Markup {
  return html`<svg class="swatch" width="22" height="12" aria-hidden="true" focusable="false"><path class="${className}" d="M0 6H22"/></svg>`;
}

export const WHISKER_SWATCH = html`<svg class="swatch" width="14" height="14" aria-hidden="true" focusable="false"><path class="whisker" d="M7 1V12M2 12H12"/></svg>`;

/** From a figure down to another one, with a bar at the lower end. */
export function whisker(frame: Frame, x: number, from: number, to: number): Markup {
  const [at, foot] = [frame.x(x), frame.y(to)];
  return html`<line class="whisker" x1="${at}%" x2="${at}%" y1="${frame.y(from)}" y2="${foot}"/><svg x="${at}%" y="${foot}" width="1" height="1" overflow="visible"><path class="whisker" d="M-5 0H5"/></svg>`;
}

/** A line across the whole field at a figure. */
export function level(frame: Frame, y: number, className: string, title: string): Markup {
  return html`<g><title>${title}</title><line class="${className}" x1="0" x2="100%" y1="${frame.y(y)}" y2="${frame.y(y)}"/></g>`;
}

/** A line up the whole field at a value; with a label, which stands `up` pixels above the field. */
export function upright(
  frame: Frame,
  x: number,
  className: string,
  label?: { readonly text: string; readonly up: number },
): Markup {
  const at = frame.x(x);
  const top = label === undefined ? frame.top : frame.top - label.up;
  return html`<line class="${className}" x1="${at}%" x2="${at}%" y1="${top}" y2="${frame.bottom}"/>${
    label &&
    html`<text class="named" x="${at}%" y="${top - 3}" text-anchor="${anchorAt(at / 100, label.text)}">${label.text}</text>`
  }`;
}

function round(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
