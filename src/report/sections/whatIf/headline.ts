import { writtenMoment } from "../../clock.js";
import { html, type Markup, named } from "../../markup.js";
import { byCost, formatCount, formatShare, plural, signedPercent } from "../../numbers.js";
import { signedMoney } from "../../table.js";
import { certainty } from "../../words.js";
import { currencyFigure, tile } from "../outcomes.js";
import type { WhatIfData } from "./scenarios.js";

/** The base plan, the cheapest and the dearest scenario, and how many differences are certain. */
export function whatIfHeadline({ file, exponent }: WhatIfData): Markup {
  const { base, scenarios, currency } = file;
  const sorted = byCost(scenarios, ({ cost }) => cost.objective, exponent);
  const finish = writtenMoment(base.finishAt);
  const extreme = (what: string, scenario: (typeof sorted)[number] | undefined) =>
    scenario === undefined
      ? tile(what, "–", "No scenarios.")
      : tile(
          what,
          html`<span class="cur">${currency}</span> ${signedMoney(scenario.difference.money, exponent)}`,
          html`${named(scenario.id)}: ${
            scenario.difference.percent !== null &&
            html`<strong>${signedPercent(scenario.difference.percent)}</strong>, `
          }${certainty(scenario.difference)}`,
        );
  const open = scenarios.filter(({ difference }) => certainty(difference) === "not proven").length;
  return html`<div class="tiles">
${tile(
  "The base plan costs",
  currencyFigure(currency, base.cost.objective, exponent),
  html`${base.status === "optimal" ? "Optimal" : base.gap === null ? "Gap unknown" : `Within ${formatShare(base.gap)} of the best possible`}; ${plural(base.counts.packages, "package")}${finish !== null && html`, last result <span class="nowrap">${finish}</span>`}`,
)}
${extreme("Cheapest scenario", sorted[0])}
${extreme("Dearest scenario", sorted.at(-1))}
${tile(
  "Differences that are certain",
  html`${formatCount(scenarios.length - open)} <span class="of">of ${formatCount(scenarios.length)}</span>`,
  open === 0
    ? "None is smaller than the gaps allow."
    : `${formatCount(open)} ${open === 1 ? "is" : "are"} smaller than the gaps allow: which way ${open === 1 ? "it goes" : "they go"} is not proven.`,
)}
</div>`;
}
