import { writtenMoment } from "../../clock.js";
import { MOST_SHOWN } from "../../folded.js";
import { html, type Markup, named } from "../../markup.js";
import { plural, signedPercent } from "../../numbers.js";
import { type Column, table } from "../../table.js";
import { certainty } from "../../words.js";
import { costTable, gapText } from "../outcomes.js";
import { lead, type Section } from "../section.js";
import { rowsOf } from "./makeup.js";
import type { WhatIfData } from "./scenarios.js";

/** Everything that was drawn, as tables. */
export function figuresSection(data: WhatIfData): Section {
  const { file } = data;
  const beyond = file.scenarios.length - MOST_SHOWN;
  const body = html`${lead(
    html`The same and more is in <a href="./what-if.json">what-if.json</a>, <a href="./scenarios.csv">scenarios.csv</a>, <a href="./channels.csv">channels.csv</a> and <a href="./moves.csv">moves.csv</a> beside this page.${
      beyond > 0 && ` ${plural(beyond, "scenario")} of them ${beyond === 1 ? "is" : "are"} there alone.`
    }`,
  )}
${outcomeTable(data)}
${costTable(
  rowsOf(file)
    .slice(0, MOST_SHOWN + 1)
    .map(({ id, outcome: { cost } }) => ({ name: id === null ? "Base plan" : named(id), cost })),
  { head: "Scenario", currency: file.currency, exponent: data.exponent },
)}
${channelTable(data)}`;
  return { id: "figures", title: "All figures", short: "All figures", body };
}

function outcomeTable({ file, exponent }: WhatIfData): Markup {
  const { base, scenarios, currency } = file;
  return table({
    caption: `Plans against the base plan, ${currency}`,
    columns: [
      { label: "Scenario", kind: "text" },
      { label: "Objective", kind: "money" },
      { label: "Difference", kind: "money" },
      { label: "Percent", kind: "figure" },
      { label: "Optima differ by at least", kind: "money" },
      { label: "at most", kind: "money" },
      { label: "Which way", kind: "text", className: "nowrap" },
      { label: "Bound", kind: "money" },
      { label: "Gap", kind: "figure" },
      { label: "Packages", kind: "count" },
      { label: "Routed", kind: "count" },
      { label: "Deferred", kind: "count" },
      { label: "Rejected", kind: "count" },
      { label: "Newly rejected", kind: "count" },
      { label: "Moved", kind: "count" },
      { label: "Latest finish", kind: "figure", className: "nowrap" },
    ],
    rows: [
      [
        "Base plan",
        base.cost.objective,
        ...Array(5).fill(null),
        base.bound,
        gapText(base.gap),
        ...countsOf(base),
        null,
        null,
        writtenMoment(base.finishAt),
      ],
      ...scenarios.slice(0, MOST_SHOWN).map((scenario) => {
        const { difference } = scenario;
        return [
          named(scenario.id),
          scenario.cost.objective,
          difference.money,
          difference.percent === null ? null : signedPercent(difference.percent),
          difference.least,
          difference.most,
          certainty(difference),
          scenario.bound,
          gapText(scenario.gap),
          ...countsOf(scenario),
          scenario.newlyRejected,
          scenario.moved?.orders ?? null,
          writtenMoment(scenario.finishAt),
        ];
      }),
    ],
    exponent,
  });
}

function countsOf({ counts }: WhatIfData["file"]["base"]): readonly number[] {
  return [counts.packages, counts.routed, counts.deferred, counts.rejected];
}

function channelTable({ file, exponent }: WhatIfData): Markup {
  const rows = rowsOf(file).slice(0, MOST_SHOWN + 1);
  const ids = [...new Set(rows.flatMap(({ outcome }) => outcome.channels.map(({ id }) => id)))];
  return table({
    caption: "Orders by channel",
    columns: [
      { label: "Scenario", kind: "text" },
      ...ids.map((id): Column => ({ label: named(id), kind: "count" })),
      { label: "Deferred", kind: "count" },
      { label: "Rejected", kind: "count" },
    ],
    rows: rows.map(({ id, outcome: { channels, counts } }) => {
      const orders = new Map(channels.map((channel) => [channel.id, channel.orders]));
      return [
        id === null ? "Base plan" : named(id),
        ...ids.map((channel) => orders.get(channel) ?? null),
        counts.deferred,
        counts.rejected,
      ];
    }),
    exponent,
  });
}
