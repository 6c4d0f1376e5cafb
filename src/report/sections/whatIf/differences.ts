import { folded } from "../../folded.js";
import { html } from "../../markup.js";
import { plural, signedPercent } from "../../numbers.js";
import { differenceBars, differenceLegend } from "../../plot/differenceBars.js";
import { decimalsOf, signedMoney } from "../../table.js";
import { certainty } from "../../words.js";

import { lead, type Section } from "../section.js";
import { namedScenarios, scenarioName, type WhatIfData } from "./scenarios.js";

/** What each scenario costs more or less than the base plan. */
export function differenceSection({ file, exponent }: WhatIfData): Section | null {
  const scenarios = namedScenarios(file);
  if (scenarios.length === 0) return null;
  const decimals = Math.max(...scenarios.map(({ difference }) => decimalsOf(difference.money)));
  const rejecting = scenarios.filter(({ newlyRejected }) => (newlyRejected ?? 0) > 0);
  const body = html`${lead(
    `Objective of each scenario less that of the base plan, ${file.currency}. A difference is proven where bounds and plans of both say which way it goes.`,
  )}
${differenceLegend()}
${folded(
  scenarios,
  (part, first) =>
    differenceBars(
      `difference-${first}`,
      part.map(({ id, difference }) => ({
        ...difference,
        name: id,
        label: scenarioName(id),
        figures: [
          signedMoney(difference.money, exponent, decimals),
          html`${difference.percent !== null && `${signedPercent(difference.percent)} · `}${certainty(difference)}`,
        ],
      })),
      file.currency,
    ),
  { word: "scenario", file: "scenarios.csv" },
)}${
  rejecting.length > 0 &&
  html`<p class="note">Rejected orders cost nothing, so that the objective alone flatters: ${rejecting.map(
    ({ id, newlyRejected }, i) =>
      html`${i > 0 && "; "}${scenarioName(id)} rejects ${plural(newlyRejected ?? 0, "order")} that the base plan need not`,
  )}.</p>`
}`;
  return { id: "differences", title: "Difference to the base plan", short: "Differences", body };
}
