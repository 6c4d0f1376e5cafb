import { writtenMoment } from "../../clock.js";
import { MOST_SHOWN } from "../../folded.js";
import { html, type Markup } from "../../markup.js";
import { table } from "../../table.js";
import { costTable, gapText } from "../outcomes.js";
import { lead, type Section } from "../section.js";
import { type BreakEvenData, countedName, loadsOf, planName } from "./parameter.js";

/** Pieces, breaks, plans and band as tables. */
export function figuresSection(data: BreakEvenData): Section {
  const { file, exponent } = data;
  const body = html`${lead(
    html`The same is in <a href="./break-even.json">break-even.json</a>, <a href="./pieces.csv">pieces.csv</a>, <a href="./channels.csv">channels.csv</a> and <a href="./band.csv">band.csv</a> beside this page.${
      file.pieces.length > MOST_SHOWN && ` They have all rows; here they end after ${MOST_SHOWN}.`
    }`,
  )}
${pieceTable(data)}
${planTable(data)}
<details><summary>What the plans cost by part</summary>
${costTable(
  file.plans.slice(0, MOST_SHOWN).map(({ cost }, i) => ({ name: planName(i), cost })),
  { head: "Plan", currency: file.currency, exponent },
)}</details>
${bandTable(data)}`;
  return { id: "figures", title: "All figures", short: "All figures", body };
}

function pieceTable({ file, exponent }: BreakEvenData): Markup {
  const loads = loadsOf(file);
  const swept = file.method === "swept";
  return table({
    caption: `${swept ? "Values that were looked at" : "Pieces of the curve"}, ${file.currency}`,
    columns: [
      { label: "From", kind: "figure" },
      { label: "To", kind: "figure" },
      { label: "Cheapest known", kind: "text" },
      { label: "Cost at from", kind: "money" },
      { label: "Cost at to", kind: "money" },
      { label: "A unit more costs", kind: "money" },
      { label: html`Orders on ${countedName(file)}`, kind: "count" },
      { label: "Packages", kind: "count" },
    ],
    rows: file.pieces
      .slice(0, MOST_SHOWN)
      .map(({ from, to, plan, costFrom, costTo }, i) => [
        from,
        to,
        planName(plan),
        costFrom,
        costTo,
        file.plans[plan]!.slope,
        loads[i]!.orders,
        loads[i]!.packages,
      ]),
    exponent,
  });
}

function planTable({ file, exponent }: BreakEvenData): Markup {
  return table({
    caption: `Plans at the values that they were searched at, ${file.currency}`,
    columns: [
      { label: "Plan", kind: "text" },
      { label: "Value", kind: "figure" },
      { label: "Objective", kind: "money" },
      { label: "Bound", kind: "money" },
      { label: "Gap", kind: "figure" },
      { label: "Packages", kind: "count" },
      { label: "Routed", kind: "count" },
      { label: "Deferred", kind: "count" },
      { label: "Rejected", kind: "count" },
      { label: "Latest finish", kind: "figure", className: "nowrap" },
    ],
    rows: file.plans
      .slice(0, MOST_SHOWN)
      .map(({ value, cost, bound, gap, counts, finishAt }, i) => [
        planName(i),
        value,
        cost.objective,
        bound,
        gapText(gap),
        counts.packages,
        counts.routed,
        counts.deferred,
        counts.rejected,
        writtenMoment(finishAt),
      ]),
    exponent,
  });
}

function bandTable({ file, exponent }: BreakEvenData): Markup {
  return html`<details><summary>The band between cost and bound</summary>
${table({
  caption: `Cost and bound, ${file.currency}${file.method === "exact" ? "; straight between two rows" : ""}`,
  columns: [
    { label: "Value", kind: "figure" },
    { label: "Objective", kind: "money" },
    { label: "Bound", kind: "money" },
  ],
  rows: file.band.slice(0, MOST_SHOWN).map(({ value, objective, bound }) => [value, objective, bound]),
  exponent,
})}</details>`;
}
