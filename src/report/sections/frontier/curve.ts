import { legend } from "../../bars.js";
import { html, type Markup } from "../../markup.js";
import { group, plural } from "../../numbers.js";
import { acrossAxis, spanAxis, upAxis } from "../../plot/axis.js";
import {
  lineSwatch,
  mark,
  markSwatch,
  plot,
  steps,
  upright,
  WHISKER_SWATCH,
  whisker,
} from "../../plot/plot.js";
import { lead, type Section } from "../section.js";
import { type FrontierData, pointName, valueText } from "./points.js";

/** Cost against finish or packages. */
export function curveSection({ file }: FrontierData): Section {
  const { against, points, knee, end } = file;
  const body = html`${lead(
    `Each mark is a plan; none that was found is both cheaper and ${against === "packages" ? "of fewer packages" : "done earlier"}. The line says what the cheapest of them costs that keeps within a limit.`,
  )}
${legend([
  [
    html`${lineSwatch("cost-line")}${points.length > (knee === null ? 0 : 1) ? markSwatch("dot") : null}`,
    "plan, and the cheapest one within a limit",
  ],
  ...(knee === null ? [] : [[markSwatch("diamond"), "knee: the best compromise"] as const]),
  [WHISKER_SWATCH, "down to the bound: no plan within its limit costs less"],
])}
${picture(file)}
<p class="note">Beyond the last plan: ${end}</p>`;
  return {
    id: "curve",
    title: against === "packages" ? "Cost against packages" : "Cost against the latest finish",
    short: "Curve",
    body,
  };
}

function picture(file: FrontierData["file"]): Markup {
  const { points, knee, against, currency } = file;
  const values = points.map(({ value }) => value);
  const marks = points.map(({ value, cost }) => ({ x: value, y: Number(cost.objective) }));
  const bounds = points.map(({ bound }) => Number(bound));
  const title = (i: number) =>
    `${pointName(file, i)}: ${valueText(against, values[i]!)}, ${currency} ${group(points[i]!.cost.objective)}`;
  return plot({
    id: "frontier",
    title: against === "packages" ? "Cost against packages" : "Cost against the latest finish",
    description: `${plural(points.length, "plan")}; ${points
      .slice(0, 12)
      .map((_, i) => title(i))
      .join("; ")}${points.length > 12 ? "; the table has all" : ""}`,
    up: `Cost, ${currency}`,
    across: against === "packages" ? "Packages" : "Latest finish, hours:minutes after the start of the plan",
    x: against === "packages" ? acrossAxis(values) : spanAxis(values),
    y: upAxis([...marks.map(({ y }) => y), ...bounds]),
    above: knee === null ? 14 : 26,
    layers: (frame) => [
      marks.map(({ x, y }, i) => whisker(frame, x, y, bounds[i]!)),
      knee !== null &&
        upright(frame, values[knee]!, "break", { text: `knee: ${valueText(against, values[knee]!)}`, up: 4 }),
      steps(frame, [...marks].reverse(), "cost-line"),
      marks.map((point, i) => mark(frame, point, i === knee ? "diamond" : "dot", title(i))),
    ],
  });
}
