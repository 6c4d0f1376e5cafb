import type { Outcome, WhatIfFile } from "../../../model/whatIfFile.js";
import { costBar, costLegend, drawnOf, legend, partsBar } from "../../bars.js";
import { SERIES_FILLS, seriesFill, swatch } from "../../drawing.js";
import { folded } from "../../folded.js";
import { html, type Markup, named } from "../../markup.js";
import { formatCount, plural } from "../../numbers.js";
import { decimalsOf, money } from "../../table.js";
import { lead, type Section } from "../section.js";
import { scenarioName, type WhatIfData } from "./scenarios.js";

/** The base plan, then all scenarios. */
export interface Row {
  /** Null for the base plan. */
  readonly id: string | null;
  readonly outcome: Outcome;
}

export function rowsOf({ base, scenarios }: WhatIfFile): readonly Row[] {
  return [{ id: null, outcome: base }, ...scenarios.map((outcome) => ({ id: outcome.id, outcome }))];
}

const ALL = { word: "scenario", file: "scenarios.csv" };

/** What the costs are made of. */
export function partsSection({ file, exponent }: WhatIfData): Section {
  const rows = rowsOf(file);
  let most = 1n;
  for (const { outcome } of rows) {
    const drawn = drawnOf(outcome.cost, exponent);
    if (drawn > most) most = drawn;
  }
  const decimals = Math.max(...rows.map(({ outcome }) => decimalsOf(outcome.cost.objective)));
  // Some contracts may have prices of volume and others not.
  const legendOf = rows.find(({ outcome }) => outcome.cost.volume !== undefined) ?? rows[0]!;
  const body = html`${costLegend(legendOf.outcome.cost)}
${folded(
  rows,
  (part, first) => html`<ul class="bars">${part.map(
    ({ id, outcome: { cost } }, i) => html`
<li><span class="name">${scenarioName(id)}</span>${costBar({
      id: `parts-${first + i}`,
      name: id ?? "the base plan",
      cost,
      of: most,
      currency: file.currency,
      exponent,
      height: 18,
    })}<span class="figure">${money(cost.objective, exponent, decimals)}</span></li>`,
  )}
</ul>`,
  ALL,
)}
<p class="note">Figures of all parts are in the table <a href="#figures">All figures</a>.</p>`;
  return { id: "parts", title: `Cost by part, ${file.currency}`, short: "Cost by part", body };
}

interface Series {
  readonly label: Markup | string;
  readonly name: string;
  readonly fill: string;
  ordersOf(outcome: Outcome): number;
}

/** Which channel carries how many orders. */
export function channelsSection({ file }: WhatIfData): Section {
  const rows = rowsOf(file);
  const most = rows.reduce((largest, { outcome }) => Math.max(largest, outcome.counts.orders), 1);
  const series = seriesOf(rows);
  const body = html`${lead("Length is the number of orders, those without a channel included.")}
${legend(series.map(({ fill, label }) => [swatch(fill), label]))}
${folded(
  rows,
  (part, first) => html`<ul class="bars">${part.map(({ id, outcome }, i) => {
    const parts = series.map(({ name, fill, ordersOf }) => ({ name, fill, orders: ordersOf(outcome) }));
    return html`
<li><span class="name">${scenarioName(id)}</span>${partsBar({
      id: `orders-${first + i}`,
      title: `Orders of ${id ?? "the base plan"} by channel`,
      description: parts.map(({ name, orders }) => `${name}: ${formatCount(orders)}`).join("; "),
      parts: parts.map(({ name, fill, orders }) => ({
        fill,
        share: orders / most,
        title: `${name}: ${plural(orders, "order")}`,
      })),
      height: 18,
    })}<span class="figure">${formatCount(outcome.counts.orders)}</span></li>`;
  })}
</ul>`,
  ALL,
)}`;
  return { id: "channels", title: "Orders by channel", short: "Channels", body };
}

/** The largest channels each with a fill of its own, the others together, and orders on none. */
function seriesOf(rows: readonly Row[]): readonly Series[] {
  const totals = new Map<string, number>();
  for (const { outcome } of rows)
    for (const { id, orders } of outcome.channels) totals.set(id, (totals.get(id) ?? 0) + orders);
  const used = [...totals].filter(([, orders]) => orders > 0).sort(([, a], [, b]) => b - a);
  const shown = (used.length > SERIES_FILLS ? used.slice(0, SERIES_FILLS - 1) : used).map(([id]) => id);
  const apart = new Set(shown);
  const others = used.length - shown.length;
  const sum = (outcome: Outcome, counts: (id: string) => boolean) =>
    outcome.channels.reduce((all, { id, orders }) => all + (counts(id) ? orders : 0), 0);
  const rest: Series = {
    label: plural(others, "other channel"),
    name: "other channels",
    fill: seriesFill(SERIES_FILLS - 1),
    ordersOf: (outcome) => sum(outcome, (id) => !apart.has(id)),
  };
  return [
    ...shown.map((id, i) => ({
      label: named(id),
      name: id,
      fill: seriesFill(i),
      ordersOf: (outcome: Outcome) => sum(outcome, (other) => other === id),
    })),
    ...(others > 0 ? [rest] : []),
    {
      label: "deferred or rejected",
      name: "deferred or rejected",
      fill: "url(#fill-closed)",
      ordersOf: ({ counts }) => counts.deferred + counts.rejected,
    },
  ];
}
