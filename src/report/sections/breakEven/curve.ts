import type { BreakEvenFile } from "../../../model/breakEvenFile.js";
import { legend } from "../../bars.js";
import { folded } from "../../folded.js";
import { html, type Markup, named } from "../../markup.js";
import { group, moreOrFewer } from "../../numbers.js";
import { acrossAxis, countAxis } from "../../plot/axis.js";
import { lineSwatch, markSwatch, upLabelWidth, WHISKER_SWATCH } from "../../plot/plot.js";
import { lead, type Section } from "../section.js";
import { type BreakEvenData, countedName, loadsOf, planName, valueAsItIs } from "./parameter.js";
import { type Canvas, costAxis, costPlot, countPlot } from "./plots.js";

/** Cost over the parameter, what the channel carries below it, and what happens at every break. */
export function curveSection({ file }: BreakEvenData): Section {
  const exact = file.method === "exact";
  const of = countedName(file);
  const loads = loadsOf(file);
  const orders = loads.map((load) => load.orders);
  const packages = loads.map((load) => load.packages);
  const asItIs = valueAsItIs(file);
  const axes = [costAxis(file), countAxis(orders), countAxis(packages)];
  const canvas: Canvas = {
    file,
    x: acrossAxis([Number(file.from), Number(file.to)]),
    asItIs,
    scaleWidth: Math.max(...axes.map(upLabelWidth)),
  };
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
    : [WHISKER_SWATCH, "down to the bound: no plan costs less"],
  ...(file.breakpoints.length > 0
    ? [
        [
          lineSwatch("break"),
          exact ? "break-even value" : "beyond it another plan is the best found",
        ] as const,
      ]
    : []),
  ...(asItIs !== null ? [[lineSwatch("as-is"), `as it is: ${file.parameter.asItIs}`] as const] : []),
])}
${costPlot(canvas)}
${countPlot(canvas, { id: "orders", what: "Orders", of, counts: orders })}
${
  // A single channel has none at any value.
  packages.some((count) => count > 0) &&
  countPlot(canvas, { id: "packages", what: "Packages", of, counts: packages })
}
${sentences(file)}`;
  return { id: "curve", title: `Cost over ${file.parameter.field}`, short: "Curve", body };
}

/** What happens at every break, in a sentence each. */
function sentences(file: BreakEvenFile): Markup | false {
  const { breakpoints, parameter } = file;
  if (breakpoints.length === 0) return false;
  const where =
    parameter.channel === null ? html`all channels together have` : html`${named(parameter.channel)} has`;
  return html`<h3>Break-even values</h3>
${folded(
  breakpoints,
  (part, first) => html`<ol class="sentences" start="${first + 1}">${part.map(
    ({ value, before, after, ordersBelow, packagesBelow, proven }) => html`
<li>Up to <strong>${group(value)}</strong> ${planName(before)} is the cheapest known, above it ${planName(after)}: ${where} ${moreOrFewer(-ordersBelow, "order")} and ${moreOrFewer(-packagesBelow, "package")} there. ${
      proven ? "Proven." : "Not proven: within the gap the optimum may change elsewhere."
    }</li>`,
  )}
</ol>`,
  { word: "value", file: "break-even.json" },
)}`;
}
