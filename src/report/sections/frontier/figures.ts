import { writtenMoment } from "../../clock.js";
import { html, type Markup } from "../../markup.js";
import { formatCount, signedPercent } from "../../numbers.js";
import { table } from "../../table.js";
import { certainty } from "../../words.js";
import { costTable, gapText } from "../outcomes.js";
import { lead, type Section } from "../section.js";
import { type FrontierData, pointName, reportLink, valueText } from "./points.js";

/** The plans as tables. */
export function figuresSection(data: FrontierData): Section {
  const { file, exponent } = data;
  const body = html`${lead(html`The same is in <a href="./frontier.json">frontier.json</a>, <a href="./points.csv">points.csv</a> and <a href="./channels.csv">channels.csv</a> beside this page.`)}
${pointTable(data)}
${costTable(
  file.points.map(({ cost }, i) => ({ name: pointName(file, i), cost })),
  { head: "Plan", currency: file.currency, exponent },
)}`;
  return { id: "figures", title: "All figures", short: "All figures", body };
}

function pointTable({ file, exponent }: FrontierData): Markup {
  const { points, against, currency } = file;
  const written = points.some(({ folder }) => folder !== null);
  const byPackages = against === "packages";
  const value = (amount: number) => (byPackages ? formatCount(amount) : valueText(against, amount));
  return table({
    caption: `Plans from the cheapest on, ${currency}`,
    columns: [
      { label: "Plan", kind: "text" },
      { label: byPackages ? "Packages" : "After the start", kind: "figure", className: "nowrap" },
      { label: "At most allowed", kind: "figure", className: "nowrap" },
      { label: "Objective", kind: "money" },
      { label: "Dearer by", kind: "money" },
      { label: "Percent", kind: "figure" },
      { label: "Which way", kind: "text", className: "nowrap" },
      { label: "Bound", kind: "money" },
      { label: "Gap", kind: "figure" },
      { label: "Deferred", kind: "count" },
      ...(byPackages ? [] : [{ label: "Packages", kind: "count" } as const]),
      { label: "Latest finish", kind: "figure", className: "nowrap" },
      ...(written ? [{ label: "Report", kind: "text", className: "nowrap" } as const] : []),
    ],
    rows: points.map((point, i) => {
      const { difference, cost, bound, gap, counts, limit } = point;
      const link = reportLink(point);
      return [
        pointName(file, i),
        value(point.value),
        limit === null ? null : value(limit),
        cost.objective,
        difference.money,
        difference.percent === null ? null : signedPercent(difference.percent),
        i === 0 ? null : certainty(difference),
        bound,
        gapText(gap),
        counts.deferred,
        ...(byPackages ? [] : [counts.packages]),
        writtenMoment(point.finishAt),
        ...(written ? [link === null ? null : html`<a href="${link}">plan ${i + 1}</a>`] : []),
      ];
    }),
    exponent,
  });
}
