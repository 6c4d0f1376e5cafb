import { legend } from "../../bars.js";
import { writtenMoment } from "../../clock.js";
import { MOST_SHOWN } from "../../folded.js";
import { html, type Markup, named, type Piece } from "../../markup.js";
import { byCost, group, plural, signed, signedPercent } from "../../numbers.js";
import { acrossAxis, namesAxis, upAxis } from "../../plot/axis.js";
import { type HeatCell, heatTable } from "../../plot/heat.js";
import { band, level, line, lineSwatch, mark, markSwatch, plot } from "../../plot/plot.js";
import { decimalsOf, signedMoney, table } from "../../table.js";
import { truncateCells } from "../../textWidth.js";
import { certainty } from "../../words.js";
import { gapText } from "../outcomes.js";
import { lead, type Section } from "../section.js";
import { axisName, type Sweep, type SweepPoint, sweepsOf, type WhatIfData } from "./scenarios.js";

/** Points beyond which a curve has no marks and grids no more cells. */
const MOST_MARKS = 500;
const MOST_CELLS = 2500;

const PLAIN_NUMBER = /^-?\d+(\.\d+)?$/;

/** Each sweep: cost over the values of a field, or over those of two. */
export function sweepSection(data: WhatIfData): Section | null {
  const sweeps = sweepsOf(data.file);
  if (sweeps.length === 0) return null;
  const body = html`${sweeps.map(
    (sweep, s) => html`<h3>${named(sweep.id)}</h3>
${sweep.over.length === 1 ? curve(sweep, s, data) : grids(sweep, data)}`,
  )}`;
  return { id: "sweeps", title: "Sweeps", short: "Sweeps", body };
}

function curve(sweep: Sweep, s: number, { file, exponent }: WhatIfData): Markup {
  const { base, currency } = file;
  const values = sweep.points.map((point) => point.sweep.values[0]!);
  const numbers = values.every((value) => PLAIN_NUMBER.test(value));
  const places = values.map((value, i) => (numbers ? Number(value) : i));
  const sorted = sweep.points
    .map((point, i) => ({ point, x: places[i]!, value: values[i]! }))
    .sort((a, b) => a.x - b.x);
  const cost = sorted.map(({ x, point }) => ({ x, y: Number(point.cost.objective) }));
  const bound = sorted.map(({ x, point }) => ({ x, y: Number(point.bound) }));
  const baseCost = Number(base.cost.objective);
  const path = axisName(sweep.over[0]!);
  const picture = plot({
    id: `sweep-${s}`,
    title: `Cost over ${truncateCells(path, 80)}`,
    description: `${plural(sorted.length, "plan")}; ${sorted
      .slice(0, 12)
      .map(({ value, point }) => `at ${value}: ${currency} ${group(point.cost.objective)}`)
      .join("; ")}${sorted.length > 12 ? "; the table has all" : ""}`,
    up: `Cost, ${currency}`,
    across: path,
    x: numbers ? acrossAxis(places) : namesAxis(values.map(figure)),
    y: upAxis([...cost, ...bound].map(({ y }) => y).concat(baseCost)),
    layers: (frame) => [
      band(frame, cost, bound, "gap"),
      level(frame, baseCost, "base-level", `Base plan: ${currency} ${group(base.cost.objective)}`),
      line(frame, bound, "bound-line"),
      line(frame, cost, "cost-line"),
      sorted.length <= MOST_MARKS &&
        sorted.map(({ value, point }, i) =>
          mark(
            frame,
            cost[i]!,
            certainty(point.difference) === "not proven" ? "ring" : "dot",
            `${value}: ${currency} ${group(point.cost.objective)}, ${signed(point.difference.money)} against the base plan, ${certainty(point.difference)}`,
          ),
        ),
    ],
  });
  return html`${legend([
    [
      html`${lineSwatch("cost-line")}${markSwatch("dot")}`,
      "cost of the best plan found; between marks nothing was planned",
    ],
    [markSwatch("ring"), "difference to the base plan not proven"],
    [lineSwatch("bound-line"), "bound: no plan costs less"],
    [lineSwatch("base-level"), "base plan"],
  ])}
${picture}
${pointTable(sweep, { file, exponent })}`;
}

