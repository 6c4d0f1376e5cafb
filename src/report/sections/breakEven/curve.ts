import type { BreakEvenFile } from "../../../model/breakEvenFile.js";
import { legend } from "../../bars.js";
import { html, type Markup, named } from "../../markup.js";
import { formatCount, group, plural } from "../../numbers.js";
import { type Axis, acrossAxis, countAxis, upAxis } from "../../plot/axis.js";
import { labelRows } from "../../plot/labelRows.js";
import {
  band,
  type Frame,
  line,
  lineSwatch,
  mark,
  markSwatch,
  type PlotPoint,
  plot,
  upright,
  whisker,
} from "../../plot/plot.js";
import { truncateCells } from "../../textWidth.js";
import { lead, type Section } from "../section.js";
import { asItIs, type BreakEvenData, countedIn, planName } from "./parameter.js";

const LABEL_ROW = 16;

/** Cost over the parameter, what the channel carries below it, and what happens at every break. */
export function curveSection({ file }: BreakEvenData): Section {
  const exact = file.method === "exact";
  const x = acrossAxis([Number(file.from), Number(file.to)]);
  const counted = countedIn(file);
  const inside = valueAsItIs(file);
  const body = html`${lead(
    exact
      ? "The cost of the cheapest plan found at every value; where it has a corner, another plan becomes the cheapest. The optimum lies in the band."
      : "The cost of the best plan found at each value that was looked at; the optimum lies within its whisker. Between the marks nothing is claimed.",
  )}
${legend([
  exact
    ? [lineSwatch("cost-line"), "cost of the cheapest plan found"]
    : [markSwatch("dot"), "cost of the best plan found"],
  exact
    ? [lineSwatch("bound-line"), "bound: no plan costs less"]
    : [WHISKER, "down to the bound: no plan costs less"],
  ...(file.breakpoints.length > 0
    ? [
        [
          lineSwatch("break"),
          exact ? "break-even value" : "after this value another plan is the best",
        ] as const,
      ]
    : []),
  ...(inside !== null ? [[lineSwatch("as-is"), html`as it is: ${file.parameter.asItIs}`] as const] : []),
])}
${costPlot(file, x, inside)}
${countPlot(file, x, inside, {
  id: "orders",
  what: `Orders on ${counted.name}`,
  shown: html`Orders on ${named(counted.name)}`,
  of: (plan) => counted.ordersOf(file.plans[plan]!),
})}
${countPlot(file, x, inside, {
  id: "packages",
  what: `Packages of ${counted.name}`,
  shown: html`Packages of ${named(counted.name)}`,
  of: (plan) => counted.packagesOf(file.plans[plan]!),
})}
${sentences(file)}`;
  return { id: "curve", title: `Cost over ${file.parameter.field}`, short: "Curve", body };
}

const WHISKER = html`<svg class="swatch" width="14" height="14" aria-hidden="true" focusable="false"><path class="whisker" d="M7 1V12M2 12H12"/></svg>`;

/** The channels file's own value, where it lies between the ends. */
function valueAsItIs(file: BreakEvenFile): number | null {
  const value = asItIs(file);
  return value !== null && value >= Number(file.from) && value <= Number(file.to) ? value : null;
}

