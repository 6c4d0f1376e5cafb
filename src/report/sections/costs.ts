import { costBar, drawnOf } from "../bars.js";
import { swatch } from "../drawing.js";
import { html, type Markup } from "../markup.js";
import { costUnits, formatShare } from "../numbers.js";
import { table } from "../table.js";
import { costParts, shareOfObjective } from "../words.js";
import type { ReportData, Section } from "./section.js";

/** What the objective is made of. */
export function costSection({ plan, contract }: ReportData): Section {
  const { exponent } = contract;
  const { cost, currency } = plan;
  const objective = costUnits(cost.objective, exponent);
  const paid = drawnOf(cost, exponent);
  const rows = costParts(cost).map(({ key, label, meaning, money }) => [
    html`${swatch(`url(#fill-${key})`)} ${label}`,
    money,
    formatShare(shareOfObjective(costUnits(money, exponent), objective)),
    meaning,
  ]);
  const body: Markup = html`${
    paid > 0n &&
    costBar({ id: "cost-bar", name: "this plan", cost, of: paid, currency, exponent, height: 30 })
  }
${table({
  caption: `The objective, ${currency}, by part`,
  columns: [
    { label: "Part", kind: "text" },
    { label: currency, kind: "money" },
    { label: "Share", kind: "figure" },
    { label: "What it is", kind: "text", className: "soft" },
  ],
  rows,
  foot: ["Objective", cost.objective, objective > 0n ? "100.00 %" : null, ""],
  exponent,
})}`;
  return { id: "costs", title: "Where the cost comes from", short: "Cost", body };
}