function pointTable({ over, points }: Sweep, { file, exponent }: WhatIfData): Markup {
  return html`<details><summary>The figures of ${points.length > MOST_SHOWN && `the first ${MOST_SHOWN} of `}${plural(points.length, "plan")}</summary>
${table({
  caption: `Cost by value, ${file.currency}`,
  columns: [
    ...over.map((axis) => ({ label: axisName(axis), kind: "figure" }) as const),
    { label: "Objective", kind: "money" },
    { label: "Bound", kind: "money" },
    { label: "Gap", kind: "figure" },
    { label: "Difference", kind: "money" },
    { label: "Percent", kind: "figure" },
    { label: "Which way", kind: "text", className: "nowrap" },
    { label: "Packages", kind: "count" },
    { label: "Moved", kind: "count" },
  ],
  rows: points
    .slice(0, MOST_SHOWN)
    .map(({ sweep, cost, bound, gap, difference, counts, moved }) => [
      ...sweep.values,
      cost.objective,
      bound,
      gapText(gap),
      difference.money,
      difference.percent === null ? null : signedPercent(difference.percent),
      certainty(difference),
      counts.packages,
      moved?.orders ?? null,
    ]),
  exponent,
})}</details>`;
}

/** A table of two axes; with more axes one for each combination of the others. */
function grids(sweep: Sweep, data: WhatIfData): Markup {
  const [down, along, ...others] = sweep.over;
  const byOthers = new Map<string, SweepPoint[]>();
  for (const point of sweep.points.slice(0, MOST_CELLS)) {
    const key = JSON.stringify(point.sweep.values.slice(2));
    const list = byOthers.get(key);
    if (list === undefined) byOthers.set(key, [point]);
    else list.push(point);
  }
  const differences = sweep.points.map(({ difference }) => Math.abs(Number(difference.money)));
  const most = differences.reduce((largest, difference) => Math.max(largest, difference), 0);
  const cheapest = byCost(sweep.points, ({ cost }) => cost.objective, data.exponent)[0];
  const decimals = Math.max(...sweep.points.map(({ difference }) => decimalsOf(difference.money)));
  const cell = (point: SweepPoint): HeatCell =>
    heatCell(point, { most, decimals, cheapest: point === cheapest }, data);
  return html`${lead(
    html`Difference to the base plan, ${data.file.currency}: down ${axisName(down!)}, along ${axisName(along!)}. Red is dearer, blue cheaper; ? is not proven; the cheapest is <strong>bold</strong>.`,
  )}
${[...byOthers.values()].map((points) => {
  const fixed = others.map((axis, i) => `${axisName(axis)} = ${points[0]!.sweep.values[i + 2]}`).join(", ");
  return grid(points, `Difference to the base plan${fixed === "" ? "" : `, ${fixed}`}`, cell);
})}
${sweep.points.length > MOST_CELLS && html`<p class="note">what-if.json has all ${plural(sweep.points.length, "plan")}.</p>`}
${pointTable(sweep, data)}`;
}

function grid(points: readonly SweepPoint[], caption: string, cell: (point: SweepPoint) => HeatCell): Markup {
  const valuesOf = (axis: number): readonly string[] => [
    ...new Set(points.map(({ sweep }) => sweep.values[axis]!)),
  ];
  const at = new Map(points.map((point) => [JSON.stringify(point.sweep.values.slice(0, 2)), point]));
  const along = valuesOf(1);
  return heatTable({
    caption,
    name: caption,
    corner: "",
    columns: along.map(figure),
    rows: valuesOf(0).map((down) => ({
      label: figure(down),
      cells: along.map((value) => {
        const point = at.get(JSON.stringify([down, value]));
        return point === undefined ? null : cell(point);
      }),
    })),
  });
}

/** A value as a person reads it: numbers grouped, instants without their offset and seconds that are 0. */
function figure(value: string): string {
  return PLAIN_NUMBER.test(value) ? group(value) : (writtenMoment(value)?.replace(/:00$/, "") ?? value);
}

/** @param scale the largest difference, the decimals to align, and whether no point is cheaper */
function heatCell(
  point: SweepPoint,
  scale: { readonly most: number; readonly decimals: number; readonly cheapest: boolean },
  { file, exponent }: WhatIfData,
): HeatCell {
  const { most, decimals, cheapest } = scale;
  const { difference, cost } = point;
  const open = certainty(difference) === "not proven";
  const text: Piece = html`${open && "? "}${signedMoney(difference.money, exponent, decimals)}`;
  return {
    content: cheapest ? html`<strong>${text}</strong>` : text,
    heat: most === 0 ? 0 : Number(difference.money) / most,
    title: `${file.currency} ${group(cost.objective)}, ${certainty(difference)}`,
  };
}