function costPlot(file: BreakEvenFile, x: Axis, inside: number | null): Markup {
  const { currency, parameter, pieces, breakpoints } = file;
  const exact = file.method === "exact";
  const objective = file.band.map((point) => ({ x: Number(point.value), y: Number(point.objective) }));
  const bound = file.band.map((point) => ({ x: Number(point.value), y: Number(point.bound) }));
  const curve = pieces.flatMap(({ from, to, costFrom, costTo }) => [
    { x: Number(from), y: Number(costFrom) },
    { x: Number(to), y: Number(costTo) },
  ]);
  const labels = labelRows(breakpoints.map(({ value }) => ({ at: x.at(Number(value)), text: group(value) })));
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
    description: `${exact ? "Straight pieces" : "Single values"} from ${file.from} to ${file.to}: ${pieces
      .slice(0, 12)
      .map(
        ({ from, to, costFrom, costTo }) =>
          `${from === to ? `at ${from}` : `${from} to ${to}`} ${currency} ${group(costFrom)}${from === to ? "" : ` to ${group(costTo)}`}`,
      )
      .join("; ")}${pieces.length > 12 ? "; the table has all" : ""}`,
    up: `Cost, ${currency}`,
    across: parameter.path,
    x,
    y: upAxis([...objective, ...bound, ...curve].map(({ y }) => y)),
    above: 14 + LABEL_ROW * labels.rows,
    layers: (frame) => [
      exact
        ? [band(frame, objective, bound, "gap"), line(frame, bound, "bound-line")]
        : whiskers(frame, objective, bound),
      uprights(frame, file, inside),
      labels.placed.map(
        ({ text, row }, i) =>
          row !== null &&
          upright(frame, Number(breakpoints[i]!.value), "break", { text, up: LABEL_ROW * row }),
      ),
      exact && line(frame, curve, "cost-line"),
      marks(frame),
    ],
  });
}

function whiskers(frame: Frame, from: readonly PlotPoint[], to: readonly PlotPoint[]): readonly Markup[] {
  return from.map(({ x, y }, i) => whisker(frame, x, y, to[i]!.y));
}

function uprights(frame: Frame, { breakpoints }: BreakEvenFile, inside: number | null): readonly Markup[] {
  return [
    ...breakpoints.map(({ value }) => upright(frame, Number(value), "break")),
    ...(inside === null ? [] : [upright(frame, inside, "as-is")]),
  ];
}

/** A number of each plan as steps over the same values. */
function countPlot(
  file: BreakEvenFile,
  x: Axis,
  inside: number | null,
  {
    id,
    what,
    shown,
    of,
  }: { readonly id: string; readonly what: string; readonly shown: Markup; of(plan: number): number },
): Markup {
  const { pieces, parameter } = file;
  const exact = file.method === "exact";
  const points = pieces.map(({ from, to, plan }) => ({ from: Number(from), to: Number(to), y: of(plan) }));
  return plot({
    id,
    title: truncateCells(what, 80),
    description: pieces
      .slice(0, 12)
      .map(({ from, to, plan }) => `${from === to ? from : `${from} to ${to}`}: ${formatCount(of(plan))}`)
      .join("; "),
    up: shown,
    across: parameter.path,
    x,
    y: countAxis(points.map(({ y }) => y)),
    height: 96,
    layers: (frame) => [
      uprights(frame, file, inside),
      exact
        ? line(
            frame,
            points.flatMap(({ from, to, y }) => [
              { x: from, y },
              { x: to, y },
            ]),
            "count-line",
          )
        : points.map(({ from, y }) =>
            mark(frame, { x: from, y }, "dot", `${group(String(from))}: ${formatCount(y)}`),
          ),
    ],
  });
}

/** What happens at every break, in a sentence each. */
function sentences(file: BreakEvenFile): Markup | false {
  const { breakpoints, parameter } = file;
  if (breakpoints.length === 0) return false;
  const where = parameter.channel === null ? html`all channels together` : named(parameter.channel);
  return html`<h3>${file.method === "exact" ? "Break-even values" : "Where the plan changes"}</h3>
<ol class="sentences">${breakpoints.map(
    ({ value, before, after, ordersBelow, packagesBelow, proven }) => html`
<li>Up to <strong>${group(value)}</strong> ${planName(before)} is the cheapest known, above it ${planName(after)}: ${where} ${parameter.channel === null ? "have" : "has"} ${moreOrLess(-ordersBelow, "order")} and ${moreOrLess(-packagesBelow, "package")} above it. ${
      proven ? "Proven." : "Not proven: within the gap the optimum may change elsewhere."
    }</li>`,
  )}
</ol>`;
}

function moreOrLess(more: number, word: string): string {
  if (more === 0) return `as many ${word}s`;
  return `${plural(Math.abs(more), `${more > 0 ? "more" : "fewer"} ${word}`)}`;
}
